"""The process's part in sending announcements: takes rows of the outbox, one after another.

Each row ends in the database before it is forgotten here, whatever Telegram, the network or the
database do. Several processes may work on one database.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.announcements import Deed, Fate, Row
from bot.archive import Archive
from bot.chatbook import Chatbook
from bot.chats import Quiet
from bot.delivery import SLACK, Outcome, Receipt
from bot.outage import Outage
from bot.outbox import Lease, Outbox
from bot.pacing import GROUP_GAP, PRIVATE_GAP, Pacer
from bot.posting import Postman, topic_is_gone
from bot.progress import Progress
from bot.scheduling import ScheduleError, next_run

logger = logging.getLogger(__name__)

AT_ONCE = 40  # calls under way
TICK = 1.0  # seconds between looks at what is due
SEEN, ABSENT = 5.0, timedelta(seconds=20)  # a process says that it is alive, or is forgotten
_CALL = 0.7  # of the lease that one call may take
_STEADY = 5  # failures in a row, in whatever chats, after which all announcements rest
_LONGEST_REST = 30.0
_LONGEST_PAUSE = 300.0
_MOVES = 5  # that a group makes while one row is tried
_TIMED_OUT = "没有等到 Telegram 的答复"
_CRASHED = "程序中断时正在发送"
_STOPPED = "公告已经停止"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the settings say of sending: `resends` is how often a post that may have arrived is
    sent again by itself."""

    zone: ZoneInfo
    lease: timedelta = timedelta(seconds=60)
    give_up: timedelta = timedelta(hours=24)
    resends: int = 1


