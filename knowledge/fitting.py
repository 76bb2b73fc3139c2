"""Fit the weights of ranking and judging on reading-comprehension sets (SQuAD form).

    python -m knowledge.fitting SET.json [SET.json …] [--limit N]

Ranking: of the candidates of a question, those that hold the gold answer should come first; the
weights maximise the log of the share that a softmax gives them. Judging: a logistic regression
on whether the best candidate holds the gold answer, over questions asked of a content that holds
everything, of one from which the sentence with the answer was taken out, and of one from which
the whole paragraph was. Both with an L2 penalty. Writes weights.yaml; weights that such sets
cannot show (curated questions, headlines) are kept as they stand there.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge import words
from knowledge.content import load
from knowledge.index import Index
from knowledge.judge import weigh
from knowledge.matcher import Matcher
from knowledge.question import understand
from knowledge.records import Library, arrange
from knowledge.sentences import divide
from knowledge.text import comparable
from knowledge.weights import EVIDENCE, FEATURES, FILE, Weights, weights

KEPT = ("headline", "margin_note", "variant")  # not fitted: hand-set in weights.yaml
KEPT_JUDGING = ("variant", "focus")  # such sets hardly ask 哪些材料 of what names none
FALLS = ("bias", "absent", "absent_share", "length")  # may be negative; the others only help
_PRIOR = 0.7  # share of residents' questions that the bulletin answers
_PENALTY = 1e-3
_STEPS = 3000

Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set, the number of its paragraph and the comparable gold answers."""

    question: str
    paragraph: int
    gold: tuple[str, ...]


def read_set(path: Path) -> tuple[list[str], list[Asked]]:
    """The paragraphs and questions of a set in SQuAD form."""
    paragraphs: list[str] = []
    asked: list[Asked] = []
    for entry in json.loads(path.read_text(encoding="utf-8-sig"))["data"]:
        for paragraph in entry["paragraphs"]:
            paragraphs.append(paragraph["context"])
            for qa in paragraph["qas"]:
                gold = tuple({comparable(str(answer["text"])) for answer in qa["answers"]})
                asked.append(Asked(qa["question"], len(paragraphs) - 1, gold))
    return paragraphs, asked


class Stand:
    """A content made of paragraphs, ready to be asked."""

    def __init__(self, paragraphs: Iterable[tuple[int, str]], fitted: Weights) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for number, text in paragraphs:
                Path(folder, f"{number:05}.txt").write_text(text, encoding="utf-8")
            self.library: Library = arrange(load(Path(folder)), extracting=False)
        self._segmenter = words.Segmenter()
        self._index = Index(self.library, self._segmenter)
        self.fitted = fitted

    def rank(self, asked: Asked) -> tuple[Rows, NDArray[np.bool_], Rows]:
        """The candidates' features, which of them hold the gold answer, and the evidence for the
        first, all in the order of the ranking."""
        question = understand(asked.question, self._segmenter)
        ranked = Matcher(self.library, self._index, self.fitted).rank(question)
        if not ranked:
            empty = np.zeros((0, len(FEATURES)))
            return empty, np.zeros(0, dtype=bool), np.zeros(0)
        return (
            np.array([scored.features for scored in ranked]),
            np.array([any(g in scored.record.text for g in asked.gold) for scored in ranked]),
            np.array(weigh(question, ranked, self.library)),
        )


def fit_ranking(groups: Sequence[tuple[Rows, NDArray[np.bool_]]], start: Rows) -> Rows:
    """Weights that put the right candidates first: listwise softmax, Adam."""
    free = np.array([name not in KEPT for name in FEATURES])
    features = np.concatenate([rows for rows, _ in groups])
    right = np.concatenate([hits for _, hits in groups])
    starts = np.cumsum([0, *(len(hits) for _, hits in groups[:-1])])
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

    return _descend(gradient, start, free, FEATURES)


def fit_judging(rows: Rows, right: NDArray[np.bool_], start: Rows) -> Rows:
    """Logistic regression of `right` on the evidence, its bias moved from the share of answerable
    questions among `right` to that among residents' questions."""

    def gradient(w: Rows) -> Rows:
        chance = 1 / (1 + np.exp(-np.clip(rows @ w, -30, 30)))
        slope: Rows = (rows.T @ (chance - right)) / len(right) + 2 * _PENALTY * w
        return slope

    free = np.array([name not in KEPT_JUDGING for name in EVIDENCE])
    fitted = _descend(gradient, np.where(free, 0.0, start), free, EVIDENCE)
    share = float(right.mean())
    fitted[EVIDENCE.index("bias")] += math.log(_PRIOR / (1 - _PRIOR) * (1 - share) / share)
    return fitted


