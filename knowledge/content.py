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

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from knowledge.curated import Check, Curation
from knowledge.errors import ContentError, PageError, Problem
from knowledge.folders import CHECKS_FILE, ISSUE_FILE, QA_FOLDER, Folder, list_folders
from knowledge.locating import Locating, Locator
from knowledge.model import Entry, Issue, JoinKind, Page
from knowledge.page import read_page
from knowledge.schema import IssueForm, closest, fit, missing
from knowledge.yaml_source import Document, read_yaml

__all__ = ["Check", "Content", "load"]

UNNAMED_BULLETIN = "公报"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything of a content folder: issues newest first, undated ones last; `remarks` are what
    an editor should look at, none of them in the way; `lapsed` those of them about what was taught
    and is left out."""

    root: Path
    issues: tuple[Issue, ...]
    entries: tuple[Entry, ...]
    checks: tuple[Check, ...]
    remarks: tuple[Problem, ...]
    lapsed: tuple[Problem, ...] = ()


def load(root: Path) -> Content:
    """Reads a content folder as a whole. Raises ContentError with every problem found."""
    listing = list_folders(root)
    readings = [read_issue(root, folder) for folder in listing.folders]
    found = [
        (reading.issue, folder)
        for reading, folder in zip(readings, listing.folders, strict=True)
        if reading.issue is not None
    ]
    found.sort(key=lambda pair: newest_first(pair[0].issued, pair[0].id))
    curation, remarks = curate(
        root,
        [folder for _, folder in found],
        lambda one: Locator(issue for issue, folder in found if one in (None, folder)),
        complete=all(reading.complete for reading in readings),
    )
    problems = {*listing.problems, *curation.problems}
    problems.update(problem for reading in readings for problem in reading.problems)
    if problems:
        raise ContentError(tuple(sorted(problems)))
    remarks += listing.remarks
    remarks.extend(remark for reading in readings for remark in reading.remarks)
    return Content(
        root=root,
        issues=tuple(issue for issue, _ in found),
        entries=tuple(curation.entries),
        checks=tuple(curation.checks),
        remarks=tuple(sorted(remarks)),
        lapsed=tuple(curation.lapsed),
    )


def newest_first(issued: date | None, identity: str) -> tuple[int, str]:
    """The order of issues: by date, undated ones last."""
    return -issued.toordinal() if issued is not None else 0, identity


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReading:
    """What came of reading an issue: None for `issue` when its description is unusable; not
    `complete` when a page is missing."""

    issue: Issue | None
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    complete: bool


def read_issue(root: Path, folder: Folder) -> IssueReading:
    """Reads the pages of one issue."""
    reader = _Reader(root=root, real=root.resolve())
    issue = reader.issue(folder)
    return IssueReading(
        issue=issue,
        problems=tuple(reader.problems),
        remarks=tuple(reader.remarks),
        complete=reader.complete,
    )


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads issues, noting what is wrong; `complete` turns False when a page is missing."""

    root: Path
    real: Path
    complete: bool = True
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def say(self, file: Path, message: str) -> None:
        self.problems.append(Problem(file=file, message=message))

    def remark(self, file: Path, message: str, line: int = 0) -> None:
        self.remarks.append(Problem(file=file, line=line, message=message, fatal=False))

    def inside(self, file: Path) -> bool:
        """Whether a file or folder really lies within the content folder."""
        return file.resolve().is_relative_to(self.real)

    def issue(self, folder: Folder) -> Issue | None:
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
            id=folder.id,
            issued=form.date,
            bulletin=form.bulletin or UNNAMED_BULLETIN,
            title=form.title or _title(pages) or _plain(folder.path.name),
            url=form.url,
            pages=pages,
        )

    def _pages(self, folder: Folder, form: IssueForm, document: Document | None) -> Iterator[Page]:
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
        self, folder: Folder, form: IssueForm, document: Document | None
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

    def _refusal(self, folder: Folder, name: str, seen: set[str]) -> str | None:
        """Why a name under `pages` cannot be read; None when it can."""
        if name in seen:
            return f"“{name}”列了两次,请删去一个"
        parts = Path(name).parts
        if {"\\", "\x00"} & set(name) or Path(name).is_absolute() or _hidden(parts):
            return f"“{name}”不能用;只写这一期文件夹里的文件名"
        file = folder.path / name
        try:
            if not file.is_file():
                return f"没有页面文件“{name}”{closest(name, folder.texts)},请核对文件名"
            outside = not file.resolve().is_relative_to(folder.path.resolve())
        except OSError:
            return f"“{name}”不能用;文件名太长或不对"
        return f"“{name}”指到这一期文件夹以外;请放入文件本身" if outside else None

    def _unread(self, folder: Folder, pages: tuple[Page, ...]) -> list[Path]:
        read = {page.file for page in pages} | {problem.file for problem in self.problems}
        known = {ISSUE_FILE, CHECKS_FILE}
        files = [folder.path / name for name in folder.files if name not in known]
        return [file for file in files if file not in read]


def _hidden(parts: Iterable[str]) -> bool:
    """Whether a way leads up, or through what is not shown."""
    return any(part.startswith(".") for part in parts)


def _plain(name: str) -> str:
    """A file name with what is no text replaced."""
    return name.encode("utf-8", "replace").decode()


def curate(
    root: Path,
    folders: Iterable[Folder],
    locating: Callable[[Folder | None], Locating],
    *,
    complete: bool,
) -> tuple[Curation, list[Problem]]:
    """The entries and checks of a content, with remarks: those in an issue's folder may quote that
    issue, those in the root all issues. `locating` makes what looks through an issue, or through
    all (None); it is asked only where there are entries. Not `complete` when a page is missing.
    """
    curation = Curation(complete=complete)
    remarks: list[Problem] = []
    _curate(curation, remarks, root, root, partial(locating, None))
    for folder in folders:
        if folder.curated and folder.path != root:
            _curate(curation, remarks, root, folder.path, partial(locating, folder))
    curation.finish()
    return curation, [*remarks, *curation.lapsed]


def _curate(
    curation: Curation,
    remarks: list[Problem],
    root: Path,
    folder: Path,
    locating: Callable[[], Locating],
) -> None:
    """The entries and checks that lie in a folder itself."""

    def say(file: Path, message: str) -> None:
        curation.problems.append(Problem(file=file, message=message))

    qa = folder / QA_FOLDER
    if qa.is_dir():
        locator = locating()
        for file in sorted(qa.iterdir()):
            if file.name.startswith("."):
                continue
            if file.suffix == ".yml":
                say(file, "文件名要以 .yaml 结尾,请改名")
            elif file.suffix != ".yaml" or not file.is_file():
                message = "没有读:qa 里只读 .yaml 文件"
                remarks.append(Problem(file=file, message=message, fatal=False))
            elif not file.resolve().is_relative_to(root.resolve()):
                say(file, "这是指到内容文件夹以外的链接;请放入文件本身")
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
