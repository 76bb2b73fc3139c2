"""Who waits for an answer, in the database.

Somebody is told at least once: a claim that is not settled, because the process died, lapses and
the telling is done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.database import Database, StorageError
from bot.migrations.tables import QUESTIONS, WAITING

_LEASE = timedelta(seconds=180)  # longer than one message is tried for


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """A question, in full, whose asker waits for its answer in a private chat."""

    asked: int
    chat: int
    question: str
    tries: int


class Waitlist:
    """The residents who wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def join(self, asked: int, user: int, chat: int, now: datetime) -> bool:
        """Somebody wants to be told; False when they are on the list, or were told, or the
        question has been erased."""
        values = {
            "asked_id": asked,
            "user_id": user,
            "chat_id": chat,
            "since": now,
            "version": "",
            "tries": 0,
        }
        try:
            async with self._database.writing() as connection:
                await connection.execute(sa.insert(WAITING).values(values))
        except StorageError as error:
            if isinstance(error.__cause__, IntegrityError):
                return False
            raise
        return True

    async def told(self, asked: int) -> bool | None:
        """Whether somebody was told already; None when they do not wait."""
        query = sa.select(WAITING.c.told_at).where(WAITING.c.asked_id == asked)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return row.told_at is not None if row is not None else None

    async def open(self, version: str, now: datetime, limit: int) -> tuple[Waiter, ...]:
        """Those whose question was not yet tried on a version of the knowledge, the longest
        waiting first."""
        query = (
            sa.select(WAITING.c.asked_id, WAITING.c.chat_id, WAITING.c.tries, QUESTIONS.c.resolved)
            .join(QUESTIONS, QUESTIONS.c.id == WAITING.c.asked_id)
            .where(
                WAITING.c.told_at.is_(None),
                WAITING.c.version != version,
                sa.or_(WAITING.c.claimed_until.is_(None), WAITING.c.claimed_until < now),
            )
            .order_by(WAITING.c.asked_id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Waiter(asked=row.asked_id, chat=row.chat_id, question=row.resolved, tries=row.tries)
            for row in rows
        )

    async def still(self, asked: tuple[int, ...], version: str) -> None:
        """These have no answer on a version either."""
        await self._settle(asked, version=version, claimed_until=None)

    async def claim(self, asked: int, now: datetime) -> bool:
        """Take it upon us to tell somebody; False when another process does so."""
        statement = (
            sa.update(WAITING)
            .where(
                WAITING.c.asked_id == asked,
                WAITING.c.told_at.is_(None),
                sa.or_(WAITING.c.claimed_until.is_(None), WAITING.c.claimed_until < now),
            )
            .values(claimed_until=now + _LEASE, tries=WAITING.c.tries + 1)
        )
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).rowcount > 0

    async def later(self, asked: int, until: datetime) -> None:
        """It could not be said now."""
        await self._settle((asked,), claimed_until=until)

    async def done(self, asked: int, now: datetime, target: str | None) -> None:
        """It has been said, or cannot be said to them."""
        await self._settle((asked,), told_at=now, target=target, claimed_until=None)

    async def _settle(self, asked: tuple[int, ...], **values: object) -> None:
        async with self._database.writing() as connection:
            await connection.execute(
                sa.update(WAITING).where(WAITING.c.asked_id.in_(asked)).values(values)
            )
