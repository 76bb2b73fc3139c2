"""The one way out to Telegram: what is sent, edited or acknowledged, and what became of it.

Nothing here raises for what Telegram or the network does: every call ends in a `Receipt`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

import httpx
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageId,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.buttons import Keyboard
from bot.chats import Watcher
from bot.pacing import Pacer

logger = logging.getLogger(__name__)

Call = Callable[[int], Awaitable[Any]]  # of one method of the bot, with the chat's id

PATIENCE = 120.0  # seconds that one message is tried for
SLACK = 0.1  # seconds added to what Telegram asks us to wait
_LONGEST_PAUSE = 10.0
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_UNCERTAIN = (httpx.TimeoutException, httpx.TransportError)
_CHAT_GONE = (
    "chat not found",
    "user is deactivated",
    "peer_id_invalid",
    "chat_write_forbidden",
    "need administrator rights",
    "have no rights to send",
    "not enough rights to send",
    "group chat was deactivated",
)
_TOPIC_CLOSED = ("topic_closed",)
_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_id_invalid")


class Outcome(StrEnum):
    """What became of a message."""

    DELIVERED = "delivered"
    GONE = "gone"  # the chat does not take messages from us any more
    MOVED = "moved"  # the group has another id now
    LATER = "later"  # surely not delivered; may be tried again
    UNCONFIRMED = "unconfirmed"  # sent, but nobody knows whether it arrived
    REFUSED = "refused"  # this message will never be accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The end of one call: `message` is the id of what was delivered, `wait` the seconds that
    Telegram asks for, `chat` the new id of a group that moved (meanwhile, if it was delivered)."""

    outcome: Outcome
    message: int | None = None
    wait: float | None = None
    chat: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Several messages sent one after another: their ids, and the last call's receipt, which names
    the chat that they are in now."""

    messages: tuple[int, ...]
    receipt: Receipt


def classify(error: TelegramError) -> Receipt:
    """What an error says about the message that met it."""
    reason = type(error).__name__ if isinstance(error, InvalidToken) else error.message
    match error:
        case RetryAfter():
            return Receipt(outcome=Outcome.LATER, wait=_seconds(error.retry_after), reason=reason)
        case ChatMigrated():
            return Receipt(outcome=Outcome.MOVED, chat=error.new_chat_id, reason=reason)
        case Forbidden():
            return Receipt(outcome=Outcome.GONE, reason=reason)
        case BadRequest():  # before NetworkError, of which it is a kind
            return Receipt(outcome=_of_bad_request(error), reason=reason)
        case TimedOut() | NetworkError():
            return Receipt(outcome=_of_network(error), reason=reason)
        case Conflict():
            return Receipt(outcome=Outcome.LATER, reason=reason)
        case _:
            return Receipt(outcome=Outcome.REFUSED, reason=reason)


def _of_bad_request(error: BadRequest) -> Outcome:
    said = error.message.lower()
    if "message is not modified" in said:
        return Outcome.DELIVERED
    return Outcome.GONE if any(sign in said for sign in _CHAT_GONE) else Outcome.REFUSED


def _of_network(error: NetworkError) -> Outcome:
    """Whether the request may have reached Telegram. What never left us, and what the server
    answered with an error of its own, was not delivered."""
    cause = error.__cause__
    if isinstance(cause, _NOT_SENT):
        return Outcome.LATER
    uncertain = isinstance(error, TimedOut) or isinstance(cause, _UNCERTAIN)
    return Outcome.UNCONFIRMED if uncertain else Outcome.LATER


def _seconds(wait: float | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


class Delivery:
    """Sends through one bot, at its pace. What is surely undelivered is tried again for `patience`
    seconds; what may have arrived is repeated only where repeating does no harm. `watcher` hears
    of groups that moved, chats that refuse, and topics that are closed or gone."""

    def __init__(
        self,
        bot: Bot,
        patience: float = PATIENCE,
        pacer: Pacer | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self._bot = bot
        self._watcher = watcher
        self.patience = patience
        self._pacer = pacer or Pacer()

    def link(self, payload: str) -> str:
        """The address that opens a private chat with the bot and sends it `payload` (up to 64 of
        A-Z, a-z, 0-9, _ and -)."""
        return f"{self._bot.link}?start={payload}"

    async def send(
        self,
        chat: int,
        html: str,
        *,
        keyboard: Keyboard = (),
        thread: int = 0,
        reply_to: int | None = None,
        patience: float | None = None,
    ) -> Receipt:
        """Send one message of at most 4096 readable characters of Telegram's HTML."""
        quoted = (
            ReplyParameters(message_id=reply_to, allow_sending_without_reply=True)
            if reply_to is not None
            else None
        )

        async def call(chat_id: int) -> Message:
            return await self._bot.send_message(
                chat_id,
                html,
                parse_mode=ParseMode.HTML,
                reply_markup=markup(keyboard),
                message_thread_id=thread or None,
                reply_parameters=quoted,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        return await self.deliver(call, chat, thread=thread, patience=patience)

    async def send_all(
        self,
        chat: int,
        messages: tuple[str, ...],
        *,
        keyboard: Keyboard = (),
        thread: int = 0,
        reply_to: int | None = None,
    ) -> Sent:
        """Send messages in order, the keyboard under the last; ends at the first that fails."""
        ids: list[int] = []
        receipt = Receipt(outcome=Outcome.DELIVERED)
        for number, html in enumerate(messages, start=1):
            receipt = await self.send(
                chat,
                html,
                keyboard=keyboard if number == len(messages) else (),
                thread=thread,
                reply_to=reply_to if number == 1 else None,
            )
            if receipt.message is None:
                break
            ids.append(receipt.message)
            chat = receipt.chat or chat
        return Sent(messages=tuple(ids), receipt=replace(receipt, chat=chat))

    async def edit(
        self,
        chat: int,
        message: int,
        html: str,
        *,
        keyboard: Keyboard = (),
        patience: float | None = None,
    ) -> Receipt:
        """Put other text and buttons in the place of a message of ours."""

        async def call(chat_id: int) -> Message | bool:
            return await self._bot.edit_message_text(
                html,
                chat_id=chat_id,
                message_id=message,
                parse_mode=ParseMode.HTML,
                reply_markup=markup(keyboard),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        receipt = await self.deliver(call, chat, repeatable=True, patience=patience)
        if receipt.outcome is Outcome.DELIVERED:
            return Receipt(outcome=Outcome.DELIVERED, message=message)
        return receipt

    async def edit_all(
        self,
        chat: int,
        old: tuple[int, ...],
        messages: tuple[str, ...],
        *,
        keyboard: Keyboard = (),
        thread: int = 0,
        reply_to: int | None = None,
    ) -> Sent:
        """Put `messages` in the place of the messages `old`: what there is too little of is sent,
        what there is too much of deleted. A message that cannot be edited is sent anew."""
        ids: list[int] = []
        receipt = Receipt(outcome=Outcome.DELIVERED)
        moved = chat
        for number, html in enumerate(messages):
            keys = keyboard if number == len(messages) - 1 else ()
            receipt = Receipt(outcome=Outcome.REFUSED)
            if number < len(old):
                receipt = await self.edit(chat, old[number], html, keyboard=keys)
            if receipt.outcome in (Outcome.REFUSED, Outcome.MOVED):
                moved = receipt.chat or moved
                receipt = await self.send(
                    moved, html, keyboard=keys, thread=thread, reply_to=reply_to
                )
            if receipt.message is None:
                break
            ids.append(receipt.message)
            moved = receipt.chat or moved
        for surplus in old[len(messages) :]:
            await self.delete(chat, surplus)
        return Sent(messages=tuple(ids), receipt=replace(receipt, chat=moved))

    async def delete(self, chat: int, message: int) -> Receipt:
        """Take a message of ours back."""

        async def call(chat_id: int) -> bool:
            return await self._bot.delete_message(chat_id, message)

        return await self.deliver(call, chat, repeatable=True, message=False)

    async def acknowledge(self, query: str, text: str = "") -> Receipt:
        """End the waiting of whoever pressed a button; `text` (up to 200) is shown briefly."""

        async def call(_: int) -> bool:
            return await self._bot.answer_callback_query(query, text=text[:200] or None)

        return await self.attempt(call, 0)

    async def typing(self, chat: int) -> Receipt:
        """Show that an answer is coming; tried once, since the answer itself comes next, and left
        out where it would take the answer's place in line."""

        async def call(chat_id: int) -> bool:
            return await self._bot.send_chat_action(chat_id, ChatAction.TYPING)

        if not self._pacer.spare():
            return Receipt(outcome=Outcome.LATER)
        return await self.attempt(call, chat)

    async def deliver(
        self,
        call: Call,
        chat: int,
        *,
        repeatable: bool = False,
        thread: int = 0,
        patience: float | None = None,
        message: bool = True,
    ) -> Receipt:
        """Call until it is delivered, hopeless, or `patience` (0 is one attempt) is used up. A new
        message follows a group that has moved, once. `message` says whether the chat is shown
        one."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + (self.patience if patience is None else patience)
        pause = 0.5
        moved: int | None = None
        while True:
            await self._pacer.answer(chat, message=message)
            receipt = await self.attempt(call, chat)
            if receipt.outcome is Outcome.MOVED and moved is None and receipt.chat is not None:
                if self._watcher is not None:
                    await self._watcher.moved(chat, receipt.chat)
                if repeatable:  # it names a message of the old group, and the new one counts anew
                    break
                chat = moved = receipt.chat
                continue
            uncertain = receipt.outcome is Outcome.UNCONFIRMED and repeatable
            if receipt.outcome is not Outcome.LATER and not uncertain:
                break
            wait = receipt.wait + SLACK if receipt.wait is not None else pause
            pause = min(2 * pause, _LONGEST_PAUSE)
            if clock() + wait > deadline:
                break
            if receipt.wait is None:  # else the pace waits
                await asyncio.sleep(wait)
        if receipt.outcome is not Outcome.DELIVERED:
            logger.warning("chat %s: %s: %s", chat, receipt.outcome, receipt.reason)
            await self._tell(chat, thread, receipt)
            return receipt
        return receipt if moved is None else replace(receipt, chat=moved)

    async def _tell(self, chat: int, thread: int, receipt: Receipt) -> None:
        """Let the watcher know what a refusal says about the chat or its topic."""
        said = receipt.reason.lower()
        if self._watcher is None:
            return
        if receipt.outcome is Outcome.GONE:
            await self._watcher.gone(chat, receipt.reason)
        elif thread and any(sign in said for sign in _TOPIC_CLOSED):
            await self._watcher.topic_closed(chat, thread)
        elif thread and any(sign in said for sign in _TOPIC_GONE):
            await self._watcher.topic_gone(chat, thread)

    async def attempt(self, call: Call, chat: int) -> Receipt:
        """Call once, at once: whoever calls keeps the pace. What Telegram says of waiting is
        remembered for everything that goes to this chat."""
        try:
            result = await call(chat)
        except TelegramError as error:
            receipt = classify(error)
            if receipt.wait is not None:
                self._pacer.hold(chat, receipt.wait + SLACK)
            return receipt
        message = result.message_id if isinstance(result, Message | MessageId) else None
        return Receipt(outcome=Outcome.DELIVERED, message=message)


def markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(key.label, callback_data=key.data or None, url=key.url)
                for key in row
            ]
            for row in keyboard
        ]
    )
