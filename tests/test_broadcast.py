"""Sending announcements: the real application and database against a server with limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from crowd import Accident, Crowd, draw, moved
from deliveries import killed
from fake_api import Refusal
from patience import eventually
from town import EDITOR, running, settings_for, town_base

from bot.announcements import Action, Deed, Fate, Kind, Part, Plan, State, Tally, Whom
from bot.archive import Archive
from bot.chatbook import Chatbook
from bot.chats import ChatKind, Quiet, Standing
from bot.migrations.tables import OUTBOX
from bot.orders import change
from bot.outbox import Lease, Outbox, rekey
from bot.services import Services
from bot.settings import Announcements
from bot.storage import Storage
from knowledge.base import KnowledgeBase

PACE = 80  # calls a second, so that tests need not wait
TEXT = Part(html="<b>停水通知</b>\n明天停水。")
HERE = Standing(active=True)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return town_base(tmp_path_factory.mktemp("town"))


@pytest.fixture
async def crowd() -> AsyncIterator[Crowd]:
    async with Crowd(per_second=PACE) as crowd:
        yield crowd
        assert crowd.surprises == []
        assert crowd.violations == []


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Posts to one chat, and what editors see, come quickly one after another."""
    for name in ("GROUP_GAP", "PRIVATE_GAP"):
        monkeypatch.setattr(f"bot.pacing.{name}", 0.05)
        monkeypatch.setattr(f"bot.broadcast.{name}", 0.05)
    monkeypatch.setattr("bot.progress.EVERY", timedelta(seconds=0.2))
    monkeypatch.setattr("bot.broadcast.TICK", 0.2)
    monkeypatch.setattr("bot.broadcast.SEEN", 0.5)


@asynccontextmanager
async def at_work(
    crowd: Crowd, folder: Path, base: KnowledgeBase, url: str | None = None, **more: Any
) -> AsyncIterator[Services]:
    announcements = Announcements(per_second=PACE, **more)
    settings = settings_for(crowd, folder, url=url, announcements=announcements)
    async with running(crowd, folder, base, settings=settings) as services:
        yield services


async def join(services: Services, chats: list[int]) -> None:
    now = datetime.now(UTC)
    for chat in chats:
        kind = ChatKind.PRIVATE if chat > 0 else ChatKind.SUPERGROUP
        await services.chatbook.stand(chat, kind, f"群{-chat}", HERE, now)


async def announce(services: Services, *parts: Part, **more: Any) -> int:
    """Confirm an announcement that is due now; its number."""
    now = datetime.now(UTC)
    plan = Plan(parts=parts or (TEXT,), category="政策", **more)
    number = await services.archive.create(
        plan, author=EDITOR, title="停水通知", due=now, now=now, report=(EDITOR, 0)
    )
    services.broadcast.stir()
    return number


async def through(services: Services, number: int, deed: Deed = Deed.SEND) -> Action:
    """The newest action of that sort, once it is through and reported."""

    async def look() -> Action | None:
        found = [a for a in await services.archive.actions(number) if a.deed is deed]
        return found[-1] if found and not found[-1].open else None

    action = await eventually(look)
    assert action is not None
    return action


async def tally(services: Services, action: Action) -> Tally:
    return await services.outbox.tally(action.id)


@pytest.mark.usefixtures("brisk")
async def test_every_accident_ends_as_it_should(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase, database_url: str
) -> None:
    """Of 100 chats, whatever befalls them, every reachable one has the announcement; only those
    whose answer was lost may have it twice, and they are listed; no limit is broken."""
    chats = [-1000 - number for number in range(100)]
    crowd.accidents = draw(chats, 7, blocked=0.05, moved=0.05, flood=0.05, broken=0.05, cut=0.05)
    async with at_work(crowd, tmp_path, base, database_url) as services:
        await join(services, chats)
        action = await through(services, await announce(services))
        counted = await tally(services, action)
        misses = await services.outbox.misses(action.id)
        standing = {chat: await services.chatbook.get(chat) for chat in chats}
    copies = crowd.copies()
    sort = {
        accident: {c for c in chats if crowd.accidents.get(c) is accident} for accident in Accident
    }
    reachable = [
        moved(chat) if chat in sort[Accident.MOVED] else chat
        for chat in chats
        if chat not in sort[Accident.BLOCKED]
    ]
    assert [chat for chat in reachable if not copies[chat]] == []
    doubled = {chat for chat in reachable if copies[chat] > 1}
    assert doubled == sort[Accident.CUT]
    assert {miss.chat for miss in misses if miss.fate is Fate.DONE} == doubled
    assert {miss.chat for miss in misses if miss.fate is Fate.GONE} == sort[Accident.BLOCKED]
    assert (counted[Fate.DONE], counted[Fate.GONE], counted.total) == (95, 5, 100)
    for chat in sort[Accident.BLOCKED]:
        known = standing[chat]
        assert known is not None
        assert (known.active, known.reason) == (False, "Forbidden: bot was blocked by the user")


