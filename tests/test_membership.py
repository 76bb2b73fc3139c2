"""Coming, going, moving and settling: the chats table after each, told over real HTTP."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from fake_api import FakeApi, Refusal
from patience import eventually
from town import DONE, DONE_QUOTE, LATER, PLAN, PLAN_QUOTE

from bot.chats import Absence, Chat, ChatKind, Quiet
from bot.handlers import membership
from bot.services import Services
from bot.wording import Wording

ANNA, BELA, ADMIN = 4201, 4202, 4203
OLD, GROUP = -4567, -1001234567890
WORDING = Wording.load()
SAID = WORDING.settings


@pytest.fixture
def api(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    """With a group that will move, and an administrator of where it moves to."""
    monkeypatch.setattr(membership, "SETTLING", 0.2)
    api.chats[OLD] = {"type": "group"}
    api.admins.add((GROUP, ADMIN))
    return api


async def settled(api: FakeApi, chat: int) -> None:
    """Everything told before in a chat has been handled."""
    before = len(api.sent(chat))
    await api.says(chat, f"/ask {DONE}", user=999)
    await api.until(lambda: [m for m in api.sent(chat)[before:] if DONE_QUOTE in m["text"]])


def silent(chat: Chat) -> Chat:
    return replace(chat, silent=True)


async def becomes(bot: Services, chat: int, *expected: object) -> Chat:
    """The chat, once it is (active, reason, administrator) as expected."""

    async def look() -> Chat | None:
        found = await bot.chatbook.get(chat)
        if found and (found.active, found.reason, found.administrator) == expected:
            return found
        return None

    found = await eventually(look)
    assert found is not None
    return found


STEPS: list[tuple[str, str, dict[str, Any], tuple[bool, str | None, bool]]] = [
    ("left", "member", {}, (True, None, False)),
    ("member", "administrator", {}, (True, None, True)),
    ("administrator", "member", {}, (True, None, False)),
    ("member", "restricted", {"can_send_messages": False}, (False, "muted", False)),
    ("restricted", "restricted", {}, (True, None, False)),
    ("restricted", "restricted", {"is_member": False}, (False, "left", False)),
    ("restricted", "kicked", {}, (False, "kicked", False)),
    ("kicked", "left", {}, (False, "left", False)),
    ("left", "administrator", {}, (True, None, True)),
]


async def test_the_table_follows_every_change_of_standing(api: FakeApi, bot: Services) -> None:
    """Let in, promoted, silenced, put out: after each the row is right."""
    for old, new, more, expected in STEPS:
        await api.stands(GROUP, old, new, **more)
        chat = await becomes(bot, GROUP, *expected)
        assert (chat.kind, chat.title) == (ChatKind.SUPERGROUP, "小区群")


async def test_being_let_in_is_answered_with_one_short_message(
    api: FakeApi, bot: Services
) -> None:
    """Not being promoted; not in a channel, nor in a private chat."""
    await api.stands(GROUP, "left", "member")
    welcome = (await api.reply(GROUP, 1))["text"]
    assert ("/ask" in welcome, "/settings" in welcome, len(welcome) < 120) == (True, True, True)
    await api.stands(GROUP, "member", "administrator")
    api.chats[-1009] = {"type": "channel", "title": "频道"}
    await api.stands(-1009, "left", "administrator", can_post_messages=True)
    await api.stands(ANNA, "kicked", "member")
    await api.stands(OLD, "left", "member")
    assert (await api.reply(OLD, 1))["text"] == welcome
    await settled(api, GROUP)
    await settled(api, ANNA)
    assert [len(api.sent(chat)) for chat in (GROUP, -1009, ANNA, OLD)] == [2, 0, 1, 1]
    channel = await becomes(bot, -1009, True, None, True)
    assert channel.kind is ChatKind.CHANNEL


async def test_who_stops_the_bot_is_noted_and_can_have_it_erased(
    api: FakeApi, bot: Services
) -> None:
    """Without a name; the next /start takes it back."""
    await api.stands(ANNA, "member", "kicked")
    chat: Chat | None = await becomes(bot, ANNA, False, Absence.BLOCKED, False)
    assert chat is not None
    assert chat.title == ""
    await api.says(ANNA, "/start")
    await api.reply(ANNA, 1)
    chat = await bot.chatbook.get(ANNA)
    assert chat is not None
    assert chat.active
    await api.says(ANNA, "/privacy")
    assert WORDING.privacy.contact in (await api.reply(ANNA, 2))["text"]
    await api.says(ANNA, "/forgetme")
    await api.reply(ANNA, 3)
    await api.acknowledged(await api.presses(ANNA, WORDING.buttons.erase))
    assert await bot.chatbook.get(ANNA) is None


@pytest.mark.parametrize(
    "order", [("joined", "to", "from"), ("to", "joined", "from"), ("from", "joined", "to")]
)
async def test_a_group_that_moves_is_the_same_group(
    api: FakeApi, bot: Services, order: tuple[str, ...]
) -> None:
    """In whatever order Telegram tells it: settings and conversations go on, and nobody is
    welcomed twice."""
    await api.stands(OLD, "left", "member")
    await api.reply(OLD, 1)
    await bot.chatbook.settle(OLD, silent, datetime.now(UTC))
    await api.says(OLD, f"/ask {DONE}", user=ANNA)
    await api.reply(OLD, 2)
    for step in order:
        if step == "joined":
            await api.stands(GROUP, "left", "member")
        elif step == "to":
            await api.says(OLD, None, user=ANNA, migrate_to_chat_id=GROUP)
        else:
            await api.says(GROUP, None, user=ANNA, migrate_from_chat_id=OLD)
    await settled(api, OLD)  # late news under the old id
    await settled(api, GROUP)
    await api.says(GROUP, f"/ask {LATER}", user=ANNA)
    assert PLAN_QUOTE in (await api.reply(GROUP, 2))["text"]
    await asyncio.sleep(2 * membership.SETTLING)
    old, new = await bot.chatbook.get(OLD), await bot.chatbook.get(GROUP)
    assert old is not None
    assert (old.active, old.reason, old.moved) == (False, Absence.MIGRATED, GROUP)
    assert new is not None
    assert (new.active, new.silent, new.kind) == (True, True, ChatKind.SUPERGROUP)
    assert WORDING.groups.welcome[:6] not in "".join(api.texts(GROUP))


async def test_a_move_found_out_by_sending_loses_nothing(api: FakeApi, bot: Services) -> None:
    """The answer arrives once, in the new group, and the conversation goes on there."""
    await api.says(OLD, f"/ask {PLAN}", user=ANNA)
    await api.reply(OLD, 1)
    moved = Refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=GROUP)
    api.fail("sendMessage", chat=OLD, refusal=moved, times=1000)
    await api.says(OLD, f"/ask {DONE}", user=ANNA)
    assert DONE_QUOTE in (await api.reply(GROUP, 1))["text"]
    await api.says(GROUP, f"/ask {LATER}", user=ANNA)
    assert PLAN_QUOTE in (await api.reply(GROUP, 2))["text"]
    new = await bot.chatbook.get(GROUP)
    assert new is not None
    assert new.active
    assert len(api.sent(OLD)) == 1


async def test_an_edit_never_touches_a_message_of_the_group_moved_to(
    api: FakeApi, bot: Services
) -> None:
    """The new group counts its messages anew: the same number is another message there."""
    question = await api.says(OLD, f"/ask {PLAN}", user=ANNA)
    await api.reply(OLD, 1)
    for _ in range(3):
        await api.says(GROUP, f"/ask {PLAN}", user=BELA)
    await api.reply(GROUP, 3)
    before = {m["message_id"]: m["text"] for m in api.sent(GROUP)}
    moved = Refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=GROUP)
    api.fail("editMessageText", chat=OLD, refusal=moved)
    await api.edits(OLD, question, f"/ask {DONE}")
    assert DONE_QUOTE in (await api.reply(GROUP, 4))["text"]
    assert {m["message_id"]: m["text"] for m in api.sent(GROUP)[:3]} == before


async def test_titles_and_topics_are_followed(api: FakeApi, bot: Services) -> None:
    """A new title; the topic of announcements closed, opened, and found gone by sending."""
    api.chats[GROUP] = {"is_forum": True}
    topic = {"message_thread_id": 7, "is_topic_message": True, "user": ADMIN}
    await api.says(GROUP, "/settings", **topic)
    await api.reply(GROUP, 1)
    await api.acknowledged(await api.presses(GROUP, SAID.move_here, ADMIN))

    async def standing() -> tuple[int | None, int, str]:
        await settled(api, GROUP)
        chat = await bot.chatbook.get(GROUP)
        assert chat is not None
        return chat.topic, chat.thread, chat.title

    assert await standing() == (7, 7, "小区群")
    await api.says(GROUP, None, forum_topic_closed={}, **{**topic, "message_thread_id": 8})
    await api.says(GROUP, None, forum_topic_closed={}, **topic)
    await api.says(GROUP, None, user=ADMIN, new_chat_title="新名字")
    api.chats[GROUP]["title"] = "新名字"
    assert await standing() == (7, 0, "新名字")
    await api.says(GROUP, None, forum_topic_reopened={}, **topic)
    assert await standing() == (7, 7, "新名字")
    api.fail("sendMessage", refusal=Refusal(400, "Bad Request: TOPIC_CLOSED"))
    await api.says(GROUP, f"/ask {DONE}", **topic)
    assert await standing() == (7, 0, "新名字")
    api.fail("sendMessage", refusal=Refusal(400, "Bad Request: message thread not found"))
    await api.says(GROUP, f"/ask {DONE}", **topic)
    assert await standing() == (None, 0, "新名字")


async def test_an_administrator_settles_everything_in_one_message(
    api: FakeApi, bot: Services
) -> None:
    """Each press edits the message in place, and the table holds it."""
    api.chats[GROUP] = {"is_forum": True}
    topic = {"message_thread_id": 7, "is_topic_message": True}
    await api.says(GROUP, "/settings", user=ADMIN, **topic)
    menu = await api.reply(GROUP, 1)
    presses = [
        SAID.stop_answers,
        SAID.stop_announcements,
        SAID.start_announcements,
        SAID.change_categories,
        "政策",
        "好人",
        "好人",
        "好人",
        SAID.back,
        SAID.change_hours,
        "22:00 到 08:00",
        SAID.make_silent,
        SAID.move_here,
        SAID.finish,
    ]
    for label in presses:
        assert await api.acknowledged(await api.presses(GROUP, label, ADMIN)) == "", label
    chat = await bot.chatbook.get(GROUP)
    assert chat is not None
    assert (chat.answers, chat.announcements, chat.silent, chat.topic) == (False, True, True, 7)
    assert chat.categories == ("医疗", "教育", "活动", "应急")
    assert chat.quiet == Quiet(start=time(22), end=time(8))
    text = api.messages[GROUP, menu["message_id"]]["text"]
    assert "公告类别：医疗、教育、活动、应急" in text
    assert ("公告发到：这个话题" in text, SAID.kept in text) == (True, True)
    assert (api.labels(GROUP), len(api.sent(GROUP))) == ([], 1)
    await api.says(GROUP, f"/ask {DONE}", user=ANNA)  # no answers any more
    await api.says(GROUP, "/settings", user=ADMIN)
    assert (await api.reply(GROUP, 2))["text"].startswith(SAID.title)
    assert "公告发到：另一个话题" in api.texts(GROUP)[1]
    await api.acknowledged(await api.presses(GROUP, SAID.start_answers, ADMIN))
    await api.says(GROUP, f"/ask {DONE}", user=ANNA)
    assert DONE_QUOTE in (await api.reply(GROUP, 3))["text"]


async def test_only_administrators_settle_anything(api: FakeApi, bot: Services) -> None:
    """Not who asks for the menu, not who presses another's; an anonymous administrator may."""
    await api.says(GROUP, "/settings", user=ANNA)
    assert (await api.reply(GROUP, 1))["text"] == SAID.admins_only
    channel = {"id": -1005, "type": "channel", "title": "频道"}
    await api.says(GROUP, "/settings", user=ANNA, sender_chat=channel)
    assert (await api.reply(GROUP, 2))["text"] == SAID.admins_only
    await api.says(GROUP, "/settings", user=ADMIN)
    await api.reply(GROUP, 3)
    api.admins.add((GROUP, BELA))
    for other in (ANNA, BELA):
        press = await api.presses(GROUP, SAID.stop_answers, other)
        assert await api.acknowledged(press) == WORDING.groups.not_yours
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    await api.says(GROUP, "/settings", **{"from": anonymous}, sender_chat=api._chat(GROUP))
    await api.reply(GROUP, 4)
    press = await api.presses(GROUP, SAID.stop_answers, ANNA)
    assert await api.acknowledged(press) == SAID.admins_only
    chat = await bot.chatbook.get(GROUP)
    assert chat is not None
    assert chat.answers
    press = await api.presses(GROUP, SAID.stop_answers, BELA)
    assert await api.acknowledged(press) == ""
    chat = await bot.chatbook.get(GROUP)
    assert chat is not None
    assert not chat.answers


