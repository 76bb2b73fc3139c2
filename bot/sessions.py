"""A conversation's memory: what follow-ups lean on, for how long, and under which key."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from knowledge.model import Option

logger = logging.getLogger(__name__)


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


class Keeper(Protocol):
    """What keeps the states of sessions; each method raises StorageError."""

    async def load_session(self, key: SessionKey) -> dict[str, Any] | None:
        """The state under a key; None where there is none."""

    async def save_session(self, key: SessionKey, state: dict[str, Any], now: datetime) -> None:
        """Keep a state under a key."""

    async def drop_sessions(self, before: datetime) -> int:
        """Delete the states last saved before a moment; how many there were."""


class SessionStore:
    """Sessions that outlive a restart and end after `idle` of silence."""

    def __init__(self, storage: Keeper, idle: timedelta) -> None:
        self._storage = storage
        self._idle = idle
        self._complained = False

    async def get(self, key: SessionKey, now: datetime) -> Session:
        """The conversation under `key`; a fresh one where none is stored or it has ended.

        A stored state that cannot be read (damaged, or of another version of the program) counts
        as none; the first is logged. Raises StorageError.
        """
        try:
            state = await self._storage.load_session(key)
            session = Session.from_state(state) if state is not None else Session()
            return Session() if session.expired(now, self._idle) else session
        except (ValueError, KeyError, TypeError) as error:
            if not self._complained:
                logger.warning("unreadable session in chat %s dropped: %s", key.chat, error)
                self._complained = True
            return Session()

    async def put(self, key: SessionKey, session: Session, now: datetime) -> None:
        """Keep `session`, touched `now`. Raises StorageError."""
        touched = replace(session, touched=now)
        await self._storage.save_session(key, touched.to_state(), now)

    async def sweep(self, now: datetime) -> int:
        """Delete the conversations that have ended; how many there were. Raises StorageError."""
        return await self._storage.drop_sessions(now - self._idle)
