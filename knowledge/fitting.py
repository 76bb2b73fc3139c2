"""Fit the weights of ranking and judging.

    python -m knowledge.fitting SET.json … --content FOLDER [--limit N] [--questions N]

Ranking: of the candidates of a question, those that answer it should come first; the weights
maximise the log of the share that a softmax gives them. Judging: a logistic regression on
whether the best candidate answers, over questions asked of a content that holds everything, of
one from which the sentence with the answer was taken out, and of one from which the whole
paragraph was. Both with an L2 penalty. Writes weights.yaml.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import yaml

from knowledge.training import Ranked, Rows, Trial, content_trials, set_trials
from knowledge.weights import EVIDENCE, FEATURES, FILE, Weights, weights

FALLS = {"bias", "absent", "absent_share", "length", "margin_note"}  # may be negative
_PRIOR = 0.7  # share of residents' questions that the bulletin answers
_PENALTY = 1e-3
_STEPS = 3000


def fit_ranking(groups: Sequence[Ranked], start: Rows) -> Rows:
    """Weights that put the right candidates first: listwise softmax, Adam."""
    features = np.concatenate([group.features for group in groups])
    right = np.concatenate([group.right for group in groups])
    starts = np.cumsum([0, *(len(group.right) for group in groups[:-1])])
    sizes = np.diff([*starts, len(right)])
    owner = np.repeat(np.arange(len(groups)), sizes)

    def gradient(w: Rows) -> Rows:
        scores = features @ w
        scores -= np.maximum.reduceat(scores, starts)[owner]
        force = np.exp(scores)
        everything = np.add.reduceat(force, starts)[owner]
        hitting = np.add.reduceat(force * right, starts)[owner]
        pull = force / everything - force * right / hitting
        slope: Rows = (features.T @ pull) / len(groups) + 2 * _PENALTY * w
        return slope

    return _descend(gradient, start, FEATURES)


def fit_judging(rows: Rows, right: Rows) -> Rows:
    """Logistic regression of `right` (0 or 1 for each row) on the evidence, its bias moved from
    the share of answerable questions among `right` to that among residents' questions."""

    def gradient(w: Rows) -> Rows:
        chance = 1 / (1 + np.exp(-np.clip(rows @ w, -30, 30)))
        slope: Rows = (rows.T @ (chance - right)) / len(right) + 2 * _PENALTY * w
        return slope

    fitted = _descend(gradient, np.zeros(len(EVIDENCE)), EVIDENCE)
    share = float(right.mean())
    fitted[EVIDENCE.index("bias")] += math.log(_PRIOR / (1 - _PRIOR) * (1 - share) / share)
    return fitted


def _descend(gradient: Callable[[Rows], Rows], start: Rows, names: Sequence[str]) -> Rows:
    """Adam, projected: a feature that speaks for a candidate never gets a negative weight."""
    helps = np.array([name not in FALLS for name in names])
    w, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, _STEPS + 1):
        slope = gradient(w)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        rate = 0.05 * (1 - step / (_STEPS + 1))
        w -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        w = np.where(helps, np.maximum(w, 0.0), w)
    return w


def _trials(arguments: argparse.Namespace) -> Iterator[Trial]:
    chance = random.Random(3)  # noqa: S311 - a fixed sample, no secret
    for path in arguments.sets:
        yield from set_trials(path, arguments.limit, chance)
    if arguments.content is not None:
        yield from content_trials(arguments.content, arguments.questions, chance)


def _firsts(trial: Trial, ranked: Sequence[Ranked], when: str) -> None:
    first = sum(bool(len(one.right) and one.right[0]) for one in ranked)
    reached = sum(bool(one.right.any()) for one in ranked)
    if reached:
        total = len(ranked)
        print(f"{trial.name}: {when} {first / total:.3f}, in reach {reached / total:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="fit knowledge/weights.yaml")
    parser.add_argument("sets", nargs="*", type=Path)
    parser.add_argument("--content", type=Path, help="a content folder with curated entries")
    parser.add_argument("--limit", type=int, default=1000, help="questions of each set")
    parser.add_argument("--questions", type=int, default=600, help="questions of the content")
    arguments = parser.parse_args()
    fitted = weights()
    trials = list(_trials(arguments))
    groups: list[Ranked] = []
    for trial in trials:
        ranked = list(trial.rank(fitted))
        _firsts(trial, ranked, "before")
        groups.extend(one for one in ranked if one.right.any())
    better = Weights(fit_ranking(groups, fitted.ranking), fitted.judging)
    rows: list[Rows] = []
    right: list[bool] = []
    for trial in trials:
        ranked = list(trial.rank(better))
        _firsts(trial, ranked, "after")
        found = [one for one in ranked if len(one.right)]
        rows.extend(one.evidence for one in found)
        right.extend(bool(one.right[0]) for one in found)
    judging = fit_judging(np.array(rows), np.array(right, dtype=np.float64))
    sources = [path.name for path in arguments.sets]
    if arguments.content is not None:
        sources.append(f"{arguments.content.name}/ 的人工条目")
    _write(better.ranking, judging, sources, len(rows))


def _write(ranking: Rows, judging: Rows, sources: list[str], count: int) -> None:
    head = (
        f"# 由 knowledge/fitting.py 于 {date.today().isoformat()} 拟合,数据 {'、'.join(sources)},"  # noqa: DTZ011
        f"共 {count} 次提问。\n"
    )
    body = yaml.safe_dump(
        {
            "ranking": {n: round(float(v), 4) for n, v in zip(FEATURES, ranking, strict=True)},
            "judging": {n: round(float(v), 4) for n, v in zip(EVIDENCE, judging, strict=True)},
        },
        sort_keys=False,
    )
    FILE.write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    main()
