"""What was asked in vain and what editors did with it, in the database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot import audit
from bot.database import Database, delete
from bot.migrations.tables import FEEDBACK, LESSONS, QUESTIONS, WAITING
from knowledge.model import Lack, Status

_MOST = 2000  # questions looked through, the newest


class Deed(StrEnum):
    """What an editor did with what was asked in vain."""

    ALIAS = "alias"
    ANSWER = "answer"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A question of the log that had no answer, or one that did not help (`complaint` is the
    target of that)."""

    id: int
    user: int
    text: str
    at: datetime
    complaint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Something that an editor did: an entry taught, named by its question as `subject` and
    signed by `name`, or `wordings` put away (as digests) when so many people had asked."""

    id: int = 0
    deed: Deed
    user: int
    at: datetime
    subject: str = ""
    entry: str | None = None
    name: str = ""
    wordings: tuple[str, ...] = ()
    people: int = 0


class Register:
    """Reads the log for what was asked in vain, and keeps what editors did with it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_vain(self, since: datetime) -> tuple[Logged, ...]:
        """Questions without an answer, and answered ones with 👎, newest first. What was told
        later to who waited for it counts as the answer that a later 👎 is about."""
        bad = (
            sa.select(FEEDBACK.c.asked_id, sa.func.max(FEEDBACK.c.given_at).label("given_at"))
            .where(FEEDBACK.c.verdict < 0)
            .group_by(FEEDBACK.c.asked_id)
            .subquery()
        )
        told = sa.and_(WAITING.c.told_at.is_not(None), bad.c.given_at >= WAITING.c.told_at)
        missed = sa.and_(
            QUESTIONS.c.status.in_((Status.RELATED, Status.UNKNOWN)),
            sa.func.coalesce(QUESTIONS.c.lack, "").not_in((Lack.EMPTY, Lack.TOO_LONG)),
        )
        complained = sa.and_(QUESTIONS.c.status == Status.ANSWERED, bad.c.asked_id.is_not(None))
        query = (
            sa.select(
                QUESTIONS.c.id,
                QUESTIONS.c.user_id,
                QUESTIONS.c.resolved,
                QUESTIONS.c.asked_at,
                sa.case((told, WAITING.c.target), (complained, QUESTIONS.c.target)).label("bad"),
            )
            .select_from(
                QUESTIONS.outerjoin(bad, bad.c.asked_id == QUESTIONS.c.id).outerjoin(
                    WAITING, WAITING.c.asked_id == QUESTIONS.c.id
                )
            )
            .where(QUESTIONS.c.asked_at >= since, sa.or_(missed, complained))
            .order_by(QUESTIONS.c.id.desc())
            .limit(_MOST)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Logged(
                id=row.id,
                user=row.user_id,
                text=row.resolved,
                at=row.asked_at,
                complaint=row.bad,
            )
            for row in rows
        )

    async def note(self, lesson: Lesson) -> int:
        """Write down what an editor is about to teach; its number."""
        async with self._database.writing() as connection:
            result = await connection.execute(_inserted(lesson))
            return int(result.scalar_one())

    async def drop(self, number: int) -> None:
        """What was noted came to nothing."""
        async with self._database.writing() as connection:
            await delete(connection, LESSONS, LESSONS.c.id == number)

    async def put_away(self, lesson: Lesson) -> int:
        """Write down that something is put away, with the note of the act; its number."""
        async with self._database.writing() as connection:
            number = int((await connection.execute(_inserted(lesson))).scalar_one())
            await connection.execute(audit.row(lesson.user, "ignore", str(number)))
        return number

    async def away(self) -> dict[str, int]:
        """What is put away: for each wording how many people had asked then."""
        query = sa.select(LESSONS.c.wordings, LESSONS.c.people).where(
            LESSONS.c.deed == Deed.IGNORE, LESSONS.c.undone_at.is_(None)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        found: dict[str, int] = {}
        for row in rows:
            for wording in _wordings(row.wordings):
                found[wording] = max(found.get(wording, 0), row.people or 0)
        return found

    async def standing(self, limit: int) -> tuple[Lesson, ...]:
        """What was done and not taken back, newest first. An entry that never came into the
        content is among them."""
        query = (
            sa.select(LESSONS)
            .where(LESSONS.c.undone_at.is_(None))
            .order_by(LESSONS.c.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(_lesson(row) for row in rows)

    async def last_name(self, user: int) -> str:
        """How an editor signed the last answer; empty where there was none."""
        query = (
            sa.select(LESSONS.c.name)
            .where(LESSONS.c.user_id == user, LESSONS.c.name != "")
            .order_by(LESSONS.c.id.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            return await connection.scalar(query) or ""

    async def take_back(self, number: int, by: int, now: datetime) -> bool:
        """Mark as taken back, with the note of the act; False when somebody did so before."""
        statement = (
            sa.update(LESSONS)
            .where(LESSONS.c.id == number, LESSONS.c.undone_at.is_(None))
            .values(undone_at=now, undone_by=by)
        )
        async with self._database.writing() as connection:
            done = (await connection.execute(statement)).rowcount > 0
            if done:
                await connection.execute(audit.row(by, "undo", str(number)))
        return done


def _inserted(lesson: Lesson) -> sa.sql.dml.ReturningInsert[Any]:
    return (
        sa.insert(LESSONS)
        .values(
            deed=lesson.deed,
            user_id=lesson.user,
            made_at=lesson.at,
            subject=lesson.subject,
            entry=lesson.entry,
            name=lesson.name,
            wordings=json.dumps(lesson.wordings) if lesson.wordings else None,
            people=lesson.people,
        )
        .returning(LESSONS.c.id)
    )


def _lesson(row: sa.Row[Any]) -> Lesson:
    return Lesson(
        id=row.id,
        deed=Deed(row.deed),
        user=row.user_id,
        at=row.made_at,
        subject=row.subject,
        entry=row.entry,
        name=row.name,
        wordings=_wordings(row.wordings),
        people=row.people or 0,
    )


def _wordings(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text else ()
