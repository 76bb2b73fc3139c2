"""Candidates → ranked matches, each with the features that explain its score.

The score is the sum of the features times the weights of `weights.yaml`, which a script fitted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from knowledge.cues import Cues
from knowledge.entries import ABOUT, SECTIONS
from knowledge.features import measure
from knowledge.index import Candidates, Index
from knowledge.question import Question
from knowledge.records import HEADLINE, NOWHERE, Record
from knowledge.weights import FEATURES, Weights

_TITLES = frozenset({HEADLINE, ABOUT, SECTIONS})
_NEAR_PASSAGE, _NEAR_ARTICLE = 1.0, 0.4  # head start beside what was last spoken of
_PASSAGE = FEATURES.index("passage")
_EQUAL = 9  # decimals in which scores must agree to be equal


class Scored(NamedTuple):
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
        candidates = [
            (record, share)
            for record, share in found.records
            # a title names the subject, and the body says it
            if question.about_articles or record.kind not in _TITLES
        ]
        if not candidates:
            return []
        measured = measure(Cues.of(question, self._index), candidates, found)
        scores = np.round(measured.features @ self._weights.ranking, _EQUAL).tolist()
        rows = zip(
            candidates,
            scores,
            *(part.tolist() for part in (measured.features, measured.own, measured.around)),
            strict=True,
        )
        bare = question.bare
        scored = []
        for (record, share), score, features, own, around in rows:
            scored.append(
                Scored(
                    record=record,
                    features=tuple(features),
                    score=score + _head_start(record, beside, found),
                    own=tuple(own),
                    around=tuple(around),
                    level=share * found.record_level,
                    passage_level=features[_PASSAGE] * found.passage_level,
                    vouched=bare in record.vouched,
                )
            )
        return sorted(scored, key=lambda match: (not match.vouched, -match.score))


def _head_start(record: Record, beside: int | None, found: Candidates) -> float:
    """What a record gains by standing near the passage that was last spoken of."""
    if beside is None or record.passage == NOWHERE:
        return 0.0
    if record.passage == beside:
        return _NEAR_PASSAGE
    same = found.passages[beside].of == found.passages[record.passage].of
    return _NEAR_ARTICLE if same else 0.0
