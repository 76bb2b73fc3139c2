"""A change of one file of the content folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge.errors import ContentError, Problem
from knowledge.folders import MAX_DEPTH

_LONGEST = 200  # bytes of a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A file to be written whole, or, with None for `data`, to be removed. `path` counts from the
    content folder."""

    path: PurePosixPath
    data: bytes | None


def refuse(folder: Path, edits: Iterable[Edit]) -> None:
    """Raises ContentError for edits that lead out of the folder or to what is not shown."""
    problems = [
        Problem(file=folder / str(edit.path).replace("\0", ""), message=message)
        for edit in edits
        if (message := _refusal(folder, edit.path)) is not None
    ]
    if problems:
        raise ContentError(tuple(problems))


def _refusal(folder: Path, path: PurePosixPath) -> str | None:
    """Why a file cannot be written there; None when it can."""
    parts = path.parts
    if not parts or path.is_absolute() or len(parts) > MAX_DEPTH + 1:
        return "内容只能写进内容文件夹,文件夹不要套得太深"
    if any(part.startswith(".") or {"\\", "\0"} & set(part) for part in parts):
        return "文件名不能用点开头,也不能有反斜杠"
    if any(len(part.encode("utf-8", "surrogateescape")) > _LONGEST for part in parts):
        return "文件名太长"
    target = folder / path
    if target.is_dir() or not target.parent.resolve().is_relative_to(folder.resolve()):
        return "这里不是内容文件夹里的文件"
    return None
