"""From settings to a knowledge base that answers."""

from __future__ import annotations

from pathlib import Path

from bot.config import Settings
from knowledge.base import KnowledgeBase, Limits
from knowledge.building import Progress
from knowledge.collecting import not_collecting, settle


def open_base(
    settings: Settings, folder: Path | None = None, progress: Progress | None = None
) -> KnowledgeBase:
    """The knowledge base over `folder`, or over the content folder that the settings name.

    Raises KnowledgeError with everything that is wrong with the content.
    """
    answers = settings.answers
    limits = Limits(answered=answers.answered, related=answers.related, options=answers.options)
    with not_collecting():
        base = KnowledgeBase.over(folder or settings.content.folder, limits, progress)
    settle()
    return base
