"""A content put together in a process of its own, so that questions are answered at their pace.

    python -m bot.reloading.apart

reads an order from stdin and answers on stdout: a line for each issue built, then what came of it.
It ends when stdin does, so that it does not outlive the bot.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import bot
from bot.reloading.assembling import Assembled, GoneError, Order, assemble
from knowledge.errors import ContentError, KnowledgeError, Problem
from knowledge.packing import pack, unpack

_LENGTH = struct.Struct(">Q")
_RESULT = b"="  # begins the line with the length of the result; others tell of progress
_NICE = 10  # so that questions go first where there are few cores
_HIDDEN = "TELEGRAM_"  # begins the names of what it need not know


class ApartError(Exception):
    """The process could not be started, or ended without a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    assembled: Assembled | None = None
    problems: tuple[Problem, ...] = ()
    gone: bool = False


async def assembled_apart(order: Order, progress: Callable[[int, int], None] | None) -> Assembled:
    """What `assemble` says of an order. Raises what it raises, and ApartError."""
    root = str(Path(bot.__file__).parent.parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_HIDDEN)}
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", __name__),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**kept, "PYTHONPATH": root},
        )
    except OSError as error:
        raise ApartError(error.strerror) from None
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        data = pack(order)
        process.stdin.write(_LENGTH.pack(len(data)) + data)
        result = await _followed(process.stdout, progress)
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        raise ApartError("it ended without a result") from None
    finally:
        process.stdin.close()
        await process.wait()
    if result.gone:
        raise GoneError
    if result.assembled is None:
        raise ContentError(result.problems)
    return result.assembled


async def _followed(
    stream: asyncio.StreamReader, progress: Callable[[int, int], None] | None
) -> _Result:
    while True:
        line = await stream.readuntil(b"\n")
        if line.startswith(_RESULT):
            return unpack(await stream.readexactly(int(line[1:])), _Result)
        done, total = map(int, line.split())
        if progress is not None:
            progress(done, total)


def main() -> None:
    """Do one order."""
    os.nice(_NICE)
    given, out = sys.stdin.buffer, sys.stdout.buffer
    (length,) = _LENGTH.unpack(given.read(_LENGTH.size))
    order = unpack(given.read(length), Order)
    threading.Thread(target=_end_with, args=(given.fileno(),), daemon=True).start()

    def tell(done: int, total: int) -> None:
        out.write(b"%d %d\n" % (done, total))
        out.flush()

    try:
        result = _Result(assembled=assemble(order, tell)[0])
    except GoneError:
        result = _Result(gone=True)
    except KnowledgeError as error:
        result = _Result(problems=_problems(error, order))
    data = pack(result)
    out.write(_RESULT + b"%d\n" % len(data) + data)
    out.flush()


def _problems(error: KnowledgeError, order: Order) -> tuple[Problem, ...]:
    if isinstance(error, ContentError):
        return error.problems
    found = getattr(error, "problem", None)
    return (found if isinstance(found, Problem) else Problem(file=order.folder),)


def _end_with(given: int) -> None:
    """End at once, with all helpers, when whoever asked is gone."""
    while os.read(given, 1):
        pass
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(1)


if __name__ == "__main__":
    main()
