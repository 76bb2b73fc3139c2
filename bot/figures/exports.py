"""Exports for editors: one at a time, written beside the questions, gone when they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bot.figures.aside import aside
from bot.figures.export import KnowledgeOrder, LogOrder, Order, Written
from bot.figures.periods import Period
from bot.settings import Settings
from bot.wording import Wording

_SECONDS = 300.0
_PROGRAM = "bot.figures.export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The files of an export, and how many rows or source files are in them."""

    files: tuple[Path, ...]
    count: int


class Exports:
    """Writes the log or the curated knowledge to files."""

    def __init__(self, settings: Settings, wording: Wording) -> None:
        self._settings = settings
        self._wording = wording
        self._running = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Whether something is being exported."""
        return self._running.locked()

    @asynccontextmanager
    async def log(self, period: Period) -> AsyncIterator[Exported]:
        """The log of a period, as tables. Raises AsideError."""
        said = self._wording.figures.exporting
        with TemporaryDirectory(prefix="bulletin-export-") as folder:
            yield await self._written(
                LogOrder(
                    url=self._settings.storage.url,
                    start=period.start,
                    end=period.end,
                    zone=self._settings.bulletin.timezone,
                    folder=folder,
                    stem=f"log-{period.word}",
                    heading=said.heading,
                    words=said.words,
                )
            )

    @asynccontextmanager
    async def knowledge(self) -> AsyncIterator[Exported]:
        """The curated entries of the content folder. Raises AsideError."""
        with TemporaryDirectory(prefix="bulletin-export-") as folder:
            yield await self._written(
                KnowledgeOrder(
                    content=str(self._settings.content.folder),
                    folder=folder,
                    stem="qa",
                    lead=self._wording.figures.exporting.file,
                )
            )

    async def _written(self, order: Order) -> Exported:
        async with self._running:
            result = await aside(_PROGRAM, msgspec.json.encode(order), _SECONDS)
        written = msgspec.json.decode(result, type=Written)
        return Exported(files=tuple(map(Path, written.files)), count=written.count)
