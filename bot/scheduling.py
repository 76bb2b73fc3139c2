"""When an announcement goes out: what an editor types, read as a moment or as a rule to repeat.

Understood are plain Chinese (明天8点, 下周一上午九点半, 半小时后, 每周一9点, 每个工作日8点), dates
(2024-01-20 09:00, 1月20日9点) and cron rules of five fields (0 9 * * 1).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NoReturn
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

FARTHEST = timedelta(days=366)
CLOSEST = timedelta(hours=1)  # between two times of a rule
_PROBED = 64  # times of a rule that are looked at

_DIGITS = {character: number for number, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "日": 7,
    "天": 7,
}
_NUMBER = r"(?:\d{1,2}|[零〇一二两三四五六七八九十]{1,3})"
_PART = r"(?:凌晨|清早|清晨|早上|早晨|上午|中午|午间|下午|傍晚|晚上|夜里|今晚)"
_CLOCK = (
    rf"(?P<part>{_PART})?(?P<hour>{_NUMBER})"
    rf"(?:[:.](?P<colon>\d{{1,2}})(?::00)?|[点时](?:整|(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_NUMBER})分?)?)"
)
_AT = re.compile(_CLOCK)
_DAY = re.compile(r"(?P<day>今天|今日|今早|今晚|明天|明日|明早|明晚|后天|大后天)的?")
_DAYS = {"今": 0, "明": 1, "后": 2, "大": 3}
_WEEKDAY = re.compile(
    r"(?P<next>下个?|这个?|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-7])的?"
)
_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}})[-/.年])?(?P<month>{_NUMBER})(?:[-/.]|月份?)(?P<number>{_NUMBER})[日号]?的?"
)
_AFTER = re.compile(
    rf"(?:过|再过)?(?:(?P<half>半)个?|(?P<number>\d{{1,3}}|{_NUMBER})个?(?P<more>半)?)"
    r"(?P<unit>分钟|分|钟头|小时|天|日|星期|周|礼拜)(?:以后|之后|后)"
)
_UNITS = {"分": 60, "钟": 3600, "小": 3600, "天": 86400, "日": 86400}  # else a week
_EVERY_DAY = re.compile(r"每天|每日|天天")
_EVERY_WORKDAY = re.compile(r"每?个?工作日")
_EVERY_WEEK = re.compile(
    r"每个?(?:周|星期|礼拜)(?P<weekdays>[一二三四五六日天1-7](?:[、,和及][周星期礼拜]*[一二三四五六日天1-7])*)的?"
)
_EVERY_MONTH = re.compile(rf"每个?月(?P<number>{_NUMBER})[日号]的?")
_CRON = re.compile(r"[\d*/,\-A-Za-z#]+(?: [\d*/,\-A-Za-z#]+){4}", re.ASCII)


class Fault(StrEnum):
    """Why a text cannot be a time to send at."""

    UNREADABLE = "unreadable"
    PAST = "past"
    TOO_FAR = "too_far"
    TOO_OFTEN = "too_often"
    NEVER = "never"


class ScheduleError(Exception):
    """A text is no time to send at; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The first moment, aware and in UTC; `cron` is the rule after which it repeats, or none."""

    at: datetime
    cron: str | None = None


def read(text: str, now: datetime, zone: ZoneInfo) -> When:
    """The time that a person in `zone` means. Raises ScheduleError."""
    words = unicodedata.normalize("NFKC", text).strip()
    if _CRON.fullmatch(" ".join(words.split())):
        return _repeated(" ".join(words.split()), now, zone)
    words = re.sub(r"(?<=\d)[ T]+(?=\d)", "_", words)  # between a date and its time
    words = re.sub(r"\s+|[,，。]$", "", words)
    rule = _rule(words)
    if rule is not None:
        return _repeated(rule, now, zone)
    moment = _moment(words, now.astimezone(zone))
    if moment is None:
        raise ScheduleError(Fault.UNREADABLE)
    at = moment.astimezone(UTC)
    if at <= now:
        raise ScheduleError(Fault.PAST)
    if at > now + FARTHEST:
        raise ScheduleError(Fault.TOO_FAR)
    return When(at=at)


def next_run(cron: str, after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after `after` that a rule names, in UTC. Raises ScheduleError."""
    return next(_runs(cron, after, zone))


def _repeated(cron: str, now: datetime, zone: ZoneInfo) -> When:
    runs = _runs(cron, now, zone)
    first = next(runs)
    following = [first, *(at for at, _ in zip(runs, range(_PROBED), strict=False))]
    if any(later - earlier < CLOSEST for earlier, later in pairwise(following)):
        raise ScheduleError(Fault.TOO_OFTEN)
    if first > now + FARTHEST:
        raise ScheduleError(Fault.TOO_FAR)
    return When(at=first, cron=cron)


