"""A content folder → issues, curated entries and regression questions, or every problem at once.

    content/
      2024-01-14/issue.yaml    date, bulletin, title; optional url, and pages in order
      2024-01-14/*.txt         pages exactly as supplied
      qa/*.yaml                curated entries
      checks.yaml              regression questions

An issue's own folder may hold `qa/` and `checks.yaml` too: its entries quote that issue only. A
folder of .txt files without issue.yaml is an issue whose date nobody knows.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from knowledge.curated import Check, Curation
from knowledge.errors import ContentError, PageError, Problem
from knowledge.locating import Locator
from knowledge.model import Entry, Issue, JoinKind, Page
from knowledge.page import read_page
from knowledge.schema import IssueForm, closest, fit, missing
from knowledge.yaml_source import Document, read_yaml

__all__ = ["Check", "Content", "load"]

ISSUE_FILE = "issue.yaml"
CHECKS_FILE = "checks.yaml"
QA_FOLDER = "qa"
MAX_DEPTH = 4
UNNAMED_BULLETIN = "公报"
UNNAMED_ISSUE = "pages"
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything of a content folder: issues newest first, undated ones last; `remarks` are what
    an editor should look at, none of them in the way."""

    root: Path
    issues: tuple[Issue, ...]
    entries: tuple[Entry, ...]
    checks: tuple[Check, ...]
    remarks: tuple[Problem, ...]


