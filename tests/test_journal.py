"""Edits of the content folder are whole or not at all, wherever a program ends on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from bot.opening import open_base
from bot.reloading import journal
from bot.reloading.copies import Copies, survey
from bot.reloading.edits import Edit
from bot.settings import Content, Settings
from knowledge.errors import ContentError

OLD = {"qa/a.yaml": "- old\n", "gone/issue.yaml": "old\n", "kept.txt": "kept\n"}
NEW = {"qa/a.yaml": "- new\n", "new/deep/b.txt": "new\n", "kept.txt": "kept\n"}
EDITS = (
    Edit(path=PurePosixPath("qa/a.yaml"), data=b"- new\n"),
    Edit(path=PurePosixPath("gone/issue.yaml"), data=None),
    Edit(path=PurePosixPath("new/deep/b.txt"), data=b"new\n"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in OLD.items():
        file = tmp_path / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "content"


def held(folder: Path) -> dict[str, str]:
    """Every file, hidden ones too."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {str(f.relative_to(folder)): f.read_text(encoding="utf-8") for f in files}


def test_edits_are_made(folder: Path) -> None:
    """Written, removed with the folder that is left empty, and nothing else is left behind."""
    journal.apply(folder, EDITS)
    assert held(folder) == NEW
    assert not (folder / "gone").exists()


class Ended(BaseException):
    """The program ends here."""


def _ending(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[int]:
    """The program ends once `after` steps on the disk are done."""
    steps = 0
    for place, name in (
        (os, "fsync"),
        (Path, "rename"),
        (Path, "replace"),
        (Path, "unlink"),
        (Path, "mkdir"),
        (Path, "rmdir"),
    ):
        real = getattr(place, name)

        def step(*arguments: Any, _real: Any = real, **more: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps > after:
                raise Ended
            return _real(*arguments, **more)

        monkeypatch.setattr(place, name, step)
    yield steps


@pytest.mark.parametrize("after", range(24))
def test_ended_anywhere_it_is_old_or_new(
    folder: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes next completes what was begun, or clears it away."""
    with monkeypatch.context() as patch:
        list(_ending(patch, after))
        try:
            journal.apply(folder, EDITS)
            ended = False
        except Ended:
            ended = True
    journal.recover(folder)
    assert held(folder) in ((OLD, NEW) if ended else (NEW,))
    assert not list(folder.glob(".*"))
    journal.apply(folder, EDITS)
    assert held(folder) == NEW


def test_whoever_reads_the_content_completes_it(tmp_path: Path, monkeypatch: Any) -> None:
    """`check` and `ask` too: what was begun is there in full."""
    folder = tmp_path / "content"
    (folder / "2024-03-05").mkdir(parents=True)
    (folder / "2024-03-05/1.txt").write_text("旧桥开通\n\n旧桥今天开通。\n", encoding="utf-8")
    page = Edit(path=PurePosixPath("2024-03-05/1.txt"), data="新桥开通\n\n新桥开通。\n".encode())
    with monkeypatch.context() as patch:
        patch.setattr(journal, "_complete", lambda _: None)
        journal.apply(folder, [page])
    base = open_base(Settings(content=Content(path=folder)))
    assert base.overviews()[0].title == "新桥开通"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """One sentence with the place; nothing half done."""
    with pytest.raises(ContentError, match=r"content: .*请检查权限"):
        journal.apply(tmp_path / "content", EDITS)


def test_copies_share_what_is_the_same_but_nothing_with_the_folder(
    folder: Path, tmp_path: Path
) -> None:
    """Whoever writes into the folder changes no copy; a damaged copy is none."""
    copies = Copies(tmp_path / "copies", "content")
    first = copies.take(folder, survey(folder).files, None, {})
    journal.apply(folder, EDITS)
    second = copies.take(folder, survey(folder).files, first, {})
    assert (held(first.folder), held(second.folder)) == (OLD, NEW)
    assert (first.folder / "kept.txt").samefile(second.folder / "kept.txt")
    (folder / "kept.txt").write_text("by hand\n", encoding="utf-8")
    assert held(first.folder) == OLD
    assert copies.get(first.digest, sound=True) == first
    (first.folder / "kept.txt").unlink()
    (first.folder / "kept.txt").write_text("odd\n", encoding="utf-8")
    assert copies.get(first.digest, sound=True) is None
    copies.prune([], [first.digest])
    assert copies.get(first.digest) is None
    assert copies.get(second.digest) is not None  # nobody accepted it yet: it may be shown now


def test_links_lead_where_they_led(folder: Path, tmp_path: Path) -> None:
    """Within the folder they lead within the copy; out of it they lead out, and are refused."""
    (folder / "a.txt").symlink_to("kept.txt")
    (folder / "b.txt").symlink_to(folder / "kept.txt")
    (folder / "c.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "d.txt").symlink_to("../secret.txt")
    copy = Copies(tmp_path / "copies", "content").take(folder, survey(folder).files, None, {})
    for name in ("a.txt", "b.txt"):
        assert (copy.folder / name).resolve() == (copy.folder / "kept.txt").resolve()
    for name in ("c.txt", "d.txt"):
        assert (copy.folder / name).resolve() == tmp_path / "secret.txt"
