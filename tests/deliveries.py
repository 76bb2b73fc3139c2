"""Whole deliveries by the installed program, killed or not, for the short and the long tests."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from crowd import Crowd
from test_run import started
from town import EDITOR

from bot.announcements import Action, Deed, Fate, Part, Plan
from bot.archive import Archive
from bot.chatbook import Chatbook
from bot.chats import ChatKind, Standing
from bot.migrations.tables import OUTBOX
from bot.outbox import Outbox
from bot.reach import CATEGORY
from bot.storage import Storage
from bot.writings import Writings

LONGEST = 400.0  # seconds for one delivery
HERE = Standing(active=True)


@asynccontextmanager
async def prepared(url: str, chats: list[int]) -> AsyncIterator[tuple[Storage, int]]:
    """A database with those chats, and an announcement to them that is due; private chats are
    reached as subscribers."""
    storage = await Storage.open(url)
    try:
        book, now = Chatbook(storage), datetime.now(UTC)
        for chat in chats:
            kind = ChatKind.PRIVATE if chat > 0 else ChatKind.SUPERGROUP
            await book.stand(chat, kind, f"群{chat}", HERE, now)
            if chat > 0:
                await Writings(storage).subscribe(chat, CATEGORY, "政策", now)
        plan = Plan(parts=(Part(html="<b>停水通知</b>\n明天停水。"),), category="政策")
        number = await Archive(storage).create(
            plan, author=EDITOR, title="停水", due=now, now=now, report=(EDITOR, 0)
        )
        yield storage, number
    finally:
        await storage.close()


async def through(storage: Storage, number: int) -> Action:
    async with asyncio.timeout(LONGEST):
        while True:
            for action in await Archive(storage).actions(number):
                if action.deed is Deed.SEND and not action.open:
                    return action
            await asyncio.sleep(0.2)


def environment(url: str, **more: Any) -> dict[str, str]:
    keys = {f"BULLETIN__ANNOUNCEMENTS__{key.upper()}": str(value) for key, value in more.items()}
    return {"BULLETIN__STORAGE__URL": url, **keys}


async def claimed(storage: Storage) -> int:
    query = sa.select(sa.func.count()).where(OUTBOX.c.state == Fate.CLAIMED)
    async with storage.reading() as connection:
        return int((await connection.execute(query)).scalar_one())


async def killed(
    tmp_path: Path, url: str, chats: list[int], *, kills: int, longest: float, seed: int = 5
) -> str:
    """kill -9 at random moments and a new start each time: every chat has the announcement in the
    end, and no more have it twice than there were messages in flight, and those are listed. What
    happened, in figures."""
    chance, in_flight = random.Random(seed), 0
    async with (
        Crowd(per_second=60, latency=0.15) as crowd,
        prepared(url, chats) as (storage, number),
    ):
        settings = environment(url, lease_seconds=5, per_second=60)
        for _ in range(kills):
            async with started(crowd.url, tmp_path, **settings) as bot:
                before = len(crowd.copies())
                try:
                    await crowd.until(lambda before=before: len(crowd.copies()) > before)
                except TimeoutError:
                    raise AssertionError(f"nothing is sent: {bot.said}") from None
                await asyncio.sleep(chance.uniform(0, longest))
                await bot.stopped(signal.SIGKILL)
            in_flight += await claimed(storage)
        left = len(chats) - sum(bool(crowd.copies()[chat]) for chat in chats)
        async with started(crowd.url, tmp_path, **settings):
            action = await through(storage, number)
        misses = await Outbox(storage).misses(action.id)
    copies = crowd.copies()
    doubled = {chat for chat in chats if copies[chat] > 1}
    more = sum(copies[chat] - 1 for chat in chats)
    assert left > 0
    assert [chat for chat in chats if not copies[chat]] == []
    assert more <= in_flight
    assert doubled <= {miss.chat for miss in misses}
    return f"{kills} kills, {in_flight} in flight, {left} left for the last; {more} doubled"
