"""Buttons about hand-offs: those of residents in their private chats, those of staff in theirs."""

from __future__ import annotations

from telegram import Message, Update

from bot.database import StorageError
from bot.handlers import handing, staffing
from bot.handlers.visit import Context, visit_of
from bot.handoff.buttons import OF_RESIDENTS, parse
from bot.services import Services


async def pressed(services: Services, update: Update, _: Context) -> None:
    """A button was pressed. Who presses is checked anew, for what comes back may be invented."""
    query = update.callback_query
    if query is None:
        return
    press, visit, message = parse(query.data), visit_of(update), query.message
    toast = services.wording.notices.odd_button
    try:
        if press is None or visit is None or not services.handoff.room.configured:
            return
        if visit.private and press.op in OF_RESIDENTS:
            toast = await handing.press(services, visit, press)
        elif not visit.private and press.op not in OF_RESIDENTS and isinstance(message, Message):
            first = query.from_user.first_name
            toast = await staffing.press(services, visit, press, message, first)
    except StorageError:
        toast = services.wording.handoff.staff.failed
    finally:
        await services.delivery.acknowledge(query.id, toast)
