"""Figures of the log of questions, counted by the database.

What was erased is gone from the log, and so from every figure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from bot.figures.periods import Period
from bot.migrations.tables import FEEDBACK, QUESTIONS, Moment
from knowledge.model import Status

ASKED = (Status.ANSWERED, Status.RELATED, Status.UNKNOWN)  # what is a question
MISSED = (Status.RELATED, Status.UNKNOWN)
_ISSUES = 100

Statuses = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question asked `count` times in one way or another: the newest wording, masked by nobody
    yet, with its number and what came of it."""

    number: int
    question: str
    status: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was asked in a period. `hours` and `days` hold counts by status for each hour of the
    day and each day that has any, `issues` how often each issue gave the answer."""

    period: Period
    statuses: Statuses = field(default_factory=dict)
    good: int = 0
    bad: int = 0
    people: int = 0
    chats: int = 0
    hours: Mapping[int, Statuses] = field(default_factory=dict)
    days: Mapping[date, Statuses] = field(default_factory=dict)
    issues: tuple[tuple[str, int], ...] = ()
    top: tuple[Asked, ...] = ()
    missed: tuple[Asked, ...] = ()
    bad_ones: tuple[Asked, ...] = ()

    @property
    def asked(self) -> int:
        """How many questions: what is only talk is none."""
        return _questions(self.statuses)

    def asked_at(self, hour: int) -> int:
        """How many questions in that hour of the day."""
        return _questions(self.hours.get(hour, {}))

    def asked_on(self, day: date) -> int:
        """How many questions on that day."""
        return _questions(self.days.get(day, {}))

    def of(self, status: Status) -> int:
        """How many messages had that status."""
        return self.statuses.get(status, 0)


class Counts:
    """The log of questions as figures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def figures(self, period: Period, top: int = 10) -> Figures:
        """Everything about a period, with the `top` most asked questions, and as many that found
        no answer or were said to be of no help."""
        async with self._database.reading() as connection:
            hours, days = await _times(connection, period)
            people, chats = await _heads(connection, period)
            good, bad = await _verdicts(connection, period)
            return Figures(
                period=period,
                statuses=sum((Counter(one) for one in days.values()), Counter()),
                good=good,
                bad=bad,
                people=people,
                chats=chats,
                hours=hours,
                days=days,
                issues=await _issues(connection, period),
                top=await _most(connection, period, ASKED, top),
                missed=await _most(connection, period, MISSED, top),
                bad_ones=await _disliked(connection, period, top),
            )

    async def asked(self, period: Period) -> int:
        """How many questions there were in a period."""
        query = sa.select(sa.func.count()).where(within(period), QUESTIONS.c.status.in_(ASKED))
        async with self._database.reading() as connection:
            return int((await connection.execute(query)).scalar_one())


def _questions(statuses: Statuses) -> int:
    return sum(statuses.get(status, 0) for status in ASKED)


def within(period: Period) -> sa.ColumnElement[bool]:
    """Whether a question was asked in a period."""
    return sa.and_(QUESTIONS.c.asked_at >= period.start, QUESTIONS.c.asked_at < period.end)


async def _times(
    connection: AsyncConnection, period: Period
) -> tuple[dict[int, Counter[str]], dict[date, Counter[str]]]:
    """Counts by status for each hour of the day and for each day, as the period's zone has them:
    a count for each hour, which reads nothing but its stretch of the index."""
    hours: dict[int, Counter[str]] = defaultdict(Counter)
    days: dict[date, Counter[str]] = defaultdict(Counter)
    for day in period.days:
        moments = period.hours(day)
        values = {f"at_{number}": moment for number, moment in enumerate(moments)}
        row = (await connection.execute(_DAY, values)).one()
        for (hour, status), count in zip(_CELLS, row, strict=True):
            if count:
                hours[hour][status] += count
                days[day][status] += count
    return dict(hours), dict(days)