@pytest.mark.usefixtures("brisk")
async def test_parts_keep_their_order(crowd: Crowd, tmp_path: Path, base: KnowledgeBase) -> None:
    """Of three parts each chat reads the first first, whatever befell it on the way."""
    chats = [-501, -502]
    crowd.accidents = {-501: Accident.BROKEN, -502: Accident.FLOOD}
    photo = Part(kind=Kind.PHOTO, file="photo-1", html="图一")
    async with at_work(crowd, tmp_path, base) as services:
        await join(services, chats)
        await through(services, await announce(services, TEXT, photo, Part(html="完")))
    for chat in chats:
        assert crowd.texts(chat) == ["停水通知\n明天停水。", "图一", "完"]


@pytest.mark.usefixtures("brisk")
async def test_afterwards_it_is_edited_pinned_and_recalled(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase, database_url: str
) -> None:
    """Each goes to every chat that has the post, and is written down with who did it."""
    chats = [-501, -502, -503]
    crowd.accidents = {-503: Accident.BLOCKED}
    async with at_work(crowd, tmp_path, base, database_url) as services:
        archive, now = services.archive, datetime.now(UTC)
        await join(services, chats)
        number = await announce(services)
        await through(services, number)
        await services.afterwards.edit(number, 7, now, 0, Part(html="后天停水。"), (EDITOR, None))
        await through(services, number, Deed.EDIT)
        assert [crowd.texts(chat) for chat in chats] == [["后天停水。"], ["后天停水。"], []]
        await services.afterwards.pin(number, 7, now, pinned=True)
        await through(services, number, Deed.PIN)
        assert crowd.pinned == {(-501, 1), (-502, 1)}
        await services.afterwards.pin(number, 7, now, pinned=False)
        await through(services, number, Deed.UNPIN)
        assert crowd.pinned == set()
        assert await services.afterwards.recall(number, 8, now) is not None
        await through(services, number, Deed.RECALL)
        assert [crowd.texts(chat) for chat in chats] == [[], [], []]
        assert await services.afterwards.recall(number, 8, now) is None
        assert await services.afterwards.edit(number, 8, now, 0, TEXT) is None
        done = [(action.deed, action.user) for action in await archive.actions(number)]
    assert done == [
        (Deed.CREATE, EDITOR),
        (Deed.SEND, EDITOR),
        (Deed.EDIT, 7),
        (Deed.PIN, 7),
        (Deed.UNPIN, 7),
        (Deed.RECALL, 8),
    ]


@pytest.mark.usefixtures("brisk")
async def test_what_cannot_be_deleted_any_more_says_that_it_was_withdrawn(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase
) -> None:
    """Text and caption alike."""
    crowd.undeletable = True
    photo = Part(kind=Kind.PHOTO, file="photo-1", html="图一")
    async with at_work(crowd, tmp_path, base) as services:
        await join(services, [-501])
        number = await announce(services, TEXT, photo)
        await through(services, number)
        await services.afterwards.recall(number, EDITOR, datetime.now(UTC))
        await through(services, number, Deed.RECALL)
        assert crowd.texts(-501) == [services.wording.announcing.withdrawn] * 2


