"""Hand-offs: the real application between a resident and the staff's group on a fake Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_api import FakeApi, Refusal
from town import DONE, DONE_QUOTE, EDITOR, running, settings_for, town_base

from bot.belongings import Belongings
from bot.services import Services
from bot.settings import Handoff
from bot.wording import Wording
from knowledge.base import KnowledgeBase

ANNA, BELA, STRANGER = 4201, 4202, 6666
WANG, LI = 501, 502
ROOM = -1009000000001
UNKNOWN = "张三丰的电话是多少"
WORDING = Wording.load()
SAID = WORDING.handoff
BUTTONS = SAID.buttons
SIZE = {"file_id": "f", "file_unique_id": "u1", "width": 1, "height": 1}
PLACE = {"location": {"latitude": 32.0, "longitude": 120.9}}
ALWAYS = Handoff.model_validate(
    {
        "hours": dict.fromkeys(
            ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
            ("0:00-24:00",),
        )
    }
)


def staffed(
    api: FakeApi, folder: Path, base: KnowledgeBase, **settings: Any
) -> AbstractAsyncContextManager[Services]:
    """The application with a group of the staff."""
    api.names |= {WANG: "王芳", LI: "李军"}
    settings = {"staff_chat": ROOM, "handoff": ALWAYS, **settings}
    return running(api, folder, base, settings=settings_for(api, folder, **settings))


@pytest.fixture
async def forum(api: FakeApi, tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Services]:
    """A group with topics."""
    api.chats[ROOM] = {"is_forum": True, "title": "网格员"}
    async with staffed(api, tmp_path, base) as services:
        yield services


@pytest.fixture
async def group(api: FakeApi, tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Services]:
    """A group without topics."""
    async with staffed(api, tmp_path, base) as services:
        yield services


async def shown(api: FakeApi, chat: int, words: str) -> dict[str, Any]:
    """The bot's newest message in a chat that holds `words`, once it is there."""

    def found() -> list[dict[str, Any]]:
        return [one for one in api.sent(chat) if words in one.get("text", one.get("caption", ""))]

    message: dict[str, Any] = (await api.until(found))[-1]
    return message


async def hands_over(api: FakeApi, user: int = ANNA, name: str = "张阿姨") -> dict[str, Any]:
    """A resident asks in vain, hands it over and says a name; the card that staff see."""
    before = len(api.sent(user))
    await api.says(user, UNKNOWN)
    await api.reply(user, before + 1)
    await api.presses(user, BUTTONS.ask)
    await shown(api, user, SAID.resident.asks_name[:8])
    await api.says(user, name)
    await shown(api, user, SAID.resident.received[:8])
    return await shown(api, ROOM, name)


def thread_of(card: dict[str, Any]) -> dict[str, Any]:
    """What a message in the same topic carries."""
    return {"message_thread_id": card["message_thread_id"], "is_topic_message": True}


async def writes(api: FakeApi, card: dict[str, Any], text: str | None, **more: Any) -> int:
    """Somebody of the staff writes in a resident's topic, or in reply to the card."""
    user = more.pop("user", WANG)
    if "message_thread_id" in card:
        more |= thread_of(card)
    else:
        more["reply_to_message"] = api.messages[ROOM, card["message_id"]]
    return await api.says(ROOM, text, user=user, **more)


