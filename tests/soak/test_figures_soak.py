"""Figures, pictures and exports of a long log beside questions, with figures of their own; run by
`make soak`."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from fake_api import FakeApi
from test_run import started
from town import DONE, DONE_QUOTE, EDITOR

from bot.figures.counts import Counts
from bot.figures.periods import THIRTY, WEEK, period, today
from bot.gist import gist
from bot.migrations.tables import FEEDBACK, QUESTIONS
from bot.storage import Storage
from bot.wording import Wording

pytestmark = pytest.mark.soak

ROWS, WORDINGS, DAYS = 100_000, 8_000, 7
ROUND = 300  # questions measured without anything beside them
SHANGHAI = ZoneInfo("Asia/Shanghai")
SAID = Wording.load().figures
_chats = count(10_000)


async def fill(storage: Storage) -> None:
    """A week's log: few questions asked often and many seldom, some with telephone numbers."""
    chance, now = random.Random(4), datetime.now(UTC)
    texts = [f"{2000 + n % 25}年{'城乡'[n % 2]}里改造了多少个小区，{n}号" for n in range(WORDINGS)]
    texts[::50] = [f"{text}，电话138{n:08}" for n, text in enumerate(texts[::50])]
    gists = [gist(text) for text in texts]
    rows = []
    for number in range(ROWS):
        which = min(int(chance.paretovariate(0.6)), WORDINGS - 1)
        rows.append(
            {
                "chat_id": chance.randrange(1, 3000),
                "thread_id": 0,
                "user_id": chance.randrange(1, 4000),
                "question": texts[which],
                "resolved": texts[which],
                "status": chance.choices(["answered", "related", "unknown", "chat"], [6, 2, 2, 1])[
                    0
                ],
                "confidence": 0.5,
                "target": "estates-2023",
                "version": "0" * 12,
                "issue": chance.choice(["2024-03-05", "2024-03-12", None]),
                "asked_at": now - timedelta(days=DAYS) * (1 - number / ROWS),
                "gist": gists[which],
            }
        )
    verdicts = [
        {"asked_id": n, "user_id": 1, "verdict": chance.choice([1, 1, -1]), "given_at": now}
        for n in range(1, ROWS, 15)
    ]
    async with storage.writing() as connection:
        for start in range(0, ROWS, 2000):
            await connection.execute(sa.insert(QUESTIONS), rows[start : start + 2000])
        await connection.execute(sa.insert(FEEDBACK), verdicts)


async def answered_in(api: FakeApi) -> float:
    """Milliseconds from a question of somebody new to its answer."""
    chat, began = next(_chats), time.perf_counter()
    await api.says(chat, DONE)
    assert DONE_QUOTE in (await api.reply(chat, 1))["text"]
    return (time.perf_counter() - began) * 1000


def told(name: str, times: list[float]) -> str:
    return (
        f"{name}: {len(times)} questions, median {median(times):.1f} ms, p99 {p99(times):.1f} ms"
    )


def p99(times: list[float]) -> float:
    return quantiles(times, n=100)[-1]


@pytest.fixture
async def filled(storage: Storage) -> Storage:
    await fill(storage)
    return storage


async def test_figures_of_a_long_log(filled: Storage) -> None:
    """How long the database counts; the figures agree with one another."""
    for word in (WEEK, THIRTY):
        span = period(word, today(SHANGHAI), SHANGHAI)
        assert span is not None
        times = []
        for _ in range(5):
            began = time.perf_counter()
            figures = await Counts(filled).figures(span)
            times.append((time.perf_counter() - began) * 1000)
        print(f"\nfigures of {word} days, {figures.asked} questions: {min(times):.0f} ms")
    assert figures.asked + figures.statuses["chat"] == ROWS
    assert figures.asked == sum(figures.asked_at(hour) for hour in range(24))


async def test_an_export_holds_up_no_question(
    filled: Storage, database_url: str, tmp_path: Path
) -> None:
    """While the whole log is exported, questions are answered as fast as without, by the middle
    one; nothing is missing from the table."""
    settings = {
        "BULLETIN__STORAGE__URL": database_url,
        "BULLETIN__ROLES__EDITORS": f"[{EDITOR}]",
        "BULLETIN__DIGEST__AT": "null",
    }
    async with FakeApi() as api, started(api.url, tmp_path, **settings):
        await api.says(EDITOR, "/export")
        await api.reply(EDITOR, 1)
        for _ in range(30):
            await answered_in(api)
        usual = [await answered_in(api) for _ in range(ROUND)]
        beside: list[float] = []
        began = time.perf_counter()
        await api.presses(EDITOR, SAID.exporting.ever)
        while not api.uploads:
            beside.append(await answered_in(api))
        lasted = time.perf_counter() - began
        after = [await answered_in(api) for _ in range(ROUND)]
    print(f"\nexport of {ROWS} rows: {lasted:.1f} s, {len(api.uploads[0].data) / 1e6:.1f} MB")
    for name, times in (("without", usual), ("beside it", beside), ("after it", after)):
        print(told(name, times))
    assert api.uploads[0].data.count(b"\r\n") >= ROWS + 1
    assert b"13800" not in api.uploads[0].data
    assert median(beside) <= 2 * max(median(usual), median(after))
