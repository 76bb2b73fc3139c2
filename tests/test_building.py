"""A content folder's catalog: only what changed is built, and nothing is lost on the way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.opening import open_base
from bot.settings import Settings
from knowledge import building, index
from knowledge.base import KnowledgeBase
from knowledge.catalog import Hit, View
from knowledge.content import load
from knowledge.dictionary import cache_folder
from knowledge.errors import ContentError
from knowledge.model import Status
from knowledge.own_words import segmenter_knowing
from knowledge.packing import pack, unpack
from knowledge.stock import Composition

ISSUE = "date: {date}\nbulletin: 青浦街道简报\ntitle: {title}\n"
PAGE = """{title}

本报讯 {body}

（记者 王一）
"""
POOL = "图书馆", "游泳馆", "体育馆", "文化馆", "博物馆", "科技馆", "青少年宫", "老年大学"
QUESTION = "{name}每天几点开门？"


def body(name: str, clock: int) -> str:
    return f"{name}每天{clock}点开门，周一闭馆。居民凭身份证进{name}，免费存包。"


def add_issue(root: Path, day: int, name: str, clock: int = 9) -> Path:
    folder = root / f"2024-03-{day:02}"
    folder.mkdir(parents=True, exist_ok=True)
    described = ISSUE.format(date=folder.name, title=f"{name}专刊")
    (folder / "issue.yaml").write_text(described, encoding="utf-8")
    page = PAGE.format(title=f"{name}迎来新面貌", body=body(name, clock))
    (folder / "1.txt").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A content of eight issues, each about a house of its own, with a curated entry."""
    content = tmp_path / "content"
    for day, name in enumerate(POOL, start=1):
        add_issue(content, day, name)
    entry = (
        "- id: library-bags\n  questions: [去图书馆包放哪]\n"
        "  quote: 居民凭身份证进图书馆，免费存包。\n"
    )
    (content / "qa").mkdir()
    (content / "qa" / "houses.yaml").write_text(entry, encoding="utf-8")
    return content


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the issues that are read from their pages."""
    seen: list[str] = []
    reader = building.read_issue

    def noting(root: Path, folder: building.Folder) -> building.IssueReading:
        seen.append(folder.id)
        return reader(root, folder)

    monkeypatch.setattr(building, "read_issue", noting)
    return seen


def said(base: KnowledgeBase, name: str) -> str:
    answer = base.ask(QUESTION.format(name=name))
    assert base.verified(answer)
    return answer.text if answer.status is Status.ANSWERED else ""


def test_an_unchanged_content_is_not_read_again(root: Path, read: list[str]) -> None:
    """The second time, everything comes from the catalog: answers, overviews, entries."""
    first = KnowledgeBase.over(root)
    assert len(read) == len(POOL)
    read.clear()
    second = KnowledgeBase.over(root)
    assert read == []
    assert second.version == first.version
    assert second.overviews() == first.overviews()
    assert second.examples() == first.examples()
    for name in POOL:
        assert said(second, name) == said(first, name) != ""
    assert second.ask("去图书馆包放哪").target == "library-bags"


def test_a_changed_issue_costs_only_itself(root: Path, read: list[str]) -> None:
    """One page changes: one issue is read; whoever holds the old snapshot keeps its answers."""
    old = KnowledgeBase.over(root)
    read.clear()
    add_issue(root, 2, "游泳馆", clock=6)
    new = KnowledgeBase.over(root)
    assert read == ["2024-03-02"]
    assert "6点" in said(new, "游泳馆")
    assert "9点" in said(old, "游泳馆")
    assert new.version != old.version
    assert said(new, "图书馆") == said(old, "图书馆") != ""


def test_what_another_process_built_is_found_at_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what it is made of alone, without a look at the folder; not where the catalog has changed
    since, nor where none is kept."""
    old = KnowledgeBase.over(root)
    add_issue(root, 2, "游泳馆", clock=6)
    built = KnowledgeBase.over(root)
    made_of = unpack(pack(built.stock.composition), Composition)
    with monkeypatch.context() as patched:
        patched.setattr(building, "list_folders", None)
        found = old.successor(root, made_of)
    assert found is not None
    assert found.version == built.version
    assert found.stock.issues == built.stock.issues
    assert found.stock.remarks == built.stock.remarks
    assert "6点" in said(found, "游泳馆")
    assert "9点" in said(found, "图书馆")
    add_issue(root, 3, "体育馆", clock=7)
    KnowledgeBase.over(root)
    assert old.successor(root, made_of) is None
    in_memory = KnowledgeBase.build(load(root)).stock.composition
    assert old.successor(root, in_memory) is None


