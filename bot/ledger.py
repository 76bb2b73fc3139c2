"""What conversations and chats write down, so that a failing database costs nobody the answer.

Every method does without the database when it must: the failure is logged once, and once more
when it is over.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.chatbook import Chatbook
from bot.chats import Chat, ChatKind, Standing
from bot.outage import Outage
from bot.sessions import Session, SessionKey, SessionStore
from bot.storage import AskedQuestion, Storage

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """How a message was answered before: our messages, and the question as it then stood."""

    messages: tuple[int, ...]
    question: str


class Ledger:
    """Sessions, questions, replies and chats over a database that may fail."""

    def __init__(self, storage: Storage, sessions: SessionStore, chatbook: Chatbook) -> None:
        self._storage = storage
        self._sessions = sessions
        self._chatbook = chatbook
        self._tried = Outage("answering without the database", logger).tried

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

    async def question_of(self, number: int, user: int) -> str | None:
        """What a person asked under that number in full; None when it was not this person."""
        asked = await self._tried(self._storage.asked(number))
        return asked.resolved if asked is not None and asked.user == user else None

    async def is_answer(self, chat: int, message: int) -> bool:
        """Whether a message of ours answers a question."""
        return await self._tried(self._storage.asked_by_reply(chat, message)) is not None

    async def meet(self, chat: int, kind: ChatKind, title: str) -> Chat | None:
        """What is known of a chat in which somebody speaks to us."""
        return await self._tried(self._chatbook.meet(chat, kind, title, datetime.now(UTC)))

    async def stand(self, chat: int, kind: ChatKind, title: str, standing: Standing) -> bool:
        """Note where we stand in a chat; whether we were let in by this."""
        now = datetime.now(UTC)
        return bool(await self._tried(self._chatbook.stand(chat, kind, title, standing, now)))

    async def arrived(self, chat: int) -> bool:
        """Whether a chat is where another group went on."""
        return bool(await self._tried(self._chatbook.arrived(chat)))

    async def regain(self, chat: int) -> None:
        """A chat takes messages from us after all."""
        await self._tried(self._chatbook.regain(chat, datetime.now(UTC)))

    async def rename(self, chat: int, title: str) -> None:
        """A chat has another title."""
        await self._tried(self._chatbook.rename(chat, title))

    async def reopened(self, chat: int, thread: int) -> None:
        """A topic takes messages again."""
        await self._tried(self._chatbook.topic_closed(chat, thread, closed=False))

    async def moved(self, old: int, new: int) -> None:
        """A group goes on under another id."""
        await self._tried(self._chatbook.migrate(old, new, datetime.now(UTC)))

    async def gone(self, chat: int, reason: str) -> None:
        """A chat takes nothing from us any more."""
        await self._tried(self._chatbook.lose(chat, reason, datetime.now(UTC)))

    async def topic_closed(self, chat: int, thread: int) -> None:
        """A topic takes no messages from us."""
        await self._tried(self._chatbook.topic_closed(chat, thread, closed=True))

    async def topic_gone(self, chat: int, thread: int) -> None:
        """A topic is no longer there."""
        await self._tried(self._chatbook.topic_gone(chat, thread))

    async def sweep(self, now: datetime) -> None:
        """Delete the conversations that have ended."""
        await self._tried(self._sessions.sweep(now))
