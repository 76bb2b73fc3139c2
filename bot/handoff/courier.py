"""One letter as calls to Telegram: to the resident, or to the staff's group, where the resident's
topic and the card of the matter are made when they are not there."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode

from bot.delivery import Call, Delivery, Outcome, Receipt, markup
from bot.handoff import cards
from bot.handoff.buttons import under
from bot.handoff.cases import Card, Case, Kind, Letter, Side, Source
from bot.handoff.mailbag import Mailbag, Sealed
from bot.handoff.register import Register
from bot.posting import topic_is_gone
from bot.wording import Wording

RETRY_TOPICS = 600.0  # seconds until topics are tried again where they may not be made
_TRIES = 3  # of a letter in a topic, before it goes to the whole group
_TITLE = 128  # characters of a topic's title
_NOT_THERE = re.compile(r"message to edit not found|MESSAGE_ID_INVALID|can't be edited", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where in the staff's group a letter goes."""

    room: int
    thread: int = 0
    card: int | None = None


class _Stopped(Exception):  # noqa: N818 - says how far it came, no error
    """What must come before a letter did not succeed."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.reason)
        self.receipt = receipt


class Courier:
    """Sends letters, each with one attempt; whoever calls keeps the pace."""

    def __init__(
        self,
        bot: Bot,
        delivery: Delivery,
        *,
        register: Register,
        mailbag: Mailbag,
        wording: Wording,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._delivery = delivery
        self._register = register
        self._mailbag = mailbag
        self._wording = wording
        self._clock = clock
        self._topics_off: dict[int, float] = {}

    async def to_resident(self, sealed: Sealed, case: Case) -> Receipt:
        """Send a letter to its resident."""
        chat, letter = case.resident.user, sealed.letter
        return await self._sent(sealed, case, _Place(room=chat, card=letter.answers))

    async def to_staff(self, sealed: Sealed, case: Case, room: int) -> Receipt:
        """Send a letter to the staff's group; what is said of a matter stands below its card."""
        try:
            thread = await self._thread(sealed, case, room)
            card, fresh = await self._card(sealed, case, room, thread)
        except _Stopped as stopped:
            return stopped.receipt
        if sealed.letter.kind is Kind.CARD:
            return Receipt(outcome=Outcome.DELIVERED) if fresh else await self._renewed(case, card)
        answers = sealed.letter.answers or (None if thread else card.message)
        receipt = await self._sent(sealed, case, _Place(room=room, thread=thread, card=answers))
        return await self._minded(receipt, sealed, case, room, thread)

    async def close(self, room: int, thread: int) -> Receipt:
        """Nothing more is to be written in a topic."""

        async def call(chat: int) -> Any:
            return await self._bot.close_forum_topic(chat, thread)

        return await self._delivery.attempt(call, room)

    async def _thread(self, sealed: Sealed, case: Case, room: int) -> int:
        """The resident's topic, made if need be; 0 where topics are off. Raises _Stopped."""
        resident = case.resident
        if resident.room == room and resident.thread is not None:
            return resident.thread
        if self._topics_off.get(room, 0.0) > self._clock() or sealed.attempts >= _TRIES:
            return 0
        made: list[int] = []

        async def call(chat: int) -> Any:
            title = cards.topic(resident, self._wording)[:_TITLE]
            made.append((await self._bot.create_forum_topic(chat, title)).message_thread_id)

        receipt = await self._delivery.attempt(call, room)
        if receipt.outcome is Outcome.REFUSED or _lacks_rights(receipt):
            self._topics_off[room] = self._clock() + RETRY_TOPICS
            return 0
        if not made:
            raise _Stopped(receipt)
        await self._register.place(resident.number, room, made[0])
        return made[0]

    async def _card(self, sealed: Sealed, case: Case, room: int, thread: int) -> tuple[Card, bool]:
        """The card of a matter, sent if it is not there; whether it was. Raises _Stopped."""
        card = case.handoff.card
        if card is not None and (card.room, card.thread) == (room, thread):
            return card, False
        return await self._new_card(sealed, case, room, thread), True

    async def _new_card(self, sealed: Sealed, case: Case, room: int, thread: int) -> Card:
        letter = Letter(side=Side.STAFF, kind=Kind.CARD)
        call = self._message(letter, case, _Place(room=room, thread=thread))
        receipt = await self._delivery.attempt(call, room)
        if receipt.message is None:
            raise _Stopped(await self._minded(receipt, sealed, case, room, thread))
        card = Card(room=room, thread=thread, message=receipt.message)
        await self._register.carded(case.handoff.id, card)
        return card

    async def _renewed(self, case: Case, card: Card) -> Receipt:
        """The card shows how the matter stands; one that was deleted is left so."""
        letter = Letter(side=Side.STAFF, kind=Kind.CARD)
        html = cards.html(letter, case, self._wording, topics=bool(card.thread))

        async def call(chat: int) -> Any:
            return await self._bot.edit_message_text(
                html,
                chat,
                card.message,
                parse_mode=ParseMode.HTML,
                reply_markup=markup(under(letter, case, self._wording)),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        receipt = await self._delivery.attempt(call, card.room)
        if _NOT_THERE.search(receipt.reason):
            return Receipt(outcome=Outcome.DELIVERED)
        return replace(receipt, message=None)

    async def _minded(
        self, receipt: Receipt, sealed: Sealed, case: Case, room: int, thread: int
    ) -> Receipt:
        """What is to be done about a topic that is closed or gone: opened again, or a new one."""
        if not thread or not topic_is_gone(receipt):
            return receipt
        if "CLOSED" in receipt.reason.upper() and not sealed.attempts:

            async def call(chat: int) -> Any:
                return await self._bot.reopen_forum_topic(chat, thread)

            opened = await self._delivery.attempt(call, room)
            if opened.outcome is Outcome.DELIVERED:
                return Receipt(outcome=Outcome.LATER, wait=0.0, reason=receipt.reason)
        await self._register.place(case.resident.number, None, None)
        return Receipt(outcome=Outcome.LATER, wait=0.0, reason=receipt.reason)

    async def _sent(self, sealed: Sealed, case: Case, place: _Place) -> Receipt:
        letter = sealed.letter
        if letter.kind is Kind.REWORDED:
            return await self._reworded(letter, case, place)
        if letter.kind is Kind.MEDIA:
            return await self._delivery.attempt(self._copy(letter, case, place), place.room)
        answers: tuple[str, ...] = ()
        if letter.kind is Kind.CLOSED and letter.side is Side.STAFF:
            found = await self._mailbag.answers(case.handoff.id)
            answers = tuple(letter.text for letter in found)
        call = self._message(letter, case, place, answers)
        return await self._delivery.attempt(call, place.room)

    def _message(
        self, letter: Letter, case: Case, place: _Place, answers: tuple[str, ...] = ()
    ) -> Call:
        topics = bool(place.thread)
        html = cards.html(letter, case, self._wording, topics=topics, answers=answers)
        keys = under(letter, case, self._wording)
        if letter.kind is Kind.CLOSED and letter.side is Side.STAFF and not answers:
            keys = ()

        async def call(chat: int) -> Any:
            return await self._bot.send_message(
                chat,
                html,
                parse_mode=ParseMode.HTML,
                reply_markup=markup(keys),
                message_thread_id=place.thread or None,
                reply_parameters=_replying(place.card),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        return call

    def _copy(self, letter: Letter, case: Case, place: _Place) -> Call:
        """A copy says nothing of where it comes from; words below it are put anew, so that no link
        to a person is among them."""
        source = letter.source
        assert source is not None
        words: dict[str, Any] = {}
        if letter.file is not None:
            words = {
                "caption": cards.caption(letter, case, self._wording),
                "parse_mode": ParseMode.HTML,
            }

        async def call(chat: int) -> Any:
            return await self._bot.copy_message(
                chat,
                source.chat,
                source.message,
                message_thread_id=place.thread or None,
                reply_parameters=_replying(place.card),
                **words,
            )

        return call

    async def _reworded(self, letter: Letter, case: Case, place: _Place) -> Receipt:
        """Change what was sent before; where that cannot be, say it anew."""
        assert letter.source is not None
        written = await self._mailbag.written(letter.source)
        old = next(
            (
                one
                for one in written
                if one.letter.part == letter.part and one.letter.kind is not Kind.CARD
            ),
            None,
        )
        if old is not None and old.target is None:
            return Receipt(outcome=Outcome.DELIVERED)  # what never arrived needs no change
        if old is not None and old.target is not None and old.target.chat == place.room:
            call = self._change(letter, case, old.target, media=old.letter.kind is Kind.MEDIA)
            receipt = await self._delivery.attempt(call, place.room)
            if not _NOT_THERE.search(receipt.reason):
                return replace(receipt, message=None)
        return await self._delivery.attempt(self._message(letter, case, place), place.room)

    def _change(self, letter: Letter, case: Case, target: Source, *, media: bool) -> Call:
        async def call(chat: int) -> Any:
            if media:
                return await self._bot.edit_message_caption(
                    chat,
                    target.message,
                    caption=cards.caption(letter, case, self._wording),
                    parse_mode=ParseMode.HTML,
                )
            return await self._bot.edit_message_text(
                cards.html(letter, case, self._wording, topics=False),
                chat,
                target.message,
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        return call


def _replying(message: int | None) -> ReplyParameters | None:
    if message is None:
        return None
    return ReplyParameters(message_id=message, allow_sending_without_reply=True)


def _lacks_rights(receipt: Receipt) -> bool:
    """Whether it is the topic that may not be made, rather than the group that is gone."""
    return receipt.outcome is Outcome.GONE and "not enough rights" in receipt.reason.lower()