@pytest.mark.usefixtures("brisk")
async def test_the_rest_can_be_cancelled(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase
) -> None:
    """What is out stays, what is under way ends, nothing more goes out."""
    chats = [-1000 - number for number in range(200)]
    async with at_work(crowd, tmp_path, base) as services:
        await join(services, chats)
        number = await announce(services)
        await crowd.until(lambda: len(crowd.copies()) > 10)
        assert await services.afterwards.cancel(number, EDITOR, datetime.now(UTC))
        counted = await tally(services, await through(services, number))
        assert not await services.afterwards.cancel(number, EDITOR, datetime.now(UTC))
    assert counted[Fate.DONE] == sum(crowd.copies()[chat] for chat in chats)
    assert counted[Fate.DONE] < 200
    assert counted.total == counted[Fate.DONE] + counted[Fate.CANCELLED] == 200


@pytest.mark.usefixtures("brisk")
async def test_edited_while_under_way_nobody_keeps_the_old_words(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase, database_url: str
) -> None:
    """Posts that are out are edited, those still to come go out with the new words."""
    chats = [-1000 - number for number in range(60)]
    async with at_work(crowd, tmp_path, base, database_url) as services:
        await join(services, chats)
        number = await announce(services)
        await crowd.until(lambda: len(crowd.copies()) > 10)
        now = datetime.now(UTC)
        await services.afterwards.edit(number, EDITOR, now, 0, Part(html="新"))
        await through(services, number)
        await through(services, number, Deed.EDIT)
    assert {text for chat in chats for text in crowd.texts(chat)} == {"新"}
    assert 0 < len(crowd.made("editMessageText")) < 60


@pytest.mark.usefixtures("brisk")
async def test_quiet_hours_are_kept_by_all_but_the_urgent(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase
) -> None:
    """A chat in its quiet hours gets it when they end; 应急 goes out at once."""
    now = datetime.now(UTC)
    async with at_work(crowd, tmp_path, base) as services:
        here = now.astimezone(services.zone)
        quiet = Quiet(
            start=(here - timedelta(hours=1)).time(), end=(here + timedelta(hours=1)).time()
        )
        await join(services, [-501, -502])
        await services.chatbook.settle(-501, lambda chat: replace(chat, quiet=quiet), now)
        number = await announce(services)
        await crowd.until(lambda: crowd.texts(-502))
        await through(services, await announce(services, Part(html="台风"), urgent=True))
        async with services.storage.reading() as connection:
            due = await connection.scalar(
                sa.select(OUTBOX.c.due_at).where(OUTBOX.c.state == Fate.WAITING)
            )
        action = (await services.archive.actions(number))[-1]
        counted = await tally(services, action)
    assert crowd.texts(-501) == ["台风"]
    assert due is not None
    assert timedelta(minutes=58) < due - now <= timedelta(hours=1)
    assert (counted[Fate.DONE], counted[Fate.WAITING]) == (1, 1)


@pytest.mark.usefixtures("brisk")
async def test_a_missed_time_runs_late_and_once(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase
) -> None:
    """What was due while no process ran goes out at the start; of a rule's missed times, one."""
    settings = settings_for(crowd, tmp_path)
    storage = await Storage.open(settings.storage.url)
    archive, chatbook, now = Archive(storage), Chatbook(storage), datetime.now(UTC)
    await chatbook.stand(-501, ChatKind.SUPERGROUP, "群", HERE, now)
    plan = Plan(parts=(TEXT,), category="政策")
    common = {"author": EDITOR, "title": "停水", "now": now - timedelta(days=9)}
    missed = now - timedelta(days=5)
    once = await archive.create(plan, due=missed, **common)
    daily = await archive.create(plan, due=missed, rhythm="0 8 * * *", **common)
    await storage.close()
    for _ in range(2):
        async with at_work(crowd, tmp_path, base) as services:
            await through(services, once)
            await through(services, daily + 1)
            again = await services.archive.get(daily)
            assert await services.archive.get(daily + 2) is None
    assert len(crowd.texts(-501)) == 2
    assert again is not None
    assert again.due is not None
    assert (again.state, again.due > now) == (State.SCHEDULED, True)
    assert again.due.astimezone(services.zone).hour == 8


