"""The features of candidates, a column for each over all of them.

They follow what was learned about ranking sentences: coverage of the question's cues by rarity,
rarity counted inside the passage as well, the words around, what is asked for against what the
sentence holds.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from knowledge import slots
from knowledge.cues import PART, SYNONYM, Cues, Row
from knowledge.holdings import holds, names_one_of, numbers
from knowledge.index import Candidates
from knowledge.question import Question
from knowledge.records import BYLINE, CAPTION, NOWHERE, Passage, Record
from knowledge.terms import Term
from knowledge.vocabulary import lexicon
from knowledge.weights import FEATURES
from knowledge.wording import (
    EMPTY,
    Wording,
    Wordings,
    of_passage,
    of_questions,
    of_record,
    of_variant,
)

_QUANTITIES = frozenset({"how_many", "price", "age", "duration"})

Places = NDArray[np.intp]
_Sentence = tuple[int, int, int]  # the numbers of its wording and of those before and after


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Candidates in numbers: `features` is of shape (candidates, FEATURES); `own` and `around`,
    of shape (candidates, terms), say how surely each term of the question stands in a candidate,
    and in it or its passage."""

    features: Row
    own: Row
    around: Row


def measure(cues: Cues, candidates: Sequence[tuple[Record, float]], found: Candidates) -> Measured:
    """The features of some of the records found, each given with its share."""
    question = cues.question
    records = [record for record, _ in candidates]
    passages = [found.passages.get(record.passage) for record in records]
    texts = [record.text for record in records]
    likest = [_likest_variant(question.core, record) for record in records]
    scene = _Scene(found.passages)
    for record, (variant, _) in zip(records, likest, strict=True):
        scene.add(record, variant)
    terms, pairs = cues.presence_in(Wordings(scene.wordings))
    place, setting = scene.places, scene.settings

    own = np.maximum(terms[place.text], SYNONYM * terms[place.variant])
    own_pairs = np.maximum(pairs[place.text], SYNONYM * pairs[place.variant])
    whole = np.maximum(terms[setting.text], SYNONYM * terms[setting.heading])[place.setting]
    whole_pairs = _highest(pairs, setting.text, setting.heading, setting.seam)[place.setting]
    opening = _highest(terms, setting.opening, setting.heading)[place.setting]
    beside = np.where(
        place.inside[:, None], _highest(terms, place.before, place.text, place.after), whole
    )
    by_rarity = cues.term_weights * scene.rarity(terms)[place.setting]
    pairs_inside = _share(own_pairs, cues.pair_weights * scene.rarity(pairs)[place.setting])
    around = np.maximum(own, whole)
    held = np.array([_best_held(question.asks, text) for text in texts])
    columns = {
        "covered_inside": _share(own, by_rarity),
        "covered_around": _share(around, cues.term_weights),
        "covered_beside": _share(np.maximum(own, beside), cues.term_weights),
        "pairs": _share(own_pairs, cues.pair_weights),
        "pairs_inside": pairs_inside,
        "pairs_around": _share(np.maximum(own_pairs, whole_pairs), cues.pair_weights),
        "found": [share for _, share in candidates],
        "passage": [found.shares.get(record.passage, 0.0) for record in records],
        "alike": _alike(question.core, texts),
        "focus": _focus(question, own),
        "near": [_near(question, *pair) for pair in zip(texts, own, strict=True)],
        "holds": held,
        "holds_strictly": [_worst_held(question.strict, text) for text in texts],
        "length": np.minimum(1.0, np.log1p([len(text) for text in texts]) / math.log(300)),
        "pairs_and_holds": pairs_inside * held,
        "margin_note": [record.kind in (BYLINE, CAPTION) for record in records],
        "year": _years(question, texts, passages),
        "variant": [likeness for _, likeness in likest],
        "questions": _share(terms[place.questions], cues.term_weights),
        "questions_pairs": _share(pairs[place.questions], cues.pair_weights),
        "beyond": _share(own, cues.term_weights * (1 - opening)),
        "asked_inside": _share(own, cues.closeness * by_rarity),
        "defines": [_defines(question, text) for text in texts],
        "noun": [names_one_of(question.noun, t) if question.noun else 0.5 for t in texts],
    }
    return Measured(
        features=np.column_stack([columns[name] for name in FEATURES]), own=own, around=around
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """Of each candidate: the number of its setting, whether it is one of the sentences there, and
    the numbers of the wordings that it is compared by."""

    setting: Places
    inside: Places
    text: Places
    variant: Places
    questions: Places
    before: Places
    after: Places


@dataclass(frozen=True, slots=True)
class _Settings:
    """Of each passage: the numbers of the wordings of its text, of its heading, of where the two
    meet, and of its first sentence."""

    text: Places
    heading: Places
    seam: Places
    opening: Places


class _Scene:
    """The wordings that candidates are compared by, each once; number 0 is that of an empty one,
    for what a candidate does not have, as setting 0 is for what stands in no page."""

    def __init__(self, passages: Mapping[int, Passage]) -> None:
        self.wordings = [EMPTY]
        self._passages = passages
        self._settings = [(0, 0, 0, 0)]
        self._places: list[tuple[int, ...]] = []
        self._inside: list[tuple[int, int]] = []  # wording and setting of each sentence
        self._known: dict[int, tuple[int, dict[int, _Sentence]]] = {NOWHERE: (0, {})}
        self._headings: dict[str, int] = {}

    def add(self, record: Record, variant: int) -> None:
        """Take in a candidate, with the number of that of its questions which is likest to what is
        asked."""
        setting, sentences = self._setting(record.passage)
        sentence = sentences.get(record.number)
        if sentence is not None:
            text, before, after = sentence
            self._places.append((setting, 1, text, 0, 0, before, after))
            return
        text = self._number(of_record(record))
        likest = questions = 0
        if record.variants:
            likest = self._number(of_variant(record, variant))
            questions = self._number(of_questions(record))
        self._places.append((setting, 0, text, likest, questions, 0, 0))

    def _setting(self, number: int) -> tuple[int, dict[int, _Sentence]]:
        """The number of a passage's setting, with the sentences there."""
        known = self._known.get(number)
        if known is not None:
            return known
        setting = len(self._settings)
        passage = self._passages[number]
        numbers = [
            (record.number, self._number(of_record(record))) for record in passage.sentences
        ]
        row = [0, *(at for _, at in numbers), 0]
        self._inside.extend((at, setting) for _, at in numbers)
        text, heading, seam = of_passage(passage)
        self._settings.append(
            (self._number(text), self._heading(heading), self._number(seam), row[1])
        )
        sentences = {
            record: (at, before, after)
            for (record, at), before, after in zip(numbers, row[:-2], row[2:], strict=True)
        }
        self._known[number] = (setting, sentences)
        return setting, sentences

    def _heading(self, heading: Wording) -> int:
        """The number of a heading, which stands above many passages."""
        number = self._headings.get(heading.text)
        if number is None:
            number = self._headings[heading.text] = self._number(heading)
        return number

    def _number(self, one: Wording) -> int:
        self.wordings.append(one)
        return len(self.wordings) - 1

    @property
    def places(self) -> _Places:
        return _Places(*np.array(self._places, dtype=np.intp).T)

    @property
    def settings(self) -> _Settings:
        return _Settings(*np.array(self._settings, dtype=np.intp).T)

    def rarity(self, presence: Row) -> Row:
        """How rare each cue is among the sentences of a passage, of shape (settings, cues): 1 in
        one or none, 0 in all of many.

        A word that stands in every sentence of the passage cannot tell them apart.
        """
        sentence, setting = np.array(self._inside, dtype=np.intp).reshape(-1, 2).T
        member = np.equal.outer(np.arange(len(self._settings)), setting)
        frequency = np.maximum(1, member @ (presence[sentence] > PART).astype(np.float64))
        count = np.maximum(1, member.sum(axis=1, keepdims=True))
        rarity: Row = np.log(1 + count / frequency) / np.log(1 + count)
        return rarity


def _likest_variant(core: str, record: Record) -> tuple[int, float]:
    """The number of that question of an entry which is likest to what is asked, and how like it
    is, 0 to 1; both 0 where there is none."""
    likest = process.extractOne(core, record.variants, scorer=fuzz.ratio)
    return (likest[2], likest[1] / 100) if likest is not None else (0, 0.0)


def _alike(core: str, texts: Sequence[str]) -> Row:
    """How like the core is to the part of each text that is likest to it, 0 to 1."""
    if not core:
        return np.zeros(len(texts))
    alike: Row = process.cdist([core], texts, scorer=fuzz.partial_ratio, dtype=np.float64)[0]
    return alike / 100


def _highest(presence: Row, *numbers: Places) -> Row:
    """The highest presence of each cue among wordings given by their numbers."""
    highest: Row = np.maximum.reduce([presence[one] for one in numbers])
    return highest


def _share(presence: Row, weights: Row) -> Row:
    """Of each row of presences the share of the weights that is present; 0 where none weighs."""
    total = weights.sum(axis=-1)
    share: Row = (presence * weights).sum(axis=-1) / np.where(total > 0, total, 1.0)
    return share


def _best_held(kinds: Collection[str], text: str) -> float:
    """How well a text holds one of the kinds of thing that are asked for."""
    best = 0.0 if kinds else 0.5
    for kind in kinds:
        best = max(best, holds(kind, text))
        if best == 1.0:
            break
    return best


def _worst_held(kinds: Collection[str], text: str) -> float:
    """How well a text holds all of some kinds of thing."""
    worst = 1.0 if kinds else 0.5
    for kind in kinds:
        worst = min(worst, holds(kind, text))
        if worst == 0.0:
            break
    return worst


def _focus(question: Question, own: Row) -> Row:
    """How surely what is asked for by name stands in each candidate; 0.5 when nothing is named."""
    if not question.focus:
        return np.full(len(own), 0.5)
    named = [question.terms.index(term) for term in question.focus]
    focus: Row = own[:, named].max(axis=1)
    return focus


def _defines(question: Question, text: str) -> float:
    """Whether a record says of a word of the question what it is; 0.5 when that is not asked."""
    if not question.asks & {"define", "name"}:
        return 0.5
    for term in question.terms:
        at = text.find(term.text)
        while at >= 0:
            rest = text[at + len(term.text) :].lstrip("\"》”')」")
            if rest.startswith(lexicon().defines):
                return 1.0
            at = text.find(term.text, at + 1)
    return 0.0


def _near(question: Question, text: str, own: Row) -> float:
    """For a wanted quantity: how near a number stands to a word of the question, 1 side by side.

    0.5 when no quantity is wanted, 0 when none stands there.
    """
    if not question.asks & _QUANTITIES:
        return 0.5
    found = numbers(text)
    if not found:
        return 0.0
    wanted: tuple[Term, ...] = question.focus or tuple(
        term for term, held in zip(question.terms, own, strict=True) if held
    )
    best = 0.0
    for term in wanted:
        for form in (term.text, *term.others):
            at = text.find(form)
            while at >= 0:
                for number in found:
                    gap = max(number.start - at - len(form), at - number.end, 0)
                    best = max(best, 1 / (1 + gap / 6))
                at = text.find(form, at + 1)
    return best


def _years(
    question: Question, texts: Sequence[str], passages: Sequence[Passage | None]
) -> list[float]:
    """Whether each candidate speaks of the year asked for; 0 when no year is."""
    if not slots.years(question.core, None):
        return [0.0] * len(texts)
    return [_year(question, *pair) for pair in zip(texts, passages, strict=True)]


def _year(question: Question, text: str, passage: Passage | None) -> float:
    """Whether a candidate speaks of the year asked for: 1 it does, less beside other years, -1 of
    another, 0 unknown.

    A sentence without a year speaks of the one named last before it, in its paragraph or in the
    headline; that counts half.
    """
    issued = passage.issued if passage is not None else None
    asked = slots.years(question.core, issued)
    said = slots.years(text, issued)
    if asked.meets(said) or asked.conflicts(said):
        return 0.5 + 0.5 * asked.share_of(said) if asked.meets(said) else -1.0
    if passage is None:
        return 0.0
    before, found, _ = passage.text.partition(text)
    for place in (before if found else passage.text, passage.heading):
        said = slots.latest_year(place, issued)
        if asked.meets(said) or asked.conflicts(said):
            return 0.5 if asked.meets(said) else -0.5
    return 0.0
