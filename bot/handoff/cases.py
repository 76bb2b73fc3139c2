"""A hand-off as a value, and what may happen to it.

Each event is a function from the case as it is to a `Change`: the hand-off afterwards and the
letters that tell of it. None where the event changes nothing any more. What a letter says in words
is made when it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Whether what a resident writes goes to staff."""

    OPEN = "open"
    CLOSED = "closed"


class Closer(StrEnum):
    """Who or what ended a hand-off."""

    STAFF = "staff"
    RESIDENT = "resident"
    SILENCE = "silence"  # nobody said anything for days after an answer
    BAR = "bar"


class Side(StrEnum):
    """Where a letter goes."""

    STAFF = "staff"
    RESIDENT = "resident"


class Kind(StrEnum):
    """What a letter is. The first two carry what people wrote and go either way; REWORDED is a
    change of what went before; the others are ours."""

    WORDS = "words"
    MEDIA = "media"
    REWORDED = "reworded"

    CARD = "card"  # to staff: what it is about, and how it stands; renewed in its place
    REOPENED = "reopened"
    CLOSED = "closed"  # to staff a summary, to the resident a farewell
    RATED = "rated"
    OVERDUE = "overdue"
    UNDELIVERED = "undelivered"
    RETURNED = "returned"
    SURE = "sure"  # to staff: shall the resident be barred
    BARRED = "barred"
    ALLOWED = "allowed"
    TAUGHT = "taught"
    MORE = "more"  # to staff: another question that the bot could not answer

    RECEIVED = "received"  # to the resident: their matter, and later what they write
    PASSED = "passed"
    SENDER = "sender"  # who sends what has no room for words, as a place
    NOT_PASSED = "not passed"


