"""Residents and their matters in the database; every change is one transaction with the letters
that tell of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database, put
from bot.handoff.cases import (
    Card,
    Case,
    Change,
    Closer,
    Handoff,
    Letter,
    Person,
    Resident,
    State,
    Step,
)
from bot.handoff.mailbag import post
from bot.migrations.tables import (
    HANDOFF_RESIDENTS,
    HANDOFF_STAFF,
    HANDOFFS,
    QUESTIONS,
)

Event = Callable[[Case], Change | None]


class Register:
    """The tables of residents, matters and names of staff."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def resident(self, user: int) -> Resident | None:
        """What is known of a resident."""
        return await self._resident(HANDOFF_RESIDENTS.c.user_id == user)

    async def at(self, room: int, thread: int) -> Resident | None:
        """Whose topic that is."""
        return await self._resident(
            HANDOFF_RESIDENTS.c.room_id == room, HANDOFF_RESIDENTS.c.thread_id == thread
        )

    async def _resident(self, *conditions: sa.ColumnElement[bool]) -> Resident | None:
        query = sa.select(HANDOFF_RESIDENTS).where(*conditions)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return resident_of(row) if row is not None else None

    async def case(self, number: int) -> Case | None:
        """A matter and whose it is."""
        async with self._database.reading() as connection:
            return await _case(connection, HANDOFFS.c.id == number)

    async def latest(self, resident: int) -> Case | None:
        """The last matter of a resident, open or not."""
        async with self._database.reading() as connection:
            return await _case(connection, HANDOFFS.c.resident == resident)

    async def on_card(self, room: int, message: int) -> Case | None:
        """The matter whose card that message is."""
        async with self._database.reading() as connection:
            return await _case(
                connection, HANDOFFS.c.card_room == room, HANDOFFS.c.card_message == message
            )

    async def missed(self, user: int, since: datetime) -> int | None:
        """The number of the last question of a resident in private, if it was asked since then,
        the bulletin did not answer it and it was not handed over."""
        query = (
            sa.select(QUESTIONS.c.id, QUESTIONS.c.status)
            .where(
                QUESTIONS.c.user_id == user,
                QUESTIONS.c.chat_id == user,
                QUESTIONS.c.asked_at > since,
            )
            .order_by(QUESTIONS.c.id.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None or row.status not in ("related", "unknown"):
                return None
            handed = sa.select(HANDOFFS.c.id).where(HANDOFFS.c.asked_id == row.id)
            known = (await connection.execute(handed.limit(1))).one_or_none()
        return row.id if known is None else None

    async def open_cases(self) -> tuple[Case, ...]:
        """The matters that are open, the one that waits longest first."""
        query = _CASES.where(HANDOFFS.c.state == State.OPEN).order_by(
            HANDOFFS.c.waiting_since.is_(None), HANDOFFS.c.waiting_since, HANDOFFS.c.id
        )
        async with self._database.reading() as connection:
            return tuple(_case_of(row) for row in await connection.execute(query))

    async def ask(self, user: int, step: Step, pending: str | None, now: datetime) -> None:
        """Note that a resident is asked for something, and for what matter."""
        fresh = {"gone": False, "barred": False}
        values = {"step": step, "pending": pending, "touched_at": now}
        async with self._database.writing() as connection:
            await connection.execute(
                _insert(connection, HANDOFF_RESIDENTS)
                .values(user_id=user, **fresh, **values)
                .on_conflict_do_update(index_elements=["user_id"], set_=values)
            )

    async def told(self, user: int, name: str | None = None) -> None:
        """Nothing more is asked; with `name`, that is what the resident is called."""
        values: dict[str, Any] = {"step": None, "pending": None}
        await self._set(user, **(values if name is None else values | {"name": name}))

    async def gone(self, user: int, *, gone: bool) -> None:
        """Whether a resident stopped the bot."""
        await self._set(user, gone=gone)

    async def _set(self, user: int, **values: Any) -> None:
        async with self._database.writing() as connection:
            await connection.execute(
                sa.update(HANDOFF_RESIDENTS)
                .where(HANDOFF_RESIDENTS.c.user_id == user)
                .values(**values)
            )

    async def open(self, change: Change, now: datetime) -> int | None:
        """Write a new matter down, with its letters, and that its resident is asked nothing more;
        its number. None when the resident has one that is open."""
        handoff = change.handoff
        async with self._database.writing() as connection:
            await connection.execute(  # waits for whoever opens one for the same resident
                sa.update(HANDOFF_RESIDENTS)
                .where(HANDOFF_RESIDENTS.c.number == handoff.resident)
                .values(step=None, pending=None)
            )
            another = sa.select(HANDOFFS.c.id).where(
                HANDOFFS.c.resident == handoff.resident, HANDOFFS.c.state == State.OPEN
            )
            if await connection.scalar(another) is not None:
                return None
            statement = sa.insert(HANDOFFS).values(_values(handoff)).returning(HANDOFFS.c.id)
            number = int((await connection.execute(statement)).scalar_one())
            made = replace(handoff, id=number)
            await post(connection, made, change.letters, now)
        return number

    async def change(
        self,
        number: int,
        event: Event,
        now: datetime,
        also: sa.Executable | None = None,
    ) -> Case | None:
        """Let something happen to a matter while nothing else does; the case afterwards, None
        where it changes nothing. `also` goes into the same transaction."""
        async with self._database.writing() as connection:
            case = await _case(connection, HANDOFFS.c.id == number, lock=True)
            change = event(case) if case is not None else None
            if case is None or change is None:
                return None
            values = _values(change.handoff)
            await connection.execute(
                sa.update(HANDOFFS).where(HANDOFFS.c.id == number).values(values)
            )
            await post(connection, change.handoff, change.letters, now)
            if also is not None:
                await connection.execute(also)
        return Case(resident=case.resident, handoff=change.handoff)

    async def write(self, handoff: Handoff, letters: tuple[Letter, ...], now: datetime) -> None:
        """Letters that tell of no change."""
        async with self._database.writing() as connection:
            await post(connection, handoff, letters, now)

    async def bar(self, resident: int, *, barred: bool, also: sa.Executable) -> bool:
        """Keep a resident from handing anything over, or no longer; whether that is new."""
        async with self._database.writing() as connection:
            done = await connection.execute(
                sa.update(HANDOFF_RESIDENTS)
                .where(
                    HANDOFF_RESIDENTS.c.number == resident,
                    HANDOFF_RESIDENTS.c.barred.is_(not barred),
                )
                .values(barred=barred)
            )
            if done.rowcount:
                await connection.execute(also)
        return bool(done.rowcount)

    async def place(self, resident: int, room: int | None, thread: int | None) -> None:
        """Where a resident's topic is."""
        async with self._database.writing() as connection:
            await connection.execute(
                sa.update(HANDOFF_RESIDENTS)
                .where(HANDOFF_RESIDENTS.c.number == resident)
                .values(room_id=room, thread_id=thread)
            )

    async def carded(self, number: int, card: Card) -> None:
        """Where the card of a matter stands."""
        async with self._database.writing() as connection:
            await connection.execute(
                sa.update(HANDOFFS)
                .where(HANDOFFS.c.id == number)
                .values(card_room=card.room, card_thread=card.thread, card_message=card.message)
            )

    async def staff_name(self, user: int) -> str | None:
        """How somebody of the staff wants to be called."""
        query = sa.select(HANDOFF_STAFF.c.name).where(HANDOFF_STAFF.c.user_id == user)
        async with self._database.reading() as connection:
            found: str | None = await connection.scalar(query)
        return found

    async def call_staff(self, user: int, name: str) -> None:
        """Somebody of the staff wants to be called so."""
        async with self._database.writing() as connection:
            await put(connection, HANDOFF_STAFF, {"user_id": user, "name": name})


_CASES = sa.select(
    HANDOFFS, *(column.label(f"r_{column.name}") for column in HANDOFF_RESIDENTS.columns)
).join(HANDOFF_RESIDENTS, HANDOFF_RESIDENTS.c.number == HANDOFFS.c.resident)


async def _case(
    connection: AsyncConnection, *conditions: sa.ColumnElement[bool], lock: bool = False
) -> Case | None:
    query = _CASES.where(*conditions).order_by(HANDOFFS.c.id.desc()).limit(1)
    if lock:
        query = query.with_for_update(of=HANDOFFS)
    row = (await connection.execute(query)).one_or_none()
    return _case_of(row) if row is not None else None


def _case_of(row: sa.Row[Any]) -> Case:
    card = None
    if row.card_room is not None and row.card_message is not None:
        card = Card(room=row.card_room, thread=row.card_thread or 0, message=row.card_message)
    handoff = Handoff(
        id=row.id,
        resident=row.resident,
        question=row.question,
        found=row.found,
        asked=row.asked_id,
        state=State(row.state),
        staff=Person(user=row.staff_id, name=row.staff_name or "") if row.staff_id else None,
        opened=row.opened_at,
        heard=row.heard_at,
        waiting=row.waiting_since,
        reminded=row.reminded,
        closed=row.closed_at,
        closer=Closer(row.closer) if row.closer else None,
        rating=row.rating,
        card=card,
        taught=row.taught,
    )
    return Case(resident=resident_of(row, "r_"), handoff=handoff)


def resident_of(row: sa.Row[Any], prefix: str = "") -> Resident:
    """A resident from their row."""
    values = {
        name: getattr(row, f"{prefix}{column}")
        for name, column in (
            ("number", "number"),
            ("user", "user_id"),
            ("name", "name"),
            ("step", "step"),
            ("pending", "pending"),
            ("room", "room_id"),
            ("thread", "thread_id"),
            ("gone", "gone"),
            ("barred", "barred"),
            ("touched", "touched_at"),
        )
    }
    step = values.pop("step")
    return Resident(step=Step(step) if step else None, **values)


def _values(handoff: Handoff) -> dict[str, Any]:
    """The columns that events change. The card's place is the sender's to write."""
    return {
        "resident": handoff.resident,
        "question": handoff.question,
        "found": handoff.found,
        "asked_id": handoff.asked,
        "state": handoff.state,
        "staff_id": handoff.staff.user if handoff.staff else None,
        "staff_name": handoff.staff.name if handoff.staff else None,
        "opened_at": handoff.opened,
        "heard_at": handoff.heard,
        "waiting_since": handoff.waiting,
        "reminded": handoff.reminded,
        "closed_at": handoff.closed,
        "closer": handoff.closer,
        "rating": handoff.rating,
        "taught": handoff.taught,
    }


def _insert(connection: AsyncConnection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return insert(table)
