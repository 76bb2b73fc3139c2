"""Work that would hold up the questions, done in a process of its own.

Such a module is run as a program: its order comes on stdin, its result goes to stdout, and it
steps back behind everything else that wants the processor.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

logger = logging.getLogger(__name__)

_NICE = 10
_OF_THE_BOT = "TELEGRAM_"  # variables whose names begin so are not handed on


class AsideError(Exception):
    """The work was not done; the log says why."""


async def aside(module: str, order: bytes, seconds: float) -> bytes:
    """What the program `module` makes of `order`, within so many seconds. Raises AsideError."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # nothing of the current folder is taken for the program
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={k: v for k, v in os.environ.items() if not k.startswith(_OF_THE_BOT)},
        start_new_session=True,  # Ctrl-C is for the bot, which ends it in order
    )
    try:
        async with asyncio.timeout(seconds):
            result, said = await process.communicate(order)
    except TimeoutError:
        logger.error("%s took longer than %s seconds", module, seconds)
        raise AsideError from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        reason = said.decode("utf-8", "replace").strip()
        logger.error("%s ended with %s: %s", module, process.returncode, reason[-2000:])
        raise AsideError
    return result


def take_order() -> bytes:
    """In such a program: the order. From here on it runs behind everything else."""
    os.nice(_NICE)
    return sys.stdin.buffer.read()


def hand_over(result: bytes) -> None:
    """In such a program: the result."""
    sys.stdout.buffer.write(result)
    sys.stdout.buffer.flush()
