"""Which editors have been told of which day, so that each is told once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.database import Database, delete
from bot.migrations.tables import DIGESTS

_KEPT = timedelta(days=14)  # longer than a digest looks back


class Digests:
    """Claims on the digest of a day; several processes may work on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def told(self, day: date) -> frozenset[int]:
        """The editors whose digest on that day was claimed."""
        query = sa.select(DIGESTS.c.user_id).where(DIGESTS.c.day == day.isoformat())
        async with self._database.reading() as connection:
            return frozenset((await connection.scalars(query)).all())

    async def last(self, before: date) -> date | None:
        """The last day before that one on which there was a digest."""
        query = sa.select(sa.func.max(DIGESTS.c.day)).where(DIGESTS.c.day < before.isoformat())
        async with self._database.reading() as connection:
            found = await connection.scalar(query)
        return date.fromisoformat(found) if found is not None else None

    async def claim(self, day: date, user: int, now: datetime) -> bool:
        """Claim an editor's digest of a day; False where somebody else has. What is long past is
        forgotten."""
        async with self._database.writing() as connection:
            await delete(connection, DIGESTS, DIGESTS.c.day < (day - _KEPT).isoformat())
            insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            row = {"day": day.isoformat(), "user_id": user, "claimed_at": now}
            statement = insert(DIGESTS).values(row).on_conflict_do_nothing()
            return (await connection.execute(statement)).rowcount == 1

    async def release(self, day: date, user: int) -> None:
        """Give a claim back: the digest surely did not arrive."""
        async with self._database.writing() as connection:
            await delete(
                connection,
                DIGESTS,
                DIGESTS.c.day == day.isoformat(),
                DIGESTS.c.user_id == user,
            )
