"""The outbox: one row for each thing to do in each chat; processes take rows one by one.

A row is claimed, and that is written down, before anything leaves for Telegram; what became of it
is written down as soon as it is known. Whatever dies in between leaves a claimed row whose lease
runs out: then it may have arrived or not, and it counts as unconfirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.announcements import (
    OPEN,
    Deed,
    Fate,
    Miss,
    Part,
    Plan,
    Row,
    State,
    Tally,
    Target,
    read_plan,
)
from bot.chatbook import chat_of
from bot.database import Database, put
from bot.migrations.tables import ACTIONS, ANNOUNCEMENTS, CHATS, OUTBOX, WORKERS

_SENT = OUTBOX.alias("sent")
_BEFORE = OUTBOX.alias("before")
_MISSED = (Fate.UNCONFIRMED, Fate.GONE, Fate.REFUSED)
_BLOCKED = (  # by another row of the same chat: one at a time, and each announcement in order
    sa.select(1)
    .where(
        _BEFORE.c.chat_id == OUTBOX.c.chat_id,
        sa.or_(
            _BEFORE.c.state == Fate.CLAIMED,
            sa.and_(
                _BEFORE.c.state == Fate.WAITING,
                _BEFORE.c.announcement_id == OUTBOX.c.announcement_id,
                _BEFORE.c.id < OUTBOX.c.id,
            ),
        ),
    )
    .exists()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who takes a row, and until when it is theirs."""

    worker: str
    now: datetime
    until: datetime


