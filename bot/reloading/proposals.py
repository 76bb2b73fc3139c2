"""Proposals that wait for the editor who asked to say whether they shall be put in use."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.reloading.reloads import Proposal

_LASTS = 3600.0  # seconds
_MOST = 3  # proposals at once: each is a whole snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    user: int
    proposal: Proposal
    since: float


class Proposals:
    """At most one proposal for each editor, the last; the oldest give way."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: dict[int, _Waiting] = {}

    def put(self, user: int, proposal: Proposal) -> int:
        """Keep a proposal; the number that its buttons carry."""
        now = self._clock()
        for number, one in list(self._waiting.items()):
            if one.user == user or now - one.since > _LASTS:
                del self._waiting[number]
        while len(self._waiting) >= _MOST:
            del self._waiting[next(iter(self._waiting))]
        number = 1 + secrets.randbelow(10**15)
        self._waiting[number] = _Waiting(user=user, proposal=proposal, since=now)
        return number

    def take(self, user: int, number: int) -> Proposal | None:
        """The proposal of that number, once, for the editor who asked."""
        found = self._waiting.get(number)
        if found is None or found.user != user:
            return None
        del self._waiting[number]
        return found.proposal if self._clock() - found.since <= _LASTS else None
