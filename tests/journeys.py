"""A hand-off between a resident and staff, message by message, for the suite and the soak."""

from __future__ import annotations

import asyncio
import random
import signal
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fake_api import FakeApi
from test_run import started

from bot.handoff.mailbag import Fate
from bot.migrations.tables import HANDOFF_MESSAGES
from bot.storage import Storage

ANNA, WANG, ROOM = 4201, 501, -1009000000001
HOURS = '["0:00-24:00"]'
LONGEST = 240.0  # seconds for what is left: a group takes 20 messages a minute
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_SIZE = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}


def environment(url: str) -> dict[str, str]:
    """A bot with a group of the staff, who are always there."""
    return {
        "BULLETIN__STORAGE__URL": url,
        "BULLETIN__ROLES__STAFF_CHAT": str(ROOM),
        "BULLETIN__ANNOUNCEMENTS__LEASE_SECONDS": "5",
        "BULLETIN__HANDOFF__PER_MINUTE": "1000",
        **{f"BULLETIN__HANDOFF__HOURS__{day}": HOURS for day in DAYS},
    }


@dataclass(slots=True)
class Journey:
    """What was said on each side, in order, and with what it was changed."""

    api: FakeApi
    said: dict[int, list[str]] = field(default_factory=lambda: {ANNA: [], ROOM: []})
    changed: dict[str, str] = field(default_factory=dict)
    count: int = 0

    async def begins(self) -> None:
        """A resident says what it is about and how to be called; the card stands in a topic."""
        await self.api.says(ANNA, "/human 路灯不亮")
        await self.api.reply(ANNA, 1)
        await self.api.says(ANNA, "张阿姨")
        await self.api.until(lambda: self.api.sent(ROOM))

    async def goes_on(self) -> None:
        """The next message: by turns of either, a text, a photo, a place, a text with a change."""
        self.count += 1
        mark, kind = f"第{self.count:03}句", self.count % 4
        chat = ANNA if self.count % 3 else ROOM
        more: dict[str, Any] = {}
        if chat == ROOM:
            thread = next(number for room, number in self.api.topics if room == ROOM)
            more = {"user": WANG, "message_thread_id": thread, "is_topic_message": True}
        self.said[chat].append(mark)
        if kind == 1:
            await self.api.says(chat, None, photo=[_SIZE], caption=mark, **more)
        elif kind == 2:
            place = {"latitude": float(self.count), "longitude": 1.0}
            self.said[chat][-1] = f"({self.count})"
            await self.api.says(chat, None, location=place, **more)
        else:
            number = await self.api.says(chat, mark, **more)
            if kind == 3:
                self.changed[mark] = f"{mark}改"
                await self.api.edits(chat, number, f"{mark}改")

    def arrived(self, chat: int) -> list[str]:
        """What the other side of `chat` has, each once, by when it first came."""
        found = []
        for message in self.api.sent(ROOM if chat == ANNA else ANNA):
            body = message.get("text", message.get("caption", ""))
            if "location" in message:
                body = f"({message['location']['latitude']:.0f})"
            found += [mark for mark in self.said[chat] if mark in body]
        return list(dict.fromkeys(found))

    def whole(self) -> bool:
        """Whether everything is there, changes too."""
        there = all(self.arrived(chat) == said for chat, said in self.said.items())
        texts = "".join((*self.api.texts(ANNA), *self.api.texts(ROOM)))
        return there and all(change in texts for change in self.changed.values())

    @property
    def doubled(self) -> int:
        """How many messages came more than once."""
        texts = (*self.api.texts(ANNA), *self.api.texts(ROOM))
        marks = [mark for said in self.said.values() for mark in said if mark.startswith("第")]
        return sum(sum(mark in text for text in texts) > 1 for mark in marks)


async def left(url: str) -> str:
    """The letters that are not sent yet, as they stand."""
    storage = await Storage.open(url)
    try:
        async with storage.reading() as connection:
            query = sa.select(HANDOFF_MESSAGES).where(HANDOFF_MESSAGES.c.state != Fate.SENT)
            rows = (await connection.execute(query.order_by(HANDOFF_MESSAGES.c.id))).all()
    finally:
        await storage.close()
    return f"{datetime.now(UTC)}: " + "\n".join(str(row) for row in rows)


async def killed(
    api: FakeApi, tmp_path: Path, url: str, *, kills: int, messages: int, longest: float, seed: int
) -> str:
    """kill -9 at random moments of a journey, and a new start each time: nothing is lost and the
    order is kept. What happened, in figures."""
    chance, journey = random.Random(seed), Journey(api)
    api.chats[ROOM] = {"is_forum": True, "title": "网格员"}
    settings = environment(url)
    async with started(api.url, tmp_path, **settings) as bot:
        await journey.begins()
        for _ in range(messages // (kills + 1)):
            await journey.goes_on()
        await asyncio.sleep(chance.uniform(0, longest))
        await bot.stopped(signal.SIGKILL)
    missing = 0
    for number in range(kills):
        missing += sum(
            len(said) - len(journey.arrived(chat)) for chat, said in journey.said.items()
        )
        async with started(api.url, tmp_path, **settings) as bot:
            await bot.says("polling for updates")
            for _ in range(messages // (kills + 1)):
                await journey.goes_on()
                await asyncio.sleep(chance.uniform(0, longest / 4))
            if number < kills - 1:
                await asyncio.sleep(chance.uniform(0, longest))
                await bot.stopped(signal.SIGKILL)
                continue
            try:
                async with asyncio.timeout(LONGEST):
                    while not journey.whole():
                        await asyncio.sleep(0.2)
            except TimeoutError:
                raise AssertionError(f"{await left(url)}\n{bot.said}") from None
            assert await bot.stopped() == 0
    return (
        f"{kills} kills, {journey.count} messages, {len(journey.changed)} changed: "
        f"{missing} not yet there at a kill, none lost, {journey.doubled} twice"
    )
