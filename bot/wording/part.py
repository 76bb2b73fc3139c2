"""What every section of the locale file is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A section of the locale file: unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")
