"""Roles that owners gave, in the database."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from bot import audit
from bot.database import Database, delete, put
from bot.migrations.tables import GRANTS


class Grants:
    """Roles that owners gave, by the names of `bot.roles.Role`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[int, str]:
        """Every person with the role given."""
        query = sa.select(GRANTS.c.user_id, GRANTS.c.role).order_by(GRANTS.c.granted_at)
        async with self._database.reading() as connection:
            return {row.user_id: row.role for row in await connection.execute(query)}

    async def give(self, user: int, role: str, by: int) -> None:
        """Give a role in place of one given earlier."""
        values = {"user_id": user, "role": role, "granted_by": by, "granted_at": datetime.now(UTC)}
        async with self._database.writing() as connection:
            await put(connection, GRANTS, values)
            await connection.execute(audit.row(by, "grant", str(user), role))

    async def take(self, user: int, by: int) -> bool:
        """Take a given role back; whether there was one."""
        async with self._database.writing() as connection:
            taken = await delete(connection, GRANTS, GRANTS.c.user_id == user) > 0
            if taken:
                await connection.execute(audit.row(by, "revoke", str(user)))
            return taken