async def test_a_question_goes_to_a_person_and_comes_back(api: FakeApi, forum: Services) -> None:
    """From an answer that is none to one by a person, and to the end with a verdict."""
    card = await hands_over(api)
    assert api.topics[ROOM, card["message_thread_id"]] == "1号 张阿姨"
    assert UNKNOWN in card["text"]
    assert [BUTTONS.take, BUTTONS.close, BUTTONS.bar] == api.labels(ROOM)
    await writes(api, card, "电话是 0513-12345")
    answer = await shown(api, ANNA, "0513-12345")
    assert answer["text"].startswith(SAID.resident.answer.format(name="王芳"))
    await api.says(ANNA, "谢谢，几点上班？")
    passed = await shown(api, ROOM, "几点上班")
    assert passed["message_thread_id"] == card["message_thread_id"]
    assert passed["text"] == "张阿姨（1号）：\n谢谢，几点上班？"
    taken = await api.presses(ROOM, BUTTONS.take, user=LI)
    assert await api.acknowledged(taken) == SAID.staff.took
    await shown(api, ROOM, SAID.staff.taken.format(name="李军"))
    await api.presses(ROOM, BUTTONS.close, user=LI)
    await shown(api, ANNA, SAID.resident.rate[:8])
    summary = await shown(api, ROOM, SAID.staff.answers)
    assert "电话是 0513-12345" in summary["text"]
    rated = await api.presses(ANNA, BUTTONS.ratings[3])
    assert await api.acknowledged(rated) == SAID.resident.thanks
    await shown(api, ROOM, BUTTONS.ratings[3])
    await api.says(ANNA, DONE)
    assert DONE_QUOTE in (await shown(api, ANNA, DONE_QUOTE))["text"]


async def test_without_a_group_nobody_can_be_reached(api: FakeApi, bot: Services) -> None:
    """No button, and /human says so."""
    await api.says(ANNA, UNKNOWN)
    await api.reply(ANNA, 1)
    assert BUTTONS.ask not in api.labels(ANNA)
    await api.says(ANNA, "/human")
    assert (await api.reply(ANNA, 2))["text"] == SAID.resident.unreachable
    await api.says(-77, "/human", user=ANNA)
    await api.says(ANNA, DONE)
    await api.reply(ANNA, 3)
    assert api.sent(-77) == []


async def test_replies_where_there_are_no_topics(api: FakeApi, group: Services) -> None:
    """Everything stands below the card; a reply to it or to the resident's words goes back, and
    talk among staff goes nowhere."""
    card = await hands_over(api)
    assert "message_thread_id" not in card
    await api.says(ROOM, "中午吃什么", user=WANG)
    await writes(api, card, "// 这位来过两次了")
    await writes(api, card, "请到社区办")
    await shown(api, ANNA, "请到社区办")
    asked = await api.says(ANNA, "社区在哪")
    passed = await shown(api, ROOM, "社区在哪")
    assert passed["answers"] == card["message_id"]
    reply = api.messages[ROOM, passed["message_id"]]
    await api.says(ROOM, "人民路1号", user=LI, reply_to_message=reply)
    answer = await shown(api, ANNA, "人民路1号")
    assert answer["answers"] == asked
    assert not any("中午" in text or "两次" in text for text in api.texts(ANNA))


async def test_what_is_shown_of_a_resident(api: FakeApi, forum: Services) -> None:
    """Their name and what they wrote, nothing else: forwarded messages lose their origin, links to
    persons go, a contact is refused, and no id, user name or profile is in any call."""
    mention = {
        "type": "text_mention",
        "offset": 0,
        "length": 2,
        "user": {"id": 9, "is_bot": False, "first_name": "甲"},
    }
    origin = {
        "type": "user",
        "sender_user": {"id": 777, "is_bot": False, "first_name": "乙"},
        "date": 1,
    }
    await hands_over(api)
    await api.says(ANNA, "甲乙说的", entities=[mention], forward_origin=origin)
    await api.says(ANNA, None, photo=[SIZE], caption="照片", caption_entities=[mention])
    await api.says(
        ANNA, None, contact={"phone_number": "13800000000", "first_name": "甲", "user_id": ANNA}
    )
    assert (await shown(api, ANNA, SAID.resident.no_contact))["text"]
    await api.says(ANNA, None, **PLACE)
    await api.until(lambda: "location" in api.sent(ROOM)[-1])
    told = [call.params for call in api.calls if call.params.get("chat_id") == ROOM]
    for params in told:
        params = {name: value for name, value in params.items() if name != "from_chat_id"}
        assert not any(secret in str(params) for secret in ("4201", "777", "138000", "user?id"))
    assert not any("entities" in str(params) or "Forward" in str(params) for params in told)
    assert {call.method for call in api.calls} & {"forwardMessage", "sendContact"} == set()


