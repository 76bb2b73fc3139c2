"""Which version of the content was in use since when, and who put it there, in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from bot.migrations.tables import VERSIONS

CHANNEL = "bulletin_content"  # on which PostgreSQL tells of a new version
_LOCK = 0x636F6E74656E74  # "content": the number of the advisory lock on PostgreSQL


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version that was put in use: `version` is the snapshot's, `digest` that of its files,
    `folder` that of the content folder then; `by` is 0 where no person did it."""

    id: int
    version: str
    digest: str
    folder: str
    by: int
    deed: str
    made: datetime


class Versions:
    """The versions, newest last; the newest is the one in use."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self) -> Version | None:
        """The version in use."""
        return next(iter(await self.recent(1)), None)

    async def recent(self, limit: int) -> tuple[Version, ...]:
        """The versions last put in use, newest first."""
        query = sa.select(VERSIONS).order_by(VERSIONS.c.id.desc()).limit(limit)
        async with self._database.reading() as connection:
            return tuple(_version(row) for row in await connection.execute(query))

    async def get(self, number: int) -> Version | None:
        """A version by its number."""
        return await self._one(VERSIONS.c.id == number)

    async def of(self, version: str) -> Version | None:
        """The last time that a snapshot of that version was put in use."""
        return await self._one(VERSIONS.c.version == version)

    async def kept(self, count: int) -> tuple[Version, ...]:
        """The contents last in use, newest first, each once as it was last put in use."""
        last = sa.select(sa.func.max(VERSIONS.c.id)).group_by(VERSIONS.c.digest)
        query = (
            sa.select(VERSIONS)
            .where(VERSIONS.c.id.in_(last))
            .order_by(VERSIONS.c.id.desc())
            .limit(count)
        )
        async with self._database.reading() as connection:
            return tuple(_version(row) for row in await connection.execute(query))

    async def digests(self) -> frozenset[str]:
        """The digests of all contents that ever were in use."""
        async with self._database.reading() as connection:
            return frozenset(await connection.scalars(sa.select(VERSIONS.c.digest).distinct()))

    async def record(
        self,
        version: Version,
        *,
        after: int | None,
        first: Callable[[], Awaitable[None]] | None = None,
        besides: Sequence[sa.Executable] = (),
    ) -> Version | None:
        """Put a version in use (its `id` is not looked at), as long as `after` is the number of
        the newest still; None where it is not. In the same transaction, and before anybody hears
        of it, `first` is done, and the statements `besides`."""
        async with self._database.writing() as connection:
            await _alone(connection)
            newest = await connection.scalar(sa.select(sa.func.max(VERSIONS.c.id)))
            if newest != after:
                return None
            if first is not None:
                await first()
            statement = sa.insert(VERSIONS).values(
                version=version.version,
                digest=version.digest,
                folder=version.folder,
                user_id=version.by,
                deed=version.deed,
                made_at=version.made,
            )
            row = (await connection.execute(statement.returning(VERSIONS))).one()
            for more in besides:
                await connection.execute(more)
            await _tell(connection)
            return _version(row)

    async def _one(self, condition: sa.ColumnElement[bool]) -> Version | None:
        query = sa.select(VERSIONS).where(condition).order_by(VERSIONS.c.id.desc()).limit(1)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _version(row) if row is not None else None


async def _alone(connection: AsyncConnection) -> None:
    """Until this transaction ends, no other puts a version in use; SQLite has but one writer."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


async def _tell(connection: AsyncConnection) -> None:
    """Tell the other processes once this transaction is done."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))


def _version(row: sa.Row[Any]) -> Version:
    return Version(
        id=row.id,
        version=row.version,
        digest=row.digest,
        folder=row.folder,
        by=row.user_id,
        deed=row.deed,
        made=row.made_at,
    )
