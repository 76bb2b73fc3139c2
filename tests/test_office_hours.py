"""Office hours: when somebody looks, and how long somebody has had."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handoff.contents import named, pieces
from bot.handoff.hours import OfficeHours
from bot.settings import Handoff

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = {"monday": ["9:00-12:00", "14:00-17:30"], "saturday": ["10:00-24:00"]}
HOURS = OfficeHours.of(Handoff.model_validate({"hours": WEEK, "holidays": ["2024-03-05"]}), ZONE)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%m-%d %H:%M").replace(year=2024, tzinfo=ZONE)


OPENINGS = [  # 4 March 2024 is a Monday
    ("03-04 08:59", "03-04 09:00"),
    ("03-04 09:00", "03-04 09:00"),
    ("03-04 11:59", "03-04 11:59"),
    ("03-04 12:00", "03-04 14:00"),
    ("03-04 17:30", "03-06 09:00"),  # Tuesday is a holiday
    ("03-09 23:59", "03-09 23:59"),  # Saturday until midnight
    ("03-10 00:00", "03-11 09:00"),  # Sunday
]


@pytest.mark.parametrize(("moment", "opens"), OPENINGS)
def test_when_somebody_looks(moment: str, opens: str) -> None:
    """Now, later the same day, or on the next day that has hours."""
    assert HOURS.opens(at(moment)) == at(opens)
    assert HOURS.covers(at(moment)) == (moment == opens)


WORKED = [
    ("03-04 08:00", "03-04 09:30", 0.5),
    ("03-04 11:00", "03-04 15:00", 2),
    ("03-04 17:00", "03-06 10:00", 1.5),
    ("03-08 17:30", "03-09 10:00", 0),
    ("03-09 22:00", "03-11 10:00", 3),
]


@pytest.mark.parametrize(("since", "until", "hours"), WORKED)
def test_how_long_somebody_had(since: str, until: str, hours: float) -> None:
    """Only what lies in office hours counts."""
    assert HOURS.worked(at(since), at(until)) == timedelta(hours=hours)


MOMENTS = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_time_adds_up(moments: list[datetime]) -> None:
    """The hours of two spans are those of the whole; none is longer than the span; at an opening
    the office is open, and nothing was worked before it."""
    first, middle, last = moments
    whole = HOURS.worked(first, last)
    assert HOURS.worked(first, middle) + HOURS.worked(middle, last) == whole
    assert timedelta() <= whole <= last - first
    opens = HOURS.opens(first)
    assert opens is not None
    assert HOURS.covers(opens)
    assert HOURS.worked(first, opens) == timedelta()


def test_no_hours_within_a_year() -> None:
    """Then nobody can say when."""
    days = tuple(date(2024, 3, 4) + timedelta(weeks=week) for week in range(60))
    hours = OfficeHours.of(
        Handoff.model_validate({"hours": {**NONE, "monday": ["9:00-10:00"]}, "holidays": days}),
        ZONE,
    )
    assert hours.opens(at("03-04 08:00")) is None


NONE = dict.fromkeys(("tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), ())
ODD = [
    {"hours": {"monday": ["17:00-9:00"]}},
    {"hours": {"monday": ["9:00-25:00"]}},
    {"hours": {"monday": ["9:60-10:00"]}},
    {"hours": {"monday": ["9-17"]}},
    {"hours": {"monday": ["9:00-12:00", "11:00-13:00"]}},
    {"hours": {"monday": [], **NONE}},
    {"remind_hours": [8, 2]},
    {"remind_hours": [0]},
    {"holidays": ["2024-02-30"]},
]


@pytest.mark.parametrize("settings", ODD)
def test_odd_settings_are_refused(settings: dict[str, object]) -> None:
    """Spans that end before they begin or overlap, a week without hours, steps out of order."""
    with pytest.raises(ValueError, match="validation error"):
        Handoff.model_validate(settings)


@given(st.text())
def test_parts_make_the_whole(text: str) -> None:
    """A text cut into parts loses nothing, and no part is longer than a message takes."""
    parts = list(pieces(text * 60))
    assert "".join(parts) == text * 60
    assert all(0 < len(part.encode("utf-16-le", "surrogatepass")) <= 7200 for part in parts)


NAMES = [("张阿姨", "张阿姨"), ("  张 阿姨 ", "张 阿姨"), ("", None), ("长" * 21, None)]
NAMES += [("两\n行", None), ("/help", None), ("\u202e张", "张"), ("\u200b", None)]


@pytest.mark.parametrize(("typed", "name"), NAMES)
def test_names(typed: str, name: str | None) -> None:
    """One line of at most twenty visible characters, no command."""
    assert named(typed) == name
