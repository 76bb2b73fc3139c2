"""Content laid out for searching: records (what can be quoted) within passages (paragraphs).

Every sentence, caption, headline and byline is a record, and so is every entry, curated or
extracted. A record lies in a passage, which lends it context: the words around it, the headline
and the subhead above it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from knowledge.content import Content
from knowledge.entries import extract
from knowledge.model import Article, Entry, Issue, Page, Quote, Section, Source, Speaker, Stance
from knowledge.people import Person
from knowledge.quoting import quote_of, source_of
from knowledge.reading import Reading, Span, join
from knowledge.slots import years
from knowledge.speakers import Attribution, attributions, persons_of, speaker_of
from knowledge.stances import Group, groups, stance_of, stance_within
from knowledge.text import bare, comparable, sounding

LONGEST = 240  # characters up to which an extracted entry can be read as an answer
WHOLE = 110  # characters up to which a sentence is quoted whole
SENTENCE, HEADLINE, CAPTION, BYLINE = "sentence", "headline", "caption", "byline"


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A paragraph, or what stands outside the body; `heading` is what stands above it. Both are
    comparable. `article` numbers the articles of all issues, `number` the paragraphs of one;
    `persons` are those whom the article introduces."""

    page: Page
    issue: Issue
    of: Article
    section: Section | None
    article: int
    number: int
    reading: Reading
    heading: str
    persons: tuple[Person, ...]

    @cached_property
    def text(self) -> str:
        return comparable(self.reading.text)

    @cached_property
    def sound(self) -> str:
        return sounding(self.text)

    @cached_property
    def source(self) -> Source:
        return source_of(self.issue, self.of, self.section, self.number)

    @cached_property
    def attributions(self) -> tuple[Attribution, ...]:
        return attributions(self.reading.text, self.persons)

    @cached_property
    def stances(self) -> tuple[Group, ...]:
        return groups(self.reading.text, self.issue.issued)


@dataclass(frozen=True, kw_only=True)
class Record:
    """What can be quoted. `start` and `end` cut it out of its passage's reading; `entry` is set
    for an entry, whose `variants` are its questions in comparable form; `vouched` are those that
    an editor wrote, bare."""

    id: str
    kind: str
    passage: int
    start: int
    end: int
    text: str
    variants: tuple[str, ...] = ()
    vouched: frozenset[str] = frozenset()
    entry: Entry | None = None

    @cached_property
    def sound(self) -> str:
        return sounding(self.text)

    @cached_property
    def questions(self) -> str:
        """All variants, one on each line."""
        return "\n".join(self.variants)

    @cached_property
    def questions_sound(self) -> str:
        return sounding(self.questions)


