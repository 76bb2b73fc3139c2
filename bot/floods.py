"""How often a person and a group may ask: within a minute so many questions, then one polite word
and silence until there is room again. Kept in memory, by each process for itself."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

WINDOW = 60.0  # seconds
_IDLE_KEYS = 4096  # above so many, those that have been idle are dropped


class Verdict(Enum):
    """What is to be done with a question."""

    ANSWER = "answer"
    WARN_USER = "warn user"  # too many of one person, and nobody said so yet
    WARN_CHAT = "warn chat"  # too many of the whole group, and nobody said so yet
    DROP = "drop"


@dataclass(slots=True)
class _Line:
    """When the questions of a person or a group came, and whether they were warned."""

    moments: deque[float] = field(default_factory=deque)
    warned: bool = False

    def advance(self, now: float) -> int:
        """Forget what is older than the window; how many are left."""
        while self.moments and now - self.moments[0] >= WINDOW:
            self.moments.popleft()
        return len(self.moments)


class Floods:
    """Counts the questions of each person in each group, and of each group."""

    def __init__(
        self, per_user: int, per_chat: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_user = per_user
        self._per_chat = per_chat
        self._clock = clock
        self._lines: dict[tuple[int, int | None], _Line] = {}

    def admit(
        self, chat: int, user: int, *, warn: bool = True, at: float | None = None
    ) -> Verdict:
        """Count a question of `user` in `chat`, if there is room for it. A warning is given once,
        and again only after the line had emptied by half; none without `warn`. What comes late,
        because the bot was away, counts for the moment `at` when it was written."""
        now = self._clock() if at is None else at
        whole, own = self._line(chat, None), self._line(chat, user)
        asked, by_user = whole.advance(now), own.advance(now)
        if asked >= self._per_chat:
            return _warning(whole, Verdict.WARN_CHAT, warn)
        if by_user >= self._per_user:
            return _warning(own, Verdict.WARN_USER, warn)
        whole.warned = whole.warned and 2 * asked >= self._per_chat
        own.warned = own.warned and 2 * by_user >= self._per_user
        whole.moments.append(now)
        own.moments.append(now)
        return Verdict.ANSWER

    def _line(self, chat: int, user: int | None) -> _Line:
        if len(self._lines) > _IDLE_KEYS:
            now = self._clock()
            self._lines = {key: line for key, line in self._lines.items() if line.advance(now)}
        return self._lines.setdefault((chat, user), _Line())


def _warning(line: _Line, verdict: Verdict, warn: bool) -> Verdict:
    if line.warned or not warn:
        return Verdict.DROP
    line.warned = True
    return verdict
