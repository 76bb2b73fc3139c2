"""How long the main paths take: figures to compare, never a limit that a test asserts.

Run by `make bench`; a question set and the page come with the program.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from bot.settings import BUNDLED_CONTENT
from knowledge.base import KnowledgeBase
from knowledge.content import load

pytestmark = pytest.mark.benchmark

PROGRAM = (sys.executable, "-m", "bot")
LINES = 200
ROUNDS = 3


def _seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median time of several rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def _process(*arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [*PROGRAM, *arguments], input=given, capture_output=True, text=True, check=True
    )
    return done.stdout


def _questions() -> list[str]:
    """Every question of the bundled curated entries, in order."""
    return [text for entry in load(BUNDLED_CONTENT).entries for text in entry.questions]


def test_start_up() -> None:
    """`ask` from a cold start, against a bare Python and against the imports alone."""
    question = _questions()[0]
    bare = _seconds(lambda: subprocess.run([sys.executable, "-c", ""], check=True))
    imports = _seconds(
        lambda: subprocess.run([sys.executable, "-c", "import bot.asking"], check=True)
    )
    ask = _seconds(lambda: _process("ask", question))
    print(f"\nask, cold start: {ask:.2f} s ({ask / bare:.0f} × a bare Python, {bare:.3f} s)")
    print(f"  of it imports: {imports:.2f} s ({imports / ask:.0%})")


def test_stream_of_lines() -> None:
    """`answer --jsonl` over 200 lines, start-up included."""
    questions = _questions()
    step = max(1, len(questions) // LINES)
    asked = questions[::step][:LINES]
    given = "".join(json.dumps({"id": n, "q": text}) + "\n" for n, text in enumerate(asked))
    out = _process("answer", "--jsonl", given=given)
    assert len(out.splitlines()) == len(asked)
    seconds = _seconds(lambda: _process("answer", "--jsonl", given=given))
    print(f"\nanswer --jsonl, {len(asked)} lines, start-up included: {seconds:.2f} s")


def test_questions_per_second() -> None:
    """One snapshot, one thread: building it, then asking every curated question twice."""
    content = load(BUNDLED_CONTENT)
    loading = _seconds(lambda: load(BUNDLED_CONTENT))
    building = _seconds(lambda: KnowledgeBase.build(content))
    base = KnowledgeBase.build(content)
    questions = _questions()[::10]
    first = _seconds(lambda: [base.ask(text) for text in questions], rounds=1)
    again = _seconds(lambda: [base.ask(text) for text in questions])
    print(f"\nload content: {loading:.2f} s · build: {building:.2f} s")
    print(f"{len(questions)} questions: {len(questions) / again:.0f}/s, first pass {first:.2f} s")


def test_pages_per_second(tmp_path: Path) -> None:
    """Loading a folder of many pages against one: how the cost of a page grows."""
    page = next(BUNDLED_CONTENT.glob("*/*.txt")).read_bytes()
    few, many = tmp_path / "few", tmp_path / "many"
    for folder, count in ((few, 5), (many, 20)):
        folder.mkdir()
        for number in range(count):
            (folder / f"{number:03}.txt").write_bytes(page)
    small = _seconds(lambda: load(few), rounds=1) / 5
    large = _seconds(lambda: load(many), rounds=1) / 20
    print(f"\na page: {small * 1000:.0f} ms of 5, {large * 1000:.0f} ms of 20")
