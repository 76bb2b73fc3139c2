"""What editors are bringing in, in the database: its state, and the texts apart from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.database import Database, delete, put
from bot.migrations.tables import IMPORT_TEXTS, IMPORTS


class Shelf:
    """One draft for each editor."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self, user: int) -> tuple[str, datetime] | None:
        """The state in which an editor left a draft, and when."""
        query = sa.select(IMPORTS.c.state, IMPORTS.c.touched_at).where(IMPORTS.c.user_id == user)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else (row.state, row.touched_at)

    async def texts(self, user: int) -> dict[int, str]:
        """The texts of an editor's draft by their numbers."""
        query = sa.select(IMPORT_TEXTS.c.number, IMPORT_TEXTS.c.text).where(
            IMPORT_TEXTS.c.user_id == user
        )
        async with self._database.reading() as connection:
            return {row.number: row.text for row in await connection.execute(query)}

    async def keep(
        self, user: int, state: str, now: datetime, texts: Mapping[int, str] | None = None
    ) -> None:
        """Keep an editor's draft in place of an earlier one, together with texts of it that are
        new or changed."""
        async with self._database.writing() as connection:
            await put(connection, IMPORTS, {"user_id": user, "state": state, "touched_at": now})
            for number, text in (texts or {}).items():
                values = {"user_id": user, "number": number, "text": text}
                await put(connection, IMPORT_TEXTS, values)

    async def drop(self, user: int) -> bool:
        """Forget an editor's draft; whether there was one."""
        async with self._database.writing() as connection:
            await delete(connection, IMPORT_TEXTS, IMPORT_TEXTS.c.user_id == user)
            return await delete(connection, IMPORTS, IMPORTS.c.user_id == user) > 0
