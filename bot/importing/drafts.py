"""An issue that is being brought in, step by step: pure, each change a new value.

Pages → day → (add to what there is of that day, or replace it) → a last look, where headlines and
names are corrected → put in. Every step can be gone back from and ended.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.importing.buttons import Op, Press
from bot.importing.seen import Seen, SeenArticle
from bot.pieces import units

MOST_SHEETS = 30
MOST_TOGETHER = 1_000_000  # characters of all sheets
LONGEST_HEADLINE = 60
LONGEST_NAME = 30
SHOWN = 8  # headlines on one page of buttons
PASTED = 300  # characters from which a text that nobody asked for is taken for an article
_SOME = 60  # characters from which it is, where pages are waited for
_CUT = 3500  # units from which a message may be the first part of a longer text
_SOON = timedelta(seconds=20)  # within which the next part follows
_PATIENT = timedelta(hours=12)  # how long what is typed still answers a question
_SENTENCE = re.compile(r"[。！？]")


class Step(StrEnum):
    """What the editor is asked for."""

    COLLECT = "collect"
    DAY = "day"
    EXISTING = "existing"
    REVIEW = "review"
    HEADLINES = "headlines"
    HEADLINE = "headline"
    TITLE = "title"
    BULLETIN = "bulletin"
    FAILING = "failing"


TYPING = frozenset({Step.DAY, Step.HEADLINE, Step.TITLE, Step.BULLETIN})


class Mode(StrEnum):
    """What becomes of an issue of that day that there is already."""

    NEW = "new"
    ADD = "add"
    REPLACE = "replace"


class Sort(StrEnum):
    """How a sheet came."""

    FILE = "file"
    FORWARDED = "forwarded"
    PASTED = "pasted"


class DraftFault(StrEnum):
    """Why something cannot become part of the draft."""

    TOO_MANY = "too_many"
    TOO_MUCH = "too_much"
    NO_HEADLINE = "no_headline"
    NO_NAME = "no_name"


class DraftError(Exception):
    """What was sent cannot be taken; `fault` says why."""

    def __init__(self, fault: DraftFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sheet(_Value):
    """A page: `number` finds its text, `sources` are the editor's messages that it came by, `tail`
    how long the last of them was and `at` when it was sent, `posted` the day of a forwarded
    post."""

    number: int
    name: str = ""
    sort: Sort
    sources: tuple[int, ...]
    tail: int = 0
    at: datetime
    posted: date | None = None
    length: int
    seen: Seen


class Draft(_Value):
    """What has been gathered. `serial` tells its buttons from those of other drafts, `panel` is
    our message with the buttons, `correcting` the (sheet, article) whose headline is typed,
    `folder` and `files` where it was last tried to be put, `failing` what was shown to fail."""

    serial: int
    step: Step = Step.COLLECT
    sheets: Annotated[tuple[Sheet, ...], Field(max_length=MOST_SHEETS)] = ()
    counted: int = 0
    day: date | None = None
    mode: Mode = Mode.NEW
    bulletin: str = ""
    title: str = ""
    page: int = 0
    panel: int | None = None
    correcting: tuple[int, int] | None = None
    folder: str = ""
    files: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()

    def but(self, **changes: object) -> Draft:
        """The draft with some things changed."""
        return self.model_copy(update=changes)

    @property
    def articles(self) -> tuple[tuple[int, int, SeenArticle], ...]:
        """Every article with the numbers of its sheet and within it, from 0."""
        return tuple(
            (at, number, article)
            for at, sheet in enumerate(self.sheets)
            for number, article in enumerate(sheet.seen.articles)
        )

    @property
    def doubts(self) -> int:
        """How many joins and places nobody is sure of."""
        return sum(
            len(sheet.seen.joins) + len(sheet.seen.remarks) + sheet.seen.more
            for sheet in self.sheets
        )


def read_draft(state: str | None) -> Draft | None:
    """A draft as stored; one that this version of the program cannot read counts as none."""
    if state is None:
        return None
    try:
        return Draft.model_validate_json(state)
    except ValidationError:
        return None


def waits(draft: Draft, touched: datetime, now: datetime) -> bool:
    """Whether what is typed now answers what the draft asked."""
    return draft.step in TYPING and now - touched < _PATIENT


def is_article(text: str, draft: Draft | None) -> bool:
    """Whether a text reads like part of a bulletin rather than like a question."""
    if draft is None or draft.step is not Step.COLLECT:
        return len(text) >= PASTED and len(_SENTENCE.findall(text)) > 1
    lines = [line for line in text.splitlines() if line.strip()]
    return len(text) >= _SOME or len(lines) > 1


def follows(draft: Draft, at: datetime) -> bool:
    """Whether a text sent at that time is the next part of the last, which Telegram cut."""
    if not draft.sheets or draft.step is not Step.COLLECT:
        return False
    last = draft.sheets[-1]
    return last.sort is not Sort.FILE and last.tail >= _CUT and at - last.at <= _SOON


def room(draft: Draft, length: int, replaced: int = 0) -> None:
    """Raises DraftError when a sheet more of that length would be too much."""
    if not replaced and len(draft.sheets) >= MOST_SHEETS:
        raise DraftError(DraftFault.TOO_MANY)
    if sum(sheet.length for sheet in draft.sheets) - replaced + length > MOST_TOGETHER:
        raise DraftError(DraftFault.TOO_MUCH)


def collected(draft: Draft, sheet: Sheet) -> Draft:
    """The draft with a sheet more, or with a sheet of the same number in its place. Raises
    DraftError."""
    numbers = [one.number for one in draft.sheets]
    if sheet.number in numbers:
        at = numbers.index(sheet.number)
        room(draft, sheet.length, draft.sheets[at].length)
        sheets = (*draft.sheets[:at], sheet, *draft.sheets[at + 1 :])
    else:
        room(draft, sheet.length)
        sheets = (*draft.sheets, sheet)
    counted = max(draft.counted, sheet.number)
    return draft.but(step=Step.COLLECT, sheets=sheets, counted=counted, folder="", files=())


def tail_of(text: str) -> int:
    """How long a message is, as Telegram counts."""
    return units(text)


def dated(draft: Draft, day: date, *, exists: bool) -> Draft:
    """The draft once its day is known."""
    step = Step.EXISTING if exists else Step.REVIEW
    return draft.but(step=step, day=day, mode=Mode.NEW, folder="", files=(), failing=())


def name_of(typed: str, longest: int, fault: DraftFault) -> str:
    """A headline or a name as typed, on one line. Raises DraftError."""
    name = " ".join(typed.split())
    if not 1 < len(name) <= longest or not name.isprintable():
        raise DraftError(fault)
    return name


def renamed(draft: Draft, typed: str) -> Draft:
    """The draft with another title or bulletin. Raises DraftError."""
    name = name_of(typed, LONGEST_NAME, DraftFault.NO_NAME)
    which = "title" if draft.step is Step.TITLE else "bulletin"
    return draft.but(step=Step.REVIEW, **{which: name})


def headlined(text: str, article: SeenArticle, typed: str) -> str:
    """The text with another headline of an article, else as it was. Raises DraftError."""
    headline = name_of(typed, LONGEST_HEADLINE, DraftFault.NO_HEADLINE)
    if article.named:
        return text[: article.start] + headline + text[article.end :]
    return f"{text[: article.start]}{headline}\n{text[article.start :]}"


def pressed(draft: Draft, press: Press) -> Draft | None:
    """The draft after a button that asks nothing of the content; None when it does not fit."""
    review = draft.step is Step.REVIEW
    match press.op:
        case Op.NEXT if draft.step is Step.COLLECT and draft.sheets:
            return draft.but(step=Step.DAY)
        case Op.LESS if draft.step is Step.COLLECT and draft.sheets:
            return draft.but(sheets=draft.sheets[:-1])
        case Op.ADD | Op.REPLACE if draft.step is Step.EXISTING:
            return draft.but(step=Step.REVIEW, mode=Mode(press.op.value))
        case Op.HEADLINE if review or draft.step is Step.HEADLINES:
            return _correcting(draft, press.word)
        case Op.PAGE if draft.step is Step.HEADLINES and press.word.isdecimal():
            last = max(0, len(draft.articles) - 1) // SHOWN
            return draft.but(page=min(int(press.word), last))
        case Op.RENAME if review and press.word in (Step.TITLE, Step.BULLETIN):
            return draft.but(step=Step(press.word)) if draft.mode is not Mode.ADD else None
        case Op.BACK:
            return _back(draft, press.word)
        case _:
            return None


def _correcting(draft: Draft, word: str) -> Draft | None:
    """The list of headlines, or one of them."""
    if not word:
        return draft.but(step=Step.HEADLINES, page=0)
    sheet, _, number = word.partition("-")
    if not (sheet.isdecimal() and number.isdecimal()):
        return None
    chosen = (int(sheet), int(number))
    if chosen not in {(at, within) for at, within, _ in draft.articles}:
        return None
    return draft.but(step=Step.HEADLINE, correcting=chosen)


def _back(draft: Draft, word: str) -> Draft | None:
    steps = {step.value: step for step in (Step.COLLECT, Step.DAY, Step.REVIEW)}
    if word not in steps or not draft.sheets:
        return None
    if steps[word] is Step.REVIEW and (draft.day is None or draft.step is Step.EXISTING):
        return None
    return draft.but(step=steps[word], correcting=None)