class Outbox:
    """The rows, as the processes that send see them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def any_due(self, now: datetime) -> bool:
        """Whether anything waits whose time has come."""
        query = (
            sa.select(OUTBOX.c.id)
            .where(OUTBOX.c.state == Fate.WAITING, OUTBOX.c.due_at <= now)
            .limit(1)
        )
        async with self._database.reading() as connection:
            return await connection.scalar(query) is not None

    async def claim(self, lease: Lease, busy: Sequence[int] = ()) -> Row | None:
        """Take the first row that is due, in a chat that is not busy; None when there is none.

        Two processes never take the same row, nor two rows of one chat that follow each other.
        """
        free = (
            sa.select(OUTBOX.c.id)
            .where(
                OUTBOX.c.state == Fate.WAITING,
                OUTBOX.c.due_at <= lease.now,
                OUTBOX.c.chat_id.not_in(busy),
                ~_BLOCKED,
            )
            .order_by(OUTBOX.c.priority, OUTBOX.c.due_at, OUTBOX.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        async with self._database.writing() as connection:
            number = await connection.scalar(free)
            if number is None:
                return None
            await connection.execute(
                sa.update(OUTBOX)
                .where(OUTBOX.c.id == number)
                .values(state=Fate.CLAIMED, worker=lease.worker, leased_until=lease.until)
            )
        async with self._database.reading() as connection:
            return await _row(connection, number)

    async def done(self, row: Row, message: int | None, now: datetime, gap: timedelta) -> None:
        """It arrived; the chat's next row waits for `gap`. Also noted when the lease ran out
        meanwhile, so that it is not sent again."""
        values: dict[str, Any] = {"state": Fate.DONE, "reason": None}
        if row.deed is Deed.SEND:
            values["message_id"] = message
        async with self._database.writing() as connection:
            await connection.execute(
                sa.update(OUTBOX).where(OUTBOX.c.id == row.id).values(**values)
            )
            await _postpone(connection, row.target.chat, now + gap)

    async def again(
        self, row: Row, due: datetime, reason: str = "", *, chat: bool = False
    ) -> None:
        """It surely did not arrive: to be tried at `due`, with `chat` not before that anything
        else in this chat."""
        async with self._database.writing() as connection:
            await _settle(
                connection,
                row,
                state=Fate.WAITING,
                due_at=due,
                reason=reason or None,
                attempts=row.attempts + 1 if reason else row.attempts,
            )
            if chat:
                await _postpone(connection, row.target.chat, due)

    async def doubt(self, row: Row, due: datetime, reason: str, *, resend: bool) -> None:
        """Nobody knows whether it arrived: to be sent once more, or only listed."""
        state = Fate.WAITING if resend else Fate.UNCONFIRMED
        doubts = row.doubts + 1
        async with self._database.writing() as connection:
            await _settle(connection, row, state=state, due_at=due, reason=reason, doubts=doubts)

    async def end(self, row: Row, fate: Fate, reason: str) -> None:
        """It comes to nothing, for a reason."""
        async with self._database.writing() as connection:
            await _settle(connection, row, state=fate, reason=reason)

    async def gone(self, row: Row, reason: str) -> None:
        """The chat takes nothing any more: this row, and all that wait for the chat."""
        async with self._database.writing() as connection:
            await _settle(connection, row, state=Fate.GONE, reason=reason)
            await connection.execute(
                sa.update(OUTBOX)
                .where(OUTBOX.c.chat_id == row.target.chat, OUTBOX.c.state == Fate.WAITING)
                .values(state=Fate.GONE, reason=reason)
            )

    async def expire(self, now: datetime, resends: int, reason: str) -> int:
        """Free the rows whose process did not report in time; how many there were."""
        over = sa.and_(OUTBOX.c.state == Fate.CLAIMED, OUTBOX.c.leased_until < now)
        sending = OUTBOX.c.deed == Deed.SEND
        doubted = sa.and_(over, sending)
        free = {"worker": None, "leased_until": None}
        async with self._database.writing() as connection:
            listed = await connection.execute(
                sa.update(OUTBOX)
                .where(doubted, OUTBOX.c.doubts >= resends)
                .values(
                    state=Fate.UNCONFIRMED,
                    doubts=OUTBOX.c.doubts + 1,
                    reason=reason,
                    **free,
                )
            )
            freed = await connection.execute(
                sa.update(OUTBOX)
                .where(over)
                .values(
                    state=Fate.WAITING,
                    doubts=OUTBOX.c.doubts + sa.case((sending, 1), else_=0),
                    reason=reason,
                    **free,
                )
            )
        return listed.rowcount + freed.rowcount

    async def tally(self, action: int) -> Tally:
        """How many rows of an action stand where."""
        doubtful = sa.and_(OUTBOX.c.state == Fate.DONE, OUTBOX.c.doubts > 0)
        query = (
            sa.select(
                OUTBOX.c.state, sa.func.count(), sa.func.sum(sa.case((doubtful, 1), else_=0))
            )
            .where(OUTBOX.c.action_id == action)
            .group_by(OUTBOX.c.state)
        )
        chats = sa.select(sa.func.count(OUTBOX.c.chat_id.distinct())).where(
            OUTBOX.c.action_id == action
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
            number = (await connection.execute(chats)).scalar_one()
        return Tally(
            counts={Fate(state): count for state, count, _ in rows},
            doubtful=sum(doubted for _, _, doubted in rows),
            chats=number,
        )

    async def misses(self, action: int) -> tuple[Miss, ...]:
        """What of an action did not arrive, or arrived twice perhaps, by the chats' names."""
        columns = (OUTBOX.c.chat_id, OUTBOX.c.part, OUTBOX.c.state)
        query = (
            sa.select(*columns, OUTBOX.c.reason, OUTBOX.c.doubts, CHATS.c.title)
            .join(CHATS, CHATS.c.chat_id == OUTBOX.c.chat_id, isouter=True)
            .where(
                OUTBOX.c.action_id == action,
                sa.or_(
                    OUTBOX.c.state.in_(_MISSED),
                    sa.and_(OUTBOX.c.state == Fate.DONE, OUTBOX.c.doubts > 0),
                ),
            )
            .order_by(OUTBOX.c.state, CHATS.c.title, OUTBOX.c.chat_id, OUTBOX.c.part)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Miss(
                chat=row.chat_id,
                title=row.title or str(row.chat_id),
                part=row.part,
                fate=Fate(row.state),
                reason=row.reason or "",
                doubts=row.doubts,
            )
            for row in rows
        )

    async def attend(self, worker: str, now: datetime, absent: timedelta) -> int:
        """Note that a process is alive; how many are. One not seen for `absent` is forgotten."""
        async with self._database.writing() as connection:
            await put(connection, WORKERS, {"name": worker, "seen_at": now})
            await connection.execute(sa.delete(WORKERS).where(WORKERS.c.seen_at < now - absent))
            alive = sa.select(sa.func.count()).select_from(WORKERS)
            return int((await connection.execute(alive)).scalar_one())

    async def leave(self, worker: str) -> None:
        """A process ends in order."""
        async with self._database.writing() as connection:
            await connection.execute(sa.delete(WORKERS).where(WORKERS.c.name == worker))