def test_an_issue_that_is_gone_is_gone(root: Path, read: list[str]) -> None:
    """What was taken out of the folder is neither answered nor left in the catalog."""
    KnowledgeBase.over(root)
    read.clear()
    shutil.rmtree(root / "2024-03-04")
    base = KnowledgeBase.over(root)
    assert read == []
    assert said(base, "文化馆") == ""
    assert len(base.stock.library.view.cards()) == len(POOL)  # seven issues and the entries


def test_curated_entries_follow_what_they_quote(root: Path) -> None:
    """A quotation that no longer stands is a problem; the catalog in use stays as it was."""
    old = KnowledgeBase.over(root)
    page = root / "2024-03-01" / "1.txt"
    whole = page.read_text(encoding="utf-8")
    page.write_text(whole.replace("免费存包", "自行存包"), encoding="utf-8")
    with pytest.raises(ContentError, match=r"houses\.yaml:3"):
        KnowledgeBase.over(root)
    assert "免费存包" in old.ask("去图书馆包放哪").text
    page.write_text(whole, encoding="utf-8")
    assert KnowledgeBase.over(root).version == old.version


def test_what_a_broken_off_build_finished_is_kept(
    root: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted in the middle, the next build goes on where this one was."""
    monkeypatch.setattr(building, "_batch", lambda _count: 2)

    def interrupting(done: int, _total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        KnowledgeBase.over(root, progress=interrupting)
    read.clear()
    base = KnowledgeBase.over(root)
    assert len(read) == len(POOL) - 4
    assert all(said(base, name) for name in POOL)


def test_much_that_is_built_becomes_one_part(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written part by part is merged before the snapshot is taken, and answers the same:
    all issues are one part, the curated entries another at most."""
    monkeypatch.setattr(building, "_BATCH", len(POOL) - 1)
    assert building._batch(len(POOL)) == 1
    base = KnowledgeBase.over(root)
    assert base.stock.library.view.parts <= 2
    alone = KnowledgeBase.build(load(root))
    for name in POOL:
        assert said(base, name) == said(alone, name) != ""


@pytest.mark.parametrize(
    ("issues", "batch"), [(1, 1), (250, 250), (251, 32), (3704, 463), (40_000, 500)]
)
def test_how_many_issues_are_written_at_once(issues: int, batch: int) -> None:
    """A few at once, more in eight equal parts, very many in parts of five hundred."""
    assert building._batch(issues) == batch


def test_common_words_of_a_large_content_are_left(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where too much would have to be looked at, what stands everywhere is not looked up; what is
    rare still finds its answer, and a question of common words alone is looked up all the same."""
    monkeypatch.setattr(index, "_LOOKED_AT", 3)
    looked_up: list[set[str]] = []
    search = View.search

    def noting(view: View, field: str, weights: Mapping[str, float], limit: int) -> list[Hit]:
        looked_up.append(set(weights))
        return search(view, field, weights, limit)

    monkeypatch.setattr(View, "search", noting)
    base = KnowledgeBase.over(root)
    assert "9点" in said(base, "体育馆")
    for tokens in looked_up:
        assert "体育" in tokens
        assert "每天" not in tokens
    looked_up.clear()
    base.ask("每天开门")
    for tokens in looked_up:
        assert {"每天", "开门"} & tokens


def test_all_cores_give_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Further processes build what one process builds, and progress counts every issue."""
    monkeypatch.setattr(building, "_MANY", 0)
    monkeypatch.setattr(building, "_cores", lambda: 2)
    counted: list[tuple[int, int]] = []
    base = KnowledgeBase.over(root, progress=lambda *step: counted.append(step))
    assert counted == [(done, len(POOL)) for done in range(1, len(POOL) + 1)]
    alone = KnowledgeBase.build(load(root))
    for name in POOL:
        assert said(base, name) == said(alone, name) != ""


def test_a_damaged_catalog_is_made_anew(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be read is thrown away with a warning; answers are as before."""
    KnowledgeBase.over(root)
    metas = list(cache_folder().glob("catalogs/*/catalog/meta.json"))
    assert metas
    for meta in metas:
        meta.write_text("{", encoding="utf-8")
    base = KnowledgeBase.over(root)
    assert said(base, "科技馆")
    assert "made anew" in caplog.text


def test_without_a_cache_all_is_built_in_memory(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A cache folder that cannot be used costs time, not answers."""
    blocked = tmp_path / "blocked"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert said(KnowledgeBase.over(root), "博物馆")
    assert "in memory" in caplog.text


def test_catalogs_of_folders_that_are_gone_are_removed(root: Path, tmp_path: Path) -> None:
    """The cache does not grow with every folder that ever was."""
    other = tmp_path / "other"
    add_issue(other, 1, "图书馆")
    KnowledgeBase.over(other)
    places = set(cache_folder().glob("catalogs/*"))
    shutil.rmtree(other)
    KnowledgeBase.over(root)
    gone = places - set(cache_folder().glob("catalogs/*"))
    assert len(gone) >= 1


def test_two_processes_may_open_one_content_at_once(root: Path) -> None:
    """The second waits for the first and finds everything there."""
    script = (
        "import sys; from pathlib import Path; from knowledge.base import KnowledgeBase;"
        "print(KnowledgeBase.over(Path(sys.argv[1])).version)"
    )
    command = [sys.executable, "-c", script, str(root)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    versions = {process.communicate(timeout=120)[0] for process in running}
    assert [process.returncode for process in running] == [0, 0]
    assert len(versions) == 1


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """More issues than are simply looked through, all but one alike."""
    content = tmp_path / "many"
    for day in range(1, 29):
        add_issue(content, day, f"第{day}活动室")
    return content


def test_quotations_are_found_in_many_issues(many: Path) -> None:
    """By way of the index: where they stand, and what one that stands nowhere resembles."""
    (many / "qa").mkdir()
    file = many / "qa" / "rooms.yaml"
    entry = (
        "- id: room\n  questions: [十七号屋怎么进]\n"
        "  quote: 居民凭{what}进第17活动室，免费存包。\n"
    )
    file.write_text(entry.format(what="身份证"), encoding="utf-8")
    base = KnowledgeBase.over(many)
    answer = base.ask("十七号屋怎么进")
    assert answer.source is not None
    assert answer.source.issue == "2024-03-17"
    file.write_text(entry.format(what="学生证"), encoding="utf-8")
    with pytest.raises(ContentError, match="最接近的是“居民凭身份证进第17活动室"):
        KnowledgeBase.over(many)


WORDS = st.lists(st.sampled_from(["助餐", "助餐点", "餐点多", "一卡", "卡通", "点"]), max_size=4)


@given(WORDS, st.text(alphabet="助餐点多一卡通的", max_size=20))
def test_words_learned_for_a_while_are_forgotten(words: list[str], text: str) -> None:
    """After the context a segmenter cuts as before; breaks and words always cover the text."""
    segmenter = _SEGMENTER
    before = segmenter.divide(text)
    with segmenter.knowing(words):
        _, breaks = segmenter.divide(text)
        assert len(breaks) == len(text)
        assert not text or breaks[0] == 1
    assert segmenter.divide(text) == before


_SEGMENTER = segmenter_knowing(["崇川"])


@pytest.mark.parametrize("terminal", [True, False])
def test_a_long_build_can_be_watched(
    many: Path,
    terminal: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On a terminal a bar moves; elsewhere the log tells every tenth."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    monkeypatch.setenv("FORCE_COLOR", "1" if terminal else "")
    with caplog.at_level("INFO"):
        open_base(Settings(), many)
    assert ("正在整理各期公报" in capsys.readouterr().err) is terminal
    lines = [record for record in caplog.records if "issues built" in record.message]
    assert len(lines) == (0 if terminal else 10)
