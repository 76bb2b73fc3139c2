"""What editors do with an announcement that they confirmed: each order is one transaction, noted
with who gave it, and what it asks of the chats goes through the outbox."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.announcements import Deed, Fate, Part, Plan, State
from bot.database import Database
from bot.migrations.tables import ACTIONS, OUTBOX
from bot.orders import AHEAD, USUAL, act, change, fresh, locked, write


class Afterwards:
    """Changing, recalling, pinning and stopping announcements."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def cancel(self, number: int, user: int, now: datetime) -> bool:
        """Stop what has not gone out yet; False when there is nothing to stop."""
        async with self._database.writing() as connection:
            row = await locked(connection, number)
            if row is None or row.state not in (State.SCHEDULED, State.SENDING):
                return False
            await change(connection, number, state=State.CANCELLED, due_at=None)
            await _cancel_waiting(connection, number)
            await act(connection, number, Deed.CANCEL, user, now)
        return True

    async def edit(
        self,
        number: int,
        user: int,
        now: datetime,
        part: int,
        content: Part,
        report: tuple[int, int | None] | None = None,
    ) -> int | None:
        """Put other words into a part: in every chat that has it, and for those still to come.
        The action's number, None when it cannot be edited any more."""
        async with self._database.writing() as connection:
            row = await locked(connection, number)
            if row is None or row.state == State.RECALLED:
                return None
            if row.state == State.CANCELLED and row.started_at is None:
                return None
            plan = Plan.model_validate_json(row.plan)
            if not 0 <= part < len(plan.parts):
                return None
            parts = (*plan.parts[:part], content, *plan.parts[part + 1 :])
            newer = plan.model_copy(update={"parts": parts})
            await change(connection, number, plan=newer.model_dump_json())
            return await _follow(
                connection, number, Deed.EDIT, user, now, report, part=part, content=content
            )

    async def recall(
        self,
        number: int,
        user: int,
        now: datetime,
        report: tuple[int, int | None] | None = None,
    ) -> int | None:
        """Take every post back and send no more; the action's number, None when it has not begun
        or was recalled before."""
        async with self._database.writing() as connection:
            row = await locked(connection, number)
            if row is None or row.started_at is None or row.state == State.RECALLED:
                return None
            await change(connection, number, state=State.RECALLED)
            await _cancel_waiting(connection, number)
            return await _follow(connection, number, Deed.RECALL, user, now, report)

    async def pin(
        self,
        number: int,
        user: int,
        now: datetime,
        *,
        pinned: bool,
        report: tuple[int, int | None] | None = None,
    ) -> int | None:
        """Pin the first post in every chat, or take the pin away."""
        async with self._database.writing() as connection:
            row = await locked(connection, number)
            if row is None or row.started_at is None or row.state == State.RECALLED:
                return None
            deed = Deed.PIN if pinned else Deed.UNPIN
            return await _follow(connection, number, deed, user, now, report, part=0)

    async def resend(self, number: int, user: int, now: datetime) -> int:
        """Send once more what is unconfirmed; how many rows."""
        async with self._database.writing() as connection:
            row = await locked(connection, number)
            if row is None or row.state in (State.RECALLED, State.CANCELLED):
                return 0
            sent = sa.and_(
                OUTBOX.c.announcement_id == number,
                OUTBOX.c.deed == Deed.SEND,
                OUTBOX.c.state == Fate.UNCONFIRMED,
            )
            actions = sa.select(OUTBOX.c.action_id).where(sent)
            await connection.execute(
                sa.update(ACTIONS).where(ACTIONS.c.id.in_(actions)).values(open=True)
            )
            again = await connection.execute(
                sa.update(OUTBOX).where(sent).values(state=Fate.WAITING, due_at=now)
            )
            if again.rowcount:
                await change(connection, number, state=State.SENDING)
                await act(connection, number, Deed.RESEND, user, now)
        return again.rowcount


async def _follow(
    connection: AsyncConnection,
    number: int,
    deed: Deed,
    user: int,
    now: datetime,
    report: tuple[int, int | None] | None,
    *,
    part: int | None = None,
    content: Part | None = None,
) -> int:
    """A row for every post that is out, or may be."""
    action = await act(connection, number, deed, user, now, report, content)
    out = sa.select(OUTBOX.c.chat_id, OUTBOX.c.part).where(
        OUTBOX.c.announcement_id == number,
        OUTBOX.c.deed == Deed.SEND,
        OUTBOX.c.state.in_((Fate.DONE, Fate.CLAIMED, Fate.UNCONFIRMED)),
    )
    if part is not None:
        out = out.where(OUTBOX.c.part == part)
    posts = (await connection.execute(out.order_by(OUTBOX.c.id))).all()
    common = fresh(action, number, deed, now, AHEAD if deed is Deed.RECALL else USUAL)
    await write(
        connection, ({**common, "chat_id": post.chat_id, "part": post.part} for post in posts)
    )
    return action


async def _cancel_waiting(connection: AsyncConnection, number: int) -> None:
    await connection.execute(
        sa.update(OUTBOX)
        .where(
            OUTBOX.c.announcement_id == number,
            OUTBOX.c.deed == Deed.SEND,
            OUTBOX.c.state == Fate.WAITING,
        )
        .values(state=sa.case((OUTBOX.c.doubts > 0, Fate.UNCONFIRMED), else_=Fate.CANCELLED))
    )
