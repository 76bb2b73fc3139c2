"""Tells residents who wait that their question has an answer: once, in the background.

Whatever put the answer in, an editor's teaching, a new page or another process: each version of
the knowledge is tried on every question that is waited for.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot import dialogue, render
from bot.delivery import Delivery, Outcome
from bot.inbox.waitlist import Waiter, Waitlist
from bot.ledger import Ledger
from bot.outage import Outage
from bot.wording import Wording
from knowledge.base import KnowledgeBase, Live
from knowledge.model import Answer, Status

logger = logging.getLogger(__name__)

TICK = 1.0  # seconds after which a new version is noticed
AGAIN = 60.0  # seconds after which what was left over is looked for
_BATCH = 20
_TRIES = 2  # at most, where nobody knows whether the first arrived
_LATER = timedelta(minutes=5)


@dataclass(slots=True, kw_only=True)
class Herald:
    """`run` goes on until `stop`; what is being said then is finished."""

    live: Live
    waitlist: Waitlist
    delivery: Delivery
    ledger: Ledger
    wording: Wording
    _outage: Outage = field(
        default_factory=lambda: Outage("nobody is told of answers meanwhile", logger)
    )
    _stopping: bool = False
    _tried: str = ""  # the last version that was tried on everybody
    _looked_at: float = 0.0
    _woken: asyncio.Event | None = None

    def stir(self) -> None:
        """Somebody new waits."""
        self._tried = ""
        if self._woken is not None:
            self._woken.set()

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopping = True
        if self._woken is not None:
            self._woken.set()

    async def run(self) -> None:
        """Look at each version that comes into use, and now and then for what was left over."""
        self._woken = asyncio.Event()
        clock = asyncio.get_running_loop().time
        while not self._stopping:
            if self.live.current.version != self._tried or clock() - self._looked_at > AGAIN:
                self._looked_at = clock()
                await self._look()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), TICK)
            self._woken.clear()

    async def _look(self) -> None:
        base = self.live.current
        self._tried = base.version
        if await self._outage.tried(self._rounds(base)) is None:
            self._tried = ""

    async def _rounds(self, base: KnowledgeBase) -> bool:
        while not self._stopping and await self._round(base):
            pass
        return True

    async def _round(self, base: KnowledgeBase) -> bool:
        """Try some of those who wait; whether there may be more."""
        waiters = await self.waitlist.open(base.version, datetime.now(UTC), _BATCH)
        answers = await asyncio.to_thread(_answers, base, waiters)
        silent = tuple(waiter.asked for waiter in waiters if waiter.asked not in answers)
        if silent:
            await self.waitlist.still(silent, base.version)
        for waiter in waiters:
            if waiter.asked in answers and not self._stopping:
                await self._tell(waiter, answers[waiter.asked], base)
        return len(waiters) == _BATCH

    async def _tell(self, waiter: Waiter, answer: Answer, base: KnowledgeBase) -> None:
        if not await self.waitlist.claim(waiter.asked, datetime.now(UTC)):
            return
        said = self.wording.inbox.told.format(question=waiter.question)
        sent = await self.delivery.send_all(
            waiter.chat,
            render.told(answer, self.wording, said),
            keyboard=render.keyboard(answer, base.version, self.wording),
        )
        if sent.messages:  # so that 👍 and 👎 are about this question
            own = sent.messages[0]
            await self.ledger.remember(waiter.chat, own, sent.messages, waiter.asked)
        now, outcome = datetime.now(UTC), sent.receipt.outcome
        unsure = outcome is Outcome.UNCONFIRMED and waiter.tries + 1 < _TRIES
        if outcome is Outcome.LATER or unsure:
            await self.waitlist.later(waiter.asked, now + _LATER)
            return
        reached = outcome in (Outcome.DELIVERED, Outcome.UNCONFIRMED)
        await self.waitlist.done(waiter.asked, now, answer.target if reached else None)


def _answers(base: KnowledgeBase, waiters: tuple[Waiter, ...]) -> dict[int, Answer]:
    """The answers that there are now, by the questions' numbers."""
    found = {waiter.asked: dialogue.vouched(base.ask(waiter.question), base) for waiter in waiters}
    return {asked: answer for asked, answer in found.items() if answer.status is Status.ANSWERED}
