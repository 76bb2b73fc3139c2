"""Times as editors type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling import CLOSEST, FARTHEST, Fault, ScheduleError, next_run, read

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2024, 1, 17, 2, 0, tzinfo=UTC)  # a Wednesday, ten in the morning in Shanghai


def local(text: str) -> str:
    return read(text, NOW, ZONE).at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("明天8点", "2024-01-18 08:00"),
        ("明天 8 点。", "2024-01-18 08:00"),
        ("明早八点半", "2024-01-18 08:30"),
        ("今晚8点", "2024-01-17 20:00"),
        ("晚上八点", "2024-01-17 20:00"),
        ("今天下午3点一刻", "2024-01-17 15:15"),
        ("8点", "2024-01-18 08:00"),
        ("11:30", "2024-01-17 11:30"),
        ("１１：３０", "2024-01-17 11:30"),
        ("后天中午12点半", "2024-01-19 12:30"),
        ("2024-01-20 09:00", "2024-01-20 09:00"),
        ("2024-01-20T09:00:00", "2024-01-20 09:00"),
        ("2024/1/20 9:05", "2024-01-20 09:05"),
        ("2024年1月20日上午9点", "2024-01-20 09:00"),
        ("1月20号9点半", "2024-01-20 09:30"),
        ("一月二十日九点", "2024-01-20 09:00"),
        ("1月10日9点", "2025-01-10 09:00"),
        ("下周一9点", "2024-01-22 09:00"),
        ("周五下午两点", "2024-01-19 14:00"),
        ("周一9点", "2024-01-22 09:00"),
        ("星期天晚上12点", "2024-01-22 00:00"),
        ("半小时后", "2024-01-17 10:30"),
        ("一个半小时后", "2024-01-17 11:30"),
        ("3天后", "2024-01-20 10:00"),
        ("夜里两点", "2024-01-18 02:00"),
        ("二十三点十五分", "2024-01-17 23:15"),
    ],
)
def test_one_moment(text: str, moment: str) -> None:
    """Plain Chinese and dates name one moment, in the bulletin's time zone."""
    assert (local(text), read(text, NOW, ZONE).cron) == (moment, None)


@pytest.mark.parametrize(
    ("text", "cron", "first"),
    [
        ("每天8点", "0 8 * * *", "2024-01-18 08:00"),
        ("每个工作日8点半", "30 8 * * 1-5", "2024-01-18 08:30"),
        ("每周一9点", "0 9 * * 1", "2024-01-22 09:00"),
        ("每周一、三和五下午3点", "0 15 * * 1,3,5", "2024-01-17 15:00"),
        ("每月1号早上九点", "0 9 1 * *", "2024-02-01 09:00"),
        ("0 9 * * 1", "0 9 * * 1", "2024-01-22 09:00"),
    ],
)
def test_what_repeats(text: str, cron: str, first: str) -> None:
    """Rules in Chinese or as cron: the rule and the first time."""
    assert (read(text, NOW, ZONE).cron, local(text)) == (cron, first)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.UNREADABLE),
        ("尽快", Fault.UNREADABLE),
        ("明天", Fault.UNREADABLE),
        ("明天25点", Fault.UNREADABLE),
        ("明天9点75分", Fault.UNREADABLE),
        ("13月1日8点", Fault.UNREADABLE),
        ("2月30日8点", Fault.UNREADABLE),
        ("每天", Fault.UNREADABLE),
        ("每月40日8点", Fault.UNREADABLE),
        ("61 9 * * *", Fault.UNREADABLE),
        ("今天8点", Fault.PAST),
        ("2023-01-01 09:00", Fault.PAST),
        ("2026-01-01 09:00", Fault.TOO_FAR),
        ("* * * * *", Fault.TOO_OFTEN),
        ("0,30 9 * * *", Fault.TOO_OFTEN),
        ("0 9 31 2 *", Fault.UNREADABLE),
    ],
)
def test_what_is_no_time_to_send_at(text: str, fault: Fault) -> None:
    """Each with its reason, so that the editor knows what to change."""
    with pytest.raises(ScheduleError) as caught:
        read(text, NOW, ZONE)
    assert caught.value.fault == fault


@given(
    text=st.text(
        alphabet="今明后天早晚上下午周月日号点半刻每个工作0123456789十零两:：-/ *,后小时分T年",
        max_size=16,
    )
)
def test_any_text_is_a_future_time_or_a_reason(text: str) -> None:
    """Whatever is typed, nothing else comes of it than a moment to come, or a ScheduleError."""
    try:
        when = read(text, NOW, ZONE)
    except ScheduleError:
        return
    assert NOW < when.at <= NOW + FARTHEST
    assert when.at.utcoffset() == timedelta(0)


@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    days=st.sampled_from(["*", "1", "1-5", "6,0"]),
    after=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_rule_goes_on_and_on(minute: int, hour: int, days: str, after: datetime) -> None:
    """Each time is after the last, at the hour named, and never close upon it."""
    times = [after]
    for _ in range(4):
        times.append(next_run(f"{minute} {hour} * * {days}", times[-1], ZONE))
    assert all(at.astimezone(ZONE).timetuple()[3:5] == (hour, minute) for at in times[1:])
    assert all(later - earlier >= CLOSEST for earlier, later in pairwise(times[1:]))
    assert times[1] > after