def _count(hour: int, status: Status) -> sa.ScalarSelect[int]:
    start, end = (sa.bindparam(f"at_{number}", type_=Moment) for number in (hour, hour + 1))
    asked = QUESTIONS.c.asked_at
    return (
        sa.select(sa.func.count())
        .select_from(QUESTIONS)
        .where(QUESTIONS.c.status == status, asked >= start, asked < end)
        .scalar_subquery()
    )


_CELLS = tuple((hour, status) for hour in range(24) for status in Status)
_DAY = sa.select(*(_count(hour, status).label(f"{status}_{hour}") for hour, status in _CELLS))


async def _heads(connection: AsyncConnection, period: Period) -> tuple[int, int]:
    """How many people asked, in how many chats."""
    query = sa.select(
        sa.func.count(sa.distinct(QUESTIONS.c.user_id)),
        sa.func.count(sa.distinct(QUESTIONS.c.chat_id)),
    ).where(within(period), QUESTIONS.c.status.in_(ASKED))
    people, chats = (await connection.execute(query)).one()
    return people, chats


async def _verdicts(connection: AsyncConnection, period: Period) -> tuple[int, int]:
    """How many verdicts on what was asked in the period were good, and how many bad."""
    query = (
        sa.select(FEEDBACK.c.verdict, sa.func.count())
        .join(QUESTIONS, QUESTIONS.c.id == FEEDBACK.c.asked_id)
        .where(within(period))
        .group_by(FEEDBACK.c.verdict)
    )
    counts: dict[int, int] = dict((await connection.execute(query)).all())
    return counts.get(1, 0), counts.get(-1, 0)


async def _issues(connection: AsyncConnection, period: Period) -> tuple[tuple[str, int], ...]:
    """The issues that answers came from, most first."""
    count = sa.func.count()
    query = (
        sa.select(QUESTIONS.c.issue, count)
        .where(
            within(period),
            QUESTIONS.c.status == Status.ANSWERED,
            QUESTIONS.c.issue.is_not(None),
        )
        .group_by(QUESTIONS.c.issue)
        .order_by(count.desc(), QUESTIONS.c.issue.desc())
        .limit(_ISSUES)
    )
    return tuple((issue, number) for issue, number in await connection.execute(query))


async def _most(
    connection: AsyncConnection, period: Period, statuses: tuple[Status, ...], limit: int
) -> tuple[Asked, ...]:
    """The questions asked most, those of one gist together, by their newest wording."""
    groups = (
        sa.select(sa.func.max(QUESTIONS.c.id).label("id"), sa.func.count().label("times"))
        .where(within(period), QUESTIONS.c.status.in_(statuses), QUESTIONS.c.gist.is_not(None))
        .group_by(QUESTIONS.c.gist)
        .order_by(sa.desc("times"), sa.desc("id"))
        .limit(limit)
        .subquery()
    )
    return await _worded(connection, groups)


async def _disliked(connection: AsyncConnection, period: Period, limit: int) -> tuple[Asked, ...]:
    """The answers that were said to be of no help, most often first."""
    groups = (
        sa.select(QUESTIONS.c.id.label("id"), sa.func.count().label("times"))
        .join(FEEDBACK, FEEDBACK.c.asked_id == QUESTIONS.c.id)
        .where(within(period), FEEDBACK.c.verdict < 0)
        .group_by(QUESTIONS.c.id)
        .order_by(sa.desc("times"), sa.desc("id"))
        .limit(limit)
        .subquery()
    )
    return await _worded(connection, groups)


async def _worded(connection: AsyncConnection, groups: sa.Subquery) -> tuple[Asked, ...]:
    query = (
        sa.select(QUESTIONS.c.id, QUESTIONS.c.resolved, QUESTIONS.c.status, groups.c.times)
        .join(groups, groups.c.id == QUESTIONS.c.id)
        .order_by(groups.c.times.desc(), QUESTIONS.c.id.desc())
    )
    return tuple(
        Asked(number=row.id, question=row.resolved, status=row.status, count=row.times)
        for row in await connection.execute(query)
    )
