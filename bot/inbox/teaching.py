"""Teaching: an entry is tried out beside the content in use, shown, and then put in, or not.

The content folder is changed through `Reloads` alone, so it is the old or the new whole whatever
happens. A lesson is noted before that and stands as long as its entry is in the file: so nothing
needs to be put right after a crash.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.inbox import taught
from bot.inbox.harm import harmed
from bot.inbox.inbox import Candidate
from bot.inbox.register import Deed, Lesson
from bot.masking import masked
from bot.reloading.edits import Edit
from bot.reloading.reloads import Outdated, Proposal
from bot.services import Services
from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError
from knowledge.model import Answer, Status
from knowledge.schema import MAX_QUESTION

LONGEST_ANSWER, LONGEST_NAME = 1000, 20  # characters
MOST_QUESTIONS = 10


class Fault(StrEnum):
    """Why something cannot be taught."""

    EMPTY = "empty"
    LONG_QUESTION = "long_question"
    LONG_ANSWER = "long_answer"
    LONG_NAME = "long_name"
    TAKEN = "taken"  # the question is in the content already
    NOT_FOUND = "not_found"  # nothing in the content comes near
    UNANSWERED = "unanswered"  # it would not be answered so
    HARMFUL = "harmful"  # another question would not be answered any more
    UNREADABLE = "unreadable"  # the content has mistakes, or cannot be written
    OUTDATED = "outdated"  # the content has changed meanwhile
    BY_HAND = "by_hand"  # somebody changed the file by hand and did not reload


class TeachingError(Exception):
    """Something cannot be taught or taken back; `fault` says why, `named` what is meant by it."""

    def __init__(self, fault: Fault, named: tuple[str, ...] = ()) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.named = named


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """An entry as it would be: its questions, and the answer to the first as residents will see
    it. `failing` are checks that held before and would fail, by their questions."""

    deed: Deed
    entry: str
    questions: tuple[str, ...]
    answer: Answer
    failing: tuple[str, ...]
    proposal: Proposal


async def teach_answer(
    services: Services, question: str, answer: str, name: str, by: int
) -> Teaching:
    """Teach the staff's answer to a question at once, for other rooms. Raises TeachingError, also
    where a check would fail that held before, and StorageError."""
    teaching = await try_answer(services, (question,), answer, name)
    if teaching.failing:
        raise TeachingError(Fault.HARMFUL, teaching.failing)
    await accept(services, teaching, by, name=name)
    return teaching


async def try_answer(
    services: Services, questions: tuple[str, ...], text: str, name: str
) -> Teaching:
    """The staff's answer to questions, tried out. Raises TeachingError."""
    said, signed = taught.clean(text), " ".join(taught.clean(name).split())
    if not said or not signed:
        raise TeachingError(Fault.EMPTY)
    if len(said) > LONGEST_ANSWER:
        raise TeachingError(Fault.LONG_ANSWER)
    if len(signed) > LONGEST_NAME:
        raise TeachingError(Fault.LONG_NAME)
    asked = _questions(questions)
    today = datetime.now(services.zone).date()
    entry = taught.by_staff(asked, said, signed, today)
    return await _tried(services, Deed.ANSWER, entry, asked, entry["id"])


async def try_alias(
    services: Services, questions: tuple[str, ...], candidate: Candidate
) -> Teaching:
    """Questions as further ones of what a candidate says, tried out. Raises TeachingError, also
    where a check or another curated question would fail."""
    asked = _questions(questions)
    today = datetime.now(services.zone).date()
    entry = taught.same_as(candidate.entry, candidate.answer, asked, today)
    expected = str(entry.get("same_as", entry["id"]))
    teaching = await _tried(services, Deed.ALIAS, entry, asked, expected)
    source = candidate.answer.source
    if source is not None and "quote" in entry and teaching.answer.source != source:
        entry = taught.same_as(
            candidate.entry, candidate.answer, asked, today, article=source.article
        )
        teaching = await _tried(services, Deed.ALIAS, entry, asked, expected)
    broken = teaching.failing or await asyncio.to_thread(
        harmed, services.live.current, teaching.proposal.base, asked
    )
    if broken:
        raise TeachingError(Fault.HARMFUL, broken)
    return teaching


async def accept(services: Services, teaching: Teaching, by: int, *, name: str = "") -> int:
    """Put what was tried out into use, signed by `name`; the lesson's number. Raises
    TeachingError, StorageError."""
    lesson = Lesson(
        deed=teaching.deed,
        user=by,
        at=datetime.now(UTC),
        subject=teaching.questions[0],
        entry=teaching.entry,
        name=name,
    )
    number = await services.register.note(lesson)
    try:
        await _accepted(services, teaching.proposal, by, f"teach.{teaching.deed}")
    except TeachingError:
        await services.register.drop(number)
        raise
    await services.audit.note(by, f"teach.{teaching.deed}", teaching.entry, lesson.subject)
    return number


