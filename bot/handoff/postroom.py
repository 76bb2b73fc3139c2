"""The process's part in carrying letters, in reminding staff, and in ending what fell silent.

Each letter ends in the database before it is forgotten here, whatever Telegram, the network or
the database do. Several processes may work on one database.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.database import StorageError
from bot.delivery import SLACK, Outcome, Receipt
from bot.handoff.cases import Case, Kind, Letter, Side, Source, quiet, reminded
from bot.handoff.courier import Courier
from bot.handoff.hours import OfficeHours
from bot.handoff.mailbag import Fate, Mailbag, Sealed
from bot.handoff.register import Register
from bot.handoff.room import Room
from bot.ledger import Ledger
from bot.outage import Outage
from bot.pacing import Pacer
from bot.settings import Handoff

logger = logging.getLogger(__name__)

AT_ONCE = {Side.STAFF: 8, Side.RESIDENT: 32}  # letters under way; a group is soon full
TICK, TEND = 0.5, 5.0  # seconds between looks at what is due, and at what is overdue
_CALL = 0.7  # of the lease that one letter may take
_LONGEST_PAUSE = 60.0
_LAST = 5.0  # seconds at the end for what is said besides letters
_AWAY = 300.0  # seconds until a group that took nothing is tried again
_CHANGES = frozenset({Kind.CARD, Kind.REWORDED})  # of messages that are there already
_PEOPLES = frozenset({Kind.WORDS, Kind.MEDIA, Kind.REWORDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the settings say."""

    lease: timedelta
    handoff: Handoff
    hours: OfficeHours