def load(root: Path) -> Content:
    """Reads a content folder as a whole. Raises ContentError with every problem found."""
    if not root.is_dir():
        message = "这不是文件夹" if root.exists() else "没有这个内容文件夹"
        raise ContentError((Problem(file=root, message=f"{message},请检查路径"),))
    reader = _Reader(root=root, real=root.resolve())
    folders = [folder for folder in _walk(reader, root) if folder.is_issue]
    found = [(folder, issue) for folder in folders if (issue := reader.issue(folder)) is not None]
    found.sort(key=lambda pair: pair[1].id)
    found.sort(key=lambda pair: pair[1].issued or date.min, reverse=True)
    issues = tuple(issue for _, issue in found)
    if not folders:
        reader.say(root, "这里没有任何页面;请放进 .txt 页面文件")
    curation = Curation(complete=reader.complete)
    _curate(curation, reader, root, Locator(issues))
    for folder, issue in found:
        if folder.path != root:
            _curate(curation, reader, folder.path, Locator([issue]))
    problems = sorted({*reader.problems, *curation.problems})
    if problems:
        raise ContentError(tuple(problems))
    return Content(
        root=root,
        issues=issues,
        entries=tuple(curation.entries),
        checks=tuple(curation.checks),
        remarks=tuple(sorted(reader.remarks)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """A folder that may be an issue: its files by name."""

    path: Path
    described: bool
    files: tuple[str, ...]

    @property
    def texts(self) -> list[str]:
        return [name for name in self.files if name.lower().endswith(".txt")]

    @property
    def is_issue(self) -> bool:
        return self.described or bool(self.texts)


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads issues, noting what is wrong; `complete` turns False when a page is missing."""

    root: Path
    real: Path
    complete: bool = True
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)

    def say(self, file: Path, message: str) -> None:
        self.problems.append(Problem(file=file, message=message))

    def remark(self, file: Path, message: str, line: int = 0) -> None:
        self.remarks.append(Problem(file=file, line=line, message=message, fatal=False))

    def inside(self, file: Path) -> bool:
        """Whether a file or folder really lies within the content folder."""
        return file.resolve().is_relative_to(self.real)

    def issue(self, folder: _Folder) -> Issue | None:
        """The issue of a folder; None when its description is unusable."""
        form, document = IssueForm(), None
        if folder.described:
            file = folder.path / ISSUE_FILE
            try:
                document = read_yaml(file)
            except ContentError as error:
                self.problems += error.problems
                self.complete = False
                return None
            form, problems = fit(IssueForm, document)
            self.problems += problems
            self.problems += missing(document, ("date", "bulletin", "title"), (), "这一期")
        elif folder.path != self.root:
            self.remark(folder.path, f"这个文件夹没有 {ISSUE_FILE},日期不明")
        pages = tuple(self._pages(folder, form, document))
        for file in self._unread(folder, pages):
            self.remark(file, "没有读这个文件:只读 .txt,写了 pages 时只读列出的")
        return Issue(
            id=self._id(folder, form.date),
            issued=form.date,
            bulletin=form.bulletin or UNNAMED_BULLETIN,
            title=form.title or _title(pages) or folder.path.name,
            url=form.url,
            pages=pages,
        )

    def _pages(
        self, folder: _Folder, form: IssueForm, document: Document | None
    ) -> Iterator[Page]:
        for file in self._page_files(folder, form, document):
            try:
                page = read_page(file)
            except PageError as error:
                self.problems.append(error.problem)
                self.complete = False
                continue
            for line, message in page.remarks:
                self.remark(file, message, line)
            for join in page.joins:
                if join.kind is JoinKind.DUBIOUS:
                    self.remark(
                        file, f"“{join.before}”和“{join.after}”接成了一句,请核对", join.line
                    )
            yield page

    def _page_files(
        self, folder: _Folder, form: IssueForm, document: Document | None
    ) -> Iterator[Path]:
        if document is None or form.pages is None:
            for name in folder.texts:
                file = folder.path / name
                if file.is_symlink() and not self.inside(file):
                    self.say(file, "这是指到内容文件夹以外的链接;请放入文件本身")
                    self.complete = False
                else:
                    yield file
            if document is not None and not folder.texts:
                self.problems.append(document.problem("这一期没有页面;请放进 .txt 页面文件"))
            return
        seen: set[str] = set()
        for number, name in enumerate(form.pages):
            complaint = self._refusal(folder, name, seen)
            seen.add(name)
            if complaint:
                self.problems.append(document.problem(complaint, "pages", number))
                self.complete = False
            else:
                yield folder.path / name

    def _refusal(self, folder: _Folder, name: str, seen: set[str]) -> str | None:
        """Why a name under `pages` cannot be read; None when it can."""
        if name in seen:
            return f"“{name}”列了两次,请删去一个"
        if "\\" in name or "\x00" in name or Path(name).is_absolute() or ".." in Path(name).parts:
            return f"“{name}”不能用;只写这一期文件夹里的文件名"
        file = folder.path / name
        try:
            if not file.is_file():
                return f"没有页面文件“{name}”{closest(name, folder.texts)},请核对文件名"
            outside = not file.resolve().is_relative_to(folder.path.resolve())
        except OSError:
            return f"“{name}”不能用;文件名太长或不对"
        return f"“{name}”指到这一期文件夹以外;请放入文件本身" if outside else None

    def _unread(self, folder: _Folder, pages: tuple[Page, ...]) -> list[Path]:
        read = {page.file for page in pages} | {problem.file for problem in self.problems}
        known = {ISSUE_FILE, CHECKS_FILE}
        files = [folder.path / name for name in folder.files if name not in known]
        return [file for file in files if file not in read]

    def _id(self, folder: _Folder, issued: date | None) -> str:
        """The folder's name where it can be an id, else the date or a hash of the name."""
        name = folder.path.resolve().name
        digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        if _ID.fullmatch(name):
            wanted = name
        elif issued is not None:
            wanted = issued.isoformat()
        else:
            wanted = UNNAMED_ISSUE if folder.path == self.root else f"{UNNAMED_ISSUE}-{digest}"
        while wanted in self._ids:
            wanted = f"{wanted[:31]}-{digest}" if digest not in wanted else f"{wanted}2"
        self._ids.add(wanted)
        return wanted


def _walk(reader: _Reader, path: Path, depth: int = 0, inside: bool = False) -> Iterator[_Folder]:
    """A folder and what lies in it; a plain folder within a described issue is no issue."""
    try:
        found = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError as error:
        reader.say(path, f"文件夹打不开({error.strerror}),请检查读取权限")
        return
    found = [entry for entry in found if not entry.name.startswith(".")]
    files = tuple(entry.name for entry in found if entry.is_file())
    described = ISSUE_FILE in files
    for name in files:
        if name in ("issue.yml", "checks.yml"):
            reader.say(path / name, "文件名要以 .yaml 结尾,请改名")
    if described or not inside:
        yield _Folder(path=path, described=described, files=files)
    for entry in found:
        if entry.is_file() or (entry.name == QA_FOLDER and entry.is_dir()):
            continue
        if not entry.is_dir():
            reader.say(Path(entry.path), "这不是普通文件,请移走")
        elif entry.is_symlink():
            reader.say(Path(entry.path), "这是链接;请放入文件夹本身")
        elif depth < MAX_DEPTH:
            yield from _walk(reader, Path(entry.path), depth + 1, inside or described)
        else:
            reader.remark(Path(entry.path), "文件夹套得太深,没有读")


def _curate(curation: Curation, reader: _Reader, folder: Path, locator: Locator) -> None:
    """The entries and checks that lie in a folder itself."""
    qa = folder / QA_FOLDER
    if qa.is_dir():
        for file in sorted(qa.iterdir()):
            if file.name.startswith("."):
                continue
            if file.suffix == ".yml":
                reader.say(file, "文件名要以 .yaml 结尾,请改名")
            elif file.suffix != ".yaml" or not file.is_file():
                reader.remark(file, "没有读:qa 里只读 .yaml 文件")
            elif not reader.inside(file):
                reader.say(file, "这是指到内容文件夹以外的链接;请放入文件本身")
            else:
                curation.read_entries(file, locator)
    checks = folder / CHECKS_FILE
    if checks.is_file():
        curation.read_checks(checks)


def _title(pages: tuple[Page, ...]) -> str:
    """A title for an issue that nobody named: its first article, and how many more there are."""
    titles = [article.title for page in pages for article in page.articles]
    if len(titles) < 2:
        return "".join(titles)
    return f"{titles[0]} 等{len(titles)}篇"
