"""Questions that name nothing in particular: 爆炸发生在哪里, where several reports have one.

Then the first of the ranking is no better an answer than the next, and the reader is asked which.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.judge import same_fact
from knowledge.library import Library
from knowledge.matcher import Scored
from knowledge.model import Source
from knowledge.question import Question

_NEAR = 2.0  # how far behind the first in score a match is as good
_FEW = 3  # reports from which a thing is one of several


def several(question: Question, ranked: Sequence[Scored], library: Library) -> tuple[Scored, ...]:
    """The best match of each report that answers a question as well as the first; none where the
    question tells them apart, or where there are only two, or they tell the same."""
    best = ranked[0]
    if best.vouched or not _all_held(best) or len(question.terms) > _FEW:
        return ()
    chosen: list[Scored] = []
    articles: set[tuple[str, str]] = set()
    for match in ranked:
        if best.score - match.score > _NEAR:
            break
        source = library.source(match.record)
        if source is None or not _all_held(match):
            continue
        if article_of(source) in articles or any(_same(match, other) for other in chosen):
            continue
        articles.add(article_of(source))
        chosen.append(match)
    return tuple(chosen) if len(chosen) >= _FEW else ()


def article_of(source: Source) -> tuple[str, str]:
    """The article of a source, told from all others."""
    return source.issue, source.article


def _all_held(match: Scored) -> bool:
    """Whether every word of the question stands in the very sentence."""
    return all(held == 1.0 for held in match.own)


def _same(left: Scored, right: Scored) -> bool:
    return left.record.text == right.record.text or same_fact(left.record, right.record)
