"""What the database holds of one person, whatever room put it there: counted, and erased."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database, delete
from bot.handoff import erasure
from bot.migrations.tables import (
    CHATS,
    DRAFTS,
    FEEDBACK,
    HANDOFF_RESIDENTS,
    HANDOFFS,
    IMPORT_TEXTS,
    IMPORTS,
    OUTBOX,
    QUESTIONS,
    SESSIONS,
    SUBSCRIPTIONS,
    WAITING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How much is stored of one person, and from when to when (None when nothing is)."""

    sessions: int = 0
    questions: int = 0
    feedback: int = 0
    chats: int = 0  # 1 when it is noted whether the person stopped the bot
    subscriptions: int = 0
    drafts: int = 0  # of an announcement, an answer, an issue
    waiting: int = 0  # questions whose answer they want to be told
    residents: int = 0  # 1 when staff know the person by a number
    handoffs: int = 0
    barred: bool = False
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A table that says of its rows whose they are and from when; `of` is where they count."""

    of: str
    person: sa.Column[Any]
    moment: sa.Column[Any]


_KEPT = (  # those with feedback and replies last: they go with their questions
    _Kept("chats", CHATS.c.chat_id, CHATS.c.changed_at),  # a private chat has its person's id
    _Kept("subscriptions", SUBSCRIPTIONS.c.chat_id, SUBSCRIPTIONS.c.since),
    _Kept("drafts", DRAFTS.c.user_id, DRAFTS.c.touched_at),
    _Kept("drafts", IMPORTS.c.user_id, IMPORTS.c.touched_at),
    _Kept("waiting", WAITING.c.user_id, WAITING.c.since),
    _Kept("sessions", SESSIONS.c.user_id, SESSIONS.c.touched_at),
    _Kept("feedback", FEEDBACK.c.user_id, FEEDBACK.c.given_at),
    _Kept("questions", QUESTIONS.c.user_id, QUESTIONS.c.asked_at),
)
_RESIDENTS = _Kept("residents", HANDOFF_RESIDENTS.c.user_id, HANDOFF_RESIDENTS.c.touched_at)


class Belongings:
    """What is a person's own to see and to erase."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user: int) -> Stored:
        """How much is stored of a person: what `forget` would erase. Raises StorageError."""
        counts: Counter[str] = Counter()
        times: list[datetime] = []
        async with self._database.reading() as connection:
            for kept in (*_KEPT, _RESIDENTS):
                query = sa.select(
                    sa.func.count(), sa.func.min(kept.moment), sa.func.max(kept.moment)
                ).where(kept.person == user)
                count, *ends = (await connection.execute(query)).one()
                counts[kept.of] += count
                times.extend(end for end in ends if end is not None)
            handoffs, barred = await _handed(connection, user)
        return Stored(
            **counts,
            handoffs=handoffs,
            barred=barred,
            first=min(times, default=None),
            last=max(times, default=None),
        )

    async def forget(self, user: int) -> int:
        """Erase everything of a person, all or nothing; how many of these things there were. With
        questions go their replies and whatever feedback they got, with subscriptions what was
        announced, with drafts their texts. Raises StorageError."""
        async with self._database.writing() as connection:
            erased = await erasure.forget(connection, user)
            await delete(connection, IMPORT_TEXTS, IMPORT_TEXTS.c.user_id == user)
            await delete(connection, OUTBOX, OUTBOX.c.chat_id == user)
            for kept in _KEPT:
                erased += await delete(connection, kept.person.table, kept.person == user)
            return erased


async def _handed(connection: AsyncConnection, user: int) -> tuple[int, bool]:
    """How many matters a person handed to staff, and whether that is closed to them."""
    mine = sa.select(HANDOFF_RESIDENTS.c.number).where(HANDOFF_RESIDENTS.c.user_id == user)
    bar = sa.select(HANDOFF_RESIDENTS.c.barred).where(HANDOFF_RESIDENTS.c.user_id == user)
    handed = sa.select(sa.func.count()).where(HANDOFFS.c.resident.in_(mine))
    return (await connection.execute(handed)).scalar_one(), bool(await connection.scalar(bar))
