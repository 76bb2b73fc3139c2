"""Ranked matches → what may be claimed: answered, related or unknown, how confidently.

The confidence is a logistic function of the evidence for the best match, fitted on questions of
which many had lost their answer: the sentence taken out, or the whole paragraph. Slots come
before it: another year, a place that the bulletin never names, or a kind of thing that the
sentence does not hold forbids `answered`, however high the score.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from knowledge import slots
from knowledge.cues import SOUND
from knowledge.holdings import holds, numbers
from knowledge.matcher import Scored
from knowledge.model import Lack
from knowledge.question import Question
from knowledge.records import Library, Record
from knowledge.text import sounding
from knowledge.vocabulary import lexicon
from knowledge.weights import EVIDENCE, FEATURES, Weights
from knowledge.words import is_word, rarity

_PLACE = re.compile(
    "(?P<name>[\u4e00-\u9fff]{2})(?:小区|社区|街道|新村|区|县|市|镇|乡|村)(?![民委长里域别分场])"
)
_NO_NAME = frozenset("年月日全本各个这那哪几多少老新城郊我们在的了是和与到从住及每整该某有要把")
_NAME = 0.75  # rarity from which a word of the dictionary may be a name
_ABSENT = 0.62  # share of the question's weight that may stand nowhere near an answer
_MISSING = 0.7  # weight from which a word that stands nowhere near is named to the reader


class Veto(StrEnum):
    """Why the best match may not be called the answer."""

    YEAR = "year"
    PLACE = "place"
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
        if Veto.PLACE in self.vetoes:
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
        confidence=1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))),
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
    runner = next((s for s in ranked[1:] if not same_fact(s.record, best.record, library)), None)
    heaviest, share = _absence(question, best)
    named = dict(zip(FEATURES, best.features, strict=True)) | {
        "bias": 1.0,
        "score": best.score,
        "margin": min(2.0, best.score - runner.score) if runner is not None else 2.0,
        "absent": heaviest,
        "absent_share": share,
    }
    return tuple(named[name] for name in EVIDENCE)


def _absence(question: Question, best: Scored) -> tuple[float, float]:
    """Of the question's words that stand nowhere near a match: the heaviest weight, and their
    share of all weight."""
    gone = [
        term.weight * (1 - around)
        for term, around in zip(question.terms, best.around, strict=True)
    ]
    total = sum(term.weight for term in question.terms) or 1.0
    return max(gone, default=0.0), sum(gone) / total


def same_fact(left: Record, right: Record, library: Library) -> bool:
    """Whether two records quote the same place of a page, wholly or in part."""
    if left.passage != right.passage:
        return False
    ours, theirs = library.spans(left), library.spans(right)
    return any(a.start < b.end and b.start < a.end for a in ours for b in theirs)


def _vetoes(question: Question, best: Scored, library: Library) -> Iterator[Veto]:
    if dict(zip(FEATURES, best.features, strict=True))["year"] < 0 or _unheard(
        question, best, library
    ):
        yield Veto.YEAR
    text = library.surroundings(best.record)
    if any(place not in text for place in (*question.places, *_unheard_places(question, text))):
        yield Veto.PLACE
    if _absence(question, best)[1] > _ABSENT:
        yield Veto.WORDS
    if not _holds_kind(question, best.record.text) or not _holds_post(question, best):
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
    counted = _COUNTED.search(question.text)
    if counted is None:
        return True
    count = slots.han_number(counted[1]) if not counted[1].isdigit() else float(counted[1])
    listed = max(text.count("、") + 1, len(_ORDINAL.findall(text)))
    return not count or count < _MANY or listed >= count


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


_SPECIAL = frozenset({"formality", "phone", "price", "age", "clock", "address"})
_COUNTED = re.compile(r"哪(\d{1,3}|[三四五六七八九十]{1,3})")
_ORDINAL = re.compile(r"[一二三四五六七八九十]{1,2}是")
_MANY = 3


def _unheard_places(question: Question, text: str) -> Iterator[str]:
    """Places named in the question by a word that neither the dictionary nor the article knows,
    as it is written or as it sounds: 濠南小区, 海门区."""
    sound = sounding(text)
    for match in _PLACE.finditer(question.core):
        if set(match["name"]) & _NO_NAME:
            continue
        name = match["name"]
        common = is_word(name) and rarity(name) < _NAME
        if not common and name not in text and sounding(name) not in sound:
            yield match[0]


def _unheard(question: Question, best: Scored, library: Library) -> bool:
    """Whether the question names a year of which the whole article says nothing."""
    issued = library.issued(best.record)
    asked = slots.years(question.core, issued)
    if not asked:
        return False
    said = slots.years(library.surroundings(best.record), issued)
    if issued is not None and asked.absolute & {issued.year, issued.year - 1}:
        return False
    if asked.absolute:
        return not asked.absolute & said.absolute
    return False
