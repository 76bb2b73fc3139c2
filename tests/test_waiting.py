"""Residents who wait for an answer are told once, whatever brought it and whatever goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_api import FakeApi, Refusal
from patience import eventually
from test_inbox import ASKED, SAID, WORDING, asks_in_vain, newest, presses, says
from town import EDITOR, PAGE, running, settings_for, town_base, write_content

from bot.inbox.teaching import teach_answer
from bot.inbox.waitlist import Waitlist
from bot.services import Services
from bot.storage import AskedQuestion, Storage
from knowledge.base import KnowledgeBase

ANNA, BELA = 4201, 4202
TELL = WORDING.buttons.tell
FOUND = "现在有答案了"
NIGHT = "夜市每晚六点开门。"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
async def base(tmp_path: Path) -> KnowledgeBase:
    return await asyncio.to_thread(town_base, tmp_path)


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits longer than a test must."""
    monkeypatch.setattr("bot.inbox.herald.TICK", 0.1)
    monkeypatch.setattr("bot.inbox.herald.AGAIN", 0.2)
    monkeypatch.setattr("bot.inbox.herald._LATER", timedelta(seconds=0.2))


@pytest.fixture
async def bot(api: FakeApi, tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Services]:
    async with at_work(api, tmp_path, base, f"sqlite:///{tmp_path}/bulletin.db") as services:
        yield services


def at_work(api: FakeApi, folder: Path, base: KnowledgeBase, url: str, **more: Any) -> Any:
    return running(api, folder, base, settings=settings_for(api, folder, url=url), **more)


async def waits(api: FakeApi, bot: Services, chat: int, question: str = ASKED) -> None:
    await asks_in_vain(api, bot, chat, question)
    assert await presses(api, chat, TELL) == SAID.waits


async def open_ones(bot: Services) -> int:
    far = datetime.now(UTC) + timedelta(days=1)
    return len(await bot.waitlist.open("another version", far, 100))


async def settled(bot: Services, left: int = 0) -> None:

    async def fewer() -> bool:
        return await open_ones(bot) <= left

    await eventually(fewer)


async def told(api: FakeApi, chat: int) -> int:
    return sum(FOUND in text for text in api.texts(chat))


async def test_a_new_page_brings_the_answer(api: FakeApi, bot: Services) -> None:
    """Not only teaching: a reload too; the answer is cited and can be judged; told once."""
    await waits(api, bot, ANNA)
    await waits(api, bot, BELA, "游泳馆票价多少")
    folder = bot.settings.content.folder
    page = PAGE.replace("·王一", f"文化局说:“{NIGHT[:-1]},到十点结束。”\n\n·王一")
    write_content(folder, page=page)
    await bot.reloads.accept(await bot.reloads.propose(), by=EDITOR, deed="test")
    answer = await newest(api, ANNA, FOUND)
    assert "出处：《临河区召开为民办实事推进会》" in answer
    assert "人工答复" not in answer
    await settled(bot, 1)
    assert await presses(api, ANNA, "👍") == WORDING.feedback.good
    await asyncio.sleep(0.5)
    assert await told(api, ANNA) == 1
    assert await told(api, BELA) == 0


async def test_who_waits_is_told_after_a_restart(
    api: FakeApi, tmp_path: Path, base: KnowledgeBase, database_url: str
) -> None:
    """Whatever happened meanwhile, once."""
    async with at_work(api, tmp_path, base, database_url) as bot:
        await waits(api, bot, ANNA)
        bot.herald.stop()
        await teach_answer(bot, ASKED, NIGHT, "王一", EDITOR)
        newer = bot.live.current
        await asyncio.sleep(0.3)
        assert await told(api, ANNA) == 0
    for _ in range(2):
        async with at_work(api, tmp_path, newer, database_url) as bot:
            await newest(api, ANNA, FOUND)
            await settled(bot)
    assert await told(api, ANNA) == 1


async def test_a_telling_that_died_is_done_again(
    api: FakeApi, tmp_path: Path, base: KnowledgeBase, database_url: str
) -> None:
    """At least once: a claim that nobody settles lapses."""
    async with at_work(api, tmp_path, base, database_url) as bot:
        await waits(api, bot, ANNA)
        (waiter,) = await bot.waitlist.open("another", datetime.now(UTC), 9)
        bot.herald.stop()
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        assert await bot.waitlist.claim(waiter.asked, long_ago)
        await teach_answer(bot, ASKED, NIGHT, "王一", EDITOR)
        newer = bot.live.current
    async with at_work(api, tmp_path, newer, database_url):
        await newest(api, ANNA, FOUND)


