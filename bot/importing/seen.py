"""What came of reading a file: the text that would be a page, and what the page reader saw in it.

These values come out of a process of their own that reads hostile files, so they are checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.importing.faults import Fault, Refused
from bot.importing.plain import MOST_CHARACTERS
from knowledge.errors import PageError
from knowledge.model import Article, JoinKind
from knowledge.page import parse

MOST_ARTICLES = 200
MOST_NOTES = 20  # doubtful places that are shown
_LONGEST_NAME = 80

Line = Annotated[int, Field(ge=0)]
Shown = Annotated[str, Field(max_length=300)]


class Value(BaseModel):
    """Frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SeenArticle(Value):
    """An article: its headline stands from `start` to `end` of the text; both are where the
    article begins when it has none, and `headline` is then how its text begins."""

    headline: Shown
    named: bool
    byline: tuple[Shown, ...]
    start: Line
    end: Line
    paragraphs: Line


class SeenJoin(Value):
    """Two lines that were taken for one sentence without being sure."""

    line: Line
    before: Shown
    after: Shown


class Seen(Value):
    """What is in a text. `remarks` are (line, sentence); `blank` pages of a PDF held no text;
    `more` counts doubtful places beyond those listed."""

    articles: Annotated[tuple[SeenArticle, ...], Field(min_length=1, max_length=MOST_ARTICLES)]
    joins: Annotated[tuple[SeenJoin, ...], Field(max_length=MOST_NOTES)] = ()
    remarks: Annotated[tuple[tuple[Line, Shown], ...], Field(max_length=MOST_NOTES)] = ()
    blank: Annotated[tuple[Line, ...], Field(max_length=MOST_NOTES)] = ()
    more: Line = 0


class SeenPage(Seen):
    """A text with what is in it."""

    text: Annotated[str, Field(max_length=MOST_CHARACTERS)]

    @property
    def seen(self) -> Seen:
        """All but the text."""
        return Seen.model_validate(self.model_dump(exclude={"text"}))


class Complaint(Value):
    """A file that is not taken."""

    fault: Fault
    detail: Shown = ""
    line: Line = 0

    @classmethod
    def of(cls, refused: Refused) -> Complaint:
        return cls(fault=refused.fault, detail=refused.detail[:300], line=refused.line)


def look(text: str, blank: tuple[int, ...] = ()) -> SeenPage:
    """What the page reader sees in a text that is fit to be a page. Raises Refused."""
    try:
        page = parse(text, Path())
    except PageError as error:
        raise Refused(Fault.NOT_TEXT, error.problem.message, error.problem.line) from None
    if not page.articles:
        raise Refused(Fault.NO_TEXT)
    if len(page.articles) > MOST_ARTICLES:
        raise Refused(Fault.TOO_MANY, str(MOST_ARTICLES))
    joins = [join for join in page.joins if join.kind is JoinKind.DUBIOUS]
    hidden = max(0, len(joins) - MOST_NOTES) + max(0, len(page.remarks) - MOST_NOTES)
    return SeenPage(
        text=text,
        articles=tuple(_seen(article, text) for article in page.articles),
        joins=tuple(
            SeenJoin(line=join.line, before=join.before, after=join.after)
            for join in joins[:MOST_NOTES]
        ),
        remarks=tuple((line, sentence[:300]) for line, sentence in page.remarks[:MOST_NOTES]),
        blank=blank[:MOST_NOTES],
        more=hidden,
    )


def _seen(article: Article, text: str) -> SeenArticle:
    if article.headline is not None:
        spans = article.headline.spans(text)
        start, end = spans[0].start, spans[-1].end
    else:
        start = end = _offset(text, article.line)
    return SeenArticle(
        headline=article.title[:300],
        named=article.headline is not None,
        byline=tuple(name[:_LONGEST_NAME] for name in article.byline[:MOST_NOTES]),
        start=start,
        end=end,
        paragraphs=len(article.paragraphs),
    )


def _offset(text: str, line: int) -> int:
    """Where a line (from 1) begins. The text's line ends are those of `plain.fit`."""
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1]))
