"""The day of an issue: as an editor types it, and as texts and file names give it away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

FIRST_YEAR, LAST_YEAR = 1900, 2199  # of what issue.yaml takes
_AHEAD = 60  # days that an issue may be dated ahead of today before it is surely a slip
_PAST = 45  # days for which a day without its year is likely to be meant
_GUESSES = 3
_HEAD = 1500  # characters of a text that may tell its day
_WHOLE = re.compile(r"(\d{4})\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})\s*日?")
_DIGITS = re.compile(r"(?<!\d)((?:19|20|21)\d\d)(\d\d)(\d\d)(?!\d)")
_NO_YEAR = re.compile(r"(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})\s*[日号]?")
_IN_TEXT = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})日")
_NEAR = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}


class DayFault(StrEnum):
    """Why what was typed is no day of an issue."""

    UNREADABLE = "unreadable"
    NO_SUCH_DAY = "no_such_day"
    TOO_FAR = "too_far"


class DayError(Exception):
    """What was typed is no day of an issue; `fault` says why."""

    def __init__(self, fault: DayFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def read_day(typed: str, today: date) -> date:
    """The day that was typed; without a year, the last such day. Raises DayError."""
    text = unicodedata.normalize("NFKC", typed[:60]).strip().strip("。. ")
    if text in _NEAR:
        return today - timedelta(days=_NEAR[text])
    if found := _WHOLE.fullmatch(text) or _DIGITS.fullmatch(text):
        day = _day(*map(int, found.groups()))
    elif found := _NO_YEAR.fullmatch(text):
        month, number = map(int, found.groups())
        years = range(today.year, today.year - 8, -1)  # a 29 February is not in every one
        days = [_day(year, month, number) for year in years]
        day = next((one for one in days if one is not None and one <= today), None)
    else:
        raise DayError(DayFault.UNREADABLE)
    if day is None:
        raise DayError(DayFault.NO_SUCH_DAY)
    if not FIRST_YEAR <= day.year <= LAST_YEAR or day > today + timedelta(days=_AHEAD):
        raise DayError(DayFault.TOO_FAR)
    return day


def guesses(
    names: tuple[str, ...], texts: tuple[str, ...], forwarded: tuple[date, ...], today: date
) -> tuple[date, ...]:
    """Days that the issue may be of, likeliest first: from the files' names, from the tops of the
    texts, of the posts that were forwarded; then those that texts name without their year, if
    they are not long past."""
    found: dict[date, None] = {}
    for name in names:
        found.update(dict.fromkeys(_days(name)))
    for text in texts:
        found.update(dict.fromkeys(_days(text[:_HEAD])))
    found.update(dict.fromkeys(forwarded))
    named = {day for text in texts for day in _recent(text[:_HEAD], today)}
    found.update(dict.fromkeys(sorted(named, reverse=True)))
    latest = today + timedelta(days=_AHEAD)
    likely = [day for day in found if day.year >= FIRST_YEAR and day <= latest]
    return tuple(likely[:_GUESSES])


def _days(text: str) -> Iterator[date]:
    plain = unicodedata.normalize("NFKC", text)
    for form in (_WHOLE, _DIGITS):
        for found in form.finditer(plain):
            if (day := _day(*map(int, found.groups()))) is not None:
                yield day


def _recent(text: str, today: date) -> Iterator[date]:
    """The days of the last weeks that a text names without their year."""
    for found in _IN_TEXT.finditer(unicodedata.normalize("NFKC", text)):
        for year in (today.year, today.year - 1):
            day = _day(year, int(found[1]), int(found[2]))
            if day is not None and timedelta(0) <= today - day <= timedelta(days=_PAST):
                yield day


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
