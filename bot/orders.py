"""What is ordered for the chats, as statements within the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot.announcements import CARRIED, Deed, Fate, Part
from bot.migrations.tables import ACTIONS, ANNOUNCEMENTS, OUTBOX

AHEAD, USUAL = 0, 1  # in the outbox's line
_INSERTED = 500  # rows in one statement


def fresh(action: int, number: int, deed: Deed, now: datetime, priority: int) -> dict[str, Any]:
    """What the rows of an action have in common."""
    return {
        "action_id": action,
        "announcement_id": number,
        "deed": deed,
        "priority": priority,
        "state": Fate.WAITING,
        "due_at": now,
        "attempts": 0,
        "doubts": 0,
    }


async def write(connection: AsyncConnection, rows: Iterable[dict[str, Any]]) -> None:
    """Put rows into the outbox."""
    waiting = list(rows)
    for start in range(0, len(waiting), _INSERTED):
        await connection.execute(sa.insert(OUTBOX), waiting[start : start + _INSERTED])


async def act(
    connection: AsyncConnection,
    number: int,
    deed: Deed,
    user: int,
    now: datetime,
    report: tuple[int, int | None] | None = None,
    content: Part | None = None,
) -> int:
    """Note who did what; the action's number. That the time of an announcement has come is
    nobody's act."""
    if deed is not Deed.SEND:
        await connection.execute(audit.row(user, f"announcement-{deed}", str(number)))
    statement = sa.insert(ACTIONS).values(
        announcement_id=number,
        deed=deed,
        user_id=user,
        made_at=now,
        content=content.model_dump_json() if content is not None else None,
        open=deed in CARRIED,
        report_chat=report[0] if report else None,
        report_message=report[1] if report else None,
    )
    return int((await connection.execute(statement.returning(ACTIONS.c.id))).scalar_one())


async def change(connection: AsyncConnection, number: int, **values: Any) -> None:
    """Change columns of an announcement."""
    await connection.execute(
        sa.update(ANNOUNCEMENTS).where(ANNOUNCEMENTS.c.id == number).values(**values)
    )


async def locked(connection: AsyncConnection, number: int) -> sa.Row[Any] | None:
    """An announcement that nobody else changes until this transaction ends."""
    query = sa.select(ANNOUNCEMENTS).where(ANNOUNCEMENTS.c.id == number).with_for_update()
    return (await connection.execute(query)).one_or_none()