def _descend(
    gradient: Callable[[Rows], Rows],
    start: Rows,
    free: NDArray[np.bool_],
    names: Sequence[str],
) -> Rows:
    """Adam, projected: a feature that speaks for a candidate never gets a negative weight."""
    helps = np.array([name not in FALLS for name in names]) & free
    w, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, _STEPS + 1):
        slope = gradient(w) * free
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        rate = 0.05 * (1 - step / (_STEPS + 1))
        w -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        w = np.where(helps, np.maximum(w, 0.0), w)
    return w


def _without_answers(paragraphs: list[str], asked: list[Asked]) -> tuple[list[str], list[Asked]]:
    """The paragraphs, each without the sentences that answer one of its questions; those
    questions."""
    chosen = {a.paragraph: a for a in asked}
    left = list(paragraphs)
    for number, one in chosen.items():
        kept = [
            sentence.text
            for sentence in divide(paragraphs[number])
            if not any(gold in comparable(sentence.text) for gold in one.gold)
        ]
        left[number] = "".join(kept)
    return left, [one for number, one in chosen.items() if left[number].strip()]


def _numbered(paragraphs: Sequence[str], keep: Iterable[int]) -> Iterator[tuple[int, str]]:
    return ((number, paragraphs[number]) for number in keep if paragraphs[number].strip())


def main() -> None:
    parser = argparse.ArgumentParser(description="fit knowledge/weights.yaml")
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=1500, help="questions of each set")
    arguments = parser.parse_args()
    chance = random.Random(3)  # noqa: S311 - a fixed sample, no secret
    fitted = weights()
    groups: list[tuple[Rows, NDArray[np.bool_]]] = []
    stands: list[tuple[Stand, list[Asked], Stand, list[Asked], Stand, set[int]]] = []
    for path in arguments.sets:
        paragraphs, asked = read_set(path)
        asked = chance.sample(asked, min(arguments.limit, len(asked)))
        whole = Stand(_numbered(paragraphs, range(len(paragraphs))), fitted)
        cut, orphans = _without_answers(paragraphs, asked)
        gone = Stand(_numbered(cut, range(len(cut))), fitted)
        kept = set(chance.sample(range(len(paragraphs)), len(paragraphs) // 2))
        half = Stand(_numbered(paragraphs, sorted(kept)), fitted)
        stands.append((whole, asked, gone, orphans, half, kept))
        found = [whole.rank(one)[:2] for one in asked]
        groups.extend((rows, hits) for rows, hits in found if hits.any())
        first = sum(bool(len(hits) and hits[0]) for _, hits in found)
        reached = sum(bool(hits.any()) for _, hits in found)
        print(f"{path.name}: before {first / len(asked):.3f}, in reach {reached / len(asked):.3f}")
    ranking = fit_ranking(groups, fitted.ranking)
    better = Weights(ranking, fitted.judging)
    rows: list[Rows] = []
    right: list[bool] = []
    for (whole, asked, gone, orphans, half, kept), path in zip(
        stands, arguments.sets, strict=True
    ):
        first = 0
        for stand, questions in ((whole, asked), (gone, orphans), (half, asked)):
            stand.fitted = better
            for one in questions:
                if stand is half and one.paragraph in kept:
                    continue
                _, hits, evidence = stand.rank(one)
                if len(hits):
                    rows.append(evidence)
                    right.append(bool(hits[0]) and stand is whole)
                    first += bool(hits[0]) and stand is whole
        print(f"{path.name}: after {first / len(asked):.3f}")
    judging = fit_judging(np.array(rows), np.array(right), fitted.judging)
    _write(ranking, judging, [path.name for path in arguments.sets], len(rows))


def _write(ranking: Rows, judging: Rows, sets: list[str], count: int) -> None:
    head = (
        f"# 由 knowledge/fitting.py 于 {date.today().isoformat()} 拟合,数据 {'、'.join(sets)},"  # noqa: DTZ011
        f"共 {count} 个问题。\n# 不参与拟合、由人定的:"
        f"ranking 的 {'、'.join(KEPT)};judging 的 {'、'.join(KEPT_JUDGING)}。\n"
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
