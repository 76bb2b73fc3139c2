"""Files are read in a process of its own, whose end does no harm to the bot's."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

import bot
from bot.importing.child import MOST_SAID
from bot.importing.faults import Fault
from bot.importing.seen import Complaint, SeenPage

logger = logging.getLogger(__name__)

IDLE = 300.0  # seconds after which the process is ended
PATHS = (Path(bot.__file__).parent.parent,)  # where it finds the program
_START = 30.0  # seconds that it may take to begin
_INHERITED = ("PATH", "HOME", "XDG_CACHE_HOME", "LANG", "TMPDIR")  # the token is not among them
_ANSWER: TypeAdapter[SeenPage | Complaint] = TypeAdapter(SeenPage | Complaint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it was sent."""

    name: str
    data: bytes


class Aside:
    """Reads one file after another, each within `seconds` and `megabytes`. The process begins
    with the first file and ends some time after the last."""

    def __init__(self, seconds: int, megabytes: int) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._turn = asyncio.Lock()
        self.process: Process | None = None
        self._ending: asyncio.TimerHandle | None = None

    async def read(self, upload: Upload) -> SeenPage | Complaint:
        """What a file holds, or why it is not taken."""
        async with self._turn:
            if self._ending is not None:
                self._ending.cancel()
            if self.process is None or self.process.returncode is not None:
                self.process = await self._begin()
            process = self.process
            try:
                async with asyncio.timeout(_START + 2 * self._seconds):
                    found = await _exchange(process, upload)
            except TimeoutError:
                found = Complaint(fault=Fault.TOO_SLOW)
                await _end(process)
            except (ValueError, ValidationError, OSError):  # no answer, or none that can be one
                logger.warning("the process that reads files gave no proper answer")
                found = Complaint(fault=Fault.BROKEN)
                await _end(process)
            except BaseException:
                await _end(process)
                raise
            loop = asyncio.get_running_loop()
            self._ending = loop.call_later(IDLE, _kill, process)
            return found

    async def close(self) -> None:
        """End the process, if there is one."""
        if self._ending is not None:
            self._ending.cancel()
        if self.process is not None:
            await _end(self.process)

    async def _begin(self) -> Process:
        return await asyncio.create_subprocess_exec(
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
            limit=MOST_SAID + 1,
            env=environment(),
            start_new_session=True,
        )


def environment() -> dict[str, str]:
    """What the process knows of the bot's environment."""
    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        "PYTHONPATH": os.pathsep.join(map(str, PATHS)),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


async def _exchange(process: Process, upload: Upload) -> SeenPage | Complaint:
    """Hand a file over and wait for the answer. Raises OSError and ValueError."""
    assert process.stdin is not None
    assert process.stdout is not None
    head = json.dumps({"name": upload.name, "size": len(upload.data)})
    process.stdin.write(head.encode() + b"\n")
    process.stdin.write(upload.data)
    await process.stdin.drain()
    return _ANSWER.validate_json(await process.stdout.readline())


async def _end(process: Process) -> None:
    _kill(process)
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()


def _kill(process: Process) -> None:
    """End the process and the fork that may be reading."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
