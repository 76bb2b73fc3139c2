"""One message of the bot's that tells how far something is, until it tells what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot import render
from bot.buttons import Keyboard
from bot.services import Services

EVERY = 3.0  # seconds between two changes of the message at least


class Board:
    """A message in a private chat; `old` are those that it takes the place of."""

    def __init__(self, services: Services, chat: int, old: tuple[int, ...] = ()) -> None:
        self._services = services
        self._chat = chat
        self._messages = old

    async def show(self, *paragraphs: str, keyboard: Keyboard = ()) -> None:
        """Put paragraphs in the place of what stood there."""
        sent = await self._services.delivery.edit_all(
            self._chat, self._messages, render.notice(*paragraphs), keyboard=keyboard
        )
        self._messages = sent.messages or self._messages

    @asynccontextmanager
    async def following(self, form: str) -> AsyncIterator[Callable[[int, int], None]]:
        """Meanwhile what is told as (done, total) is shown in `form`, now and then."""
        latest: list[tuple[int, int]] = []

        async def show() -> None:
            shown: tuple[int, int] | None = None
            while True:
                await asyncio.sleep(EVERY)
                if latest and latest[-1] != shown:
                    shown = latest[-1]
                    latest.clear()
                    await self.show(form.format(done=shown[0], total=shown[1]))

        def tell(done: int, total: int) -> None:
            latest[:] = [(done, total)]

        task = asyncio.create_task(show())
        try:
            yield tell
        finally:
            task.cancel()
            await asyncio.wait((task,))
