"""The chats in the database: who is there, what they have settled, and groups that move.

Each method is one transaction. A group that moved leaves its row behind, marked with the new id,
so that late news under the old id change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chats import Absence, Chat, ChatKind, Quiet, Standing
from bot.database import Database, put
from bot.migrations.tables import CHATS, QUESTIONS, SESSIONS

Mover = Callable[[AsyncConnection, int, int], Awaitable[None]]
_AWAY = (Absence.LEFT, Absence.KICKED, Absence.BLOCKED)
_LONGEST = 255  # characters of a title; Telegram allows 128


class Chatbook:
    """The table of chats. `movers` re-key what else belongs to a chat when a group moves, in the
    same transaction."""

    def __init__(self, database: Database, movers: tuple[Mover, ...] = ()) -> None:
        self._database = database
        self._movers = movers

    async def get(self, chat: int) -> Chat | None:
        """What is known of a chat."""
        query = sa.select(CHATS).where(CHATS.c.chat_id == chat)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return chat_of(row) if row is not None else None

    async def audience(self, category: str | None = None) -> tuple[Chat, ...]:
        """The active groups and channels, of them those that want `category`; by id."""
        query = (
            sa.select(CHATS)
            .where(CHATS.c.active, CHATS.c.kind != ChatKind.PRIVATE)
            .order_by(CHATS.c.chat_id)
        )
        async with self._database.reading() as connection:
            found = [chat_of(row) for row in await connection.execute(query)]
        return tuple(chat for chat in found if category is None or chat.wants(category))

    async def meet(self, chat: int, kind: ChatKind, title: str, now: datetime) -> Chat:
        """Note that somebody spoke to us in a chat: one that is not known yet is active from now
        on. What is known of it."""
        known = await self.get(chat)
        if known is not None and (known.kind, known.title) == (kind, title[:_LONGEST]):
            return known
        async with self._database.writing() as connection:
            found = await _known(connection, chat, kind, title, now)
            if (found.kind, found.title) != (kind, title[:_LONGEST]) and found.moved is None:
                found = replace(found, kind=kind, title=title[:_LONGEST])
                await _save(connection, found)
        return found

    async def stand(
        self, chat: int, kind: ChatKind, title: str, standing: Standing, now: datetime
    ) -> bool:
        """Note where we stand in a chat; whether we were let in by this, having been out or
        unknown. News from an id that a group has left change nothing."""
        async with self._database.writing() as connection:
            fresh = not await _exists(connection, chat)
            found = await _known(connection, chat, kind, title, now)
            if found.moved is not None:
                return False
            away = not found.active and found.reason in _AWAY
            entered = standing.active and (fresh or away)
            same = (found.active, found.reason, found.administrator)
            stood = (standing.active, standing.reason, standing.administrator)
            await _save(
                connection,
                replace(
                    found,
                    kind=kind,
                    title=title[:_LONGEST],
                    active=standing.active,
                    reason=standing.reason,
                    administrator=standing.administrator,
                    since=now if entered else found.since,
                    changed=found.changed if same == stood else now,
                ),
            )
        return entered

    async def arrived(self, chat: int) -> bool:
        """Whether a group that moved goes on under this id."""
        query = sa.select(CHATS.c.chat_id).where(CHATS.c.moved_to == chat)
        async with self._database.reading() as connection:
            return await connection.scalar(query) is not None

    async def lose(self, chat: int, reason: str, now: datetime) -> bool:
        """A chat that is known takes nothing from us any more; whether that is new."""
        return await self._change(
            chat,
            lambda found: (
                replace(found, active=False, reason=reason, changed=now) if found.active else found
            ),
        )

    async def regain(self, chat: int, now: datetime) -> bool:
        """A chat takes messages from us after all; whether that is new."""
        known = await self.get(chat)  # most often it is active, and nobody need wait for a lock
        if known is None or known.active:
            return False
        return await self._change(
            chat,
            lambda found: (
                found if found.active else replace(found, active=True, reason=None, changed=now)
            ),
        )

    async def rename(self, chat: int, title: str) -> bool:
        """A known chat has another title; whether that is new."""
        return await self._change(chat, lambda found: replace(found, title=title[:_LONGEST]))

    async def settle(
        self, chat: int, change: Callable[[Chat], Chat], now: datetime
    ) -> Chat | None:
        """Change settings as an administrator wants; the chat afterwards, None when unknown."""
        await self._change(chat, lambda found: replace(change(found), settled=now))
        return await self.get(chat)

    async def topic_closed(self, chat: int, topic: int, *, closed: bool) -> bool:
        """A topic was closed or opened again; whether announcements are concerned."""
        return await self._change(
            chat,
            lambda found: replace(found, topic_closed=closed) if found.topic == topic else found,
        )

    async def topic_gone(self, chat: int, topic: int) -> bool:
        """A topic is no longer there: what was announced in it goes to the general one. Whether
        announcements are concerned."""
        return await self._change(
            chat,
            lambda found: (
                replace(found, topic=None, topic_closed=False) if found.topic == topic else found
            ),
        )

    async def migrate(self, old: int, new: int, now: datetime) -> bool:
        """A group goes on under another id, all or nothing: its settings, its conversations and
        the log of its questions go along. False when that was done before.

        Where both ids are known, the settings that an administrator changed last hold, and the
        conversation touched last. Messages stay where they are: what the bot wrote in the old
        group can still be edited and deleted there, and the new one counts its messages anew.
        """
        async with self._database.writing() as connection:
            rows = await _locked(connection, old, new)
            before, after = rows.get(old), rows.get(new)
            if old == new or (before is not None and before.moved is not None):
                return False
            await _save(connection, _moved(before, after, new, now))
            await _save(
                connection,
                replace(
                    before or Chat(id=old, kind=ChatKind.GROUP, since=now, changed=now),
                    active=False,
                    reason=Absence.MIGRATED,
                    moved=new,
                    changed=now,
                ),
            )
            await _move_sessions(connection, old, new)
            await connection.execute(
                sa.update(QUESTIONS).where(QUESTIONS.c.chat_id == old).values(chat_id=new)
            )
            for mover in self._movers:
                await mover(connection, old, new)
        return True

    async def _change(self, chat: int, change: Callable[[Chat], Chat]) -> bool:
        """Change what is known of a chat; False when nothing is, or nothing changes."""
        async with self._database.writing() as connection:
            found = (await _locked(connection, chat)).get(chat)
            if found is None or found.moved is not None:
                return False
            changed = change(found)
            if changed != found:
                await _save(connection, changed)
        return changed != found


def _moved(before: Chat | None, after: Chat | None, new: int, now: datetime) -> Chat:
    """A group under its new id."""
    if before is None:
        return after or Chat(id=new, kind=ChatKind.SUPERGROUP, since=now, changed=now)
    if after is None:
        return replace(before, id=new, kind=ChatKind.SUPERGROUP, changed=now)
    there = replace(after, since=min(before.since, after.since))
    settled = after.settled is not None and (
        before.settled is None or before.settled <= after.settled
    )
    if settled:
        return there
    return replace(
        there,
        answers=before.answers,
        announcements=before.announcements,
        categories=before.categories,
        quiet=before.quiet,
        silent=before.silent,
        settled=before.settled,
    )


async def _move_sessions(connection: AsyncConnection, old: int, new: int) -> None:
    """Conversations under the new id; of two of the same person, the one touched last."""
    twin = SESSIONS.alias("twin")

    def outdone(here: int, there: int, *conditions: sa.ColumnElement[bool]) -> sa.Delete:
        stands = sa.exists().where(
            twin.c.chat_id == there,
            twin.c.thread_id == SESSIONS.c.thread_id,
            twin.c.user_id == SESSIONS.c.user_id,
            *conditions,
        )
        return sa.delete(SESSIONS).where(SESSIONS.c.chat_id == here, stands.correlate(SESSIONS))

    await connection.execute(outdone(new, old, twin.c.touched_at > SESSIONS.c.touched_at))
    await connection.execute(outdone(old, new))
    await connection.execute(
        sa.update(SESSIONS).where(SESSIONS.c.chat_id == old).values(chat_id=new)
    )


async def _exists(connection: AsyncConnection, chat: int) -> bool:
    query = sa.select(CHATS.c.chat_id).where(CHATS.c.chat_id == chat)
    return await connection.scalar(query) is not None


async def _known(
    connection: AsyncConnection, chat: int, kind: ChatKind, title: str, now: datetime
) -> Chat:
    """A chat's row, made if there is none, and held until the transaction ends."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    fresh = Chat(id=chat, kind=kind, title=title[:_LONGEST], since=now, changed=now)
    await connection.execute(insert(CHATS).values(_values(fresh)).on_conflict_do_nothing())
    return (await _locked(connection, chat))[chat]


