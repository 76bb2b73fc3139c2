"""Who administrates a group, asked of Telegram and remembered for half a minute."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from telegram import Bot, ChatMember
from telegram.error import BadRequest, TelegramError

logger = logging.getLogger(__name__)

KEPT = 30.0  # seconds
_MOST = 4096  # answers remembered
_ADMINISTRATORS = (ChatMember.ADMINISTRATOR, ChatMember.OWNER)


class Admins:
    """Telegram's word on who is an administrator."""

    def __init__(self, bot: Bot, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self._clock = clock
        self._known: dict[tuple[int, int], tuple[float, bool]] = {}

    async def include(self, chat: int, user: int) -> bool | None:
        """Whether `user` administrates `chat`; None when Telegram cannot be asked now. Who speaks
        in the group's own name is an anonymous administrator."""
        if user == chat:
            return True
        now = self._clock()
        known = self._known.get((chat, user))
        if known is not None and now - known[0] < KEPT:
            return known[1]
        try:
            found = await self._asked(chat, user)
        except TelegramError as error:
            logger.warning("administrators of chat %s not known: %s", chat, error)
            return None
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[chat, user] = (now, found)
        return found

    async def _asked(self, chat: int, user: int) -> bool:
        if user < 0:  # a channel in whose name somebody speaks
            return False
        try:
            return (await self._bot.get_chat_member(chat, user)).status in _ADMINISTRATORS
        except BadRequest:  # members are hidden from a bot that is no administrator itself
            administrators = await self._bot.get_chat_administrators(chat)
            return any(one.user.id == user for one in administrators)
