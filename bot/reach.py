"""Which chats an announcement is for."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.announcements import Plan, Whom
from bot.chatbook import chat_of
from bot.chats import ChatKind
from bot.database import Database
from bot.migrations.tables import CHATS, SUBSCRIPTIONS

CATEGORY, STREET = "category", "street"  # what a resident subscribes to


async def chats_for(connection: AsyncConnection, plan: Plan) -> tuple[int, ...]:
    """Groups first, then residents, each chat once.

    A group gets what its settings let through: announcements on, and the category among those it
    chose, or none chosen. A resident gets what they subscribed to: the category, for what is of
    the whole district, or the street. Of what goes to chosen groups, only the street's residents.
    """
    groups = await _groups(connection, plan)
    if plan.whom is Whom.CHOSEN and plan.street is None:
        return groups
    return tuple(dict.fromkeys((*groups, *await _residents(connection, plan))))


async def count_for(database: Database, plan: Plan) -> tuple[int, int]:
    """How many groups and how many residents an announcement would go to now."""
    async with database.reading() as connection:
        chats = await chats_for(connection, plan)
    groups = sum(chat < 0 for chat in chats)
    return groups, len(chats) - groups


async def _groups(connection: AsyncConnection, plan: Plan) -> tuple[int, ...]:
    query = (
        sa.select(CHATS)
        .where(CHATS.c.active, CHATS.c.announcements, CHATS.c.kind != ChatKind.PRIVATE)
        .order_by(CHATS.c.chat_id.desc())
    )
    chats = [chat_of(row) for row in await connection.execute(query)]
    if plan.whom is Whom.CHOSEN:
        return tuple(chat.id for chat in chats if chat.id in plan.chosen)
    if plan.whom is Whom.CATEGORY:
        chats = [chat for chat in chats if chat.categories is not None]
    return tuple(chat.id for chat in chats if chat.wants(plan.category))


async def _residents(connection: AsyncConnection, plan: Plan) -> tuple[int, ...]:
    topic, name = (STREET, plan.street) if plan.street else (CATEGORY, plan.category)
    query = (
        sa.select(SUBSCRIPTIONS.c.chat_id)
        .join(CHATS, CHATS.c.chat_id == SUBSCRIPTIONS.c.chat_id, isouter=True)
        .where(
            SUBSCRIPTIONS.c.topic == topic,
            SUBSCRIPTIONS.c.name == name,
            sa.or_(CHATS.c.chat_id.is_(None), CHATS.c.active),
        )
        .order_by(SUBSCRIPTIONS.c.chat_id)
    )
    return tuple((await connection.scalars(query)).all())
