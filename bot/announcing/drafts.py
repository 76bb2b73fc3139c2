"""A draft and what its editor does with it, step by step: pure, each change a new value.

Content → category → for whom → when → as it will look → confirmed. Every step can be gone back to.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.announcements import MOST_PARTS, Kind, Part, Plan, Whom, title_of
from bot.announcing.buttons import Op, Press, named
from bot.pieces import units
from bot.settings import Announcements

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024  # as Telegram counts
GROUPS_SHOWN = 8  # on one page


class Step(StrEnum):
    """What the editor is asked for."""

    CONTENT = "content"
    CATEGORY = "category"
    WHOM = "whom"
    GROUPS = "groups"
    STREET = "street"
    TIME = "time"
    CONFIRM = "confirm"
    REWORD = "reword"  # other words for a part that was sent
    REWORDED = "reworded"


TYPING = frozenset({Step.CONTENT, Step.TIME, Step.REWORD})  # steps that take what is typed


class Fault(StrEnum):
    """Why something sent cannot be part of an announcement."""

    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    OTHER_KIND = "other_kind"
    OF_ONE_ISSUE = "of_one_issue"


class DraftError(Exception):
    """What was sent cannot be taken; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Draft(BaseModel):
    """What an editor has written so far. `serial` tells its buttons from those of other drafts,
    `sources` are the editor's messages that became the parts, `panel` is our message with the
    buttons, `editing` the (announcement, part) that is to be worded anew, `said` the time as it
    was typed, `digest` whether the parts are drawn from an issue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    serial: int
    step: Step = Step.CONTENT
    parts: Annotated[tuple[Part, ...], Field(max_length=MOST_PARTS)] = ()
    sources: tuple[int, ...] = ()
    digest: bool = False
    title: str = ""
    category: str = ""
    whom: Whom = Whom.ALL
    chosen: tuple[int, ...] = ()
    street: str | None = None
    at: datetime | None = None
    rhythm: str | None = None
    said: str = ""
    page: int = 0
    panel: int | None = None
    editing: tuple[int, int] | None = None

    def but(self, **changes: object) -> Draft:
        """The draft with some things changed."""
        return self.model_copy(update=changes)

    def plan(self, settings: Announcements) -> Plan:
        """What it asks for, once everything is answered."""
        return Plan(
            parts=self.parts,
            category=self.category,
            whom=self.whom,
            chosen=self.chosen,
            street=self.street,
            urgent=self.category in settings.urgent,
        )


def read_draft(state: str | None) -> Draft | None:
    """A draft as stored; one that this version of the program cannot read counts as none."""
    if state is None:
        return None
    try:
        return Draft.model_validate_json(state)
    except ValidationError:
        return None


def take(draft: Draft, part: Part, plain: str, source: int) -> Draft:
    """Add what the editor sent, or put it in the place of what the same message was before.
    Raises DraftError."""
    longest = LONGEST_TEXT if part.kind is Kind.TEXT else LONGEST_CAPTION
    if units(plain) > longest:
        raise DraftError(Fault.TOO_LONG)
    if draft.step is Step.REWORD:
        return _reworded(draft, part, plain, source)
    if source in draft.sources:
        at = draft.sources.index(source)
        parts = (*draft.parts[:at], part, *draft.parts[at + 1 :])
        return draft.but(parts=parts, title=title_of(plain) if at == 0 else draft.title)
    if len(draft.parts) >= MOST_PARTS:
        raise DraftError(Fault.TOO_MANY)
    return draft.but(
        parts=(*draft.parts, part),
        sources=(*draft.sources, source),
        title=draft.title or title_of(plain),
    )


def _reworded(draft: Draft, part: Part, plain: str, source: int) -> Draft:
    (old,) = draft.parts
    if part.kind is not Kind.TEXT:
        raise DraftError(Fault.OTHER_KIND)
    if old.kind is not Kind.TEXT and units(plain) > LONGEST_CAPTION:
        raise DraftError(Fault.TOO_LONG)
    words = old.model_copy(update={"html": part.html})
    return draft.but(parts=(words,), sources=(source,), step=Step.REWORDED)


def pressed(
    draft: Draft, press: Press, settings: Announcements, groups: tuple[int, ...]
) -> Draft | None:
    """The draft after a button; None when the button does not fit it."""
    fits = {
        Op.NEXT: draft.step is Step.CONTENT and bool(draft.parts),
        Op.AFRESH: draft.step is Step.CONTENT,
        Op.CATEGORY: draft.step is Step.CATEGORY,
        Op.WHOM: draft.step is Step.WHOM,
        Op.STREET: draft.step is Step.STREET,
        Op.GROUP: draft.step is Step.GROUPS,
        Op.PAGE: draft.step is Step.GROUPS,
        Op.CHOSEN: draft.step is Step.GROUPS and bool(draft.chosen),
        Op.NOW: draft.step is Step.TIME,
        Op.BACK: draft.editing is None and bool(draft.parts),
    }
    if press.number != draft.serial or not fits.get(press.op, False):
        return None
    match press.op:
        case Op.NEXT:
            return draft.but(step=Step.CATEGORY)
        case Op.AFRESH:
            return draft.but(parts=(), sources=(), title="", digest=False)
        case Op.CATEGORY:
            category = named(press.word, settings.categories)
            return draft.but(step=Step.WHOM, category=category) if category else None
        case Op.WHOM:
            return _for_whom(draft, press.word, settings)
        case Op.STREET:
            street = named(press.word, settings.streets)
            return draft.but(step=Step.TIME, street=street) if street else None
        case Op.GROUP:
            return _ticked(draft, press.word, groups)
        case Op.PAGE:
            last = max(0, len(groups) - 1) // GROUPS_SHOWN
            page = int(press.word) if press.word.isdecimal() else 0
            return draft.but(page=min(page, last))
        case Op.CHOSEN:
            return draft.but(step=Step.TIME)
        case Op.NOW:
            return draft.but(step=Step.CONFIRM, at=None, rhythm=None, said="")
        case _:
            return _back(draft, press.word)


def timed(draft: Draft, at: datetime, rhythm: str | None, said: str) -> Draft:
    """The draft once its time is known. Raises DraftError: the news of one issue do not repeat."""
    if rhythm is not None and draft.digest:
        raise DraftError(Fault.OF_ONE_ISSUE)
    return draft.but(step=Step.CONFIRM, at=at, rhythm=rhythm, said=said)


def _for_whom(draft: Draft, word: str, settings: Announcements) -> Draft | None:
    draft = draft.but(chosen=(), street=None)
    if word == "groups":
        return draft.but(step=Step.GROUPS, whom=Whom.CHOSEN, page=0)
    if word == "street" and settings.streets:
        return draft.but(step=Step.STREET, whom=Whom.CHOSEN)
    if word in (Whom.ALL, Whom.CATEGORY):
        return draft.but(step=Step.TIME, whom=Whom(word))
    return None


def _ticked(draft: Draft, word: str, groups: tuple[int, ...]) -> Draft | None:
    chat = int(word) if word.removeprefix("-").isdecimal() else None
    if chat not in groups:
        return None
    if chat in draft.chosen:
        return draft.but(chosen=tuple(other for other in draft.chosen if other != chat))
    return draft.but(chosen=(*draft.chosen, chat))


def _back(draft: Draft, word: str) -> Draft | None:
    steps = {step.value: step for step in (Step.CONTENT, Step.CATEGORY, Step.WHOM, Step.TIME)}
    if word not in steps or (steps[word] is not Step.CONTENT and not draft.category):
        return None
    return draft.but(step=steps[word])
