"""The staff's group: under which id it goes on, and who belongs to it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from telegram import Bot, ChatMember, ChatMemberRestricted
from telegram.error import TelegramError

from bot.chatbook import Chatbook
from bot.database import StorageError
from bot.roles import Role, Roles

logger = logging.getLogger(__name__)

FRESH, KEPT = 5.0, 60.0  # seconds for which the group's id, and its members, are remembered
_MOVES = 8  # that a group may have made
_MOST = 4096
_INSIDE = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)


class Room:
    """`named` is the group in the settings, None where there is none. A group that moved is found
    under its new id, whatever the settings say."""

    def __init__(
        self,
        named: int | None,
        *,
        chatbook: Chatbook,
        roles: Roles,
        bot: Bot,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._named = named
        self._chatbook = chatbook
        self._roles = roles
        self._bot = bot
        self._clock = clock
        self._current: tuple[float, int] | None = None
        self._members: dict[tuple[int, int], tuple[float, bool]] = {}

    @property
    def configured(self) -> bool:
        """Whether there is anybody to hand anything to."""
        return self._named is not None

    async def current(self) -> int | None:
        """The group's id now; None where there is no group."""
        if self._named is None:
            return None
        now = self._clock()
        if self._current is None or now - self._current[0] >= FRESH:
            self._current = (now, await self._followed(self._named))
        return self._current[1]

    async def reachable(self) -> bool:
        """Whether the bot can write there, as far as it knows."""
        room = await self.current()
        if room is None:
            return False
        try:
            chat = await self._chatbook.get(room)
        except StorageError:
            return True
        return chat is None or chat.active

    def moved(self) -> None:
        """Look anew where the group is."""
        self._current = None

    async def admits(self, user: int, room: int, *, public: bool) -> bool:
        """Whether somebody who writes or presses a button there belongs to the staff: by a role,
        or as a member of the group. Who speaks in the group's name is an administrator of it. What
        a `public` group shows can be reached from outside; where Telegram does not tell who is a
        member, only that counts."""
        if user == room or await self._roles.may(user, Role.STAFF):
            return True
        now = self._clock()
        known = self._members.get((room, user))
        if known is not None and now - known[0] < KEPT:
            return known[1]
        try:
            inside = user > 0 and await self._is_member(user, room)
        except TelegramError as error:
            logger.warning("members of the staff's group are not known: %s", error)
            return not public and user > 0
        if len(self._members) >= _MOST:
            self._members.clear()
        self._members[room, user] = (now, inside)
        return inside

    async def _is_member(self, user: int, room: int) -> bool:
        member = await self._bot.get_chat_member(room, user)
        if isinstance(member, ChatMemberRestricted):
            return member.is_member
        return member.status in _INSIDE

    async def _followed(self, chat: int) -> int:
        try:
            for _ in range(_MOVES):
                found = await self._chatbook.get(chat)
                if found is None or found.moved is None:
                    break
                chat = found.moved
        except StorageError:
            return self._current[1] if self._current is not None else chat
        return chat
