"""Questions of the log that ask the same thing in nearly the same words, as clusters: pure.

Wordings are alike by rapidfuzz over their comparable text, or over the words that they come down
to, in any order; those that came nearest to the same passage need not be as alike as others.
Another year, another number or another kind of thing asked for is another question, however alike
the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from rapidfuzz import fuzz, process

from knowledge import slots
from knowledge.sameness import KINDS
from knowledge.text import bare, comparable

TYPED = 88.0  # rapidfuzz's ratio of two texts, 0 to 100, from which they are alike
ALIKE, ALIKE_OF_ONE = 84.0, 75.0  # that of their words; the second beside one passage

Signature = tuple[slots.Years, tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question of the log, in full after follow-ups were resolved: who asked it when, the
    `terms` that it comes down to, the kinds of thing that it `asks` for, the `target` that comes
    nearest, and the one that was complained about with 👎, if it was."""

    id: int
    user: int
    text: str
    terms: tuple[str, ...] = ()
    asks: frozenset[str] = frozenset()
    target: str | None = None
    at: datetime
    complaint: str | None = None


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Askings of one thing, newest first."""

    askings: tuple[Asking, ...]

    @cached_property
    def id(self) -> int:
        """The number of the first asking, which stays while others come in."""
        return min(asking.id for asking in self.askings)

    @cached_property
    def people(self) -> int:
        """How many different people asked."""
        return len({asking.user for asking in self.askings})

    @property
    def last(self) -> datetime:
        """When it was last asked."""
        return self.askings[0].at

    @cached_property
    def complaints(self) -> int:
        """How many said that the answer did not help."""
        return len({asking.user for asking in self.askings if asking.complaint is not None})

    @cached_property
    def wordings(self) -> tuple[str, ...]:
        """The different wordings as last typed, the most usual first."""
        newest: dict[str, str] = {}
        for asking in self.askings:
            newest.setdefault(wording(asking.text), asking.text)
        usual = Counter(wording(asking.text) for asking in self.askings)
        return tuple(newest[key] for key, _ in usual.most_common())


def wording(text: str) -> str:
    """What is the same of two texts that differ in marks, spaces and width only."""
    return bare(comparable(text)) or text


def clusters(askings: Iterable[Asking]) -> tuple[Cluster, ...]:
    """The clusters, those asked by most people first, the last asked before others."""
    by_wording: defaultdict[str, list[Asking]] = defaultdict(list)
    for asking in sorted(askings, key=lambda one: (one.at, one.id), reverse=True):
        by_wording[wording(asking.text)].append(asking)
    groups = _grouped(by_wording)
    found = [
        Cluster(askings=tuple(sorted(group, key=lambda one: (one.at, one.id), reverse=True)))
        for group in groups
    ]
    return tuple(sorted(found, key=lambda one: (one.people, one.last, one.id), reverse=True))


def _grouped(by_wording: dict[str, list[Asking]]) -> Iterator[list[Asking]]:
    """The askings of each cluster. The most usual wordings lead, so that none drifts away from
    what the cluster asks."""
    leaders: defaultdict[Signature, list[_Leader]] = defaultdict(list)
    for text, askings in sorted(by_wording.items(), key=_usual):
        newest = askings[0]
        one = _Leader(
            text=text,
            words=" ".join(sorted(newest.terms)),
            asks=frozenset(KINDS.get(kind, kind) for kind in newest.asks),
            target=newest.target,
            askings=[*askings],
        )
        fellows = leaders[_signature(text)]
        leader = _followed(one, fellows)
        if leader is None:
            fellows.append(one)
        else:
            leader.askings.extend(askings)
    for fellows in leaders.values():
        yield from (leader.askings for leader in fellows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leader:
    """The wording that a cluster began with."""

    text: str
    words: str
    asks: frozenset[str]
    target: str | None
    askings: list[Asking]


def _followed(one: _Leader, leaders: list[_Leader]) -> _Leader | None:
    """The leader that a wording follows; None where it leads itself."""
    fit = [other for other in leaders if other.asks & one.asks or not (other.asks or one.asks)]
    near = [other for other in fit if one.target is not None and other.target == one.target]
    for fellows, least in ((near, ALIKE_OF_ONE), (fit, ALIKE)):
        words = [other.words for other in fellows]
        found = process.extractOne(
            one.words, words, scorer=fuzz.token_sort_ratio, score_cutoff=least
        )
        if found is not None and one.words:
            return fellows[found[2]]
    texts = [other.text for other in fit]
    found = process.extractOne(one.text, texts, scorer=fuzz.ratio, score_cutoff=TYPED)
    return fit[found[2]] if found is not None else None


def _usual(item: tuple[str, list[Asking]]) -> tuple[int, int]:
    """The most often asked first, then the oldest."""
    _, askings = item
    return -len(askings), min(asking.id for asking in askings)


def _signature(text: str) -> Signature:
    """The years and numbers that a text names."""
    values = sorted(number.value for number in slots.numbers(text))
    return slots.years(text, None), tuple(values)
