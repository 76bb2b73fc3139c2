"""What a conversation writes down, so that a failing database never costs a resident the answer.

Every method does without the database when it must: the failure is logged once, and once more
when it is over.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.database import StorageError
from bot.sessions import Session, SessionKey, SessionStore
from bot.storage import AskedQuestion, Storage

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """How a message was answered before: our messages, and the question as it then stood."""

    messages: tuple[int, ...]
    question: str


class Ledger:
    """Sessions, questions and replies over a database that may fail."""

    def __init__(self, storage: Storage, sessions: SessionStore) -> None:
        self._storage = storage
        self._sessions = sessions
        self._failing = False

    async def recall(self, key: SessionKey, now: datetime) -> Session:
        """The conversation under `key`, or a fresh one."""
        return await self._tried(self._sessions.get(key, now)) or Session()

    async def keep(self, key: SessionKey, session: Session, now: datetime) -> None:
        """Remember the conversation."""
        await self._tried(self._sessions.put(key, session, now))

    async def record(self, asked: AskedQuestion) -> int | None:
        """Write a question down; its id."""
        return await self._tried(self._storage.record_question(asked))

    async def remember(
        self, chat: int, message: int, replies: tuple[int, ...], asked: int
    ) -> None:
        """Note which messages of ours answered `message`."""
        await self._tried(self._storage.remember_reply(chat, message, replies, asked))

    async def earlier(self, chat: int, message: int) -> Earlier | None:
        """How `message` was answered before it was edited."""
        reply = await self._tried(self._storage.reply_to(chat, message))
        if reply is None:
            return None
        asked = await self._tried(self._storage.asked(reply.asked))
        question = asked.question if asked is not None else ""
        return Earlier(messages=reply.messages, question=question)

    async def sweep(self, now: datetime) -> None:
        """Delete the conversations that have ended."""
        await self._tried(self._sessions.sweep(now))

    async def _tried(self, work: Awaitable[T]) -> T | None:
        try:
            result = await work
        except StorageError as error:
            if not self._failing:
                logger.error("answering without the database: %s", error)
            self._failing = True
            return None
        if self._failing:
            logger.info("the database works again")
        self._failing = False
        return result
