"""Where a draft's pages go in the content folder, and the files that are written for it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

import yaml

from bot.importing.drafts import Draft, Mode
from knowledge.cards import Card
from knowledge.errors import ContentError
from knowledge.folders import ISSUE_FILE, Folder, list_folders
from knowledge.schema import IssueForm, fit
from knowledge.yaml_source import read_yaml

Writing = tuple[PurePosixPath, bytes | None]  # a file of the content folder; None takes it away

_MOST_FILES = 1000  # of one issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder for an issue and the names of its new pages."""

    folder: str
    files: tuple[str, ...]


def issue_of(cards: Iterable[Card], day: date) -> Card | None:
    """The issue of a day, if there is one."""
    return next((card for card in cards if card.issued == day and not card.curated), None)


def place(root: Path, draft: Draft, card: Card | None) -> Place:
    """A folder of its own for a new issue, that of `card` for one that is added to or replaced."""
    count = len(draft.sheets)
    if draft.mode is not Mode.NEW and card is not None:
        there: set[str] = set()
        if draft.mode is Mode.ADD:
            pages = {Path(os.fsdecode(file)).name for file in card.files}
            there = _names(root / card.place) | pages
        return Place(folder=card.place, files=_numbered(count, there))
    assert draft.day is not None
    folder, number = draft.day.isoformat(), 1
    while (root / folder).exists():
        number += 1
        folder = f"{draft.day.isoformat()}-{number}"
    return Place(folder=folder, files=_numbered(count, set()))


def writings(
    root: Path, draft: Draft, texts: Mapping[int, str], where: Place
) -> tuple[Writing, ...]:
    """Everything that is to be written or taken away. Raises ContentError when the folder, or the
    description of the issue that is added to, cannot be read."""
    folder = PurePosixPath(where.folder)
    written: dict[PurePosixPath, bytes | None] = {}
    if draft.mode is Mode.REPLACE:
        written.update(dict.fromkeys((folder / name for name in _pages(root, folder)), None))
    for sheet, name in zip(draft.sheets, where.files, strict=True):
        text = texts[sheet.number]
        written[folder / name] = (text if text.endswith("\n") else f"{text}\n").encode()
    description = _description(root, draft, where)
    if description is not None:
        written[folder / ISSUE_FILE] = description
    return tuple(written.items())


def done_already(root: Path, writings: Iterable[Writing]) -> bool:
    """Whether the content folder is already as it would be."""
    return all(_bytes(root / path) == data for path, data in writings)


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _description(root: Path, draft: Draft, where: Place) -> bytes | None:
    """The issue.yaml that is to be written; None where the old one goes on holding."""
    file = root / where.folder / ISSUE_FILE
    if draft.mode is not Mode.ADD or not file.exists():
        return _yaml({"date": draft.day, "bulletin": draft.bulletin, "title": draft.title})
    form, problems = fit(IssueForm, read_yaml(file))
    if problems:
        raise ContentError(tuple(problems))
    if form.pages is None:
        return None
    pages = [*form.pages, *(name for name in where.files if name not in form.pages)]
    if len(pages) == len(form.pages):
        return file.read_bytes()
    known = {"date": form.date, "bulletin": form.bulletin, "title": form.title, "url": form.url}
    values = {key: value for key, value in known.items() if value is not None}
    return _yaml({**values, "pages": pages})


def _yaml(values: dict[str, object]) -> bytes:
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=1000).encode()


def _pages(root: Path, folder: PurePosixPath) -> tuple[str, ...]:
    """The pages of an issue as they lie there."""
    path = root / folder
    found: Folder | None = next(
        (one for one in list_folders(root).folders if one.path == path), None
    )
    if found is None:
        return ()
    names = dict.fromkeys(found.texts)
    if found.described:
        form, _ = fit(IssueForm, read_yaml(path / ISSUE_FILE))
        inside = path.resolve()
        for name in form.pages or ():
            if (path / name).is_file() and (path / name).resolve().is_relative_to(inside):
                names[name] = None
    return tuple(names)


def _names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()} if folder.is_dir() else set()


def _numbered(count: int, there: set[str]) -> tuple[str, ...]:
    """Names for pages that come after those that are there."""
    last = max((name for name in there if name.lower().endswith(".txt")), default="")
    names = [f"{number:02}.txt" for number in range(1, _MOST_FILES)]
    free = [name for name in names if name not in there]
    after = [name for name in free if name > last]
    return tuple((after if len(after) >= count else free)[:count])