@pytest.mark.usefixtures("brisk")
async def test_a_topic_that_is_gone_is_left(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase
) -> None:
    """The post goes to the general topic, and so will the next."""
    crowd.fail(
        "sendMessage", chat=-501, refusal=Refusal(400, "Bad Request: message thread not found")
    )
    now = datetime.now(UTC)
    async with at_work(crowd, tmp_path, base) as services:
        await join(services, [-501])
        await services.chatbook.settle(-501, lambda chat: replace(chat, topic=7), now)
        await through(services, await announce(services))
        known = await services.chatbook.get(-501)
    threads = [call.params.get("message_thread_id") for call in crowd.made("sendMessage")[:2]]
    assert threads == [7, None]
    assert known is not None
    assert known.topic is None


@pytest.mark.usefixtures("brisk")
async def test_what_may_have_arrived_is_only_listed_where_the_settings_say_so(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase
) -> None:
    """It stays unconfirmed until the editor has it sent again, which is noted."""
    crowd.accidents = {-501: Accident.CUT}
    async with at_work(crowd, tmp_path, base, resend_unconfirmed=False) as services:
        await join(services, [-501, -502])
        number = await announce(services)
        action = await through(services, number)
        assert (await tally(services, action))[Fate.UNCONFIRMED] == 1
        assert crowd.copies()[-501] == 1
        now = datetime.now(UTC)
        assert await services.afterwards.resend(number, EDITOR, now) == 1
        counted = await tally(services, await through(services, number))
        assert await services.afterwards.resend(number, EDITOR, now) == 0
    assert (counted[Fate.DONE], counted.doubtful, crowd.copies()[-501]) == (2, 1, 2)


@pytest.mark.usefixtures("brisk")
async def test_a_message_telegram_will_not_take_stops_nobody_else(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase
) -> None:
    """The row is set aside with its reason; the chat stays active."""
    refusal = Refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    crowd.fail("sendMessage", chat=-501, refusal=refusal)
    async with at_work(crowd, tmp_path, base) as services:
        await join(services, [-501, -502])
        action = await through(services, await announce(services))
        (miss,) = await services.outbox.misses(action.id)
        known = await services.chatbook.get(-501)
    assert (miss.chat, miss.fate, "DIMENSIONS" in miss.reason.upper()) == (
        -501,
        Fate.REFUSED,
        True,
    )
    assert known is not None
    assert known.active


@pytest.mark.usefixtures("brisk")
async def test_two_processes_share_the_work(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase, database_url: str
) -> None:
    """Each chat has it once, and both sent some of it."""
    chats = [-1000 - number for number in range(120)]
    async with (
        at_work(crowd, tmp_path, base, database_url) as first,
        at_work(crowd, tmp_path, base, database_url) as second,
    ):
        await join(first, chats)
        number = await announce(first)
        second.broadcast.stir()
        action = await through(first, number)
        counted = await tally(second, action)
    assert counted[Fate.DONE] == 120
    assert {crowd.copies()[chat] for chat in chats} == {1}