async def _row(connection: AsyncConnection, number: int) -> Row:
    """A claimed row with all that is needed to carry it out.

    Read after the claim was committed, and on PostgreSQL only while nobody is changing the
    announcement: whoever edits or recalls either sees the claim, or is seen here.
    """
    query = (
        sa.select(
            OUTBOX,
            ACTIONS.c.content,
            ACTIONS.c.made_at,
            ANNOUNCEMENTS.c.plan,
            ANNOUNCEMENTS.c.state.label("standing"),
            _SENT.c.message_id.label("sent_message"),
        )
        .join(ACTIONS, ACTIONS.c.id == OUTBOX.c.action_id)
        .join(ANNOUNCEMENTS, ANNOUNCEMENTS.c.id == OUTBOX.c.announcement_id)
        .join(
            _SENT,
            sa.and_(
                _SENT.c.announcement_id == OUTBOX.c.announcement_id,
                _SENT.c.chat_id == OUTBOX.c.chat_id,
                _SENT.c.part == OUTBOX.c.part,
                _SENT.c.deed == Deed.SEND,
            ),
            isouter=True,
        )
        .where(OUTBOX.c.id == number)
        .with_for_update(read=True, of=ANNOUNCEMENTS)
    )
    found = (await connection.execute(query)).one()
    plan = Plan.model_validate_json(found.plan)
    content = plan.parts[found.part]
    if found.content is not None:
        content = Part.model_validate_json(found.content)
    known = sa.select(CHATS).where(CHATS.c.chat_id == found.chat_id)
    settled = (await connection.execute(known)).one_or_none()
    target = Target(chat=found.chat_id)
    if settled is not None:
        chat = chat_of(settled)
        target = Target(
            chat=chat.id,
            title=chat.title,
            thread=chat.thread,
            silent=chat.silent,
            quiet=chat.quiet,
        )
    return Row(
        id=found.id,
        worker=found.worker,
        announcement=found.announcement_id,
        action=found.action_id,
        deed=Deed(found.deed),
        part=found.part,
        parts=len(plan.parts),
        content=content,
        category=plan.category,
        street=plan.street,
        urgent=plan.urgent,
        target=target,
        message=found.sent_message if found.deed != Deed.SEND else None,
        stopped=found.standing in (State.RECALLED, State.CANCELLED),
        attempts=found.attempts,
        doubts=found.doubts,
        made=found.made_at,
    )


async def _settle(connection: AsyncConnection, row: Row, **values: Any) -> None:
    """Put a row that is still in our hand into its next state."""
    await connection.execute(
        sa.update(OUTBOX)
        .where(
            OUTBOX.c.id == row.id,
            OUTBOX.c.state == Fate.CLAIMED,
            OUTBOX.c.worker == row.worker,
        )
        .values(worker=None, leased_until=None, **values)
    )


async def _postpone(connection: AsyncConnection, chat: int, until: datetime) -> None:
    """Nothing that waits for a chat is due before `until`."""
    await connection.execute(
        sa.update(OUTBOX)
        .where(OUTBOX.c.chat_id == chat, OUTBOX.c.state == Fate.WAITING, OUTBOX.c.due_at < until)
        .values(due_at=until)
    )


async def rekey(connection: AsyncConnection, old: int, new: int) -> None:
    """A group has another id: what is still to be sent goes on under the new one, in the caller's
    transaction, unless the new one has it already. Announcements still to begin find it.

    What was sent keeps the old id: the new group counts its messages anew.
    """
    twin = OUTBOX.alias("twin")
    moving = sa.and_(
        OUTBOX.c.chat_id == old,
        OUTBOX.c.deed == Deed.SEND,
        OUTBOX.c.state.in_((*OPEN, Fate.UNCONFIRMED)),
    )
    there = sa.select(twin.c.id).where(
        twin.c.chat_id == new,
        twin.c.action_id == OUTBOX.c.action_id,
        twin.c.part == OUTBOX.c.part,
    )
    await connection.execute(
        sa.update(OUTBOX).where(moving, there.exists()).values(state=Fate.CANCELLED)
    )
    await connection.execute(sa.update(OUTBOX).where(moving).values(chat_id=new))
    planned = sa.select(ANNOUNCEMENTS.c.id, ANNOUNCEMENTS.c.plan).where(
        ANNOUNCEMENTS.c.state == State.SCHEDULED
    )
    for row in (await connection.execute(planned)).all():
        plan = read_plan(row.plan)
        if plan is not None and old in plan.chosen:
            chosen = tuple(dict.fromkeys(new if chat == old else chat for chat in plan.chosen))
            newer = plan.model_copy(update={"chosen": chosen}).model_dump_json()
            await connection.execute(
                sa.update(ANNOUNCEMENTS).where(ANNOUNCEMENTS.c.id == row.id).values(plan=newer)
            )
