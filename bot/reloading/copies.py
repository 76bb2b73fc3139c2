"""Whole copies of the content folder, each under a digest of all that is in it.

Copies share the files that are the same in both; the content folder itself shares none with them,
so that whoever writes there changes no copy.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from knowledge.errors import ContentError, Problem
from knowledge.fingerprints import fingerprint

_LIST, _ASIDE = "list.json", ".new-"
_LINK = "link:"  # in a list, before where a link leads
_DIGITS = 24  # of a digest
_YOUNG = 3600.0  # seconds for which what nobody accepted yet is left alone

Files = Mapping[str, str]  # path within the folder → digest of what is in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A content that lies in `folder` and stays as it is."""

    digest: str
    folder: Path
    files: Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What lies in a folder: `files` by their digests. `stamp` changes when a file does."""

    files: Files
    stamp: str

    @property
    def digest(self) -> str:
        return digest_of(self.files)


def digest_of(files: Files) -> str:
    """A digest of all the files of a content."""
    parts = (part for path in sorted(files) for part in (path, files[path]))
    return fingerprint(parts)[:_DIGITS]


def stamp_of(folder: Path) -> tuple[str, int]:
    """A digest of the names, sizes and times of all files, and their size together in bytes."""
    parts, size = [], 0
    for path, entry in _entries(folder):
        state = entry.stat(follow_symlinks=False)
        size += state.st_size
        parts.append(f"{path}\n{state.st_size} {state.st_mtime_ns} {state.st_ino}")
    return fingerprint(sorted(parts)), size


class MovingError(Exception):
    """A file changed while the folder was read."""


def survey(folder: Path) -> Survey:
    """What lies in a folder. Raises ContentError for what cannot be read, and MovingError."""
    stamp, _ = stamp_of(folder)
    files, problems = {}, []
    for path, entry in _entries(folder):
        try:
            if entry.is_symlink():
                files[path] = _LINK + _leads(folder, Path(entry.path))
            elif entry.is_file():
                files[path] = _digest(Path(entry.path).read_bytes())
            else:
                problems.append(Problem(file=Path(entry.path), message="这不是普通文件,请移走"))
        except FileNotFoundError:
            raise MovingError from None
        except OSError as error:
            message = f"文件打不开({error.strerror}),请检查读取权限"
            problems.append(Problem(file=Path(entry.path), message=message))
    if problems:
        raise ContentError(tuple(sorted(problems)))
    return Survey(files=files, stamp=stamp)


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies in a folder; `name` is that of the content folder, which may be an issue's id."""

    root: Path
    name: str

    def get(self, digest: str, *, sound: bool = False) -> Copy | None:
        """A copy; None where it is not there, or, if that is asked, no longer `sound`."""
        place = self.root / digest
        try:
            files = json.loads((place / _LIST).read_bytes())
            copy = Copy(digest=digest, folder=place / self.name, files=files)
            if sound and survey(copy.folder).files != files:
                return None
        except (OSError, ValueError, ContentError, MovingError):
            return None
        return copy if copy.folder.is_dir() else None

    def take(
        self, source: Path, files: Files, like: Copy | None, written: Mapping[str, bytes]
    ) -> Copy:
        """A copy of `files`: those `written` here, others from `source`, or from a copy that is
        `like` it where they are the same. Raises MovingError and OSError."""
        digest = digest_of(files)
        known = self.get(digest, sound=True)
        if known is not None:
            os.utime(self.root / digest)
            return known
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = self.root / f"{_ASIDE}{uuid4().hex}"
        (aside / self.name).mkdir(parents=True)
        try:
            for path, told in files.items():
                self._put(aside / self.name / path, path, told, source, like, written)
            (aside / _LIST).write_text(json.dumps(dict(files)), encoding="ascii")
            try:
                aside.rename(self.root / digest)
            except OSError:  # another process was quicker, or what is there is damaged
                if self.get(digest, sound=True) is None:
                    self.drop(digest)
                    aside.rename(self.root / digest)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return Copy(digest=digest, folder=self.root / digest / self.name, files=dict(files))

    def _put(
        self,
        target: Path,
        path: str,
        told: str,
        source: Path,
        like: Copy | None,
        written: Mapping[str, bytes],
    ) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if told.startswith(_LINK):
            target.symlink_to(told.removeprefix(_LINK))
            return
        if like is not None and like.files.get(path) == told:
            try:
                os.link(like.folder / path, target)
            except OSError:
                pass
            else:
                return
        data = written[path] if path in written else (source / path).read_bytes()
        if _digest(data) != told:
            raise MovingError
        target.write_bytes(data)
        if path not in written:
            shutil.copystat(source / path, target)

    def drop(self, digest: str) -> None:
        """Remove a copy, whatever is left of it."""
        shutil.rmtree(self.root / digest, ignore_errors=True)

    def prune(self, kept: Collection[str], recorded: Collection[str]) -> None:
        """Remove the copies that are not `kept`: at once those of `recorded` versions, others
        when they have lain for a while."""
        if not self.root.is_dir():
            return
        for place in self.root.iterdir():
            if place.name in kept:
                continue
            try:
                young = time.time() - place.stat().st_mtime < _YOUNG
            except OSError:
                continue
            if place.name in recorded or not young:
                shutil.rmtree(place, ignore_errors=True)


def written_digest(data: bytes) -> str:
    """How a list tells of a file that holds `data`."""
    return _digest(data)


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _entries(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every file, link and odd thing in a folder but what is hidden, by its path within."""
    waiting = [(folder, "")]
    while waiting:
        place, above = waiting.pop()
        with os.scandir(place) as found:
            for entry in found:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((Path(entry.path), f"{above}{entry.name}/"))
                else:
                    yield f"{above}{entry.name}", entry


def _leads(folder: Path, link: Path) -> str:
    """Where a link leads: within the folder told from the link itself, so that it leads there in a
    copy too."""
    target = link.readlink()
    if target.is_absolute() and target.is_relative_to(folder.absolute()):
        within = folder.absolute()
        return os.path.relpath(target, within / link.absolute().relative_to(within).parent)
    return str(target) if target.is_absolute() else _steady(folder, link, target)


def _steady(folder: Path, link: Path, target: Path) -> str:
    """A relative way that leaves the folder, as an absolute one."""
    led = Path(os.path.normpath(link.absolute().parent / target))
    return str(target) if led.is_relative_to(folder.absolute()) else str(led)
