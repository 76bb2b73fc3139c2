"""Who belongs to the staff's group, asked of Telegram and remembered for a minute."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from telegram import Bot, ChatMember, ChatMemberRestricted
from telegram.error import TelegramError

from bot.roles import Role, Roles

logger = logging.getLogger(__name__)

KEPT = 60.0  # seconds
_MOST = 4096  # answers remembered
_INSIDE = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)


class Members:
    """Telegram's word on who is a member, and the roles of those who need not be."""

    def __init__(
        self, bot: Bot, roles: Roles, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bot = bot
        self._roles = roles
        self._clock = clock
        self._known: dict[tuple[int, int], tuple[float, bool]] = {}

    async def admits(self, user: int, room: int, *, public: bool) -> bool:
        """Whether somebody who writes or presses a button there belongs to the staff: by a role,
        or as a member of the group. Who speaks in the group's name is an administrator of it. What
        a `public` group shows can be reached from outside; where Telegram does not tell who is a
        member, only that counts."""
        if user == room or await self._roles.may(user, Role.STAFF):
            return True
        now = self._clock()
        known = self._known.get((room, user))
        if known is not None and now - known[0] < KEPT:
            return known[1]
        try:
            inside = user > 0 and await self._is_member(user, room)
        except TelegramError as error:
            logger.warning("members of the staff's group are not known: %s", error)
            return not public and user > 0
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[room, user] = (now, inside)
        return inside

    async def _is_member(self, user: int, room: int) -> bool:
        member = await self._bot.get_chat_member(room, user)
        if isinstance(member, ChatMemberRestricted):
            return member.is_member
        return member.status in _INSIDE
