"""What answers to a question set are worth: an outcome for each reply, and figures over all.

A case asks one question, or several in one conversation. A question is demanded an answer that
holds certain strings, or, where the case has a `kind`, demanded none: the bulletin does not hold
it. Pure: who asks and who prints is elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from knowledge.calibration import auroc
from knowledge.model import Source, Status

LONGEST = 320  # comparable characters up to which an answer is an answer, not a paste
SINGLE = "ALL single questions"
FIRST_TURNS = "dialogue, turn 1"
FOLLOW_UPS = "dialogue, follow-ups"
OUTSIDE = "out of scope, "
_SUBSCRIPT = re.compile(r"_\{([^}]*)\}")
_BLANK = re.compile(r"[\s\u200b\ufeff]+")
_ALIKE = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})


class Outcome(StrEnum):
    """What a reply is worth. Only WRONG and TOO_LONG are claims that should not have been made;
    ASSISTED claims nothing and yet shows what was asked for. The order is that of harm."""

    WRONG = "wrong"
    TOO_LONG = "too long"
    MISSED = "missed"
    ASSISTED = "assisted"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One question: its answer must hold every string of `must`; `gold` are the passages of the
    source that answer it, any of them."""

    question: str
    must: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line of a question set. `kind` is None where the bulletin holds the answer; `style` is
    how a single question is put; a `dialogue` asks its demands one after the other. `place` is
    the file and the line."""

    id: str | int
    demands: tuple[Demand, ...]
    style: str = ""
    kind: str | None = None
    dialogue: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came: `text` as the reader sees it, `asked` the question as it was understood."""

    status: Status
    text: str
    quotes: tuple[str, ...] = ()
    confidence: float = 0.0
    options: tuple[str, ...] = ()
    source: Source | None = None
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A reply with its outcome; `turn` counts the case's demands from 0."""

    case: Case
    turn: int
    reply: Reply
    outcome: Outcome

    @property
    def demand(self) -> Demand:
        return self.case.demands[self.turn]

    @property
    def group(self) -> str:
        """The name under which it is counted."""
        if self.case.kind is not None:
            return OUTSIDE + self.case.kind
        if self.case.dialogue:
            return FOLLOW_UPS if self.turn else FIRST_TURNS
        return self.case.style

    @property
    def single(self) -> bool:
        """Whether it is a question asked by itself that the bulletin answers."""
        return self.case.kind is None and not self.case.dialogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """How often each outcome came up among questions of one sort."""

    name: str
    counts: Mapping[Outcome, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def share(self, outcome: Outcome = Outcome.RIGHT) -> float:
        """The part with an outcome, from 0 to 1; a group is never empty."""
        return self.counts.get(outcome, 0) / self.total


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything scored, and what it adds up to. `sources` are the texts of the pages that
    quotations must stand in; `longest` is what an answer may have in comparable characters."""

    scored: tuple[Scored, ...]
    sources: tuple[str, ...]

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """By name: all single questions, their styles, dialogues, out of scope by kind."""
        counts: dict[str, Counter[Outcome]] = {}
        for one in self.scored:
            for name in (SINGLE, one.group) if one.single else (one.group,):
                counts.setdefault(name, Counter())[one.outcome] += 1
        names = sorted(counts, key=_order)
        return tuple(Group(name=name, counts=counts[name]) for name in names)

    def group(self, name: str) -> Group | None:
        """The group of a name; None where nothing was asked of that sort."""
        return next((group for group in self.groups if group.name == name), None)

    @cached_property
    def failures(self) -> tuple[Scored, ...]:
        """All that is not right, the most harmful first, each sort in the order asked."""
        harm = list(Outcome)
        failed = [one for one in self.scored if one.outcome is not Outcome.RIGHT]
        return tuple(sorted(failed, key=lambda one: harm.index(one.outcome)))

    @cached_property
    def inside(self) -> tuple[float, ...]:
        """Confidence in each single question that the bulletin answers."""
        return tuple(one.reply.confidence for one in self.scored if one.single)

    @cached_property
    def outside(self) -> tuple[float, ...]:
        """Confidence in each question that it does not answer."""
        return tuple(one.reply.confidence for one in self.scored if one.case.kind is not None)

    @cached_property
    def auroc(self) -> float | None:
        """The chance that an answerable question gets more confidence than an unanswerable one."""
        return auroc(self.inside, self.outside)

    @cached_property
    def mean_length(self) -> float:
        """Comparable characters of an answer to what the bulletin holds; 0 without any."""
        lengths = [
            len(normal(one.reply.text))
            for one in self.scored
            if one.case.kind is None and one.reply.status is Status.ANSWERED
        ]
        return sum(lengths) / len(lengths) if lengths else 0.0

    @cached_property
    def quotes(self) -> int:
        """Quotations shown; an answer without one counts as one that stands nowhere."""
        return sum(len(one.reply.quotes) or _bare(one) for one in self.scored)

    @cached_property
    def strays(self) -> int:
        """Quotations that stand in none of the sources."""
        pages = [normal(source) for source in self.sources]
        shown = [normal(quote) for one in self.scored for quote in one.reply.quotes]
        astray = sum(not any(quote in page for page in pages) for quote in shown)
        return astray + sum(_bare(one) for one in self.scored)


def score(case: Case, replies: Iterable[Reply], longest: int = LONGEST) -> Iterator[Scored]:
    """The outcome of each reply, one for each of the case's demands."""
    for turn, (demand, reply) in enumerate(zip(case.demands, replies, strict=True)):
        if case.kind is None:
            outcome = judged(demand, reply, longest)
        else:
            answered = reply.status is Status.ANSWERED
            outcome = Outcome.WRONG if answered else Outcome.RIGHT
        yield Scored(case=case, turn=turn, reply=reply, outcome=outcome)


def judged(demand: Demand, reply: Reply, longest: int = LONGEST) -> Outcome:
    """What a reply to a question is worth that the bulletin answers."""
    answer = normal(reply.text)
    if reply.status is Status.ANSWERED:
        if not _holds(answer, demand):
            return Outcome.WRONG
        return Outcome.RIGHT if len(answer) <= longest else Outcome.TOO_LONG
    if reply.status is Status.RELATED:
        shown = answer + normal("".join(reply.options))
        return Outcome.ASSISTED if _holds(shown, demand) else Outcome.MISSED
    return Outcome.MISSED


def holds(demand: Demand, reply: Reply) -> bool:
    """Whether what is shown as the answer holds all that was demanded."""
    return _holds(normal(reply.text), demand)


def normal(text: str) -> str:
    """The text without what makes no difference: white space, width, the scan's subscripts, the
    shape of quotation marks. Unlike `text.comparable` it keeps case and traditional characters.

    >>> normal("ＰＭ_{2.5} “好”")
    'PM2.5"好"'
    """
    text = _SUBSCRIPT.sub(r"\1", unicodedata.normalize("NFKC", text))
    return _BLANK.sub("", text).translate(_ALIKE)


def _holds(text: str, demand: Demand) -> bool:
    return all(normal(demanded) in text for demanded in demand.must)


def _bare(one: Scored) -> bool:
    """Whether it claims an answer and quotes nothing."""
    return one.reply.status is Status.ANSWERED and not one.reply.quotes


def _order(name: str) -> tuple[int, str]:
    fixed = {SINGLE: 0, FIRST_TURNS: 2, FOLLOW_UPS: 3}
    return fixed.get(name, 4 if name.startswith(OUTSIDE) else 1), name
