"""Questions with known answers, asked of libraries: what ranking and judging are fitted on.

Two kinds of source: reading-comprehension sets (SQuAD form) laid out as a content, and a content's
own curated entries. Of the latter a part of the questions is held back at a time and asked of an
index that does not know them.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.content import Content, load
from knowledge.folders import ISSUE_FILE
from knowledge.index import index_of
from knowledge.judge import weigh
from knowledge.library import Library
from knowledge.matcher import Matcher
from knowledge.model import Quote
from knowledge.own_words import segmenter_knowing
from knowledge.question import understand
from knowledge.reading import Span
from knowledge.records import Record
from knowledge.sentences import divide
from knowledge.stock import stock_in_memory
from knowledge.text import comparable
from knowledge.weights import EVIDENCE, FEATURES, Weights

FOLDS = 12  # parts of a content's questions, held back one after the other

Rows = NDArray[np.float64]
Answers = Callable[[Library, Record], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and whether a record answers it."""

    question: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class Ranked:
    """The candidates' features, which of them answer, and the evidence for the first, all in the
    order of the ranking; empty where nothing was found."""

    features: Rows
    right: NDArray[np.bool_]
    evidence: Rows


class Trial:
    """Questions for one library."""

    def __init__(self, name: str, content: Content, asked: Iterable[Asked], *, extracting: bool):
        self.name = name
        self.asked = tuple(asked)
        stock = stock_in_memory(content, extracting=extracting)
        self._library = stock.library
        self._segmenter = segmenter_knowing(stock.own_words())
        self._index = index_of(stock, self._segmenter)

    def rank(self, fitted: Weights) -> Iterator[Ranked]:
        """The ranking of each question."""
        matcher = Matcher(self._index, fitted)
        for one in self.asked:
            question = understand(one.question, self._segmenter)
            ranked = matcher.rank(question)
            if not ranked:
                yield Ranked(
                    np.zeros((0, len(FEATURES))),
                    np.zeros(0, dtype=bool),
                    np.zeros(len(EVIDENCE)),
                )
                continue
            yield Ranked(
                np.array([scored.features for scored in ranked]),
                np.array([one.answers(self._library, scored.record) for scored in ranked]),
                np.array(weigh(question, ranked, self._library)),
            )


def _nothing(_library: Library, _record: Record) -> bool:
    """No record answers: what would was taken out."""
    return False


@dataclass(frozen=True, slots=True)
class _Gold:
    question: str
    paragraph: int
    gold: tuple[str, ...]

    def asked(self) -> Asked:
        return Asked(
            self.question, lambda _, record: any(gold in record.text for gold in self.gold)
        )

    def lost(self) -> Asked:
        return Asked(self.question, _nothing)


