"""What has to stand beside a sentence so that it can be understood as an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.judge import same_fact
from knowledge.library import Library
from knowledge.matcher import Scored
from knowledge.model import Answer
from knowledge.phrasing import spoken
from knowledge.records import Record

_CLOSE = 3.5  # how far behind in score another sentence still belongs to the answer
_LONGEST = 200  # characters of sentences that can be read as one answer


def completed(answer: Answer, ranked: Sequence[Scored], library: Library) -> Answer:
    """An answer made of the first of a ranking, in two sentences of one paragraph and speaker
    where one alone is not enough. An editor's quotation needs no other."""
    best = ranked[0].record
    if best.vouched:
        return answer
    for record in _companions(ranked, library):
        quotes = library.together(best, record, _LONGEST)
        if quotes and library.speaker(record) == answer.speaker:
            return replace(answer, text=spoken(quotes, answer.speaker), quotes=quotes)
    return answer


def _companions(ranked: Sequence[Scored], library: Library) -> Iterator[Record]:
    """What may have to stand beside the best: the sentence that it points back to, and others
    that come close, for the one often says what it is about, the other what is asked."""
    best = ranked[0]
    before = library.antecedent(best.record)
    if before is not None:
        yield before
    for scored in ranked[1:]:
        if best.score - scored.score > _CLOSE:
            return
        if not same_fact(scored.record, best.record):
            yield scored.record
