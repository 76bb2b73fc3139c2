"""How building, opening, memory and answering grow with the content, beside other search tools.

    python -m tests.benchmarks.scale [--sizes 1000 10000 100000 1000000] [--sets SET.json …]

Every measurement is a process of its own. Read the ratios: they are of one run on one machine.
The sets are reading-comprehension sets in SQuAD form whose clauses make up the sentences; without
any, clauses of the bundled pages and words drawn by frequency do.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from bot.settings import Settings
from tests.benchmarks.corpus import (
    ARTICLE,
    ISSUE,
    PARAGRAPH,
    clauses,
    questions,
    sentences,
    write_content,
    write_issue,
)

ASKED = 400  # questions, each asked once
FEW = 20  # questions for what looks at every sentence
FOUND = 10  # sentences that a peer is asked for
Figures = dict[str, float]


def main() -> None:
    """Measure what the command line names and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000, 1_000_000]
    )
    parser.add_argument("--sets", type=Path, nargs="*", default=[])
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only is not None:
        print(json.dumps(MEASURES[given.only](given.folder, given.sizes[0], given.sets)))
        return
    rows = []
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            write_content(Path(folder, "content"), sentences(clauses(given.sets), size), size)
            rows.append(
                (size, {name: _apart(name, folder, size, given.sets) for name in MEASURES})
            )
        print(f"{size} sentences measured", file=sys.stderr)
    print("\n".join(table(rows)))


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description."""


def _apart(name: str, folder: str, size: int, sets: Sequence[Path]) -> Figures:
    """One measurement in a process of its own, with its own cache."""
    command = [sys.executable, "-m", __spec__.name if __spec__ else __name__]
    command += ["--only", name, "--folder", folder, "--sizes", str(size), "--sets"]
    done = subprocess.run(
        [*command, *map(str, sets)],
        env={**os.environ, "XDG_CACHE_HOME": str(Path(folder, "cache"))},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def build(folder: Path, _size: int, _sets: Sequence[Path]) -> Figures:
    """From a content folder to an answer, for the first time."""
    from knowledge.base import KnowledgeBase

    start = time.perf_counter()
    KnowledgeBase.over(folder / "content").ask("图书馆几点开门")
    seconds = time.perf_counter() - start
    files = (file for file in (folder / "cache").rglob("catalog/*") if file.is_file())
    return {"build": seconds, "disk": sum(file.stat().st_size for file in files) / 2**20}


def answer(folder: Path, _size: int, sets: Sequence[Path]) -> Figures:
    """Opening what was built, and questions that were not asked before."""
    start = time.perf_counter()
    from bot.opening import open_base

    base = open_base(Settings(), folder / "content")
    base.ask("图书馆几点开门")
    opened = time.perf_counter() - start
    asked = questions(clauses(sets), ASKED + FEW)
    _times(base.ask, asked[ASKED:])  # what is loaded when it is first needed
    times = _times(base.ask, asked[:ASKED])
    return {"open": opened, **_spread(times), "memory": _memory()}


def change(folder: Path, _size: int, sets: Sequence[Path]) -> Figures:
    """One issue changed: until it answers when it is opened here, and as the bot does it for large
    contents, copied and built by another process, with how questions fare meanwhile."""
    from bot.opening import open_base
    from bot.reloading.apart import assembled_apart
    from bot.reloading.assembling import Order

    content, pool = folder / "content", clauses(sets)
    base = open_base(Settings(), content)
    asked = iter(questions(pool, len(pool)))

    def changed(turn: int) -> None:
        write_issue(content, 0, list(sentences(pool[turn:], PARAGRAPH * ARTICLE * ISSUE)))

    took = []
    for turn in range(5):
        changed(turn)
        start = time.perf_counter()
        base = open_base(Settings(), content)
        base.ask("图书馆几点开门")
        took.append(time.perf_counter() - start)
    order = Order(folder=content, copies=folder / "copies")
    order = replace(order, live=asyncio.run(assembled_apart(order, None)).digest)
    changed(len(took))

    def put_in_use() -> None:
        made_of = asyncio.run(assembled_apart(order, None)).made_of
        new = base.successor(content, made_of)
        assert new is not None
        new.ask("图书馆几点开门")

    _times(base.ask, list(islice(asked, ASKED)))  # else the usual pace is that of a cold start
    usual = _spread(_times(base.ask, list(islice(asked, ASKED))))
    building = threading.Thread(target=put_in_use)
    start = time.perf_counter()
    building.start()
    meanwhile: list[float] = []
    while building.is_alive():
        meanwhile += _times(base.ask, list(islice(asked, 1)))
    whole = time.perf_counter() - start
    return {
        "live": sorted(took)[len(took) // 2],
        "whole": whole,
        "slower": _spread(meanwhile)["p99"] / usual["p99"],
    }


def tantivy_alone(folder: Path, size: int, sets: Sequence[Path]) -> Figures:
    """Pairs of characters, the best ten by BM25."""
    import tantivy

    from knowledge.text import bigrams

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    place = folder / "tantivy"
    place.mkdir()
    index = tantivy.Index(schema, path=str(place))
    start = time.perf_counter()
    writer = index.writer(128 << 20, 2)
    pool = clauses(sets)
    for number, text in enumerate(sentences(pool, size)):
        document = tantivy.Document()
        document.add_unsigned("number", number)
        document.add_text("text", " ".join(bigrams(text)))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    built = time.perf_counter() - start
    searcher = tantivy.Index.open(str(place)).searcher()

    def find(question: str) -> None:
        terms = dict.fromkeys(bigrams(question))
        clause = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", term))
            for term in terms
        ]
        hits = searcher.search(tantivy.Query.boolean_query(clause), FOUND).hits
        for _, address in hits:
            searcher.doc(address)

    figures = _spread(_times(find, questions(pool, ASKED)))
    shutil.rmtree(place)
    return {"build": built, **figures, "memory": _memory()}


def bm25s_alone(_folder: Path, size: int, sets: Sequence[Path]) -> Figures:
    """Pairs of characters, the best ten by BM25, in numpy."""
    import bm25s

    from knowledge.text import bigrams

    pool = clauses(sets)
    start = time.perf_counter()
    retriever = bm25s.BM25()
    retriever.index([bigrams(text) for text in sentences(pool, size)], show_progress=False)
    built = time.perf_counter() - start
    asked = questions(pool, ASKED if size <= 100_000 else FEW)
    times = _times(
        lambda text: retriever.retrieve([bigrams(text)], k=FOUND, show_progress=False), asked
    )
    return {"build": built, **_spread(times), "memory": _memory()}


def rapidfuzz_alone(_folder: Path, size: int, sets: Sequence[Path]) -> Figures:
    """`process.extract` over every sentence."""
    from rapidfuzz import fuzz, process

    pool = clauses(sets)
    texts = list(sentences(pool, size))
    times = _times(
        lambda text: process.extract(text, texts, scorer=fuzz.WRatio, limit=FOUND),
        questions(pool, FEW),
    )
    return {"build": 0.0, **_spread(times), "memory": _memory()}


MEASURES: dict[str, Callable[[Path, int, Sequence[Path]], Figures]] = {
    "build": build,
    "answer": answer,
    "change": change,
    "tantivy": tantivy_alone,
    "bm25s": bm25s_alone,
    "rapidfuzz": rapidfuzz_alone,
}


def _times(work: Callable[[str], object], asked: Sequence[str]) -> list[float]:
    """Milliseconds of each."""
    times = []
    for text in asked:
        start = time.perf_counter()
        work(text)
        times.append((time.perf_counter() - start) * 1000)
    return times


def _spread(times: Sequence[float]) -> Figures:
    ordered = sorted(times)
    return {
        "p50": ordered[len(ordered) // 2],
        "p99": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
    }


def _memory() -> float:
    """Resident memory of this process in MiB."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def table(rows: Sequence[tuple[int, dict[str, Figures]]]) -> list[str]:
    """The figures as a table in Markdown: a row for each size."""
    lines = [
        (
            "| sentences | build, s | on disk, MiB | open and first answer, s | memory, MiB "
            "| p50, ms | p99, ms | a changed issue live, s | in the bot, s | p99 meanwhile "
            "| tantivy alone p50 / p99 | bm25s p50 / p99 | rapidfuzz p50 "
            "| p50 / p99 to tantivy alone |"
        ),
        "|" + "---|" * 14,
    ]
    for size, found in rows:
        built, own, changed = found["build"], found["answer"], found["change"]
        peer, sparse, fuzzy = found["tantivy"], found["bm25s"], found["rapidfuzz"]
        lines.append(
            f"| {size:,} | {built['build']:.0f} | {built['disk']:.0f} | {own['open']:.1f} "
            f"| {own['memory']:.0f} | {own['p50']:.1f} | {own['p99']:.1f} "
            f"| {changed['live']:.1f} | {changed['whole']:.1f} | {changed['slower']:.1f} × "
            f"| {peer['p50']:.2f} / {peer['p99']:.2f} | {sparse['p50']:.1f} / {sparse['p99']:.1f} "
            f"| {fuzzy['p50']:.0f} "
            f"| {own['p50'] / peer['p50']:.1f} × / {own['p99'] / peer['p99']:.1f} × |"
        )
    return lines


if __name__ == "__main__":
    main()
