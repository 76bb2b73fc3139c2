"""Files are read in a process of its own, whose end does no harm to the bot's."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

import bot
from bot.importing.child import HUNGRY
from bot.importing.faults import Fault
from bot.importing.plain import MOST_CHARACTERS
from bot.importing.seen import Complaint, SeenPage

logger = logging.getLogger(__name__)

_MOST_SAID = 8 * MOST_CHARACTERS  # bytes of one answer
_ROOT = Path(bot.__file__).parent.parent
_INHERITED = ("PATH", "HOME", "XDG_CACHE_HOME", "LANG", "TMPDIR")  # the token is not among them
_ANSWER: TypeAdapter[SeenPage | Complaint] = TypeAdapter(SeenPage | Complaint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it was sent."""

    name: str
    data: bytes


class Aside:
    """Reads files, at most two at a time, within `seconds` and `megabytes` for each call."""

    def __init__(self, seconds: int, megabytes: int) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._free = asyncio.Semaphore(2)

    async def read(self, uploads: Sequence[Upload]) -> tuple[SeenPage | Complaint, ...]:
        """What each file holds, or why it is not taken. A file on which the process ends is
        refused, and the others are read by another."""
        answers: list[SeenPage | Complaint] = []
        async with self._free:
            while len(answers) < len(uploads):
                done, fault = await self._run(uploads[len(answers) :])
                answers += done
                if len(answers) < len(uploads):
                    answers.append(Complaint(fault=fault or Fault.BROKEN))
        return tuple(answers)

    async def _run(
        self, uploads: Sequence[Upload]
    ) -> tuple[list[SeenPage | Complaint], Fault | None]:
        """What one process answers, and for what reason it ended before its time."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-s",
            "-m",
            "bot.importing.child",
            str(self._seconds),
            str(self._megabytes),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=_MOST_SAID,
            env={
                **{name: os.environ[name] for name in _INHERITED if name in os.environ},
                "PYTHONPATH": str(_ROOT),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            start_new_session=True,
        )
        answers: list[SeenPage | Complaint] = []
        feeding = asyncio.create_task(_feed(process, uploads))
        fault: Fault | None = None
        try:
            async with asyncio.timeout(2 * self._seconds):
                await _collect(process, answers)
                fault = _ended(await process.wait())
        except TimeoutError:
            fault = Fault.TOO_SLOW
        except (ValueError, ValidationError):  # an answer that is none, or without end
            logger.warning("the process that reads files gave no proper answer")
            fault = Fault.BROKEN
        finally:
            if process.returncode is None:
                process.kill()
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)
            await process.wait()
        return answers, fault


async def _feed(process: Process, uploads: Sequence[Upload]) -> None:
    assert process.stdin is not None
    try:
        for upload in uploads:
            head = json.dumps({"name": upload.name, "size": len(upload.data)})
            process.stdin.write(head.encode() + b"\n" + upload.data)
            await process.stdin.drain()
        process.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        return  # it has ended; how, its exit code says


async def _collect(process: Process, answers: list[SeenPage | Complaint]) -> None:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        answers.append(_ANSWER.validate_json(line))


def _ended(code: int) -> Fault | None:
    if code == 0:
        return None
    if code == HUNGRY:
        return Fault.TOO_HUNGRY
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return Fault.TOO_SLOW
    logger.info("the process that reads files ended with %s", code)
    return Fault.BROKEN
