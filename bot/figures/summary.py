"""Figures in words: what editors read below /stats and in the digest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.buttons import Button, Keyboard
from bot.figures.buttons import Op, press
from bot.figures.counts import Asked, Figures
from bot.figures.periods import (
    EVER,
    THIRTY,
    TODAY,
    WEEK,
    Period,
    month_after,
    month_before,
    month_of,
)
from bot.masking import masked
from bot.wording import Wording
from knowledge.model import Status

LONGEST = 40  # characters of a question that is named
_ISSUES = 10


def paragraphs(figures: Figures, names: Mapping[str, str], wording: Wording) -> tuple[str, ...]:
    """Everything about a period; `names` says how issues are called."""
    said = wording.figures
    head = said.head.format(period=name(figures.period, wording))
    if not figures.asked:
        return (head, said.nothing, _talk(figures, wording))
    return (
        head,
        "\n".join((*overall(figures, wording), _heads(figures, wording))),
        asked_list(said.top, figures.top, wording),
        _issues(figures, names, wording),
        _days(figures, wording),
        _hours(figures, wording),
        said.why.format(number=figures.top[0].number) if figures.top else "",
    )


def overall(figures: Figures, wording: Wording) -> tuple[str, ...]:
    """How many questions with which ends, and the verdicts on them."""
    said = wording.figures
    counts = said.asked.format(
        asked=figures.asked,
        answered=figures.of(Status.ANSWERED),
        related=figures.of(Status.RELATED),
        unknown=figures.of(Status.UNKNOWN),
    )
    verdicts = said.verdicts.format(good=figures.good, bad=figures.bad)
    return counts + _talk(figures, wording), verdicts


def asked_list(heading: str, asked: tuple[Asked, ...], wording: Wording) -> str:
    """Questions, one a line, with how often and under which number; empty where there are none."""
    if not asked:
        return ""
    lines = (
        wording.figures.line.format(
            place=place, question=shown(one.question), count=one.count, number=one.number
        )
        for place, one in enumerate(asked, start=1)
    )
    return "\n".join((heading, *lines))


def shown(question: str) -> str:
    """A question as it may be shown: without what tells who somebody is, on one line, cut."""
    line = " ".join(masked(question).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def name(period: Period, wording: Wording) -> str:
    """A period in words."""
    said = wording.figures.periods
    first, last = wording.date(period.first), wording.date(period.last)
    if period.month:
        return said.month.format(year=period.first.year, month=period.first.month)
    if period.word == TODAY:
        return said.today.format(day=first)
    if period.word == EVER:
        return said.ever
    if period.first == period.last:
        return said.yesterday.format(day=first)
    return said.days.format(count=len(period.days), first=first, last=last)


def keyboard(period: Period, today: date, wording: Wording) -> Keyboard:
    """Other periods to look at; from a month, those beside it."""
    said = wording.figures.buttons
    usual = ((said.today, TODAY), (said.week, WEEK), (said.thirty, THIRTY))
    months: list[Button] = []
    if period.month:
        months.append(press(said.earlier, Op.STATS, month_before(period.first)))
        if month_of(period.first) < month_of(today):
            months.append(press(said.later, Op.STATS, month_after(period.first)))
    else:
        months.append(press(said.month, Op.STATS, month_of(today)))
    return (tuple(press(label, Op.STATS, word) for label, word in usual), tuple(months))


def issue_name(issue: str, names: Mapping[str, str]) -> str:
    """An issue as people call it; by its folder where it is no longer there."""
    return names.get(issue, issue)


def _talk(figures: Figures, wording: Wording) -> str:
    talk = figures.of(Status.CHAT)
    return wording.figures.talk.format(talk=talk) if talk else ""


def _heads(figures: Figures, wording: Wording) -> str:
    return wording.figures.heads.format(people=figures.people, chats=figures.chats)


def _issues(figures: Figures, names: Mapping[str, str], wording: Wording) -> str:
    said = wording.figures
    if not figures.issues:
        return ""
    lines = (
        said.issue.format(issue=issue_name(issue, names), count=count)
        for issue, count in figures.issues[:_ISSUES]
    )
    return "\n".join((said.issues, *lines))


def _days(figures: Figures, wording: Wording) -> str:
    if figures.period.first == figures.period.last:
        return ""
    said = wording.figures
    counts = ((day, figures.asked_on(day)) for day in figures.period.days)
    days = (
        said.day.format(month=day.month, day=day.day, count=count)
        for day, count in counts
        if count
    )
    return said.days + "，".join(days)


def _hours(figures: Figures, wording: Wording) -> str:
    said = wording.figures
    counts = ((hour, figures.asked_at(hour)) for hour in range(24))
    hours = (said.hour.format(hour=hour, count=count) for hour, count in counts if count)
    return said.hours + "，".join(hours)
