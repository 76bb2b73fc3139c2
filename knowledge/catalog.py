"""The catalog: everything of a content as documents of one tantivy index, on disk or in memory.

Documents come in batches, each under a `slot` number of its own: an issue is one batch, the
curated entries are another. Nothing is changed in place: a changed issue comes in under a new slot
and the old slot is dropped. A `View` is the catalog at one moment and stays as it is, whatever is
added or dropped meanwhile; on disk, tantivy maps it into memory.

A document may have a body, found again by its key or id, and tokens to be searched by. A catalog
on disk is only a cache: it is made anew when it cannot be used.
"""

from __future__ import annotations

import logging
import math
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

import tantivy

logger = logging.getLogger(__name__)

RECORD, PASSAGE, INITIALS = "record", "passage", "initials"  # the fields of tokens
_TOKENS = "tokens"
_HEAP = 1 << 30  # bytes of documents that are held back before they are written
_THREADS = 1  # documents lie in the order in which they came, so that equal hits do too
_LOCAL = 18  # bits of a number within its slot
_KINDS = 4  # bits of a kind in a key
_SAME = 16  # documents with one id: several only while an old slot is not dropped yet
_FREQUENCIES = 16384  # of tokens that are kept at hand
_WAIT = 0.1  # seconds between attempts while another process writes


class Kind(IntEnum):
    """What the body of a document is."""

    CARD = 0  # of a slot: what it holds
    ISSUE = 1
    WORDS = 2
    OVERVIEWS = 3
    PAGE = 4
    ARTICLE = 5
    PASSAGE = 6
    RECORD = 7  # of an entry
    ALONE = 8
    HEADING = 9


_OFTEN = frozenset({Kind.PASSAGE, Kind.RECORD, Kind.ALONE})


def number_of(slot: int, local: int) -> int:
    """A number that is unique in the catalog from one that is unique in its slot.

    Raises ValueError where a slot holds more than 262,144 of a kind.
    """
    if not 0 <= local < 1 << _LOCAL:
        raise ValueError(f"number {local} of slot {slot} is out of range")
    return slot << _LOCAL | local


def slot_of(number: int) -> int:
    """The slot in which a number lies."""
    return number >> _LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`number` and `kind` make the key of the body. A document can be found by its `id` and by
    the `tokens` (separated by blanks) of a `field`."""

    kind: Kind
    number: int
    body: bytes = b""
    id: str = ""
    field: str = ""
    tokens: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found: its BM25 score and number."""

    score: float
    number: int


