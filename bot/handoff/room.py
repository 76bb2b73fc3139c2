"""The staff's group: under which id it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.chatbook import Chatbook
from bot.database import StorageError

FRESH = 5.0  # seconds for which the group's id is remembered
_MOVES = 8  # that a group may have made


class Room:
    """`named` is the group in the settings, None where there is none. A group that moved is found
    under its new id, whatever the settings say."""

    def __init__(
        self,
        named: int | None,
        chatbook: Chatbook,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._named = named
        self._chatbook = chatbook
        self._clock = clock
        self._current: tuple[float, int] | None = None

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
