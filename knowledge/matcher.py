"""Candidates → ranked matches, each with the features that explain its score.

The score is the sum of the features times the weights of `weights.yaml`, which a script fitted.
The features follow what was learned about ranking sentences: coverage of the question's cues by
rarity, rarity counted inside the passage as well, the words around, what is asked for against
what the sentence holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from knowledge import slots
from knowledge.cues import PART, SYNONYM, Cues, Row
from knowledge.entries import ABOUT, SECTIONS
from knowledge.holdings import holds, names_one_of, numbers
from knowledge.index import Candidates, Index
from knowledge.question import Question
from knowledge.records import BYLINE, CAPTION, HEADLINE, NOWHERE, Passage, Record
from knowledge.text import sounding
from knowledge.weights import Weights

_TITLES = frozenset({HEADLINE, ABOUT, SECTIONS})
_NEAR_PASSAGE, _NEAR_ARTICLE = 1.0, 0.4  # head start beside what was last spoken of
_QUANTITIES = frozenset({"how_many", "price", "age", "duration"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A candidate with its features (in the order of FEATURES) and score; `own` and `around` say
    how surely each term of the question stands in it, and in it or its passage; `level` and
    `passage_level` are its BM25 scores as shares of the highest that the question could reach;
    `vouched` whether an editor wrote this very question for it."""

    record: Record
    features: tuple[float, ...]
    score: float
    own: tuple[float, ...]
    around: tuple[float, ...]
    level: float
    passage_level: float
    vouched: bool


