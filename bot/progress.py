"""What an editor sees of an announcement under way: one message, up to date until the report."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.announcements import Action, Fate
from bot.announcing import reports
from bot.archive import Archive
from bot.buttons import Keyboard
from bot.delivery import Delivery, Outcome, Receipt
from bot.outbox import Outbox
from bot.pacing import PER_SECOND
from bot.render import notice
from bot.wording import Wording

EVERY = timedelta(seconds=3)
_ENDS = (Outcome.DELIVERED, Outcome.GONE)  # nothing more can be shown


class Progress:
    """Shows every action that makes work, in the chat where it was ordered."""

    def __init__(
        self,
        *,
        archive: Archive,
        outbox: Outbox,
        delivery: Delivery,
        wording: Wording,
        per_second: float = PER_SECOND,
    ) -> None:
        self._archive = archive
        self._outbox = outbox
        self._delivery = delivery
        self._wording = wording
        self._per_second = per_second
        self._shown: dict[int, str] = {}

    async def show(self, now: datetime) -> None:
        """Bring every message up to date, each at most every three seconds, by one process of
        all. Raises StorageError."""
        actions = await self._archive.unfinished()
        for action in actions:
            if await self._archive.take_report(action.id, now, EVERY):
                await self._show(action)
        for number in self._shown.keys() - {action.id for action in actions}:
            del self._shown[number]

    async def _show(self, action: Action) -> None:
        announcement = await self._archive.get(action.announcement)
        if announcement is None:  # it cannot be read: there is nothing to show of it
            await self._archive.close(action)
            return
        tally = await self._outbox.tally(action.id)
        if tally.open:
            text = reports.progress(action, announcement, tally, self._per_second, self._wording)
            if self._shown.get(action.id) != text:
                await self._put(action, notice(text)[0], ())
                self._shown[action.id] = text
            return
        misses = await self._outbox.misses(action.id)
        paragraphs = reports.report(action, announcement, tally, misses, self._wording)
        keys = reports.report_keyboard(
            action,
            self._wording,
            unconfirmed=tally[Fate.UNCONFIRMED] > 0,
            missed=bool(misses),
        )
        receipt = await self._put(action, notice(*paragraphs)[0], keys)
        if receipt.outcome in _ENDS:
            await self._archive.close(action)

    async def _put(self, action: Action, html: str, keys: Keyboard) -> Receipt:
        """Into the action's message, or a new one where there is none (any more)."""
        if action.report is None:
            return Receipt(outcome=Outcome.DELIVERED)
        chat, message = action.report
        if message is not None:
            receipt = await self._delivery.edit(chat, message, html, keyboard=keys, patience=0)
            if receipt.outcome is not Outcome.REFUSED:
                return receipt
        receipt = await self._delivery.send(chat, html, keyboard=keys, patience=0)
        if receipt.message is not None:
            await self._archive.show_in(action.id, chat, receipt.message)
        return receipt
