"""Every editor is told once a day what was asked, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fake_api import TOKEN, FakeApi, Refusal
from telegram import Bot
from test_figures import ANNA, ASKED, SHANGHAI, WORDING, local
from test_run import started
from town import EDITOR, OWNER

from bot.config import ConfigError, load_settings
from bot.delivery import Delivery
from bot.figures.counts import Counts
from bot.figures.daily import Daily
from bot.figures.digests import Digests
from bot.grants import Grants
from bot.roles import Roles
from bot.settings import Roles as Named
from bot.storage import Storage
from knowledge.model import Status

SAID = WORDING.figures.digest
MORNING = "2026-11-28T08:00:00"


@pytest.fixture
async def telegram(api: FakeApi) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, base_url=api.url) as bot:
        yield bot


def daily(
    storage: Storage, telegram: Bot, moment: str, at: str | None = "08:00", zone: str = ""
) -> Daily:
    """What tells the editors, at a moment."""
    where = ZoneInfo(zone) if zone else SHANGHAI
    return Daily(
        counts=Counts(storage),
        digests=Digests(storage),
        roles=Roles(Named(owners=(OWNER,), editors=(EDITOR,)), Grants(storage)),
        delivery=Delivery(telegram, patience=0),
        wording=WORDING,
        zone=where,
        at=time.fromisoformat(at) if at else None,
        clock=lambda: local(moment, where),
    )


async def test_what_a_digest_says(storage: Storage, api: FakeApi, telegram: Bot) -> None:
    """How much, what found no answer, what was of no help, what was asked most; by numbers."""
    for day, text, status in (
        (26, "前天的事", Status.ANSWERED),
        (27, "修几条路", Status.ANSWERED),
        (27, "修几条路？", Status.ANSWERED),
        (27, "有没有游泳池，我电话13800138000", Status.UNKNOWN),
        (28, "今天的事", Status.ANSWERED),
    ):
        moment = local(f"2026-11-{day}T12:00:00")
        row = replace(ASKED, resolved=text, status=status, asked_at=moment)
        number = await storage.record_question(row)
    await storage.give_feedback(number - 2, ANNA, -1, ASKED.asked_at)
    assert await daily(storage, telegram, MORNING).tick() == 2
    told = (
        "昨天（2026年11月27日）大家问了什么\n\n"
        "提问 3 个：有答案 2 个，只有相关的原文 0 个，公报里没有 1 个。\n"
        "对这些回答，👍 0 次，👎 1 次。\n"
        "前一天提问 1 个。\n\n"
        f"没有答上的：\n1. 有没有游泳池，我电话〔电话〕（1 次，编号 {number - 1}）\n\n"
        f"读者点了 👎 的：\n1. 修几条路？（1 次，编号 {number - 2}）\n\n"
        f"问得最多的：\n1. 修几条路？（2 次，编号 {number - 2}）\n"
        f"2. 有没有游泳池，我电话〔电话〕（1 次，编号 {number - 1}）\n\n"
        f"想知道为什么这样答，请发送 /why 加上编号，例如：/why {number - 1}"
    )
    assert [api.texts(chat) for chat in (OWNER, EDITOR)] == [[told], [told]]


async def test_a_day_without_questions(storage: Storage, api: FakeApi, telegram: Bot) -> None:
    """Nothing is said but that nothing was asked."""
    await daily(storage, telegram, MORNING).tick()
    assert api.texts(EDITOR) == ["昨天（2026年11月27日）没有人提问。"]


@pytest.mark.parametrize(
    ("moment", "at", "zone", "told"),
    [
        ("2026-11-28T07:59:59", "08:00", "Asia/Shanghai", 0),
        ("2026-11-28T08:00:00", "08:00", "Asia/Shanghai", 2),
        ("2026-11-28T23:59:59", "08:00", "Asia/Shanghai", 2),
        ("2026-11-28T00:00:00", "00:00", "Asia/Shanghai", 2),
        ("2026-11-28T23:59:59", None, "Asia/Shanghai", 0),
        ("2026-03-08T03:00:00", "02:30", "America/New_York", 2),  # there was no 2:30 that day
    ],
)
async def test_when_it_is_due(
    storage: Storage, telegram: Bot, moment: str, at: str | None, zone: str, told: int
) -> None:
    """From the time in the settings on, by the clock of the bulletin's place, the whole day."""
    assert await daily(storage, telegram, moment, at, zone).tick() == told


