"""/settings: what the administrators of a group settle, in one message that is edited in place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from telegram import Message, Update

from bot import render
from bot.chats import Chat, ChatKind
from bot.database import StorageError
from bot.handlers.groups import admitted, is_spoken, say
from bot.handlers.visit import Context, Visit, visit_of
from bot.menu import Change, Place, parse_hours
from bot.services import Services


async def settings_command(services: Services, update: Update, context: Context) -> None:
    """/settings, or /settings 22:00-7:00: shows the settings to an administrator."""
    visit, message = visit_of(update), update.effective_message
    if visit is None or message is None or not is_spoken(message, context.bot):
        return
    if not await admitted(services, visit, message, always=True):
        return
    said = services.wording.settings
    allowed = await services.admins.include(visit.chat, visit.user)
    if not allowed:
        await say(services, visit, said.unknown if allowed is None else said.admins_only)
        return
    typed = " ".join(context.args or ())
    quiet = parse_hours(typed)
    if typed and quiet is None:
        await say(services, visit, said.hours_form)
        return
    chat = await _settled(
        services, visit, message, (lambda chat: replace(chat, quiet=quiet)) if quiet else None
    )
    if chat is None:
        await say(services, visit, said.failed)
        return
    page = services.menu.page(chat, _place(visit, message, visit.owner))
    await services.delivery.send_all(
        visit.chat,
        render.notice(*page.sentences),
        keyboard=page.keyboard,
        thread=visit.thread,
        reply_to=visit.reply_to,
    )


async def pressed(
    services: Services, visit: Visit, message: Message, target: str, owner: int
) -> str:
    """A button of the settings; the sentence to acknowledge it with, or none."""
    said = services.wording.settings
    allowed = await services.admins.include(visit.chat, visit.user)
    if not allowed:
        return said.unknown if allowed is None else said.admins_only
    place = _place(visit, message, owner)
    chosen = services.menu.chosen(target, place)
    if chosen is None:
        return services.wording.notices.odd_button
    name, change = chosen
    chat = await _settled(services, visit, message, change)
    if chat is None:
        return said.failed
    page = services.menu.page(chat, place, name)
    await services.delivery.edit(
        visit.chat, visit.message, render.notice(*page.sentences)[0], keyboard=page.keyboard
    )
    return ""


async def _settled(
    services: Services, visit: Visit, message: Message, change: Change | None
) -> Chat | None:
    """The chat as it is, or as it is after a change; None when the database fails."""
    kind, title = ChatKind(message.chat.type), message.chat.title or ""
    now = datetime.now(UTC)
    try:
        chat = await services.chatbook.meet(visit.chat, kind, title, now)
        if change is None:
            return chat
        return await services.chatbook.settle(visit.chat, change, now)
    except StorageError:
        return None


def _place(visit: Visit, message: Message, owner: int) -> Place:
    return Place(thread=visit.thread, forum=bool(message.chat.is_forum), owner=owner)
