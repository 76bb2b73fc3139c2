"""Letters in the database: stored before they are sent, sent in order, marked afterwards.

Letters of one resident in one direction form a line; nobody takes a letter while one before it in
its line is waiting or on its way. Whatever dies in between leaves a letter whose lease runs out:
then it is sent again, so each arrives at least once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from bot.handoff.cases import Handoff, Kind, Letter, Side, Source
from bot.migrations.tables import HANDOFF_MESSAGES as LETTERS
from bot.migrations.tables import HANDOFFS

_BEFORE = LETTERS.alias("before")


class Fate(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    GONE = "gone"  # its resident takes nothing from us; sent when they come back
    REFUSED = "refused"


_OPEN = (Fate.WAITING, Fate.CLAIMED)
_BLOCKED = sa.exists().where(  # by one before it in its line
    _BEFORE.c.resident == LETTERS.c.resident,
    _BEFORE.c.side == LETTERS.c.side,
    _BEFORE.c.state.in_(_OPEN),
    _BEFORE.c.id < LETTERS.c.id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A letter as it is stored: `target` is where it arrived."""

    id: int
    handoff: int
    resident: int
    letter: Letter
    state: Fate
    made: datetime
    attempts: int = 0
    target: Source | None = None


class Mailbag:
    """The table of letters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next(self, now: datetime, busy: Collection[int]) -> Sealed | None:
        """The first letter that is due and first in its line, of those not `busy`."""
        query = (
            sa.select(LETTERS)
            .where(
                LETTERS.c.state == Fate.WAITING,
                LETTERS.c.due_at <= now,
                LETTERS.c.id.not_in(busy),
                ~_BLOCKED,
            )
            .order_by(LETTERS.c.id)
            .limit(1)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _sealed(row) if row is not None else None

    async def claim(self, sealed: Sealed, worker: str, until: datetime) -> bool:
        """Take a letter; False when somebody else did."""
        async with self._database.writing() as connection:
            taken = await connection.execute(
                sa.update(LETTERS)
                .where(LETTERS.c.id == sealed.id, LETTERS.c.state == Fate.WAITING)
                .values(state=Fate.CLAIMED, worker=worker, leased_until=until)
            )
        return taken.rowcount == 1

    async def sent(self, sealed: Sealed, target: Source | None) -> None:
        """It arrived there."""
        await self._end(
            sealed,
            Fate.SENT,
            target_chat=target.chat if target else None,
            target_message=target.message if target else None,
        )

    async def again(self, sealed: Sealed, due: datetime, reason: str) -> None:
        """It did not arrive, or nobody knows: to be sent again at `due`."""
        await self._end(
            sealed, Fate.WAITING, due_at=due, attempts=sealed.attempts + 1, reason=reason
        )

    async def lost(
        self, sealed: Sealed, fate: Fate, reason: str, handoff: Handoff, told: tuple[Letter, ...]
    ) -> None:
        """It cannot be sent, and whoever wrote it is told so."""
        async with self._database.writing() as connection:
            await connection.execute(
                sa.update(LETTERS)
                .where(LETTERS.c.id == sealed.id, LETTERS.c.state.in_(_OPEN))
                .values(state=fate, reason=reason, worker=None, leased_until=None)
            )
            await post(connection, handoff, told, sealed.made)

    async def _end(self, sealed: Sealed, state: Fate, **values: Any) -> None:
        async with self._database.writing() as connection:
            await connection.execute(
                sa.update(LETTERS)
                .where(LETTERS.c.id == sealed.id, LETTERS.c.state.in_(_OPEN))
                .values(state=state, worker=None, leased_until=None, **values)
            )

    async def expire(self, now: datetime) -> int:
        """Free the letters whose process did not report in time; how many there were."""
        async with self._database.writing() as connection:
            freed = await connection.execute(
                sa.update(LETTERS)
                .where(LETTERS.c.state == Fate.CLAIMED, LETTERS.c.leased_until < now)
                .values(state=Fate.WAITING, worker=None, leased_until=None)
            )
        return freed.rowcount

    async def any_expired(self, now: datetime) -> bool:
        """Whether there is anything to free."""
        query = (
            sa.select(LETTERS.c.id)
            .where(LETTERS.c.state == Fate.CLAIMED, LETTERS.c.leased_until < now)
            .limit(1)
        )
        async with self._database.reading() as connection:
            return await connection.scalar(query) is not None

    async def back(self, resident: int, since: datetime, now: datetime) -> int:
        """A resident takes letters again: what was stopped since then goes out; how many."""
        async with self._database.writing() as connection:
            freed = await connection.execute(
                sa.update(LETTERS)
                .where(
                    LETTERS.c.resident == resident,
                    LETTERS.c.state == Fate.GONE,
                    LETTERS.c.made_at > since,
                )
                .values(state=Fate.WAITING, due_at=now, attempts=0)
            )
        return freed.rowcount

    async def written(self, source: Source) -> tuple[Sealed, ...]:
        """The letters that carry what somebody wrote in a message, in order; of an edited one, as
        they were first."""
        return await self._found(
            LETTERS.c.source_chat == source.chat,
            LETTERS.c.source_message == source.message,
            LETTERS.c.kind.in_((Kind.CARD, Kind.WORDS, Kind.MEDIA)),
        )

    async def arrived(self, target: Source) -> Sealed | None:
        """The letter that became that message."""
        found = await self._found(
            LETTERS.c.target_chat == target.chat, LETTERS.c.target_message == target.message
        )
        return found[-1] if found else None

    async def answers(self, handoff: int) -> tuple[Letter, ...]:
        """What staff answered in words, in order, as they last put it."""
        words: dict[tuple[Source | None, int], Letter] = {}
        for sealed in await self._found(
            LETTERS.c.handoff_id == handoff,
            LETTERS.c.side == Side.RESIDENT,
            LETTERS.c.kind.in_((Kind.WORDS, Kind.REWORDED)),
        ):
            place = (sealed.letter.source, sealed.letter.part)
            if sealed.letter.kind is Kind.WORDS or place in words:
                words[place] = sealed.letter
        return tuple(words.values())

    async def _found(self, *conditions: sa.ColumnElement[bool]) -> tuple[Sealed, ...]:
        query = sa.select(LETTERS).where(*conditions).order_by(LETTERS.c.id)
        async with self._database.reading() as connection:
            return tuple(_sealed(row) for row in await connection.execute(query))


async def post(
    connection: AsyncConnection, handoff: Handoff, letters: tuple[Letter, ...], now: datetime
) -> None:
    """Store letters in order; those that are stored already are left out."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    if connection.dialect.name == "postgresql":  # one after another, so that numbers follow order
        lock = sa.select(HANDOFFS.c.id).where(HANDOFFS.c.id == handoff.id).with_for_update()
        await connection.execute(lock)
    for letter in letters:
        await connection.execute(
            insert(LETTERS)
            .values(_values(handoff, letter, now))
            .on_conflict_do_nothing(index_elements=["once"])
        )