class View:
    """The catalog at one moment; safe for many threads."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher
        self.frequency = lru_cache(_FREQUENCIES)(self._frequency)

    @property
    def size(self) -> int:
        """How many documents there are, of all kinds."""
        return int(self._searcher.num_docs)

    @property
    def parts(self) -> int:
        """In how many parts of the index each question is looked up."""
        return int(self._searcher.num_segments)

    def _frequency(self, field: str, token: str) -> int:
        """In how many documents a token stands."""
        return int(self._searcher.doc_freq(field, token))

    def idf(self, field: str, token: str) -> float:
        """The weight of a token by rarity, as BM25 in tantivy counts it."""
        count = self.frequency(field, token)
        return math.log(1 + (self.size - count + 0.5) / (count + 0.5))

    def search(self, field: str, weights: Mapping[str, float], limit: int) -> list[Hit]:
        """The documents that hold the most of some weighted tokens, best first."""
        term, boost = tantivy.Query.term_query, tantivy.Query.boost_query
        clauses = [
            (tantivy.Occur.Should, boost(term(self._schema, field, token), weight))
            for token, weight in weights.items()
        ]
        # Without a count, what cannot be among the best is skipped.
        query = tantivy.Query.boolean_query(clauses)
        hits = self._searcher.search(query, limit, count=False).hits
        numbers = self._numbers([address for _, address in hits])
        found = [Hit(score, number) for (score, _), number in zip(hits, numbers, strict=True)]
        return sorted(found, key=lambda hit: (-hit.score, hit.number))

    def holding(self, field: str, tokens: Iterable[str], limit: int) -> list[int]:
        """The numbers of documents that hold all of some tokens, in no order."""
        clauses = [
            (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, field, token))
            for token in tokens
        ]
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False)
        return self._numbers([address for _, address in hits.hits])

    def bodies(self, kind: Kind, numbers: Sequence[int]) -> list[bytes]:
        """The bodies of a kind by their numbers, in no order; what is not there is left out."""
        if not numbers:
            return []
        # One query for each: a set of terms is looked for by walking through all terms there are.
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "key", key))
            for key in (_key(kind, number) for number in numbers)
        ]
        query = tantivy.Query.const_score_query(tantivy.Query.boolean_query(clauses), 1.0)
        return self._bodies(query, len(numbers))

    def named(self, identity: str) -> list[tuple[int, bytes]]:
        """The numbers and bodies (empty where there is none) of the documents with an id."""
        query = tantivy.Query.term_query(self._schema, "id", identity)
        hits = self._searcher.search(query, _SAME, count=False).hits
        addresses = [address for _, address in hits]
        return [
            (number, _body(self._searcher.doc(address)))
            for address, number in zip(addresses, self._numbers(addresses), strict=True)
        ]

    def cards(self) -> list[bytes]:
        """The bodies of all cards."""
        query = tantivy.Query.term_query(self._schema, "card", 1)
        return self._bodies(query, max(1, int(self._searcher.doc_freq("card", 1))))

    def _numbers(self, addresses: list[tantivy.DocAddress]) -> list[int]:
        """The number of each document."""
        found = self._searcher.fast_field_values("number", addresses)
        return [int(number or 0) for number in found]

    def _bodies(self, query: tantivy.Query, limit: int) -> list[bytes]:
        hits = self._searcher.search(query, limit, count=False).hits
        return [_body(self._searcher.doc(address)) for _, address in hits]


class Catalog:
    """The documents of a content. One writer at a time; what is added is seen by a `view` only
    after `commit`."""

    def __init__(self, folder: Path | None = None) -> None:
        """The catalog in a folder, made where there is none; without a folder, in memory."""
        self._schema = _schema()
        self._index = _index(self._schema, folder)
        self._meta = folder / "meta.json" if folder is not None else None
        self._writer: tantivy.IndexWriter | None = None
        self._apart: list[tuple[int, Document]] = []

    def view(self) -> View:
        """The catalog as last committed, by whatever process."""
        self._index.reload()
        return View(self._schema, self._index.searcher())

    def state(self) -> bytes:
        """What changes with every commit, by whatever process; nothing for one in memory."""
        return self._meta.read_bytes() if self._meta is not None else b""

    def begin(self) -> None:
        """Become the one writer; waits for another process to finish."""
        waited = False
        while self._writer is None:
            try:
                self._writer = self._index.writer(_HEAP, _THREADS)
            except ValueError as error:
                if "Lock" not in str(error):
                    raise
                if not waited:
                    logger.info("waiting for another process that writes the same catalog")
                waited = True
                time.sleep(_WAIT)

    def add(self, slot: int, documents: Iterable[Document]) -> None:
        """Put documents under a slot. Only what each question reads by the dozen is written at
        once, so that it lies together and little memory is mapped; the rest follows, kind by kind,
        when it is committed."""
        writer = self._held()
        for document in documents:
            if document.kind in _OFTEN:
                writer.add_document(_written(slot, document))
            else:
                self._apart.append((slot, document))

    def drop(self, slots: Iterable[int]) -> None:
        """Take out everything that lies in some slots."""
        writer = self._held()
        for slot in slots:
            within = tantivy.Query.term_query(self._schema, "slot", slot)
            writer.delete_documents_by_query(within)

    def commit(self) -> None:
        """Make what was added and dropped last and seen."""
        writer = self._held()
        for slot, document in sorted(self._apart, key=lambda one: one[1].kind):
            writer.add_document(_written(slot, document))
        self._apart.clear()
        writer.commit()

    def end(self, *, tidy: bool = False) -> None:
        """Stop being the writer; what was not committed is forgotten. To be `tidy` is to wait
        until small segments are merged: worth it after much was added."""
        if self._writer is not None and tidy:
            self._writer.wait_merging_threads()
        self._apart.clear()
        self._writer = None

    def _held(self) -> tantivy.IndexWriter:
        assert self._writer is not None, "begin was not called"
        return self._writer


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("key", "slot", "card"):
        builder.add_unsigned_field(name, indexed=True)
    builder.add_unsigned_field("number", fast=True)
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("body", stored=True)
    for name in (RECORD, PASSAGE, INITIALS):
        builder.add_text_field(name, tokenizer_name=_TOKENS, index_option="freq")
    return builder.build()


def _index(schema: tantivy.Schema, folder: Path | None) -> tantivy.Index:
    if folder is None:
        index = tantivy.Index(schema)
    else:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            index = tantivy.Index(schema, path=str(folder))
        except ValueError as error:
            logger.warning("the catalog in %s cannot be used and is made anew: %s", folder, error)
            shutil.rmtree(folder)
            folder.mkdir(mode=0o700)
            index = tantivy.Index(schema, path=str(folder))
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENS, analyzer)
    return index


def _key(kind: Kind, number: int) -> int:
    return number << _KINDS | kind


def _body(document: tantivy.Document) -> bytes:
    return bytes(document.get_first("body") or b"")


def _written(slot: int, document: Document) -> tantivy.Document:
    written = tantivy.Document()
    written.add_unsigned("slot", slot)
    if document.body:
        written.add_unsigned("key", _key(document.kind, document.number))
        written.add_bytes("body", document.body)
    if document.id:
        written.add_text("id", document.id)
    if document.kind is Kind.CARD:
        written.add_unsigned("card", 1)
    written.add_unsigned("number", document.number)
    if document.field:
        written.add_text(document.field, document.tokens)
    return written
