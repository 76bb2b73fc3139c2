"""Each process of a bot puts in use what any of them has put in use."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.database import Database, StorageError
from bot.reloading.reloads import Reloads
from bot.reloading.versions import CHANNEL

logger = logging.getLogger(__name__)

EVERY = 3.0  # seconds between two looks, where nobody is told of news or the telling fails


@asynccontextmanager
async def following(reloads: Reloads, database: Database) -> AsyncIterator[None]:
    """Meanwhile this process follows the others."""
    task = asyncio.create_task(_follow(reloads, database))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def _follow(reloads: Reloads, database: Database) -> None:
    news = asyncio.Event()
    while True:
        try:
            async with database.listening(CHANNEL, news.set) as alive:
                while alive():
                    await reloads.follow()
                    await _next(news)
        except StorageError as error:
            logger.warning("what other processes put in use is not known: %s", error)
            await _next(news)


async def _next(news: asyncio.Event) -> None:
    """Wait for news, or as long as is waited without."""
    try:
        async with asyncio.timeout(EVERY):
            await news.wait()
    except TimeoutError:
        return
    news.clear()