class _Runs:
    """The moments of a rule, one after another; ScheduleError where there is none."""

    def __init__(self, cron: str, after: datetime, zone: ZoneInfo) -> None:
        try:
            self._runs = CronSim(cron, after.astimezone(zone))
        except CronSimError:
            raise ScheduleError(Fault.UNREADABLE) from None

    def __iter__(self) -> _Runs:
        return self

    def __next__(self) -> datetime:
        try:
            return next(self._runs).astimezone(UTC)
        except (StopIteration, OverflowError):
            _never()


def _never() -> NoReturn:
    raise ScheduleError(Fault.NEVER)


def _runs(cron: str, after: datetime, zone: ZoneInfo) -> _Runs:
    return _Runs(cron, after, zone)


def _rule(words: str) -> str | None:
    """What repeats, as a cron rule."""
    for form in (_EVERY_DAY, _EVERY_WORKDAY, _EVERY_WEEK, _EVERY_MONTH):
        found = form.match(words)
        if found is None:
            continue
        clock = _clock(words[found.end() :])
        if clock is None or clock[1]:
            return None
        at = f"{clock[0].minute} {clock[0].hour}"
        if form is _EVERY_DAY:
            return f"{at} * * *"
        if form is _EVERY_WORKDAY:
            return f"{at} * * 1-5"
        if form is _EVERY_MONTH:
            day = _value(found["number"])
            return f"{at} {day} * *" if 1 <= day <= 31 else None
        days = sorted(
            {_value(day) for day in re.sub("[周星期礼拜、,和及]", "", found["weekdays"])}
        )
        return f"{at} * * {','.join(map(str, days))}"
    return None


def _moment(words: str, now: datetime) -> datetime | None:
    """One moment in the zone of `now`."""
    found = _AFTER.fullmatch(words)
    if found is not None:
        return now + _span(found)
    day, rest = _day(words, now)
    if day is None:
        clock = _clock(words)
        if clock is None:
            return None
        at = _on(now.date(), clock, now)
        return at if at > now else _on(now.date() + timedelta(days=1), clock, now)
    clock = _clock(rest.removeprefix("_"))
    return _on(day, clock, now) if clock is not None else None


def _on(day: date, clock: tuple[time, int], now: datetime) -> datetime:
    return datetime.combine(day + timedelta(days=clock[1]), clock[0], tzinfo=now.tzinfo)


def _span(found: re.Match[str]) -> timedelta:
    amount = 0.5 if found["half"] else _value(found["number"]) + (0.5 if found["more"] else 0)
    return timedelta(seconds=amount * _UNITS.get(found["unit"][0], 7 * 86400))


def _day(words: str, now: datetime) -> tuple[date | None, str]:
    """The day at the beginning of `words`, and what follows it."""
    today = now.date()
    if found := _DAY.match(words):
        rest = words[found.end() :]
        named = found["day"]
        if named[-1] in "早晚" and not re.match(_PART, rest):
            rest = f"{'早上' if named[-1] == '早' else '晚上'}{rest}"
        return today + timedelta(days=_DAYS[named[0]]), rest
    if found := _WEEKDAY.match(words):
        monday = today - timedelta(days=today.weekday())
        day = monday + timedelta(days=_value(found["weekday"]) - 1)
        if (found["next"] or "").startswith("下") or (found["next"] is None and day < today):
            day += timedelta(days=7)
        return day, words[found.end() :]
    if found := _DATE.match(words):
        return _dated(found, today), words[found.end() :]
    return None, words


def _dated(found: re.Match[str], today: date) -> date | None:
    """A date with its year, or the next such day."""
    month, number = _value(found["month"]), _value(found["number"])
    years = [int(found["year"])] if found["year"] else [today.year, today.year + 1]
    days = []
    for year in years:
        try:
            days.append(date(year, month, number))
        except ValueError:
            continue
    return next((day for day in days if day >= today), days[0] if days else None)


def _clock(words: str) -> tuple[time, int] | None:
    """A time of day, and 1 when it is that of the day after (晚上12点)."""
    found = _AT.fullmatch(words)
    if found is None:
        return None
    hour, minute = _value(found["hour"]), _minute(found)
    part = found["part"] or ""
    late = part in {"下午", "傍晚", "晚上", "夜里", "今晚"}
    if part in {"中午", "午间"} and hour < 3:
        hour += 12
    elif late and hour == 12:
        hour = 12 if part == "下午" else 24
    elif late and not (part == "夜里" and hour < 6) and hour < 12:
        hour += 12
    elif part == "凌晨" and hour == 12:
        hour = 0
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    return time(hour % 24, minute), hour // 24


def _minute(found: re.Match[str]) -> int:
    if found["half"]:
        return 30
    if found["quarter"]:
        return 15 * _value(found["quarter"])
    return _value(found["colon"] or found["minute"] or "0")


def _value(text: str) -> int:
    """A number up to 99 in digits or in Chinese."""
    if text.isdecimal():
        return int(text)
    tens, found, ones = text.rpartition("十")
    if not found:
        value = 0
        for character in text:
            value = 10 * value + _DIGITS[character]
        return value
    return 10 * (_DIGITS.get(tens, 1) if tens else 1) + (_DIGITS[ones] if ones else 0)
