"""Imports by the installed program that is killed in the middle, for the short and the long
tests."""

from __future__ import annotations

import asyncio
import random
import signal
from datetime import date, timedelta
from pathlib import Path

from fake_api import FakeApi
from test_run import PROGRAM, started
from town import EDITOR

from bot.wording import Wording
from knowledge.content import load

SAID = Wording.load().importing
KEYS = SAID.buttons
FIRST = date(2024, 4, 1)
_PATIENCE = 60.0


def page(number: int) -> str:
    """A page of its own for every import."""
    return (
        f"{number}号公园向居民开放\n\n4月{number}日,临河区{number}号公园向居民开放。"
        f"公园里种了{number * 100}棵树,设了{number * 10}张长椅。\n\n·赵敏·\n"
    )


async def killed(
    folder: Path, api: FakeApi, *, kills: int, seed: int, check: bool, **environment: str
) -> str:
    """kill -9 at random moments of imports and a new start each time: the content is then the old
    or the new whole, and passes `check`; the import is taken up and ends with the issue put in
    once. What happened, in figures."""
    chance = random.Random(seed)
    settings = {
        "BULLETIN__TELEGRAM__BASE_FILE_URL": api.file_url,
        "BULLETIN__ROLES__EDITORS": f"[{EDITOR}]",
        **environment,
    }
    old = new = 0
    clock = asyncio.get_running_loop().time
    length = 0.0  # of one import
    for number in range(kills + 1):
        async with started(api.url, folder, **settings) as bot:
            await bot.says("polling for updates")
            if number:
                whole = issues(folder, number)
                old, new = old + (not whole), new + whole
                if check:
                    await checked(folder)
            began = clock()
            await through(api, folder, number)
            length = length or clock() - began
            assert issues(folder, number)
            if number == kills:
                assert await bot.stopped() == 0
                break
            task = asyncio.create_task(through(api, folder, number + 1))
            late = chance.random() < 0.6  # most of what can break, breaks at the end
            share = chance.uniform(0.6, 1.0) if late else chance.random()
            await asyncio.sleep(length * share)
            await bot.stopped(signal.SIGKILL)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    return f"{kills} kills: the old content {old} times, the new {new} times; {length:.1f} s each"


async def through(api: FakeApi, folder: Path, number: int) -> None:
    """Bring an issue in from wherever it stands, until it is put in."""
    day = (FIRST + timedelta(days=number)).isoformat()
    async with asyncio.timeout(_PATIENCE):
        while True:
            panel, labels = await asked(api)
            if KEYS.put in labels:
                await api.presses(EDITOR, KEYS.put)
                await heard(api, "已经放好")
                return
            if KEYS.next in labels:
                await api.presses(EDITOR, KEYS.next)
                await heard(api, "是哪一天的")
            elif "是哪一天的" in panel:
                await api.says(EDITOR, day)
                await heard(api, SAID.sure)
            elif (folder / "content" / day).exists():
                return
            else:
                await api.sends(EDITOR, "a.txt", page(number).encode())
                await heard(api, "已经收下")


async def asked(api: FakeApi) -> tuple[str, list[str]]:
    """What /import shows, and its buttons."""
    own = await api.says(EDITOR, "/import")
    message = await api.until(
        lambda: next((one for one in api.sent(EDITOR) if one["message_id"] > own), None)
    )
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return message["text"], [key["text"] for row in rows for key in row]


async def heard(api: FakeApi, words: str) -> None:
    await api.until(lambda: words in api.texts(EDITOR)[-1])


def issues(folder: Path, number: int) -> bool:
    """Whether the issue of an import is in the content, whole; all before it are."""
    found = {issue.issued: issue for issue in load(folder / "content").issues}
    for one in range(number + 1):
        issue = found.pop(FIRST + timedelta(days=one), None)
        if issue is None:
            assert one == number
            return False
        assert [part.source for part in issue.pages] == [page(one)]
    assert len(found) == 1  # the town's own
    return True


async def checked(folder: Path) -> None:
    """`bulletin-bot check` finds nothing wrong."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        "check",
        "--content",
        str(folder / "content"),
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