async def try_without(services: Services, lesson: Lesson) -> tuple[Proposal, tuple[str, ...]]:
    """The content without what a lesson taught, and what would not hold any more then. Raises
    TeachingError."""
    entries = await _entries(services)
    kept = [entry for entry in entries if entry.get("id") != lesson.entry]
    proposal = await _proposed(services, kept)
    return proposal, _failing(proposal)


async def take_back(services: Services, lesson: Lesson, proposal: Proposal, by: int) -> None:
    """Put the content without a lesson into use. Raises TeachingError, StorageError."""
    await _accepted(services, proposal, by, "unteach")
    await services.register.take_back(lesson.id, by, datetime.now(UTC))


async def standing(services: Services) -> tuple[Lesson, ...]:
    """What editors did and can take back, newest first: what is put away, and what is in the
    content's file. Raises TeachingError, StorageError."""
    lessons = await services.register.standing(200)
    written = {entry.get("id") for entry in await _entries(services)}
    return tuple(one for one in lessons if one.entry is None or one.entry in written)


def last_of(lessons: tuple[Lesson, ...], user: int) -> Lesson | None:
    """The newest that an editor did; what was noted before somebody else taught the same came to
    nothing."""
    newest: dict[str | None, int] = {}
    for lesson in lessons:
        newest.setdefault(lesson.entry, lesson.id)
    return next(
        (
            one
            for one in lessons
            if one.user == user and (one.entry is None or newest[one.entry] == one.id)
        ),
        None,
    )


def teachable(wordings: tuple[str, ...]) -> tuple[str, ...]:
    """Wordings as they can stand in the content: nobody's numbers in them, not too long."""
    fit = [text for text in wordings if masked(text) == text and len(text) <= MAX_QUESTION]
    return tuple(fit[:MOST_QUESTIONS]) or (masked(wordings[0]),)


def _questions(questions: tuple[str, ...]) -> tuple[str, ...]:
    asked = tuple(
        cleaned
        for question in questions
        if (cleaned := " ".join(masked(taught.clean(question)).split()))
    )
    if not asked:
        raise TeachingError(Fault.EMPTY)
    if any(len(question) > MAX_QUESTION for question in asked):
        raise TeachingError(Fault.LONG_QUESTION)
    return asked


async def _tried(
    services: Services,
    deed: Deed,
    entry: taught.Written,
    questions: tuple[str, ...],
    expected: str,
) -> Teaching:
    entries = await _entries(services)
    if any(other.get("id") == entry["id"] for other in entries):
        raise TeachingError(Fault.TAKEN, questions[:1])
    proposal = await _proposed(services, [*entries, entry])
    answers = await asyncio.to_thread(_asked, proposal.base, questions)
    for question, answer in zip(questions, answers, strict=True):
        if answer.status is not Status.ANSWERED or answer.target != expected:
            raise TeachingError(Fault.UNANSWERED, (question,))
    return Teaching(
        deed=deed,
        entry=entry["id"],
        questions=questions,
        answer=answers[0],
        failing=_failing(proposal),
        proposal=proposal,
    )


def _asked(base: KnowledgeBase, questions: tuple[str, ...]) -> list[Answer]:
    return [base.ask(question) for question in questions]


async def _entries(services: Services) -> list[taught.Written]:
    """What was taught in the content in use. Raises TeachingError."""
    file = services.settings.content.folder / taught.PATH
    try:
        return taught.read(await services.reloads.read(taught.PATH), file)
    except KnowledgeError as error:
        raise _unreadable(error) from error


async def _proposed(services: Services, entries: list[taught.Written]) -> Proposal:
    data = taught.write(entries, services.wording.inbox.file_head)
    try:
        return await services.reloads.propose([Edit(path=taught.PATH, data=data)])
    except KnowledgeError as error:
        raise _unreadable(error) from error
    except Outdated as error:
        raise TeachingError(Fault.BY_HAND) from error


async def _accepted(services: Services, proposal: Proposal, by: int, deed: str) -> None:
    try:
        await services.reloads.accept(proposal, by=by, deed=deed)
    except KnowledgeError as error:
        raise _unreadable(error) from error
    except Outdated as error:
        raise TeachingError(Fault.OUTDATED) from error


def _unreadable(error: KnowledgeError) -> TeachingError:
    return TeachingError(Fault.UNREADABLE, (str(error),))


def _failing(proposal: Proposal) -> tuple[str, ...]:
    return tuple(str(failure) for failure in proposal.failing)
