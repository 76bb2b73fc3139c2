"""The one composition root: services and handlers, put together in one visible order."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial, reduce
from operator import or_
from typing import Any

from telegram.ext import (
    AIORateLimiter,
    Application,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.commands import COMMANDS, Scope
from bot.config import Secrets, Settings
from bot.connection import ApiRequest, PollingRequest
from bot.delivery import Delivery
from bot.handlers import failures, personal, presses, questions, reading, welcome
from bot.ledger import Ledger
from bot.processing import ChatOrderedProcessor
from bot.services import Services
from bot.sessions import SessionStore
from bot.storage import Storage
from bot.wording import Wording
from knowledge.base import Live

App = Application[Any, Any, Any, Any, Any, Any]
Handler = Callable[..., Coroutine[Any, Any, None]]

UPDATES = ("message", "edited_message", "callback_query")  # what Telegram is asked to send

_COMMANDS: dict[str, Handler] = {
    "start": welcome.start,
    "help": welcome.help_command,
    "ask": questions.ask_command,
    "issue": reading.issue_command,
    "privacy": personal.privacy,
    "forgetme": personal.forgetme,
}


def compose(
    settings: Settings,
    secrets: Secrets,
    live: Live,
    storage: Storage,
    wording: Wording,
    fetching: PollingRequest,
) -> tuple[App, Services]:
    """The application, not yet started, and the services behind its handlers."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # RetryAfter without its deprecated integer
    application = (
        Application.builder()
        .token(secrets.token.get_secret_value())
        .base_url(settings.telegram.base_url)
        .base_file_url(settings.telegram.base_file_url)
        .request(ApiRequest())
        .get_updates_request(fetching)
        .concurrent_updates(ChatOrderedProcessor(settings.telegram.concurrent))
        .rate_limiter(AIORateLimiter())
        .job_queue(None)
        .build()
    )
    sessions = SessionStore(storage, timedelta(minutes=settings.sessions.idle_minutes))
    services = Services(
        live=live,
        storage=storage,
        ledger=Ledger(storage, sessions),
        delivery=Delivery(application.bot),
        wording=wording,
        zone=settings.bulletin.zone,
    )
    register(application, services)
    return application, services


def register(application: App, services: Services) -> None:
    """Every handler, in the order in which they are tried; the first that fits ends the search."""
    private = filters.ChatType.PRIVATE
    places = {Scope.PRIVATE: private, Scope.GROUPS: filters.ChatType.GROUPS}
    new, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE

    def on(handler: Handler) -> Handler:
        return partial(handler, services)

    for command in COMMANDS:
        where = reduce(or_, (places[scope] for scope in command.scopes))
        moment = new | edited if command.name == "ask" else new
        application.add_handler(
            CommandHandler(command.name, on(_COMMANDS[command.name]), where & moment)
        )
    application.add_handler(CallbackQueryHandler(on(presses.pressed)))
    talk = private & ~filters.StatusUpdate.ALL
    application.add_handler(
        MessageHandler(talk & new & filters.COMMAND, on(welcome.unknown_command))
    )
    application.add_handler(
        MessageHandler(talk & filters.TEXT & ~filters.COMMAND, on(questions.asked))
    )
    application.add_handler(MessageHandler(talk & new & ~filters.TEXT, on(welcome.not_text)))
    application.add_error_handler(on(failures.failed))