async def test_a_resident_may_stay_unnamed(api: FakeApi, forum: Services) -> None:
    """A number stands for the name; the next hand-off asks nothing."""
    await api.says(ANNA, "/human 路灯不亮")
    await shown(api, ANNA, SAID.resident.asks_name[:8])
    await api.presses(ANNA, BUTTONS.unnamed)
    card = await shown(api, ROOM, "路灯不亮")
    assert api.topics[ROOM, card["message_thread_id"]] == SAID.staff.unnamed.format(number=1)
    await api.presses(ANNA, BUTTONS.end)
    await shown(api, ANNA, SAID.resident.closed["resident"])
    await api.says(ANNA, "/human")
    await shown(api, ANNA, SAID.resident.again)
    await api.says(ANNA, "水管坏了")
    again = await shown(api, ROOM, "水管坏了")
    assert again["message_thread_id"] == card["message_thread_id"]


async def test_a_name_must_be_a_name(api: FakeApi, forum: Services) -> None:
    """One line of at most twenty characters; a photo is none; commands are still commands."""
    await api.says(ANNA, "/human 路灯不亮")
    await api.reply(ANNA, 1)
    for number, name in enumerate(["x" * 21, "两\n行"], start=2):
        await api.says(ANNA, name)
        assert (await api.reply(ANNA, number))["text"] == SAID.resident.name_form
    await api.says(ANNA, None, photo=[SIZE])
    assert (await api.reply(ANNA, 4))["text"] == SAID.resident.name_form
    await api.says(ANNA, "/help")
    await shown(api, ANNA, "/human")
    await api.presses(ANNA, BUTTONS.cancel)
    await shown(api, ANNA, SAID.resident.cancelled)
    await api.says(ANNA, DONE)
    await shown(api, ANNA, DONE_QUOTE)
    assert api.sent(ROOM) == []


async def test_the_last_question_in_vain_is_handed_over(api: FakeApi, forum: Services) -> None:
    """/human alone takes it, with what the bulletin held."""
    await api.says(ANNA, UNKNOWN)
    await api.reply(ANNA, 1)
    await api.says(ANNA, "/human")
    await api.reply(ANNA, 2)
    await api.says(ANNA, "阿姨")
    assert UNKNOWN in (await shown(api, ROOM, "阿姨"))["text"]


async def test_from_a_group_the_button_leads_to_the_private_chat(
    api: FakeApi, forum: Services
) -> None:
    """The link behind it begins the hand-off of that question, for the one who asked alone."""
    await api.says(-77, f"/ask {UNKNOWN}", user=ANNA)
    reply = await api.reply(-77, 1)
    keys = [key for row in reply["reply_markup"]["inline_keyboard"] for key in row]
    link = next(key["url"] for key in keys if key["text"] == BUTTONS.ask)
    payload = link.partition("?start=")[2]
    await api.says(BELA, f"/start {payload}")
    await api.reply(BELA, 1)
    await api.says(BELA, "乙")
    await shown(api, BELA, SAID.resident.asks_question.format(name="乙"))
    await api.says(ANNA, f"/start {payload}")
    await api.reply(ANNA, 1)
    await api.says(ANNA, "甲")
    assert UNKNOWN in (await shown(api, ROOM, "甲"))["text"]
    await api.says(-77, "/human", user=ANNA)
    await shown(api, -77, SAID.resident.in_group)


async def test_one_at_a_time(api: FakeApi, forum: Services) -> None:
    """While a matter is open, /ask still asks the bulletin, and another question that it does not
    answer goes to the same matter; the same one is not sent twice."""
    await hands_over(api)
    await api.says(ANNA, f"/ask {DONE}")
    await shown(api, ANNA, DONE_QUOTE)
    await api.says(ANNA, "/ask 李四光住在哪里")
    await api.until(lambda: BUTTONS.ask in api.labels(ANNA))
    await api.presses(ANNA, BUTTONS.ask)
    assert "李四光住在哪里" in (await shown(api, ROOM, "又问"))["text"]
    await shown(api, ANNA, SAID.resident.goes_on)
    first = next(one for one in api.sent(ANNA) if UNKNOWN[:3] in one["text"])
    await api.sends_back(ANNA, first["message_id"], "h:ask:0")
    await shown(api, ANNA, SAID.resident.sent_before)
    assert len(api.topics) == 1


