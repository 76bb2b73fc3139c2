"""Announcements in the database: planned, begun once, followed until all is reported.

Whatever is ordered for the chats becomes rows of the outbox in the same transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.announcements import OPEN, Action, Announcement, Deed, Plan, State, read_plan
from bot.database import Database, delete
from bot.migrations.tables import ACTIONS, ANNOUNCEMENTS, DRAFTS, OUTBOX
from bot.orders import AHEAD, USUAL, act, change, fresh, write
from bot.reach import chats_for

logger = logging.getLogger(__name__)

_ACTION = (
    ACTIONS.c.id,
    ACTIONS.c.announcement_id,
    ACTIONS.c.deed,
    ACTIONS.c.user_id,
    ACTIONS.c.made_at,
    ACTIONS.c.open,
    ACTIONS.c.report_chat,
    ACTIONS.c.report_message,
)


class Archive:
    """Announcements, as editors and the scheduler see them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self,
        plan: Plan,
        *,
        author: int,
        title: str,
        due: datetime,
        now: datetime,
        rhythm: str | None = None,
        report: tuple[int, int | None] | None = None,
        draft: str | None = None,
    ) -> int | None:
        """Write down what an editor confirmed; its number. It begins when `due` has come.

        With `draft`, the author's draft of that state goes at the same moment: where it is gone
        already, it was confirmed before, and nothing is written.
        """
        async with self._database.writing() as connection:
            if draft is not None and not await delete(
                connection, DRAFTS, DRAFTS.c.user_id == author, DRAFTS.c.state == draft
            ):
                return None
            number = await _insert(
                connection,
                author_id=author,
                title=title,
                plan=plan.model_dump_json(),
                state=State.SCHEDULED,
                due_at=due,
                rhythm=rhythm,
                report_chat=report[0] if report else None,
                report_message=report[1] if report else None,
            )
            await act(connection, number, Deed.CREATE, author, now)
        return number

    async def get(self, number: int) -> Announcement | None:
        """An announcement by its number; None where there is none that can be read."""
        query = sa.select(ANNOUNCEMENTS).where(ANNOUNCEMENTS.c.id == number)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _readable(row) if row is not None else None

    async def recent(self, limit: int, before: int | None = None) -> tuple[Announcement, ...]:
        """The newest announcements, those with a number below `before`."""
        query = sa.select(ANNOUNCEMENTS).order_by(ANNOUNCEMENTS.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(ANNOUNCEMENTS.c.id < before)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(found for row in rows if (found := _readable(row)) is not None)

    async def actions(self, number: int) -> tuple[Action, ...]:
        """What was done with an announcement, oldest first."""
        query = (
            sa.select(*_ACTION).where(ACTIONS.c.announcement_id == number).order_by(ACTIONS.c.id)
        )
        async with self._database.reading() as connection:
            return tuple(_action(row) for row in await connection.execute(query))

    async def begin(
        self, now: datetime, following: Callable[[str, datetime], datetime | None]
    ) -> int | None:
        """Begin one announcement whose time has come: its rows stand in the outbox afterwards,
        whatever happens, once. Its number; None when there is none. One that cannot be read is
        cancelled, so that those after it go out.

        One that repeats begins as a copy, and is then due at `following(rhythm, now)`: times
        missed meanwhile are made up for by this one. Where nothing follows it has ended.
        """
        query = (
            sa.select(ANNOUNCEMENTS)
            .where(ANNOUNCEMENTS.c.state == State.SCHEDULED, ANNOUNCEMENTS.c.due_at <= now)
            .order_by(ANNOUNCEMENTS.c.due_at, ANNOUNCEMENTS.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        async with self._database.writing() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            number: int = row.id
            announcement = _readable(row)
            if announcement is None:
                await change(connection, number, state=State.CANCELLED, due_at=None)
                return number
            report = announcement.report
            if announcement.rhythm is not None:
                after = following(announcement.rhythm, now)
                state = State.SCHEDULED if after is not None else State.SENT
                await change(connection, number, state=state, due_at=after)
                report = (announcement.author, None)
                number = await _insert(
                    connection,
                    author_id=announcement.author,
                    title=announcement.title,
                    plan=row.plan,
                    state=State.SENDING,
                    started_at=now,
                )
            else:
                await change(connection, number, state=State.SENDING, started_at=now)
            await _send(connection, number, announcement, now, report)
        return number

    async def unfinished(self) -> tuple[Action, ...]:
        """The actions that still make work, or whose report has not been given."""
        query = sa.select(*_ACTION).where(ACTIONS.c.open).order_by(ACTIONS.c.id)
        async with self._database.reading() as connection:
            return tuple(_action(row) for row in await connection.execute(query))

    async def take_report(self, action: int, now: datetime, every: timedelta) -> bool:
        """Whether it is this process that shows an action's progress now: one of all does, and
        none within `every` after the last."""
        due = sa.or_(ACTIONS.c.reported_at.is_(None), ACTIONS.c.reported_at <= now - every)
        async with self._database.writing() as connection:
            taken = await connection.execute(
                sa.update(ACTIONS)
                .where(ACTIONS.c.id == action, ACTIONS.c.open, due)
                .values(reported_at=now)
            )
        return taken.rowcount == 1

    async def show_in(self, action: int, chat: int, message: int) -> None:
        """The message in which an action's progress is shown from now on."""
        async with self._database.writing() as connection:
            await connection.execute(
                sa.update(ACTIONS)
                .where(ACTIONS.c.id == action)
                .values(report_chat=chat, report_message=message)
            )

    async def close(self, action: Action) -> bool:
        """All of an action is done and reported; False when rows of it are open after all."""
        rows = sa.select(1).where(OUTBOX.c.action_id == action.id, OUTBOX.c.state.in_(OPEN))
        async with self._database.writing() as connection:
            closed = await connection.execute(
                sa.update(ACTIONS)
                .where(ACTIONS.c.id == action.id, ~rows.exists())
                .values(open=False)
            )
            if closed.rowcount and action.deed is Deed.SEND:
                await connection.execute(
                    sa.update(ANNOUNCEMENTS)
                    .where(
                        ANNOUNCEMENTS.c.id == action.announcement,
                        ANNOUNCEMENTS.c.state == State.SENDING,
                    )
                    .values(state=State.SENT)
                )
        return closed.rowcount == 1


async def _send(
    connection: AsyncConnection,
    number: int,
    announcement: Announcement,
    now: datetime,
    report: tuple[int, int | None] | None,
) -> None:
    """The rows of an announcement for every chat that it is for."""
    plan = announcement.plan
    action = await act(connection, number, Deed.SEND, announcement.author, now, report)
    chats = await chats_for(connection, plan)
    common = fresh(action, number, Deed.SEND, now, AHEAD if plan.urgent else USUAL)
    await write(
        connection,
        (
            {**common, "chat_id": chat, "part": part}
            for chat in chats
            for part in range(len(plan.parts))
        ),
    )


async def _insert(connection: AsyncConnection, **values: Any) -> int:
    statement = sa.insert(ANNOUNCEMENTS).values(**values).returning(ANNOUNCEMENTS.c.id)
    return int((await connection.execute(statement)).scalar_one())


def _readable(row: sa.Row[Any]) -> Announcement | None:
    """A stored announcement; None, and logged, where its plan cannot be read."""
    plan = read_plan(row.plan)
    if plan is None:
        logger.error("announcement %s is damaged or of a newer program", row.id)
        return None
    return Announcement(
        id=row.id,
        author=row.author_id,
        title=row.title,
        plan=plan,
        state=State(row.state),
        due=row.due_at,
        rhythm=row.rhythm,
        started=row.started_at,
        report=(row.report_chat, row.report_message) if row.report_chat is not None else None,
    )


def _action(row: Any) -> Action:
    return Action(
        id=row.id,
        announcement=row.announcement_id,
        deed=Deed(row.deed),
        user=row.user_id,
        made=row.made_at,
        open=row.open,
        report=(row.report_chat, row.report_message) if row.report_chat is not None else None,
    )
