"""The table of contents of the current issue: articles and sections, each an id to open."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from knowledge.model import Article, Issue, Option, Overview, Section
from knowledge.quoting import source_of
from knowledge.records import SENTENCE, Library, Record
from knowledge.text import comparable

LONGEST_LEAD = 160  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """An article or section to open: the record of its first sentence, and what lies below."""

    record: Record
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Overviews of the newest issue's articles; headings of all issues by id."""

    overviews: tuple[Overview, ...]
    headings: dict[str, Heading]


def survey(library: Library) -> Contents:
    """The contents of a library."""
    firsts: dict[tuple[int, int], Record] = {}
    for record in library.records:
        if record.kind == SENTENCE and record.entry is None:
            passage = library.passages[record.passage]
            firsts.setdefault((passage.article, passage.number), record)
    overviews: list[Overview] = []
    headings: dict[str, Heading] = {}
    number = 0
    for position, issue in enumerate(library.content.issues):
        for article in issue.articles:
            overview = _overview(issue, article, number, firsts, headings)
            if overview is not None and position == 0:
                overviews.append(overview)
            number += 1
    return Contents(overviews=tuple(overviews), headings=headings)


def _overview(
    issue: Issue,
    article: Article,
    number: int,
    firsts: dict[tuple[int, int], Record],
    headings: dict[str, Heading],
) -> Overview | None:
    lead = next((firsts[number, n] for n in _numbers(article) if (number, n) in firsts), None)
    if lead is None:
        return None
    options: list[Option] = []
    paragraph = 1
    for section in article.sections:
        first = firsts.get((number, paragraph))
        paragraph += len(section.paragraphs)
        if section.subhead is None or first is None:
            continue
        target = _target("t", issue, article, section)
        headings[target] = Heading(record=first)
        options.append(Option(target=target, label=section.subhead.text))
    target = _target("a", issue, article, None)
    headings[target] = Heading(record=lead, options=tuple(options))
    return Overview(
        target=target,
        title=article.title,
        kicker=article.kicker.text if article.kicker is not None else None,
        lead=article.paragraphs[_numbers(article)[0] - 1].text[:LONGEST_LEAD],
        sections=tuple(options),
        source=source_of(issue, article, None, 0),
    )


def _numbers(article: Article) -> range:
    return range(1, len(article.paragraphs) + 1)


def _target(kind: str, issue: Issue, article: Article, section: Section | None) -> str:
    subhead = section.subhead.text if section is not None and section.subhead else ""
    text = "\n".join((issue.id, comparable(article.title), comparable(subhead)))
    digest = hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{kind}-{digest}"
