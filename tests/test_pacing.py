"""The pace of calls: Telegram's limits hold whatever comes, and answers go first."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pacing import (
    GROUP_GAP,
    KEPT_FREE,
    MINUTE,
    PER_MINUTE,
    PER_SECOND,
    PRIVATE_BURST,
    PRIVATE_GAP,
    Pace,
    Pacer,
)

GROUP, PERSON = -7, 7


def most(moments: list[float], seconds: float) -> int:
    """The largest number of moments in any span of so many seconds."""
    ordered = sorted(moments)
    return max(
        (sum(start <= at < start + seconds for at in ordered) for start in ordered), default=0
    )


def run(pace: Pace, answers: list[float], until: float) -> tuple[list[float], list[float]]:
    """Announcements as fast as the pace allows, answers booked at their moments."""
    waiting = sorted(answers)
    told: list[float] = []
    answered: list[float] = []
    now = 0.0
    while now < until:
        while waiting and waiting[0] <= now:
            answered.append(pace.book(waiting.pop(0)))
        at = pace.open_at(now)
        if at <= now:
            pace.take(now)
            told.append(now)
            continue
        now = min([at, *waiting[:1]])
    return told, answered


@settings(max_examples=60, deadline=None)
@given(
    answers=st.lists(st.floats(min_value=0, max_value=5), max_size=120),
    processes=st.integers(min_value=1, max_value=3),
)
def test_no_second_holds_more_than_is_allowed(answers: list[float], processes: int) -> None:
    """Announcements and answers together, of all processes, in any second."""
    moments: list[float] = []
    for number in range(processes):
        pace = Pace()
        pace.share(processes)
        told, answered = run(pace, answers if number == 0 else [], 6.0)
        moments += told + answered
    assert most(moments, 1.0) <= PER_SECOND


def test_announcements_use_what_is_allowed() -> None:
    """Nine tenths and more of thirty a second, when nothing else is going on."""
    told, _ = run(Pace(), [], 20.0)
    assert len(told) >= 0.9 * PER_SECOND * 20


def test_an_answer_goes_at_once_in_the_midst_of_announcements() -> None:
    """It waits less than its place in line would take; the announcements behind make up for it."""
    asked = [1.111, 2.222, 3.333]
    told, answered = run(Pace(), asked, 5.0)
    assert all(at - now < 0.5 * Pace().interval for at, now in zip(answered, asked, strict=True))
    assert most(told + answered, 1.0) <= PER_SECOND


def test_what_nobody_would_miss_is_left_out_in_a_crowd() -> None:
    """While announcements go out there is no room to spare, a moment later there is."""
    pace = Pace()
    assert not pace.crowded(1.0)
    pace.take(1.0)
    assert pace.crowded(1.01)
    assert not pace.crowded(1.0 + pace.interval)


@settings(max_examples=60, deadline=None)
@given(
    asked=st.lists(st.floats(min_value=0, max_value=90), max_size=60),
    chat=st.sampled_from([GROUP, PERSON]),
)
def test_answers_in_one_chat_keep_its_limit_and_their_order(asked: list[float], chat: int) -> None:
    """Twenty a minute in a group, twenty in twenty seconds in private."""
    pace = Pace()
    booked = [pace.book_chat(chat, now) for now in sorted(asked)]
    assert booked == sorted(booked)
    assert all(at >= now for at, now in zip(booked, sorted(asked), strict=True))
    spans = (PER_MINUTE, MINUTE) if chat == GROUP else (PRIVATE_BURST, PRIVATE_BURST)
    assert most(booked, spans[1] - 1e-6) <= spans[0]


def test_announcements_leave_a_chat_alone_after_a_message() -> None:
    """A second in private, three in a group, longer where a group has had its share."""
    pace = Pace()
    for chat, gap in ((PERSON, PRIVATE_GAP), (GROUP, GROUP_GAP)):
        pace.note(chat, 100.0)
        assert chat in pace.busy(100.0 + gap - 0.01)
        assert chat not in pace.busy(100.0 + gap)
    for number in range(PER_MINUTE - KEPT_FREE):
        pace.note(GROUP, 200.0 + number)
    assert GROUP in pace.busy(230.0)
    assert GROUP not in pace.busy(260.0)


def test_a_chat_that_was_told_to_wait_is_left_alone_and_others_go_on() -> None:
    """Neither answers nor announcements before the moment."""
    pace = Pace()
    pace.hold(PERSON, 50.0)
    assert pace.busy(49.9) == (PERSON,)
    assert pace.busy(50.0) == ()
    assert pace.book_chat(PERSON, 10.0) == 50.0
    assert pace.book_chat(GROUP, 10.0) == 10.0
    assert pace.open_at(10.0) == 10.0


def test_when_all_are_held_answers_still_go() -> None:
    """Only announcements rest."""
    pace = Pace()
    pace.hold_all(20.0)
    assert pace.open_at(5.0) == 20.0
    assert pace.book(5.0) == 5.0


def test_chats_long_quiet_are_forgotten() -> None:
    """Memory holds the chats of the last minute, not all there ever were."""
    pace = Pace()
    for number in range(5000):
        pace.note(number + 1, float(number))
    assert len(pace._chats) < 1200


async def test_waiting_is_done_by_the_clock() -> None:
    """An answer goes before announcements that wait, and all keep their distance."""
    pacer = Pacer(per_second=200)
    went: list[str] = []

    async def announce() -> None:
        for _ in range(5):
            await pacer.announcement()
            went.append("announcement")

    async def answer() -> None:
        await asyncio.sleep(0)
        await pacer.answer(PERSON)
        went.append("answer")

    await asyncio.gather(announce(), answer())
    assert went.index("answer") <= 1