def _values(handoff: Handoff, letter: Letter, now: datetime) -> dict[str, Any]:
    return {
        "handoff_id": handoff.id,
        "resident": handoff.resident,
        "side": letter.side,
        "kind": letter.kind,
        "text": letter.text,
        "name": letter.name,
        "source_chat": letter.source.chat if letter.source else None,
        "source_message": letter.source.message if letter.source else None,
        "part": letter.part,
        "file": letter.file,
        "once": letter.once,
        "answers": letter.answers,
        "state": Fate.WAITING,
        "made_at": now,
        "due_at": now,
        "attempts": 0,
    }


def _sealed(row: sa.Row[Any]) -> Sealed:
    return Sealed(
        id=row.id,
        handoff=row.handoff_id,
        resident=row.resident,
        letter=Letter(
            side=Side(row.side),
            kind=Kind(row.kind),
            text=row.text,
            name=row.name,
            source=_message(row.source_chat, row.source_message),
            part=row.part,
            file=row.file,
            once=row.once,
            answers=row.answers,
        ),
        state=Fate(row.state),
        made=row.made_at,
        attempts=row.attempts,
        target=_message(row.target_chat, row.target_message),
    )


def _message(chat: int | None, message: int | None) -> Source | None:
    return Source(chat=chat, message=message) if chat is not None and message is not None else None
