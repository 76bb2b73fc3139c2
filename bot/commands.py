"""The one table of commands: who sees each where, and how it is published to Telegram."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.roles import Role
from bot.wording import Wording

logger = logging.getLogger(__name__)


class Scope(Enum):
    """Where a command is offered and obeyed."""

    PRIVATE = "private"
    GROUPS = "groups"
    ADMINS = "admins"  # administrators of a group
    STAFF = "staff"  # everybody in the staff's group


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command's name and its scopes; what it does stands in the locale under its name.
    `role` is what somebody must be to be offered it and obeyed; None for everybody. `staffed` is
    of no use where the staff have no group."""

    name: str
    scopes: frozenset[Scope]
    role: Role | None = None
    staffed: bool = False


_EVERYWHERE = frozenset(Scope)
_STAFF = frozenset({Scope.STAFF})
_ADMINS = frozenset({Scope.ADMINS})
_PRIVATE = frozenset({Scope.PRIVATE})

COMMANDS = (
    Command(name="start", scopes=_EVERYWHERE),
    Command(name="ask", scopes=_EVERYWHERE),
    Command(name="issue", scopes=_PRIVATE),
    Command(name="help", scopes=_EVERYWHERE),
    Command(
        name="human", scopes=frozenset({Scope.PRIVATE, Scope.GROUPS, Scope.ADMINS}), staffed=True
    ),
    Command(name="subscribe", scopes=_PRIVATE),
    Command(name="unsubscribe", scopes=_PRIVATE),
    Command(name="privacy", scopes=_PRIVATE),
    Command(name="forgetme", scopes=_PRIVATE),
    Command(name="settings", scopes=_ADMINS),
    Command(name="myname", scopes=_STAFF, staffed=True),
    Command(name="handoffs", scopes=_STAFF, staffed=True),
    Command(name="announce", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="announcements", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="import", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="reload", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="rollback", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="version", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="unanswered", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="undo", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="why", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="stats", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="digest", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="export", scopes=_PRIVATE, role=Role.EDITOR),
    Command(name="grant", scopes=_PRIVATE, role=Role.OWNER),
    Command(name="revoke", scopes=_PRIVATE, role=Role.OWNER),
    Command(name="audit", scopes=_PRIVATE, role=Role.OWNER),
)


def offered(
    scope: Scope, role: Role | None = None, *, staffed: bool = False
) -> tuple[Command, ...]:
    """The commands of a scope that somebody of a role is offered, in the order shown; `staffed`
    says whether the staff have a group."""
    return tuple(
        command
        for command in COMMANDS
        if scope in command.scopes
        and staffed >= command.staffed
        and (command.role is None or (role is not None and role.covers(command.role)))
    )


async def publish(
    bot: Bot, wording: Wording, roles: Mapping[int, Role], staff: int | None = None
) -> None:
    """Tell Telegram which commands to offer where, to whom who has a role, and in the group of the
    staff."""
    staffed = staff is not None
    for where, scope in (
        (BotCommandScopeDefault(), Scope.GROUPS),
        (BotCommandScopeAllPrivateChats(), Scope.PRIVATE),
        (BotCommandScopeAllGroupChats(), Scope.GROUPS),
        (BotCommandScopeAllChatAdministrators(), Scope.ADMINS),
    ):
        await _publish(bot, wording, where, offered(scope, staffed=staffed))
    for user, role in roles.items():
        await publish_to(bot, wording, user, role, staffed=staffed)
    if staff is not None:
        menu = offered(Scope.STAFF, staffed=True)
        await _publish(bot, wording, BotCommandScopeChat(staff), menu)


async def publish_to(
    bot: Bot, wording: Wording, user: int, role: Role | None, *, staffed: bool
) -> None:
    """Tell Telegram which commands to offer one person."""
    menu = offered(Scope.PRIVATE, role, staffed=staffed)
    await _publish(bot, wording, BotCommandScopeChat(user), menu)


async def _publish(
    bot: Bot, wording: Wording, where: BotCommandScope, menu: tuple[Command, ...]
) -> None:
    """A failure (an editor who never wrote to the bot) is logged and otherwise ignored: commands
    work without being offered."""
    listed = [BotCommand(command.name, wording.commands[command.name]) for command in menu]
    try:
        await bot.set_my_commands(listed, scope=where)
    except TelegramError as error:
        logger.warning("commands not published for %s: %s", where.type, error)
