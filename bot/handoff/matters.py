"""What a resident wants to hand over, while they are asked for what is still needed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError


class Matter(BaseModel):
    """`found` is what the bot had found for the question `asked`, `source` the message in which it
    was typed; `again` goes on with a matter that was closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    found: str = ""
    asked: int | None = None
    source: int | None = None
    again: bool = False


def read_matter(state: str | None) -> Matter | None:
    """The matter that was kept; None where there is none or it cannot be read."""
    if state is None:
        return None
    try:
        return Matter.model_validate_json(state)
    except ValidationError:
        return None
