"""/why: an editor asks how an answer came about."""

from __future__ import annotations

import asyncio
import re

from telegram import Update

from bot import render
from bot.figures import reasons
from bot.handlers.visit import Context, Visit, visit_of
from bot.services import Services

_NUMBER = re.compile(r"[#＃]?(\d{1,18})")


async def why(services: Services, update: Update, context: Context) -> None:
    """/why 123, or /why in reply to an answer in this chat."""
    visit = visit_of(update)
    if visit is None:
        return
    replied = update.message.reply_to_message if update.message is not None else None
    found = _NUMBER.fullmatch("".join(context.args or ()))
    number = int(found[1]) if found is not None else None
    if number is None and not context.args and replied is not None:
        number = await services.storage.asked_by_reply(visit.chat, replied.message_id)
    await explain(services, visit, number)


async def explain(services: Services, visit: Visit, number: int | None) -> None:
    """Explain the answer to the question with that number, on the version that gave it."""
    said = services.wording.figures.reasons
    asked = await services.storage.asked(number) if number is not None else None
    if number is None or asked is None:
        sentence = said.how if number is None else said.gone.format(number=number)
        await services.delivery.send_all(visit.chat, render.notice(sentence))
        return
    await services.delivery.typing(visit.chat)
    kept = await services.reloads.opened(asked.version)
    base = kept or services.live.current
    explanation = await asyncio.to_thread(base.explain, asked.resolved)
    text = reasons.paragraphs(
        number, asked, explanation, services.wording, services.zone, kept=kept is not None
    )
    await services.delivery.send_all(visit.chat, render.notice(*text))