class Step(StrEnum):
    """What a resident was asked for and has not said yet."""

    NAME = "name"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A resident as staff know them: a number and the name that they chose (None before they were
    asked, empty where they gave none). `thread` is their topic in the group
    `room`, `touched` when they were last asked for something."""

    number: int
    user: int
    name: str | None = None
    step: Step | None = None
    pending: str | None = None
    room: int | None = None
    thread: int | None = None
    gone: bool = False
    barred: bool = False
    touched: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the staff."""

    user: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Where the card of a hand-off stands."""

    room: int
    thread: int
    message: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """One matter of one resident. `waiting` is since when the resident waits for an answer, None
    after one; `reminded` how many reminders there were since; `heard` the last word of either."""

    id: int = 0
    resident: int
    question: str
    found: str = ""
    asked: int | None = None
    state: State = State.OPEN
    staff: Person | None = None
    opened: datetime
    heard: datetime
    waiting: datetime | None = None
    reminded: int = 0
    closed: datetime | None = None
    closer: Closer | None = None
    rating: int | None = None
    card: Card | None = None
    taught: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A hand-off and whose it is."""

    resident: Resident
    handoff: Handoff


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The message in which somebody wrote what a letter carries."""

    chat: int
    message: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Something to be sent. `name` is who writes, of the staff; `file` tells a medium from another
    one put in its place; `once` keeps the same from being stored twice; `answers` is the message
    that it replies to, in the chat to which it goes."""

    side: Side
    kind: Kind
    text: str = ""
    name: str = ""
    source: Source | None = None
    part: int = 0
    file: str | None = None
    once: str | None = None
    answers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A hand-off after an event, and the letters that tell of it."""

    handoff: Handoff
    letters: tuple[Letter, ...] = ()


_CARD = Letter(side=Side.STAFF, kind=Kind.CARD)


def begun(
    handoff: Handoff, letters: tuple[Letter, ...], when: str, source: Source | None = None
) -> Change:
    """A resident hands a matter over, by the message `source` if by one; `when` says when somebody
    will look, empty for soon."""
    card = _CARD if source is None else replace(_CARD, source=source, once=once(source, 0))
    return Change(
        handoff=replace(handoff, waiting=handoff.opened),
        letters=(card, *letters, Letter(side=Side.RESIDENT, kind=Kind.RECEIVED, text=when)),
    )


def once(source: Source, part: int, change: int | None = None) -> str:
    """What a letter is known by that carries a part of a message, or a change of it."""
    mark = f"{source.chat}:{source.message}:{part}"
    return mark if change is None else f"{mark}:{change}"


def wrote(case: Case, letters: tuple[Letter, ...], now: datetime, when: str) -> Change:
    """The resident writes; a matter that was closed is open again. They are told once that it was
    passed on, until somebody answers."""
    before = case.handoff
    again = before.state is State.CLOSED
    known = before.waiting is not None and not again
    after = replace(
        before,
        state=State.OPEN,
        closed=None,
        closer=None,
        heard=now,
        waiting=before.waiting if known else now,
        reminded=before.reminded if known else 0,
    )
    opening = (Letter(side=Side.STAFF, kind=Kind.REOPENED), _CARD) if again else ()
    receipt = () if known else (Letter(side=Side.RESIDENT, kind=Kind.PASSED, text=when),)
    return Change(handoff=after, letters=(*opening, *letters, *receipt))


def reasked(case: Case, question: str) -> Change | None:
    """The resident changes the message that the matter began with."""
    if not question.strip() or question == case.handoff.question:
        return None
    return Change(handoff=replace(case.handoff, question=question), letters=(_CARD,))


def answered(case: Case, letters: tuple[Letter, ...], now: datetime) -> Change:
    """Somebody of the staff writes; a matter that was closed is open again, so that the resident
    can answer."""
    before = case.handoff
    after = replace(
        before,
        state=State.OPEN,
        closed=None,
        closer=None,
        heard=now,
        waiting=None,
        reminded=0,
    )
    return Change(
        handoff=after,
        letters=(*letters, *((_CARD,) if before.state is State.CLOSED else ())),
    )


def taken(case: Case, staff: Person) -> Change | None:
    """Somebody of the staff takes the matter on; None when somebody has it."""
    if case.handoff.staff is not None or case.handoff.state is State.CLOSED:
        return None
    return Change(handoff=replace(case.handoff, staff=staff), letters=(_CARD,))


def released(case: Case) -> Change | None:
    """The matter is free for somebody else."""
    if case.handoff.staff is None or case.handoff.state is State.CLOSED:
        return None
    return Change(handoff=replace(case.handoff, staff=None), letters=(_CARD,))


def closed(case: Case, closer: Closer, now: datetime, name: str = "") -> Change | None:
    """The matter ends; `name` is who of the staff ended it."""
    if case.handoff.state is State.CLOSED:
        return None
    after = replace(case.handoff, state=State.CLOSED, closed=now, closer=closer, waiting=None)
    letters: tuple[Letter, ...] = (_CARD,)
    if closer is not Closer.BAR:
        letters += (Letter(side=Side.STAFF, kind=Kind.CLOSED, name=name, text=closer),)
    farewell = Letter(side=Side.RESIDENT, kind=Kind.CLOSED, text=closer)
    return Change(handoff=after, letters=(*letters, farewell))


def rated(case: Case, rating: int) -> Change | None:
    """The resident says how it was; the last word counts."""
    if case.handoff.state is State.OPEN or case.handoff.rating == rating:
        return None
    return Change(
        handoff=replace(case.handoff, rating=rating),
        letters=(Letter(side=Side.STAFF, kind=Kind.RATED, text=str(rating)),),
    )


def reminded(case: Case, worked: timedelta, steps: tuple[float, ...]) -> Change | None:
    """The resident has waited for `worked` of office hours: one reminder for each of `steps` (in
    hours), and only the latest of those that are due at once."""
    before = case.handoff
    if before.waiting is None or before.state is State.CLOSED:
        return None
    due = sum(worked >= timedelta(hours=step) for step in steps)
    if due <= before.reminded:
        return None
    hours = f"{steps[due - 1]:g}"
    return Change(
        handoff=replace(before, reminded=due),
        letters=(Letter(side=Side.STAFF, kind=Kind.OVERDUE, text=hours),),
    )


def quiet(case: Case, now: datetime, days: int) -> Change | None:
    """Nobody said anything for so many days since staff answered: then it has an end."""
    before = case.handoff
    if before.waiting is not None or before.heard > now - timedelta(days=days):
        return None
    return closed(case, Closer.SILENCE, now)


def taught(case: Case, name: str) -> Change | None:
    """What staff answered is taught; `name` is by whom."""
    if case.handoff.taught:
        return None
    return Change(
        handoff=replace(case.handoff, taught=True),
        letters=(Letter(side=Side.STAFF, kind=Kind.TAUGHT, name=name),),
    )


def may_reopen(handoff: Handoff, now: datetime, days: int) -> bool:
    """Whether a matter goes on when its resident writes again, rather than a new one begins."""
    return handoff.closed is None or handoff.closed > now - timedelta(days=days)
