"""From settings to a knowledge base that answers."""

from __future__ import annotations

from pathlib import Path

from bot.config import Settings
from knowledge.base import KnowledgeBase, Limits
from knowledge.content import Content, load
from knowledge.dictionary import not_collecting


def open_base(settings: Settings, folder: Path | None = None) -> KnowledgeBase:
    """The knowledge base over `folder`, or over the content folder that the settings name.

    Raises KnowledgeError with everything that is wrong with the content.
    """
    with not_collecting():
        return build_base(load(folder or settings.content.folder), settings)


def build_base(content: Content, settings: Settings) -> KnowledgeBase:
    """The knowledge base over a content that is already loaded."""
    answers = settings.answers
    limits = Limits(answered=answers.answered, related=answers.related, options=answers.options)
    return KnowledgeBase.build(content, limits)
