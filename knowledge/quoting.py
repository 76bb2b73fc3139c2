"""From a place in an article to a quotation and its citation."""

from __future__ import annotations

from pathlib import Path

from knowledge.model import Article, Issue, Quote, Section, Source
from knowledge.reading import Reading, verbatim


def quote_of(file: Path, source: str, reading: Reading) -> Quote:
    """The quotation that a cut of one of a page's readings stands for; `source` is the page's
    decoded text."""
    spans = reading.spans(source)
    return Quote(reading=reading.text, texts=verbatim(source, spans), file=file, spans=spans)


def source_of(issue: Issue, article: Article, section: Section | None, paragraph: int) -> Source:
    """Where a quotation stands; `paragraph` counts from 1 through the whole article, 0 is outside
    the body (headline, caption, byline), where `section` is None."""
    subhead = section.subhead if section is not None else None
    return Source(
        issue=issue.id,
        issued=issue.issued,
        bulletin=issue.bulletin,
        article=article.title,
        section=subhead.text if subhead is not None else None,
        paragraph=paragraph,
        byline=article.byline,
    )
