"""Why a past question got its answer, in words that editors read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from unicodedata import normalize
from zoneinfo import ZoneInfo

from bot.masking import NUMBER, masked
from bot.storage import AskedQuestion
from bot.wording import Wording
from knowledge.explain import Explanation

_PIECE = re.compile(r"[0-9A-Za-z]+|[零〇一二三四五六七八九幺两]{7,}")
_APART = (r"(?<![0-9A-Za-z.])", r"(?![0-9A-Za-z.])")
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
        "\n".join(_shown(explanation.lines(), asked.resolved)),
    )


def _shown(lines: list[str], question: str) -> Iterator[str]:
    """The explanation without what tells who asked, which it may have taken to pieces; what the
    bulletin says stays as it is."""
    before, after = (
        Counter(_PIECE.findall(normalize("NFKC", t))) for t in (question, masked(question))
    )
    hidden = [piece for piece in before - after if len(piece) > 1]
    pieces = "|".join(map(re.escape, sorted(hidden, key=len, reverse=True)))
    taken = re.compile(f"{_APART[0]}(?:{pieces}){_APART[1]}", re.IGNORECASE) if hidden else None
    for number, line in enumerate(lines):
        if number == 0:
            yield masked(line)
        elif taken is None or _RECORD.match(line):
            yield line
        else:
            yield taken.sub(NUMBER, line)
