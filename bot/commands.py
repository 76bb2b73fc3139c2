"""The one table of commands: who sees each where, and how it is published to Telegram."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import Enum

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.wording import Wording

logger = logging.getLogger(__name__)


class Scope(Enum):
    """Where a command is offered and obeyed."""

    PRIVATE = "private"
    GROUPS = "groups"
    ADMINS = "admins"  # administrators of a group


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command's name and its scopes; what it does stands in the locale under its name."""

    name: str
    scopes: frozenset[Scope]


_EVERYWHERE = frozenset(Scope)
_ADMINS = frozenset({Scope.ADMINS})
_PRIVATE = frozenset({Scope.PRIVATE})

COMMANDS = (
    Command(name="start", scopes=_EVERYWHERE),
    Command(name="ask", scopes=_EVERYWHERE),
    Command(name="issue", scopes=_PRIVATE),
    Command(name="help", scopes=_EVERYWHERE),
    Command(name="settings", scopes=_ADMINS),
    Command(name="privacy", scopes=_PRIVATE),
    Command(name="forgetme", scopes=_PRIVATE),
)


def offered(scope: Scope) -> tuple[Command, ...]:
    """The commands of a scope, in the order shown."""
    return tuple(command for command in COMMANDS if scope in command.scopes)


async def publish(bot: Bot, wording: Wording) -> None:
    """Tell Telegram which commands to offer where. A failure is logged and otherwise ignored:
    commands work without being offered."""
    published: tuple[tuple[BotCommandScope, Scope], ...] = (
        (BotCommandScopeDefault(), Scope.GROUPS),
        (BotCommandScopeAllPrivateChats(), Scope.PRIVATE),
        (BotCommandScopeAllGroupChats(), Scope.GROUPS),
        (BotCommandScopeAllChatAdministrators(), Scope.ADMINS),
    )
    for where, scope in published:
        menu = [
            BotCommand(command.name, wording.commands[command.name]) for command in offered(scope)
        ]
        try:
            await bot.set_my_commands(menu, scope=where)
        except TelegramError as error:
            logger.warning("commands not published for %s: %s", where.type, error)
