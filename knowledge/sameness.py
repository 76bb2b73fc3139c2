"""Whether two questions ask the same in other words.

What the staff answered is no sentence that speaks for itself: it answers the question that it was
given to, and no other, however alike.
"""

from __future__ import annotations

from knowledge import slots
from knowledge.cues import match_of
from knowledge.question import Question
from knowledge.wording import Wording

_MATTERS = 0.25  # weight from which a word must stand in the other question
KINDS = {"clock": "when", "day": "when", "address": "where", "price": "how_many"}


def same_question(one: Question, other: Question) -> bool:
    """Whether each has the other's words, or such as mean or sound the same, asks for the same
    kind of thing, and names the same years and numbers."""
    if slots.years(one.text, None) != slots.years(other.text, None):
        return False
    if _numbers(one) != _numbers(other) or not _ask_alike(one.asks, other.asks):
        return False
    return bool(one.terms) and _holds(one, other) and _holds(other, one)


def _holds(one: Question, other: Question) -> bool:
    wording = Wording(other.text)
    return all(
        match_of(term, wording) not in ("", "一部分")
        for term in one.terms
        if term.weight >= _MATTERS
    )


def _ask_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    left, right = (frozenset(KINDS.get(kind, kind) for kind in asks) for asks in (one, other))
    return bool(left & right) or not (left or right)


def _numbers(question: Question) -> list[float]:
    return sorted(number.value for number in slots.numbers(question.text))
