"""From settings to a knowledge base that answers."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.config import Settings
from knowledge.base import KnowledgeBase, Limits
from knowledge.content import Content, load


def open_base(settings: Settings, folder: Path | None = None) -> KnowledgeBase:
    """The knowledge base over `folder`, or over the content folder that the settings name.

    Raises KnowledgeError with everything that is wrong with the content.
    """
    with _not_collecting():
        return build_base(load(folder or settings.content.folder), settings)


def build_base(content: Content, settings: Settings) -> KnowledgeBase:
    """The knowledge base over a content that is already loaded."""
    answers = settings.answers
    limits = Limits(answered=answers.answered, related=answers.related, options=answers.options)
    return KnowledgeBase.build(content, limits)


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Garbage collection put off: what is being built is all kept, and looking through it again
    and again takes a tenth of the time."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
