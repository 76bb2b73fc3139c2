"""Office hours: when somebody looks, when somebody looks next, and how long somebody has had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.settings import Handoff, span_of

_AHEAD = 370  # days that are looked through for the next opening
_DAY = 24 * 60  # minutes

Span = tuple[int, int]  # minutes from midnight


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """The spans of Monday to Sunday in the time of a place, and the days without any."""

    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date]
    zone: ZoneInfo

    @classmethod
    def of(cls, settings: Handoff, zone: ZoneInfo) -> OfficeHours:
        """The office hours that the settings name."""
        return cls(
            week=tuple(tuple(map(span_of, spans)) for spans in settings.hours.days),
            holidays=frozenset(settings.holidays),
            zone=zone,
        )

    def covers(self, moment: datetime) -> bool:
        """Whether the office is open at a moment; the end of a span is no longer in it."""
        return any(start <= moment < end for start, end in self._spans(self._day(moment)))

    def opens(self, moment: datetime) -> datetime | None:
        """The first moment from `moment` on at which the office is open, in the place's time; None
        where that is further away than a year."""
        first = self._day(moment)
        for ahead in range(_AHEAD):
            for start, end in self._spans(first + timedelta(days=ahead)):
                if moment < end:
                    return max(start, moment).astimezone(self.zone)
        return None

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """How much of the time between two moments lies in office hours."""
        total, day = timedelta(), self._day(since)
        last = min(self._day(until), day + timedelta(days=_AHEAD))
        while day <= last:
            for start, end in self._spans(day):
                total += max(timedelta(), min(end, until) - max(start, since))
            day += timedelta(days=1)
        return total

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if day in self.holidays:
            return
        for start, end in self.week[day.weekday()]:
            yield self._at(day, start), self._at(day, end)

    def _at(self, day: date, minutes: int) -> datetime:
        days, rest = divmod(minutes, _DAY)
        clock = time(rest // 60, rest % 60)
        local = datetime.combine(day + timedelta(days=days), clock, tzinfo=self.zone)
        return local.astimezone(UTC)
