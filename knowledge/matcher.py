"""Candidates → ranked matches, each with the features that explain its score.

A feature is a number between 0 and 1 (a few go below 0). The score is the weighted sum with the
weights of `weights.yaml`, which a script fitted (see there). The features follow what was learned
about ranking sentences: coverage of the question's words by rarity, rarity counted inside the
passage as well, the words around, what is asked for against what the sentence holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import mul

import numpy as np
from rapidfuzz import fuzz

from knowledge import slots
from knowledge.holdings import holds, numbers
from knowledge.index import Index
from knowledge.question import Question, Term
from knowledge.records import BYLINE, CAPTION, HEADLINE, Library, Passage, Record
from knowledge.text import bigrams, is_han, sounding
from knowledge.weights import Weights

SYNONYM, SOUND, PART = 0.9, 0.75, 0.6  # how much a match by meaning, by sound, in part counts


@dataclass(frozen=True, slots=True)
class Probe:
    """A question made ready for comparing: its terms and pairs with their rarity here."""

    question: Question
    terms: tuple[tuple[Term, float], ...]
    pairs: tuple[tuple[str, str, float], ...]  # pair, its sound, weight

    @classmethod
    def of(cls, question: Question, index: Index) -> Probe:
        terms = tuple(
            (term, term.weight * (0.3 + 0.7 * _rarity(term, index))) for term in question.terms
        )
        masked = list(question.text)
        for start, end in question.asked_at:
            masked[start:end] = " " * (end - start)
        strength = [0.05] * len(masked)
        for term in question.terms:
            for at in range(term.start, min(term.end, len(strength))):
                strength[at] = max(strength[at], term.weight)
        pairs: dict[str, float] = {}
        text = "".join(masked)
        for at in range(len(text) - 1):
            pair = text[at : at + 2]
            if bigrams(pair):
                weight = min(strength[at], strength[at + 1]) + 0.05
                pairs[pair] = max(pairs.get(pair, 0), weight * (0.3 + 0.7 * index.rarity(pair)))
        return cls(
            question,
            terms,
            tuple(
                (pair, sounding(pair) if is_han(pair[0]) and is_han(pair[1]) else "", weight)
                for pair, weight in pairs.items()
            ),
        )


def _rarity(term: Term, index: Index) -> float:
    """The rarity of the commonest form in which a term stands in the content."""
    forms = [form for form in (term.text, *term.others) if index.holds(form)]
    return min((index.rarity(form) for form in forms), default=1.0)


def presence(term: Term, text: str, sound: str) -> float:
    """How surely a term stands in a text: 1 as it is, less by meaning, by sound or in part."""
    if term.text in text:
        return 1.0
    for other in term.others:
        if other in text and (len(other) > 1 or len(term.text) == 1):
            return SYNONYM
    if term.sound and term.sound in sound:
        return SOUND
    if len(term.text) >= 3 and is_han(term.text[0]):
        pairs = bigrams(term.text)
        shared = sum(pair in text for pair in pairs)
        return PART * shared / len(pairs)
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A candidate with its features (in the order of FEATURES) and score; `own` and `around` say
    how surely each term of the question stands in it, and in it or its passage."""

    record: Record
    features: tuple[float, ...]
    score: float
    own: tuple[float, ...]
    around: tuple[float, ...]


class Matcher:
    """Ranks the candidates of one library."""

    def __init__(self, library: Library, index: Index, weights: Weights) -> None:
        self._library = library
        self._index = index
        self._weights = weights

    def rank(self, question: Question) -> list[Scored]:
        """The candidates of a question, best first."""
        found = self._index.candidates(question)
        if not found.records:
            return []
        probe = Probe.of(question, self._index)
        best = max(found.passages.values(), default=0.0) or 1.0
        contexts: dict[int, _Context] = {}
        rows = []
        for number in found.records:
            record = self._library.records[number]
            context = contexts.get(record.passage)
            if context is None:
                context = self._context(probe, record.passage, found.passages, best)
                contexts[record.passage] = context
            rows.append((record, *_features(probe, record, context, number)))
        scores = np.array([features for _, features, _, _ in rows]) @ self._weights.ranking
        return [
            Scored(
                record=rows[at][0],
                features=tuple(rows[at][1]),
                score=float(scores[at]),
                own=tuple(rows[at][2]),
                around=tuple(rows[at][3]),
            )
            for at in map(int, np.argsort(-scores, kind="stable"))
        ]

    def _context(
        self, probe: Probe, number: int, scores: dict[int, float], best: float
    ) -> _Context:
        """What a passage lends to each of its records."""
        if number < 0:
            return _Context.empty(probe)
        library = self._library
        passage = library.passages[number]
        sentences = [library.records[at] for at in library.within[number]]
        sentences = [record for record in sentences if record.entry is None]
        presences = [
            [presence(term, record.text, record.sound) for term, _ in probe.terms]
            for record in sentences
        ]
        return _Context(
            passage=passage,
            score=scores.get(number, 0.0) / best,
            numbers=tuple(
                at for at in library.within[number] if library.records[at].entry is None
            ),
            presences=presences,
            inside=[
                math.log(1 + len(sentences) / max(1, sum(row[at] > 0.5 for row in presences)))
                / math.log(1 + len(sentences))
                if len(sentences) > 1
                else 1.0
                for at in range(len(probe.terms))
            ],
            whole=[
                max(
                    presence(term, passage.text, sounding(passage.text)),
                    0.9 * presence(term, passage.heading, ""),
                )
                for term, _ in probe.terms
            ],
        )


