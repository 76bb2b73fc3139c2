"""Buttons about figures: each names a kind of thing and a period, and changes nothing by itself,
so that an old one is as good as a new one. Whoever presses is checked again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.buttons import LIMIT, Button

PATTERN = r"^f:"
_FORM = re.compile(r"f:([a-z]{2,9}):([0-9a-z-]{1,12})", re.ASCII)


class Op(StrEnum):
    """What a button does."""

    STATS = "stats"  # the figures of a period
    LOG = "log"  # the log of a period as a file
    QA = "qa"  # the curated knowledge as a file
    WHY = "why"  # how the answer with a number came about
    AUDIT = "audit"  # acts before the one with a number


_OPS = {op.value: op for op in Op}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button that was pressed: what to do, with which period or number."""

    op: Op
    word: str

    @property
    def number(self) -> int | None:
        """The word as a number; None where it is none that a database holds."""
        return int(self.word) if self.word.isdecimal() else None


def press(label: str, op: Op, word: str | int) -> Button:
    """A button."""
    data = f"f:{op}:{word}"
    assert parse(data) is not None, data
    return Button(label=label, data=data)


def parse(data: object) -> Press | None:
    """What was pressed; None for anything that `press` does not write."""
    if not isinstance(data, str) or len(data) > LIMIT:
        return None
    found = _FORM.fullmatch(data)
    if found is None or found[1] not in _OPS:
        return None
    return Press(op=_OPS[found[1]], word=found[2])
