"""What editors read when they bring content in from their phones."""

from __future__ import annotations

from pydantic import field_validator

from bot.importing.days import DayFault
from bot.importing.drafts import DraftFault, Mode, Sort
from bot.importing.faults import Fault
from bot.wording.part import Part


class ImportingButtons(Part):
    next: str
    less: str
    add: str
    replace: str
    back: str
    drop: str
    put: str
    headline: str
    day: str
    title: str
    bulletin: str
    more: str
    earlier: str
    later: str
    anyway: str


class Importing(Part):
    """`forms` are what a file turns out to be that pretends to be text."""

    collect: str
    taken: str
    read: dict[Sort, str]
    pasted: str
    article: str
    nameless: str
    byline: str
    more_articles: str
    doubts: str
    no_doubts: str
    join: str
    remark: str
    blank: str
    more_doubts: str
    count_doubts: str
    day: str
    day_or: str
    existing: str
    is_day: str
    is_bulletin: str
    is_title: str
    default_bulletin: str
    modes: dict[Mode, str]
    numbered: str
    sure: str
    which: str
    headline: str
    headline_unread: str
    title: str
    bulletin: str
    checking: str
    problems: str
    failing: str
    failed_check: str
    more_checks: str
    anyway: str
    outdated: str
    done: str
    dropped: str
    refused: str
    line: str
    forms: dict[str, str]
    faults: dict[Fault, str]
    days: dict[DayFault, str]
    drafts: dict[DraftFault, str]
    buttons: ImportingButtons

    @field_validator("faults", "days", "drafts", "modes", "read")
    @classmethod
    def _complete(cls, value: dict[object, str]) -> dict[object, str]:
        kind = type(next(iter(value)))
        if lacking := set(kind) - set(value):  # type: ignore[call-overload]
            raise ValueError(f"missing: {lacking}")
        return value
