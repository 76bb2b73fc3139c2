"""What editors read of figures, digests, exports and reasons."""

from __future__ import annotations

from pydantic import field_validator

from bot.wording.part import Part
from knowledge.model import Status


class PeriodsSaid(Part):
    today: str
    yesterday: str
    days: str
    month: str
    ever: str


class FiguresButtons(Part):
    today: str
    week: str
    thirty: str
    month: str
    earlier: str
    later: str
    why: str


class Drawn(Part):
    """What stands on the picture."""

    hours: str
    days: str
    issues: str
    statuses: dict[Status, str]


class DigestSaid(Part):
    """What editors are told every morning."""

    yesterday: str
    days: str
    head: str
    nothing: str
    before: str
    before_days: str


class ReasonsSaid(Part):
    """Why a question got its answer."""

    how: str
    gone: str
    head: str
    typed: str
    result: str
    statuses: dict[str, str]
    version_gone: str
    otherwise: str


class AuditSaid(Part):
    """What administrators did; `deeds` are the program's words for it and ours."""

    none: str
    head: str
    line: str
    by: str
    by_nobody: str
    older: str
    deeds: dict[str, str]


class ExportingSaid(Part):
    """What editors take away as files; `heading` and `words` stand in the table itself."""

    which: str
    what: str
    of: str
    ever: str
    qa: str
    busy: str
    waiting: str
    log: str
    knowledge: str
    part: str
    done: str
    nothing: str
    failed: str
    not_sent: str
    file: str
    heading: tuple[str, ...]
    words: dict[str, str]


class FiguresSaid(Part):
    """Figures of a period, as text and as a picture, and what hangs on them."""

    periods: PeriodsSaid
    buttons: FiguresButtons
    drawn: Drawn
    head: str
    nothing: str
    asked: str
    talk: str
    verdicts: str
    heads: str
    top: str
    missed: str
    disliked: str
    line: str
    issues: str
    issue: str
    hours: str
    hour: str
    days: str
    day: str
    why: str
    no_picture: str
    failed: str
    digest: DigestSaid
    reasons: ReasonsSaid
    exporting: ExportingSaid
    audit: AuditSaid

    @field_validator("drawn")
    @classmethod
    def _complete(cls, value: Drawn) -> Drawn:
        if set(value.statuses) != set(Status) - {Status.CHAT}:
            raise ValueError("statuses")
        return value
