"""How far confidence can be trusted: does it rank, what does it cost, how is it spread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """If everything from `confidence` up were answered: the part of all questions answered
    (`coverage`), and the part of those answers that is wrong (`risk`), both from 0 to 1."""

    confidence: float
    coverage: float
    risk: float


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The chance that one of `positive` is above one of `negative`, ties counting half (the
    Mann-Whitney statistic over the number of pairs); None where either is empty."""
    if not positive or not negative:
        return None
    ranked = sorted([(value, True) for value in positive] + [(value, False) for value in negative])
    ranks, before = 0.0, 0
    for _, tied in groupby(ranked, key=lambda pair: pair[0]):
        labels = [label for _, label in tied]
        ranks += sum(labels) * (before + (len(labels) + 1) / 2)  # all get their mean rank
        before += len(labels)
    count = len(positive)
    return (ranks - count * (count + 1) / 2) / (count * len(negative))


def risk_curve(asked: Iterable[tuple[float, bool]]) -> tuple[Point, ...]:
    """One point for each confidence that occurs, the highest first; `asked` pairs a confidence
    with whether an answer would be right."""
    ranked = sorted(asked, key=lambda pair: -pair[0])
    points, covered, wrong = [], 0, 0
    for confidence, tied in groupby(ranked, key=lambda pair: pair[0]):
        rights = [right for _, right in tied]
        covered += len(rights)
        wrong += rights.count(False)
        points.append(
            Point(confidence=confidence, coverage=covered / len(ranked), risk=wrong / covered)
        )
    return tuple(points)


def histogram(values: Iterable[float], bins: int) -> tuple[int, ...]:
    """How many of `values` (0 to 1) lie in each of `bins` equal parts; a boundary belongs to the
    part below it, as what is not answered has at most the confidence that answering takes."""
    counts = [0] * bins
    for value in values:
        counts[min(max(ceil(round(value * bins, 9)) - 1, 0), bins - 1)] += 1
    return tuple(counts)