async def test_what_could_not_be_said_is_said_later(api: FakeApi, bot: Services) -> None:
    """A server in trouble is tried again; nobody knows whether it arrived: once more; who blocked
    the bot is let alone."""
    bot.delivery.patience = 0.1
    await waits(api, bot, ANNA)
    broken = Refusal(502, "Bad Gateway")
    api.fail("sendMessage", chat=ANNA, refusal=broken, times=2)
    await teach_answer(bot, ASKED, NIGHT, "王一", EDITOR)
    await newest(api, ANNA, FOUND)
    await settled(bot)
    assert await told(api, ANNA) == 1

    question = "夜市有没有停车场"
    for chat in (ANNA, BELA):
        await waits(api, bot, chat, question)
    blocked = Refusal(403, "Forbidden: bot was blocked by the user")
    api.fail("sendMessage", chat=BELA, refusal=blocked, times=9)
    await teach_answer(bot, question, "有三十个车位。", "王一", EDITOR)
    await newest(api, ANNA, "三十个车位")
    await settled(bot)
    assert await told(api, BELA) == 0


async def test_who_waits_can_see_it_and_erase_it(api: FakeApi, bot: Services) -> None:
    """/privacy counts it; after /forgetme nobody is told."""
    await waits(api, bot, ANNA)
    assert "等着答案的问题 1 个" in await says(api, ANNA, "/privacy")
    await says(api, ANNA, "/forgetme")
    await presses(api, ANNA, WORDING.buttons.erase, WORDING.forget.done)
    assert await open_ones(bot) == 0
    assert await presses(api, ANNA, TELL) == SAID.cannot_wait
    await teach_answer(bot, ASKED, NIGHT, "王一", EDITOR)
    await asyncio.sleep(0.5)
    assert await told(api, ANNA) == 0


async def test_the_button_stands_under_misses_only(api: FakeApi, bot: Services) -> None:
    """Not under an answer, and not in a group."""
    await says(api, ANNA, "推进会部署了什么")
    assert TELL not in api.labels(ANNA)
    await says(api, ANNA, ASKED)
    assert TELL in api.labels(ANNA)


async def test_an_answer_that_is_there_already_is_told_at_once(
    api: FakeApi, bot: Services
) -> None:
    """The content changed between the question and the press."""
    await asks_in_vain(api, bot, ANNA, ASKED)
    await teach_answer(bot, ASKED, NIGHT, "王一", EDITOR)
    assert await presses(api, ANNA, TELL, FOUND) == SAID.waits


async def asked(storage: Storage, user: int, question: str) -> int:
    return await storage.record_question(
        AskedQuestion(
            chat=user,
            user=user,
            question=question,
            resolved=question,
            status="unknown",
            asked_at=NOW,
        )
    )


async def test_two_processes_tell_each_once(storage: Storage) -> None:
    """A claim is one process's; what is settled is open no more."""
    waitlist, number = Waitlist(storage), await asked(storage, ANNA, ASKED)
    assert await waitlist.told(number) is None
    assert await waitlist.join(number, ANNA, ANNA, NOW)
    assert not await waitlist.join(number, ANNA, ANNA, NOW)
    assert not await waitlist.join(number + 1, ANNA, ANNA, NOW)  # of no question
    claims = await asyncio.gather(*(waitlist.claim(number, NOW) for _ in range(5)))
    assert sorted(claims) == [False] * 4 + [True]
    assert await waitlist.open("v1", NOW, 9) == ()
    await waitlist.later(number, NOW + timedelta(minutes=1))
    assert await waitlist.open("v1", NOW, 9) == ()
    after = NOW + timedelta(minutes=2)
    (waiter,) = await waitlist.open("v1", after, 9)
    assert (waiter.asked, waiter.chat, waiter.question, waiter.tries) == (number, ANNA, ASKED, 1)
    await waitlist.still((number,), "v1")
    assert await waitlist.open("v1", after, 9) == ()
    assert len(await waitlist.open("v2", after, 9)) == 1
    assert await waitlist.claim(number, after)
    await waitlist.done(number, after, "t-1")
    assert await waitlist.open("v3", after, 9) == ()
    assert await waitlist.told(number) is True
    assert not await waitlist.claim(number, after + timedelta(days=1))
