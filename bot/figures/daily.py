"""Every day at one time each editor is told what was asked: once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import render
from bot.buttons import Keyboard
from bot.delivery import Delivery, Outcome
from bot.figures import digest
from bot.figures.counts import Counts
from bot.figures.digests import Digests
from bot.figures.periods import Period, days_between, one_day
from bot.outage import Outage
from bot.roles import Role, Roles
from bot.wording import Wording

logger = logging.getLogger(__name__)

TICK = 20.0  # seconds between looks at the clock
_BACK = 7  # days at most that a digest makes up for


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A digest as it is sent, its buttons under the last page."""

    pages: tuple[str, ...]
    keyboard: Keyboard


class Daily:
    """Sends the digest at the time `at`, or later in the day when it could not then; never where
    `at` is None. It is about the days since the last one."""

    def __init__(
        self,
        *,
        counts: Counts,
        digests: Digests,
        roles: Roles,
        delivery: Delivery,
        wording: Wording,
        zone: ZoneInfo,
        at: time | None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._counts = counts
        self._digests = digests
        self._roles = roles
        self._delivery = delivery
        self._wording = wording
        self._zone = zone
        self._at = at
        self._clock = clock

    @asynccontextmanager
    async def going(self) -> AsyncIterator[None]:
        """Look at the clock meanwhile; a digest that is being sent is sent to the end."""
        stopping = asyncio.Event()
        task = asyncio.create_task(self._run(stopping))
        try:
            yield
        finally:
            stopping.set()
            await task

    async def digest(self, period: Period) -> Message:
        """The digest of a period."""
        days = len(period.days)
        earlier = days_between(
            period.first - timedelta(days=days), period.first - timedelta(days=1), self._zone
        )
        figures = await self._counts.figures(period, digest.SHOWN)
        before = await self._counts.asked(earlier)
        today = self._clock().astimezone(self._zone).date()
        return Message(
            pages=render.notice(*digest.paragraphs(figures, before, self._wording)),
            keyboard=digest.keyboard(figures, today, self._wording),
        )

    async def tick(self) -> int:
        """Tell the editors who are to be told by now and have not been; how many were."""
        now = self._clock().astimezone(self._zone)
        if self._at is None or now.time() < self._at:
            return 0
        today = now.date()
        editors = await self._roles.everybody(Role.EDITOR)
        waiting = editors.keys() - await self._digests.told(today)
        if not waiting:
            return 0
        message = await self.digest(await self._due(today))
        return sum([await self._tell(user, message, today) for user in sorted(waiting)])

    async def _run(self, stopping: asyncio.Event) -> None:
        outage = Outage("no digest without the database", logger)
        while not stopping.is_set():
            await outage.tried(self.tick())
            await _until(stopping, TICK)

    async def _due(self, today: date) -> Period:
        """From the day of the last digest to yesterday."""
        yesterday = today - timedelta(days=1)
        last = await self._digests.last(today)
        if last is None:
            return one_day(yesterday, self._zone)
        return days_between(max(last, today - timedelta(days=_BACK)), yesterday, self._zone)

    async def _tell(self, user: int, message: Message, today: date) -> bool:
        """Send one editor the digest, unless another process has. What surely did not arrive is
        tried again later; what may have arrived is not."""
        if not await self._digests.claim(today, user, self._clock()):
            return False
        sent = await self._delivery.send_all(user, message.pages, keyboard=message.keyboard)
        if not sent.messages and sent.receipt.outcome is Outcome.LATER:
            await self._digests.release(today, user)
        return bool(sent.messages)


async def _until(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
