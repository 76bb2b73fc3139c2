"""A matter between a resident and staff: the real application on a fake Bot API."""

from __future__ import annotations

from fake_api import FakeApi
from staff_room import (
    ANNA,
    BELA,
    BUTTONS,
    LI,
    PLACE,
    ROOM,
    SAID,
    SIZE,
    UNKNOWN,
    WANG,
    WORDING,
    hands_over,
    shown,
    writes,
)
from town import DONE, DONE_QUOTE, EDITOR

from bot.belongings import Belongings
from bot.services import Services


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
    await shown(api, ANNA, SAID.resident.received[:8])
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


async def test_what_an_editor_sends_about_their_own_matter_is_no_page(
    api: FakeApi, forum: Services
) -> None:
    """An editor is a resident too: a file goes to staff, until they begin to bring an issue in."""
    await hands_over(api, EDITOR)
    page = "新桥通车\n\n3月6日,新桥通车。桥长120米。\n\n·周平·\n".encode()
    await api.sends(EDITOR, "桥.txt", page)
    await api.until(lambda: api.made("copyMessage"))
    assert not any("读了文件" in text for text in api.texts(EDITOR))
    await api.says(EDITOR, "/import")
    await shown(api, EDITOR, WORDING.importing.collect)
    await api.sends(EDITOR, "桥.txt", page)
    await shown(api, EDITOR, "读了文件")
    assert len(api.made("copyMessage")) == 1
