"""An issue → the documents that it brings to the catalog, made from its own pages alone: so a
changed issue leaves the others as they are.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from knowledge import catalog
from knowledge.cards import Card
from knowledge.catalog import Document, Kind, number_of
from knowledge.contents import survey
from knowledge.entries import extract
from knowledge.initials import initials
from knowledge.model import Article, Entry, Issue, Page, Section
from knowledge.own_words import own_words
from knowledge.packing import pack
from knowledge.people import Person
from knowledge.quoting import source_of
from knowledge.reading import Reading, join
from knowledge.records import (
    BYLINE,
    CAPTION,
    HEADLINE,
    SENTENCE,
    Around,
    Heading,
    PageSource,
    Passage,
    Record,
    record_number,
    stands_alone,
)
from knowledge.speakers import persons_of
from knowledge.text import bare, comparable
from knowledge.tokens import MARKS, parts
from knowledge.words import Segmenter

LONGEST = 240  # characters up to which an extracted entry can be read as an answer
_SERIES = re.compile(r"^[(【\[][^()【】\[\]]{1,20}[)】\]]")


def issue_volume(
    issue: Issue, card: Card, segmenter: Segmenter, *, extracting: bool = True
) -> tuple[Card, list[Document]]:
    """The completed card and the documents of an issue; without `extracting`, of its sentences
    alone."""
    persons = [persons_of(article) for article in issue.articles]
    own = tuple(dict.fromkeys(own_words(issue, chain.from_iterable(persons))))
    with segmenter.knowing(own):
        binder = _Binder(issue, persons, card.slot, segmenter)
        binder.bind(extracting)
    card = replace(
        card,
        id=issue.id,
        issued=issue.issued,
        bulletin=issue.bulletin,
        title=issue.title,
        url=issue.url,
        files=tuple(os.fsencode(page.file) for page in issue.pages),
        articles=tuple(article.title for article in issue.articles),
        passages=len(binder.passages),
        records=sum(len(passage.records) for passage in binder.passages),
        own_words=own,
    )
    contents = survey(issue, binder.passages)
    documents = [
        *binder.documents,  # passages lie together: they are read most
        *binder.records,
        *binder.articles,
        *(_heading(target, heading) for target, heading in contents.headings.items()),
        Document(kind=Kind.OVERVIEWS, number=card.slot, body=pack(contents.overviews)),
        _words(card.slot, binder.words),
        *(
            Document(
                kind=Kind.PAGE,
                number=number_of(card.slot, at),
                body=pack(PageSource(page.file, page.source)),
            )
            for at, page in enumerate(issue.pages)
        ),
        Document(kind=Kind.ISSUE, number=card.slot, body=zlib.compress(pack(issue))),
        Document(kind=Kind.CARD, number=card.slot, body=pack(card)),
    ]
    return card, documents


def _words(slot: int, words: Iterable[str]) -> Document:
    """The words of an issue by their initials."""
    found: dict[str, set[str]] = {}
    for word in words:
        letters = initials(word)
        if letters:
            found.setdefault(letters, set()).add(word)
    body = pack({letters: sorted(words) for letters, words in found.items()})
    tokens = " ".join(found)
    return Document(kind=Kind.WORDS, number=slot, body=body, field=catalog.INITIALS, tokens=tokens)


def _heading(target: str, heading: Heading) -> Document:
    return Document(kind=Kind.HEADING, number=heading.record, body=pack(heading), id=target)


class _Binder:
    """Collects the passages of an issue, and the documents by which they are found."""

    def __init__(
        self,
        issue: Issue,
        persons: Sequence[tuple[Person, ...]],  # of each article
        slot: int,
        segmenter: Segmenter,
    ) -> None:
        self.passages: list[Passage] = []
        self.articles: list[Document] = []
        self.documents: list[Document] = []
        self.records: list[Document] = []
        self._issue = issue
        self._persons = persons
        self._slot = slot
        self._segmenter = segmenter
        self._taken: dict[str, int] = {}
        self._texts: dict[str, Findable] = {}

    @property
    def words(self) -> set[str]:
        """All words of the issue."""
        tokens = (token for found in self._texts.values() for token in found.tokens.split())
        return {token for token in tokens if token[0] not in MARKS}

    def bind(self, extracting: bool) -> None:
        for at, page in enumerate(self._issue.pages):
            for article in page.articles:
                known = self._persons[len(self.articles)]
                entries = extract(page, article, self._issue, known) if extracting else ()
                self._article(page, article, at, entries)

    def _article(
        self, page: Page, article: Article, at_page: int, entries: Iterable[Entry]
    ) -> None:
        pieces = list(_pieces(article))
        starts = [piece.reading.spans(page.source)[0].start for piece in pieces]
        order = sorted(range(len(pieces)), key=lambda at: starts[at])
        lying: dict[int, list[Entry]] = {}
        for entry in entries:
            begin = entry.quotes[0].spans[0].start
            at = bisect_right(order, begin, key=lambda at: starts[at]) - 1
            if not pieces[order[max(0, at)]].repeats:
                lying.setdefault(order[max(0, at)], []).append(entry)
        title = comparable(
            "".join(head.text for head in (article.kicker, article.headline) if head is not None)
        )
        for place, piece in enumerate(pieces):
            number = number_of(self._slot, len(self.passages))
            subhead = piece.section.subhead if piece.section is not None else None
            heading = title + (comparable(subhead.text) if subhead is not None else "")
            records = tuple(self._records(page, article, piece, number, lying.get(place, ())))
            found = self._passage_text(comparable(piece.reading.text), records)
            passage = Passage(
                number=number,
                page=at_page,
                article=len(self.articles),
                subhead=subhead.text if subhead is not None else None,
                paragraph=piece.paragraph,
                place=place,
                places=len(pieces),
                issued=self._issue.issued,
                heading=heading,
                text=found.text,
                breaks=found.breaks,
                packed=pack(piece.reading),
                records=records,
            )
            self.passages.append(passage)
            self.documents.append(
                Document(
                    kind=Kind.PASSAGE,
                    number=number,
                    body=pack(passage),
                    field=catalog.PASSAGE,
                    tokens=f"{found.tokens} {self._found(heading).tokens}",
                )
            )

        around = Around(
            number=number_of(self._slot, len(self.articles)),
            source=source_of(self._issue, article, None, 0),
            persons=self._persons[len(self.articles)],
            text=_whole(article) + comparable(self._issue.bulletin + self._issue.title),
        )
        self.articles.append(Document(kind=Kind.ARTICLE, number=around.number, body=pack(around)))

    def _passage_text(self, text: str, records: Sequence[Record]) -> Findable:
        """The text of a passage, put together from its sentences where they make it up: marks
        stand between them, through which no token goes."""
        sentences = [record.text for record in records if not record.is_entry]
        if "".join(sentences) != text:
            return self._found(text)
        parts = [self._found(sentence) for sentence in sentences]
        return Findable(
            text,
            " ".join(part.tokens for part in parts),
            b"".join(part.breaks for part in parts),
        )

    def _found(self, text: str) -> Findable:
        """How a text is found; of an issue each is worked out once."""
        if text not in self._texts:
            self._texts[text] = findable(text, self._segmenter)
        return self._texts[text]

    def _records(
        self, page: Page, article: Article, piece: _Piece, passage: int, entries: Iterable[Entry]
    ) -> Iterator[Record]:
        row = 0
        for start, end in _cuts(article, piece):
            text = comparable(piece.reading.text[start:end])
            if not text:
                continue
            found = self._found(text)
            record = Record(
                id=self._identity(piece.kind, text),
                kind=piece.kind,
                number=record_number(passage, row),
                passage=passage,
                text=found.text,
                breaks=found.breaks,
                start=start,
                end=end,
                spans=piece.reading.cut(start, end).spans(page.source),
            )
            self.records.append(record_document(record, found))
            yield record
            row += 1
        for entry in entries:
            if sum(len(quote.reading) for quote in entry.quotes) > LONGEST:
                continue
            if entry.id in self._taken:
                continue
            self._taken[entry.id] = 1
            found = self._found(text_of(entry))
            record = entry_record(entry, record_number(passage, row), passage, found)
            self.records.append(record_document(record, found, entry))
            yield record
            row += 1

    def _identity(self, kind: str, text: str) -> str:
        """An id that a re-import of the same text into the same issue gives again; a number tells
        equal texts apiece."""
        told = f"{self._issue.id}\n{text}".encode("utf-8", "surrogatepass")
        identity = f"{kind[0]}-{hashlib.blake2s(told, digest_size=8).hexdigest()}"
        count = self._taken.get(identity, 0) + 1
        self._taken[identity] = count
        return identity if count == 1 else f"{identity}-{count}"


@dataclass(frozen=True, slots=True)
class Findable:
    """A comparable text with all `tokens` that it is found by, separated by blanks, and its breaks
    (see `Record`)."""

    text: str
    tokens: str
    breaks: bytes


def findable(text: str, segmenter: Segmenter) -> Findable:
    """How a comparable text is found."""
    words, breaks = segmenter.divide(text)
    return Findable(text, " ".join((*words, *parts(text))), breaks)


def text_of(entry: Entry) -> str:
    """What an entry says, comparable."""
    return comparable("".join(quote.reading for quote in entry.quotes) or entry.text)


def entry_record(entry: Entry, number: int, passage: int, found: Findable) -> Record:
    """The record of an entry, of which `found` is the text; an editor vouches for the questions of
    a curated one, which stands alone."""
    variants = tuple(comparable(question) for question in entry.questions)
    return Record(
        id=entry.id,
        kind=entry.kind,
        number=number,
        passage=passage,
        text=found.text,
        breaks=found.breaks,
        spans=tuple(span for quote in entry.quotes for span in quote.spans),
        variants=variants,
        vouched=frozenset(map(bare, variants)) if stands_alone(number) else frozenset(),
        is_entry=True,
    )


def record_document(record: Record, found: Findable, entry: Entry | None = None) -> Document:
    """The document by which a record is found: by its text and by its questions. That of an entry
    holds it."""
    tokens = [found.tokens, *(" ".join(parts(variant)) for variant in record.variants)]
    return Document(
        kind=Kind.RECORD,
        number=record.number,
        body=pack(entry) if entry is not None else b"",
        id=record.id,
        field=catalog.RECORD,
        tokens=" ".join(tokens),
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of an article that becomes a passage: `kind` of its records, the `section` that
    it stands in, `paragraph` counted from 1 through the article."""

    kind: str
    reading: Reading
    section: Section | None = None
    paragraph: int = 0

    @property
    def repeats(self) -> bool:
        """Whether it is a paragraph that only gives a title once more."""
        return self.kind == HEADLINE and self.paragraph > 0


