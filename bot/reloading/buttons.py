"""Buttons about versions of the content; each names the proposal or the version it is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.buttons import LIMIT, Button

PATTERN = r"^r:"
_FORM = re.compile(r"r:([a-z]{4}):(\d{1,18})", re.ASCII)


class Op(StrEnum):
    """What a button does: the first two with a proposal, the last with a version."""

    SWAP = "swap"
    DROP = "drop"
    BACK = "back"


_OPS = {op.value: op for op in Op}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button that was pressed."""

    op: Op
    number: int


def press(label: str, op: Op, number: int) -> Button:
    """A button."""
    data = f"r:{op}:{number}"
    assert parse(data) is not None, data
    return Button(label=label, data=data)


def parse(data: object) -> Press | None:
    """What was pressed; None for anything that `press` does not write."""
    if not isinstance(data, str) or len(data) > LIMIT:
        return None
    found = _FORM.fullmatch(data)
    if found is None or found[1] not in _OPS:
        return None
    return Press(op=_OPS[found[1]], number=int(found[2]))
