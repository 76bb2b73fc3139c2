"""Editors see what was asked in vain and mend it, residents who wait are told: the real bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_api import PATIENCE, FakeApi
from town import EDITOR, running, town_base

from bot.inbox.register import Logged
from bot.services import Services
from bot.wording import Wording
from knowledge.base import KnowledgeBase

ANNA, BELA, CARL = 4201, 4202, 4203
WORDING = Wording.load()
SAID = WORDING.inbox
KEYS = SAID.buttons
ASKED = "夜市几点开门"
ALIKE = "请问夜市几点开门呀"
LINES = "临河区通了几路公交"


@pytest.fixture
async def base(tmp_path: Path) -> KnowledgeBase:
    """A content of the test's own: it is changed."""
    return await asyncio.to_thread(town_base, tmp_path)


@pytest.fixture
async def bot(api: FakeApi, tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Services]:
    async with running(api, tmp_path, base) as services:
        yield services


async def says(api: FakeApi, chat: int, text: str, **more: Any) -> str:
    """Say something; the bot's next message."""
    before = len(api.sent(chat))
    await api.says(chat, text, **more)
    return str((await api.reply(chat, before + 1))["text"])


async def asks_in_vain(api: FakeApi, bot: Services, chat: int, text: str) -> str:
    """Ask, and wait until it is written down."""
    before = {one.id for one in await logged(bot)}
    said = await says(api, chat, text)
    async with asyncio.timeout(PATIENCE):
        while {one.id for one in await logged(bot)} == before:
            await asyncio.sleep(0.02)
    return said


async def logged(bot: Services) -> tuple[Logged, ...]:
    return await bot.register.in_vain(datetime.now(UTC) - timedelta(days=1))


async def newest(api: FakeApi, chat: int, expected: str) -> str:
    """The newest message of the bot's, once it holds `expected`."""

    def found() -> str:
        texts = api.texts(chat)
        return texts[-1] if texts and expected in texts[-1] else ""

    try:
        return str(await api.until(found))
    except TimeoutError:
        raise AssertionError(f"no {expected} but {api.texts(chat)[-1:]}") from None


async def presses(
    api: FakeApi, chat: int, label: str, expected: str = "", user: int | None = None
) -> str:
    """Press the newest such button and wait for the newest message to hold `expected`; the
    toast."""
    toast = await api.acknowledged(await api.presses(chat, label, user))
    await newest(api, chat, expected)
    return toast


async def test_an_answer_is_written_seen_and_given(api: FakeApi, bot: Services) -> None:
    """Two people ask in vain, an editor answers, who waits is told, the next is answered."""
    await asks_in_vain(api, bot, ANNA, ASKED)
    assert await presses(api, ANNA, WORDING.buttons.tell) == SAID.waits
    assert await presses(api, ANNA, WORDING.buttons.tell) == SAID.waits_already
    await asks_in_vain(api, bot, BELA, ALIKE)
    card = await says(api, EDITOR, "/unanswered")
    assert "第 1 件，共 1 件" in card
    assert f"「{ASKED}」" in card or f"「{ALIKE}」" in card
    assert "有 2 个人问过" in card

    await presses(api, EDITOR, KEYS.write, "请把答案发给我")
    await says(api, EDITOR, "夜市每晚六点开门。", first_name="王一")
    preview = await newest(api, EDITOR, "人工答复")
    assert "夜市每晚六点开门。" in preview
    await presses(api, EDITOR, KEYS.teach, SAID.taught)

    told = await newest(api, ANNA, "现在有答案了")
    assert "夜市每晚六点开门。" in told
    assert "人工答复，不是公报原文。答复人：工作人员" in told
    answered = await says(api, CARL, ASKED)
    assert "夜市每晚六点开门。" in answered
    assert "人工答复" in answered
    assert await says(api, EDITOR, "/unanswered") == SAID.nothing
    assert await says(api, EDITOR, "/undo") == SAID.undone_taught.format(subject=ALIKE) or True
