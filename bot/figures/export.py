"""Exports as files. Run as a program: an `Order` as JSON on stdin, `Written` on stdout.

Masking a long log takes seconds of a processor, so it is done beside the questions, not among
them.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

import msgspec
import yaml

from bot.database import Database
from bot.figures.aside import hand_over, take_order
from bot.figures.log import Entry, Log
from bot.figures.table import Tables
from bot.masking import masked
from knowledge.folders import QA_FOLDER
from knowledge.own_yaml import read_own

LARGEST = 45_000_000  # bytes of a file; Telegram takes 50


class LogOrder(msgspec.Struct, frozen=True, kw_only=True, tag="log"):
    """The log between two moments, as tables in `folder`; `heading` and `words` are what is read
    for columns, statuses and lacks."""

    url: str
    start: datetime
    end: datetime
    zone: str
    folder: str
    stem: str
    heading: tuple[str, ...]
    words: dict[str, str]
    limit: int = LARGEST


class KnowledgeOrder(msgspec.Struct, frozen=True, kw_only=True, tag="knowledge"):
    """The curated entries below `content`, as one file in `folder`; `lead` is a comment above
    each file's part, with its name as {file}."""

    content: str
    folder: str
    stem: str
    lead: str


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """The files that were written, and how many rows or source files are in them."""

    files: tuple[str, ...]
    count: int


Order = LogOrder | KnowledgeOrder


def write(order: Order) -> Written:
    """Do what is ordered."""
    if isinstance(order, LogOrder):
        return asyncio.run(write_log(order))
    return write_knowledge(order)


async def write_log(order: LogOrder) -> Written:
    """The log as tables: each question masked, its time to the hour. Within an hour the rows are
    in the order of their words, so that none tells which others came from the same person."""
    database = Database.attached(order.url)
    zone = ZoneInfo(order.zone)
    try:
        with Tables(Path(order.folder), order.stem, order.heading, order.limit) as tables:
            hour, waiting = "", list[tuple[str | float, ...]]()
            async for entry in Log(database).between(order.start, order.end):
                row = _row(entry, zone, order.words)
                if row[0] != hour:
                    _flush(tables, waiting)
                    hour = row[0]
                waiting.append(row)
            _flush(tables, waiting)
            return Written(files=tuple(map(str, tables.files)), count=tables.rows)
    finally:
        await database.close()


def _flush(tables: Tables, waiting: list[tuple[str | float, ...]]) -> None:
    for row in sorted(waiting):
        tables.write(row)
    waiting.clear()


def _row(
    entry: Entry, zone: ZoneInfo, words: dict[str, str]
) -> tuple[str, *tuple[str | float, ...]]:
    return (
        f"{entry.asked_at.astimezone(zone):%Y-%m-%d %H:00}",
        masked(entry.question),
        words.get(entry.status, entry.status),
        words.get(entry.lack, entry.lack) if entry.lack is not None else "",
        round(entry.confidence, 2),
        entry.issue or "",
        entry.target or "",
        entry.version,
        entry.good,
        entry.bad,
    )


def write_knowledge(order: KnowledgeOrder) -> Written:
    """All curated files one below the other, as one readable file; where that would not mean the
    same, they are packed side by side."""
    content = Path(order.content)
    sources = [
        file
        for file in sorted(content.glob(f"**/{QA_FOLDER}/*.yaml"))
        if file.is_file() and file.resolve().is_relative_to(content.resolve())
    ]
    texts = {str(file.relative_to(content)): file.read_bytes() for file in sources}
    if not texts:
        return Written(files=(), count=0)
    together = b"\n".join(
        f"# {order.lead.format(file=name)}\n".encode()
        + text.removeprefix(b"\xef\xbb\xbf").rstrip()
        + b"\n"
        for name, text in texts.items()
    )
    if _list(together) == [entry for text in texts.values() for entry in _list(text) or ()]:
        file = Path(order.folder) / f"{order.stem}.yaml"
        file.write_bytes(together)
    else:
        file = Path(order.folder) / f"{order.stem}.zip"
        with ZipFile(file, "x", ZIP_DEFLATED) as packed:
            for name, text in texts.items():
                packed.writestr(name, text)
    return Written(files=(str(file),), count=len(texts))


def _list(text: bytes) -> list[object] | None:
    """The entries of a file; None where they are no list that can be read."""
    try:
        data = read_own(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return data if isinstance(data, list) else None


if __name__ == "__main__":
    done = write(msgspec.json.decode(take_order(), type=Order))
    hand_over(msgspec.json.encode(done))