def _pieces(article: Article) -> Iterator[_Piece]:
    """The pieces of an article in the order of its passages."""
    heads = [head for head in (article.kicker, article.headline) if head is not None]
    if heads:
        yield _Piece(HEADLINE, join(heads))
    paragraph = 0
    for section in article.sections:
        if section.subhead is not None:
            yield _Piece(HEADLINE, section.subhead, section)
        for body in section.paragraphs:
            paragraph += 1
            kind = HEADLINE if _repeats(body.text, heads) else SENTENCE
            yield _Piece(kind, body.reading, section, paragraph)
    for caption in article.captions:
        yield _Piece(CAPTION, caption.reading)
    if article.byline_reading is not None:
        yield _Piece(BYLINE, article.byline_reading)


def _repeats(text: str, heads: Sequence[Reading]) -> bool:
    """Whether a paragraph is a title once more, as news agencies put it above their text, perhaps
    behind the name of a series: 「(聚焦春运)火车站增开夜班车」."""
    bare = _SERIES.sub("", comparable(text))
    return any(bare == comparable(head.text) for head in heads)


def _cuts(article: Article, piece: _Piece) -> list[tuple[int, int]]:
    """Where the records of a piece begin and end in its reading."""
    if piece.kind != SENTENCE:
        return [(0, len(piece.reading.text))]
    paragraph = article.paragraphs[piece.paragraph - 1]
    return [(sentence.start, sentence.end) for sentence in paragraph.sentences]


def _whole(article: Article) -> str:
    """Everything that an article says, but who wrote it."""
    heads = [head.text for head in (article.kicker, article.headline) if head is not None]
    parts = [*heads, *(paragraph.text for paragraph in article.paragraphs)]
    parts.extend(s.subhead.text for s in article.sections if s.subhead is not None)
    parts.extend(caption.text for caption in article.captions)
    return comparable("\n".join(parts))
