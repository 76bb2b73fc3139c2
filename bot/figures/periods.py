"""Periods that figures are about: whole days of the bulletin's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TODAY, WEEK, THIRTY, EVER = "today", "7", "30", "ever"
_LENGTHS = {TODAY: 1, WEEK: 7, THIRTY: 30}
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)
_BEGINNING = date(2020, 1, 1)  # before anything was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days from `first` to `last`, both in it; `word` is how a button names it."""

    word: str
    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The moment at which the first day begins."""
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def end(self) -> datetime:
        """The moment at which the last day is over."""
        return datetime.combine(self.last + timedelta(days=1), time.min, self.zone)

    @property
    def days(self) -> tuple[date, ...]:
        """Each day."""
        count = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(days=number) for number in range(count))

    def hours(self, day: date) -> tuple[datetime, ...]:
        """The 25 moments between which the 24 hours of a day's clock lie. An hour that the clock
        leaves out has no length, one that it shows twice is twice as long."""
        clock = [datetime.combine(day, time(hour), self.zone) for hour in range(24)]
        return (*clock, datetime.combine(day + timedelta(days=1), time.min, self.zone))

    @property
    def month(self) -> bool:
        """Whether it is a month of the calendar."""
        return _MONTH.fullmatch(self.word) is not None


def today(zone: ZoneInfo) -> date:
    """The day that it is in a zone."""
    return datetime.now(zone).date()


def days_between(first: date, last: date, zone: ZoneInfo) -> Period:
    """The days from one to another, both in it."""
    return Period(word=first.isoformat(), first=first, last=last, zone=zone)


def one_day(day: date, zone: ZoneInfo) -> Period:
    """A single day."""
    return days_between(day, day, zone)


def period(word: str, today: date, zone: ZoneInfo) -> Period | None:
    """The period that a word names, seen from `today`: today, 7 or 30 days up to today, all days,
    or a month (2026-11); None for any other word and for months to come."""
    if word in _LENGTHS:
        first = today - timedelta(days=_LENGTHS[word] - 1)
        return Period(word=word, first=first, last=today, zone=zone)
    if word == EVER:
        return Period(word=word, first=_BEGINNING, last=today, zone=zone)
    found = _MONTH.fullmatch(word)
    if found is None:
        return None
    first = date(int(found[1]), int(found[2]), 1)
    if first > today:
        return None
    return Period(word=word, first=first, last=_before(_next(first)), zone=zone)


def month_of(day: date) -> str:
    """The word for the month that a day is in."""
    return f"{day:%Y-%m}"


def month_before(day: date) -> str:
    """The word for the month before the one that a day is in."""
    return month_of(_before(day.replace(day=1)))


def month_after(day: date) -> str:
    """The word for the month after the one that a day is in."""
    return month_of(_next(day.replace(day=1)))


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _before(day: date) -> date:
    return day - timedelta(days=1)
