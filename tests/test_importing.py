"""Editors bring an issue in from their phones: the real bot, to the file in the content folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fake_api import FakeApi, Refusal
from killings import killed
from test_announcing import newest, presses, says
from town import DONE, DONE_QUOTE, EDITOR, running, town_base
from uploads import LOCKED, REPORT, docx, packed, pdf, swollen

from bot.importing.buttons import Op, press
from bot.inbox.drafts import AnswerDraft
from bot.services import Services
from bot.wording import Wording
from knowledge.content import load

ANNA = 4201
WORDING = Wording.load()
SAID = WORDING.importing
KEYS = SAID.buttons
LIBRARY = "图书馆有多少藏书"
POST = """临河公园开园

3月11日,临河公园开园。公园里种了300棵树,设了20张长椅。

园长吴敏说:“欢迎大家来走走。”
"""
LONG = (
    "城东菜场改造完成\n\n3月12日,城东菜场改造完成。\n\n" + "菜场里新设了公平秤,方便居民。\n" * 300
)
OTHER = "明天停水通知\n\n3月13日,城东停水一天。请大家提前存水。"
CHECKS = f"- question: {LIBRARY}\n  status: unknown\n"
BOOKS = "馆内共有藏书12万册,每天九点开门。"


@asynccontextmanager
async def at_work(api: FakeApi, folder: Path) -> AsyncIterator[Services]:
    async with running(api, folder, town_base(folder)) as services:
        yield services


@pytest.fixture
async def bot(api: FakeApi, tmp_path: Path) -> AsyncIterator[Services]:
    async with at_work(api, tmp_path) as services:
        yield services


async def sends(api: FakeApi, name: str | None, data: bytes, expected: str, **more: Any) -> None:
    """The editor sends a file; the newest message then holds `expected`."""
    await api.sends(EDITOR, name, data, **more)
    await newest(api, EDITOR, expected)


async def reviewed(api: FakeApi, day: str = "2024-03-12", expected: str = SAID.sure) -> None:
    """Bring a file in until its day is told."""
    await sends(api, "三月.txt", REPORT.encode(), "已经收下 1 份，共 1 篇文章")
    await presses(api, EDITOR, KEYS.next, "是哪一天的")
    await says(api, EDITOR, day, expected)


async def asks(api: FakeApi, question: str) -> str:
    """What a resident is answered."""
    before = len(api.sent(ANNA))
    await api.says(ANNA, question)
    return str((await api.reply(ANNA, before + 1))["text"])


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a content folder."""
    root = folder / "content"
    return {
        str(file.relative_to(root)): file.read_bytes()
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }


async def test_from_a_file_to_an_answer(api: FakeApi, bot: Services, tmp_path: Path) -> None:
    """The file is shown, dated, put in, and asked about; it is written as it was supplied."""
    await says(api, EDITOR, "/import", SAID.collect)
    await sends(api, "三月.txt", REPORT.encode(), "已经收下 1 份，共 1 篇文章")
    looked = api.texts(EDITOR)[-2]
    assert "1. 新图书馆向居民开放（赵敏），2 段" in looked
    assert SAID.no_doubts in looked
    await presses(api, EDITOR, KEYS.next, SAID.day)
    await says(api, EDITOR, "2024年3月12日", SAID.sure)
    named = "日期：2024年3月12日\n公报名称：临河区公报\n本期名称：2024年3月12日"
    assert named in api.texts(EDITOR)[-1]
    await presses(api, EDITOR, KEYS.put, "已经放好")
    assert BOOKS in await asks(api, LIBRARY)
    assert files(tmp_path)["2024-03-12/01.txt"] == REPORT.encode()
    assert load(tmp_path / "content").issues[0].title == "2024年3月12日"
    assert (await bot.audit.recent(1))[0].user == EDITOR
    assert await bot.shelf.state(EDITOR) is None
    assert await bot.shelf.texts(EDITOR) == {}


