"""The process in which hostile files are read: `python -m bot.importing.child SECONDS MEGABYTES`.

Files come in on stdin, each as a line of JSON (name, size) and its bytes; for each a line of JSON
goes out. Before the first byte is looked at the process gives up what it does not need: it may
write no file, and ends when it needs too much time or memory.
"""

from __future__ import annotations

import json
import resource
import sys

from bot.importing.faults import Refused
from bot.importing.reading import read
from bot.importing.seen import Complaint

HUNGRY = 77  # the exit code when memory does not suffice
_FILES = 64


def main() -> None:
    """Read until there is nothing more to read."""
    seconds, megabytes = map(int, sys.argv[1:3])
    for limit, value in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _FILES),
    ):
        resource.setrlimit(limit, (value, value))
    try:
        while line := sys.stdin.buffer.readline():
            head = json.loads(line)
            answer = _answer(str(head["name"]), sys.stdin.buffer.read(int(head["size"])))
            sys.stdout.buffer.write(answer.encode() + b"\n")
            sys.stdout.buffer.flush()
    except MemoryError:
        sys.exit(HUNGRY)


def _answer(name: str, data: bytes) -> str:
    try:
        return read(name, data).model_dump_json()
    except Refused as refused:
        return Complaint.of(refused).model_dump_json()


if __name__ == "__main__":
    main()