async def test_two_of_the_staff_at_once(api: FakeApi, forum: Services) -> None:
    """Both press at the same moment: one has it, the other reads who; it can be let go again, and
    each act is noted."""
    await hands_over(api)
    pressed = [await api.presses(ROOM, BUTTONS.take, user=user) for user in (WANG, LI)]
    said = {await api.acknowledged(query) for query in pressed}
    assert said == {SAID.staff.took, SAID.staff.has.format(name="王芳")}
    await shown(api, ROOM, SAID.staff.taken.format(name="王芳"))
    free = await api.presses(ROOM, BUTTONS.release, user=LI)
    assert await api.acknowledged(free) == SAID.staff.let_go
    await shown(api, ROOM, SAID.staff.free)
    acts = await forum.audit.recent(9)
    assert [(act.user, act.deed) for act in acts] == [
        (LI, "handoff.release"),
        (WANG, "handoff.take"),
    ]


STAFFS = ["take", "release", "close", "bar", "barred", "keep", "allow", "teach"]


async def test_strangers_get_nothing(api: FakeApi, forum: Services) -> None:
    """Who is not in the group and has no role: every button of staff's pressed on their card and
    from a private chat, every command of theirs, every button of another resident's."""
    card = await hands_over(api)
    api.outsiders.add(STRANGER)
    before = len(api.sent(ROOM))
    await api.says(STRANGER, DONE)
    own = (await api.reply(STRANGER, 1))["message_id"]
    for op in STAFFS:
        for chat, message in ((ROOM, card["message_id"]), (STRANGER, own)):
            query = await api.sends_back(chat, message, f"h:{op}:1", STRANGER)
            assert await api.acknowledged(query) == WORDING.notices.odd_button
    for data in ("h:end:1", "h:again:1", "h:rate:1:3", "h:unnamed:0", "h:cancel:0", "h:end:99"):
        query = await api.sends_back(STRANGER, own, data, STRANGER)
        assert await api.acknowledged(query) == WORDING.notices.odd_button
    await api.says(ROOM, "我来答", user=STRANGER, **thread_of(card))
    for command in ("/myname 假的", "/handoffs"):
        await api.says(ROOM, command, user=STRANGER)
        await api.says(STRANGER, command)
    await api.until(lambda: len(api.sent(STRANGER)) == 3)
    assert api.texts(STRANGER)[1:] == [WORDING.notices.unknown_command] * 2
    await writes(api, card, "真的")
    assert "真的" in (await shown(api, ANNA, "真的"))["text"]
    assert (len(api.sent(ROOM)), any("我来答" in text for text in api.texts(ANNA))) == (
        before,
        False,
    )
    assert await forum.audit.recent(9) == ()


HOSTILE = [
    "h:",
    "h:take",
    "h:take:",
    "h:take:-1",
    "h:rate:1",
    "h:rate:1:9",
    "h:end:1:2",
    "h:zzz:1",
]
HOSTILE += ["h:take:" + "9" * 16, "h:ask:0\n", "h:END:1", "h:take:1;drop", "h:take:１"]


async def test_hostile_presses(api: FakeApi, forum: Services) -> None:
    """What no button of ours carries does nothing, in the group and in private."""
    card = await hands_over(api)
    mine = api.sent(ANNA)[-1]["message_id"]
    for data in HOSTILE:
        for chat, message in ((ROOM, card["message_id"]), (ANNA, mine)):
            query = await api.sends_back(chat, message, data, WANG if chat == ROOM else ANNA)
            assert await api.acknowledged(query) == WORDING.notices.odd_button


