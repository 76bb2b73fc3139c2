"""Edits of the content folder that are whole or not at all, whatever happens on the way.

All new files are first written aside, in a hidden folder within the content folder. Once that has
its lasting name it will be carried out, by whoever comes next if need be; before, it is nothing.
Everybody who reads the folder completes it first.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.reloading.edits import Edit
from knowledge.errors import ContentError, Problem

PENDING, ASIDE = ".bulletin-edits", ".bulletin-edits.new"
_LIST = "list.json"


def apply(folder: Path, edits: Sequence[Edit]) -> None:
    """Make the edits, lasting. Raises ContentError where the folder cannot be written; then
    nothing was changed."""
    with _failing(folder), _locked(folder, fcntl.LOCK_EX):
        _complete(folder)
        aside = folder / ASIDE
        try:
            _permitted(folder, edits)
            _set_down(aside, edits)
            aside.rename(folder / PENDING)
        except OSError:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        _sync(folder)
        _complete(folder)


def recover(folder: Path) -> None:
    """Complete what was begun when a program ended in the middle, and clear away what was not.
    Raises ContentError where that cannot be done."""
    if (folder / PENDING).is_dir() or (folder / ASIDE).is_dir():
        with _failing(folder), _locked(folder, fcntl.LOCK_EX):
            _complete(folder)
            shutil.rmtree(folder / ASIDE, ignore_errors=True)


@contextmanager
def unchanging(folder: Path) -> Iterator[None]:
    """Meanwhile nobody applies edits. Raises ContentError where the folder cannot be opened."""
    recover(folder)
    with _failing(folder), _locked(folder, fcntl.LOCK_SH):
        yield


@contextmanager
def _failing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"内容文件夹写不进({reason}),请检查权限和磁盘空间"
        file = Path(os.fsdecode(error.filename)) if error.filename else folder
        raise ContentError((Problem(file=file, message=message),)) from None


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def _permitted(folder: Path, edits: Sequence[Edit]) -> None:
    """Raises PermissionError where a folder that an edit touches cannot be written."""
    for edit in edits:
        place = next(p for p in (folder / edit.path).parents if p.is_dir())
        if not os.access(place, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))


def _set_down(aside: Path, edits: Sequence[Edit]) -> None:
    """The new files and the list of what is to be done with them, all of it on the disk."""
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for number, edit in enumerate(edits):
        if edit.data is not None:
            _write(aside / str(number), edit.data)
    listed = json.dumps([[str(edit.path), edit.data is None] for edit in edits])
    _write(aside / _LIST, listed.encode())
    _sync(aside)


def _complete(folder: Path) -> None:
    """Carry out what is pending; what was done already is not done again."""
    pending = folder / PENDING
    if not pending.is_dir():
        return
    listed = pending / _LIST
    if listed.is_file():
        touched = set()
        for number, (path, gone) in enumerate(json.loads(listed.read_bytes())):
            target = folder / path
            if gone:
                target.unlink(missing_ok=True)
                touched.add(_emptied(target.parent, folder))
            elif (pending / str(number)).exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                (pending / str(number)).replace(target)
                touched.update(p for p in target.parents if p.is_relative_to(folder))
        for place in touched:
            if place.is_dir():
                _sync(place)
        listed.unlink()
    shutil.rmtree(pending)
    _sync(folder)


def _emptied(place: Path, folder: Path) -> Path:
    """Remove folders that hold nothing any more; the innermost that stays."""
    while place != folder and place.is_dir() and not any(place.iterdir()):
        place.rmdir()
        place = place.parent
    return place


def _write(file: Path, data: bytes) -> None:
    with file.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    """Make what the folder holds, and under which names, lasting."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