def set_trials(file: Path, limit: int, chance: random.Random) -> Iterator[Trial]:
    """Questions of a set asked of all its paragraphs, of those without the answering sentences,
    and of half of the paragraphs."""
    paragraphs, golds = _read_set(file)
    golds = chance.sample(golds, min(limit, len(golds)))
    whole = _paragraphs(enumerate(paragraphs))
    yield Trial(file.name, whole, [one.asked() for one in golds], extracting=False)
    chosen = {one.paragraph: one for one in golds}
    cut = {number: _without(paragraphs[number], one.gold) for number, one in chosen.items()}
    rest = [(number, cut.get(number, text)) for number, text in enumerate(paragraphs)]
    orphans = [one.lost() for number, one in chosen.items() if cut[number].strip()]
    yield Trial(f"{file.name}, sentence gone", _paragraphs(rest), orphans, extracting=False)
    kept = set(chance.sample(range(len(paragraphs)), len(paragraphs) // 2))
    half = _paragraphs((number, paragraphs[number]) for number in sorted(kept))
    strangers = [one.lost() for one in golds if one.paragraph not in kept]
    yield Trial(f"{file.name}, paragraph gone", half, strangers, extracting=False)


def _read_set(file: Path) -> tuple[list[str], list[_Gold]]:
    paragraphs: list[str] = []
    golds: list[_Gold] = []
    for entry in json.loads(file.read_text(encoding="utf-8-sig"))["data"]:
        for paragraph in entry["paragraphs"]:
            paragraphs.append(paragraph["context"])
            for qa in paragraph["qas"]:
                gold = tuple({comparable(str(answer["text"])) for answer in qa["answers"]})
                golds.append(_Gold(qa["question"], len(paragraphs) - 1, gold))
    return paragraphs, golds


def _without(paragraph: str, gold: Sequence[str]) -> str:
    """A paragraph without the sentences that hold the answer."""
    sentences = (sentence.text for sentence in divide(paragraph))
    return "".join(text for text in sentences if not any(g in comparable(text) for g in gold))


def _paragraphs(numbered: Iterable[tuple[int, str]]) -> Content:
    with tempfile.TemporaryDirectory() as folder:
        for number, text in numbered:
            if text.strip():
                Path(folder, f"{number:05}.txt").write_text(text, encoding="utf-8")
        return load(Path(folder))


def content_trials(folder: Path, limit: int, chance: random.Random) -> Iterator[Trial]:
    """Questions of a content's curated entries, each asked of the content without it and others
    like it, of its pages alone, and of its pages without what answers it."""
    content = load(folder)
    asked = [(q, entry) for entry in content.entries for q in entry.questions if entry.quotes]
    asked = chance.sample(asked, min(limit, len(asked)))
    pages = replace(content, entries=())
    alone = [Asked(question, _quoting(entry.quotes)) for question, entry in asked]
    yield Trial(f"{folder.name}, pages alone", pages, alone, extracting=True)
    for fold in range(FOLDS):
        held = asked[fold::FOLDS]
        away = {question for question, _ in held}
        kept = []
        for entry in content.entries:
            mine = tuple(question for question in entry.questions if question not in away)
            kept.append(replace(entry, questions=mine or entry.questions[:1]))
        name = f"{folder.name} {fold + 1}/{FOLDS}"
        rest = replace(content, entries=tuple(kept))
        yield Trial(name, rest, alone[fold::FOLDS], extracting=True)
        gone = [quote for _, entry in held for quote in entry.quotes]
        lost = [Asked(question, _nothing) for question, _ in held]
        yield Trial(f"{name}, quotes gone", _pages_without(content, gone), lost, extracting=True)


def _quoting(quotes: Sequence[Quote]) -> Answers:
    spans = [(quote.file, span) for quote in quotes for span in quote.spans]

    def answers(library: Library, record: Record) -> bool:
        return any(
            quote.file == file and span.meets(ours)
            for quote in library.quotes(record)
            for ours in quote.spans
            for file, span in spans
        )

    return answers


def _pages_without(content: Content, gone: Sequence[Quote]) -> Content:
    """The pages of a content without the sentences that hold some quotations, and without its
    curated entries."""
    spans = [(quote.file, span) for quote in gone for span in quote.spans]
    with tempfile.TemporaryDirectory() as folder:
        for issue in content.issues:
            here = Path(folder, issue.id)
            here.mkdir()
            head = (content.root / issue.id / ISSUE_FILE).read_text(encoding="utf-8")
            (here / ISSUE_FILE).write_text(head, encoding="utf-8")
            for page in issue.pages:
                mine = [span for file, span in spans if file == page.file]
                text = _cut_out(page.source, mine)
                (here / page.file.name).write_text(text, encoding="utf-8")
        return load(Path(folder))


_SENTENCE_END = "。！？!?\n"


def _cut_out(source: str, spans: Iterable[Span]) -> str:
    """A text without the sentences in which the spans lie."""
    keep = [True] * len(source)
    for span in spans:
        start = max(source.rfind(mark, 0, span.start) for mark in _SENTENCE_END) + 1
        ends = [at for mark in _SENTENCE_END if (at := source.find(mark, span.end - 1)) >= 0]
        for at in range(start, min(ends, default=len(source) - 1) + 1):
            keep[at] = source[at] == "\n"
    return "".join(char for char, kept in zip(source, keep, strict=True) if kept)