async def test_staff_are_called_as_they_wish(api: FakeApi, forum: Services) -> None:
    """/myname, the open matters, and an anonymous administrator."""
    card = await hands_over(api)
    await api.says(ROOM, "/myname 王姐", user=WANG)
    await shown(api, ROOM, SAID.staff.name_kept.format(name="王姐"))
    await writes(api, card, "您好")
    assert (await shown(api, ANNA, "您好"))["text"].startswith("人工答复 · 王姐")
    await writes(
        api, card, "大家好", sender_chat={"id": ROOM, "type": "supergroup", "title": "组"}
    )
    assert (await shown(api, ANNA, "大家好"))["text"].startswith("人工答复 · 工作人员")
    await api.says(ROOM, "/handoffs", user=LI)
    listed = await shown(api, ROOM, SAID.staff.open_head)
    assert UNKNOWN in listed["text"]


async def test_a_resident_who_stopped_the_bot(api: FakeApi, forum: Services) -> None:
    """Staff learn below their own words that these did not arrive; when the resident comes back
    they go out."""
    card = await hands_over(api)
    gone = Refusal(403, "Forbidden: bot was blocked by the user")
    api.fail("sendMessage", chat=ANNA, refusal=gone, times=2)
    first = await writes(api, card, "第一句")
    second = await writes(api, card, "第二句")
    told = SAID.staff.undelivered.format(reason=SAID.staff.kinds["gone"])
    await api.until(lambda: api.texts(ROOM).count(told) == 2)
    answers = [one["answers"] for one in api.sent(ROOM) if one["text"] == told]
    assert answers == [first, second]
    await api.stands(ANNA, "kicked", "member")
    await shown(api, ANNA, "第二句")
    assert [one[-3:] for one in api.texts(ANNA)[-2:]] == ["第一句", "第二句"]
    await shown(api, ROOM, SAID.staff.returned.format(who="张阿姨（1号）"))


async def test_too_much_in_a_minute(api: FakeApi, tmp_path: Path, base: KnowledgeBase) -> None:
    """What is too much is not passed on, and the resident is told so once."""
    few = ALWAYS.model_copy(update={"per_minute": 3})
    async with staffed(api, tmp_path, base, handoff=few):
        await hands_over(api)
        for number in range(6):
            await api.says(ANNA, f"第{number}句")
        await shown(api, ANNA, SAID.resident.slower)
        await api.says(BELA, DONE)
        await api.reply(BELA, 1)
        await shown(api, ROOM, "第2句")
        assert not any("第3句" in text for text in api.texts(ROOM))
        assert api.texts(ANNA).count(SAID.resident.slower) == 1


async def test_a_topic_that_is_closed_or_deleted(api: FakeApi, forum: Services) -> None:
    """A closed one is opened again; for a deleted one there is a new one with the card."""
    card = await hands_over(api)
    thread = card["message_thread_id"]
    api.closed_topics.add((ROOM, thread))
    await api.says(ANNA, "还在吗")
    assert (await shown(api, ROOM, "还在吗"))["message_thread_id"] == thread
    del api.topics[ROOM, thread]
    await api.says(ANNA, "听得到吗")
    passed = await shown(api, ROOM, "听得到吗")
    assert passed["message_thread_id"] != thread
    again = await shown(api, ROOM, UNKNOWN)
    assert again["message_thread_id"] == passed["message_thread_id"]
    await writes(api, again, "听得到")
    await shown(api, ANNA, "听得到")


async def test_the_group_moves(api: FakeApi, group: Services) -> None:
    """The settings still say the old id; matters go on under the new one, with a new card, however
    the bot learns of it."""
    card = await hands_over(api)
    new = ROOM - 10**6
    moved = Refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=new)
    for method in ("sendMessage", "copyMessage", "createForumTopic"):
        api.fail(method, chat=ROOM, refusal=moved, times=99)
    await api.says(ANNA, "搬到哪里了")
    passed = await shown(api, new, "搬到哪里了")
    again = await shown(api, new, UNKNOWN)
    assert passed["answers"] == again["message_id"]
    reply = api.messages[new, again["message_id"]]
    await api.says(new, "搬到新群了", user=WANG, reply_to_message=reply)
    await shown(api, ANNA, "搬到新群了")
    await writes(api, card, "旧群里没人")
    await api.says(ANNA, "好的")
    await shown(api, new, "好的")
    assert not any("旧群" in text for text in api.texts(ANNA))


