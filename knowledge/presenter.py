"""Records put as answers: the quotation with where it stands, who says it, what stands around."""

from __future__ import annotations

from dataclasses import replace

from knowledge.library import Library
from knowledge.model import Answer, Option, Passage, Speaker, Status
from knowledge.people import Person
from knowledge.phrasing import option_label, spoken
from knowledge.records import NOWHERE, Record
from knowledge.sentences import divide

_WIDE = 300  # characters that can be read at once


class Presenter:
    """Puts the records of one library as answers."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def answer(self, record: Record, confidence: float) -> Answer:
        """A record put as the answer."""
        entry = self._library.entry(record)
        speaker = self._library.speaker(record)
        quotes = self._library.shown(record)
        return Answer(
            status=Status.ANSWERED,
            text=spoken(quotes, speaker) or (entry.text if entry is not None else ""),
            quotes=quotes,
            confidence=confidence,
            source=self._library.source(record),
            stance=self._library.stance(record),
            speaker=speaker,
            staff=entry.staff if entry is not None else None,
            target=record.id,
        )

    def speaker(self, record: Record) -> Answer | None:
        """Who says a record: the words of the page that name the person; None where nobody is
        said to say it."""
        if record.passage == NOWHERE:
            return None
        passage = self._library.passage(record.passage)
        speaker = self._library.speaker(record) or _only_person(
            self._library.persons(passage), record.text
        )
        at = passage.reading.text.find(speaker.name) if speaker is not None else -1
        if speaker is None or at < 0:
            return None
        post = speaker.post or ""
        start = at - len(post) if post and passage.reading.text[:at].endswith(post) else at
        quote = self._library.cut(passage, start, at + len(speaker.name))
        return Answer(
            status=Status.ANSWERED,
            text=quote.reading,
            quotes=(quote,),
            confidence=1.0,
            source=self._library.source_of(passage),
            speaker=speaker,
            target=record.id,
        )

    def wider(self, record: Record) -> Answer | None:
        """A record with the sentences around it, as far as they can be read at once; None where
        it stands in no page."""
        if record.passage == NOWHERE:
            return None
        passage = self._library.passage(record.passage)
        text = passage.reading.text
        quoted = self._library.quotes(record)[0].reading
        at = max(0, text.find(quoted))
        start, end = _widened(text, at, at + len(quoted))
        quote = self._library.cut(passage, start, end)
        return replace(self.answer(record, 1.0), text=quote.reading, quotes=(quote,), speaker=None)

    def beside_the_body(self, record: Record, kind: str) -> Answer | None:
        """What of that kind (headline, byline) the article of a record has."""
        if record.passage == NOWHERE:
            return None
        for passage in self._library.article(self._library.passage(record.passage)):
            for other in passage.sentences:
                if other.kind == kind:
                    return self.answer(other, 1.0)
        return None

    def passage(self, record: Record) -> Passage | None:
        """The paragraph around a record."""
        if record.passage == NOWHERE:
            return None
        passage = self._library.passage(record.passage)
        text, quoted = passage.reading.text, self._library.quotes(record)[0].reading
        before, found, after = text.partition(quoted)
        if not found:
            before, quoted, after = "", text, ""
        return Passage(
            before=before, quote=quoted, after=after, source=self._library.source_of(passage)
        )

    def titled(self, record: Record) -> Option:
        """A record to be chosen by the title of its article."""
        source = self._library.source(record)
        title = option_label(source.article) if source is not None else self.label(record)
        return Option(target=record.id, label=title)

    def label(self, record: Record) -> str:
        """What a record is offered under: the question that it answers, or its beginning."""
        entry = self._library.entry(record)
        if entry is not None and entry.questions:
            return option_label(entry.questions[0])
        return option_label("".join(quote.reading for quote in self._library.quotes(record)))


def _only_person(persons: tuple[Person, ...], text: str) -> Speaker | None:
    """The one person of an article whom a text names; None for nobody or several."""
    named = [person for person in persons if person.name in text]
    return Speaker(name=named[0].name, post=named[0].post) if len(named) == 1 else None


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """A cut of a paragraph grown sentence by sentence to at most _WIDE characters: to the end of
    its own sentence, then by what follows, then by what goes before."""
    ends = [0, *(sentence.end for sentence in divide(text))]
    first = max((at for at in ends if at <= start), default=0)
    last = min((at for at in ends if at >= end), default=len(text))
    for at in ends:
        if at > last and at - first <= _WIDE:
            last = at
    for at in reversed(ends):
        if at < first and last - at <= _WIDE:
            first = at
    return first, last
