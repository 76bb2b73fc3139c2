"""Reading the issue itself: its articles, their sections, the original around a quotation."""

from __future__ import annotations

from telegram import Update

from bot import render
from bot.handlers.visit import Visit, visit_of
from bot.services import Services
from knowledge.base import KnowledgeBase


async def issue_command(services: Services, update: Update, _: object) -> None:
    """/issue: the articles of the current issue."""
    visit = visit_of(update)
    if visit is not None:
        await issue(services, visit, services.live.current)


async def issue(services: Services, visit: Visit, base: KnowledgeBase) -> None:
    """Offer the articles of the current issue."""
    overviews = base.overviews()
    await services.delivery.send_all(
        visit.chat,
        render.issue_html(overviews, services.wording),
        keyboard=render.article_buttons(overviews, base.version),
        thread=visit.thread,
    )


async def article(services: Services, visit: Visit, target: str, base: KnowledgeBase) -> bool:
    """Show an article at a glance; False when the current issue has no such article."""
    overview = next((one for one in base.overviews() if one.target == target), None)
    if overview is None:
        return False
    await services.delivery.send_all(
        visit.chat,
        render.article_html(overview, services.wording),
        keyboard=render.section_buttons(overview, base.version),
        thread=visit.thread,
    )
    return True


async def passage(services: Services, visit: Visit, target: str, base: KnowledgeBase) -> bool:
    """Show the paragraph around a quotation; False when this version has no such target."""
    found = base.passage(target)
    if found is None:
        return False
    await services.delivery.send_all(
        visit.chat, render.passage_html(found, services.wording), thread=visit.thread
    )
    return True
