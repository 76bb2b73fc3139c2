"""Editors reload, look and go back in Telegram; strangers get nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from fake_api import FakeApi
from town import (
    BUSES,
    DONE,
    DONE_QUOTE,
    EDITOR,
    ENTRIES,
    OWNER,
    PAGE,
    running,
    settings_for,
    write_content,
)

from bot.handlers import board
from bot.reloading import watching
from bot.reloading.buttons import Op, parse, press
from bot.reloading.starting import begin
from bot.reloading.versions import Versions
from bot.service import watched
from bot.services import Services
from bot.storage import Storage
from bot.wording import Wording

ANNA = 4201
WORDING = Wording.load()
SAID = WORDING.reloading
UNKNOWN = WORDING.notices.unknown_command
CHECKS = f"- question: {DONE}\n  status: answered\n  contains: [12个]\n"


@asynccontextmanager
async def at_work(api: FakeApi, folder: Path) -> AsyncIterator[Services]:
    """The real bot, begun as the service begins it."""
    settings = settings_for(api, folder)
    storage = await Storage.open(settings.storage.url)
    base = await begin(settings, Versions(storage))
    await storage.close()
    async with running(api, folder, base, settings=settings) as services:
        yield services


@pytest.fixture
async def bot(api: FakeApi, tmp_path: Path) -> AsyncIterator[Services]:
    (write_content(tmp_path / "content") / "checks.yaml").write_text(CHECKS, encoding="utf-8")
    async with at_work(api, tmp_path) as services:
        yield services


def change(folder: Path, count: int = 15) -> None:
    """Another page and other entries in the content folder."""
    page, entries = (text.replace("12个", f"{count}个") for text in (PAGE, ENTRIES))
    write_content(folder / "content", page, entries)


def check(folder: Path, count: int) -> None:
    text = CHECKS.replace("12个", f"{count}个")
    (folder / "content/checks.yaml").write_text(text, encoding="utf-8")


async def says(api: FakeApi, chat: int, text: str, expected: str) -> str:
    before = len(api.sent(chat))
    await api.says(chat, text)
    await api.until(lambda: len(api.sent(chat)) > before)
    return await newest(api, chat, expected)


async def newest(api: FakeApi, chat: int, expected: str) -> str:
    """The newest message of the bot's, once it holds `expected`."""

    def found() -> str:
        texts = api.texts(chat)
        return texts[-1] if texts and expected in texts[-1] else ""

    try:
        return str(await api.until(found))
    except TimeoutError:
        raise AssertionError(f"no {expected} but {api.texts(chat)[-1:]}") from None


async def presses(api: FakeApi, chat: int, label: str, user: int | None = None) -> str:
    return await api.acknowledged(await api.presses(chat, label, user))


