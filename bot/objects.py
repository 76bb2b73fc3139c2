"""Answers and pages as JSON values, for programs that read what the commands print."""

from __future__ import annotations

import json
from typing import Any

from bot.render import plain
from bot.wording import Wording
from knowledge.model import Answer, Article, Page, Section, Source


def encode(value: object) -> str:
    """`value` on one line; lone surrogates, which UTF-8 cannot hold, as their escapes."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text


def answer_object(answer: Answer, wording: Wording) -> dict[str, Any]:
    """An answer as JSON values: `answer` is what is read, `quotes` is the pages' own text."""
    speaker = answer.speaker
    return {
        "status": answer.status.value,
        "answer": plain(answer, wording),
        "quotes": [text for quote in answer.quotes for text in quote.texts],
        "confidence": round(answer.confidence, 4),
        "source": _source(answer.source) if answer.source is not None else None,
        "options": [option.label for option in answer.options],
        "stance": answer.stance.value if answer.stance is not None else None,
        "speaker": {"name": speaker.name, "post": speaker.post} if speaker is not None else None,
        "as_of": answer.as_of.isoformat() if answer.as_of is not None else None,
    }


def page_object(page: Page) -> dict[str, Any]:
    """A page as JSON values; paragraphs are as read, with the layout's tears mended."""
    return {"articles": [_article_object(article) for article in page.articles]}


def _source(source: Source) -> dict[str, Any]:
    return {
        "issue": source.issue,
        "article": source.article,
        "section": source.section,
        "paragraph": source.paragraph,
        "byline": list(source.byline),
    }


def _article_object(article: Article) -> dict[str, Any]:
    return {
        "kicker": article.kicker.text if article.kicker is not None else None,
        "headline": article.headline.text if article.headline is not None else None,
        "byline": list(article.byline),
        "captions": [caption.text for caption in article.captions],
        "sections": [_section_object(section) for section in article.sections],
    }


def _section_object(section: Section) -> dict[str, Any]:
    return {
        "subhead": section.subhead.text if section.subhead is not None else None,
        "paragraphs": [paragraph.text for paragraph in section.paragraphs],
    }
