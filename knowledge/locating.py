"""Finds where a curated quotation stands in the pages, whatever way it was typed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Protocol

from rapidfuzz import fuzz, process

from knowledge.model import Article, Issue, Page, Quote, Section, Source
from knowledge.quoting import quote_of, source_of
from knowledge.reading import Reading, join
from knowledge.text import Comparable, comparable, compare

_NEAR = 60.0  # rapidfuzz partial ratio, 0 to 100: below it a hint would only mislead
_PARTED = "\n"  # never part of a comparable text


@dataclass(frozen=True, slots=True)
class _Mark:
    """From index `start` of a strip's text on: this section, this paragraph of the article."""

    start: int
    section: Section | None
    paragraph: int


@dataclass(frozen=True, slots=True)
class _Strip:
    """Text of an article through which a quotation may run: the heading, the body, a caption or
    the byline."""

    issue: Issue
    page: Page
    article: Article
    reading: Reading
    marks: tuple[_Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a quotation stands; `order` counts through all content, `offset` through the strip."""

    quote: Quote
    source: Source
    article: Article
    order: int
    offset: int


class Locating(Protocol):
    """Looks quotations up."""

    def places(self, quotation: str, article: str | None = None) -> Iterator[Place]:
        """Every place where a quotation stands, in reading order; `article` narrows the search to
        titles that hold it."""

    def together(self, quotations: Sequence[str], article: str | None) -> list[Place] | None:
        """A place for each quotation, as near as can be to the longest one's; None unless all
        are found."""

    def nearest(self, quotation: str) -> str | None:
        """The passage that a quotation which stands nowhere most resembles."""

    def titles(self) -> list[str]:
        """The titles of the articles looked through."""


class Locator:
    """Looks quotations up in all pages of some issues, the first issue first."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self._strips = [strip for issue in issues for strip in _strips(issue)]
        texts = [comparable(strip.reading.text) for strip in self._strips]
        self._text = _PARTED.join(texts)
        self._ends = list(accumulate(len(text) + len(_PARTED) for text in texts))
        self._starts = [0, *self._ends[:-1]]
        self._compared: dict[int, Comparable] = {}

    def places(self, quotation: str, article: str | None = None) -> Iterator[Place]:
        """Every place where a quotation stands, in reading order; `article` narrows the search to
        titles that hold it."""
        sought = comparable(quotation)
        title = comparable(article or "")
        at = self._text.find(sought) if sought else -1
        while at >= 0:
            order = bisect_right(self._starts, at) - 1
            strip = self._strips[order]
            if title in comparable(strip.article.title):
                for start, end in self._comparable(order).find_all(quotation):
                    yield _place(strip, order, start, end)
            at = self._text.find(sought, self._ends[order])

    def together(self, quotations: Sequence[str], article: str | None) -> list[Place] | None:
        """A place for each quotation, as near as can be to the longest one's; None unless all
        are found."""
        found = [list(self.places(quotation, article)) for quotation in quotations]
        if not all(found):
            return None
        longest = max(range(len(found)), key=lambda index: len(quotations[index]))
        anchor = next(
            (place for place in found[longest] if _shared(place.article, found)),
            found[longest][0],
        )
        return [min(places, key=lambda place: _distance(place, anchor)) for places in found]

    def nearest(self, quotation: str) -> str | None:
        """The passage that a quotation which stands nowhere most resembles."""
        sought = comparable(quotation)
        sentences = [sentence.text for sentence in self._sentences]
        whole = process.extractOne(sought, sentences, scorer=fuzz.ratio, score_cutoff=_NEAR)
        longer = {i: text for i, text in enumerate(sentences) if len(text) >= len(sought)}
        part = process.extractOne(sought, longer, scorer=fuzz.partial_ratio, score_cutoff=_NEAR)
        if part and (not whole or part[1] > whole[1]):
            sentence = self._sentences[part[2]]
            aligned = fuzz.partial_ratio_alignment(sought, sentence.text)
            if aligned is not None and aligned.dest_end > aligned.dest_start:
                start = sentence.origins[aligned.dest_start]
                return sentence.original[start : sentence.origins[aligned.dest_end - 1] + 1]
        return self._sentences[whole[2]].original if whole else None

    def titles(self) -> list[str]:
        return list(dict.fromkeys(strip.article.title for strip in self._strips))

    @cached_property
    def _sentences(self) -> list[Comparable]:
        return [compare(sentence) for strip in self._strips for sentence in _sentences(strip)]

    def _comparable(self, order: int) -> Comparable:
        if order not in self._compared:
            self._compared[order] = compare(self._strips[order].reading.text)
        return self._compared[order]


def _strips(issue: Issue) -> Iterator[_Strip]:
    for page in issue.pages:
        for article in page.articles:
            outside = (_Mark(0, None, 0),)
            heading = [part for part in (article.kicker, article.headline) if part is not None]
            if heading:
                yield _Strip(issue, page, article, join(heading), outside)
            body, marks = _body(article)
            if body:
                yield _Strip(issue, page, article, join(body), tuple(marks))
            for caption in article.captions:
                yield _Strip(issue, page, article, caption.reading, outside)
            if article.byline_reading is not None:
                yield _Strip(issue, page, article, article.byline_reading, outside)


def _body(article: Article) -> tuple[list[Reading], list[_Mark]]:
    """Subheads and paragraphs in order, and where each begins; a subhead has paragraph 0."""
    readings: list[Reading] = []
    marks: list[_Mark] = []
    at = paragraph = 0
    for section in article.sections:
        if section.subhead is not None:
            readings.append(section.subhead)
            marks.append(_Mark(at, section, 0))
            at += len(section.subhead.text)
        for part in section.paragraphs:
            paragraph += 1
            readings.append(part.reading)
            marks.append(_Mark(at, section, paragraph))
            at += len(part.text)
    return readings, marks


def _place(strip: _Strip, order: int, start: int, end: int) -> Place:
    mark = strip.marks[bisect_right(strip.marks, start, key=lambda mark: mark.start) - 1]
    return Place(
        quote=quote_of(strip.page.file, strip.page.source, strip.reading.cut(start, end)),
        source=source_of(strip.issue, strip.article, mark.section, mark.paragraph),
        article=strip.article,
        order=order,
        offset=start,
    )


def _shared(article: Article, found: Sequence[Sequence[Place]]) -> bool:
    """Whether each quotation has a place in the article."""
    return all(any(place.article is article for place in places) for places in found)


def _distance(place: Place, anchor: Place) -> tuple[bool, int, int]:
    return (
        place.article is not anchor.article,
        abs(place.order - anchor.order),
        abs(place.offset - anchor.offset),
    )


def _sentences(strip: _Strip) -> Iterator[str]:
    """A strip's sentences; a heading, caption or byline is one."""
    if strip.marks[0].paragraph == 0 and strip.marks[0].section is None:
        yield strip.reading.text
        return
    for section in strip.article.sections:
        for paragraph in section.paragraphs:
            for sentence in paragraph.sentences:
                yield sentence.text
