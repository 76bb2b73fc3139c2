"""Questions without a pause while the content is swapped under them, for the short and the long
tests."""

from __future__ import annotations

import asyncio
import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot import dialogue, render
from bot.reloading.reloads import Reloads
from bot.reloading.starting import begin
from bot.reloading.versions import Versions
from bot.sessions import Session
from bot.settings import Content, Settings, Store
from bot.storage import Storage
from bot.wording import Wording
from knowledge.base import Live
from knowledge.errors import ContentError

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

import corpus

MARKED = "向阳桥的桥灯有多少盏"
_MARK = re.compile(r"第(\d+)回|(\d+)盏|(\d+)次")
_PAGE = "向阳桥第{v}回亮灯\n\n向阳桥的桥灯一共有{v}盏。向阳桥已经亮灯{v}次。\n\n（记者 王一）\n"
_ISSUE = "date: 2030-01-01\nbulletin: 灯火报第{v}回\ntitle: 第{v}回\n"
_ENTRY = "- id: lamps\n  questions: [{q}]\n  quote: 向阳桥的桥灯一共有{v}盏\n"
_CHECK = "- question: {q}\n  status: answered\n  contains: [{v}盏]\n"


@dataclass(slots=True)
class Figures:
    """What was measured: milliseconds of each question, and what must not happen."""

    quiet: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    swapped: int = 0
    refused: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        quiet, meanwhile = p99(self.quiet), p99(self.meanwhile)
        return (
            f"{self.swapped} swapped and {self.refused} refused in {self.seconds:.0f} s; "
            f"{len(self.quiet)} questions quietly: p50 {p50(self.quiet):.1f}, p99 {quiet:.1f} ms; "
            f"{len(self.meanwhile)} meanwhile: p50 {p50(self.meanwhile):.1f}, "
            f"p99 {meanwhile:.1f} ms, {meanwhile / quiet:.2f} times; {len(self.mixed)} mixed"
        )


def p99(times: list[float]) -> float:
    return sorted(times)[len(times) * 99 // 100]


def p50(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]


def mark(folder: Path, number: int) -> None:
    """The issue that says in every place of which version it is."""
    files = {
        "lamps/issue.yaml": _ISSUE,
        "lamps/1.txt": _PAGE,
        "qa/lamps.yaml": _ENTRY,
        "checks.yaml": _CHECK,
    }
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(v=number, q=MARKED), encoding="utf-8")


class Asking:
    """Asks one question after the other, marked ones among them, and looks at each reply."""

    def __init__(self, live: Live, questions: list[str], figures: Figures) -> None:
        self._live = live
        self._questions = questions
        self._figures = figures
        self._wording = Wording.load()
        self._chance = random.Random(7)

    async def ask(self, times: list[float], end: asyncio.Event) -> None:
        """Until told to end; each question is timed from the end of the one before."""
        clock = time.perf_counter
        began = clock()
        while not end.is_set():
            marked = self._chance.random() < 0.1
            question = MARKED if marked else self._chance.choice(self._questions)
            reply = self._reply(question)
            if marked:
                self._look(reply)
            await asyncio.sleep(0)
            times.append((clock() - began) * 1000)
            began = clock()

    def _reply(self, question: str) -> str:
        base = self._live.current
        turn = dialogue.turn(Session(), question, base)
        answer = dialogue.vouched(turn.answer, base)
        assert answer is turn.answer, question
        return "".join(render.html(answer, self._wording))

    def _look(self, reply: str) -> None:
        marks = {next(filter(None, found)) for found in _MARK.findall(reply)}
        if len(marks) != 1:
            self._figures.mixed.append(reply)
        self._figures.seen |= marks


def settings_of(folder: Path) -> Settings:
    return Settings(
        content=Content(path=folder / "content", copies=folder / "copies"),
        storage=Store(url=f"sqlite:///{folder}/bulletin.db"),
    )


async def swapped_under_load(
    folder: Path, sentences: int, *, reloads: int, invalid: int, quietly: float
) -> Figures:
    """Ask `quietly` for some seconds, then while the content is reloaded, sometimes in vain."""
    content, figures = folder / "content", Figures()
    pool = corpus.clauses(())
    corpus.write_content(content, corpus.sentences(pool, sentences), sentences)
    mark(content, 1)
    settings = settings_of(folder)
    storage = await Storage.open(settings.storage.url)
    try:
        live = Live(await begin(settings, Versions(storage)))
        changing = Reloads(live, Versions(storage), settings)
        asking = Asking(live, corpus.questions(pool, 400), figures)
        await _meanwhile(asking, figures.quiet, asyncio.sleep(quietly))
        work = _reload(changing, content, figures, _order(reloads, invalid), pool)
        await _meanwhile(asking, figures.meanwhile, work)
    finally:
        await storage.close()
    return figures


async def _meanwhile(asking: Asking, times: list[float], work: object) -> None:
    end = asyncio.Event()
    task = asyncio.create_task(asking.ask(times, end))
    try:
        await work  # type: ignore[misc]
    finally:
        end.set()
        await task


def _order(reloads: int, invalid: int) -> Iterator[bool]:
    """Which reloads are of sound content: the unsound ones spread among them."""
    for number in range(reloads):
        yield number * invalid // reloads == (number + 1) * invalid // reloads


async def _reload(
    changing: Reloads, content: Path, figures: Figures, order: Iterator[bool], pool: list[str]
) -> None:
    began, bad = time.perf_counter(), content / "qa/bad.yaml"
    for number, sound in enumerate(order, start=2):
        mark(content, number)
        texts = list(corpus.sentences(pool[number:], corpus.PARAGRAPH * 2))
        corpus.write_issue(content, number, texts)
        if not sound:
            bad.write_text("- id: x\n  questions: [有吗]\n  quote: 没有这一句\n", encoding="utf-8")
        try:
            proposal = await changing.propose()
            assert proposal.clean, proposal.failing
            await changing.accept(proposal, by=1, deed="test")
            figures.swapped += 1
        except ContentError as error:
            figures.refused += [problem.file for problem in error.problems] == [bad]
        bad.unlink(missing_ok=True)
    figures.seconds = time.perf_counter() - began
