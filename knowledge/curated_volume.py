"""The curated entries → the documents that they bring to the catalog."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from knowledge.cards import Card, PageFiles
from knowledge.catalog import Document, Kind, number_of
from knowledge.library import Library
from knowledge.model import Entry, Quote
from knowledge.packing import pack
from knowledge.reading import Span
from knowledge.records import NOWHERE, Passage, entry_number
from knowledge.volumes import entry_record, findable, record_document, text_of
from knowledge.words import Segmenter


def curated_volume(
    entries: Iterable[Entry],
    card: Card,
    library: Library,
    files: PageFiles,
    segmenter: Segmenter,
) -> tuple[Card, list[Document]]:
    """The completed card and the documents of entries that quote the pages of a library, whose
    page files are given."""
    finder = _Finder(library, files)
    documents: list[Document] = []
    for local, entry in enumerate(entries):
        number = entry_number(card.slot, local)
        found = findable(text_of(entry), segmenter)
        record = entry_record(entry, number, finder.passage(entry), found)
        documents.append(record_document(record, found, entry))
        documents.append(Document(kind=Kind.ALONE, number=number, body=pack(record)))
    card = replace(card, records=len(documents) // 2, hidden=frozenset(finder.superfluous()))
    documents.append(Document(kind=Kind.CARD, number=card.slot, body=pack(card)))
    return card, documents


class _Finder:
    """Finds the passages that curated entries quote, and the extracted entries that quote nothing
    else."""

    def __init__(self, library: Library, files: PageFiles) -> None:
        self._library = library
        self._files = files
        self._passages: dict[Path, list[Passage]] = {}
        self._quoted: dict[Path, set[Span]] = {}

    def passage(self, entry: Entry) -> int:
        """The number of the passage in which an entry's first quotation begins."""
        for quote in () if entry.taught else entry.quotes:
            self._quoted.setdefault(quote.file, set()).update(quote.spans)
        return self._holding(entry.quotes[0]) if entry.quotes else NOWHERE

    def superfluous(self) -> Iterator[int]:
        """The numbers of extracted entries that quote only what curated entries quote."""
        for file, spans in self._quoted.items():
            for passage in self._of_page(file):
                for record in passage.records:
                    if record.is_entry and spans.issuperset(record.spans):
                        yield record.number

    def _holding(self, quote: Quote) -> int:
        passages = self._of_page(quote.file)
        begin = quote.spans[0].start
        at = bisect_right(passages, begin, key=_start) - 1
        return passages[max(0, at)].number

    def _of_page(self, file: Path) -> list[Passage]:
        """The passages of a page in the order of its source."""
        if file not in self._passages:
            known = self._files.get(file)
            assert known is not None, "what is quoted was found there"
            card, page = known
            numbers = [number_of(card.slot, local) for local in range(card.passages)]
            found = self._library.passages(numbers).values()
            here = [passage for passage in found if passage.page == page]
            self._passages[file] = sorted(here, key=_start)
        return self._passages[file]


def _start(passage: Passage) -> int:
    return passage.reading.pieces[0].source
