"""Watch mode: the content folder is read again by itself once its files have settled."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from bot.database import StorageError
from bot.reloading import panels
from bot.reloading.reloads import Outdated, Reloads
from bot.wording import Wording
from knowledge.errors import KnowledgeError

logger = logging.getLogger(__name__)

WATCH = "watch"  # the deed of nobody but the folder itself
QUIET, LONGEST = 1500, 60_000  # milliseconds: without a change, and until it is read regardless

Tell = Callable[[tuple[str, ...]], Awaitable[None]]  # paragraphs to all editors


def can_watch() -> bool:
    """Whether the library that watches is installed."""
    return importlib.util.find_spec("watchfiles") is not None


def watching(
    reloads: Reloads, folder: Path, wording: Wording, tell: Tell, *, wanted: bool
) -> AbstractAsyncContextManager[Any]:
    """Meanwhile changes of the folder are put in use if they are clean, else told of."""
    return _watching(Watch(reloads, folder, wording, tell)) if wanted else nullcontext()


@asynccontextmanager
async def _watching(watch: Watch) -> Any:
    stop = asyncio.Event()
    task = asyncio.create_task(watch.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait((task,))


class Watch:
    """Reads the folder again, and tells the same thing once only."""

    def __init__(self, reloads: Reloads, folder: Path, wording: Wording, tell: Tell) -> None:
        self._reloads = reloads
        self._folder = folder
        self._wording = wording
        self._tell = tell
        self._told: tuple[str, ...] = ()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop."""
        from watchfiles import awatch

        changes = awatch(
            self._folder,
            watch_filter=self._matters,
            step=QUIET,
            debounce=LONGEST,
            stop_event=stop,
        )
        logger.info("watching the content folder")
        async for _ in changes:
            await self.look()

    async def look(self) -> None:
        """Read the folder now."""
        try:
            await self._look()
        except KnowledgeError as error:
            said = self._wording.reloading.watched_bad
            problems = panels.refused(error, self._folder, self._wording)[1:]
            await self._say(said, *problems)
        except Outdated:
            logger.info("the content folder changed again while it was read")
        except StorageError as error:
            logger.error("the content folder changed, but nothing was put in use: %s", error)

    async def _look(self) -> None:
        proposal = await self._reloads.propose()
        changed = panels.changes(proposal.diff, self._wording)
        if proposal.idle:
            self._told = ()
        elif proposal.clean:
            await self._reloads.accept(proposal, by=0, deed=WATCH)
            await self._say(self._wording.reloading.watched, *changed)
        else:
            said = self._wording.reloading.watched_bad
            failing = panels.failing(proposal.failing, self._folder, self._wording)
            await self._say(said, *changed, *failing)

    async def _say(self, *paragraphs: str) -> None:
        if paragraphs != self._told:
            self._told = paragraphs
            await self._tell(paragraphs)

    def _matters(self, _change: object, path: str) -> bool:
        """Whether a file is one that the content is read from: not a hidden one."""
        file = Path(path)
        within = file.relative_to(self._folder) if file.is_relative_to(self._folder) else file
        return not any(part.startswith(".") for part in within.parts)
