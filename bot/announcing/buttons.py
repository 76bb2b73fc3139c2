"""Buttons about announcements: what they carry, and which stand under what.

Every button names the draft, announcement or action that it was made for; whoever presses it is
checked again, because what comes back may be old or invented.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from bot.buttons import LIMIT, Button, Keyboard

PATTERN = r"^n:"
_FORM = re.compile(r"n:([a-z]{2,9}):(\d{1,15})(?::([A-Za-z0-9-]{1,20}))?", re.ASCII)


class Op(StrEnum):
    """What a button does. The first group is about a draft, the second about an announcement, the
    third about an action, the last about a resident's subscriptions."""

    DIGEST = "digest"
    NEXT = "next"
    AFRESH = "afresh"
    CATEGORY = "category"
    WHOM = "whom"
    STREET = "street"
    GROUP = "group"
    PAGE = "page"
    CHOSEN = "chosen"
    NOW = "now"
    BACK = "back"
    CONFIRM = "confirm"
    DROP = "drop"

    LIST = "list"
    VIEW = "view"
    EDIT = "edit"
    RECALL = "recall"
    RECALLED = "recalled"
    PIN = "pin"
    UNPIN = "unpin"
    STOP = "stop"
    STOPPED = "stopped"

    RESEND = "resend"
    MISSES = "misses"

    TOGGLE = "toggle"
    LEAVE = "leave"
    NONE = "none"


_OPS = {op.value: op for op in Op}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button that was pressed: what to do, with which number, and one more word."""

    op: Op
    number: int
    word: str = ""


def press(label: str, op: Op, number: int, word: str = "") -> Button:
    """A button."""
    data = f"n:{op}:{number}" + (f":{word}" if word else "")
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


def key(name: str) -> str:
    """A name from the settings as a button carries it."""
    return hashlib.blake2s(name.encode(), digest_size=5).hexdigest()


def named(word: str, names: tuple[str, ...]) -> str | None:
    """The name among `names` that a button carries; None when it is no longer among them."""
    return next((name for name in names if key(name) == word), None)


def rows(buttons: tuple[Button, ...], width: int) -> Keyboard:
    """Buttons in rows of `width`."""
    return tuple(buttons[start : start + width] for start in range(0, len(buttons), width))