class Broadcast:
    """Runs until stopped; what is under way is then finished."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        archive: Archive,
        chatbook: Chatbook,
        postman: Postman,
        pacer: Pacer,
        progress: Progress,
        rules: Rules,
    ) -> None:
        self._outbox = outbox
        self._archive = archive
        self._chatbook = chatbook
        self._postman = postman
        self._pacer = pacer
        self._progress = progress
        self._rules = rules
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._stopping = asyncio.Event()
        self._stirred = asyncio.Event()
        self._known = asyncio.Event()  # that we are here
        self._failures = 0
        self._outage = Outage("announcements wait for the database", logger)
        self._tried = self._outage.survived

    def stir(self) -> None:
        """Something new may be due: look at once."""
        self._stirred.set()

    def stop(self) -> None:
        """Take no more rows."""
        self._stopping.set()
        self._stirred.set()
        self._known.set()

    async def run(self) -> None:
        """Work until `stop` is called."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tend())
            group.create_task(self._tell())
            await self._take_all(group)
        await self._tried(self._outbox.leave(self._name))

    async def _take_all(self, group: asyncio.TaskGroup) -> None:
        slots = asyncio.Semaphore(AT_ONCE)
        await self._known.wait()
        while not self._stopping.is_set():
            await slots.acquire()
            row = await self._tried(self._next())
            if row is None:
                slots.release()
                await self._rest()
                continue
            task = group.create_task(self._end(row))
            task.add_done_callback(lambda _: slots.release())

    async def _next(self) -> Row | None:
        """The next row to send, at the moment when it may be sent."""
        if not await self._outbox.any_due(datetime.now(UTC)) or not await self._open():
            return None
        now = datetime.now(UTC)
        lease = Lease(worker=self._name, now=now, until=now + self._rules.lease)
        row = await self._outbox.claim(lease, self._pacer.busy())
        while row is not None and not await self._wanted(row, now):
            row = await self._outbox.claim(lease, self._pacer.busy())
        if row is None:
            return None
        await self._pacer.announcement()
        self._pacer.note(row.target.chat)
        return row

    async def _open(self) -> bool:
        """Wait while announcements rest; False when told to stop meanwhile."""
        while (wait := self._pacer.rest()) > 0 and not self._stopping.is_set():
            await _first(wait, self._stopping)
        return not self._stopping.is_set()

    async def _wanted(self, row: Row, now: datetime) -> bool:
        """Whether a row is to be sent now; if not, it is put back or away."""
        if row.deed is not Deed.SEND:
            return True
        if row.stopped:
            fate = Fate.UNCONFIRMED if row.doubts else Fate.CANCELLED
            await self._outbox.end(row, fate, _STOPPED)
            return False
        until = None if row.urgent else quiet_until(row.target.quiet, now, self._rules.zone)
        if until is not None:
            await self._outbox.again(row, until)
        return until is None

    async def _end(self, row: Row) -> None:
        """Send a row and write down what became of it, however long the database takes."""
        receipt = await self._carried(row)
        while await self._tried(self._settle(row, receipt)) is None and self._outage.failing:
            if self._stopping.is_set():
                logger.error("row %s: %s, but not written down", row.id, receipt.outcome)
                break
            await asyncio.sleep(TICK)  # the message is out: this must be written down
        self._stirred.set()

    async def _carried(self, row: Row) -> Receipt:
        try:
            async with asyncio.timeout(_CALL * self._rules.lease.total_seconds()):
                return await self._postman.carry(row)
        except TimeoutError:
            return Receipt(outcome=Outcome.UNCONFIRMED, reason=_TIMED_OUT)
        except Exception as error:  # the one row must not end the sending of all others
            logger.exception("row %s not sent", row.id)
            return Receipt(outcome=Outcome.REFUSED, reason=type(error).__name__)

    async def _settle(self, row: Row, receipt: Receipt) -> bool:
        """The row's next state. Raises StorageError."""
        now = datetime.now(UTC)
        chat = row.target.chat
        self._mind(receipt)
        match receipt.outcome:
            case Outcome.DELIVERED:
                gap = timedelta(seconds=GROUP_GAP if chat < 0 else PRIVATE_GAP)
                await self._outbox.done(row, receipt.message, now, gap)
            case Outcome.GONE:
                await self._chatbook.lose(chat, receipt.reason, now)
                await self._outbox.gone(row, receipt.reason)
            case Outcome.MOVED if receipt.chat is not None and row.attempts < _MOVES:
                await self._chatbook.migrate(chat, receipt.chat, now)
                if row.deed is Deed.SEND:
                    await self._outbox.again(row, now, receipt.reason)
                else:  # the post is in the old group, out of reach
                    await self._outbox.end(row, Fate.REFUSED, receipt.reason)
            case Outcome.UNCONFIRMED if row.deed is Deed.SEND:
                resend = row.doubts < self._rules.resends
                await self._outbox.doubt(
                    row, now + self._pause(row), receipt.reason, resend=resend
                )
            case Outcome.LATER | Outcome.UNCONFIRMED:
                await self._later(row, receipt, now)
            case _ if topic_is_gone(receipt) and row.target.thread:
                await self._leave_topic(row, receipt)
                await self._outbox.again(row, now, receipt.reason)
            case _:
                await self._outbox.end(row, Fate.REFUSED, receipt.reason)
        return True

    async def _leave_topic(self, row: Row, receipt: Receipt) -> None:
        """The next attempt goes to the general topic."""
        chat, thread = row.target.chat, row.target.thread
        if "CLOSED" in receipt.reason.upper() and not row.attempts:
            await self._chatbook.topic_closed(chat, thread, closed=True)
        else:
            await self._chatbook.topic_gone(chat, thread)

    async def _later(self, row: Row, receipt: Receipt, now: datetime) -> None:
        if now > row.made + self._rules.give_up:
            await self._outbox.end(row, Fate.REFUSED, receipt.reason)
        elif receipt.wait is not None:
            due = now + timedelta(seconds=receipt.wait + SLACK)
            await self._outbox.again(row, due, receipt.reason, chat=True)
        else:
            await self._outbox.again(row, now + self._pause(row), receipt.reason)

    def _pause(self, row: Row) -> timedelta:
        """Before the next attempt: twice as long each time, and never quite the same."""
        longest = min(2.0 ** min(row.attempts, 12), _LONGEST_PAUSE)
        return timedelta(seconds=longest * random.uniform(0.5, 1.0))  # noqa: S311 - no secret

    def _mind(self, receipt: Receipt) -> None:
        """One chat's trouble is its own; trouble in every chat in a row is everybody's."""
        if receipt.outcome not in (Outcome.LATER, Outcome.UNCONFIRMED):
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= _STEADY:
            wait = min(2.0 ** (self._failures - _STEADY), _LONGEST_REST)
            self._pacer.hold_all(receipt.wait or wait)

    async def _tend(self) -> None:
        """Begin what is due, free what was left lying, say that we are alive."""
        seen = float("-inf")
        clock = asyncio.get_running_loop().time
        while not self._stopping.is_set():
            now = datetime.now(UTC)
            if clock() - seen >= SEEN:
                alive = await self._tried(self._outbox.attend(self._name, now, ABSENT)) or 1
                self._pacer.pace.share(alive)
                if alive > 1 and seen < 0:  # the others must learn first that there is one more
                    self._pacer.hold_all(SEEN + TICK)
                seen = clock()
                self._known.set()
            await self._tried(self._outbox.expire(now, self._rules.resends, _CRASHED))
            while await self._tried(self._archive.begin(now, self._following)) is not None:
                self._stirred.set()
            await _first(TICK, self._stopping)

    async def _tell(self) -> None:
        """Keep editors informed; a slow chat of one of them holds up nothing else."""
        while not self._stopping.is_set():
            await self._tried(self._progress.show(datetime.now(UTC)))
            await _first(TICK, self._stopping)

    def _following(self, rhythm: str, now: datetime) -> datetime | None:
        try:
            return next_run(rhythm, now, self._rules.zone)
        except ScheduleError:
            return None

    async def _rest(self) -> None:
        """Wait until something may be due."""
        await _first(TICK / 4, self._stirred)
        self._stirred.clear()


def quiet_until(quiet: Quiet | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When a chat's quiet hours end, if it is in them."""
    here = now.astimezone(zone)
    if quiet is None or not quiet.covers(here.time()):
        return None
    day = here.date() if here.time() < quiet.end else here.date() + timedelta(days=1)
    return datetime.combine(day, quiet.end, tzinfo=zone).astimezone(UTC)


async def _first(seconds: float, event: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