async def test_barred_and_allowed_again(api: FakeApi, forum: Services) -> None:
    """Asked whether it is meant; then the matter ends, nothing more is handed over, and it is
    noted who did it; being forgotten does not lift it."""
    await hands_over(api)
    await api.presses(ROOM, BUTTONS.bar, user=WANG)
    await shown(api, ROOM, SAID.staff.sure[:4])
    await api.presses(ROOM, BUTTONS.bar_sure, user=WANG)
    await shown(api, ANNA, SAID.resident.closed["bar"])
    await api.says(ANNA, "/human 喂")
    await shown(api, ANNA, SAID.resident.barred)
    await Belongings(forum.storage).forget(ANNA)
    stored = await Belongings(forum.storage).of(ANNA)
    assert (stored.barred, stored.handoffs) == (True, 0)
    await api.says(ANNA, "/human 喂")
    await api.until(lambda: api.texts(ANNA).count(SAID.resident.barred) == 2)
    acts = await forum.audit.recent(9)
    assert [(act.user, act.deed, act.subject) for act in acts] == [
        (WANG, "handoff.bar", "resident 1")
    ]


async def test_barring_can_be_taken_back(api: FakeApi, forum: Services) -> None:
    """By the button below the word of it."""
    await hands_over(api)
    for label in (BUTTONS.bar, BUTTONS.bar_sure, BUTTONS.allow):
        await api.until(lambda label=label: label in str(api.sent(ROOM)))
        await api.acknowledged(await api.presses(ROOM, label, user=WANG))
    await shown(api, ROOM, SAID.staff.allowed.format(name="王芳", who="张阿姨（1号）"))
    await api.says(ANNA, "/human 又坏了")
    await shown(api, ROOM, "又坏了")


async def test_written_again_after_the_end(api: FakeApi, forum: Services) -> None:
    """A reply to staff's words, or the button, opens the matter again within some days; later it
    is a new one in the same topic."""
    card = await hands_over(api)
    await writes(api, card, "修好了")
    answer = await shown(api, ANNA, "修好了")
    await api.presses(ROOM, BUTTONS.close, user=WANG)
    await shown(api, ANNA, SAID.resident.rate[:8])
    reply = api.messages[ANNA, answer["message_id"]]
    await api.says(ANNA, "又坏了", reply_to_message=reply)
    await shown(api, ROOM, "又坏了")
    await shown(api, ROOM, SAID.staff.reopened.format(who="张阿姨（1号）"))
    await api.presses(ANNA, BUTTONS.end)
    await shown(api, ANNA, SAID.resident.closed["resident"])
    await api.presses(ANNA, BUTTONS.again)
    await shown(api, ANNA, SAID.resident.again)
    await api.says(ANNA, "还有一件")
    await shown(api, ROOM, "还有一件")
    case = await forum.handoff.register.case(1)
    assert case is not None
    assert case.handoff.state == "open"


async def test_forgotten(api: FakeApi, forum: Services) -> None:
    """Everything of a resident goes; staff read so, their topic is closed, and what they still
    write goes to nobody, which they are told."""
    card = await hands_over(api)
    await writes(api, card, "在办")
    await shown(api, ANNA, "在办")
    await api.says(ANNA, "/privacy")
    await shown(api, ANNA, WORDING.privacy.handoffs.format(count=1))
    await api.says(ANNA, "/forgetme")
    await shown(api, ANNA, WORDING.forget.handed)
    await api.presses(ANNA, WORDING.buttons.erase)
    await shown(api, ANNA, WORDING.forget.done)
    await shown(api, ROOM, SAID.staff.forgotten.format(who="张阿姨（1号）"))
    await api.until(lambda: (ROOM, card["message_thread_id"]) in api.closed_topics)
    assert (await Belongings(forum.storage).of(ANNA)).first is None
    api.closed_topics.clear()
    made = {
        "from": api.sent(ROOM)[0]["from"],
        "forum_topic_created": {"name": "x", "icon_color": 1},
    }
    root = {**api.sent(ROOM)[0], **made}
    await writes(api, card, "还在吗", reply_to_message=root)
    await shown(api, ROOM, SAID.staff.lost)


