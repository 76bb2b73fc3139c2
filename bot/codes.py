"""What the buttons of a room carry: its letter, what to do, a number, and perhaps one more word.

The text comes back from outside, from any client and from any old message: `parse` takes only
what `button` could have written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from bot.buttons import LIMIT, Button

Deed = TypeVar("Deed", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)  # slots do not go with Press[Op](…)
class Press(Generic[Deed]):
    """A button that was pressed: what to do, with which number, and one more word."""

    op: Deed
    number: int
    word: str = ""


class Code(Generic[Deed]):
    """The buttons of the room with that letter: `n:edit:12`, `n:group:12:-501`. `word` is the form
    of the further word; without one there is none."""

    def __init__(
        self, letter: str, ops: type[Deed], word: str | None = None, *, digits: int = 15
    ) -> None:
        self.pattern = f"^{letter}:"
        self._letter = letter
        self._ops = {op.value: op for op in ops}
        more = rf"(?::({word}))?" if word is not None else "()"
        self._form = re.compile(rf"{letter}:([a-z]{{2,9}}):(\d{{1,{digits}}}){more}", re.ASCII)

    def button(self, label: str, op: Deed, number: int = 0, word: str = "") -> Button:
        """A button."""
        data = f"{self._letter}:{op}:{number}" + (f":{word}" if word else "")
        assert self.parse(data) is not None, data
        return Button(label=label, data=data)

    def parse(self, data: object) -> Press[Deed] | None:
        """What was pressed; None for anything that `button` does not write."""
        if not isinstance(data, str) or len(data) > LIMIT:
            return None
        found = self._form.fullmatch(data)
        if found is None or found[1] not in self._ops:
            return None
        return Press(op=self._ops[found[1]], number=int(found[2]), word=found[3] or "")
