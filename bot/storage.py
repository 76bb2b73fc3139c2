"""What conversations leave in the database: sessions, questions, replies and feedback.

Times go in and come out aware, in UTC. Whatever text people type can be stored: characters that
a database refuses (NUL, lone surrogates) are removed or replaced on the way in.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database, StorageError, delete, put
from bot.gist import gist
from bot.migrations.tables import (
    CHATS,
    FEEDBACK,
    QUESTIONS,
    REPLIES,
    SESSIONS,
)
from bot.sessions import SessionKey


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question as it was typed, in full after follow-ups were resolved, and what came of it.

    `status`, `lack` are the answer's, `version` names the knowledge asked, `issue` its source.
    """

    chat: int
    thread: int = 0
    user: int
    question: str
    resolved: str
    status: str
    confidence: float = 0.0
    target: str | None = None
    lack: str | None = None
    version: str = ""
    issue: str | None = None
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The bot's messages that answer one message, in the order sent, and the question's id."""

    messages: tuple[int, ...]
    asked: int


_COLUMNS = {"chat": "chat_id", "thread": "thread_id", "user": "user_id"}
_FIELDS = fields(AskedQuestion)


class Storage(Database):
    """The database with the statements about conversations."""

    async def load_session(self, key: SessionKey) -> dict[str, Any] | None:
        """The state last saved under `key`. Raises ValueError when it is not a JSON object."""
        query = sa.select(SESSIONS.c.state).where(
            SESSIONS.c.chat_id == key.chat,
            SESSIONS.c.thread_id == key.thread,
            SESSIONS.c.user_id == key.user,
        )
        async with self.reading() as connection:
            text = await connection.scalar(query)
        state = json.loads(text) if text is not None else None
        if state is not None and not isinstance(state, dict):
            raise ValueError("a session's state is a JSON object")
        return state

    async def save_session(self, key: SessionKey, state: dict[str, Any], now: datetime) -> None:
        """Keep `state` (plain JSON values) under `key`, in place of what was there. A conversation
        whose group has moved meanwhile is kept where it goes on."""
        values = {
            "thread_id": key.thread,
            "user_id": key.user,
            "state": json.dumps(state, ensure_ascii=False),
            "touched_at": now,
        }
        async with self.writing() as connection:
            chat = await _where_it_is(connection, key.chat)
            await put(connection, SESSIONS, {**values, "chat_id": chat})

    async def drop_sessions(self, before: datetime) -> int:
        """Forget conversations untouched since `before`; how many there were."""
        async with self.writing() as connection:
            return await delete(connection, SESSIONS, SESSIONS.c.touched_at < before)

    async def record_question(self, asked: AskedQuestion) -> int:
        """Write a question into the log; its id. It belongs to the group where that is now."""
        values = {_COLUMNS.get(name, name): value for name, value in asdict(asked).items()}
        statement = sa.insert(QUESTIONS).returning(QUESTIONS.c.id)
        async with self.writing() as connection:
            chat = await _where_it_is(connection, asked.chat)
            values |= {"chat_id": chat, "gist": gist(asked.resolved)}
            result = await connection.execute(statement.values(values))
            return int(result.scalar_one())

    async def asked(self, id: int) -> AskedQuestion | None:  # noqa: A002 - the caller's word for it
        """The question with that id, unless it was erased."""
        async with self.reading() as connection:
            query = sa.select(QUESTIONS).where(QUESTIONS.c.id == id)
            row = (await connection.execute(query)).one_or_none()
        return _question(row) if row is not None else None

    async def unanswered(self, since: datetime, limit: int) -> tuple[AskedQuestion, ...]:
        """What the bulletin could not answer (status related or unknown), newest first."""
        query = (
            sa.select(QUESTIONS)
            .where(QUESTIONS.c.status.in_(("related", "unknown")), QUESTIONS.c.asked_at >= since)
            .order_by(QUESTIONS.c.asked_at.desc(), QUESTIONS.c.id.desc())
            .limit(limit)
        )
        async with self.reading() as connection:
            return tuple(_question(row) for row in await connection.execute(query))

    async def remember_reply(
        self, chat: int, message: int, replies: tuple[int, ...], asked: int
    ) -> bool:
        """The message `message` was answered by `replies`, which replace what answered it before.

        False, and nothing remembered, when the question has been erased meanwhile.
        """
        rows = [
            {
                "chat_id": chat,
                "reply_id": reply,
                "message_id": message,
                "position": position,
                "asked_id": asked,
            }
            for position, reply in enumerate(dict.fromkeys(replies))
        ]
        old = sa.or_(REPLIES.c.message_id == message, REPLIES.c.reply_id.in_(replies))
        try:
            async with self.writing() as connection:
                await delete(connection, REPLIES, REPLIES.c.chat_id == chat, old)
                if rows:
                    await connection.execute(sa.insert(REPLIES), rows)
        except StorageError as error:
            if isinstance(error.__cause__, IntegrityError):
                return False
            raise
        return True

    async def reply_to(self, chat: int, message: int) -> Reply | None:
        """What answered `message`, for when it is edited."""
        query = (
            sa.select(REPLIES.c.reply_id, REPLIES.c.asked_id)
            .where(REPLIES.c.chat_id == chat, REPLIES.c.message_id == message)
            .order_by(REPLIES.c.position)
        )
        async with self.reading() as connection:
            rows = (await connection.execute(query)).all()
        if not rows:
            return None
        return Reply(messages=tuple(row.reply_id for row in rows), asked=rows[0].asked_id)

    async def asked_by_reply(self, chat: int, reply_message: int) -> int | None:
        """The id of the question that the bot's message `reply_message` answers."""
        query = sa.select(REPLIES.c.asked_id).where(
            REPLIES.c.chat_id == chat, REPLIES.c.reply_id == reply_message
        )
        async with self.reading() as connection:
            found: int | None = await connection.scalar(query)
        return found

    async def give_feedback(self, asked: int, user: int, verdict: int, now: datetime) -> bool:
        """One person's verdict (+1 or -1) on one answer, in place of an earlier one.

        False when the question has been erased meanwhile.
        """
        values = {"asked_id": asked, "user_id": user, "verdict": verdict, "given_at": now}
        try:
            async with self.writing() as connection:
                await put(connection, FEEDBACK, values)
        except StorageError as error:
            if isinstance(error.__cause__, IntegrityError):
                return False
            raise
        return True


def _question(row: sa.Row[Any]) -> AskedQuestion:
    values = {item.name: getattr(row, _COLUMNS.get(item.name, item.name)) for item in _FIELDS}
    return AskedQuestion(**values)


async def _where_it_is(connection: AsyncConnection, chat: int) -> int:
    """The id under which a chat goes on; a move waits until what is written now is written."""
    moved = sa.select(CHATS.c.moved_to).where(CHATS.c.chat_id == chat).with_for_update(read=True)
    return await connection.scalar(moved) or chat
