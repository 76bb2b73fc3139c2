"""/grant and /revoke: owners give roles to people and take them back."""

from __future__ import annotations

import re

from telegram import MessageOriginHiddenUser, MessageOriginUser, Update

from bot import commands, render
from bot.buttons import Button, Keyboard
from bot.database import StorageError
from bot.handlers.visit import Context, Visit, visit_of
from bot.roles import GIVEN, Role
from bot.services import Services

PATTERN = r"^w:"
_FORM = re.compile(r"w:take:([1-9]\d{0,18})", re.ASCII)
_NUMBER = re.compile(r"[1-9]\d{0,18}", re.ASCII)
_GREATEST = 2**63


async def grant(services: Services, update: Update, context: Context) -> None:
    """/grant 编辑 12345678; with nothing behind it, who has a role, and how to give one."""
    visit = visit_of(update)
    if visit is None:
        return
    said = services.wording.roles
    words = context.args or []
    replied = update.message.reply_to_message if update.message is not None else None
    origin = replied.forward_origin if replied is not None else None
    role = next((role for role in GIVEN for word in words if word == _name(services, role)), None)
    user = next((number for word in words if (number := _number(word)) is not None), None)
    if isinstance(origin, MessageOriginUser):
        user = user or origin.sender_user.id
    if not words:
        await _say(services, visit, *await _listed(services), said.how)
    elif role is not None and user is not None and len(words) <= 2:
        await _give(services, visit, user, role, context)
    elif role is not None and isinstance(origin, MessageOriginHiddenUser):
        await _say(services, visit, said.hidden)
    else:
        await _say(services, visit, said.unreadable)


async def revoke(services: Services, update: Update, context: Context) -> None:
    """/revoke 12345678; with nothing behind it, a button for everybody who was given a role."""
    visit = visit_of(update)
    if visit is None:
        return
    words = context.args or []
    user = _number(words[0]) if len(words) == 1 else None
    if user is not None:
        await _say(services, visit, await _taken(services, visit, user, context))
        return
    keyboard = await _keys(services)
    how = services.wording.roles.revoke_how if keyboard else ""
    await _say(services, visit, *await _listed(services), how, keyboard=keyboard)


async def pressed(services: Services, update: Update, context: Context) -> None:
    """A button that takes a role back."""
    query, visit = update.callback_query, visit_of(update)
    if query is None or visit is None:
        return
    found = _FORM.fullmatch(query.data or "")
    user = _number(found[1]) if found is not None else None
    toast = services.wording.notices.odd_button
    try:
        if user is not None and visit.private:
            toast = await _taken(services, visit, user, context)
    finally:
        await services.delivery.acknowledge(query.id, toast)


async def _give(services: Services, visit: Visit, user: int, role: Role, context: Context) -> None:
    said = services.wording.roles
    if services.roles.named(user):
        await _say(services, visit, said.is_fixed.format(user=user))
        return
    try:
        await services.roles.give(user, role, visit.user)
    except StorageError:
        await _say(services, visit, said.failed)
        raise
    name = _name(services, role)
    await _say(services, visit, said.given.format(user=user, role=name))
    await commands.publish_to(
        context.bot, services.wording, user, role, staffed=services.handoff.room.configured
    )
    await services.delivery.send_all(user, render.notice(said.welcome.format(role=name)))


async def _taken(services: Services, visit: Visit, user: int, context: Context) -> str:
    """Take a role back; what came of it in a sentence."""
    said = services.wording.roles
    if services.roles.named(user):
        return said.is_fixed.format(user=user)
    role = await services.roles.of(user)
    try:
        if not await services.roles.take(user, visit.user) or role is None:
            return said.had_none.format(user=user)
    except StorageError:
        await _say(services, visit, said.failed)
        raise
    name = _name(services, role)
    await commands.publish_to(
        context.bot, services.wording, user, None, staffed=services.handoff.room.configured
    )
    await services.delivery.send_all(user, render.notice(said.farewell.format(role=name)))
    return said.taken.format(user=user, role=name)


async def _listed(services: Services) -> tuple[str, str]:
    said = services.wording.roles
    lines = []
    for user, role in (await services.roles.everybody()).items():
        line = said.fixed if services.roles.named(user) else said.line
        lines.append(line.format(user=user, role=_name(services, role)))
    return (said.head, "\n".join(lines)) if lines else (said.none, "")


async def _keys(services: Services) -> Keyboard:
    said = services.wording.roles
    return tuple(
        (
            Button(
                label=said.take.format(user=user, role=_name(services, role)),
                data=f"w:take:{user}",
            ),
        )
        for user, role in (await services.roles.everybody()).items()
        if not services.roles.named(user)
    )


def _name(services: Services, role: Role) -> str:
    names: dict[str, str] = services.wording.roles.names.model_dump()
    return names[role]


def _number(word: str) -> int | None:
    """A person's number as typed; None for anything else."""
    return int(word) if _NUMBER.fullmatch(word) and int(word) < _GREATEST else None


async def _say(services: Services, visit: Visit, *sentences: str, keyboard: Keyboard = ()) -> None:
    await services.delivery.send_all(visit.chat, render.notice(*sentences), keyboard=keyboard)
