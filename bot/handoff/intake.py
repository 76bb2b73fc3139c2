"""What Telegram tells of hand-offs is kept before Telegram hears that it arrived, and until it is
handled: a process that dies in between finds it again when it starts."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from telegram import Bot, Update
from telegram.constants import ChatType

from bot.database import Database, StorageError, delete
from bot.handoff.register import Register
from bot.handoff.room import Room
from bot.migrations.tables import HANDOFF_UPDATES as UPDATES

logger = logging.getLogger(__name__)


class KeepingQueue(asyncio.Queue[object]):
    """The queue between fetching and handling; `keep` has each update before it is in here."""

    def __init__(self, keep: Callable[[object], Awaitable[None]]) -> None:
        super().__init__()
        self._keep = keep

    async def put(self, item: object) -> None:
        await self._keep(item)
        await super().put(item)


_LEFT_OUT = frozenset({"last_name", "username", "forward_origin", "vcard", "language_code"})
_EMPTIED = frozenset({"first_name", "phone_number"})  # which the library expects


class Intake:
    """Messages of residents whom staff know, and of staff."""

    def __init__(self, database: Database, room: Room) -> None:
        self.room = room
        self._database = database
        self._register = Register(database)
        self._kept: set[int] = set()

    async def keep(self, update: object) -> None:
        """Keep an update that belongs to a hand-off; without the database, go on."""
        if not self.room.configured or not isinstance(update, Update):
            return
        try:
            user = await self._whose(update)
            if user is not None:
                await self._write(update, user)
        except StorageError as error:
            logger.warning("update %s is not kept: %s", update.update_id, error)

    def holds(self, number: int) -> bool:
        """Whether an update is kept: it is from somebody whom staff know."""
        return number in self._kept

    async def handled(self, update: object) -> None:
        """It need not be kept any more."""
        if not isinstance(update, Update) or update.update_id not in self._kept:
            return
        self._kept.discard(update.update_id)
        try:
            async with self._database.writing() as connection:
                await delete(connection, UPDATES, UPDATES.c.update_id == update.update_id)
        except StorageError as error:
            logger.warning("update %s will be handled again: %s", update.update_id, error)

    async def bring_back(self, queue: asyncio.Queue[object], bot: Bot, before: datetime) -> int:
        """Put what was kept before a moment and never handled into the queue; how many."""
        query = sa.select(UPDATES).where(UPDATES.c.kept_at < before)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.order_by(UPDATES.c.update_id))).all()
        found = 0
        for row in rows:
            if row.update_id not in self._kept and await self._taken(row.update_id, row.kept_at):
                self._kept.add(row.update_id)
                await queue.put(Update.de_json(json.loads(row.body), bot))
                found += 1
        if found:
            logger.info("%s updates were kept from before", found)
        return found

    async def _taken(self, number: int, kept: datetime) -> bool:
        """Whether no other process takes it up."""
        async with self._database.writing() as connection:
            taken = await connection.execute(
                sa.update(UPDATES)
                .where(UPDATES.c.update_id == number, UPDATES.c.kept_at == kept)
                .values(kept_at=datetime.now(UTC))
            )
        return taken.rowcount == 1

    async def _whose(self, update: Update) -> int | None:
        """Whose an update is, 0 for staff; None for one that is none of ours."""
        message = update.message or update.edited_message
        if message is None:
            return None
        chat = message.chat.id
        if message.chat.type == ChatType.PRIVATE:
            return chat if await self._register.resident(chat) is not None else None
        return 0 if chat == await self.room.current() else None

    async def _write(self, update: Update, user: int) -> None:
        async with self._database.writing() as connection:
            insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            await connection.execute(
                insert(UPDATES)
                .values(
                    update_id=update.update_id,
                    user_id=user or None,
                    body=update.to_json() if not user else _nameless(update.to_json()),
                    kept_at=datetime.now(UTC),
                )
                .on_conflict_do_nothing()
            )
        self._kept.add(update.update_id)


def _nameless(body: str) -> str:
    """An update without what it tells of who the resident is, and of others, but their ids."""

    def bare(value: Any) -> Any:
        if isinstance(value, list):
            return [bare(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            name: "" if name in _EMPTIED else bare(item)
            for name, item in value.items()
            if name not in _LEFT_OUT
        }

    return json.dumps(bare(json.loads(body)), ensure_ascii=False)
