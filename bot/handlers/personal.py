"""What is stored of a person: showing it and erasing it."""

from __future__ import annotations

from datetime import datetime

from telegram import Update

from bot import render
from bot.belongings import Stored
from bot.database import StorageError
from bot.handlers import passing
from bot.handlers.visit import Visit, visit_of
from bot.services import Services


async def privacy(services: Services, update: Update, _: object) -> None:
    """/privacy: how much is stored, since when, and what for."""
    visit = visit_of(update)
    if visit is None:
        return
    said = services.wording.privacy
    try:
        stored = await services.belongings.of(visit.user)
    except StorageError:
        await services.delivery.send_all(visit.chat, render.notice(said.failed))
        return
    number = said.number.format(user=visit.user)
    account = render.notice(*_account(services, stored), number)
    await services.delivery.send_all(visit.chat, account)


def _account(services: Services, stored: Stored) -> tuple[str, ...]:
    said = services.wording.privacy
    if stored.first is None or stored.last is None:
        return (said.nothing, said.purpose)
    first, last = _day(services, stored.first), _day(services, stored.last)
    period = (said.day if first == last else said.period).format(first=first, last=last)
    counts = said.stored.format(
        questions=stored.questions, feedback=stored.feedback, sessions=stored.sessions
    )
    subscribed = said.subscribed.format(count=stored.subscriptions)
    return (
        counts,
        subscribed if stored.subscriptions else "",
        said.draft if stored.drafts else "",
        said.handoffs.format(count=stored.handoffs) if stored.handoffs else "",
        said.barred if stored.barred else "",
        said.waiting.format(count=stored.waiting) if stored.waiting else "",
        said.contact if stored.chats else "",
        period,
        said.purpose,
        said.erase,
    )


def _day(services: Services, moment: datetime) -> str:
    return services.wording.date(moment.astimezone(services.zone).date())


async def forgetme(services: Services, update: Update, _: object) -> None:
    """/forgetme: asks whether everything shall be erased."""
    visit = visit_of(update)
    if visit is not None:
        said = services.wording.forget
        handed = services.handoff.room.configured
        await services.delivery.send_all(
            visit.chat,
            render.notice(said.confirm, said.handed if handed else ""),
            keyboard=render.erase_buttons(services.wording),
        )


async def erase(services: Services, visit: Visit) -> None:
    """Erase everything of the person who pressed, and say so in the place of the question."""
    said = services.wording.forget
    try:
        case = await passing.latest_case(services, visit.user)
        erased = await services.belongings.forget(visit.user)
    except StorageError:
        await _conclude(services, visit, said.failed)
        return
    if case is not None:
        passing.forgotten(services, case)
    await _conclude(services, visit, said.done if erased else said.nothing)


async def keep(services: Services, visit: Visit) -> None:
    """Leave everything as it is."""
    await _conclude(services, visit, services.wording.forget.kept)


async def _conclude(services: Services, visit: Visit, sentence: str) -> None:
    await services.delivery.edit_all(visit.chat, (visit.message,), render.notice(sentence))
