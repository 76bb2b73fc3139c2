"""A content put together aside: copied, edited, built, asked its regression questions, compared.

All of it is one call that knows neither the database nor the event loop, so that it can run in a
thread or in a process of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from bot.reloading import journal
from bot.reloading.copies import (
    Copies,
    Copy,
    Files,
    MovingError,
    Survey,
    digest_of,
    survey,
    written_digest,
)
from bot.reloading.diff import Diff, compare
from bot.reloading.edits import Edit, refuse
from knowledge.base import KnowledgeBase, Limits
from knowledge.building import Progress
from knowledge.content import load
from knowledge.curated import Check
from knowledge.errors import ContentError, Problem
from knowledge.interpreter import not_collecting
from knowledge.stock import Composition

_TRIES = 3  # to copy a folder that somebody writes to


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to put together: the content `folder` as it lies there, or the content in use (the copy
    `live`) with `edits`, or the copy `target`. Copies lie in `copies`."""

    folder: Path
    copies: Path
    limits: Limits = field(default_factory=Limits)
    live: str | None = None
    edits: tuple[Edit, ...] = ()
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """A content that was built and lies in the copy `digest`.

    `writes` are the files that the content folder lacks of it; `clash` those that were changed in
    the folder by hand meanwhile. The folder was as `stamp` says, and has the digest `after` once
    those are written. `failing` is what does not hold any more: regression questions and taught
    entries. `made_of` is what another process finds the snapshot by.
    """

    digest: str
    version: str
    diff: Diff
    failing: tuple[Problem, ...]
    writes: tuple[PurePosixPath, ...]
    clash: tuple[PurePosixPath, ...]
    stamp: str
    after: str
    made_of: Composition


class GoneError(Exception):
    """The copy that was to be put together is no longer there."""


def assemble(
    order: Order, progress: Progress | None = None, used: KnowledgeBase | None = None
) -> tuple[Assembled, KnowledgeBase]:
    """Put a content together; what came of it and the snapshot itself. `used` is the snapshot in
    use, where it is at hand.

    Raises KnowledgeError with everything that is wrong, and GoneError.
    """
    here, live, made = taken(order)
    old = used
    if old is None and live is not None:
        old = open_copy(order, live)
    new = open_copy(order, made, progress)
    files = live.files if live is not None else here.files
    wanted = {p for p in {*files, *made.files} if made.files.get(p) != files.get(p)}
    differing = sorted(p for p in wanted if here.files.get(p) != made.files.get(p))
    clash = [path for path in differing if here.files.get(path) != files.get(path)]
    writes = [path for path in differing if path not in clash]
    assembled = Assembled(
        digest=made.digest,
        version=new.version,
        diff=compare(old, new),
        failing=_failing(old, new),
        writes=tuple(map(PurePosixPath, writes)),
        clash=tuple(map(PurePosixPath, clash)),
        stamp=here.stamp,
        after=digest_of(_with(here.files, {path: made.files.get(path) for path in writes})),
        made_of=new.stock.composition,
    )
    return assembled, new


def open_copy(order: Order, copy: Copy, progress: Progress | None = None) -> KnowledgeBase:
    """The snapshot of a copy, told as the content folder."""
    with not_collecting():
        return KnowledgeBase.over(copy.folder, order.limits, progress, told_as=order.folder)


def taken(order: Order) -> tuple[Survey, Copy | None, Copy]:
    """What lies in the content folder, the copy in use, and a copy of what is ordered.

    Raises ContentError and GoneError.
    """
    copies = Copies(order.copies, order.folder.resolve().name)
    live = copies.get(order.live) if order.live is not None else None
    for _ in range(_TRIES):
        try:
            here = _surveyed(order.folder)
            return here, live, _copied(order, copies, here, live)
        except (MovingError, FileNotFoundError):
            continue
        except OSError as error:
            message = f"写不进存放版本的文件夹({error.strerror}),请检查权限和磁盘空间"
            raise ContentError((Problem(file=order.copies, message=message),)) from None
    message = "里面的文件正在变动,请等文件放好再试"
    raise ContentError((Problem(file=order.folder, message=message),))


def _surveyed(folder: Path) -> Survey:
    if not folder.is_dir():
        load(folder)  # says what is wrong with it
    try:
        with journal.unchanging(folder):
            return survey(folder)
    except (ContentError, PermissionError) as error:
        load(folder)  # says all that is wrong with it
        if isinstance(error, ContentError):
            raise
        message = f"文件夹打不开({error.strerror}),请检查读取权限"
        raise ContentError((Problem(file=folder, message=message),)) from None


def _copied(order: Order, copies: Copies, here: Survey, live: Copy | None) -> Copy:
    if order.target is not None:
        kept = copies.get(order.target, sound=True)
        if kept is None:
            raise GoneError
        return kept
    if not order.edits:
        return copies.take(order.folder, here.files, live, {})
    refuse(order.folder, order.edits)
    written = {str(edit.path): edit.data for edit in order.edits}
    changes = {p: written_digest(d) if d is not None else None for p, d in written.items()}
    source, files = (live.folder, live.files) if live is not None else (order.folder, here.files)
    data = {path: data for path, data in written.items() if data is not None}
    return copies.take(source, _with(files, changes), live, data)


def _with(files: Files, changes: Mapping[str, str | None]) -> Files:
    """A list of files with changes made to it; None takes one out."""
    merged = {**files, **changes}
    return {path: told for path, told in merged.items() if told is not None}


def _failing(old: KnowledgeBase | None, new: KnowledgeBase) -> tuple[Problem, ...]:
    """What held in the old snapshot and does not in the new: regression questions, and what was
    taught and has lapsed."""
    known = {one.message for one in old.stock.lapsed} if old is not None else set()
    lapsing = tuple(one for one in new.stock.lapsed if one.message not in known)
    return (*_checks_failing(old, new), *lapsing)


def _checks_failing(old: KnowledgeBase | None, new: KnowledgeBase) -> tuple[Problem, ...]:
    """The regression questions that the new snapshot fails, but those that the old one fails
    too."""
    failures = new.failures()
    if not failures or old is None:
        return failures
    asked = {(check.file, check.line): _demand(check) for check in new.stock.checks}
    before = {(check.file, check.line): _demand(check) for check in old.stock.checks}
    failed = {before[problem.file, problem.line] for problem in old.failures()}
    return tuple(p for p in failures if asked[p.file, p.line] not in failed)


def _demand(check: Check) -> tuple[str, str, tuple[str, ...]]:
    return check.question, check.status, check.contains
