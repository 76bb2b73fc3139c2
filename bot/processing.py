"""The order in which updates are handled: one after another within a chat, chats side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

Key = tuple[str, int]

WAITING = 256  # updates taken off the queue at once; most of them only wait for their chat


class ChatOrderedProcessor(BaseUpdateProcessor):
    """Handles the updates of one chat in order and never lets one chat wait for another.

    The base class hands out its slots before the chat's lock is known, so a busy chat could hold
    them all: it gets `WAITING` slots, and the number of updates really running is bounded by
    `running`, taken only after the lock. A lock lives as long as somebody holds or awaits it.
    `handled` hears of each update once it was.
    """

    __slots__ = ("_handled", "_locks", "_running")

    def __init__(
        self,
        running: int = WAITING,
        handled: Callable[[object], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(max(running, WAITING))
        self._handled = handled
        self._running = asyncio.Semaphore(running)
        self._locks: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    @property
    def locks(self) -> int:
        """How many chats have an update running or waiting."""
        return len(self._locks)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        key = order_key(update)
        if key is None:
            async with self._running:
                await coroutine
                await self._after(update)
            return
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        async with lock, self._running:
            await coroutine
            await self._after(update)

    async def _after(self, update: object) -> None:
        if self._handled is not None:
            await self._handled(update)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to free."""


def order_key(update: object) -> Key | None:
    """Within what an update keeps its order: its chat, else its user (inline queries have no
    chat), else nothing."""
    if not isinstance(update, Update):
        return None
    if update.effective_chat is not None:
        return ("chat", update.effective_chat.id)
    if update.effective_user is not None:
        return ("user", update.effective_user.id)
    return None