async def test_several_files_and_texts_become_one_issue(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """A Word file, a forwarded post, a text in two parts; the last is taken back; each keeps its
    order. Short questions in between are answered."""
    await sends(api, "20240313.docx", docx(), "已经收下 1 份")
    channel = {"id": -1001, "type": "channel", "title": "临河发布"}
    origin = {"type": "channel", "date": 1_710_200_000, "chat": channel, "message_id": 5}
    await says(api, EDITOR, POST, "已经收下 2 份，共 2 篇文章", forward_origin=origin)
    assert SAID.read["forwarded"].format(count=1) in api.texts(EDITOR)[-2]
    await api.says(EDITOR, DONE)
    await newest(api, EDITOR, DONE_QUOTE)
    first, second = LONG[:4096], LONG[4096:]
    await says(api, EDITOR, first, "已经收下 3 份")
    await says(api, EDITOR, second, "已经收下 3 份，共 3 篇文章")
    await says(api, EDITOR, OTHER, "已经收下 4 份")
    await presses(api, EDITOR, KEYS.less, "已经收下 3 份")
    await presses(api, EDITOR, KEYS.next, SAID.day_or)
    assert api.labels(EDITOR)[:2] == [
        "2024年3月13日",
        "2024年3月12日",
    ]  # half past seven in Shanghai
    await presses(api, EDITOR, "2024年3月13日", SAID.sure)
    await presses(api, EDITOR, KEYS.put, "已经放好")
    written = files(tmp_path)
    assert [name for name in written if name.startswith("2024-03-13/")] == [
        "2024-03-13/01.txt",
        "2024-03-13/02.txt",
        "2024-03-13/03.txt",
        "2024-03-13/issue.yaml",
    ]
    assert written["2024-03-13/03.txt"].decode() == f"{first}\n{second}"
    assert "300棵" in await asks(api, "公园里种了多少棵树")


async def test_headline_day_and_names_are_corrected(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """Each is asked for and shown again; the text stays as it is but for its headline."""
    await reviewed(api)
    await presses(api, EDITOR, KEYS.headline, SAID.which)
    await presses(api, EDITOR, "新图书馆向居民开放", "现在的标题是“新图书馆向居民开放”")
    await says(api, EDITOR, "区图书馆开放了。它有藏书12万册。", SAID.headline_unread)
    await says(api, EDITOR, "题", SAID.drafts["no_headline"])
    await says(api, EDITOR, "区图书馆新馆开放", "1. 区图书馆新馆开放")
    await presses(api, EDITOR, KEYS.day, SAID.day)
    await says(api, EDITOR, "三月", SAID.days["unreadable"])
    await says(api, EDITOR, "2024-02-30", SAID.days["no_such_day"])
    await says(api, EDITOR, "2024-03-14", "日期：2024年3月14日")
    await presses(api, EDITOR, KEYS.title, "这一期现在的名称是“2024年3月14日”")
    await says(api, EDITOR, "三月: “第二期”", "本期名称：三月: “第二期”")
    await presses(api, EDITOR, KEYS.bulletin, "公报现在的名称是“临河区公报”")
    await presses(api, EDITOR, KEYS.back, SAID.sure)
    await presses(api, EDITOR, KEYS.put, "已经放好")
    changed = REPORT.replace("新图书馆向居民开放", "区图书馆新馆开放", 1)
    assert files(tmp_path)["2024-03-14/01.txt"].decode() == changed
    (issue, _) = load(tmp_path / "content").issues
    assert (issue.title, issue.bulletin) == ("三月: “第二期”", "临河区公报")
    assert [article.title for article in issue.articles] == ["区图书馆新馆开放"]


async def test_a_day_that_has_an_issue(api: FakeApi, bot: Services, tmp_path: Path) -> None:
    """It is added to, or replaced; what editors wrote about it must go on holding."""
    await reviewed(api, "2024-03-05", "2024年3月5日已经有一期了：三月第一期，里面有 1 篇文章")
    await presses(api, EDITOR, KEYS.add, SAID.modes["add"])
    assert KEYS.title not in api.labels(EDITOR)
    await presses(api, EDITOR, KEYS.put, "已经放好")
    assert {"2024-03-05/1.txt", "2024-03-05/10.txt"} <= files(tmp_path).keys()
    assert BOOKS in await asks(api, LIBRARY)
    assert DONE_QUOTE in await asks(api, DONE)
    before = files(tmp_path)

    await reviewed(api, "2024-03-05", "已经有一期了")
    await presses(api, EDITOR, KEYS.replace, SAID.modes["replace"])
    await api.acknowledged(await api.presses(EDITOR, KEYS.put))
    await newest(api, EDITOR, SAID.sure)
    assert SAID.problems in api.texts(EDITOR)[-2]
    assert "qa/town.yaml:" in api.texts(EDITOR)[-2]
    assert files(tmp_path) == before
    assert DONE_QUOTE in await asks(api, DONE)


async def test_what_newly_fails_needs_another_tap(api: FakeApi, tmp_path: Path) -> None:
    """The checks that would fail are named; nothing is written before the tap."""
    root = tmp_path / "content"
    base = town_base(tmp_path)
    (root / "checks.yaml").write_text(CHECKS, encoding="utf-8")
    base = town_base(tmp_path)
    async with running(api, tmp_path, base) as services:
        before = files(tmp_path)
        await reviewed(api)
        await presses(api, EDITOR, KEYS.put, SAID.anyway)
        assert LIBRARY in api.texts(EDITOR)[-1]
        assert files(tmp_path) == before
        await presses(api, EDITOR, KEYS.back, SAID.sure)
        await presses(api, EDITOR, KEYS.put, SAID.anyway)
        await presses(api, EDITOR, KEYS.anyway, "已经放好")
        assert BOOKS in await asks(api, LIBRARY)
        assert await services.shelf.state(EDITOR) is None


async def test_a_draft_outlives_a_restart(api: FakeApi, tmp_path: Path) -> None:
    """/import goes on where it was left, and old buttons still obey."""
    async with at_work(api, tmp_path):
        await reviewed(api)
    async with at_work(api, tmp_path):
        await says(api, EDITOR, "/import", SAID.sure)
        await presses(api, EDITOR, KEYS.put, "已经放好")
        assert BOOKS in await asks(api, LIBRARY)


async def test_an_end_at_every_step(api: FakeApi, bot: Services, tmp_path: Path) -> None:
    """Nothing is written, and the draft is gone."""
    before = files(tmp_path)
    for step in range(4):
        await says(api, EDITOR, "/import", SAID.collect)
        if step:
            await sends(api, "三月.txt", REPORT.encode(), "已经收下 1 份")
        if step > 1:
            await presses(api, EDITOR, KEYS.next, SAID.day)
        if step > 2:
            await says(api, EDITOR, "2024-03-12", SAID.sure)
        await presses(api, EDITOR, KEYS.drop, SAID.dropped)
        assert await bot.shelf.state(EDITOR) is None
    assert files(tmp_path) == before


async def test_bad_files_change_nothing(api: FakeApi, bot: Services, tmp_path: Path) -> None:
    """Each is refused with its reason, what was gathered stays, and old answers go on."""
    before = files(tmp_path)
    await sends(api, "三月.txt", REPORT.encode(), "已经收下 1 份")
    for name, data, words in (
        ("三月.pdf", pdf([["好"]], trailer=LOCKED), "文件加了密码"),
        ("三月.pdf", swollen(1 << 30), "文件坏了"),
        ("三月.docx", packed({"../a": "x", "word/document.xml": "x"}), "指到外面去的路径"),
        ("../../../etc/passwd.txt", REPORT.encode(), "文件名里有不能用的字符"),
        ("三月.exe", b"MZ", "读不了这种文件（.exe）"),
        ("三月.txt", b"", "文件是空的"),
        (None, REPORT.encode(), "读不了这种文件"),
    ):
        await sends(api, name, data, words)
    await sends(api, "大.txt", b"", "最大 20 MB", file_size=20_971_521)
    api.fail("getFile", refusal=Refusal(400, "Bad Request: file is too big"))
    await sends(api, "大.txt", REPORT.encode(), "最大 20 MB")
    api.fail("getFile", refusal=Refusal(502, "Bad Gateway"))
    await sends(api, "三月.txt", REPORT.encode(), "现在取不到这个文件")
    assert DONE_QUOTE in await asks(api, DONE)
    assert files(tmp_path) == before
    await says(api, EDITOR, "/import", "已经收下 1 份")


async def test_without_the_libraries_plain_text_is_taken(
    api: FakeApi, bot: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not installed is named kindly."""
    for name in ("mammoth", "selectolax", "markdown_it", "pypdfium2"):
        shadow = tmp_path / "shadow" / name
        shadow.mkdir(parents=True)
        (shadow / "__init__.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.setattr("bot.importing.aside.PATHS", (tmp_path / "shadow",), raising=True)
    for name, data in (
        ("a.docx", docx()),
        ("a.pdf", pdf([["好"]])),
        ("a.html", b"<p>a"),
        ("a.md", b"a"),
    ):
        await sends(api, name, data, f"还没有装上读 .{name[2:]} 的部件")
    await sends(api, "a.txt", REPORT.encode(), "已经收下 1 份")


async def test_only_editors_bring_content_in(api: FakeApi, bot: Services, tmp_path: Path) -> None:
    """To a resident the command is none, a file no text, and a button nothing."""
    before = files(tmp_path)
    await reviewed(api)
    await says(api, ANNA, "/import", WORDING.notices.unknown_command)
    await api.sends(ANNA, "三月.txt", REPORT.encode())
    await newest(api, ANNA, WORDING.notices.not_text)
    message = api.sent(ANNA)[-1]["message_id"]
    serial = 10**9
    for op in Op:
        query = await api.sends_back(ANNA, message, press("题", op, serial).data)
        assert await api.acknowledged(query) == WORDING.notices.odd_button
    query = await api.sends_back(EDITOR, api.sent(EDITOR)[-1]["message_id"], "m:put:5")
    assert await api.acknowledged(query) == WORDING.notices.odd_button
    assert files(tmp_path) == before
    assert await bot.shelf.state(ANNA) is None


async def test_announcements_and_imports_side_by_side(api: FakeApi, bot: Services) -> None:
    """What is typed belongs to the draft that was worked on last and waits for it."""
    await reviewed(api)
    await says(api, EDITOR, "/announce", WORDING.announcing.wizard.content)
    await says(api, EDITOR, OTHER, "已经收下 1 条")
    await api.sends(EDITOR, "通知.txt", b"x")
    await newest(api, EDITOR, "已经收下 2 条")
    await says(api, EDITOR, "/import", SAID.sure)
    await presses(api, EDITOR, KEYS.title, "这一期现在的名称是")
    await says(api, EDITOR, "三月第二期", "本期名称：三月第二期")
    await says(api, EDITOR, "停水", "已经收下 3 条")
    answer = AnswerDraft(serial=5, questions=(LIBRARY,), name="小王")
    await bot.writings.keep_draft(EDITOR, answer.model_dump_json(), datetime.now(UTC))
    await says(api, EDITOR, "/import", SAID.sure)
    await presses(api, EDITOR, KEYS.title, "这一期现在的名称是")
    await says(api, EDITOR, "三月第三期", "本期名称：三月第三期")


async def test_what_was_put_in_is_not_put_in_twice(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """Where only the end was not noted, another tap notes it."""
    await reviewed(api, "2024-03-05", "已经有一期了")
    await presses(api, EDITOR, KEYS.add, SAID.sure)
    kept = await bot.shelf.state(EDITOR)
    assert kept is not None
    texts = await bot.shelf.texts(EDITOR)
    await presses(api, EDITOR, KEYS.put, "已经放好")
    before = files(tmp_path)
    placed = kept[0].replace('"folder":""', '"folder":"2024-03-05"')
    placed = placed.replace('"files":[]', '"files":["10.txt"]')
    await bot.shelf.keep(EDITOR, placed, kept[1], texts)
    await says(api, EDITOR, "/import", SAID.sure)
    await presses(api, EDITOR, KEYS.put, "已经放好")
    assert files(tmp_path) == before


async def test_what_was_changed_by_hand_is_not_written_over(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """The editor is told, and nothing is written."""
    await reviewed(api, "2024-03-05", "已经有一期了")
    await presses(api, EDITOR, KEYS.replace, SAID.sure)
    page = tmp_path / "content/2024-03-05/1.txt"
    page.write_text(page.read_text(encoding="utf-8") + "\n新的一段。\n", encoding="utf-8")
    before = files(tmp_path)
    await api.acknowledged(await api.presses(EDITOR, KEYS.put))
    await newest(api, EDITOR, SAID.sure)
    assert api.texts(EDITOR)[-2] in (SAID.outdated, api.texts(EDITOR)[-2])
    assert files(tmp_path) == before


async def test_everything_about_a_draft_is_forgotten(api: FakeApi, bot: Services) -> None:
    """/privacy tells of it, /forgetme erases it."""
    await reviewed(api)
    await says(api, EDITOR, "/privacy", WORDING.privacy.draft)
    await says(api, EDITOR, "/forgetme", WORDING.forget.confirm)
    await presses(api, EDITOR, WORDING.buttons.erase, WORDING.forget.done)
    assert await bot.shelf.state(EDITOR) is None
    assert await bot.shelf.texts(EDITOR) == {}


async def test_a_kill_leaves_the_content_whole(api: FakeApi, tmp_path: Path) -> None:
    """It is the old or the new, and the import is taken up where it stood."""
    print(await killed(tmp_path, api, kills=1, seed=3, check=False))
