"""有了答案告诉我: a resident wants to be told when a question has an answer."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import Update

from bot.database import StorageError
from bot.handlers.visit import Visit, visit_of
from bot.services import Services
from knowledge.model import Status

_MISSED = (Status.RELATED, Status.UNKNOWN)


async def pressed(services: Services, update: Update, _: object) -> None:
    """The button under an answer that is none, in a private chat."""
    query, visit = update.callback_query, visit_of(update)
    if query is None:
        return
    toast = services.wording.notices.odd_button
    try:
        if visit is not None and visit.private:
            toast = await _joined(services, visit)
    except StorageError:
        toast = services.wording.inbox.failed
        raise
    finally:
        await services.delivery.acknowledge(query.id, toast)


async def _joined(services: Services, visit: Visit) -> str:
    """Put the question on the list. Which one it was is known by the message alone, so that
    nobody can wait for what somebody else asked."""
    said = services.wording.inbox
    number = await services.storage.asked_by_reply(visit.chat, visit.message)
    asked = await services.storage.asked(number) if number is not None else None
    if number is None or asked is None or asked.user != visit.user:
        return said.cannot_wait
    if asked.status not in _MISSED:
        return services.wording.notices.odd_button
    now = datetime.now(UTC)
    if await services.waitlist.join(number, visit.user, visit.chat, now):
        services.herald.stir()
        return said.waits
    told = await services.waitlist.told(number)
    if told is None:
        return said.cannot_wait
    return said.was_told if told else said.waits_already
