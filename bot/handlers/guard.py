"""Commands and buttons that obey a role alone."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from bot import render
from bot.handlers.visit import Context, visit_of
from bot.roles import Role
from bot.services import Services

Verb = Callable[[Services, Update, Context], Coroutine[Any, Any, None]]


def only(role: Role | None, verb: Verb) -> Verb:
    """A handler for those who may do what `role` may, asked anew each time. To everybody else a
    command is none of ours, and a button does nothing. None is for everybody."""
    if role is None:
        return verb

    async def guarded(services: Services, update: Update, context: Context) -> None:
        visit = visit_of(update)
        if visit is None:
            return
        if await services.roles.may(visit.user, role):
            await verb(services, update, context)
        elif update.callback_query is not None:
            odd = services.wording.notices.odd_button
            await services.delivery.acknowledge(update.callback_query.id, odd)
        elif visit.private:
            unknown = render.notice(services.wording.notices.unknown_command)
            await services.delivery.send_all(visit.chat, unknown)

    return guarded
