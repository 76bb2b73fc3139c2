"""A content folder → the folders in it that are issues, unread."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from knowledge.errors import ContentError, Problem
from knowledge.schema import IssueForm, fit
from knowledge.yaml_source import read_yaml

ISSUE_FILE = "issue.yaml"
CHECKS_FILE = "checks.yaml"
QA_FOLDER = "qa"
MAX_DEPTH = 4
UNNAMED_ISSUE = "pages"
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder that is an issue, under the id that the issue gets: its `place` in the content
    folder, its files and the folders within it by name, and whether it may hold entries or
    questions of its own (`curated`)."""

    id: str
    path: Path
    place: str
    described: bool
    files: tuple[str, ...]
    inner: tuple[str, ...]
    curated: bool

    @property
    def texts(self) -> list[str]:
        return [name for name in self.files if name.lower().endswith(".txt")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The issues of a content folder, unread, and what is wrong or odd with the folders."""

    folders: tuple[Folder, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...]


def list_folders(root: Path) -> Listing:
    """The issues of a content folder. Raises ContentError when it is no folder."""
    if not root.is_dir():
        message = "这不是文件夹" if root.exists() else "没有这个内容文件夹"
        raise ContentError((Problem(file=root, message=f"{message},请检查路径"),))
    walk = _Walk(root)
    walk.visit(root)
    if not walk.folders:
        walk.say(root, "这里没有任何页面;请放进 .txt 页面文件")
    return Listing(
        folders=tuple(walk.folders),
        problems=tuple(walk.problems),
        remarks=tuple(walk.remarks),
    )


@dataclass(slots=True)
class _Walk:
    """Lists the issues in a folder and in the folders within."""

    root: Path
    folders: list[Folder] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)

    def say(self, file: Path, message: str) -> None:
        self.problems.append(Problem(file=file, message=message))

    def visit(self, path: Path, place: str = "", depth: int = 0, inside: bool = False) -> None:
        """A folder at a place, and what lies in it; a plain folder within a described issue is no
        issue."""
        try:
            found = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError as error:
            self.say(path, f"文件夹打不开({error.strerror}),请检查读取权限")
            return
        found = [entry for entry in found if not entry.name.startswith(".")]
        files = tuple(entry.name for entry in found if entry.is_file())
        described = ISSUE_FILE in files
        for name in files:
            if name in ("issue.yml", "checks.yml"):
                self.say(path / name, "文件名要以 .yaml 结尾,请改名")
        texts = any(name.lower().endswith(".txt") for name in files)
        if described or (texts and not inside):
            identity = self._id(path, described)
            inner = tuple(e.name for e in found if e.name != QA_FOLDER and e.is_dir())
            self.folders.append(
                Folder(
                    id=identity,
                    path=path,
                    place=place or os.curdir,
                    described=described,
                    files=files,
                    inner=inner,
                    curated=any(e.name in (QA_FOLDER, CHECKS_FILE) for e in found),
                )
            )
        for entry in found:
            if entry.is_file() or (entry.name == QA_FOLDER and entry.is_dir()):
                continue
            if not entry.is_dir():
                self.say(Path(entry.path), "这不是普通文件,请移走")
            elif entry.is_symlink():
                self.say(Path(entry.path), "这是链接;请放入文件夹本身")
            elif depth < MAX_DEPTH:
                within = f"{place}{os.sep}{entry.name}" if place else entry.name
                self.visit(Path(entry.path), within, depth + 1, inside or described)
            else:
                message = "文件夹套得太深,没有读"
                self.remarks.append(Problem(file=Path(entry.path), message=message, fatal=False))

    def _id(self, path: Path, described: bool) -> str:
        """The folder's name where it can be an id, else the issue's date or a hash of the name."""
        name = path.resolve().name if path == self.root else path.name
        digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        if _ID.fullmatch(name):
            wanted = name
        elif described and (issued := _date_in(path / ISSUE_FILE)) is not None:
            wanted = issued.isoformat()
        else:
            wanted = UNNAMED_ISSUE if path == self.root else f"{UNNAMED_ISSUE}-{digest}"
        while wanted in self._ids:
            wanted = f"{wanted[:31]}-{digest}" if digest not in wanted else f"{wanted}2"
        self._ids.add(wanted)
        return wanted


def _date_in(file: Path) -> date | None:
    """The date in an issue's description; None where it cannot be read."""
    try:
        return fit(IssueForm, read_yaml(file))[0].date
    except ContentError:
        return None
