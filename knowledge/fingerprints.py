"""What tells one issue from another, and from what it was: digests of files, of names and of the
program by which they are read."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from knowledge.cards import Card
from knowledge.folders import CHECKS_FILE, ISSUE_FILE, QA_FOLDER, Folder, Listing

_LIBRARIES = ("jieba", "opencc", "pypinyin", "tantivy", "msgspec")  # what a catalog is made with
_YOUNG = 2.0  # seconds: file systems may keep times as coarsely as that


def fingerprint(parts: Iterable[str | bytes]) -> str:
    """A digest of some texts, each told apart from the next."""
    digest = hashlib.blake2s(digest_size=16)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Wanted:
    """An issue as its folder lies there: its fingerprint, and a `stamp` of its files' names, sizes
    and times by which the same files are known again unread; "" where the times are too young to
    tell."""

    folder: Folder
    fingerprint: str
    stamp: str


def want(root: Path, folder: Folder, known: Mapping[str, Card]) -> Wanted:
    """An issue as it lies there; `known` are cards by their places."""
    files = sorted(_files(folder))
    place = told(folder.place)
    stamp = _stamp(root, files)
    card = known.get(place)
    if card is not None and stamp and (card.stamp, card.id) == (stamp, folder.id):
        return Wanted(folder, card.fingerprint, stamp)
    parts: list[str | bytes] = [program(), folder.id, place]
    for file in map(Path, files):
        parts.append(_relative(folder.path, file))
        parts.append(_content(file) if file.suffix.lower() in (".txt", ".yaml") else b"")
    return Wanted(folder, fingerprint(parts), stamp)


def _stamp(root: Path, files: Iterable[str]) -> str:
    """A digest of the names, sizes and times of files; "" where one may still be written to
    without its time telling."""
    parts: list[str] = []
    above, old = len(str(root)), time.time() - _YOUNG
    for file in files:
        try:
            state = os.stat(file)  # noqa: PTH116 - ten years of a daily paper are 40,000 files
        except OSError:
            return ""
        if state.st_mtime > old:
            return ""
        parts.append(f"{file[above:]}\0{state.st_size} {state.st_mtime_ns} {state.st_ino}")
    return fingerprint(("\0".join(parts),))


def _relative(root: Path, file: Path) -> str:
    """A path within a folder, as text."""
    return told(str(file.relative_to(root)))


def told(path: str) -> str:
    """A path as text whatever its name."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _files(folder: Folder) -> Iterator[str]:
    """The files that bear on an issue: its own, and what its pages may be listed from."""
    place = str(folder.path)
    for name in folder.files:
        if name != CHECKS_FILE:
            yield f"{place}{os.sep}{name}"
    if folder.described:
        for inner in (folder.path / name for name in folder.inner):
            if not (inner / ISSUE_FILE).exists():
                yield from (str(file) for file in inner.rglob("*") if file.is_file())


def curated_fingerprint(root: Path, listing: Listing, issues: Sequence[Card]) -> str:
    """A digest of all that the curated entries are made from, the issues that they quote too."""
    parts: list[str | bytes] = [program(), *(card.fingerprint for card in issues)]
    curated = (one.path for one in listing.folders if one.curated and one.path != root)
    for folder in (root, *curated):
        qa = folder / QA_FOLDER
        files = sorted(file for file in qa.iterdir() if file.is_file()) if qa.is_dir() else []
        for file in (*files, folder / CHECKS_FILE):
            if file.is_file():
                parts.append(_relative(root, file))
                parts.append(_content(file))
    return fingerprint(parts)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:  # who reads the file in earnest says so
        return str(error.errno).encode()


@cache
def program() -> str:
    """A digest of the code and the word lists by which pages are read."""
    here = Path(__file__).parent
    files = sorted((*here.glob("*.py"), *here.glob("*.yaml"), *here.glob("lexicon/**/*.yaml")))
    return fingerprint(
        (*(file.read_bytes() for file in files), *(version(name) for name in _LIBRARIES))
    )
