"""What of a question to look for in a text, and how surely it stands there.

Cues are the question's terms and, because typing errors and segmentation break words, the pairs
of neighbouring characters. Each has a weight: its rarity in the content times its importance in
the question.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.index import Index
from knowledge.question import Question, Term
from knowledge.text import bigrams, is_han, sounding

SYNONYM, SOUND, PART = 0.9, 0.75, 0.6  # how much a match by meaning, by sound, in part counts

Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """A question made ready for comparing. `terms` and `pairs` come with weight vectors of the
    same lengths; `sounds` holds how each pair sounds, "" where sound cannot tell."""

    question: Question
    terms: tuple[Term, ...]
    term_weights: Row
    pairs: tuple[str, ...]
    sounds: tuple[str, ...]
    pair_weights: Row

    @classmethod
    def of(cls, question: Question, index: Index) -> Cues:
        """The cues of a question with their rarity in the content behind `index`."""
        weights = [term.weight * (0.3 + 0.7 * _rarity(term, index)) for term in question.terms]
        pairs = _pairs(question)
        return cls(
            question=question,
            terms=question.terms,
            term_weights=np.array(weights, dtype=np.float64),
            pairs=tuple(pairs),
            sounds=tuple(sounding(p) if is_han(p[0]) and is_han(p[1]) else "" for p in pairs),
            pair_weights=np.array(
                [weight * (0.3 + 0.7 * index.rarity(pair)) for pair, weight in pairs.items()],
                dtype=np.float64,
            ),
        )

    def terms_in(self, text: str, sound: str) -> Row:
        """How surely each term stands in a comparable text that sounds like `sound`."""
        return np.array([presence(term, text, sound) for term in self.terms], dtype=np.float64)

    def pairs_in(self, text: str, sound: str) -> Row:
        """How surely each pair stands in a comparable text."""
        return np.array(
            [
                1.0 if pair in text else SOUND if heard and heard in sound else 0.0
                for pair, heard in zip(self.pairs, self.sounds, strict=True)
            ],
            dtype=np.float64,
        )


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
        return PART * sum(pair in text for pair in pairs) / len(pairs)
    return 0.0


def _rarity(term: Term, index: Index) -> float:
    """The rarity of the commonest form in which a term stands in the content."""
    forms = [form for form in (term.text, *term.others) if index.holds(form)]
    return min((index.rarity(form) for form in forms), default=1.0)


def _pairs(question: Question) -> dict[str, float]:
    """The question's pairs of characters, asking words left out, each with the importance of the
    words that it lies in."""
    masked = list(question.text)
    for start, end in question.asked_at:
        masked[start:end] = " " * (end - start)
    strength = [0.05] * len(masked)
    for term in question.terms:
        for at in range(term.start, min(term.end, len(strength))):
            strength[at] = max(strength[at], term.weight)
    text = "".join(masked)
    pairs: dict[str, float] = {}
    for at in range(len(text) - 1):
        pair = text[at : at + 2]
        if bigrams(pair):
            weight = min(strength[at], strength[at + 1]) + 0.05
            pairs[pair] = max(pairs.get(pair, 0.0), weight)
    return pairs