class Postroom:
    """Runs until stopped; what is under way is then finished."""

    def __init__(
        self,
        *,
        register: Register,
        mailbag: Mailbag,
        courier: Courier,
        room: Room,
        ledger: Ledger,
        pacer: Pacer,
        rules: Rules,
    ) -> None:
        self._register = register
        self._mailbag = mailbag
        self._courier = courier
        self._room = room
        self._ledger = ledger
        self._pacer = pacer
        self._rules = rules
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._stopping = asyncio.Event()
        self._stirred = {side: asyncio.Event() for side in Side}
        self._busy: set[int] = set()
        self._besides: set[asyncio.Task[Any]] = set()
        self._outage = Outage("hand-offs wait for the database", logger)
        self._tried = self._outage.survived

    @property
    def busy(self) -> bool:
        """Whether a letter is under way: it may have arrived and not be written down yet."""
        return bool(self._busy)

    def stir(self) -> None:
        """There is a new letter: look at once."""
        for event in self._stirred.values():
            event.set()

    def besides(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do what nobody need wait for, as something said in a group that has had its share."""
        task = asyncio.create_task(self._tried(work))
        self._besides.add(task)
        task.add_done_callback(self._besides.discard)

    def stop(self) -> None:
        """Take no more letters."""
        self._stopping.set()
        self.stir()

    async def run(self) -> None:
        """Work until `stop` is called."""
        if not self._room.configured:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tend())
            for side in Side:
                group.create_task(self._take_all(group, side))
        if self._besides:
            _, late = await asyncio.wait(self._besides, timeout=_LAST)
            for task in late:
                task.cancel()

    async def _take_all(self, group: asyncio.TaskGroup, side: Side) -> None:
        slots = asyncio.Semaphore(AT_ONCE[side])
        while not self._stopping.is_set():
            await slots.acquire()
            self._stirred[side].clear()
            now = datetime.now(UTC)
            sealed = await self._tried(self._mailbag.next(side, now, self._busy))
            if sealed is None:
                slots.release()
                await _first(TICK, self._stirred[side])
                continue
            self._busy.add(sealed.id)
            task = group.create_task(self._end(sealed))
            task.add_done_callback(lambda _: slots.release())

    async def _end(self, sealed: Sealed) -> None:
        """Send a letter and write down what became of it, however long the database takes."""
        try:
            case = await self._tried(self._register.case(sealed.handoff))
            chat = await self._chat(sealed, case) if case is not None else None
            if case is None or chat is None:
                await asyncio.sleep(TICK)
                return
            if not await self._paced(chat, message=sealed.letter.kind not in _CHANGES):
                return
            until = datetime.now(UTC) + self._rules.lease
            if not await self._tried(self._mailbag.claim(sealed, self._name, until)):
                return
            receipt = await self._carried(sealed, chat)
            while await self._tried(self._settle(sealed, case, chat, receipt)) is None:
                if self._stopping.is_set() or not self._outage.failing:
                    logger.error("letter %s: %s, not written down", sealed.id, receipt.outcome)
                    break
                await asyncio.sleep(TICK)
        finally:
            self._busy.discard(sealed.id)
            self.stir()

    async def _paced(self, chat: int, *, message: bool) -> bool:
        """Wait until the pace allows a letter; False when told to stop meanwhile."""
        waits = (
            asyncio.ensure_future(self._pacer.answer(chat, message=message)),
            asyncio.ensure_future(self._stopping.wait()),
        )
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return not self._stopping.is_set()

    async def _chat(self, sealed: Sealed, case: Case) -> int | None:
        if sealed.letter.side is Side.RESIDENT:
            return case.resident.user
        return await self._room.current()

    async def _carried(self, sealed: Sealed, chat: int) -> Receipt:
        try:
            async with asyncio.timeout(_CALL * self._rules.lease.total_seconds()):
                case = await self._register.case(sealed.handoff)
                if case is None:  # forgotten meanwhile, and the letter with it
                    return Receipt(outcome=Outcome.DELIVERED)
                if sealed.letter.side is Side.RESIDENT:
                    return await self._courier.to_resident(sealed, case)
                return await self._courier.to_staff(sealed, case, chat)
        except TimeoutError:
            return Receipt(outcome=Outcome.UNCONFIRMED, reason="timed out")
        except StorageError as error:
            return Receipt(outcome=Outcome.LATER, reason=str(error))
        except Exception as error:  # the one letter must not end the sending of all others
            logger.exception("letter %s not sent", sealed.id)
            return Receipt(outcome=Outcome.REFUSED, reason=type(error).__name__)

    async def _settle(self, sealed: Sealed, case: Case, chat: int, receipt: Receipt) -> bool:
        """The letter's next state. Raises StorageError."""
        now, resident = datetime.now(UTC), sealed.letter.side is Side.RESIDENT
        match receipt.outcome:
            case Outcome.DELIVERED:
                arrived = None
                if receipt.message is not None:
                    arrived = Source(chat=chat, message=receipt.message)
                await self._mailbag.sent(sealed, arrived)
            case Outcome.MOVED if receipt.chat is not None:
                await self._ledger.moved(chat, receipt.chat)
                self._room.moved()
                await self._mailbag.again(sealed, now, receipt.reason)
            case Outcome.GONE if resident:
                await self._ledger.gone(chat, receipt.reason)
                await self._register.gone(chat, gone=True)
                await self._lost(sealed, case, Fate.GONE, receipt)
            case Outcome.GONE:
                logger.error("the staff's group takes nothing: %s", receipt.reason)
                await self._ledger.gone(chat, receipt.reason)
                again = now + timedelta(seconds=_AWAY)
                await self._mailbag.again(sealed, again, receipt.reason)
            case Outcome.LATER | Outcome.UNCONFIRMED | Outcome.MOVED:
                pause = self._pause(sealed) if receipt.wait is None else receipt.wait + SLACK
                again = now + timedelta(seconds=pause)
                await self._mailbag.again(sealed, again, receipt.reason)
            case _:
                await self._lost(sealed, case, Fate.REFUSED, receipt)
        return True

    async def _lost(self, sealed: Sealed, case: Case, fate: Fate, receipt: Receipt) -> None:
        """Whoever wrote what cannot be sent is told so, below their own message."""
        letter = sealed.letter
        logger.warning("letter %s: %s: %s", sealed.id, receipt.outcome, receipt.reason)
        told: tuple[Letter, ...] = ()
        if letter.kind in _PEOPLES and letter.source is not None:
            to_staff = letter.side is Side.STAFF
            told = (
                Letter(
                    side=Side.RESIDENT if to_staff else Side.STAFF,
                    kind=Kind.NOT_PASSED if to_staff else Kind.UNDELIVERED,
                    text=fate,
                    answers=letter.source.message,
                ),
            )
        await self._mailbag.lost(sealed, fate, receipt.reason, case.handoff, told)

    def _pause(self, sealed: Sealed) -> float:
        """Seconds before the next attempt: twice as long each time, and never quite the same."""
        longest = min(2.0 ** min(sealed.attempts, 12), _LONGEST_PAUSE)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret

    async def _tend(self) -> None:
        """Free what was left lying, remind of what waits, end what fell silent."""
        while not self._stopping.is_set():
            now = datetime.now(UTC)
            if await self._tried(self._mailbag.any_expired(now)):
                await self._tried(self._mailbag.expire(now))
                self.stir()
            await self._tried(self.look_after(now))
            await _first(TEND, self._stopping)

    async def look_after(self, now: datetime) -> int:
        """Remind of what has waited too long by `now`, end what fell silent; how many changed.
        Raises StorageError."""
        rules, changed = self._rules, 0
        for case in await self._register.open_cases():
            since = case.handoff.waiting
            event = partial(quiet, now=now, days=rules.handoff.close_days)
            if since is not None:
                worked = rules.hours.worked(since, now)
                event = partial(reminded, worked=worked, steps=rules.handoff.remind_hours)
            if event(case) is not None:  # looked at again in the transaction
                written = datetime.now(UTC)
                number = case.handoff.id
                changed += await self._register.change(number, event, written) is not None
        if changed:
            self.stir()
        return changed


async def _first(seconds: float, event: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
