"""Announcements as values: what is said, to whom, when, and what became of it in each chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.chats import Quiet

MOST_PARTS = 10
TITLE = 30  # characters by which an announcement is named in lists


class Kind(StrEnum):
    """What a part is."""

    TEXT = "text"
    PHOTO = "photo"
    DOCUMENT = "document"


class Whom(StrEnum):
    """Which chats an announcement is for."""

    ALL = "all"  # every active group, and the residents who subscribed to what it is about
    CATEGORY = "category"  # only groups that chose the category by name, and those residents
    CHOSEN = "chosen"  # the groups named, and nobody else


class State(StrEnum):
    """Where an announcement stands."""

    SCHEDULED = "scheduled"  # its time has not come; one that repeats stays here
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"  # before its time, or what had not gone out yet
    RECALLED = "recalled"


class Deed(StrEnum):
    """What an editor did with an announcement; those of CARRIED make work for every chat."""

    CREATE = "create"
    SEND = "send"
    EDIT = "edit"
    RECALL = "recall"
    PIN = "pin"
    UNPIN = "unpin"
    CANCEL = "cancel"
    RESEND = "resend"


CARRIED = frozenset({Deed.SEND, Deed.EDIT, Deed.RECALL, Deed.PIN, Deed.UNPIN})


class Fate(StrEnum):
    """Where one row of the outbox stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"  # a process has it in hand
    DONE = "done"
    UNCONFIRMED = "unconfirmed"  # sent, but nobody knows whether it arrived
    GONE = "gone"  # the chat takes nothing from us any more
    REFUSED = "refused"  # Telegram will never take it
    CANCELLED = "cancelled"


OPEN = (Fate.WAITING, Fate.CLAIMED)


class _Stored(BaseModel):
    """What is kept as JSON: read back through a model, like anything from outside."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Link(_Stored):
    """A button that opens something of the bulletin in a private chat."""

    label: str
    target: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class Part(_Stored):
    """One message: Telegram's HTML, and for a photo or document its file id."""

    kind: Kind = Kind.TEXT
    html: str = ""
    file: str | None = None
    links: tuple[Link, ...] = ()


class Plan(_Stored):
    """An announcement as its editor wants it. `street` narrows the residents whom it reaches."""

    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=MOST_PARTS)]
    category: str
    whom: Whom = Whom.ALL
    chosen: tuple[int, ...] = ()
    street: str | None = None
    urgent: bool = False
    version: Literal[1] = 1


def read_plan(stored: str) -> Plan | None:
    """A plan as stored; None where it is damaged or of a newer version of the program."""
    try:
        return Plan.model_validate_json(stored)
    except ValidationError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """An announcement as stored. `rhythm` is the cron rule of one that repeats, `report` the
    (chat, message) where its editor follows it, message None for a new one."""

    id: int
    author: int
    title: str
    plan: Plan
    state: State
    due: datetime | None = None
    rhythm: str | None = None
    started: datetime | None = None
    report: tuple[int, int | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What somebody did when; `open` while it still makes work, `report` the (chat, message) in
    which its progress is shown: message None until there is one."""

    id: int
    announcement: int
    deed: Deed
    user: int
    made: datetime
    open: bool = False
    report: tuple[int, int | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A chat to send to, with how it wants to be written to."""

    chat: int
    title: str = ""
    thread: int = 0
    silent: bool = False
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing to do in one chat: `message` is what an earlier row sent there, if it did;
    `stopped` when the announcement was recalled or cancelled meanwhile."""

    id: int
    worker: str
    announcement: int
    action: int
    deed: Deed
    part: int
    parts: int
    content: Part
    category: str
    street: str | None
    urgent: bool
    target: Target
    message: int | None = None
    stopped: bool = False
    attempts: int = 0
    doubts: int = 0
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A chat that did not get something, or may have got it twice, with the reason."""

    chat: int
    title: str
    part: int
    fate: Fate
    reason: str
    doubts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many rows of one action stand where, in how many chats; `doubtful` of those done were
    sent twice perhaps."""

    counts: Mapping[Fate, int] = field(default_factory=dict)
    doubtful: int = 0
    chats: int = 0

    def __getitem__(self, fate: Fate) -> int:
        return self.counts.get(fate, 0)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        return sum(self[fate] for fate in OPEN)


def title_of(plain: str) -> str:
    """The words by which an announcement is called: the beginning of its text as read."""
    words = " ".join(plain.split())
    return words if len(words) <= TITLE else words[: TITLE - 1] + "…"
