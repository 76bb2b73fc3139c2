"""From settings to a knowledge base that answers."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bot.reloading import journal
from bot.settings import Settings
from knowledge.base import KnowledgeBase, Limits
from knowledge.building import Progress
from knowledge.interpreter import not_collecting, settle

logger = logging.getLogger(__name__)

_MANY = 20  # issues from which building them is worth watching


def open_base(settings: Settings, folder: Path | None = None) -> KnowledgeBase:
    """The knowledge base over `folder`, or over the content folder that the settings name. Who
    looks on sees how far it is where much is to be built.

    Raises KnowledgeError with everything that is wrong with the content.
    """
    place = folder or settings.content.folder
    journal.recover(place)
    with not_collecting(), watched() as progress:
        base = KnowledgeBase.over(place, limits_of(settings), progress)
    settle()
    return base


def limits_of(settings: Settings) -> Limits:
    """How sure an answer must be, as the settings say."""
    answers = settings.answers
    return Limits(answered=answers.answered, related=answers.related, options=answers.options)


def _logged(done: int, total: int) -> None:
    """A line in the log at each tenth."""
    if total >= _MANY and done * 10 // total > (done - 1) * 10 // total:
        logger.info("issues built: %d of %d", done, total)


@contextmanager
def watched() -> Iterator[Progress]:
    """A bar on a terminal, made only when there is something to see; else lines in the log."""
    if not sys.stderr.isatty():
        yield _logged
        return
    with ExitStack() as stack:
        bars: list[Any] = []

        def show(done: int, total: int) -> None:
            if total < _MANY:
                return
            if not bars:
                from rich.console import Console
                from rich.progress import Progress as Bar

                bars.append(stack.enter_context(Bar(console=Console(stderr=True), transient=True)))
                bars[0].add_task("正在整理各期公报", total=total)
            bars[0].update(bars[0].task_ids[0], completed=done)

        yield show
