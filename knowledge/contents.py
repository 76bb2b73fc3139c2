"""The table of contents of an issue: articles and sections, each an id to open."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.model import Article, Issue, Option, Overview, Section
from knowledge.quoting import source_of
from knowledge.records import SENTENCE, Heading, Passage
from knowledge.text import comparable

LONGEST_LEAD = 160  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Overviews of an issue's articles; headings by id."""

    overviews: tuple[Overview, ...]
    headings: dict[str, Heading]


def survey(issue: Issue, passages: Sequence[Passage]) -> Contents:
    """The contents of an issue whose passages are given in order."""
    firsts: dict[int, dict[int, int]] = {}
    for passage in passages:
        for record in passage.sentences[:1]:
            if record.kind == SENTENCE:
                firsts.setdefault(passage.article, {})[passage.paragraph] = record.number
    overviews: list[Overview] = []
    headings: dict[str, Heading] = {}
    for number, article in enumerate(issue.articles):
        overview = _overview(issue, article, firsts.get(number, {}), headings)
        if overview is not None:
            overviews.append(overview)
    return Contents(overviews=tuple(overviews), headings=headings)


def _overview(
    issue: Issue, article: Article, firsts: dict[int, int], headings: dict[str, Heading]
) -> Overview | None:
    """An article at a glance; `firsts` are the first sentences of its paragraphs."""
    lead = min(firsts, default=None)
    if lead is None:
        return None
    options: list[Option] = []
    paragraph = 1
    for section in article.sections:
        first = firsts.get(paragraph)
        paragraph += len(section.paragraphs)
        if section.subhead is None or first is None:
            continue
        target = _target("t", issue, article, section)
        headings[target] = Heading(record=first)
        options.append(Option(target=target, label=section.subhead.text))
    target = _target("a", issue, article, None)
    headings[target] = Heading(record=firsts[lead], options=tuple(options))
    return Overview(
        target=target,
        title=article.title,
        kicker=article.kicker.text if article.kicker is not None else None,
        lead=article.paragraphs[0].text[:LONGEST_LEAD],
        sections=tuple(options),
        source=source_of(issue, article, None, 0),
    )


def _target(kind: str, issue: Issue, article: Article, section: Section | None) -> str:
    subhead = section.subhead.text if section is not None and section.subhead else ""
    text = "\n".join((issue.id, comparable(article.title), comparable(subhead)))
    digest = hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{kind}-{digest}"
