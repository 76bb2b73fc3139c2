"""Ranked matches → what may be claimed: answered, related or unknown, how confidently.

The confidence is a logistic function of the evidence for the best match, fitted on questions of
which many had lost their answer: the sentence taken out, or the whole paragraph. Slots come
before it, except where an editor wrote the very question: another year, a name or a place
that the bulletin never mentions, or a kind of thing that the sentence does not hold forbids
`answered`, however high the score.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from knowledge import slots
from knowledge.cues import SOUND
from knowledge.holdings import holds, lacks_names, numbers
from knowledge.library import Library
from knowledge.localities import unlisted_places
from knowledge.matcher import Scored
from knowledge.model import Lack
from knowledge.question import Question
from knowledge.records import Record
from knowledge.text import sounding
from knowledge.vocabulary import lexicon
from knowledge.weights import EVIDENCE, FEATURES, Weights

_ABSENT = 0.62  # share of the question's weight that may stand nowhere near an answer
_YEAR = FEATURES.index("year")
_MISSING = 0.7  # weight from which a word that stands nowhere near is named to the reader


class Veto(StrEnum):
    """Why the best match may not be called the answer."""

    YEAR = "year"
    PLACE = "place"
    NAME = "name"
    KIND = "kind"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the judge makes of a ranking. `missing` are words of the question that neither the
    best match nor its passage holds."""

    confidence: float = 0.0
    vetoes: tuple[Veto, ...] = ()
    missing: tuple[str, ...] = ()
    evidence: tuple[float, ...] = ()

    @property
    def lack(self) -> Lack:
        """What the bulletin does not hold, when the best match is no answer."""
        if Veto.YEAR in self.vetoes:
            return Lack.OTHER_YEAR
        if {Veto.PLACE, Veto.NAME} & set(self.vetoes):
            return Lack.NAME
        if Veto.KIND in self.vetoes or self.missing:
            return Lack.FACT
        return Lack.UNSURE


def judge(question: Question, ranked: list[Scored], library: Library, weights: Weights) -> Verdict:
    """The verdict on the first of a ranking."""
    if not ranked:
        return Verdict()
    evidence = weigh(question, ranked, library)
    logit = float(weights.judging @ evidence)
    return Verdict(
        confidence=1.0 if ranked[0].vouched else 1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))),
        vetoes=tuple(_vetoes(question, ranked[0], library)),
        missing=tuple(
            dict.fromkeys(
                term.text
                for term, around in zip(question.terms, ranked[0].around, strict=True)
                if term.weight >= _MISSING and not around
            )
        ),
        evidence=evidence,
    )


def weigh(question: Question, ranked: list[Scored], library: Library) -> tuple[float, ...]:
    """The evidence for the first of a ranking, in the order of EVIDENCE."""
    best = ranked[0]
    runner = next((s for s in ranked[1:] if not same_fact(s.record, best.record)), None)
    heaviest, share = _absence(question, best)
    named = dict(zip(FEATURES, best.features, strict=True)) | {
        "bias": 1.0,
        "margin": min(2.0, best.score - runner.score) if runner is not None else 2.0,
        "level": best.level,
        "passage_level": best.passage_level,
        "absent": heaviest,
        "absent_share": share,
    }
    return tuple(named[name] for name in EVIDENCE)


def _absence(question: Question, best: Scored) -> tuple[float, float]:
    """Of the question's words that stand nowhere near a match: the heaviest weight, and their
    share of all weight; all of it for a question that names nothing."""
    gone = [
        term.weight * (1 - around)
        for term, around in zip(question.terms, best.around, strict=True)
    ]
    total = sum(term.weight for term in question.terms)
    return max(gone, default=0.0), sum(gone) / total if total else 1.0


def same_fact(left: Record, right: Record) -> bool:
    """Whether two records quote the same place of a page, wholly or in part."""
    if left.passage != right.passage:
        return False
    return any(a.meets(b) for a in left.spans for b in right.spans)


