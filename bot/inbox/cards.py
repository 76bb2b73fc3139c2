"""What an editor sees of a matter and what can be done with it: pure."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot import render
from bot.buttons import Button, Keyboard
from bot.inbox.buttons import Op, press
from bot.inbox.inbox import Candidate, Matter
from bot.masking import masked
from bot.wording import Wording
from knowledge.model import Answer

_WORDINGS = 4  # shown of a cluster
_LONGEST = 300  # characters of a question or a passage that a card shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Messages, and the buttons under the last."""

    pages: tuple[str, ...]
    keyboard: Keyboard = ()


def matter_card(matter: Matter, rank: int, wording: Wording, zone: ZoneInfo) -> Card:
    """A matter with one of its candidates."""
    said, cluster = wording.inbox, matter.cluster
    first, *others = [short(masked(text)) for text in cluster.wordings]
    counts = said.counts.format(
        people=cluster.people, last=wording.moment(cluster.last.astimezone(zone))
    )
    bad = said.complaints.format(people=cluster.complaints) if cluster.complaints else ""
    listed = "\n".join((said.others, *others[:_WORDINGS])) if others else ""
    rank = rank if rank < len(matter.candidates) else 0
    candidate = matter.candidates[rank] if matter.candidates else None
    return Card(
        pages=render.notice(
            said.head.format(place=matter.place, total=matter.total),
            said.question.format(question=first),
            listed,
            counts + bad,
            *_nearest(candidate, rank, wording),
        ),
        keyboard=_keys(matter, rank, wording),
    )


def teaching_card(
    questions: tuple[str, ...],
    answer: Answer,
    wording: Wording,
    keys: tuple[Button, ...],
    *,
    failing: tuple[str, ...] = (),
    remark: str = "",
) -> Card:
    """What would be taught: the questions, and the answer as residents will see it."""
    said = wording.inbox
    listed = "\n".join(f"· {question}" for question in questions)
    harm = said.failing.format(failing="\n".join(failing)) if failing else ""
    return Card(
        pages=(
            *render.notice(harm, remark, said.look.format(questions=listed)),
            *render.html(answer, wording),
        ),
        keyboard=(keys[:2], keys[2:]) if len(keys) > 2 else (keys,),
    )


def _nearest(candidate: Candidate | None, rank: int, wording: Wording) -> tuple[str, ...]:
    said = wording.inbox
    if candidate is None:
        return (said.no_candidate,)
    answer = candidate.answer
    passage = said.nearest if rank == 0 else said.further.format(number=rank + 1)
    why = said.why.format(reasons="；".join(candidate.doubts)) if candidate.doubts else ""
    return (passage, short(answer.text), render.citation(answer, wording), why)


def _keys(matter: Matter, rank: int, wording: Wording) -> Keyboard:
    said, number = wording.inbox.buttons, matter.cluster.id
    rows: list[tuple[Button, ...]] = []
    if matter.candidates:
        same = press(said.same, Op.SAME, number, matter.version, rank)
        other = (rank + 1) % len(matter.candidates)
        more = press(said.other, Op.VIEW, number, matter.version, other)
        rows.append((same, more) if len(matter.candidates) > 1 else (same,))
    rows.append((press(said.find, Op.FIND, number), press(said.write, Op.WRITE, number)))
    rows.append((press(said.ignore, Op.IGNORE, number),))
    turns = []
    if matter.before is not None:
        turns.append(press(said.earlier, Op.VIEW, matter.before))
    if matter.after is not None:
        turns.append(press(said.later, Op.VIEW, matter.after))
    if turns:
        rows.append(tuple(turns))
    return tuple(rows)


def short(text: str) -> str:
    """A text as far as a card shows it."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
