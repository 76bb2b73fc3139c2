"""Which passage was given where another was expected, counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from knowledge.model import Article, Issue, Source
from knowledge.scoring import Outcome, Scored, normal

_EXCERPT = 30  # characters that remind a reader of a paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A paragraph of an article, 0 for what is outside its body; `excerpt` is its beginning."""

    issue: str
    article: str
    paragraph: int
    excerpt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """`given` was shown where `expected` answers. `outside` questions have no expected passage;
    else None is one that the content does not hold, or that nobody named. `given` is None for a
    staff answer. `cases` are the lines that it happened to, each as often as it did."""

    expected: Place | None
    given: Place | None
    outside: bool
    cases: tuple[str | int, ...]


class Places:
    """Every paragraph of some issues, found by what it says."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self._texts = [
            (place, normal(text))
            for issue in issues
            for article in issue.articles
            for place, text in _paragraphs(issue, article)
        ]

    def holding(self, passage: str) -> Iterator[Place]:
        """The paragraphs that a passage stands in, those of the body first."""
        sought = normal(passage)
        found = [place for place, text in self._texts if sought and sought in text]
        yield from sorted(found, key=lambda place: place.paragraph == 0)

    def of(self, source: Source) -> Place:
        """The place that an answer names as its source."""
        place = Place(issue=source.issue, article=source.article, paragraph=source.paragraph)
        return next((known for known, _ in self._texts if known == place), place)


def confusions(scored: Iterable[Scored], places: Places) -> tuple[Confusion, ...]:
    """The wrong answers by expected and given passage, the most frequent first."""
    pairs: dict[tuple[bool, Place | None, Place | None], list[str | int]] = {}
    for one in scored:
        if one.outcome is Outcome.WRONG:
            pairs.setdefault(_pair(one, places), []).append(one.case.id)
    found = [
        Confusion(expected=expected, given=given, outside=outside, cases=tuple(cases))
        for (outside, expected, given), cases in pairs.items()
    ]
    return tuple(sorted(found, key=lambda one: -len(one.cases)))


def _pair(one: Scored, places: Places) -> tuple[bool, Place | None, Place | None]:
    """Whether out of scope, the expected place, the given one. Where several places are right,
    the given one counts as expected if it is among them."""
    source = one.reply.source
    given = places.of(source) if source is not None else None
    if one.case.kind is not None:
        return True, None, given
    right = [place for gold in one.demand.gold for place in places.holding(gold)]
    expected = given if given in right else next(iter(right), None)
    return False, expected, given


def _paragraphs(issue: Issue, article: Article) -> Iterator[tuple[Place, str]]:
    def place(number: int, text: str) -> Place:
        excerpt = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
        return Place(issue=issue.id, article=article.title, paragraph=number, excerpt=excerpt)

    for number, paragraph in enumerate(article.paragraphs, start=1):
        yield place(number, paragraph.text), paragraph.text
    heads = [article.kicker, article.headline, article.byline_reading]
    heads += [section.subhead for section in article.sections]
    heads += [caption.reading for caption in article.captions]
    for head in heads:
        if head is not None:
            yield place(0, head.text), head.text
