"""When the next call to Telegram may go: never more than it allows, answers before announcements.

Three limits hold at once: calls of the whole bot in a second, messages in one private chat, and
messages in one group in a minute. Announcements keep to an even pace and leave room in every
chat; answers go first and may cut in once, which the announcements after them make up for.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

PER_SECOND = 30  # calls of the whole bot
MARGIN = (
    1.5  # calls a second that each process leaves unused: for one that cuts in, and for jitter
)
MINUTE = 60.0
PER_MINUTE = 20  # messages in one group
KEPT_FREE = 5  # of those, for answers while announcements go out
PRIVATE_GAP, GROUP_GAP = 1.05, 3.1  # seconds between announcements in one chat
PRIVATE_BURST = 20  # answers in a private chat in as many seconds
_LATE = 0.4  # of the interval, by which an announcement may come early to make up for a late one
_SWEEP = 1024  # chats remembered before those long quiet are forgotten


@dataclass(slots=True)
class _Chat:
    """The moments of a chat's last messages, some perhaps still to come, and until when Telegram
    told us to wait."""

    moments: deque[float] = field(default_factory=lambda: deque(maxlen=PER_MINUTE))
    held: float = 0.0


class Pace:
    """The bookkeeping: pure, with every moment (seconds of one clock) given from outside."""

    def __init__(self, per_second: float = PER_SECOND) -> None:
        self._per_second = per_second
        self._processes = 1
        self._next = 0.0  # when an announcement may go, if nothing cuts in
        self.held = 0.0
        self._chats: dict[int, _Chat] = {}

    @property
    def interval(self) -> float:
        """Seconds between two calls of this process."""
        whole = max(self._per_second - MARGIN * self._processes, self._per_second / 2)
        return self._processes / whole

    def share(self, processes: int) -> None:
        """So many processes use the same bot: each takes its part of what is allowed."""
        self._processes = max(1, processes)

    def hold(self, chat: int, until: float) -> None:
        """Nothing goes to a chat before `until`."""
        state = self._chat(chat, until)
        state.held = max(state.held, until)

    def hold_all(self, until: float) -> None:
        """No announcement goes anywhere before `until`."""
        self.held = max(self.held, until)

    def book_chat(self, chat: int, now: float) -> float:
        """When the next answer in a chat may go; that moment is then taken."""
        state = self._chat(chat, now)
        at = max(now, state.held)
        number, seconds = (PER_MINUTE, MINUTE) if chat < 0 else (PRIVATE_BURST, PRIVATE_BURST)
        if state.moments:
            at = max(at, state.moments[-1])  # in order
        if len(state.moments) >= number:
            at = max(at, state.moments[-number] + seconds)
        state.moments.append(at)
        return at

    def book(self, now: float) -> float:
        """When the next answer of the whole bot may go; that moment is then taken."""
        at = max(now, self._next - self.interval)
        self._next = max(self._next, now) + self.interval
        return at

    def crowded(self, now: float) -> bool:
        """Whether the last call was so recent that one more would make the next ones wait."""
        return self._next > now

    def open_at(self, now: float) -> float:
        """When an announcement may go: now, or a later moment at which to ask again."""
        return max(now, self._next - _LATE * self.interval, self.held)

    def take(self, now: float) -> None:
        """An announcement goes now."""
        self._next = max(self._next, now) + self.interval

    def note(self, chat: int, now: float) -> None:
        """That announcement went to this chat."""
        self._chat(chat, now).moments.append(now)

    def busy(self, now: float) -> tuple[int, ...]:
        """The chats to which no announcement may go now."""
        return tuple(chat for chat, state in self._chats.items() if _is_busy(chat, state, now))

    def _chat(self, chat: int, now: float) -> _Chat:
        if len(self._chats) > _SWEEP and chat not in self._chats:
            for other in tuple(self._long_quiet(now)):
                del self._chats[other]
        return self._chats.setdefault(chat, _Chat())

    def _long_quiet(self, now: float) -> Iterator[int]:
        for chat, state in self._chats.items():
            last = state.moments[-1] if state.moments else now - MINUTE
            if max(last + MINUTE, state.held) <= now:
                yield chat


def _is_busy(chat: int, state: _Chat, now: float) -> bool:
    if now < state.held:
        return True
    if not state.moments:
        return False
    if now < state.moments[-1] + (GROUP_GAP if chat < 0 else PRIVATE_GAP):
        return True
    recent = sum(moment > now - MINUTE for moment in state.moments)
    return chat < 0 and recent >= PER_MINUTE - KEPT_FREE


class Pacer:
    """Waits until the pace allows a call."""

    def __init__(
        self, per_second: float = PER_SECOND, clock: Callable[[], float] | None = None
    ) -> None:
        self.pace = Pace(per_second)
        self._clock = clock

    def now(self) -> float:
        """The moment on the clock that the pace is kept by."""
        return self._clock() if self._clock else asyncio.get_running_loop().time()

    def spare(self) -> bool:
        """Whether there is room for what nobody would miss; if so, it is taken."""
        now = self.now()
        if self.pace.crowded(now):
            return False
        self.pace.book(now)
        return True

    async def answer(self, chat: int, *, message: bool = True) -> None:
        """Return when an answer to a chat may go; `message` says whether it shows one there."""
        if message:
            await self._until(self.pace.book_chat(chat, self.now()))
        await self._until(self.pace.book(self.now()))

    async def announcement(self) -> None:
        """Return when an announcement may go to whichever chat is not busy."""
        while (at := self.pace.open_at(now := self.now())) > now:
            await asyncio.sleep(at - now)
        self.pace.take(now)

    def hold(self, chat: int, seconds: float) -> None:
        """Telegram told us to leave a chat alone for so long."""
        self.pace.hold(chat, self.now() + seconds)

    def hold_all(self, seconds: float) -> None:
        """Announcements rest for so long."""
        self.pace.hold_all(self.now() + seconds)

    def rest(self) -> float:
        """Seconds for which announcements still rest."""
        return max(0.0, self.pace.held - self.now())

    def busy(self) -> tuple[int, ...]:
        """The chats to which no announcement may go now."""
        return self.pace.busy(self.now())

    def note(self, chat: int) -> None:
        """An announcement goes to this chat now."""
        self.pace.note(chat, self.now())

    async def _until(self, moment: float) -> None:
        wait = moment - self.now()
        if wait > 0:
            await asyncio.sleep(wait)
