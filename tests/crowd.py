"""A fake Bot API with many chats: it holds the bot to Telegram's limits and has its accidents."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fake_api import FakeApi, Refusal

SLOP = 0.08  # of a span: what left the bot evenly is seen a little unevenly here
_UNCOUNTED = {"getme", "getupdates", "setmycommands", "answercallbackquery", "deletewebhook"}
_MESSAGES = {"sendmessage", "sendphoto", "senddocument"}


class Accident(StrEnum):
    """What befalls the first message to a chat, or, for the first two, every one."""

    BLOCKED = "blocked"
    MOVED = "moved"
    FLOOD = "flood"
    BROKEN = "broken"
    CUT = "cut"


@dataclass(slots=True)
class Crowd(FakeApi):
    """Chats meet `accidents`; `violations` tells of every limit that was broken."""

    per_second: int = 30
    accidents: dict[int, Accident] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    met: set[int] = field(default_factory=set)
    times: list[float] = field(default_factory=list)
    latency: float = 0.0
    flood: int = 1  # seconds at most that a chat tells to wait
    undeletable: bool = False
    _recent: deque[float] = field(default_factory=deque)
    _by_chat: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    async def _meet_fault(self, method: str, params: dict[str, Any]) -> bool:
        lost = await FakeApi._meet_fault(self, method, params)
        chat = params.get("chat_id")
        if method.lower() in _UNCOUNTED or not isinstance(chat, int):
            return lost
        now = asyncio.get_running_loop().time()
        self.times.append(now)
        self._limit(self._recent, now, self.per_second, 1.0, "the bot")
        if method.lower() in _MESSAGES:
            span = (20, 60.0) if chat < 0 else (20, 20.0)
            self._limit(self._by_chat[chat], now, *span, f"chat {chat}")
        if self.latency:
            await asyncio.sleep(self.latency)
        return self._befall(method, chat, now) or lost

    def _limit(self, recent: deque[float], now: float, most: int, span: float, whose: str) -> None:
        while recent and recent[0] <= now - span * (1 - SLOP):
            recent.popleft()
        recent.append(now)
        if len(recent) > most:
            self.violations.append(f"{whose}: {len(recent)} calls in {span} s")
            raise Refusal(429, "Too Many Requests: retry after 1", retry_after=1)

    def _befall(self, method: str, chat: int, now: float) -> bool:
        """Whether the answer gets lost. Raises the accident's Refusal."""
        accident = self.accidents.get(chat)
        if accident is Accident.BLOCKED:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if accident is Accident.MOVED:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=moved(chat),
            )
        if accident is None or chat in self.met or method.lower() not in _MESSAGES:
            return False
        self.met.add(chat)
        if accident is Accident.FLOOD:
            seconds = 1 + chat % self.flood
            self._quiet[chat] = now + seconds
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        if accident is Accident.BROKEN:
            raise Refusal(502, "Bad Gateway")
        return True

    def _do_deletemessage(self, params: dict[str, Any]) -> bool:
        if self.undeletable:
            raise Refusal(400, "Bad Request: message can't be deleted for everyone")
        return FakeApi._do_deletemessage(self, params)

    def copies(self) -> Counter[int]:
        """How many messages of the bot each chat holds."""
        return Counter(chat for chat, _ in self.messages)


def moved(chat: int) -> int:
    """The id under which a group goes on."""
    return chat - 10**12


def draw(chats: list[int], seed: int, **shares: float) -> dict[int, Accident]:
    """Accidents for the given shares of the chats; groups alone move."""
    chance = random.Random(seed)
    left = list(chats)
    chance.shuffle(left)
    drawn: dict[int, Accident] = {}
    for name, share in shares.items():
        accident = Accident(name)
        fit = [chat for chat in left if chat < 0 or accident is not Accident.MOVED]
        for chat in fit[: round(share * len(chats))]:
            drawn[chat] = accident
            left.remove(chat)
    return drawn