async def _locked(connection: AsyncConnection, *chats: int) -> dict[int, Chat]:
    """What is known of chats, held until the transaction ends."""
    query = (
        sa.select(CHATS)
        .where(CHATS.c.chat_id.in_(chats))
        .order_by(CHATS.c.chat_id)
        .with_for_update()
    )
    return {row.chat_id: chat_of(row) for row in await connection.execute(query)}


async def _save(connection: AsyncConnection, chat: Chat) -> None:
    await put(connection, CHATS, _values(chat))


def _values(chat: Chat) -> dict[str, Any]:
    categories = chat.categories
    return {
        "chat_id": chat.id,
        "kind": chat.kind,
        "title": chat.title,
        "active": chat.active,
        "reason": chat.reason,
        "moved_to": chat.moved,
        "administrator": chat.administrator,
        "since": chat.since,
        "changed_at": chat.changed,
        "answers": chat.answers,
        "announcements": chat.announcements,
        "categories": None
        if categories is None
        else json.dumps(list(categories), ensure_ascii=False),
        "topic": chat.topic,
        "topic_closed": chat.topic_closed,
        "quiet_from": f"{chat.quiet.start:%H:%M}" if chat.quiet else None,
        "quiet_until": f"{chat.quiet.end:%H:%M}" if chat.quiet else None,
        "silent": chat.silent,
        "settled_at": chat.settled,
    }


def chat_of(row: sa.Row[Any]) -> Chat:
    """A chat from its row."""
    quiet = None
    if row.quiet_from is not None and row.quiet_until is not None:
        quiet = Quiet(
            start=time.fromisoformat(row.quiet_from), end=time.fromisoformat(row.quiet_until)
        )
    return Chat(
        id=row.chat_id,
        kind=ChatKind(row.kind),
        title=row.title,
        active=row.active,
        reason=row.reason,
        moved=row.moved_to,
        administrator=row.administrator,
        since=row.since,
        changed=row.changed_at,
        answers=row.answers,
        announcements=row.announcements,
        categories=None if row.categories is None else tuple(json.loads(row.categories)),
        topic=row.topic,
        topic_closed=row.topic_closed,
        quiet=quiet,
        silent=row.silent,
        settled=row.settled_at,
    )