@dataclass(frozen=True, slots=True)
class _Context:
    passage: Passage | None
    score: float
    numbers: tuple[int, ...]
    presences: list[list[float]]
    inside: list[float]
    whole: list[float]

    @classmethod
    def empty(cls, probe: Probe) -> _Context:
        return cls(None, 0.0, (), [], [1.0] * len(probe.terms), [0.0] * len(probe.terms))

    def beside(self, number: int) -> list[float]:
        """The presence of each term in the sentence before or after a record."""
        if number not in self.numbers:
            return self.whole
        at = self.numbers.index(number)
        rows = self.presences[max(0, at - 1) : at + 2]
        return [max(column) for column in zip(*rows, strict=True)] if rows else self.whole


def _features(
    probe: Probe, record: Record, context: _Context, number: int
) -> tuple[list[float], list[float], list[float]]:
    """One row of FEATURES, and how surely each term stands in the record and in its passage."""
    question = probe.question
    weights = [weight for _, weight in probe.terms]
    total = sum(weights) or 1.0
    own = [presence(term, record.text, record.sound) for term, _ in probe.terms]
    variant, likeness = _likest_variant(probe, record)
    if variant:
        asked = [presence(term, variant, sounding(variant)) for term, _ in probe.terms]
        own = [max(here, SYNONYM * there) for here, there in zip(own, asked, strict=True)]
    covered = sum(map(mul, own, weights)) / total
    inner = [weight * rarity for weight, rarity in zip(weights, context.inside, strict=True)]
    whole = [max(pair) for pair in zip(own, context.whole, strict=True)]
    beside = [max(pair) for pair in zip(own, context.beside(number), strict=True)]
    pair_total = sum(weight for _, _, weight in probe.pairs) or 1.0
    paired = sum(
        weight * _pair_presence(pair, sound, record, variant)
        for pair, sound, weight in probe.pairs
    )
    held = max((holds(kind, record.text) for kind in question.asks), default=0.5)
    important = 0.5 * max(weights, default=0.0)
    row = [
        covered,
        sum(map(mul, own, inner)) / (sum(inner) or 1.0),
        sum(map(mul, whole, weights)) / total,
        sum(map(mul, beside, weights)) / total,
        paired / pair_total,
        context.score,
        fuzz.partial_ratio(question.core, record.text) / 100 if question.core else 0.0,
        _focus(question, own),
        _near(probe, record, own),
        held,
        min((holds(kind, record.text) for kind in question.strict), default=0.5),
        float(max(own, default=0.0) >= SOUND),
        min(1.0, math.log(1 + len(record.text)) / math.log(300)),
        min((o for o, w in zip(own, weights, strict=True) if w >= important), default=0.0),
        float(record.kind == HEADLINE),
        float(record.kind in (BYLINE, CAPTION)),
        covered * held,
        covered * paired / pair_total,
        _year(question, record, context),
        likeness,
    ]
    return row, own, whole


def _pair_presence(pair: str, sound: str, record: Record, variant: str) -> float:
    if pair in record.text:
        return 1.0
    if variant and pair in variant:
        return SYNONYM
    return SOUND if sound and sound in record.sound else 0.0


def _focus(question: Question, own: list[float]) -> float:
    """How surely what is asked for by name stands in the record; 0.5 when nothing is named."""
    if not question.focus:
        return 0.5
    return max(own[question.terms.index(term)] for term in question.focus)


def _near(probe: Probe, record: Record, own: list[float]) -> float:
    """For a wanted quantity: how near a number stands to a word of the question, 1 side by side.

    0.5 when no quantity is wanted, 0 when none stands there.
    """
    if not probe.question.asks & {"how_many", "price", "age", "duration"}:
        return 0.5
    found = numbers(record.text)
    if not found:
        return 0.0
    wanted = probe.question.focus or tuple(
        term for (term, _), held in zip(probe.terms, own, strict=True) if held
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


def _year(question: Question, record: Record, context: _Context) -> float:
    """Whether the record speaks of the year asked for: 1 it does, -1 of another, 0 unknown."""
    issued = context.passage.issue.issued if context.passage is not None else None
    asked = slots.years(question.text, issued)
    if not asked:
        return 0.0
    said = slots.years(record.text, issued)
    if said:
        same = asked.absolute & said.absolute or asked.relative & said.relative
        return 1.0 if same else -1.0
    if context.passage is None:
        return 0.0
    around = slots.years(context.passage.text, issued)
    if not around:
        return 0.0
    return 0.5 if asked.absolute & around.absolute or asked.relative & around.relative else -0.5


def _likest_variant(probe: Probe, record: Record) -> tuple[str, float]:
    """The question of an entry that is likest to what is asked, and how like it is, 0 to 1."""
    core = probe.question.core
    best = ("", 0.0)
    total = sum(weight for _, weight in probe.terms) or 1.0
    for variant in record.variants if core else ():
        shared = sum(weight * presence(term, variant, "") for term, weight in probe.terms)
        likeness = 0.6 * shared / total + 0.4 * fuzz.ratio(core, variant) / 100
        if likeness > best[1]:
            best = (variant, likeness)
    return best
