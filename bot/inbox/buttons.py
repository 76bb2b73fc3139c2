"""Buttons about what was asked in vain.

Each names the question, the draft or the lesson that it was made for, those that teach also the
version of the knowledge; whoever presses is checked again, because what comes back may be old or
invented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.buttons import LIMIT, Button

PATTERN = r"^u:"
OF_RESIDENTS = r"^u:tell:"
_FORM = re.compile(r"u:([a-z]{2,8}):(\d{1,18})(?::([0-9a-f]{8})-(\d))?", re.ASCII)
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


_OPS = {op.value: op for op in Op}
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
    data = f"u:{op}:{number}" + (f":{version[:_VERSION]}-{rank}" if version else "")
    assert parse(data) is not None, data
    return Button(label=label, data=data)


def parse(data: object) -> Press | None:
    """What was pressed; None for anything that `press` does not write."""
    if not isinstance(data, str) or len(data) > LIMIT:
        return None
    found = _FORM.fullmatch(data)
    if found is None or found[1] not in _OPS:
        return None
    op = _OPS[found[1]]
    if found[3] and op not in _RANKED:
        return None
    return Press(
        op=op,
        number=int(found[2]),
        version=found[3] or "",
        rank=int(found[4]) if found[4] else 0,
    )