async def test_telegram_is_asked_once_for_a_while_and_in_another_way_if_need_be(
    api: FakeApi, bot: Services
) -> None:
    """Where members are hidden the list of administrators tells; where nothing can be learnt
    nothing is changed."""
    api.members_hidden = True
    await api.says(GROUP, "/settings", user=ADMIN)
    await api.reply(GROUP, 1)
    await api.acknowledged(await api.presses(GROUP, SAID.stop_answers, ADMIN))
    await api.acknowledged(await api.presses(GROUP, SAID.start_answers, ADMIN))
    assert len(api.made("getChatAdministrators")) == 1
    api.fail("getChatMember", refusal=Refusal(500, "Internal Server Error"))
    await api.says(GROUP, "/settings", user=BELA)
    assert (await api.reply(GROUP, 2))["text"] == SAID.unknown


@pytest.mark.parametrize(
    ("typed", "quiet"),
    [
        ("21:30-6:30", Quiet(start=time(21, 30), end=time(6, 30))),
        ("晚上10点 到 7点", None),
        ("不要", None),
    ],
)
async def test_quiet_hours_can_be_typed(
    api: FakeApi, bot: Services, typed: str, quiet: Quiet | None
) -> None:
    """What is not understood gets an example."""
    await api.says(GROUP, f"/settings {typed}", user=ADMIN)
    text = (await api.reply(GROUP, 1))["text"]
    assert ("安静时间：21:30 到 06:30" in text) is (quiet is not None)
    assert (text == SAID.hours_form) is (quiet is None)
    chat = await bot.chatbook.get(GROUP)
    assert chat is not None
    assert chat.quiet == quiet