@dataclass(frozen=True, kw_only=True)
class Library:
    """All records and passages of a content, in reading order, entries last."""

    content: Content
    passages: tuple[Passage, ...]
    records: tuple[Record, ...]
    within: tuple[tuple[int, ...], ...] = field(repr=False)  # records of each passage
    by_id: dict[str, int] = field(repr=False)

    def quotes(self, record: Record) -> tuple[Quote, ...]:
        """The quotations of a record; empty only for an answer of the staff."""
        if record.entry is not None:
            return record.entry.quotes
        return self._cut(record)

    def shown(self, record: Record) -> tuple[Quote, ...]:
        """The quotations of a record as a reader should see them: the cut of a short sentence is
        shown as the whole sentence, unless that speaks of several years."""
        quotes = self.quotes(record)
        if record.entry is None or len(quotes) != 1 or record.passage < 0:
            return quotes
        spans = quotes[0].spans
        for number in self.within[record.passage]:
            sentence = self.records[number]
            if sentence.kind != SENTENCE or len(sentence.text) > WHOLE:
                continue
            whole = self._cut(sentence)
            first, last = whole[0].spans[0], whole[0].spans[-1]
            if first.start <= spans[0].start and spans[-1].end <= last.end:
                several = len(years(sentence.text, None).absolute) > 1
                return quotes if several else whole
        return quotes

    def together(self, one: Record, other: Record) -> tuple[Quote, ...]:
        """The two sentences of a paragraph in which two records lie, in reading order, as one
        quotation where they stand side by side; nothing where they are not two of one paragraph.
        """
        if one.passage < 0 or one.passage != other.passage:
            return ()
        first, last = sorted((self._sentence(one), self._sentence(other)))
        if first < 0 or last == first:
            return ()
        passage = self.passages[one.passage]
        cuts = [(self.records[at].start, self.records[at].end) for at in (first, last)]
        if last - first == 1:
            cuts = [(cuts[0][0], cuts[1][1])]
        return tuple(quote_of(passage.page, passage.reading.cut(*cut)) for cut in cuts)

    def _sentence(self, record: Record) -> int:
        """The number of the sentence in which a record begins; -1 outside the body."""
        begin = self.spans(record)[0].start
        for number in self.within[record.passage]:
            sentence = self.records[number]
            if sentence.kind == SENTENCE and sentence.entry is None:
                spans = self.spans(sentence)
                if spans[0].start <= begin < spans[-1].end:
                    return number
        return -1

    def _cut(self, record: Record) -> tuple[Quote, ...]:
        passage = self.passages[record.passage]
        return (quote_of(passage.page, passage.reading.cut(record.start, record.end)),)

    def spans(self, record: Record) -> tuple[Span, ...]:
        """Where a record stands in its page."""
        return tuple(span for quote in self.quotes(record) for span in quote.spans)

    def issued(self, record: Record) -> date | None:
        """The day of issue of what the record quotes."""
        return self.passages[record.passage].issue.issued if record.passage >= 0 else None

    def surroundings(self, record: Record) -> str:
        """The comparable text of the whole article around a record, and of its bulletin's name."""
        if record.passage < 0:
            return record.text
        passage = self.passages[record.passage]
        return _whole(passage.of) + comparable(passage.issue.bulletin + passage.issue.title)

    def source(self, record: Record) -> Source | None:
        return (
            record.entry.source
            if record.entry is not None
            else self.passages[record.passage].source
        )

    def speaker(self, record: Record) -> Speaker | None:
        """Who says what the record quotes, where that is certain."""
        if record.entry is not None:
            return record.entry.speaker
        if record.passage < 0:
            return None
        passage = self.passages[record.passage]
        return speaker_of(passage.attributions, record.start, record.end)

    def stance(self, record: Record) -> Stance | None:
        if record.entry is not None and record.entry.stance is not None:
            return record.entry.stance
        if record.kind != SENTENCE and record.entry is None:
            return None
        passage = self.passages[record.passage]
        if record.entry is not None:
            return stance_of(record.text, passage.issue.issued)
        return stance_within(passage.stances, record.start, record.end)


@lru_cache(maxsize=256)
def _whole(article: Article) -> str:
    heads = [head.text for head in (article.kicker, article.headline) if head is not None]
    parts = [*heads, *(paragraph.text for paragraph in article.paragraphs)]
    parts.extend(s.subhead.text for s in article.sections if s.subhead is not None)
    parts.extend(caption.text for caption in article.captions)
    return comparable("\n".join(parts))


