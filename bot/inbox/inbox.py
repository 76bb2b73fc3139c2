"""What residents asked in vain and still would, gathered for editors."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.inbox.clusters import Asking, Cluster, clusters, wording
from bot.inbox.register import Logged, Register
from knowledge.base import KnowledgeBase, Live
from knowledge.model import Answer, Entry, Probe, Status

CANDIDATES = 3  # that an editor can choose among
_BATCH = 25  # questions tried before others get their turn
_MOMENT = 1.0  # seconds for trying again what was tried on another version


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
    more, whoever put the answer in.

    Right after a change of the content, not everything is asked again at once, so that nobody
    waits long; a matter that is shown always is.
    """

    def __init__(self, live: Live, register: Register, days: int) -> None:
        self._live = live
        self._register = register
        self._days = days
        self._known: dict[str, tuple[str, Probe]] = {}  # by text: the version asked, what came
        self._turn = asyncio.Lock()  # two editors would try the same twice

    async def _open(self, base: KnowledgeBase) -> tuple[Cluster, ...]:
        """What waits for an editor, asked by most people first."""
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
        async with self._turn:
            while True:
                base = self._live.current
                found = await self._open(base)
                place = next((at for at, one in enumerate(found) if _holds(one, number)), None)
                if place is None:
                    return None
                if not await self._refresh(base, found[place].wordings):
                    return await self._matter(base, found, place)

    async def _matter(self, base: KnowledgeBase, found: tuple[Cluster, ...], place: int) -> Matter:
        cluster = found[place]
        first, *others = ((text, self._known[text][1]) for text in cluster.wordings)
        same = [
            text for text, probe in others if _comes_down_to(probe) == _comes_down_to(first[1])
        ]
        return Matter(
            cluster=cluster,
            place=place + 1,
            total=len(found),
            before=found[place - 1].id if place else None,
            after=found[place + 1].id if place + 1 < len(found) else None,
            version=base.version,
            same=(first[0], *same),
            candidates=await asyncio.to_thread(candidates, base, first[0]),
        )

    async def _probed(self, base: KnowledgeBase, texts: set[str]) -> dict[str, Probe]:
        """What becomes of texts, tried off the event loop: all that are new, and of those tried on
        another version as many as a moment allows."""
        self._known = {text: self._known[text] for text in texts & self._known.keys()}
        for batch in _batches(sorted(texts - self._known.keys())):
            await self._try(base, batch)
        clock = asyncio.get_running_loop().time
        until = clock() + _MOMENT
        for batch in _batches(sorted(self._stale(base, texts))):
            if clock() < until:
                await self._try(base, batch)
        return {text: self._known[text][1] for text in texts}

    async def _refresh(self, base: KnowledgeBase, texts: tuple[str, ...]) -> bool:
        """Try again what was last tried on another version; whether there was such."""
        stale = self._stale(base, texts)
        for batch in _batches(stale):
            await self._try(base, batch)
        return bool(stale)

    def _stale(self, base: KnowledgeBase, texts: Iterable[str]) -> list[str]:
        return [text for text in texts if self._known[text][0] != base.version]

    async def _try(self, base: KnowledgeBase, texts: list[str]) -> None:
        for text, probe in (await asyncio.to_thread(_tried, base, texts)).items():
            self._known[text] = (base.version, probe)


def _batches(texts: list[str]) -> Iterator[list[str]]:
    yield from (texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH))


def _holds(cluster: Cluster, number: int) -> bool:
    return number == 0 or any(asking.id == number for asking in cluster.askings)


def _comes_down_to(probe: Probe) -> tuple[tuple[str, ...], frozenset[str]]:
    return probe.terms, probe.asks


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
