"""/stats and what hangs on it: editors look at what was asked."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta

from telegram import Update

from bot import render
from bot.figures import acts, periods, summary
from bot.figures.aside import AsideError
from bot.figures.buttons import Op, Press, parse
from bot.figures.counts import Figures
from bot.figures.periods import Period
from bot.figures.pictures import picture_of
from bot.handlers import explaining, exporting
from bot.handlers.visit import Context, Visit, visit_of
from bot.roles import Role
from bot.services import Services

logger = logging.getLogger(__name__)


async def stats(services: Services, update: Update, _: Context) -> None:
    """/stats: the last seven days, and buttons for other periods."""
    visit = visit_of(update)
    if visit is not None:
        await show(services, visit, periods.WEEK)


async def digest(services: Services, update: Update, _: Context) -> None:
    """/digest: what the editors were told this morning."""
    visit = visit_of(update)
    if visit is None:
        return
    yesterday = periods.one_day(periods.today(services.zone) - timedelta(days=1), services.zone)
    message = await services.daily.digest(yesterday)
    await services.delivery.send_all(visit.chat, message.pages, keyboard=message.keyboard)


async def audit(services: Services, update: Update, _: Context) -> None:
    """/audit: the newest acts of administrators."""
    visit = visit_of(update)
    if visit is not None:
        await _acts(services, visit, None)


async def pressed(services: Services, update: Update, _: Context) -> None:
    """A button about figures; only in a private chat, where nobody else sees what it shows."""
    query, visit = update.callback_query, visit_of(update)
    if query is None or visit is None:
        return
    press = parse(query.data)
    known = press is not None and visit.private
    toast = "" if known else services.wording.notices.odd_button
    await services.delivery.acknowledge(query.id, toast)
    if press is not None and visit.private:
        await _done(services, visit, press)


async def _done(services: Services, visit: Visit, press: Press) -> None:
    match press.op:
        case Op.STATS:
            await show(services, visit, press.word)
        case Op.WHY:
            await explaining.explain(services, visit, press.number)
        case Op.LOG:
            await exporting.log(services, visit, press.word)
        case Op.QA:
            await exporting.knowledge(services, visit)
        case Op.AUDIT if await services.roles.may(visit.user, Role.OWNER):
            await _acts(services, visit, press.number)


async def _acts(services: Services, visit: Visit, before: int | None) -> None:
    found = await services.audit.recent(acts.PAGE + 1, before)
    await services.delivery.send_all(
        visit.chat,
        render.notice(*acts.paragraphs(found, services.wording, services.zone)),
        keyboard=acts.keyboard(found, services.wording),
    )


async def show(services: Services, visit: Visit, word: str) -> None:
    """The figures of a period as text, and then as a picture."""
    today = periods.today(services.zone)
    period = periods.period(word, today, services.zone)
    if period is None or period.word == periods.EVER:
        await say(services, visit, services.wording.notices.odd_button)
        return
    figures = await services.counts.figures(period)
    names = issue_names(services)
    drawing = figures.asked > 0 and services.pictures.available
    hint = "" if drawing or not figures.asked else services.wording.figures.no_picture
    await services.delivery.send_all(
        visit.chat,
        render.notice(*summary.paragraphs(figures, names, services.wording), hint),
        keyboard=summary.keyboard(period, today, services.wording),
    )
    if drawing:
        await _draw(services, visit, figures, names)


async def _draw(
    services: Services, visit: Visit, figures: Figures, names: Mapping[str, str]
) -> None:
    picture = picture_of(figures, names, services.wording)
    try:
        png = await services.pictures.draw(picture)
    except AsideError:
        await say(services, visit, services.wording.figures.failed)
        return
    await services.uploads.picture(visit.chat, png, name=_file_name(figures.period))


def _file_name(period: Period) -> str:
    return f"stats-{period.first}-{period.last}.png"


def issue_names(services: Services) -> dict[str, str]:
    """How the issues of the current content are called."""
    wording = services.wording
    return {
        card.id: f"{card.bulletin} {wording.date(card.issued)}".strip()
        for card in services.live.current.stock.issues
    }


async def say(services: Services, visit: Visit, *sentences: str) -> None:
    """Our own sentences to whoever visits."""
    await services.delivery.send_all(visit.chat, render.notice(*sentences))