async def test_once_a_day(storage: Storage, api: FakeApi, telegram: Bot) -> None:
    """However many look at the clock, and however often, an editor is told once; the next day
    again."""
    several = [daily(storage, telegram, MORNING) for _ in range(4)]
    assert sum(await asyncio.gather(*(one.tick() for one in several * 2))) == 2
    assert len(api.texts(EDITOR)) == 1
    assert await daily(storage, telegram, "2026-11-29T08:00:00").tick() == 2


async def test_days_without_the_bot_are_made_up_for(storage: Storage, telegram: Bot) -> None:
    """After days without it, the digest is about all days since the last one, a week at most."""
    await storage.record_question(replace(ASKED, asked_at=local("2026-11-25T12:00:00")))
    await daily(storage, telegram, "2026-11-25T08:00:00").tick()
    assert await Digests(storage).last(date(2026, 11, 28)) == date(2026, 11, 25)
    later = daily(storage, telegram, MORNING)
    period = await later._due(date(2026, 11, 28))
    assert (period.first, period.last) == (date(2026, 11, 25), date(2026, 11, 27))
    assert (await later.digest(period)).pages[0].startswith("2026年11月25日到2026年11月27日大家")
    much_later = await later._due(date(2026, 12, 30))
    assert much_later.first == date(2026, 12, 23)


async def test_what_did_not_arrive_is_sent_later(
    storage: Storage, api: FakeApi, telegram: Bot
) -> None:
    """An editor whom Telegram did not take it for is tried again; who blocked the bot is not."""
    api.fail("sendMessage", chat=EDITOR, refusal=Refusal(502, "Bad Gateway"))
    api.fail("sendMessage", chat=OWNER, refusal=Refusal(403, "Forbidden: bot was blocked"))
    assert await daily(storage, telegram, MORNING).tick() == 0
    assert await daily(storage, telegram, MORNING).tick() == 1
    assert [len(api.texts(chat)) for chat in (EDITOR, OWNER)] == [1, 0]


async def test_claims_of_long_ago_are_forgotten(storage: Storage) -> None:
    """The table holds two weeks at most."""
    digests, day = Digests(storage), date(2026, 11, 1)
    for _ in range(20):
        day += timedelta(days=1)
        await digests.claim(day, EDITOR, datetime.now(UTC))
    assert await digests.told(day - timedelta(days=15)) == frozenset()
    assert await digests.last(day) == day - timedelta(days=1)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_programs_and_a_restart(database_url: str, api: FakeApi, tmp_path: Path) -> None:
    """Two bots started at once on one database tell an editor once, and a third says nothing."""
    settings = {
        "BULLETIN__STORAGE__URL": database_url,
        "BULLETIN__ROLES__EDITORS": f"[{EDITOR}]",
        "BULLETIN__DIGEST__AT": "00:00",
    }
    async with started(api.url, tmp_path, **settings) as one:
        async with started(api.url, tmp_path, **settings) as other:
            await api.until(lambda: api.texts(EDITOR))
            assert await other.stopped() == 0
        assert await one.stopped() == 0
    async with started(api.url, tmp_path, **settings) as third:
        await third.says("polling for updates")
        assert await third.stopped() == 0
    assert len(api.texts(EDITOR)) == 1
    assert SAID.nothing.partition("}")[2] in api.texts(EDITOR)[0]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('"08:00"', "08:00"),
        ("20:30", "20:30"),  # without quotation marks a number to YAML
        ("8:05", "08:05"),
        ("7：15", "07:15"),
        ("null", None),
    ],
)
def test_the_time_in_the_settings(tmp_path: Path, written: str, read: str | None) -> None:
    """Hours and minutes as people write them, or none."""
    (tmp_path / "config.yaml").write_text(f"digest:\n  at: {written}\n", encoding="utf-8")
    assert load_settings(tmp_path / "config.yaml").digest.at == read


@pytest.mark.parametrize("written", ["24:00", "8点", "08:60", "[]", "true", "1500", "0.5", '""'])
def test_what_is_no_time(tmp_path: Path, written: str) -> None:
    """It is refused with its line."""
    (tmp_path / "config.yaml").write_text(f"digest:\n  at: {written}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"config.yaml:2: digest.at"):
        load_settings(tmp_path / "config.yaml")
