"""`@bot 问题` in any chat: cited answers to choose from."""

from __future__ import annotations

import logging

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.inline import Offer, offer
from bot.services import Services

logger = logging.getLogger(__name__)

START = "inline"  # what the button sends when it opens a private chat
_KEPT, _KEPT_EMPTY = 120, 10  # seconds for which Telegram may answer others the same


async def offered(services: Services, update: Update, _: object) -> None:
    """Somebody types behind the bot's name: offer the answer, if any, and a private chat."""
    query = update.inline_query
    if query is None:
        return
    found = offer(query.query, services.live.current, services.wording)
    said = services.wording.inline
    label = said.ask if found or not query.query.strip() else said.none
    try:
        await query.answer(
            [_article(found)] if found else [],
            cache_time=_KEPT if found else _KEPT_EMPTY,
            is_personal=False,
            button=InlineQueryResultsButton(label, start_parameter=START),
        )
    except TelegramError as error:  # asked again with the next letter typed
        logger.info("inline query not answered: %s", error)


def _article(found: Offer) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        id=found.id,
        title=found.title,
        description=found.description,
        input_message_content=InputTextMessageContent(
            found.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
    )
