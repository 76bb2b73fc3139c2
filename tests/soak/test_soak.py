"""Long deliveries by the installed program, with figures; run by `make soak`."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from crowd import Accident, Crowd, draw, moved
from deliveries import environment, killed, prepared, through
from test_run import started
from town import DONE, DONE_QUOTE

from bot.announcements import Fate
from bot.outbox import Outbox

pytestmark = pytest.mark.soak

ANNA = 4201
CHATS = [-1000 - number for number in range(1000)] + [1000 + number for number in range(1000)]


@pytest.fixture(autouse=True)
def without_pauses() -> Iterator[None]:
    """The server shares this process: its own pauses must not look like bursts of the bot's."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def answered_in(crowd: Crowd) -> float:
    """Seconds from a question to its answer."""
    before = len(crowd.sent(ANNA))
    began = asyncio.get_running_loop().time()
    await crowd.says(ANNA, DONE)
    reply = await crowd.reply(ANNA, before + 1)
    assert DONE_QUOTE in reply["text"]
    return asyncio.get_running_loop().time() - began


async def test_two_thousand_chats_with_every_accident(tmp_path: Path) -> None:
    """Every reachable chat has it, nothing is lost, only those cut have it twice and are listed,
    no limit is broken, at least nine tenths of what is allowed is used, and a question in between
    is answered within twice its usual time."""
    accidents = draw(CHATS, 11, blocked=0.05, moved=0.02, flood=0.03, broken=0.02, cut=0.01)
    url = f"sqlite:///{tmp_path}/bulletin.db"
    async with (
        Crowd(per_second=30, flood=5, accidents=accidents) as crowd,
        started(crowd.url, tmp_path, **environment(f"sqlite:///{tmp_path}/quiet.db")),
    ):
        usual = []
        for _ in range(16):
            usual.append(await answered_in(crowd))
            await asyncio.sleep(0.7)
    async with (
        Crowd(per_second=30, flood=5, accidents=accidents) as crowd,
        prepared(url, CHATS) as (storage, number),
        started(crowd.url, tmp_path, **environment(url)) as bot,
    ):
        await crowd.until(lambda: len(crowd.times) > 100)
        meanwhile = []
        for _ in range(15):
            meanwhile.append(await answered_in(crowd))
            await asyncio.sleep(1.5)
        action = await through(storage, number)
        assert await bot.stopped() == 0
        misses = await Outbox(storage).misses(action.id)
    copies, sort = crowd.copies(), of_sort(accidents)
    reachable = [moved(c) if c in sort[Accident.MOVED] else c for c in CHATS]
    reachable = [chat for chat in reachable if chat not in sort[Accident.BLOCKED]]
    doubled = {chat for chat in reachable if copies[chat] > 1}
    steady = [at for at in crowd.times if at < crowd.times[0] + 60]
    span = crowd.times[-1] - crowd.times[0]
    print(
        f"\n{len(crowd.times)} calls in {span:.1f} s: {len(crowd.times) / span:.2f}/s, "
        f"in the first minute {len(steady) / 60:.2f}/s; of {len(reachable)} reachable chats "
        f"{sum(copies[chat] > 0 for chat in reachable)} have it, "
        f"{len(doubled)} twice; answers: usually {median(usual) * 1000:.0f} ms, "
        f"meanwhile {median(meanwhile) * 1000:.0f} ms (longest {max(meanwhile) * 1000:.0f} ms)"
    )
    assert [chat for chat in reachable if not copies[chat]] == []
    assert doubled <= sort[Accident.CUT]
    assert {miss.chat for miss in misses if miss.fate is Fate.DONE} == sort[Accident.CUT]
    assert {miss.chat for miss in misses if miss.fate is Fate.GONE} == sort[Accident.BLOCKED]
    assert (crowd.violations, crowd.surprises) == ([], [])
    assert len(steady) / 60 >= 27
    assert median(meanwhile) <= 2 * median(usual)


def of_sort(accidents: dict[int, Accident]) -> dict[Accident, set[int]]:
    return {
        accident: {chat for chat, met in accidents.items() if met is accident}
        for accident in Accident
    }


async def test_killed_twenty_times_nothing_is_lost(tmp_path: Path, database_url: str) -> None:
    """At random moments of one delivery, on SQLite and PostgreSQL alike."""
    print("\n" + await killed(tmp_path, database_url, CHATS[:900], kills=20, longest=1.2))


async def test_two_processes_on_one_postgres_send_each_row_once(
    tmp_path: Path, postgres: Any
) -> None:
    """A thousand chats, each has it once; both together keep Telegram's limit."""
    postgres.psql("CREATE DATABASE shared")
    url, chats = str(postgres.get_uri("shared")), CHATS[:1000]
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    async with (
        Crowd(per_second=30) as crowd,
        prepared(url, chats) as (storage, number),
        started(crowd.url, tmp_path / "first", **environment(url)),
        started(crowd.url, tmp_path / "second", **environment(url)),
    ):
        await through(storage, number)
    copies = crowd.copies()
    print(f"\n{len(crowd.times)} calls in {crowd.times[-1] - crowd.times[0]:.1f} s")
    assert {copies[chat] for chat in chats} == {1}
    assert (crowd.violations, crowd.surprises) == ([], [])
