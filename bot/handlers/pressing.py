"""A button pressed in a private chat: done, and acknowledged whatever comes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import Update

from bot.database import StorageError
from bot.handlers.visit import Visit, visit_of
from bot.services import Services

Press = TypeVar("Press")


async def acknowledged(
    services: Services,
    update: Update,
    parse: Callable[[object], Press | None],
    do: Callable[[Services, Visit, Press], Awaitable[str]],
    failed: str,
) -> None:
    """Do what a button says, which `parse` reads and `do` does, and acknowledge it with the
    sentence that `do` returns. In a group it is none of ours. Where the database fails, says
    `failed` and raises StorageError."""
    query = update.callback_query
    if query is None:
        return
    press, visit = parse(query.data), visit_of(update)
    toast = services.wording.notices.odd_button
    try:
        if press is not None and visit is not None and visit.private:
            toast = await do(services, visit, press)
    except StorageError:
        toast = failed
        raise
    finally:
        await services.delivery.acknowledge(query.id, toast)