class Matcher:
    """Ranks the candidates of one index."""

    def __init__(self, index: Index, weights: Weights) -> None:
        self._index = index
        self._weights = weights

    def rank(self, question: Question, near: Record | None = None) -> list[Scored]:
        """The candidates of a question, best first. In a conversation `near` is what was spoken
        of last: its paragraph and article get a head start."""
        beside = near.passage if near is not None and near.passage != NOWHERE else None
        found = self._index.candidates(question, () if beside is None else (beside,))
        if not found.records:
            return []
        cues = Cues.of(question, self._index)
        surroundings: dict[int, _Surroundings] = {}
        scored = []
        for record, share in found.records:
            if record.kind in _TITLES and not question.about_articles:
                continue  # a title names the subject, and the body says it
            around = surroundings.get(record.passage)
            if around is None:
                around = self._surroundings(cues, record.passage, found)
                surroundings[record.passage] = around
            scored.append(self._score(cues, record, around, share, beside, found))
        return sorted(scored, key=lambda match: (not match.vouched, -match.score))

    def _score(
        self,
        cues: Cues,
        record: Record,
        around: _Surroundings,
        share: float,
        beside: int | None,
        found: Candidates,
    ) -> Scored:
        features, own, everywhere = _features(cues, record, around, share)
        score = float(features @ self._weights.ranking)
        if beside is not None and record.passage == beside:
            score += _NEAR_PASSAGE
        elif beside is not None and around.article == found.passages[beside].of:
            score += _NEAR_ARTICLE
        return Scored(
            record=record,
            features=tuple(map(float, features)),
            score=score,
            own=tuple(map(float, own)),
            around=tuple(map(float, everywhere)),
            level=share * found.record_level,
            passage_level=around.score * found.passage_level,
            vouched=cues.question.bare in record.vouched,
        )

    def _surroundings(self, cues: Cues, number: int, found: Candidates) -> _Surroundings:
        """What a passage lends to each of its records."""
        if number == NOWHERE:
            return _Surroundings.nowhere(cues)
        passage = found.passages[number]
        inside = {record.number: record for record in passage.sentences}
        terms = [cues.terms_in(record.text, record.sound) for record in inside.values()]
        pairs = [cues.pairs_in(record.text, record.sound) for record in inside.values()]
        sound = sounding(passage.text)
        heading = cues.terms_in(passage.heading, "")
        return _Surroundings(
            passage=passage,
            score=found.shares.get(number, 0.0),
            rows={at: row for row, at in enumerate(inside)},
            terms=np.array(terms),
            pairs=np.array(pairs),
            term_rarity=_rarity_inside(np.array(terms)),
            pair_rarity=_rarity_inside(np.array(pairs)),
            whole=np.maximum(cues.terms_in(passage.text, sound), SYNONYM * heading),
            whole_pairs=cues.pairs_in(passage.heading + passage.text, sound),
            beyond=1 - np.maximum(np.array(terms)[0] if terms else 0.0, heading),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
    """A passage seen by a question: `terms` and `pairs` have a row for each sentence."""

    passage: Passage | None
    score: float
    rows: dict[int, int]
    terms: Row
    pairs: Row
    term_rarity: Row
    pair_rarity: Row
    whole: Row
    whole_pairs: Row
    beyond: Row

    @property
    def article(self) -> tuple[int, int, int] | None:
        return self.passage.of if self.passage is not None else None

    @classmethod
    def nowhere(cls, cues: Cues) -> _Surroundings:
        """What surrounds an answer that stands in no page."""
        terms, pairs = len(cues.terms), len(cues.pairs)
        return cls(
            passage=None,
            score=0.0,
            rows={},
            terms=np.zeros((0, terms)),
            pairs=np.zeros((0, pairs)),
            term_rarity=np.ones(terms),
            pair_rarity=np.ones(pairs),
            whole=np.zeros(terms),
            whole_pairs=np.zeros(pairs),
            beyond=np.ones(terms),
        )

    def beside(self, number: int) -> Row:
        """How surely each term stands in a record or the sentences before and after it."""
        row = self.rows.get(number)
        if row is None:
            return self.whole
        beside: Row = self.terms[max(0, row - 1) : row + 2].max(axis=0)
        return beside


def _rarity_inside(rows: Row) -> Row:
    """How rare each cue is among the sentences of a passage: 1 in one or none, 0 in all of many.

    A word that stands in every sentence of the passage cannot tell them apart.
    """
    count = len(rows)
    if count < 2:
        return np.ones(rows.shape[-1] if rows.ndim == 2 else 0)
    frequency = np.maximum(1, (rows > PART).sum(axis=0))
    rarity: Row = np.log(1 + count / frequency) / math.log(1 + count)
    return rarity


def _features(
    cues: Cues, record: Record, around: _Surroundings, found: float
) -> tuple[Row, Row, Row]:
    """One row of FEATURES, and how surely each term stands in the record and in its passage."""
    question = cues.question
    own, pairs, likeness = _own(cues, record, around)
    everywhere = np.maximum(own, around.whole)
    paired = _share(pairs, cues.pair_weights)
    paired_inside = _share(pairs, cues.pair_weights * around.pair_rarity)
    held = max((holds(kind, record.text) for kind in question.asks), default=0.5)
    row = [
        _share(own, cues.term_weights * around.term_rarity),
        _share(everywhere, cues.term_weights),
        _share(np.maximum(own, around.beside(record.number)), cues.term_weights),
        paired,
        paired_inside,
        _share(np.maximum(pairs, around.whole_pairs), cues.pair_weights),
        found,
        around.score,
        fuzz.partial_ratio(question.core, record.text) / 100 if question.core else 0.0,
        _focus(question, own),
        _near(cues, record, own),
        held,
        min((holds(kind, record.text) for kind in question.strict), default=0.5),
        min(1.0, math.log(1 + len(record.text)) / math.log(300)),
        paired_inside * held,
        float(record.kind in (BYLINE, CAPTION)),
        _year(question, record, around),
        likeness,
        *_asked_before(cues, record),
        _share(own, cues.term_weights * around.beyond),
        _share(own, cues.term_weights * cues.closeness * around.term_rarity),
        _defines(question, record.text),
        names_one_of(question.noun, record.text) if question.noun else 0.5,
    ]
    return np.array(row), own, everywhere


def _own(cues: Cues, record: Record, around: _Surroundings) -> tuple[Row, Row, float]:
    """How surely terms and pairs stand in a record, or in the likest of its own questions; and
    how like that question is."""
    row = around.rows.get(record.number)
    if row is not None:
        return around.terms[row], around.pairs[row], 0.0
    own = cues.terms_in(record.text, record.sound)
    pairs = cues.pairs_in(record.text, record.sound)
    variant, likeness = _likest_variant(cues, record)
    if variant:
        sound = sounding(variant)
        own = np.maximum(own, SYNONYM * cues.terms_in(variant, sound))
        pairs = np.maximum(pairs, SYNONYM * cues.pairs_in(variant, sound))
    return own, pairs, likeness


def _likest_variant(cues: Cues, record: Record) -> tuple[str, float]:
    """The question of an entry that is likest to what is asked, and how like it is, 0 to 1."""
    likest = process.extractOne(cues.question.core, record.variants, scorer=fuzz.ratio)
    return (likest[0], likest[1] / 100) if likest is not None else ("", 0.0)


def _asked_before(cues: Cues, record: Record) -> tuple[float, float]:
    """The shares of the question's words and pairs that the questions of an entry hold between
    them; 0 for what has none."""
    if not record.variants:
        return 0.0, 0.0
    terms = cues.terms_in(record.questions, record.questions_sound)
    pairs = cues.pairs_in(record.questions, record.questions_sound)
    return _share(terms, cues.term_weights), _share(pairs, cues.pair_weights)


def _share(presences: Row, weights: Row) -> float:
    """The share of the weights that is present."""
    total = float(weights.sum())
    return float(presences @ weights) / total if total else 0.0


def _focus(question: Question, own: Row) -> float:
    """How surely what is asked for by name stands in the record; 0.5 when nothing is named."""
    if not question.focus:
        return 0.5
    return max(float(own[question.terms.index(term)]) for term in question.focus)


_DEFINES = (
    "是",
    "指",
    "即",
    "为",
    "又称",
    "又名",
    "简称",
    "亦称",
    "俗称",
    "也叫",
    ",是",
    "(",
    "——",
    ":",
    "就是",
    "包括",
)


def _defines(question: Question, text: str) -> float:
    """Whether a record says of a word of the question what it is; 0.5 when that is not asked."""
    if not question.asks & {"define", "name"}:
        return 0.5
    for term in question.terms:
        at = text.find(term.text)
        while at >= 0:
            rest = text[at + len(term.text) :].lstrip("\"》”')」")
            if rest.startswith(_DEFINES):
                return 1.0
            at = text.find(term.text, at + 1)
    return 0.0


def _near(cues: Cues, record: Record, own: Row) -> float:
    """For a wanted quantity: how near a number stands to a word of the question, 1 side by side.

    0.5 when no quantity is wanted, 0 when none stands there.
    """
    if not cues.question.asks & _QUANTITIES:
        return 0.5
    found = numbers(record.text)
    if not found:
        return 0.0
    wanted = cues.question.focus or tuple(
        term for term, held in zip(cues.terms, own, strict=True) if held
    )
    best = 0.0
    for term in wanted:
        for form in (term.text, *term.others):
            at = record.text.find(form)
            while at >= 0:
                for number in found:
                    gap = max(number.start - at - len(form), at - number.end, 0)
                    best = max(best, 1 / (1 + gap / 6))
                at = record.text.find(form, at + 1)
    return best


def _year(question: Question, record: Record, around: _Surroundings) -> float:
    """Whether the record speaks of the year asked for: 1 it does, less beside other years, -1 of
    another, 0 unknown.

    A sentence without a year speaks of the one named last before it, in its paragraph or in the
    headline; that counts half.
    """
    passage = around.passage
    issued = passage.issued if passage is not None else None
    asked = slots.years(question.core, issued)
    if not asked:
        return 0.0
    said = slots.years(record.text, issued)
    if asked.meets(said) or asked.conflicts(said):
        return 0.5 + 0.5 * asked.share_of(said) if asked.meets(said) else -1.0
    if passage is None:
        return 0.0
    before, found, _ = passage.text.partition(record.text)
    for place in (before if found else passage.text, passage.heading):
        said = slots.latest_year(place, issued)
        if asked.meets(said) or asked.conflicts(said):
            return 0.5 if asked.meets(said) else -0.5
    return 0.0
