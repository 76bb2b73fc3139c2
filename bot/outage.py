"""A database that fails for a while: said once, and once more when it is over."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import TypeVar

from bot.database import StorageError

T = TypeVar("T")


class Outage:
    """How somebody who works on without the database goes about it: `said` is what the log says
    while it is `failing`, to the logger of who works."""

    def __init__(self, said: str, logger: logging.Logger) -> None:
        self._said = said
        self._logger = logger
        self.failing = False

    async def tried(self, work: Awaitable[T]) -> T | None:
        """The result of `work`, or None while the database fails."""
        try:
            result = await work
        except StorageError as error:
            if not self.failing:
                self._logger.error("%s: %s", self._said, error)
            self.failing = True
            return None
        if self.failing:
            self._logger.info("the database works again")
        self.failing = False
        return result

    async def survived(self, work: Awaitable[T]) -> T | None:
        """The same for one who sends: an unforeseen error is logged, and sending goes on."""
        try:
            return await self.tried(work)
        except Exception:  # what is under way and what comes next must not suffer from it
            self._logger.exception("unforeseen, in one of many")
            return None
