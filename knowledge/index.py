"""Candidates for a question from an inverted index, never by looking at every record.

Each record is a document of tokens: words, pairs of characters, numbers of synonym groups and
pairs of near sounds. Passages are documents too, so that a sentence which leaves its subject to
its neighbours is found through them. Ranked by BM25 inside tantivy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import tantivy

from knowledge import words
from knowledge.initials import SHORTEST, Initials
from knowledge.question import Question
from knowledge.records import Library
from knowledge.text import bigrams, is_han, sounding
from knowledge.vocabulary import Spotter, lexicon

RECORDS = 48  # candidates from records
PASSAGES = 6  # passages whose records become candidates too
_SENSE = "§"
_SOUND = "~"


def tokens(text: str, segmenter: words.Segmenter) -> Iterator[str]:
    """Everything by which a comparable text can be found."""
    yield from segmenter.cut_for_search(text)
    yield from parts(text)


def parts(text: str) -> Iterator[str]:
    """What a comparable text can be found by without cutting it into words: enough for short
    ones, such as the questions of an entry."""
    senses = lexicon().senses
    for word, _, _ in sense_words().find(text):
        yield f"{_SENSE}{senses[word]}"
    yield from bigrams(text)
    sound = sounding(text)
    for at in range(len(text) - 1):
        if is_han(text[at]) and is_han(text[at + 1]):
            yield _SOUND + sound[at : at + 2]


@cache
def sense_words() -> Spotter:
    """Finds the words of the synonym groups in a text."""
    return Spotter(lexicon().senses)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Records worth comparing and passages found, by their index, each with its BM25 score as a
    share of the best (0 for a record that only its passage brought); `record_level` and
    `passage_level` are the best scores as shares of the highest that the question could reach."""

    records: dict[int, float]
    passages: dict[int, float]
    record_level: float = 0.0
    passage_level: float = 0.0


class Index:
    """The searchable form of a library; immutable once built, safe for many threads."""

    def __init__(self, library: Library, segmenter: words.Segmenter) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", stored=True, fast=True)
        for name in ("record", "passage"):
            builder.add_text_field(name, tokenizer_name="tokens", index_option="freq")
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("tokens", analyzer)
        writer = index.writer(heap_size=50_000_000, num_threads=1)
        long_words: set[str] = set()
        for number, record in enumerate(library.records):
            cut = segmenter.cut_for_search(record.text)
            long_words.update(word for word in cut if len(word) >= SHORTEST)
            found = [*cut, *parts(record.text)]
            for variant in record.variants:
                found.extend(parts(variant))
            writer.add_document(_document("record", number, found))
        for number, passage in enumerate(library.passages):
            found = [*tokens(passage.text, segmenter), *tokens(passage.heading, segmenter)]
            writer.add_document(_document("passage", number, found))
        writer.commit()
        index.reload()
        self.initials = Initials(long_words)
        self._library = library
        self._segmenter = segmenter
        self._searcher = index.searcher()
        self._size = max(1, len(library.records))

    def rarity(self, token: str) -> float:
        """How rare a word or pair is among the records, from 0 (in every one) to 1 (in one)."""
        frequency = self._searcher.doc_freq("record", token)
        if not frequency:
            return 1.0
        return math.log(1 + self._size / frequency) / math.log(1 + self._size)

    def holds(self, token: str) -> bool:
        """Whether any record holds a word or a pair of characters."""
        return bool(self._searcher.doc_freq("record", token))

    def candidates(self, question: Question, beside: Iterable[int] = ()) -> Candidates:
        """The records that a question may mean, with the passages that suit it; the sentences of
        the passages `beside` are always among them."""
        weights = dict(_wanted(question, self._segmenter))
        if not weights:
            return Candidates({}, {})
        records, record_level = self._search("record", weights, RECORDS)
        passages, passage_level = self._search("passage", weights, PASSAGES)
        for number in (*passages, *beside):
            for record in self._library.within[number]:
                if self._library.records[record].entry is None:
                    records.setdefault(record, 0.0)
        return Candidates(records, passages, record_level, passage_level)

    def _search(
        self, field: str, weights: dict[str, float], limit: int
    ) -> tuple[dict[int, float], float]:
        """The best documents with their scores as shares of the best, and that as a share of the
        highest score: every word of the question, in a short text."""
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(self._schema, field, token), weight
                ),
            )
            for token, weight in weights.items()
        ]
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), limit).hits
        best = hits[0][0] if hits else 0.0
        highest = _SATURATED * sum(
            weight * self._idf(field, token) for token, weight in weights.items()
        )
        found = {
            int(self._searcher.doc(address)["number"][0]): score / best for score, address in hits
        }
        return found, min(1.0, best / highest)

    def _idf(self, field: str, token: str) -> float:
        """The weight of a token by rarity, as BM25 in tantivy counts it."""
        count = self._searcher.doc_freq(field, token)
        return math.log(1 + (self._searcher.num_docs - count + 0.5) / (count + 0.5))


_SATURATED = 2.2  # k1 + 1: what BM25 gives a token that a text consists of


def _document(field: str, number: int, found: Iterable[str]) -> tantivy.Document:
    document = tantivy.Document()
    document.add_unsigned("number", number)
    document.add_text(field, " ".join(found))
    return document


def _wanted(question: Question, segmenter: words.Segmenter) -> Iterator[tuple[str, float]]:
    """The tokens to look for, with their weights."""
    known = lexicon()
    for term in question.terms:
        for part in segmenter.cut_for_search(term.text):
            yield part, term.weight
        group = known.senses.get(term.text)
        if group is not None:
            yield f"{_SENSE}{group}", term.weight
        for at in range(len(term.sound) - 1):
            yield _SOUND + term.sound[at : at + 2], 0.3 * term.weight
    core = question.text
    for pair in bigrams(core):
        yield pair, 0.4
        if is_han(pair[0]) and is_han(pair[1]):
            yield _SOUND + sounding(pair), 0.15
