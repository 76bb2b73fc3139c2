"""An editor teaches the installed program, which is killed on the way: short and long tests."""

from __future__ import annotations

import asyncio
import random
import signal
from contextlib import suppress
from pathlib import Path

from fake_api import PATIENCE, FakeApi
from test_run import started
from town import EDITOR

from bot.checking import examine
from bot.inbox import taught
from bot.wording import Wording

ANNA = 4201
SAID = Wording.load().inbox
PLACES = "夜市 体育馆 游泳池 少年宫 博物馆 美术馆 歌剧院 植物园 动物园 菜市场"
THINGS = ("几点开门", "门票多少钱")


async def taught_and_killed(
    tmp_path: Path, url: str, *, kills: int, longest: float, seed: int = 3
) -> str:
    """kill -9 at random moments after an answer was confirmed, and a new start each time: the
    content is the old or the new whole, `check` is clean, what was not taught can be confirmed
    again, and in the end every answer is given as the staff's. What happened, in figures."""
    chance, at_once = random.Random(seed), 0
    settings = {"BULLETIN__STORAGE__URL": url, "BULLETIN__ROLES__EDITORS": f"[{EDITOR}]"}
    asked = [place + thing for thing in THINGS for place in PLACES.split()][:kills]
    lessons = {question: f"{question}？有的。" for question in asked}
    left = ""
    async with FakeApi() as api:
        for question, answer in lessons.items():
            async with started(api.url, tmp_path, **settings) as bot:
                if left:
                    await _confirmed_again(api, tmp_path, left)
                await _confirmed(api, question, answer)
                await asyncio.sleep(chance.uniform(0, longest))
                await bot.stopped(signal.SIGKILL)
            left = "" if answer in _whole(tmp_path).values() else answer
            at_once += not left
            await _clean(tmp_path)
        async with started(api.url, tmp_path, **settings):
            if left:
                await _confirmed_again(api, tmp_path, left)
            for question, answer in lessons.items():
                said = await _says(api, ANNA, question)
                assert answer in said
                assert "人工答复" in said
        assert api.surprises == []
    assert sorted(_whole(tmp_path).values()) == sorted(lessons.values())
    return f"{kills} kills: {at_once} taught before, {kills - at_once} confirmed once more"


async def _confirmed(api: FakeApi, question: str, answer: str) -> None:
    """A resident asks in vain, an editor writes the answer and confirms it."""
    await _says(api, ANNA, question)
    async with asyncio.timeout(PATIENCE):
        while f"「{question}」" not in await _says(api, EDITOR, "/unanswered"):
            await asyncio.sleep(0.05)
    await api.acknowledged(await api.presses(EDITOR, SAID.buttons.write))
    await api.until(lambda: question in api.texts(EDITOR)[-1])
    await api.says(EDITOR, answer)
    await api.until(lambda: "人工答复" in api.texts(EDITOR)[-1])
    await api.presses(EDITOR, SAID.buttons.teach)


async def _confirmed_again(api: FakeApi, folder: Path, answer: str) -> None:
    """The draft is still there; Telegram may bring the first press once more."""
    with suppress(AssertionError):  # then there is no button any more
        await api.presses(EDITOR, SAID.buttons.teach)
    async with asyncio.timeout(PATIENCE):
        while answer not in _whole(folder).values():
            await asyncio.sleep(0.05)


async def _says(api: FakeApi, chat: int, text: str) -> str:
    before = len(api.sent(chat))
    await api.says(chat, text)
    return str((await api.reply(chat, before + 1))["text"])


def _whole(folder: Path) -> dict[str, str]:
    """The answers in the file, which is whole, by their ids."""
    file = folder / "content" / "qa" / "taught.yaml"
    entries = taught.read(file.read_bytes() if file.exists() else None, file)
    keys = {"id", "taught", "questions", "by", "name", "date", "text"}
    assert all(set(entry) == keys for entry in entries)
    return {entry["id"]: entry["text"] for entry in entries}


async def _clean(folder: Path) -> None:
    """`bulletin-bot check` finds nothing."""
    report = await asyncio.to_thread(examine, None, folder / "content")
    assert (report.problems, report.remarks) == ((), ())
