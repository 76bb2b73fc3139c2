"""Buttons as plain values, and the short text that Telegram carries back when one is pressed.

The text comes back from outside, from any client and from any old message: `parse` takes only
what `encode` could have written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LIMIT = 64  # bytes that Telegram allows
_VERSION = 8  # digits of the knowledge's version that a button carries
_FORM = re.compile(
    r"([a-z]):(?:([0-9a-f]{0,8}):([A-Za-z0-9_-]{1,40}))?(?:@([1-9a-z][0-9a-z]{0,10}))?", re.ASCII
)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TARGET = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


class Action(StrEnum):
    """What a button does; the value is what is sent."""

    OPEN = "o"  # answer what stands behind a target: an option, an example, a section
    ARTICLE = "a"  # an article at a glance
    PASSAGE = "p"  # the paragraph around the quotation
    ISSUE = "i"  # the articles of the current issue
    GOOD = "g"  # the answer helped
    BAD = "b"  # the answer did not help
    ERASE = "e"  # /forgetme, confirmed
    KEEP = "k"  # /forgetme, thought better of
    SETTING = "s"  # /settings: the target says which page, or what to set


_ACTIONS = {action.value: action for action in Action}
AIMED = frozenset({Action.OPEN, Action.ARTICLE, Action.PASSAGE})  # at a version's target
_TARGETED = AIMED | {Action.SETTING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a button says: an action, for some the target and the version it belongs to, and in a
    group the person whom it was made for (0 where anybody may press it)."""

    action: Action
    target: str = ""
    version: str = ""
    owner: int = 0

    def made_on(self, version: str) -> bool:
        """Whether the button was made on that version of the knowledge."""
        return self.version == version[:_VERSION]


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """What is read on a button, and what comes back when it is pressed (at most 64 bytes) or else
    the address that it opens."""

    label: str
    data: str = ""
    url: str | None = None


Keyboard = tuple[tuple[Button, ...], ...]


def is_target(text: str) -> bool:
    """Whether a text from outside, as a deep link's, has the form of a target."""
    return _TARGET.fullmatch(text) is not None


def button(
    label: str, action: Action, target: str = "", version: str = "", *, owner: int = 0
) -> Button:
    """A button for `action`; those of AIMED need a target and the version it belongs to, settings
    a target. In a group it obeys `owner` only, if that is a person."""
    data = f"{action}:{version[:_VERSION]}:{target}" if action in _TARGETED else f"{action}:"
    if owner > 0:
        data = f"{data}@{_base36(owner)}"
    assert parse(data) is not None, data
    return Button(label=label, data=data)


def parse(data: object) -> Press | None:
    """What was pressed; None for anything that `button` does not write."""
    if not isinstance(data, str) or len(data) > LIMIT:
        return None
    found = _FORM.fullmatch(data)
    if found is None or found[1] not in _ACTIONS:
        return None
    action = _ACTIONS[found[1]]
    if (action in _TARGETED) != (found[3] is not None) or (action in AIMED) != bool(found[2]):
        return None
    return Press(
        action=action,
        target=found[3] or "",
        version=found[2] or "",
        owner=int(found[4], 36) if found[4] else 0,
    )


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits
