"""The one place where an unforeseen error ends: a log line, and an apology that leads to it."""

from __future__ import annotations

import logging
import secrets

from telegram import Update

from bot import render
from bot.handlers.groups import is_for_us
from bot.handlers.visit import Context, visit_of
from bot.services import Services

logger = logging.getLogger(__name__)


async def failed(services: Services, update: object, context: Context) -> None:
    """Log the error under an id, and tell that id to whoever was waiting for an answer."""
    number = secrets.token_hex(3)
    logger.error("failure %s", number, exc_info=context.error)
    visit = visit_of(update) if isinstance(update, Update) else None
    if visit is not None and (visit.private or is_for_us(update, context.bot)):
        sentence = services.wording.notices.apology.format(id=number)
        await services.delivery.send_all(
            visit.chat, render.notice(sentence), thread=visit.thread, reply_to=visit.reply_to
        )