async def test_an_answer_is_taught_with_one_tap(api: FakeApi, tmp_path: Path) -> None:
    """Editors only, and once; from then on the bot answers with it as a person's answer."""
    api.chats[ROOM] = {"is_forum": True}
    async with staffed(api, tmp_path, town_base(tmp_path)):
        await api.says(ANNA, "/human 社区夜市几点开门")
        await api.reply(ANNA, 1)
        await api.says(ANNA, "张阿姨")
        card = await shown(api, ROOM, "社区夜市")
        number = await writes(api, card, "社区夜市六点开门")
        await shown(api, ANNA, "六点开门")
        await api.edits(
            ROOM, number, "社区夜市每晚六点开门", **thread_of(card), edit_date=1_700_000_500
        )
        await shown(api, ANNA, "每晚六点开门")
        await api.presses(ROOM, BUTTONS.close, user=WANG)
        await shown(api, ROOM, SAID.staff.answers)
        refused = await api.presses(ROOM, BUTTONS.teach, user=WANG)
        assert await api.acknowledged(refused) == SAID.staff.editors_only
        api.names[EDITOR] = "编辑"
        await api.presses(ROOM, BUTTONS.teach, user=EDITOR)
        await shown(api, ROOM, SAID.staff.taught.format(name="编辑"))
        again = await api.presses(ROOM, BUTTONS.teach, user=EDITOR)
        assert await api.acknowledged(again) == SAID.staff.stale
        await api.says(BELA, "社区夜市几点开门")
        answer = (await api.reply(BELA, 1))["text"]
        assert "社区夜市每晚六点开门" in answer
        assert "王芳" in answer


async def test_changes_pass_both_ways(api: FakeApi, forum: Services) -> None:
    """Texts, captions and the question itself are changed in their place; a photo that takes the
    place of another is sent."""
    card = await hands_over(api)
    words = await api.says(ANNA, "人民路12号")
    photo = await api.says(ANNA, None, photo=[SIZE], caption="就是这盏")
    first = await shown(api, ROOM, "人民路12号")
    second = await shown(api, ROOM, "就是这盏")
    await api.edits(ANNA, words, "人民路21号")
    await api.until(lambda: "人民路21号" in api.messages[ROOM, first["message_id"]]["text"])
    body = {**api.messages[ANNA, photo], "caption": "是那盏", "edit_date": 1_700_000_100}
    await api.push("edited_message", body)
    await api.until(lambda: "是那盏" in api.messages[ROOM, second["message_id"]]["caption"])
    await api.push("edited_message", {**body, "photo": [{**SIZE, "file_unique_id": "u2"}]})
    await api.until(lambda: len([one for one in api.sent(ROOM) if "photo" in one]) == 2)
    answer = await writes(api, card, "下午来修")
    reply = await shown(api, ANNA, "下午来修")
    await api.edits(ROOM, answer, "明天来修", **thread_of(card))
    await api.until(lambda: "明天来修" in api.messages[ANNA, reply["message_id"]]["text"])


async def test_the_first_message_can_be_changed(api: FakeApi, forum: Services) -> None:
    """The card shows the question as it last was."""
    await hands_over(api)
    await api.presses(ANNA, BUTTONS.end)
    await shown(api, ANNA, SAID.resident.closed["resident"])
    await api.says(ANNA, "/human")
    await shown(api, ANNA, SAID.resident.asks_question.format(name="张阿姨"))
    question = await api.says(ANNA, "灯坏了")
    card = await shown(api, ROOM, "灯坏了")
    await api.edits(ANNA, question, "路灯坏了")
    await api.until(lambda: "路灯坏了" in api.messages[ROOM, card["message_id"]]["text"])
    assert len([one for one in api.sent(ROOM) if "灯坏了" in one["text"]]) == 1


