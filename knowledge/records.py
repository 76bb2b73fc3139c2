"""What can be quoted (records) within what surrounds it (passages), as a catalog keeps them.

Every sentence, caption, headline and byline is a record, and so is every entry, curated or
extracted. A record lies in a passage, which lends it context: the words around it, the headline
and the subhead above it. Records and passages have numbers that are unique in a catalog.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from knowledge.catalog import number_of, slot_of
from knowledge.model import Option, Source
from knowledge.packing import Packed, unpack
from knowledge.people import Person
from knowledge.reading import Reading, Span

SENTENCE, HEADLINE, CAPTION, BYLINE = "sentence", "headline", "caption", "byline"
NOWHERE = 0  # the passage of what stands in no page
_ROWS = 18  # bits of a record's row in its passage
_ENTRY = (1 << _ROWS) - 1  # the row of a curated entry, which is kept by itself


class Record(Packed, frozen=True, kw_only=True):
    """What can be quoted. `start` and `end` cut a sentence out of its passage's reading, `spans`
    say where a record stands in the page; `breaks` has a byte for each character of the text, 1
    where a word begins. Of an entry, `variants` are its questions in comparable form, `vouched`
    those that an editor wrote, bare."""

    id: str
    kind: str
    number: int
    passage: int
    text: str
    breaks: bytes
    start: int = 0
    end: int = 0
    spans: tuple[Span, ...] = ()
    variants: tuple[str, ...] = ()
    vouched: frozenset[str] = frozenset()
    is_entry: bool = False

    @cached_property
    def questions(self) -> str:
        """All variants, one on each line."""
        return "\n".join(self.variants)


class Passage(Packed, frozen=True, kw_only=True):
    """A paragraph, or what stands outside the body; `heading` is what stands above it. Both are
    comparable. `page` and `article` say where in its issue it lies, `subhead` and `paragraph`
    (counted from 1, 0 outside the body) where in its article, which has `places` passages of
    which this is number `place`; `packed` is its reading, unpacked on demand; `records` are what
    can be quoted of it, sentences first, then extracted entries."""

    number: int
    page: int
    article: int
    subhead: str | None
    paragraph: int
    place: int
    places: int
    issued: date | None
    heading: str
    text: str
    breaks: bytes
    packed: bytes
    records: tuple[Record, ...]

    @cached_property
    def of(self) -> int:
        """The number of the article that a passage belongs to."""
        return number_of(slot_of(self.number), self.article)

    @cached_property
    def sentences(self) -> tuple[Record, ...]:
        """The records that are no entries."""
        return tuple(record for record in self.records if not record.is_entry)

    @cached_property
    def reading(self) -> Reading:
        """The text as a person reads it, mapped to its page."""
        return unpack(self.packed, Reading)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What an article lends to its passages: its number, where it stands, whom it introduces, and
    all its text with the name of its bulletin, comparable."""

    number: int
    source: Source
    persons: tuple[Person, ...]
    text: str


@dataclass(frozen=True, slots=True)
class PageSource:
    """The decoded text of a page, from which what is quoted is cut."""

    file: Path
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """An article or section to open: the record of its first sentence, and what lies below."""

    record: int
    options: tuple[Option, ...] = ()


def heading_id(kind: str, digest: str) -> str:
    """The id of a heading of a kind: `a` for an article, `t` for a section of one."""
    return f"{kind}-{digest}"


def is_heading(identity: str) -> bool:
    """Whether an id is made like that of a heading."""
    return re.fullmatch("[at]-[0-9a-f]+", identity) is not None


def record_number(passage: int, row: int) -> int:
    """The number of a record from its passage's number and its row in it.

    Raises ValueError where a passage holds 262,143 records or more.
    """
    if not 0 <= row < _ENTRY:
        raise ValueError(f"record {row} of passage {passage} is out of range")
    return passage << _ROWS | row


def entry_number(slot: int, local: int) -> int:
    """The number of a curated entry's record."""
    return number_of(slot, local) << _ROWS | _ENTRY


def stands_alone(record: int) -> bool:
    """Whether the number of a record is that of a curated entry."""
    return record & _ENTRY == _ENTRY


def holder_of(record: int) -> int:
    """The number under which a record is kept: its passage's, or its own."""
    return record >> _ROWS


def row_of(record: int) -> int:
    """The row of a record in its passage, from its number."""
    return record & _ENTRY