def _vetoes(question: Question, best: Scored, library: Library) -> Iterator[Veto]:
    if best.vouched:
        return
    if best.features[_YEAR] < 0 or _unheard(question, best, library):
        yield Veto.YEAR
    text = library.surroundings(best.record)
    if any(place not in text for place in (*question.places, *_unheard_places(question, text))):
        yield Veto.PLACE
    around = zip(question.terms, best.around, strict=True)
    if any(term.name and not held and term.text not in text for term, held in around):
        yield Veto.NAME
    if _absence(question, best)[1] > _ABSENT:
        yield Veto.WORDS
    if not (
        _holds_kind(question, best.record.text)
        and _holds_post(question, best)
        and _holds_measured(question, best)
    ):
        yield Veto.KIND


def _holds_kind(question: Question, text: str) -> bool:
    """Whether a text holds what the question cannot do without: a telephone number when that is
    asked for, whatever else; six things where 哪六 is."""
    special = question.strict & _SPECIAL
    if special and not all(holds(kind, text) for kind in special):
        return False
    if question.strict and not any(holds(kind, text) for kind in question.strict):
        return False
    if question.unit and not any(
        number.kind == question.unit and (number.value != 1 or number.kind != "people")
        for number in numbers(text)
    ):
        return False
    if question.noun and lacks_names(question.noun, text):
        return False
    counted = _COUNTED.search(question.text)
    if counted is None:
        return True
    count = slots.han_number(counted[1]) if not counted[1].isdigit() else float(counted[1])
    listed = max(text.count("、") + 1, len(_ORDINAL.findall(text)), 2 * bool(_PAIR.search(text)))
    return not count or listed >= count


def _holds_post(question: Question, best: Scored) -> bool:
    """Whether a match names the post whose holder is asked for: 区长 in 区长叫什么名字."""
    if not question.asks & {"who", "name"}:
        return True
    own = dict(zip(question.terms, best.own, strict=True))
    asked_from = min((start for start, _ in question.asked_at), default=0)
    return all(
        own[term] >= SOUND
        for term in question.focus
        if term.end <= asked_from and term.text.endswith(lexicon().posts)
    )


def _holds_measured(question: Question, best: Scored) -> bool:
    """Whether what is measured or counted by a quantity asked for is spoken of near a match: the
    rate in 利率是多少, the grant in 能领多少补贴."""
    if "how_many" not in question.asks:
        return True
    around = dict(zip(question.terms, best.around, strict=True))
    return all(
        around[term] > 0
        for term in question.focus
        if len(term.text) > 1
        and (
            _IS_HOW_MUCH.match(question.text, term.end)
            or _ENDS_WITH_IT.fullmatch(question.text, term.end)
        )
    )


_ENDS_WITH_IT = re.compile("[吗呢啊呀了]?")
_IS_HOW_MUCH = re.compile("[是为](?:多少|几|多大|百分)")
_SPECIAL = frozenset(
    {"full_name", "documents", "day", "formality", "phone", "price", "age", "clock", "address"}
)
_COUNTED = re.compile(r"哪(\d{1,3}|[两二三四五六七八九十]{1,3})(?!句)")
_ORDINAL = re.compile(r"[一二三四五六七八九十]{1,2}是")
_PAIR = re.compile("[\u4e00-\u9fff”》](?:和|与|及|以及|跟)[\u4e00-\u9fff“《]")


def _unheard_places(question: Question, text: str) -> Iterator[str]:
    """Places named in the question of which the article knows nothing, neither as they are
    written nor as they sound."""
    for name, place in unlisted_places(question.core):
        if name not in text and sounding(name) not in sounding(text):
            yield place


def _unheard(question: Question, best: Scored, library: Library) -> bool:
    """Whether the question names a year of which the whole article says nothing."""
    issued = library.issued(best.record)
    asked = slots.years(question.core, issued)
    if not asked.absolute:
        return False
    if issued is not None and asked.absolute & {issued.year, issued.year - 1}:
        return False
    said = slots.years(library.surroundings(best.record), issued)
    return not asked.absolute & said.absolute
