"""Buttons about what was asked in vain.

Each names the question, the draft or the lesson that it was made for, those that teach also the
version of the knowledge; whoever presses is checked again, because what comes back may be old or
invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.buttons import Button
from bot.codes import Code

OF_RESIDENTS = r"^u:tell:"
_VERSION = 8  # digits of a version that a button carries


class Op(StrEnum):
    """What a button does. The first group is about a question of the log, the second about a
    draft, the third about a lesson, the last is the residents' own."""

    VIEW = "view"
    SAME = "same"
    SURE = "sure"
    WRITE = "write"
    FIND = "find"
    IGNORE = "ignore"

    TEACH = "teach"
    AGAIN = "again"
    NAME = "name"
    DROP = "drop"

    UNDO = "undo"
    UNDONE = "undone"

    TELL = "tell"


_CODE = Code("u", Op, r"[0-9a-f]{8}-\d", digits=18)
PATTERN = _CODE.pattern
_RANKED = frozenset({Op.VIEW, Op.SAME, Op.SURE})  # may say which candidate of which version


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button that was pressed: what to do with which number; `rank` counts the candidates of a
    version from 0."""

    op: Op
    number: int
    version: str = ""
    rank: int = 0

    def made_on(self, version: str) -> bool:
        """Whether the button was made on that version of the knowledge."""
        return self.version == version[:_VERSION]


def press(label: str, op: Op, number: int, version: str = "", rank: int = 0) -> Button:
    """A button."""
    return _CODE.button(label, op, number, f"{version[:_VERSION]}-{rank}" if version else "")


def parse(data: object) -> Press | None:
    """What was pressed; None for anything that `press` does not write."""
    found = _CODE.parse(data)
    if found is None or (found.word and found.op not in _RANKED):
        return None
    version, _, rank = found.word.partition("-")
    return Press(op=found.op, number=found.number, version=version, rank=int(rank or 0))
