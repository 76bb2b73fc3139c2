"""The process that reads hostile files: `python -m bot.importing.child SECONDS MEGABYTES`.

Files come in on stdin, each as a line of JSON (name, size) and its bytes; for each a line of JSON
goes out. Every file is looked at by a fork, which before the first byte gives up what it does not
need: it may write no file, and ends when it takes too much time or memory. So the dictionaries
are read once, and nothing that a file does outlives it.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys

from bot.importing.faults import Fault, Refused
from bot.importing.plain import MOST_CHARACTERS
from bot.importing.reading import prepare, read
from bot.importing.seen import Complaint, look

MOST_SAID = 8 * MOST_CHARACTERS  # bytes of one answer
_BROKEN, _HUNGRY = 76, 77  # exit codes of a fork
_FILES = 64
_SAMPLE = "新图书馆开放\n\n3月5日,图书馆开放。馆里有书,欢迎大家来看。\n\n·赵敏·\n"


def main() -> None:
    """Read until there is nothing more to read."""
    seconds, megabytes = map(int, sys.argv[1:3])
    look(_SAMPLE)  # what every page needs is read now
    gc.freeze()
    while line := sys.stdin.buffer.readline():
        head = json.loads(line)
        name = str(head["name"])
        prepare(name)
        data = sys.stdin.buffer.read(int(head["size"]))
        answer = _in_fork(name, data, seconds, megabytes)
        del data  # it need not lie here until the next comes
        sys.stdout.buffer.write(answer.rstrip(b"\n") + b"\n")
        sys.stdout.buffer.flush()


def _in_fork(name: str, data: bytes, seconds: int, megabytes: int) -> bytes:
    """The answer of a fork, or what its end says."""
    inward, outward = os.pipe()
    child = os.fork()
    if child == 0:
        code = _BROKEN
        try:
            os.close(inward)
            _give_up(seconds, megabytes)
            with os.fdopen(outward, "wb") as out:
                out.write(_answer(name, data).encode())
            code = 0
        except MemoryError:
            code = _HUNGRY
        finally:  # whatever else was raised
            os._exit(code)
    os.close(outward)
    with os.fdopen(inward, "rb") as answers:
        answer = answers.read(MOST_SAID)
    if len(answer) == MOST_SAID:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    fault = _fault_of(os.waitstatus_to_exitcode(status))
    return answer if fault is None else Complaint(fault=fault).model_dump_json().encode()


def _give_up(seconds: int, megabytes: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    for limit, value in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _FILES),
    ):
        resource.setrlimit(limit, (value, value))


def _answer(name: str, data: bytes) -> str:
    try:
        return read(name, data).model_dump_json()
    except Refused as refused:
        return Complaint.of(refused).model_dump_json()


def _fault_of(code: int) -> Fault | None:
    if code == 0:
        return None
    if code == _HUNGRY:
        return Fault.TOO_HUNGRY
    return Fault.TOO_SLOW if code in (-signal.SIGXCPU, -signal.SIGKILL) else Fault.BROKEN


if __name__ == "__main__":
    main()
