"""The chats table: right after whatever happens to a chat, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.belongings import Belongings, Stored
from bot.chatbook import Chatbook
from bot.chats import Absence, Chat, ChatKind, Quiet, Standing
from bot.database import StorageError
from bot.sessions import SessionKey
from bot.storage import AskedQuestion, Storage

NOW = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
OLD, NEW = -1234, -1001234567890
GROUP, SUPER = ChatKind.GROUP, ChatKind.SUPERGROUP
IN, OUT = Standing(active=True), Standing(active=False, reason=Absence.KICKED)
NIGHT = Quiet(start=time(22), end=time(7))


@pytest.fixture
def book(storage: Storage) -> Chatbook:
    return Chatbook(storage)


@pytest.mark.parametrize(
    ("quiet", "moment", "covered"),
    [
        (NIGHT, time(21, 59), False),
        (NIGHT, time(22), True),
        (NIGHT, time(0), True),
        (NIGHT, time(6, 59), True),
        (NIGHT, time(7), False),
        (Quiet(start=time(12), end=time(14)), time(13), True),
        (Quiet(start=time(12), end=time(14)), time(14), False),
        (Quiet(start=time(12), end=time(12)), time(12), False),
    ],
)
def test_quiet_hours_may_span_midnight(quiet: Quiet, moment: time, covered: bool) -> None:
    """Their end is not quiet any more; hours without length are none."""
    assert quiet.covers(moment) is covered


async def test_a_chat_comes_back_as_settled(book: Chatbook) -> None:
    """Every setting is kept, and when it was changed."""
    await book.meet(OLD, GROUP, "小区群😀", NOW)

    def change(chat: Chat) -> Chat:
        return replace(
            chat,
            answers=False,
            announcements=False,
            categories=("医疗", "应急"),
            topic=7,
            quiet=NIGHT,
            silent=True,
        )

    changed = await book.settle(OLD, change, LATER)
    assert changed == await book.get(OLD)
    assert changed == change(
        Chat(id=OLD, kind=GROUP, title="小区群😀", since=NOW, changed=NOW, settled=LATER)
    )
    assert await book.settle(NEW, change, LATER) is None


async def test_meeting_a_chat_changes_only_its_name(book: Chatbook) -> None:
    """A chat that put us out stays so; a title however long is kept in part."""
    await book.stand(OLD, GROUP, "甲", OUT, NOW)
    met = await book.meet(OLD, GROUP, "乙" * 1000, LATER)
    assert (met.active, met.title, met.changed) == (False, "乙" * 255, NOW)
    assert met == await book.get(OLD)


async def test_coming_and_going(book: Chatbook) -> None:
    """Only coming in from outside counts as being let in; `since` is when that was."""
    steps = [
        (IN, True),
        (IN, False),
        (Standing(active=True, administrator=True), False),
        (Standing(active=False, reason=Absence.MUTED), False),
        (IN, False),
        (Standing(active=False, reason=Absence.LEFT), False),
        (OUT, False),
        (IN, True),
    ]
    for minute, (standing, entered) in enumerate(steps):
        now = NOW + timedelta(minutes=minute)
        assert await book.stand(OLD, GROUP, "群", standing, now) is entered
        found = await book.get(OLD)
        assert found is not None
        assert (found.active, found.reason, found.administrator) == (
            standing.active,
            standing.reason,
            standing.administrator,
        )
    assert (found.since, found.changed) == (now, now)


async def test_what_sending_shows_is_noted_once(book: Chatbook) -> None:
    """A chat that refuses is inactive in Telegram's words, until it takes something again; of a
    chat that is not known nothing is noted."""
    await book.meet(OLD, GROUP, "群", NOW)
    assert await book.lose(OLD, "Forbidden: bot was kicked", LATER)
    assert not await book.lose(OLD, "chat not found", LATER)
    found = await book.get(OLD)
    assert found is not None
    assert (found.active, found.reason) == (False, "Forbidden: bot was kicked")
    assert await book.regain(OLD, LATER)
    assert not await book.regain(OLD, LATER)
    assert not await book.lose(NEW, "x", LATER)
    assert await book.get(NEW) is None


async def test_the_audience_of_a_category(book: Chatbook) -> None:
    """Active groups and channels whose settings let it through; residents are none of them."""
    settings: list[dict[str, object]] = [
        {},
        {"categories": ("医疗",)},
        {"categories": ("教育",)},
        {"categories": ()},
        {"announcements": False},
        {"active": False},
    ]
    for number, values in enumerate(settings, start=1):
        await book.meet(-number, GROUP, "群", NOW)
        await book.settle(-number, lambda chat, v=values: replace(chat, **v), NOW)  # type: ignore[misc, arg-type]
    await book.meet(42, ChatKind.PRIVATE, "", NOW)
    await book.meet(-100, ChatKind.CHANNEL, "频道", NOW)
    assert [chat.id for chat in await book.audience("医疗")] == [-100, -2, -1]
    assert [chat.id for chat in await book.audience("教育")] == [-100, -3, -1]
    assert [chat.id for chat in await book.audience()] == [-100, -5, -4, -3, -2, -1]


async def test_topics_close_open_and_go(book: Chatbook) -> None:
    """Only the topic that announcements go to matters; closed, it is for administrators."""
    await book.meet(NEW, SUPER, "群", NOW)
    await book.settle(NEW, lambda chat: replace(chat, topic=7), NOW)

    async def thread() -> int:
        found = await book.get(NEW)
        assert found is not None
        return found.thread

    assert not await book.topic_closed(NEW, 8, closed=True)
    assert await thread() == 7
    assert await book.topic_closed(NEW, 7, closed=True)
    assert await thread() == 0
    await book.stand(NEW, SUPER, "群", Standing(active=True, administrator=True), NOW)
    assert await thread() == 7
    assert await book.topic_closed(NEW, 7, closed=False)
    assert not await book.topic_gone(NEW, 8)
    assert await book.topic_gone(NEW, 7)
    assert await thread() == 0


async def test_a_group_that_moves_takes_everything_along(storage: Storage) -> None:
    """Settings, conversations and the log go under the new id in one step, done once; what else
    belongs to it follows in the same transaction."""
    moved: list[tuple[int, int]] = []

    async def mover(connection: AsyncConnection, old: int, new: int) -> None:
        assert connection.in_transaction()
        moved.append((old, new))

    book = Chatbook(storage, (mover,))
    await book.meet(OLD, GROUP, "群", NOW)
    await book.settle(OLD, lambda chat: replace(chat, silent=True, quiet=NIGHT), NOW)
    await storage.save_session(SessionKey(chat=OLD, user=42), {"question": "甲"}, NOW)
    asked = AskedQuestion(
        chat=OLD, user=42, question="问", resolved="问", status="unknown", asked_at=NOW
    )
    number = await storage.record_question(asked)
    await storage.remember_reply(OLD, 100, (101,), number)

    assert await book.migrate(OLD, NEW, LATER)
    assert not await book.migrate(OLD, NEW, LATER)
    new, old = await book.get(NEW), await book.get(OLD)
    assert new is not None
    assert (new.kind, new.active, new.silent, new.quiet) == (SUPER, True, True, NIGHT)
    assert old is not None
    assert (old.active, old.reason, old.moved) == (False, Absence.MIGRATED, NEW)
    assert await storage.load_session(SessionKey(chat=NEW, user=42)) == {"question": "甲"}
    assert await storage.load_session(SessionKey(chat=OLD, user=42)) is None
    assert await storage.asked(number) == replace(asked, chat=NEW)
    assert await storage.reply_to(OLD, 100) is not None  # its messages are still there
    assert await storage.reply_to(NEW, 100) is None
    assert moved == [(OLD, NEW)]
    assert [chat.id for chat in await book.audience()] == [NEW]


async def test_late_news_from_the_old_id_change_nothing(book: Chatbook) -> None:
    """Told of the end of the old group after it moved, or asked to lose it."""
    await book.meet(OLD, GROUP, "群", NOW)
    await book.migrate(OLD, NEW, NOW)
    before = await book.get(OLD)
    assert not await book.stand(OLD, GROUP, "群", OUT, LATER)
    assert not await book.stand(OLD, GROUP, "群", IN, LATER)
    assert not await book.lose(OLD, "gone", LATER)
    assert not await book.regain(OLD, LATER)
    assert await book.meet(OLD, GROUP, "乙", LATER) == before == await book.get(OLD)


@pytest.mark.parametrize(
    ("settled_old", "settled_new", "silent"),
    [(None, None, True), (NOW, None, True), (LATER, NOW, True), (NOW, LATER, False)],
)
async def test_of_two_known_ids_the_settings_changed_last_hold(
    book: Chatbook, settled_old: datetime | None, settled_new: datetime | None, silent: bool
) -> None:
    """The new id may be known before the move is."""
    for chat, settled, value in ((OLD, settled_old, True), (NEW, settled_new, False)):
        await book.stand(chat, SUPER, "群", IN, NOW)
        if settled is not None:
            await book.settle(chat, lambda found, v=value: replace(found, silent=v), settled)  # type: ignore[misc]
    if settled_old is None:
        await book._change(OLD, lambda found: replace(found, silent=True))
    assert await book.migrate(OLD, NEW, LATER)
    new = await book.get(NEW)
    assert new is not None
    assert (new.silent, new.active) == (silent, True)


async def test_of_two_conversations_the_one_touched_last_stays(
    storage: Storage, book: Chatbook
) -> None:
    """Each person's, each topic's for itself."""
    rows = [(OLD, 1, NOW), (NEW, 1, LATER), (OLD, 2, LATER), (NEW, 2, NOW), (OLD, 3, NOW)]
    for chat, user, moment in rows:
        key = SessionKey(chat=chat, user=user)
        await storage.save_session(key, {"question": f"{chat}"}, moment)
    await book.migrate(OLD, NEW, LATER)
    kept = [await storage.load_session(SessionKey(chat=NEW, user=user)) for user in (1, 2, 3)]
    assert kept == [{"question": str(chat)} for chat in (NEW, OLD, OLD)]


async def test_what_is_under_way_during_a_move_is_kept_where_the_group_goes_on(
    storage: Storage, book: Chatbook
) -> None:
    """A question answered before the move may be written down after it."""
    await book.meet(OLD, GROUP, "群", NOW)
    await book.migrate(OLD, NEW, NOW)
    await storage.save_session(SessionKey(chat=OLD, user=1), {"question": "甲"}, LATER)
    assert await storage.load_session(SessionKey(chat=NEW, user=1)) == {"question": "甲"}
    asked = AskedQuestion(
        chat=OLD, user=1, question="甲", resolved="甲", status="related", asked_at=LATER
    )
    assert await storage.asked(await storage.record_question(asked)) == replace(asked, chat=NEW)


async def test_a_move_that_fails_half_way_changes_nothing(storage: Storage) -> None:
    """All or nothing."""

    async def mover(connection: AsyncConnection, old: int, new: int) -> None:
        raise OSError("the disk is full")

    book = Chatbook(storage, (mover,))
    met = await book.meet(OLD, GROUP, "群", NOW)
    with pytest.raises(StorageError):
        await book.migrate(OLD, NEW, LATER)
    assert (await book.get(OLD), await book.get(NEW)) == (met, None)


async def test_many_tell_of_the_same_move_at_once(book: Chatbook) -> None:
    """Both service messages and every refused call: one of them moves the group."""
    await book.meet(OLD, GROUP, "群", NOW)
    done = await asyncio.gather(
        *(book.migrate(OLD, NEW, NOW) for _ in range(8)),
        *(book.meet(NEW, SUPER, "群", NOW) for _ in range(8)),
        *(book.stand(NEW, SUPER, "群", IN, NOW) for _ in range(8)),
    )
    assert done[:8].count(True) == 1
    new = await book.get(NEW)
    assert new is not None
    assert new.active


async def test_a_move_of_an_unknown_group_makes_it_known(book: Chatbook) -> None:
    """The bot may have come into the group before it kept a table of chats."""
    assert await book.migrate(OLD, NEW, NOW)
    new, old = await book.get(NEW), await book.get(OLD)
    assert new is not None
    assert new.active
    assert old is not None
    assert old.moved == NEW
    assert not await book.migrate(NEW, NEW, NOW)


async def test_who_is_forgotten_leaves_no_private_chat(storage: Storage, book: Chatbook) -> None:
    """That somebody stopped the bot is stored about them, and erased with the rest."""
    blocked = Standing(active=False, reason=Absence.BLOCKED)
    await book.stand(42, ChatKind.PRIVATE, "", blocked, NOW)
    assert await Belongings(storage).of(42) == Stored(chats=1, first=NOW, last=NOW)
    assert await Belongings(storage).forget(42) == 1
    assert await book.get(42) is None