async def test_long_texts_come_in_parts(api: FakeApi, forum: Services) -> None:
    """In order and whole, both ways; a change of one changes its parts."""
    card = await hands_over(api)
    text = "".join(f"第{number:04}条。" for number in range(700))
    number = await writes(api, card, text)
    await shown(api, ANNA, "第0699条")
    parts = [one["text"] for one in api.sent(ANNA) if "条。" in one["text"]]
    assert "".join(part.partition("\n")[2] for part in parts) == text
    await api.edits(ROOM, number, "算了", **thread_of(card))
    await api.until(lambda: api.texts(ANNA)[-1].endswith("…"))
    assert not any("条。" in one for one in api.texts(ANNA))


async def test_staff_are_reminded_once_at_each_step(api: FakeApi, forum: Services) -> None:
    """Counted from when the resident wrote, in office hours; an answer ends it; days of silence
    after that end the matter."""
    card = await hands_over(api)
    now = datetime.now(UTC)
    look = forum.handoff.postroom.look_after
    assert await look(now + timedelta(hours=1)) == 0
    assert await look(now + timedelta(hours=3)) == 1
    assert await look(now + timedelta(hours=4)) == 0
    said = SAID.staff.overdue.format(who="张阿姨（1号）", hours="2")
    assert (await shown(api, ROOM, said))["message_thread_id"] == card["message_thread_id"]
    assert await look(now + timedelta(hours=30)) == 1
    await shown(api, ROOM, said.replace("2", "24", 1))
    await writes(api, card, "来了")
    await shown(api, ANNA, "来了")
    assert await look(now + timedelta(days=2)) == 0
    assert await look(now + timedelta(days=4)) == 1
    await shown(api, ANNA, SAID.resident.closed["silence"])


async def test_out_of_hours_the_resident_is_told_when(
    api: FakeApi, tmp_path: Path, base: KnowledgeBase
) -> None:
    """The next time that somebody looks, in words."""
    closed = Handoff(
        holidays=tuple(datetime.now(UTC).date() + timedelta(days=day) for day in range(-1, 3))
    )
    async with staffed(api, tmp_path, base, handoff=closed):
        await hands_over(api)
        await shown(api, ANNA, "现在不是上班时间")


async def test_staff_are_told_what_cannot_be_sent(api: FakeApi, forum: Services) -> None:
    """A poll is not carried; what Telegram refuses is told below it."""
    card = await hands_over(api)
    api.fail("copyMessage", refusal=Refusal(400, "Bad Request: PHOTO_INVALID"))
    photo = await writes(api, card, None, photo=[SIZE])
    refused = await shown(api, ROOM, SAID.staff.kinds["refused"])
    assert refused["answers"] == photo
    await writes(api, card, None, dice={"emoji": "🎲", "value": 3})
    await shown(api, ROOM, SAID.staff.no_kind)
    api.fail("copyMessage", refusal=Refusal(400, "Bad Request: PHOTO_INVALID"))
    await api.says(ANNA, None, photo=[SIZE])
    await shown(api, ANNA, SAID.resident.not_passed)


async def test_a_flood_wait_and_an_error_lose_nothing(api: FakeApi, forum: Services) -> None:
    """What Telegram puts off or loses the answer of is sent again, in order."""
    card = await hands_over(api)
    wait = Refusal(429, "Too Many Requests: retry after 1", retry_after=1)
    api.fail("sendMessage", chat=ANNA, refusal=wait)
    api.fail("sendMessage", chat=ANNA, refusal=Refusal(502, "Bad Gateway"))
    for text in ("一", "二", "三"):
        await writes(api, card, f"第{text}句")
    await shown(api, ANNA, "第三句")
    assert [one[-3:] for one in api.texts(ANNA)[-3:]] == ["第一句", "第二句", "第三句"]
