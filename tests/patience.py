"""Waiting for what the bot does in its own time, as writing down what it has sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fake_api import PATIENCE

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]]) -> T:
    """What `look` finds, once it finds something. Fails after PATIENCE seconds."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await look()):
            await asyncio.sleep(0.02)
    return found
