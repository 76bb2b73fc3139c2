"""The records and passages of a catalog, read as they are asked for, with what surrounds them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from knowledge.catalog import Kind, View, number_of, slot_of
from knowledge.model import Entry, Issue, Quote, Source, Speaker, Stance
from knowledge.packing import unpack
from knowledge.people import Person
from knowledge.phrasing import points_back
from knowledge.quoting import quote_of
from knowledge.recent import Recent
from knowledge.records import (
    NOWHERE,
    SENTENCE,
    Around,
    Heading,
    PageSource,
    Passage,
    Record,
    holder_of,
    is_heading,
    row_of,
    stands_alone,
)
from knowledge.slots import years
from knowledge.speakers import Attribution, attributions, speaker_of
from knowledge.stances import groups, stance_of, stance_within

WHOLE = 110  # characters up to which a sentence is quoted whole
_SAYING = 10  # characters from which a sentence says what another may point back to
_PASSAGES, _ENTRIES, _ARTICLES, _PAGES = 1024, 1024, 256, 64  # how many are kept at hand


class Library:
    """What lies in the slots of `live` in one view of a catalog; safe for many threads."""

    def __init__(self, view: View, live: Iterable[int]) -> None:
        self.view = view
        self.live = frozenset(live)
        self._passages: Recent[int, Passage] = Recent(_PASSAGES)
        self._alone: Recent[int, Record] = Recent(_ENTRIES)
        self._entries: Recent[int, Entry] = Recent(_ENTRIES)
        self._said: Recent[int, tuple[Attribution, ...]] = Recent(_PASSAGES)
        self._articles: Recent[int, Around] = Recent(_ARTICLES)
        self._pages: Recent[int, PageSource] = Recent(_PAGES)

    def passages(self, numbers: Iterable[int]) -> dict[int, Passage]:
        """Passages by their numbers; what there is none of, is left out."""
        found, missing = self._passages.take(numbers)
        for body in self.view.bodies(Kind.PASSAGE, missing):
            passage = unpack(body, Passage)
            found[passage.number] = self._passages.keep(passage.number, passage)
        return found

    def passage(self, number: int) -> Passage:
        """One passage. Raises KeyError when there is none of that number."""
        return self.passages((number,))[number]

    def records(self, numbers: Iterable[int]) -> dict[int, Record]:
        """Records by their numbers, in that order."""
        wanted = tuple(numbers)
        alone, missing = self._alone.take(filter(stands_alone, wanted))
        for body in self.view.bodies(Kind.ALONE, missing):
            record = unpack(body, Record)
            alone[record.number] = self._alone.keep(record.number, record)
        holders = self.passages({holder_of(n) for n in wanted if not stands_alone(n)})
        return {
            number: alone[number]
            if stands_alone(number)
            else holders[holder_of(number)].records[row_of(number)]
            for number in wanted
        }

    def record(self, identity: str) -> Record | None:
        """The record with an id; of an article or section, its first sentence."""
        number = next((number for number, _ in self._named(identity)), None)
        return self.records((number,))[number] if number is not None else None

    def heading(self, identity: str) -> Heading | None:
        """The article or section with an id."""
        if not is_heading(identity):
            return None
        for number, body in self._named(identity):
            if not stands_alone(number):
                return unpack(body, Heading)
        return None

    def _named(self, identity: str) -> Iterator[tuple[int, bytes]]:
        for number, body in self.view.named(identity):
            if slot_of(holder_of(number)) in self.live:
                yield number, body

    def article(self, passage: Passage) -> Iterator[Passage]:
        """All passages of the article that one belongs to, in reading order."""
        first = passage.number - passage.place
        numbers = range(first, first + passage.places)
        found = self.passages(numbers)
        return (found[number] for number in numbers)

    def entry(self, record: Record) -> Entry | None:
        """The entry that a record is; None for a piece of a page."""
        if not record.is_entry:
            return None
        found, missing = self._entries.take((record.number,))
        for body in self.view.bodies(Kind.RECORD, missing):
            return self._entries.keep(record.number, unpack(body, Entry))
        return found[record.number]

    def quotes(self, record: Record) -> tuple[Quote, ...]:
        """The quotations of a record; empty only for an answer of the staff."""
        entry = self.entry(record)
        if entry is not None:
            return entry.quotes
        return (self.cut(self.passage(record.passage), record.start, record.end),)

    def cut(self, passage: Passage, start: int, end: int) -> Quote:
        """A part of a passage's reading as a quotation."""
        slot = slot_of(passage.number)
        page = self.page(slot, passage.page)
        return quote_of(page.file, page.text, passage.reading.cut(start, end))

    def shown(self, record: Record) -> tuple[Quote, ...]:
        """The quotations of a record as a reader should see them: the cut of a short sentence is
        shown as the whole sentence, unless that speaks of several years."""
        quotes = self.quotes(record)
        if not record.is_entry or len(quotes) != 1 or record.passage == NOWHERE:
            return quotes
        for sentence in self.passage(record.passage).sentences:
            if sentence.kind != SENTENCE or len(sentence.text) > WHOLE:
                continue
            begins = sentence.spans[0].start <= record.spans[0].start
            if begins and record.spans[-1].end <= sentence.spans[-1].end:
                several = len(years(sentence.text, None).absolute) > 1
                return quotes if several else self.quotes(sentence)
        return quotes

    def together(self, one: Record, other: Record, longest: int) -> tuple[Quote, ...]:
        """The two sentences of a paragraph in which two records lie, in reading order, as one
        quotation where no more than one sentence stands between them; nothing where they are not
        two of one paragraph, or together have more than `longest` characters."""
        if one.passage == NOWHERE or one.passage != other.passage:
            return ()
        passage = self.passage(one.passage)
        first, last = sorted((_sentence(passage, one), _sentence(passage, other)))
        if first < 0 or last == first:
            return ()
        cuts = [(passage.records[at].start, passage.records[at].end) for at in (first, last)]
        whole = cuts[0][0], cuts[1][1]
        if last - first <= 2 and whole[1] - whole[0] <= longest:
            cuts = [whole]
        quotes = tuple(self.cut(passage, *cut) for cut in cuts)
        return quotes if sum(len(quote.reading) for quote in quotes) <= longest else ()

    def antecedent(self, record: Record) -> Record | None:
        """The sentence that one which begins with a record points back to: the one before it, or,
        where that points back too or hardly says anything, the one before that."""
        if record.passage == NOWHERE:
            return None
        passage = self.passage(record.passage)
        sentences = passage.sentences
        at = _sentence(passage, record)
        if at < 1 or sentences[at].spans[0].start != record.spans[0].start:
            return None
        if not points_back(sentences[at].text):
            return None
        before = sentences[at - 1]
        if at > 1 and (points_back(before.text) or len(before.text) < _SAYING):
            before = sentences[at - 2]
        return before

    def issued(self, record: Record) -> date | None:
        """The day of issue of what the record quotes."""
        return self.passage(record.passage).issued if record.passage != NOWHERE else None

    def surroundings(self, record: Record) -> str:
        """The comparable text of the whole article around a record, and of its bulletin's name."""
        if record.passage == NOWHERE:
            return record.text
        return self._around(self.passage(record.passage)).text

    def source(self, record: Record) -> Source | None:
        """Where a record stands; None for an answer of the staff."""
        entry = self.entry(record)
        if entry is not None:
            return entry.source
        return self.source_of(self.passage(record.passage))

    def source_of(self, passage: Passage) -> Source:
        """Where a passage stands."""
        source = self._around(passage).source
        return replace(source, section=passage.subhead, paragraph=passage.paragraph)

    def persons(self, passage: Passage) -> tuple[Person, ...]:
        """The persons whom the article around a passage introduces."""
        return self._around(passage).persons

    def _around(self, passage: Passage) -> Around:
        found, missing = self._articles.take((passage.of,))
        for body in self.view.bodies(Kind.ARTICLE, missing):
            around = unpack(body, Around)
            found[around.number] = self._articles.keep(around.number, around)
        return found[passage.of]

    def page(self, slot: int, at: int) -> PageSource:
        """A page, counted from 0, of the issue in a slot."""
        number = number_of(slot, at)
        found, missing = self._pages.take((number,))
        for body in self.view.bodies(Kind.PAGE, missing):
            found[number] = self._pages.keep(number, unpack(body, PageSource))
        return found[number]

    def speaker(self, record: Record) -> Speaker | None:
        """Who says what the record quotes, where that is certain."""
        entry = self.entry(record)
        if entry is not None:
            return entry.speaker
        passage = self.passage(record.passage)
        found, missing = self._said.take((passage.number,))
        if missing:
            said = attributions(passage.reading.text, self.persons(passage))
            found[passage.number] = self._said.keep(passage.number, said)
        return speaker_of(found[passage.number], record.start, record.end)

    def stance(self, record: Record) -> Stance | None:
        """What kind of truth a record is; None for what stands outside the body."""
        entry = self.entry(record)
        if entry is not None:
            return entry.stance or stance_of(record.text, self.issued(record))
        if record.kind != SENTENCE:
            return None
        passage = self.passage(record.passage)
        found = groups(passage.reading.text, passage.issued)
        return stance_within(found, record.start, record.end)

    def issue(self, slot: int) -> Issue:
        """The whole issue that lies in a slot. Raises KeyError when there is none."""
        for body in self.view.bodies(Kind.ISSUE, (slot,)):
            return unpack(zlib.decompress(body), Issue)
        raise KeyError(slot)


def _sentence(passage: Passage, record: Record) -> int:
    """The row of the sentence in which a record begins; -1 outside the body."""
    begin = record.spans[0].start
    for row, sentence in enumerate(passage.sentences):
        inside = sentence.spans[0].start <= begin < sentence.spans[-1].end
        if inside and sentence.kind == SENTENCE:
            return row
    return -1
