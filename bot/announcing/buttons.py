"""Buttons about announcements: what they carry, and which stand under what.

Every button names the draft, announcement or action that it was made for; whoever presses it is
checked again, because what comes back may be old or invented.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

from bot import codes
from bot.buttons import Button, Keyboard
from bot.codes import Code


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


_CODE = Code("n", Op, "[A-Za-z0-9-]{1,20}")
PATTERN = _CODE.pattern
Press = codes.Press[Op]
press, parse = _CODE.button, _CODE.parse


def key(name: str) -> str:
    """A name from the settings as a button carries it."""
    return hashlib.blake2s(name.encode(), digest_size=5).hexdigest()


def named(word: str, names: tuple[str, ...]) -> str | None:
    """The name among `names` that a button carries; None when it is no longer among them."""
    return next((name for name in names if key(name) == word), None)


def rows(buttons: tuple[Button, ...], width: int) -> Keyboard:
    """Buttons in rows of `width`."""
    return tuple(buttons[start : start + width] for start in range(0, len(buttons), width))