def arrange(content: Content, *, extracting: bool = True) -> Library:
    """The library of a content; without `extracting`, of its sentences and curated entries."""
    passages: list[Passage] = []
    records: list[Record] = []
    extracted: list[Entry] = []
    places: dict[Path, list[tuple[int, int]]] = {}
    taken: dict[str, int] = {}
    articles = 0
    for issue in content.issues:
        for page in issue.pages:
            for article in page.articles:
                for passage, kind in _passages(issue, page, article, articles):
                    number = len(passages)
                    passages.append(passage)
                    for span in passage.reading.spans(page.source)[:1]:
                        places.setdefault(page.file, []).append((span.start, number))
                    records.extend(_quotable(passage, number, kind, taken))
                if extracting:
                    extracted.extend(extract(page, article, issue))
                articles += 1
    for starts in places.values():
        starts.sort()
    curated = {span for entry in content.entries for quote in entry.quotes for span in quote.spans}
    for number, entry in enumerate((*content.entries, *_new(extracted, curated, taken))):
        at = _passage_of(entry, places)
        taken[entry.id] = 1
        variants = tuple(comparable(question) for question in entry.questions)
        records.append(
            Record(
                id=entry.id,
                kind=entry.kind,
                passage=at,
                start=0,
                end=0,
                text=comparable("".join(q.reading for q in entry.quotes) or entry.text),
                variants=variants,
                vouched=frozenset(map(bare, variants if number < len(content.entries) else ())),
                entry=entry,
            )
        )
    within: list[list[int]] = [[] for _ in passages]
    for index, record in enumerate(records):
        if record.passage >= 0:
            within[record.passage].append(index)
    return Library(
        content=content,
        passages=tuple(passages),
        records=tuple(records),
        within=tuple(map(tuple, within)),
        by_id={record.id: index for index, record in enumerate(records)},
    )


def _new(extracted: Iterable[Entry], curated: set[Span], taken: dict[str, int]) -> Iterator[Entry]:
    """Extracted entries short enough to be read that no curated entry quotes already, each id
    once."""
    for entry in extracted:
        spans = {span for quote in entry.quotes for span in quote.spans}
        if sum(len(quote.reading) for quote in entry.quotes) > LONGEST:
            continue
        if entry.id not in taken and not spans <= curated:
            taken[entry.id] = 1
            yield entry


def _passage_of(entry: Entry, places: dict[Path, list[tuple[int, int]]]) -> int:
    """The passage in which an entry's first quotation begins; -1 where it has none."""
    if not entry.quotes:
        return -1
    starts = places[entry.quotes[0].file]
    at = bisect_right(starts, (entry.quotes[0].spans[0].start, len(starts) + 10**9)) - 1
    return starts[max(0, at)][1]


def _passages(
    issue: Issue, page: Page, article: Article, number: int
) -> Iterator[tuple[Passage, str]]:
    """The passages of an article with the kind of record that each holds."""
    title = comparable(
        (article.kicker.text if article.kicker else "")
        + (article.headline.text if article.headline else "")
    )

    persons = persons_of(article)

    def passage(reading: Reading, paragraph: int = 0, section: Section | None = None) -> Passage:
        subhead = section.subhead.text if section is not None and section.subhead else ""
        return Passage(
            page=page,
            issue=issue,
            of=article,
            section=section,
            article=number,
            number=paragraph,
            reading=reading,
            heading=title + comparable(subhead),
            persons=persons,
        )

    heads = [head for head in (article.kicker, article.headline) if head is not None]
    if heads:
        yield passage(join(heads)), HEADLINE
    paragraph = 0
    for section in article.sections:
        if section.subhead is not None:
            yield passage(section.subhead, 0, section), HEADLINE
        for body in section.paragraphs:
            paragraph += 1
            yield passage(body.reading, paragraph, section), SENTENCE
    for caption in article.captions:
        yield passage(caption.reading), CAPTION
    if article.byline_reading is not None:
        yield passage(article.byline_reading), BYLINE


def _quotable(passage: Passage, number: int, kind: str, taken: dict[str, int]) -> Iterator[Record]:
    cuts = [(0, len(passage.reading.text))]
    if kind == SENTENCE:
        paragraph = passage.of.paragraphs[passage.number - 1]
        cuts = [(sentence.start, sentence.end) for sentence in paragraph.sentences]
    for start, end in cuts:
        text = comparable(passage.reading.text[start:end])
        if text:
            yield Record(
                id=_identity(kind, text, taken),
                kind=kind,
                passage=number,
                start=start,
                end=end,
                text=text,
            )


def _identity(kind: str, text: str, taken: dict[str, int]) -> str:
    """An id that a re-import of the same text gives again; a number tells equal texts apart."""
    digest = hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    identity = f"{kind[0]}-{digest}"
    count = taken.get(identity, 0) + 1
    taken[identity] = count
    return identity if count == 1 else f"{identity}-{count}"
