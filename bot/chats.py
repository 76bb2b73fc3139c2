"""A chat as the bot knows it: where it stands there, and what its administrators have settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Protocol


class ChatKind(StrEnum):
    """As Telegram names them."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class Absence(StrEnum):
    """Why a chat takes nothing from us; a refusal of Telegram's is kept in its own words."""

    BLOCKED = "blocked"  # a resident stopped the bot
    LEFT = "left"
    KICKED = "kicked"
    MUTED = "muted"  # we are there and may not write
    MIGRATED = "migrated"  # the group goes on under another id


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours of the bulletin's place without announcements; they may span midnight."""

    start: time
    end: time

    def covers(self, moment: time) -> bool:
        """Whether `moment` lies in them; the end itself does not."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether we may write in a chat, why not, and whether we administrate it."""

    active: bool
    reason: str | None = None
    administrator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A private chat, group or channel.

    `categories` are those that it wants announced, None for all, and `topic` the thread that they
    go to, None for the general one. `settled` is when an administrator last changed a setting,
    `moved` the id under which a group goes on.
    """

    id: int
    kind: ChatKind
    title: str = ""
    active: bool = True
    reason: str | None = None
    moved: int | None = None
    administrator: bool = False
    since: datetime
    changed: datetime
    answers: bool = True
    announcements: bool = True
    categories: tuple[str, ...] | None = None
    topic: int | None = None
    topic_closed: bool = False
    quiet: Quiet | None = None
    silent: bool = False
    settled: datetime | None = None

    @property
    def thread(self) -> int:
        """The thread that announcements go to, 0 for the general one: a closed topic takes
        messages from administrators only."""
        if self.topic is None or (self.topic_closed and not self.administrator):
            return 0
        return self.topic

    def wants(self, category: str) -> bool:
        """Whether announcements of a category are to be sent here."""
        chosen = self.categories is None or category in self.categories
        return self.active and self.announcements and chosen


class Watcher(Protocol):
    """Who is told what sending brought to light about a chat."""

    async def moved(self, old: int, new: int) -> None:
        """A group goes on under another id."""

    async def gone(self, chat: int, reason: str) -> None:
        """A chat takes nothing from us any more."""

    async def topic_closed(self, chat: int, thread: int) -> None:
        """A topic takes no messages from us."""

    async def topic_gone(self, chat: int, thread: int) -> None:
        """A topic is no longer there."""
