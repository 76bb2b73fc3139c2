"""What a catalog holds, told on cards: one for each issue, one for the curated entries."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.curated import Check
from knowledge.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a slot of the catalog holds. Its `fingerprint` changes with whatever it was made from;
    an issue is known again by the `stamp` of the files at its `place` in the content folder.

    Of an issue: how it is called, its page `files` as the system names them (paths of ten years of
    a daily paper take long to make), its articles' titles, how many passages and records, the
    words that it brings with it. Of the curated entries (`curated`): the regression questions,
    which extracted records are `hidden` because an editor quotes the same, and what was taught but
    has `lapsed`.
    """

    slot: int
    fingerprint: str
    place: str = ""
    stamp: str = ""
    id: str = ""
    issued: date | None = None
    bulletin: str = ""
    title: str = ""
    url: str | None = None
    files: tuple[bytes, ...] = ()
    articles: tuple[str, ...] = ()
    passages: int = 0
    records: int = 0
    own_words: tuple[str, ...] = ()
    remarks: tuple[Problem, ...] = ()
    curated: bool = False
    checks: tuple[Check, ...] = ()
    hidden: frozenset[int] = frozenset()
    lapsed: tuple[Problem, ...] = ()


class PageFiles:
    """The pages of some issues by their files."""

    def __init__(self, issues: Iterable[Card]) -> None:
        self._pages = {
            file: (card, page) for card in issues for page, file in enumerate(card.files)
        }

    def get(self, file: Path) -> tuple[Card, int] | None:
        """The card of the issue to which a page file belongs, and which of its pages it is."""
        return self._pages.get(os.fsencode(file))
