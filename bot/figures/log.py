"""The log of questions a piece at a time, without anybody's number or chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.database import Database
from bot.migrations.tables import FEEDBACK, QUESTIONS

_PIECE = 2000  # rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question in full and what came of it, but not who asked it where."""

    asked_at: datetime
    question: str
    status: str
    lack: str | None
    confidence: float
    target: str | None
    issue: str | None
    version: str
    good: int
    bad: int


class Log:
    """The log of questions, oldest first."""

    def __init__(self, database: Database, piece: int = _PIECE) -> None:
        self._database = database
        self._piece = piece

    async def between(self, start: datetime, end: datetime) -> AsyncIterator[Entry]:
        """What was asked from one moment until before another. Each piece is a short look at the
        database: nobody waits for it, and what is erased meanwhile is left out."""
        asked_at, number = QUESTIONS.c.asked_at, QUESTIONS.c.id
        query = (
            sa.select(QUESTIONS, _verdicts(1).label("good"), _verdicts(-1).label("bad"))
            .where(asked_at < end)
            .order_by(asked_at, number)
            .limit(self._piece)
        )
        beyond: sa.ColumnElement[bool] = asked_at >= start
        while True:
            async with self._database.reading() as connection:
                rows = (await connection.execute(query.where(beyond))).all()
            for row in rows:
                yield Entry(
                    asked_at=row.asked_at,
                    question=row.resolved,
                    status=row.status,
                    lack=row.lack,
                    confidence=row.confidence,
                    target=row.target,
                    issue=row.issue,
                    version=row.version,
                    good=row.good,
                    bad=row.bad,
                )
            if len(rows) < self._piece:
                return
            last = rows[-1]
            beyond = sa.tuple_(asked_at, number) > sa.tuple_(
                sa.literal(last.asked_at, asked_at.type), sa.literal(last.id, number.type)
            )


def _verdicts(verdict: int) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(FEEDBACK.c.asked_id == QUESTIONS.c.id, FEEDBACK.c.verdict == verdict)
        .correlate(QUESTIONS)
        .scalar_subquery()
    )
