"""A conversation's memory: what follow-ups lean on, for how long, and under which key."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from knowledge.model import Option


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionKey:
    """Whose conversation it is: one per chat, topic (0 outside topics) and user."""

    chat: int
    thread: int = 0
    user: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What one conversation remembers between two messages.

    `question` is the last question in full (follow-ups resolved), `target` what answered it,
    `shown` every target shown for it, `options` what was last offered for choosing, `person` the
    last person spoken of. `version` names the knowledge that the targets belong to.
    """

    question: str = ""
    target: str | None = None
    shown: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    person: str | None = None
    version: str = ""
    touched: datetime | None = None

    def expired(self, now: datetime, idle: timedelta) -> bool:
        """Whether the conversation has been silent for longer than `idle`."""
        return self.touched is not None and now - self.touched > idle

    def to_state(self) -> dict[str, Any]:
        """The session as plain JSON values."""
        state = asdict(self)
        state["touched"] = self.touched.isoformat() if self.touched else None
        return state

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Session:
        """The session that `to_state` wrote; keys of another version of the program are ignored.

        Raises ValueError, KeyError or TypeError when the state is not of that form.
        """
        known = {item.name for item in fields(cls)}
        values = {key: value for key, value in state.items() if key in known}
        values["shown"] = tuple(values.get("shown", ()))
        values["options"] = tuple(Option(**option) for option in values.get("options", ()))
        if values.get("touched"):
            values["touched"] = datetime.fromisoformat(values["touched"])
        return cls(**values)
