"""Administrative acts in the database: who did what when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.database import Database
from bot.migrations.tables import AUDIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody did as an administrator: `deed` is a word of the program, `subject` what it
    was done to, `detail` anything more that a reader wants to know."""

    id: int
    at: datetime
    user: int
    deed: str
    subject: str
    detail: str


def row(user: int, deed: str, subject: str = "", detail: str = "") -> sa.Insert:
    """The statement that notes an act, for the transaction in which it is done."""
    return sa.insert(AUDIT).values(
        made_at=datetime.now(UTC), user_id=user, deed=deed, subject=subject, detail=detail
    )


class Audit:
    """Who did what when."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, user: int, deed: str, subject: str = "", detail: str = "") -> None:
        """Note an act that has no transaction of its own."""
        async with self._database.writing() as connection:
            await connection.execute(row(user, deed, subject, detail))

    async def recent(self, limit: int, before: int | None = None) -> tuple[Act, ...]:
        """The newest acts first, those before the act `before` where it is given."""
        query = sa.select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(AUDIT.c.id < before)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Act(
                id=act.id,
                at=act.made_at,
                user=act.user_id,
                deed=act.deed,
                subject=act.subject,
                detail=act.detail,
            )
            for act in rows
        )
