"""What goes between a resident and staff arrives, whatever befalls the way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from fake_api import FakeApi, Refusal
from patience import eventually
from staff_room import (
    ALWAYS,
    ANNA,
    BELA,
    BUTTONS,
    ROOM,
    SAID,
    SIZE,
    UNKNOWN,
    WANG,
    hands_over,
    shown,
    staffed,
    thread_of,
    writes,
)
from telegram import Update
from town import DONE

from bot.services import Services
from knowledge.base import KnowledgeBase


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


async def test_what_comes_late_is_not_too_much(
    api: FakeApi, tmp_path: Path, base: KnowledgeBase
) -> None:
    """What was written over minutes and comes at once, because the bot was away, is all passed."""
    few = ALWAYS.model_copy(update={"per_minute": 3})
    async with staffed(api, tmp_path, base, handoff=few):
        await hands_over(api)
        for number in range(8):
            await api.says(ANNA, f"第{number}句", date=1_700_000_000 + 30 * number)
        await shown(api, ROOM, "第7句")
        assert sum("句" in text for text in api.texts(ROOM)) == 8


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


async def test_what_was_taken_in_is_handled_after_a_restart(
    api: FakeApi, tmp_path: Path, base: KnowledgeBase
) -> None:
    """An update that Telegram was told had arrived, and that nobody handled: it is kept without
    the resident's names, handled by the next process, and once."""
    api.chats[ROOM] = {"is_forum": True}
    person = {"id": ANNA, "is_bot": False, "first_name": "赵敏", "username": "zhaomin"}
    chat = {"id": ANNA, "type": "private", "first_name": "赵敏", "username": "zhaomin"}
    message = {"message_id": 900, "date": 1_700_000_000, "chat": chat, "from": person}
    update = {"update_id": 5, "message": {**message, "text": "别丢了"}}
    async with staffed(api, tmp_path, base) as services:
        await hands_over(api)
        bot = services.handoff.courier._bot
        await services.handoff.intake.keep(Update.de_json(update, bot))
    with closing(sqlite3.connect(tmp_path / "bulletin.db")) as database:
        kept = database.execute("SELECT body FROM handoff_updates").fetchall()
    assert len(kept) == 1
    assert "别丢了" in kept[0][0]
    assert "赵敏" not in kept[0][0]
    assert "zhaomin" not in kept[0][0]
    async with staffed(api, tmp_path, base) as services:
        await shown(api, ROOM, "别丢了")
        await api.push("message", update["message"])
        await api.says(ANNA, "第二句")
        await shown(api, ROOM, "第二句")
    with closing(sqlite3.connect(tmp_path / "bulletin.db")) as database:
        assert database.execute("SELECT count(*) FROM handoff_updates").fetchone() == (0,)
    assert sum("别丢了" in text for text in api.texts(ROOM)) == 1


async def reached(services: Services, expected: bool) -> None:
    """Wait until the bot knows that it can, or cannot, write to the staff's group."""

    async def known() -> bool:
        return await services.handoff.room.reachable() is expected

    await eventually(known)


async def test_the_group_can_be_out_of_reach(api: FakeApi, forum: Services) -> None:
    """Put out of the group, the bot takes no new matters; let in again, it does."""
    await api.stands(ROOM, "member", "administrator")
    await api.stands(ROOM, "administrator", "kicked")
    await reached(forum, False)
    await api.says(ANNA, "/human 路灯不亮")
    assert (await api.reply(ANNA, 1))["text"] == SAID.resident.unreachable
    await api.stands(ROOM, "kicked", "administrator")
    await reached(forum, True)
    await api.says(ANNA, "/human 路灯不亮")
    await shown(api, ANNA, SAID.resident.asks_name[:8])
