"""An answer that an editor is writing or looking for: pure, each change a new value."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError


class Step(StrEnum):
    """What the editor is asked for."""

    TEXT = "text"
    NAME = "name"
    FIND = "find"
    READY = "ready"


TYPING = frozenset({Step.TEXT, Step.NAME, Step.FIND})  # steps that take what is typed


class AnswerDraft(BaseModel):
    """An answer to `questions`, as far as it is written; where the editor `finds` it instead,
    `text` is another question, whose answer is meant. `serial` tells its buttons from those of
    other drafts, `version` is the knowledge on which it was shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["answer"] = "answer"
    serial: int
    step: Step = Step.TEXT
    questions: tuple[str, ...]
    finds: bool = False
    text: str = ""
    name: str = ""
    version: str = ""

    def but(self, **changes: object) -> AnswerDraft:
        """The draft with some things changed."""
        return self.model_copy(update=changes)


def read_draft(state: str | None) -> AnswerDraft | None:
    """A draft as it was kept; None where an editor writes nothing, or something else."""
    if state is None:
        return None
    try:
        return AnswerDraft.model_validate_json(state)
    except ValidationError:
        return None


def typed(draft: AnswerDraft, text: str) -> AnswerDraft:
    """The draft after what was asked for has been typed."""
    part = {"name": text} if draft.step is Step.NAME else {"text": text}
    return draft.but(**part, step=Step.READY)
