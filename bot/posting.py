"""Each thing the outbox can ask for, as one call to Telegram, and the posts themselves.

What is previewed to an editor and what the chats get is made here, by the same function.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.announcements import Deed, Kind, Part, Row
from bot.buttons import Button, Keyboard
from bot.delivery import Call, Delivery, Outcome, Receipt, markup

_NO_POST = "不知道消息编号，可能没有送到"
_TOO_OLD = re.compile(r"message can't be deleted|MESSAGE_DELETE_FORBIDDEN", re.IGNORECASE)
_NOT_THERE = re.compile(r"message to (?:delete|edit|unpin) not found|MESSAGE_ID_INVALID", re.I)
_NO_TOPIC = re.compile(
    r"message thread not found|TOPIC_CLOSED|TOPIC_DELETED|TOPIC_ID_INVALID", re.I
)


class Postman:
    """Carries out rows of the outbox, each with one attempt. `under(row)` are the buttons below
    a chat's last part, `withdrawn` what stands in place of a post that cannot be deleted."""

    def __init__(
        self, bot: Bot, delivery: Delivery, under: Callable[[Row], Keyboard], withdrawn: str
    ) -> None:
        self._bot = bot
        self._delivery = delivery
        self._under = under
        self._withdrawn = withdrawn

    async def carry(self, row: Row) -> Receipt:
        """Do what a row asks for, once."""
        chat = row.target.chat
        if row.deed is Deed.SEND:
            call = self.post(
                row.content,
                self._under(row),
                thread=row.target.thread,
                silent=row.target.silent,
            )
            return await self._delivery.attempt(call, chat)
        if row.message is None:
            return Receipt(outcome=Outcome.REFUSED, reason=_NO_POST)
        if row.deed is Deed.RECALL:
            return await self._recall(row, row.message)
        receipt = await self._delivery.attempt(self._change(row, row.message), chat)
        if row.deed is Deed.UNPIN and _NOT_THERE.search(receipt.reason):
            return Receipt(outcome=Outcome.DELIVERED)
        return receipt

    async def preview(self, chat: int, part: Part) -> Receipt:
        """Show an editor a part as the chats will see it."""
        return await self._delivery.deliver(self.post(part, ()), chat)

    def post(self, part: Part, under: Keyboard, *, thread: int = 0, silent: bool = False) -> Call:
        """The call that sends a part."""
        common: dict[str, Any] = {
            "parse_mode": ParseMode.HTML,
            "reply_markup": markup((*self._links(part), *under)),
            "message_thread_id": thread or None,
            "disable_notification": silent or None,
        }
        bot, file = self._bot, part.file

        async def call(chat: int) -> Any:
            if part.kind is Kind.PHOTO and file is not None:
                return await bot.send_photo(chat, file, caption=part.html or None, **common)
            if part.kind is Kind.DOCUMENT and file is not None:
                return await bot.send_document(chat, file, caption=part.html or None, **common)
            return await bot.send_message(
                chat,
                part.html,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                **common,
            )

        return call

    def _links(self, part: Part) -> Keyboard:
        return tuple(
            (Button(label=link.label, url=self._delivery.link(link.target)),)
            for link in part.links
        )

    def _change(self, row: Row, message: int) -> Call:
        async def call(chat: int) -> Any:
            if row.deed is Deed.PIN:
                return await self._bot.pin_chat_message(chat, message, disable_notification=True)
            if row.deed is Deed.UNPIN:
                return await self._bot.unpin_chat_message(chat, message_id=message)
            return await self._rewrite(chat, message, row.content, self._under(row))

        return call

    async def _rewrite(self, chat: int, message: int, part: Part, under: Keyboard) -> Any:
        keys = markup((*self._links(part), *under))
        if part.kind is not Kind.TEXT:
            return await self._bot.edit_message_caption(
                chat,
                message,
                caption=part.html or None,
                parse_mode=ParseMode.HTML,
                reply_markup=keys,
            )
        return await self._bot.edit_message_text(
            part.html,
            chat,
            message,
            parse_mode=ParseMode.HTML,
            reply_markup=keys,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def _recall(self, row: Row, message: int) -> Receipt:
        """Delete, or where Telegram does not allow that any more, leave a word in its place."""

        async def delete(chat: int) -> Any:
            return await self._bot.delete_message(chat, message)

        async def withdraw(chat: int) -> Any:
            part = row.content.model_copy(update={"html": self._withdrawn, "links": ()})
            return await self._rewrite(chat, message, part, ())

        receipt = await self._delivery.attempt(delete, row.target.chat)
        if receipt.outcome is Outcome.REFUSED and _TOO_OLD.search(receipt.reason):
            receipt = await self._delivery.attempt(withdraw, row.target.chat)
        if _NOT_THERE.search(receipt.reason):
            return Receipt(outcome=Outcome.DELIVERED)
        return receipt


def topic_is_gone(receipt: Receipt) -> bool:
    """Whether a post was refused because its topic is closed or was deleted."""
    return receipt.outcome is Outcome.REFUSED and bool(_NO_TOPIC.search(receipt.reason))