async def test_one_that_cannot_be_read_holds_up_no_other(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged and cancelled; the next begins, groups move, the list shows what it can."""
    archive = Archive(storage)
    now = datetime.now(UTC)
    plan = Plan(parts=(TEXT,), category="政策")
    damaged, good = [
        await archive.create(plan, author=EDITOR, title="停", due=now, now=now) for _ in range(2)
    ]
    assert damaged is not None
    async with storage.writing() as connection:
        await change(connection, damaged, plan='{"version": 2}')
    assert await Chatbook(storage, (rekey,)).migrate(-501, -1501, now)
    assert await archive.begin(now, lambda *_: None) == damaged
    assert await archive.begin(now, lambda *_: None) == good
    assert await archive.begin(now, lambda *_: None) is None
    assert f"announcement {damaged} is damaged" in caplog.text
    assert await archive.get(damaged) is None
    assert [found.id for found in await archive.recent(9)] == [good]


@pytest.mark.usefixtures("brisk")
async def test_who_dies_leaves_rows_that_count_as_unconfirmed(storage: Storage) -> None:
    """After the lease they are sent once more, then only listed; edits are simply repeated."""
    archive, outbox, chatbook = Archive(storage), Outbox(storage), Chatbook(storage)
    now = datetime.now(UTC)
    await chatbook.stand(-501, ChatKind.SUPERGROUP, "群", HERE, now)
    plan = Plan(parts=(TEXT,), category="政策")
    number = await archive.create(plan, author=EDITOR, title="停", due=now, now=now)
    assert await archive.begin(now, lambda *_: None) == number
    assert await archive.begin(now, lambda *_: None) is None
    for doubts, fate in ((1, Fate.WAITING), (2, Fate.UNCONFIRMED)):
        lease = Lease(worker="dead", now=now, until=now + timedelta(seconds=9))
        row = await outbox.claim(lease)
        assert row is not None
        assert await outbox.claim(lease) is None
        assert await outbox.expire(now + timedelta(seconds=8), 1, "断") == 0
        now += timedelta(seconds=10)
        assert await outbox.expire(now, 1, "断") == 1
        counted = await outbox.tally(row.action)
        assert (counted[fate], row.doubts) == (1, doubts - 1)
    await outbox.done(row, 77, now, timedelta(0))  # it was only slow: known after all
    assert (await outbox.tally(row.action))[Fate.DONE] == 1


@pytest.mark.usefixtures("brisk")
async def test_a_group_that_moves_takes_its_rows_along(storage: Storage) -> None:
    """What waits goes on under the new id, once even where that id has a row too; what was sent
    stays with the old one; announcements still to begin find the new one."""
    archive, outbox = Archive(storage), Outbox(storage)
    chatbook, now = Chatbook(storage, movers=(rekey,)), datetime.now(UTC)
    for chat in (-501, -502, -503):
        await chatbook.stand(chat, ChatKind.GROUP, "群", HERE, now)
    plan = Plan(parts=(TEXT, TEXT), category="政策")
    later = Plan(parts=(TEXT,), category="政策", whom=Whom.CHOSEN, chosen=(-501, -502))
    common = {"author": EDITOR, "title": "停", "now": now}
    await archive.create(plan, due=now, **common)
    waiting = await archive.create(later, due=now + timedelta(days=1), **common)
    await archive.begin(now, lambda *_: None)
    lease = Lease(worker="me", now=now, until=now + timedelta(seconds=9))
    first = await outbox.claim(lease)
    assert first is not None
    assert first.target.chat == -501
    await outbox.done(first, 5, now, timedelta(0))
    await chatbook.migrate(-501, -1501, now)
    await chatbook.migrate(-502, -503, now)
    second = await outbox.claim(lease, busy=(-503,))
    assert second is not None
    assert (second.target.chat, second.part) == (-1501, 1)
    counted = await outbox.tally(second.action)
    assert (counted.total, counted[Fate.CANCELLED], counted[Fate.DONE]) == (6, 2, 1)
    planned = await archive.get(waiting)
    assert planned is not None
    assert planned.plan.chosen == (-1501, -503)


async def test_the_editor_sees_it_go_and_what_became_of_it(
    crowd: Crowd, tmp_path: Path, base: KnowledgeBase
) -> None:
    """One message, edited at most every three seconds, then the report with names and buttons."""
    chats = [-1000 - number for number in range(240)]
    crowd.accidents = {-1000: Accident.BLOCKED, -1001: Accident.CUT}
    async with at_work(crowd, tmp_path, base, resend_unconfirmed=False) as services:
        await join(services, chats)
        await through(services, await announce(services))
    (message,) = crowd.sent(EDITOR)
    edits = [call for call in crowd.made("editMessageText") if call.params["message_id"]]
    assert 1 <= len(edits) <= 3
    assert all("正在发送：停水通知" in call.params["text"] for call in edits[:-1])
    assert message["text"] == (
        "发完了：停水通知\n\n成功的聊天有 238 个。\n\n"
        "不能肯定送到没有的有 1 个：\n群1001\n\n已经停用机器人的有 1 个：\n群1000"
    )
    assert crowd.labels(EDITOR) == ["重发未确认", "查看失败"]


async def test_killed_and_started_again_nothing_is_lost(tmp_path: Path) -> None:
    """kill -9 in the midst of it: only what was in flight may come twice."""
    chats = [-1000 - number for number in range(100)]
    await killed(tmp_path, f"sqlite:///{tmp_path}/bulletin.db", chats, kills=1, longest=0.5)
