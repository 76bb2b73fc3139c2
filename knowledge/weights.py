"""The fitted numbers of ranking and judging, read from `weights.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import LexiconError, Problem
from knowledge.own_yaml import read_own

FILE = Path(__file__).parent / "weights.yaml"
FEATURES = (
    "covered_inside",  # share of the question's words that the record holds, by their rarity
    "covered_around",  # with the passage, headline and subhead
    "covered_beside",  # with the sentences before and after
    "pairs",  # share of the question's pairs of characters
    "pairs_inside",
    "pairs_around",
    "found",  # BM25 of the record against the best record
    "passage",  # BM25 of the passage against the best passage
    "alike",  # best partial likeness of the strings
    "focus",  # what is asked for by name stands in it
    "near",  # a number stands near the words asked about
    "holds",  # the kind of thing asked for stands in it
    "holds_strictly",  # every kind that an answer cannot do without
    "length",
    "pairs_and_holds",
    "margin_note",  # a caption or byline
    "year",  # speaks of the year asked for
    "variant",  # likeness to a question of the entry
    "questions",  # share of the words that the entry's questions hold between them
    "questions_pairs",
    "beyond",  # share of the words that the opening of the passage does not hold
    "asked_inside",  # share of the words by rarity in the passage and closeness to what asks
    "defines",  # says of a word of the question what it is
    "noun",  # names a thing of the class asked for
)
EVIDENCE = (
    "bias",
    "margin",  # ahead of the best match that quotes another place
    "level",  # BM25 of the record against the highest that the question could reach
    "passage_level",
    "absent",  # weight of the heaviest word that stands nowhere near
    "absent_share",  # share of the words' weight that stands nowhere near
    "covered_inside",
    "covered_around",
    "pairs",
    "pairs_inside",
    "pairs_around",
    "found",
    "passage",
    "alike",
    "focus",
    "near",
    "holds",
    "holds_strictly",
    "year",
    "variant",
    "questions",
    "questions_pairs",
    "beyond",
    "asked_inside",
    "defines",
    "noun",
)


@dataclass(frozen=True, slots=True)
class Weights:
    """`ranking` has one number for each of FEATURES, `judging` for each of EVIDENCE."""

    ranking: NDArray[np.float64]
    judging: NDArray[np.float64]


@cache
def weights(file: Path = FILE) -> Weights:
    """The weights of `file`, read once. Raises LexiconError when features and file differ."""
    data = read_own(file.read_text(encoding="utf-8"))
    if tuple(data["ranking"]) != FEATURES or tuple(data["judging"]) != EVIDENCE:
        raise LexiconError(Problem(file=file, message="权重与程序的特征不一致，请重新拟合"))
    return Weights(
        np.array([float(value) for value in data["ranking"].values()]),
        np.array([float(value) for value in data["judging"].values()]),
    )
