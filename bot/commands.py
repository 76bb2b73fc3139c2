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
    BotCommandScopeChat,
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
    """A command's name and its scopes; what it does stands in the locale under its name.
    `editors` are the only ones to whom it is offered, where set."""

    name: str
    scopes: frozenset[Scope]
    editors: bool = False


_EVERYWHERE = frozenset(Scope)
_ADMINS = frozenset({Scope.ADMINS})
_PRIVATE = frozenset({Scope.PRIVATE})

COMMANDS = (
    Command(name="start", scopes=_EVERYWHERE),
    Command(name="ask", scopes=_EVERYWHERE),
    Command(name="issue", scopes=_PRIVATE),
    Command(name="help", scopes=_EVERYWHERE),
    Command(name="subscribe", scopes=_PRIVATE),
    Command(name="unsubscribe", scopes=_PRIVATE),
    Command(name="settings", scopes=_ADMINS),
    Command(name="privacy", scopes=_PRIVATE),
    Command(name="forgetme", scopes=_PRIVATE),
    Command(name="announce", scopes=_PRIVATE, editors=True),
    Command(name="announcements", scopes=_PRIVATE, editors=True),
    Command(name="import", scopes=_PRIVATE, editors=True),
)


def offered(scope: Scope, *, editors: bool = False) -> tuple[Command, ...]:
    """The commands of a scope, in the order shown; those of editors only where asked for."""
    return tuple(
        command
        for command in COMMANDS
        if scope in command.scopes and (editors or not command.editors)
    )


async def publish(bot: Bot, wording: Wording, editors: tuple[int, ...] = ()) -> None:
    """Tell Telegram which commands to offer where. A failure (an editor who never wrote to the
    bot) is logged and otherwise ignored: commands work without being offered."""
    published: tuple[tuple[BotCommandScope, Scope, bool], ...] = (
        (BotCommandScopeDefault(), Scope.GROUPS, False),
        (BotCommandScopeAllPrivateChats(), Scope.PRIVATE, False),
        (BotCommandScopeAllGroupChats(), Scope.GROUPS, False),
        (BotCommandScopeAllChatAdministrators(), Scope.ADMINS, False),
        *((BotCommandScopeChat(editor), Scope.PRIVATE, True) for editor in editors),
    )
    for where, scope, all_of_them in published:
        menu = [
            BotCommand(command.name, wording.commands[command.name])
            for command in offered(scope, editors=all_of_them)
        ]
        try:
            await bot.set_my_commands(menu, scope=where)
        except TelegramError as error:
            logger.warning("commands not published for %s: %s", where.type, error)
