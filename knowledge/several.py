"""Questions that name nothing in particular: 爆炸发生在哪里, where several reports have one.

Then the first of the ranking is no better an answer than the next, and the reader is asked which,
unless the conversation tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.judge import same_fact
from knowledge.library import Library
from knowledge.matcher import Scored
from knowledge.question import Question
from knowledge.records import NOWHERE, Record

_NEAR = 2.0  # how far behind the first in score a match is as good
_WORDS = 3  # up to which a question may say too little
_FEW = 3  # reports from which a thing is one of several


def several(question: Question, ranked: Sequence[Scored], library: Library) -> tuple[Record, ...]:
    """The best match in each report that answers a question as well as the first; none where the
    question tells them apart, or where there are only two, or they tell the same."""
    best = ranked[0]
    if best.vouched or not _all_held(best) or len(question.terms) > _WORDS:
        return ()
    chosen: dict[int, Record] = {}  # by their articles
    for match in ranked:
        if best.score - match.score > _NEAR:
            break
        record = match.record
        if record.passage == NOWHERE or not _all_held(match):
            continue
        if not any(_same(record, other) for other in chosen.values()):
            chosen.setdefault(_article(record, library), record)
    return tuple(chosen.values()) if len(chosen) >= _FEW else ()


def beside(last: Record, reports: Iterable[Record], library: Library) -> Record | None:
    """Of several reports the one of the article that was spoken of last."""
    if last.passage == NOWHERE:
        return None
    article = _article(last, library)
    return next((one for one in reports if _article(one, library) == article), None)


def _article(record: Record, library: Library) -> int:
    return library.passage(record.passage).of


def _all_held(match: Scored) -> bool:
    """Whether every word of the question stands in the very sentence."""
    return all(held == 1.0 for held in match.own)


def _same(left: Record, right: Record) -> bool:
    return left.text == right.text or same_fact(left, right)
