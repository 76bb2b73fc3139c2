"""Whether a message in a group speaks to the bot, and what it asks.

Entities come from any client: offsets and lengths count UTF-16 units, and nothing about them is
taken for granted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MENTION, TEXT_MENTION, COMMAND = "mention", "text_mention", "bot_command"
_UNIT = 2  # bytes
_LEADING = " \t\r\n\u3000,，:：、。.;；!！-—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A marked stretch of a text: `offset` and `length` in UTF-16 units, `user` the person whom
    a mention without a user name means."""

    kind: str
    offset: int
    length: int
    user: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Myself:
    """By what the bot is spoken to."""

    id: int
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """How a message speaks to the bot: by name (or /ask), or only by replying to a message of
    the bot; and what is left of it without the name."""

    question: str
    named: bool


def address(
    text: str, entities: Iterable[Entity], myself: Myself, *, replied: bool, commands: bool = False
) -> Address | None:
    """How `text` speaks to the bot; None when it does not.

    `replied` tells that it replies to a message of the bot. With `commands` an /ask at its
    beginning counts, which in captions no one else looks for.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    own = sorted(
        (one.offset * _UNIT, (one.offset + one.length) * _UNIT)
        for one in entities
        if one.offset >= 0
        and one.length > 0
        and (one.offset + one.length) * _UNIT <= len(units)
        and _is_own(
            one, _decoded(units[one.offset * _UNIT :][: one.length * _UNIT]), myself, commands
        )
    )
    if not own:
        return Address(question=text.strip(), named=False) if replied else None
    parts, at = [], 0
    for start, end in own:
        parts.append(_decoded(units[at : max(at, start)]))
        at = max(at, end)
    parts.append(_decoded(units[at:]))
    question = " ".join(part.strip() for part in parts if part.strip())
    return Address(question=question.lstrip(_LEADING).rstrip(), named=True)


def _is_own(entity: Entity, words: str, myself: Myself, commands: bool) -> bool:
    name = f"@{myself.username}".lower()
    match entity.kind:
        case "mention":
            return words.lower() == name
        case "text_mention":
            return entity.user == myself.id
        case "bot_command":
            return commands and entity.offset == 0 and words.lower() in ("/ask", f"/ask{name}")
        case _:
            return False


def _decoded(units: bytes) -> str:
    return units.decode("utf-16-le", "surrogatepass")
