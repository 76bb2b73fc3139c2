"""What residents asked in vain and still would, gathered for editors."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.inbox.clusters import Asking, Cluster, clusters, wording
from bot.inbox.register import Logged, Register
from knowledge.base import KnowledgeBase, Live
from knowledge.model import Answer, Entry, Probe, Status

CANDIDATES = 3  # that an editor can choose among
_BATCH = 25  # questions tried before others get their turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A passage that came near: as it would be answered, the entry that it is, and for the
    nearest why it was not called the answer."""

    target: str
    answer: Answer
    entry: Entry | None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A cluster at its place in the list, with its neighbours' numbers, on one version of the
    knowledge. `same` are those of its wordings that ask exactly the same as the first."""

    cluster: Cluster
    place: int
    total: int
    before: int | None
    after: int | None
    version: str
    same: tuple[str, ...]
    candidates: tuple[Candidate, ...]


class Inbox:
    """Asks the knowledge in use again whatever had no answer: what has one now is no matter any
    more, whoever put the answer in."""

    def __init__(self, live: Live, register: Register, days: int) -> None:
        self._live = live
        self._register = register
        self._days = days
        self._version = ""
        self._probes: dict[str, Probe] = {}

    async def open(self) -> tuple[Cluster, ...]:
        """What waits for an editor, asked by most people first."""
        base = self._live.current
        since = datetime.now(UTC) - timedelta(days=self._days)
        logged = await self._register.in_vain(since)
        probes = await self._probed(base, {one.text for one in logged})
        askings = [asking for one in logged if (asking := _asking(one, probes[one.text]))]
        found = await asyncio.to_thread(clusters, askings)
        away = await self._register.away()
        return tuple(cluster for cluster in found if not _is_away(cluster, away))

    async def matter(self, number: int) -> Matter | None:
        """The matter that the question of that number belongs to; with 0, the first of all. None
        where it is settled."""
        found = await self.open()
        numbers = [cluster.id for cluster in found]
        holders = [
            place
            for place, cluster in enumerate(found)
            if number in (0, *(asking.id for asking in cluster.askings))
        ]
        if not holders:
            return None
        place = holders[0]
        base = self._live.current
        cluster = found[place]
        return Matter(
            cluster=cluster,
            place=place + 1,
            total=len(found),
            before=numbers[place - 1] if place else None,
            after=numbers[place + 1] if place + 1 < len(numbers) else None,
            version=base.version,
            same=await self._same(base, cluster.wordings),
            candidates=await asyncio.to_thread(candidates, base, cluster.wordings[0]),
        )

    async def _same(self, base: KnowledgeBase, wordings: tuple[str, ...]) -> tuple[str, ...]:
        probes = await self._probed(base, set(wordings))
        first = probes[wordings[0]]
        return tuple(
            text
            for text in wordings
            if (probes[text].terms, probes[text].asks) == (first.terms, first.asks)
        )

    async def _probed(self, base: KnowledgeBase, texts: set[str]) -> dict[str, Probe]:
        """What becomes of texts now, tried off the event loop and remembered for a version."""
        if self._version != base.version:
            self._version, self._probes = base.version, {}
        known = self._probes
        unknown = sorted(texts - known.keys())
        for start in range(0, len(unknown), _BATCH):
            known.update(await asyncio.to_thread(_tried, base, unknown[start : start + _BATCH]))
        return {text: known[text] for text in texts}


def candidates(base: KnowledgeBase, question: str) -> tuple[Candidate, ...]:
    """What came nearest to a question, no two saying the same."""
    explained = base.explain(question)
    doubts = tuple(explained.doubts())
    found: dict[str, Candidate] = {}
    for record in (*explained.aside, *(scored.record for scored in explained.ranked)):
        answer = base.open(record.id)
        if answer is None or not answer.text or answer.text in found:
            continue
        first = bool(explained.ranked) and record is explained.ranked[0].record
        found[answer.text] = Candidate(
            target=record.id,
            answer=answer,
            entry=base.entry(record.id),
            doubts=doubts if first else (),
        )
    return tuple(found.values())[:CANDIDATES]


def digests(wordings: Iterable[str]) -> tuple[str, ...]:
    """Wordings as they are remembered when they are put away: not to be read."""
    return tuple(
        hashlib.blake2s(wording(text).encode("utf-8", "replace"), digest_size=8).hexdigest()
        for text in wordings
    )


def _asking(logged: Logged, probe: Probe) -> Asking | None:
    """A question that still waits; None for one that has an answer now, another than that which
    did not help, or that is none."""
    status = probe.answer.status
    if status is Status.CHAT:
        return None
    if status is Status.ANSWERED and logged.complaint != probe.answer.target:
        return None
    return Asking(
        id=logged.id,
        user=logged.user,
        text=logged.text,
        terms=probe.terms,
        asks=probe.asks,
        target=probe.nearest,
        at=logged.at,
        complaint=logged.complaint,
    )


def _is_away(cluster: Cluster, away: dict[str, int]) -> bool:
    """Whether a cluster was put away and no more people have asked since."""
    return cluster.people <= max(away.get(one, 0) for one in digests(cluster.wordings))


def _tried(base: KnowledgeBase, texts: list[str]) -> dict[str, Probe]:
    return {text: _lean(base.probe(text)) for text in texts}


def _lean(probe: Probe) -> Probe:
    """What is remembered of a probe: not the quotations."""
    answer = Answer(status=probe.answer.status, target=probe.answer.target)
    return replace(probe, answer=answer)
