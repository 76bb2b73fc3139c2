"""What becomes of hand-offs when a resident is forgotten, and when the staff's group moves."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import delete
from bot.handoff.cases import Side
from bot.migrations.tables import (
    HANDOFF_MESSAGES,
    HANDOFF_RESIDENTS,
    HANDOFF_STAFF,
    HANDOFF_UPDATES,
    HANDOFFS,
)


async def forget(connection: AsyncConnection, user: int) -> int:
    """Erase a resident's matters with all that went both ways, and what staff member is called so;
    how many matters there were. That somebody was barred stays, without anything else."""
    mine = sa.select(HANDOFF_RESIDENTS.c.number).where(HANDOFF_RESIDENTS.c.user_id == user)
    erased = await delete(connection, HANDOFFS, HANDOFFS.c.resident.in_(mine))
    residents = HANDOFF_RESIDENTS
    await delete(connection, residents, residents.c.user_id == user, ~residents.c.barred)
    await connection.execute(
        sa.update(residents)
        .where(residents.c.user_id == user)
        .values(name=None, step=None, pending=None, room_id=None, thread_id=None)
    )
    erased += await delete(connection, HANDOFF_STAFF, HANDOFF_STAFF.c.user_id == user)
    await delete(connection, HANDOFF_UPDATES, HANDOFF_UPDATES.c.user_id == user)
    await connection.execute(
        sa.update(HANDOFFS)
        .where(HANDOFFS.c.staff_id == user)
        .values(staff_id=None, staff_name=None)
    )
    return erased


async def rekey(connection: AsyncConnection, old: int, new: int) -> None:
    """The staff's group goes on under another id: there are no topics and no cards yet. What was
    written in the old one stays there, out of reach."""
    await connection.execute(
        sa.update(HANDOFF_RESIDENTS)
        .where(HANDOFF_RESIDENTS.c.room_id == old)
        .values(room_id=None, thread_id=None)
    )
    await connection.execute(
        sa.update(HANDOFFS)
        .where(HANDOFFS.c.card_room == old)
        .values(card_room=None, card_thread=None, card_message=None)
    )
    await connection.execute(
        sa.update(HANDOFF_MESSAGES)
        .where(HANDOFF_MESSAGES.c.side == Side.STAFF, HANDOFF_MESSAGES.c.target_chat.is_(None))
        .values(answers=None)
    )
