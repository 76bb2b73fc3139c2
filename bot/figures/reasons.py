"""Why a past question got its answer, in words that editors read."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from bot.masking import masked
from bot.storage import AskedQuestion
from bot.wording import Wording
from knowledge.explain import Explanation

_RECORD = re.compile(r"\d+\. ")  # how a line begins that quotes the bulletin


def paragraphs(
    number: int,
    asked: AskedQuestion,
    explanation: Explanation,
    wording: Wording,
    zone: ZoneInfo,
    *,
    kept: bool,
) -> tuple[str, ...]:
    """What was asked, what came of it, and the explanation; `kept` says whether that is of the
    version that gave the answer, or of the current one because the other is gone."""
    said = wording.figures.reasons
    facts = [said.head.format(number=number, time=wording.moment(asked.asked_at.astimezone(zone)))]
    if asked.question != asked.resolved:
        facts.append(said.typed.format(question=masked(asked.question)))
    status = said.statuses.get(asked.status, asked.status)
    facts.append(said.result.format(status=status, confidence=f"{asked.confidence:.2f}"))
    answer = explanation.answer
    same = (answer.status, answer.target) == (asked.status, asked.target)
    return (
        "\n".join(facts),
        "" if kept else said.version_gone,
        said.otherwise if kept and not same else "",
        "\n".join(_shown(line) for line in explanation.lines()),
    )


def _shown(line: str) -> str:
    """A line without what tells who asked; what the bulletin says stays as it is."""
    return line if _RECORD.match(line) else masked(line)
