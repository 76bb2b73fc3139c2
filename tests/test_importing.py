"""Editors bring an issue in from their phones: the real bot, to the file in the content folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fake_api import FakeApi
from test_announcing import newest, presses, says
from town import EDITOR, running, town_base
from uploads import REPORT

from bot.services import Services
from bot.wording import Wording
from knowledge.content import load

ANNA = 4201
WORDING = Wording.load()
SAID = WORDING.importing
KEYS = SAID.buttons
LIBRARY = "图书馆有多少藏书"
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


async def reviewed(api: FakeApi, day: str = "2024-03-12", data: bytes = REPORT.encode()) -> None:
    """Bring a file in up to the last look."""
    await sends(api, "三月.txt", data, "已经收下 1 份，共 1 篇文章")
    await presses(api, EDITOR, KEYS.next, "是哪一天的")
    await says(api, EDITOR, day, "")


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
    assert "日期：2024年3月12日\n报名：临河区公报\n期名：2024年3月12日" in api.texts(EDITOR)[-1]
    await presses(api, EDITOR, KEYS.put, "已经放好")
    assert BOOKS in await asks(api, LIBRARY)
    assert files(tmp_path)["2024-03-12/01.txt"] == REPORT.encode()
    assert load(tmp_path / "content").issues[0].title == "2024年3月12日"
    assert (await bot.audit.recent(1))[0].user == EDITOR
    assert await bot.shelf.state(EDITOR) is None
    assert await bot.shelf.texts(EDITOR) == {}