async def test_made_up_settings_are_refused(api: FakeApi, bot: Services) -> None:
    """Even of an administrator: pages, categories and hours that there are not."""
    await api.says(GROUP, "/settings", user=ADMIN)
    number = (await api.reply(GROUP, 1))["message_id"]
    before = await bot.chatbook.get(GROUP)
    made_up = ["x", "answers", "answers-x", "c00000000-on", "hours-99990000", "hours-22", "on"]
    for target in (*made_up, "hours-22000700x", "-on", "hours-٢٢000700"):
        press = await api.sends_back(GROUP, number, f"s::{target}", ADMIN)
        assert await api.acknowledged(press) == WORDING.notices.odd_button
    press = await api.sends_back(ADMIN, await api.says(ADMIN, "/help"), "s::answers-off", ADMIN)
    assert await api.acknowledged(press) == WORDING.notices.odd_button
    assert await bot.chatbook.get(GROUP) == before


async def test_without_the_table_of_chats_groups_are_still_answered(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """Settings cannot be changed then, and that is said."""
    with sqlite3.connect(tmp_path / "bulletin.db") as database:
        database.execute("DROP TABLE chats")
    database.close()
    await api.stands(GROUP, "left", "member")
    await api.says(GROUP, f"/ask {DONE}", user=ANNA)
    assert DONE_QUOTE in (await api.reply(GROUP, 1))["text"]
    await api.says(GROUP, "/settings", user=ADMIN)
    assert (await api.reply(GROUP, 2))["text"] == SAID.failed
