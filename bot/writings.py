"""Drafts of editors and subscriptions of residents in the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.database import Database, delete, put
from bot.migrations.tables import DRAFTS, SUBSCRIPTIONS


class Writings:
    """What editors are writing, and what residents want to read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draft(self, user: int) -> str | None:
        """The state in which an editor left a draft."""
        query = sa.select(DRAFTS.c.state).where(DRAFTS.c.user_id == user)
        async with self._database.reading() as connection:
            found: str | None = await connection.scalar(query)
        return found

    async def draft_touched(self, user: int) -> datetime | None:
        """When an editor last did something with a draft."""
        query = sa.select(DRAFTS.c.touched_at).where(DRAFTS.c.user_id == user)
        async with self._database.reading() as connection:
            found: datetime | None = await connection.scalar(query)
        return found

    async def keep_draft(self, user: int, state: str, now: datetime) -> None:
        """Keep an editor's draft in place of an earlier one."""
        async with self._database.writing() as connection:
            await put(connection, DRAFTS, {"user_id": user, "state": state, "touched_at": now})

    async def drop_draft(self, user: int) -> bool:
        """Forget an editor's draft; whether there was one."""
        async with self._database.writing() as connection:
            return await delete(connection, DRAFTS, DRAFTS.c.user_id == user) > 0

    async def subscribed(self, chat: int) -> frozenset[tuple[str, str]]:
        """What a resident subscribed to, as (topic, name)."""
        query = sa.select(SUBSCRIPTIONS.c.topic, SUBSCRIPTIONS.c.name).where(
            SUBSCRIPTIONS.c.chat_id == chat
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return frozenset((row.topic, row.name) for row in rows)

    async def subscribe(self, chat: int, topic: str, name: str, now: datetime) -> None:
        """From now on this resident gets what is announced under that name."""
        values = {"chat_id": chat, "topic": topic, "name": name, "since": now}
        async with self._database.writing() as connection:
            await put(connection, SUBSCRIPTIONS, values)

    async def unsubscribe(
        self, chat: int, topic: str | None = None, name: str | None = None
    ) -> bool:
        """No more of one name, or of anything; whether there was a subscription."""
        conditions = [SUBSCRIPTIONS.c.chat_id == chat]
        if topic is not None:
            conditions += [SUBSCRIPTIONS.c.topic == topic, SUBSCRIPTIONS.c.name == name]
        async with self._database.writing() as connection:
            return await delete(connection, SUBSCRIPTIONS, *conditions) > 0