async def test_a_clean_content_is_swapped_and_shown(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """One message becomes what changed, by name; the next answer is of the new version."""
    await says(api, ANNA, DONE, DONE_QUOTE)
    change(tmp_path)
    check(tmp_path, 15)
    told = await says(api, EDITOR, "/reload", SAID.swapped)
    assert "报道有改动 1：《临河区召开为民办实事推进会》（2024-03-05）" in told
    assert f"问答有改动 1：“{DONE}”" in told
    assert len(api.sent(EDITOR)) == 1
    await says(api, ANNA, DONE, "15个")
    (act,) = [a for a in await bot.audit.recent(9) if a.user == EDITOR]
    assert (act.deed, act.subject) == ("content.reload", bot.live.current.version)
    await says(api, EDITOR, "/reload", SAID.same)


async def test_what_newly_fails_needs_a_tap_of_whoever_asked(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """The failing question is named with its line; another editor's tap does nothing, nor does
    a second one."""
    change(tmp_path)
    told = await says(api, EDITOR, "/reload", SAID.sure)
    assert "checks.yaml:1" in told
    assert SAID.failing.format(count=1) in told
    message = api.sent(EDITOR)[-1]
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await says(api, ANNA, DONE, DONE_QUOTE)
    await says(api, OWNER, "/version", "编号")
    other = api.sent(OWNER)[-1]["message_id"]
    toast = await api.acknowledged(await api.sends_back(OWNER, other, data))
    assert toast == SAID.outdated
    await says(api, ANNA, DONE, DONE_QUOTE)
    assert await presses(api, EDITOR, SAID.buttons.swap) == ""
    await newest(api, EDITOR, SAID.swapped)
    await says(api, ANNA, DONE, "15个")
    toast = await api.acknowledged(await api.sends_back(EDITOR, message["message_id"], data))
    assert toast == SAID.outdated


async def test_thought_better_of(api: FakeApi, bot: Services, tmp_path: Path) -> None:
    """The other button leaves everything as it is."""
    change(tmp_path)
    await says(api, EDITOR, "/reload", SAID.sure)
    await presses(api, EDITOR, SAID.buttons.drop)
    await newest(api, EDITOR, SAID.dropped)
    await says(api, ANNA, DONE, DONE_QUOTE)


async def test_a_tap_after_the_folder_changed_again(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """What was shown is no longer what would be swapped in: it is to be looked at again."""
    change(tmp_path)
    await says(api, EDITOR, "/reload", SAID.sure)
    change(tmp_path, 16)
    await presses(api, EDITOR, SAID.buttons.swap)
    await newest(api, EDITOR, SAID.outdated)
    await says(api, ANNA, DONE, DONE_QUOTE)


async def test_invalid_content_is_refused_with_every_place(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """Each problem as file:line from the content folder; the old answers go on."""
    (tmp_path / "content/qa/town.yaml").write_text("- id: x\n  quote: 没有\n", encoding="utf-8")
    (tmp_path / "content/2024-03-05/issue.yaml").write_text("date: 明天\n", encoding="utf-8")
    told = await says(api, EDITOR, "/reload", SAID.refused.partition("{")[0])
    assert "qa/town.yaml:1" in told
    assert "2024-03-05/issue.yaml:1" in told
    assert str(tmp_path) not in told
    await says(api, ANNA, DONE, DONE_QUOTE)


async def test_going_back_and_looking_what_is_live(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """/version names the version, when and who; /rollback offers the one before; what lies in
    the folder unread is told of."""
    first = bot.live.current.version
    await says(api, EDITOR, "/rollback", SAID.no_versions)
    change(tmp_path)
    check(tmp_path, 15)
    await says(api, EDITOR, "/reload", SAID.swapped)
    told = await says(api, EDITOR, "/version", bot.live.current.version)
    assert f"编号 {EDITOR}（重新读入）" in told
    assert "1 期公报、" in told
    assert SAID.version.differs not in told
    await says(api, OWNER, "/rollback", SAID.choose)
    assert len(api.labels(OWNER)) == 1
    await presses(api, OWNER, "启动时读入")
    told = await newest(api, OWNER, "已经退回到")
    assert f"问答有改动 1：“{DONE}”" in told
    assert bot.live.current.version == first
    await says(api, ANNA, DONE, DONE_QUOTE)
    (tmp_path / "content/qa/new.yaml").write_text("", encoding="utf-8")
    told = await says(api, EDITOR, "/version", SAID.version.differs)
    assert f"编号 {OWNER}（退回）" in told


async def test_an_old_button_still_works_or_says_that_the_content_changed(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """Under an answer of an older version: what is there still is shown, with a word on it."""
    await says(api, ANNA, BUSES, "4条")
    change(tmp_path)
    check(tmp_path, 15)
    await says(api, EDITOR, "/reload", SAID.swapped)
    assert await presses(api, ANNA, WORDING.buttons.passage) == WORDING.notices.updated
    await says(api, ANNA, BUSES, "4条")
    write_content(tmp_path / "content", PAGE.replace("公交", "电车"), "[]\n")
    check(tmp_path, 12)
    await says(api, EDITOR, "/reload", SAID.swapped)
    assert await presses(api, ANNA, WORDING.buttons.passage) == WORDING.notices.changed


async def test_progress_is_shown_now_and_then(
    api: FakeApi, bot: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message counts up while it is built, and then says what came of it."""
    monkeypatch.setattr(board, "EVERY", 0.01)
    one = board.Board(bot, EDITOR)
    async with one.following(SAID.progress) as progress:
        progress(3, 40)
        await newest(api, EDITOR, "正在整理：3 期，一共 40 期")
        progress(40, 40)
        await newest(api, EDITOR, "正在整理：40 期")
    await one.show(SAID.swapped)
    assert api.texts(EDITOR) == [SAID.swapped]


async def test_strangers_get_nothing(api: FakeApi, bot: Services, tmp_path: Path) -> None:
    """A command is an unknown one to a resident, and a press, invented or seen elsewhere, does
    nothing."""
    change(tmp_path)
    before = bot.live.current
    for command in ("/reload", "/rollback", "/version"):
        await says(api, ANNA, command, UNKNOWN)
    count, message = len(api.sent(ANNA)), api.sent(ANNA)[-1]["message_id"]
    for data in (*(f"r:{op}:1" for op in Op), "r:back:x", "r:swap:1:2", "r:nope:1"):
        toast = await api.acknowledged(await api.sends_back(ANNA, message, data))
        assert toast == WORDING.notices.odd_button
    assert bot.live.current is before
    assert len(api.sent(ANNA)) == count


async def test_two_reloads_at_once(
    api: FakeApi, bot: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is told that it waits; then it finds nothing left to do, or does it."""
    change(tmp_path)
    check(tmp_path, 15)
    async with bot.reloads._building:
        await says(api, EDITOR, "/reload", SAID.waits)
        await says(api, OWNER, "/reload", SAID.waits)
    await asyncio.gather(newest(api, EDITOR, "内容"), newest(api, OWNER, "内容"))
    await api.until(lambda: "请稍等" not in api.texts(EDITOR)[-1] + api.texts(OWNER)[-1])
    told = {api.texts(EDITOR)[-1][:4], api.texts(OWNER)[-1][:4]}
    assert SAID.swapped[:4] in told
    await says(api, ANNA, DONE, "15个")


async def test_editors_are_told_what_watch_mode_does(
    api: FakeApi, bot: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them, and what is refused with its places; it is live without anybody's doing."""
    monkeypatch.setattr(watching, "QUIET", 100)
    content = bot.settings.content.model_copy(update={"watch": True})
    settings = bot.settings.model_copy(update={"content": content})
    async with watched(replace(bot, settings=settings)):
        await asyncio.sleep(0.3)
        change(tmp_path)
        told = await newest(api, EDITOR, SAID.watched_bad)
        assert "checks.yaml:1" in told
        await newest(api, OWNER, SAID.watched_bad)
        await says(api, ANNA, DONE, DONE_QUOTE)
        check(tmp_path, 15)
        await newest(api, EDITOR, SAID.watched)
        await newest(api, OWNER, SAID.watched)
        await says(api, ANNA, DONE, "15个")


def test_buttons_are_read_only_as_written() -> None:
    """What no button carries is no press."""
    assert parse(press("x", Op.BACK, 7).data) is not None
    for data in (None, 3, "", "r:", "r:back:", "r:back:-1", "r:back:" + "9" * 60, "n:back:1"):
        assert parse(data) is None
