"""Buttons about content that is brought in. Every one names the draft that it was made for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.buttons import LIMIT, Button

PATTERN = r"^m:"
_FORM = re.compile(r"m:([a-z]{2,9}):(\d{1,15})(?::([A-Za-z0-9-]{1,20}))?", re.ASCII)


class Op(StrEnum):
    """What a button does with a draft."""

    NEXT = "next"
    LESS = "less"
    DAY = "day"
    ADD = "add"
    REPLACE = "replace"
    BACK = "back"
    HEADLINE = "headline"
    PAGE = "page"
    RENAME = "rename"
    PUT = "put"
    ANYWAY = "anyway"
    DROP = "drop"


_OPS = {op.value: op for op in Op}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button that was pressed: what to do, with which draft, and one more word."""

    op: Op
    number: int
    word: str = ""


def press(label: str, op: Op, number: int, word: str = "") -> Button:
    """A button."""
    data = f"m:{op}:{number}" + (f":{word}" if word else "")
    assert parse(data) is not None, data
    return Button(label=label, data=data)


def parse(data: object) -> Press | None:
    """What was pressed; None for anything that `press` does not write."""
    if not isinstance(data, str) or len(data) > LIMIT:
        return None
    found = _FORM.fullmatch(data)
    if found is None or found[1] not in _OPS:
        return None
    return Press(op=_OPS[found[1]], number=int(found[2]), word=found[3] or "")
