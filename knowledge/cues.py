"""What of a question to look for in a text, and how surely it stands there.

Cues are the question's terms and, because typing errors and segmentation break words, the pairs
of neighbouring characters. Each has a weight: its rarity in the content times its importance in
the question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.index import Index
from knowledge.question import Question
from knowledge.terms import Term
from knowledge.text import bigrams, is_han, sounding
from knowledge.vocabulary import whole
from knowledge.wording import Held, Standing, Wording, Wordings
from knowledge.words import is_word

SYNONYM, SOUND, PART = 0.9, 0.75, 0.6  # how much a match by meaning, by sound, in part counts

_SHORTEST, _LONGEST = 3, 6  # characters of a short form that is looked for
_LEFT_OUT = 4  # characters that it may leave out
_HALF = 3  # characters from an asking word at which closeness is halved

Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """A question made ready for comparing. `terms` and `pairs` come with weight vectors of the
    same lengths, terms also with their closeness to the words that ask; `sounds` holds how each
    pair sounds, "" where sound cannot tell."""

    question: Question
    terms: tuple[Term, ...]
    term_weights: Row
    pairs: tuple[str, ...]
    sounds: tuple[str, ...]
    pair_weights: Row
    closeness: Row

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
            closeness=np.array(
                [_closeness(question, term.start, term.end) for term in question.terms],
                dtype=np.float64,
            ),
        )

    def presence_in(self, wordings: Wordings) -> tuple[Row, Row]:
        """How surely each term and each pair stands in each wording, of shapes (wordings, terms)
        and (wordings, pairs)."""
        traces = [_Trace.of(term) for term in self.terms]
        written = wordings.with_pairs((*self.pairs, *(p for one in traces for p in one.pairs)))
        heard = wordings.with_sounds((*self.sounds, *(one.sound for one in traces)))
        terms = np.zeros((len(wordings), len(self.terms)))
        for column, trace in enumerate(traces):
            sure, likely = trace.spot(wordings, written, heard)
            terms[sure, column] = 1.0
            for at in np.flatnonzero(likely).tolist():
                terms[at, column] = presence(trace.term, wordings[at])
        pairs = np.maximum(written.each(self.pairs), SOUND * heard.each(self.sounds)).T
        return terms, pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trace:
    """What a text must hold for a term to stand in it: one of some other words of one character,
    one of some `pairs` of characters, or a pair of near sounds; a short form is in what holds all
    its characters. A term is `certain` that stands wherever its one or two characters do."""

    term: Term
    certain: bool
    chars: tuple[str, ...]
    pairs: tuple[str, ...]
    sound: str
    shortens: bool

    @classmethod
    def of(cls, term: Term) -> _Trace:
        text = term.text
        certain = len(text) <= 2 and not text.isascii()
        single = term.others if certain else (text, *term.others)
        parts = _parts(text) if _comes_in_parts(text) else ()
        return cls(
            term=term,
            certain=certain,
            chars=tuple(form for form in single if len(form) == 1 and len(text) == 1),
            pairs=(*(form[:2] for form in (text, *term.others) if len(form) > 1), *parts),
            sound=term.sound[:2],
            shortens=_may_be_short(term),
        )

    def spot(self, wordings: Wordings, written: Standing, heard: Standing) -> tuple[Held, Held]:
        """In which wordings the term stands for certain, and in which others it may stand."""
        text = self.term.text
        sure = np.zeros(len(wordings), dtype=np.bool_)
        if self.certain:
            sure = written.any((text,)) if len(text) == 2 else wordings.with_all(text)
        likely = written.any(self.pairs) | heard.any((self.sound,))
        for char in self.chars:
            likely |= wordings.with_all(char)
        if self.shortens:
            likely |= wordings.with_all(text)
        return sure, likely & ~sure


def presence(term: Term, wording: Wording) -> float:
    """How surely a term stands in a text: 1 as it is, less by meaning, by sound or in part."""
    return _match(term, wording)[0]


def match_of(term: Term, wording: Wording) -> str:
    """Through what a term stands in a text, in words for an editor; "" where it does not."""
    return _match(term, wording)[1]


def _match(term: Term, wording: Wording) -> tuple[float, str]:
    text = wording.text
    if term.text in text and (not term.text.isascii() or _whole_in(term.text, text)):
        return 1.0, "原词"
    for other in term.others:
        if other not in text or (len(other) == 1 and len(term.text) > 1):
            continue
        if any(not wording.cuts_through(*span) for span in _found(other, text)):
            return SYNONYM, f"近义：{other}"
    heard = _found(term.sound, wording.sound) if term.sound else ()
    for start, end in heard:
        if _mistyped(term, wording, start, end):
            return SOUND, f"读音：{text[start:end]}"
    if _may_be_short(term) and _shortens(term.text, wording):
        return SOUND, "简称"
    if _comes_in_parts(term.text):
        pairs = _parts(term.text)
        share = sum(pair in text for pair in pairs) / len(pairs)
        return PART * share, "一部分" if share else ""
    return 0.0, ""


def _whole_in(form: str, text: str) -> bool:
    """Whether letters or digits stand in a text as a whole word."""
    return any(whole(text, start, end) for start, end in _found(form, text))


def _may_be_short(term: Term) -> bool:
    """Whether a term that is no word itself may be a short form: 东北师大."""
    fits = _SHORTEST <= len(term.text) <= _LONGEST and is_han(term.text[0])
    return fits and not term.others and not is_word(term.text)


def _shortens(term: str, wording: Wording) -> bool:
    """Whether a term is a short form of something in a text: 东北师大 of 东北师范大学."""
    text = wording.text
    if any(char not in text for char in term):
        return False
    at = text.find(term[0])
    while at >= 0:
        end, room = at, len(term) + _LEFT_OUT
        for char in term[1:]:
            end = text.find(char, end + 1, at + room)
            if end < 0:
                break
        else:
            rest = text[end + 1 : end + 2]
            last = end + 1 + (is_word(text[end : end + 2]) and bool(rest))
            return not wording.cuts_through(at, last)
        at = text.find(term[0], at + 1)
    return False


def _comes_in_parts(form: str) -> bool:
    """Whether a part of a form counts for something."""
    return len(form) >= _SHORTEST and is_han(form[0])


@lru_cache(maxsize=4096)
def _parts(form: str) -> tuple[str, ...]:
    return tuple(bigrams(form))


def _found(form: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(form)
    while at >= 0:
        yield at, at + len(form)
        at = text.find(form, at + 1)


def _mistyped(term: Term, wording: Wording, start: int, end: int) -> bool:
    """Whether a term may be a mistyped form of what stands in a text: one that is a word itself
    only of another word (笑话 not of 效化 in 高效化)."""
    if is_word(term.text) and not is_word(wording.text[start:end]):
        return False
    return not wording.cuts_through(start, end)


def _rarity(term: Term, index: Index) -> float:
    """The rarity of the commonest form in which a term stands in the content."""
    return min(index.rarity(form) for form in (term.text, *term.others))


def _closeness(question: Question, start: int, end: int) -> float:
    """How near a cut of the question stands to a word that asks: 1 beside it, half at _HALF
    characters; 1 everywhere when nothing asks."""
    gaps = [max(asked - end, start - until, 0) for asked, until in question.asked_at]
    return float(0.5 ** (min(gaps, default=0) / _HALF))


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
