"""Candidates for a question from an inverted index, never by looking at every record.

Each record is a document of tokens: words, pairs of characters, numbers of synonym groups and
pairs of near sounds. Passages are documents too, so that a sentence which leaves its subject to
its neighbours is found through them. Ranked by BM25 inside tantivy.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from knowledge import words
from knowledge.catalog import PASSAGE, RECORD, Hit, slot_of
from knowledge.library import Library
from knowledge.question import Question
from knowledge.records import NOWHERE, Passage, Record, holder_of
from knowledge.stock import Stock
from knowledge.text import bigrams, sounding
from knowledge.tokens import sense, sounds

_MISTYPED = 20  # times as often that something else is written
_LOOKED_AT = 50_000  # documents, one for each token that it holds, among which the best are found
_LEAST = 3  # tokens of the content that are looked up whatever they take
RECORDS = 20  # candidates from records
PASSAGES = 4  # passages whose records become candidates too


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Records worth comparing, each with its BM25 score as a share of the best (0 where only its
    passage was found), and the `passages` around them by number; `shares` are the scores of the
    passages found, likewise. `record_level` and `passage_level` are the best scores as shares of
    the highest that the question could reach."""

    records: Sequence[tuple[Record, float]] = ()
    passages: Mapping[int, Passage] = field(default_factory=dict)
    shares: Mapping[int, float] = field(default_factory=dict)
    record_level: float = 0.0
    passage_level: float = 0.0


class Index:
    """What questions are looked up in: one library, with the words that its content knows. `size`
    is the number of records; safe for many threads."""

    def __init__(
        self,
        library: Library,
        segmenter: words.Segmenter,
        size: int,
        hidden: frozenset[int] = frozenset(),
    ) -> None:
        self.library = library
        self._view = library.view
        self._segmenter = segmenter
        self._size = max(1, size)
        self._hidden = hidden

    def rarity(self, token: str) -> float:
        """How rare a word or pair is among the records, from 0 (in every one) to 1 (in one)."""
        frequency = min(self._size, self._view.frequency(RECORD, token))
        if not frequency:
            return 1.0
        return math.log(1 + self._size / frequency) / math.log(1 + self._size)

    def holds(self, token: str) -> bool:
        """Whether any record holds a word or a pair of characters."""
        return bool(self._view.frequency(RECORD, token))

    def candidates(self, question: Question, beside: Iterable[int] = ()) -> Candidates:
        """The records that a question may mean, with the passages that suit it; the sentences of
        the passages `beside` are always among them."""
        weights = self._wanted(question)
        if not weights:
            return Candidates()
        hits, record_level = self._search(RECORD, weights, RECORDS)
        found, passage_level = self._search(PASSAGE, weights, PASSAGES)
        shares = {hit.number: hit.score for hit in hits}
        around = {hit.number: hit.score for hit in found}
        records = self.library.records(shares)
        holders = {record.passage for record in records.values() if record.passage != NOWHERE}
        passages = self.library.passages({*around, *beside, *holders})
        for number in (*around, *beside):
            records |= {record.number: record for record in passages[number].sentences}
        return Candidates(
            records=[(record, shares.get(number, 0.0)) for number, record in records.items()],
            passages=passages,
            shares=around,
            record_level=record_level,
            passage_level=passage_level,
        )

    def _wanted(self, question: Question) -> dict[str, float]:
        """The tokens to look for, with their weights."""
        wanted: dict[str, float] = {}
        for term in question.terms:
            for part in self._segmenter.cut_for_search(term.text):
                wanted[part] = term.weight
            for token in sense(term.text):
                wanted[token] = term.weight
        for pair in bigrams(question.text):
            wanted[pair] = 0.4
            for token in sounds(pair, sounding(pair)):
                if self._rarely_meant(pair, token):
                    wanted[token] = 0.15
        return wanted

    def _rarely_meant(self, pair: str, sound: str) -> bool:
        """Whether something else is mostly written where it sounds like a pair of characters: then
        the pair may be mistyped."""
        heard = self._view.frequency(RECORD, sound)
        return self._view.frequency(RECORD, pair) * _MISTYPED < heard

    def _search(
        self, field: str, weights: dict[str, float], limit: int
    ) -> tuple[list[Hit], float]:
        """The best documents with their scores as shares of the best, and that as a share of the
        highest score: every word of the question, in a short text."""
        tokens = self._rarest(field, weights)
        found = self._view.search(field, {token: weights[token] for token in tokens}, limit)
        hits = [hit for hit in found if self._counts(hit, field)]
        best = hits[0].score if hits else 0.0
        highest = _SATURATED * sum(weights[t] * self._view.idf(field, t) for t in tokens)
        shares = [Hit(hit.score / best, hit.number) for hit in hits]
        return shares, min(1.0, best / highest)

    def _rarest(self, field: str, tokens: Iterable[str]) -> list[str]:
        """Tokens, rarest first, without those that stand in so much of a large content that
        looking them up takes most of the time and tells least."""
        frequencies = {token: self._view.frequency(field, token) for token in tokens}
        rarest = sorted(frequencies, key=frequencies.__getitem__)
        unknown = bisect_right(rarest, 0, key=frequencies.__getitem__)
        looked_at = list(accumulate(map(frequencies.__getitem__, rarest)))
        return rarest[: max(bisect_right(looked_at, _LOOKED_AT), unknown + _LEAST)]

    def _counts(self, hit: Hit, field: str) -> bool:
        holder = holder_of(hit.number) if field == RECORD else hit.number
        return slot_of(holder) in self.library.live and hit.number not in self._hidden


def index_of(stock: Stock, segmenter: words.Segmenter) -> Index:
    """The index of a stock."""
    return Index(stock.library, segmenter, stock.records, stock.curated.hidden)


_SATURATED = 2.2  # k1 + 1: what BM25 gives a token that a text consists of
