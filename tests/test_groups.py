"""The bot in groups: silent unless spoken to, in the topic, for the person who asked."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from fake_api import BOT, FakeApi, Refusal
from patience import eventually
from town import (
    BUSES,
    BUSES_QUOTE,
    DONE,
    DONE_QUOTE,
    LATER,
    PLAN,
    PLAN_QUOTE,
    PROPOSAL,
    PROPOSAL_QUOTE,
    running,
    town_base,
)

from bot.services import Services
from bot.settings import Answers
from bot.wording import Wording
from knowledge.base import KnowledgeBase

ANNA, BELA, ADMIN = 4201, 4202, 4203
GROUP = -1001234567890
NAME = f"@{BOT['username']}"
UNKNOWN = "张三丰的电话"
WORDING = Wording.load()
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
SIZE = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}


def marked(text: str, name: str = NAME, **more: Any) -> dict[str, Any]:
    """The entity over `name` in a text."""
    offset = len(text[: text.index(name)].encode("utf-16-le")) // 2
    return {"type": "mention", "offset": offset, "length": len(name), **more}


async def mentions(api: FakeApi, text: str, chat: int = GROUP, **more: Any) -> int:
    """Somebody writes a message that names the bot."""
    return await api.says(chat, text, entities=[marked(text)], **more)


async def after(api: FakeApi, *, chat: int = GROUP) -> list[str]:
    """Everything the bot said in a chat, once a last question was answered there."""
    number = await api.says(chat, f"/ask {BUSES}", user=999)
    await api.until(lambda: [one for one in api.sent(chat) if one.get("answers") == number])
    return api.texts(chat)[:-1]


ADDRESSED: list[tuple[str, dict[str, Any]]] = [
    ("/ask", {"text": f"/ask {DONE}"}),
    ("/ask with our name", {"text": f"/ask{NAME} {DONE}"}),
    ("mention first", {"text": f"{NAME} {DONE}"}),
    ("mention last", {"text": f"{DONE} {NAME}"}),
    ("mention in capitals", {"text": f"{NAME.upper()} {DONE}"}),
    ("emoji before the mention", {"text": f"😀👨‍👩‍👧𠀀{NAME} {DONE}"}),
    ("caption", {"text": None, "caption": f"{NAME} {DONE}", "photo": [SIZE]}),
    (
        "/ask in a caption",
        {
            "text": None,
            "caption": f"/ask {DONE}",
            "photo": [SIZE],
            "caption_entities": [{"type": "bot_command", "offset": 0, "length": 4}],
        },
    ),
    (
        "text mention",
        {
            "text": f"公报 {DONE}",
            "entities": [{"type": "text_mention", "offset": 0, "length": 2, "user": BOT}],
        },
    ),
]


@pytest.mark.parametrize(("message"), [one for _, one in ADDRESSED], ids=[n for n, _ in ADDRESSED])
async def test_who_speaks_to_the_bot_is_answered(
    api: FakeApi, bot: Services, message: dict[str, Any]
) -> None:
    """With one reply, attached to the question."""
    fields = dict(message)
    text = fields.pop("text")
    said = text or fields["caption"]
    name = next((one for one in (NAME, NAME.upper()) if one in said), None)
    if name and not said.startswith("/"):
        fields["entities" if text else "caption_entities"] = [marked(said, name)]
    number = await api.says(GROUP, text, user=ANNA, **fields)
    reply = await api.reply(GROUP, 1)
    assert (DONE_QUOTE in reply["text"], reply["answers"]) == (True, number)
    assert len(await after(api)) == 1


async def test_a_reply_to_the_bot_goes_on_with_the_conversation(
    api: FakeApi, bot: Services
) -> None:
    """Each person's own, in each topic its own."""
    await api.says(GROUP, f"/ask {DONE}", user=ANNA)
    ours = await api.reply(GROUP, 1)
    await api.says(GROUP, LATER, user=ANNA, reply_to_message=ours)
    assert PLAN_QUOTE in (await api.reply(GROUP, 2))["text"]
    await api.says(GROUP, LATER, user=BELA, reply_to_message=ours)
    assert PLAN_QUOTE not in (await api.reply(GROUP, 3))["text"]


def quoted(api: FakeApi, **more: Any) -> dict[str, Any]:
    """A message of somebody else's, to be replied to."""
    other = {"message_id": 9000, "date": 1, "chat": api._chat(GROUP)}
    return {**other, "from": api._person(GROUP, BELA), "text": "好", **more}


def origin() -> dict[str, Any]:
    return {"type": "hidden_user", "date": 1, "sender_user_name": "某人"}


UNADDRESSED: list[tuple[str, dict[str, Any]]] = [
    ("talk", {"text": DONE}),
    ("our name without an entity", {"text": f"{NAME} {DONE}"}),
    ("another's name", {"text": f"@other_bot {DONE}", "name": "@other_bot"}),
    ("another bot's command", {"text": f"/ask@other_bot {DONE}"}),
    ("a command there is not", {"text": "/weather"}),
    ("a private command", {"text": "/privacy"}),
    ("forwarded", {"text": f"{NAME} {DONE}", "name": NAME, "forward_origin": origin()}),
    ("forwarded /ask", {"text": f"/ask {DONE}", "forward_origin": origin()}),
    ("a channel's post, forwarded by itself", {
        "text": f"{NAME} {DONE}",
        "name": NAME,
        "is_automatic_forward": True,
        "sender_chat": {"id": -1005, "type": "channel", "title": "频道"},
        "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
    }),
    ("another bot", {
        "text": f"{NAME} {DONE}",
        "name": NAME,
        "from": {"id": 5, "is_bot": True, "first_name": "机器人"},
    }),
    ("chosen from our offers", {"text": f"{NAME} {DONE}", "name": NAME, "via_bot": BOT}),
    ("a sticker", {"text": None, "sticker": {
        **SIZE, "type": "regular", "is_animated": False, "is_video": False}}),
    ("somebody comes", {"text": None, "new_chat_members": [BOT]}),
    ("somebody goes", {"text": None, "left_chat_member": ANONYMOUS}),
    ("a message is pinned", {"text": None, "pinned_message": "quoted"}),
    ("a topic is made", {"text": None, "forum_topic_created": {"name": "题", "icon_color": 1}}),
    ("a reply to somebody else", {"text": DONE, "reply_to_message": "quoted"}),
    ("in a topic that the bot made", {"text": DONE, "reply_to_message": "topic"}),
    ("nobody's talk", {"text": DONE, "from": None}),
    ("talk of a deleted account", {
        "text": DONE, "from": {"id": 6, "is_bot": False, "first_name": ""}}),
]  # fmt: skip


@pytest.mark.parametrize(
    "message", [one for _, one in UNADDRESSED], ids=[n for n, _ in UNADDRESSED]
)
async def test_everybody_else_hears_nothing(
    api: FakeApi, bot: Services, caplog: pytest.LogCaptureFixture, message: dict[str, Any]
) -> None:
    """No reply, no error; and no reply to an edit either."""
    fields = dict(message)
    text, name = fields.pop("text"), fields.pop("name", None)
    if name:
        fields["entities"] = [marked(text, name)]
    others = {
        "quoted": quoted(api),
        "topic": quoted(api, forum_topic_created={"name": "题", "icon_color": 1}, **{"from": BOT}),
    }
    for key in ("reply_to_message", "pinned_message"):
        if key in fields:
            fields[key] = others[fields[key]]
    number = await api.says(GROUP, text, user=ANNA, **fields)
    if text is not None:
        await api.edits(GROUP, number, f"{text}？")
    assert await after(api) == []
    assert [r for r in caplog.records if r.levelname in ("ERROR", "CRITICAL")] == []


async def test_five_hundred_messages_of_which_fifty_speak_to_the_bot(
    api: FakeApi, bot: Services
) -> None:
    """In five groups: fifty replies, each where it was asked for."""
    groups = [GROUP - number for number in range(5)]
    asked: dict[int, list[int]] = {group: [] for group in groups}
    for number in range(500):
        group, user = groups[number % 5], ANNA + number % 7
        if number // 5 % 10:
            await api.says(group, f"{DONE} {number}", user=user)
        elif number % 3:
            asked[group].append(await mentions(api, f"😀 {NAME} {DONE}", group, user=user))
        else:
            asked[group].append(await api.says(group, f"/ask {PLAN}", user=user))
    await api.until(lambda: sum(len(api.sent(group)) for group in groups) >= 50)
    for group in groups:
        await after(api, chat=group)
        answered = [message["answers"] for message in api.sent(group)[:-1]]
        assert (sorted(answered), len(answered)) == (asked[group], 10)


async def test_replies_stay_in_their_topic(api: FakeApi, bot: Services) -> None:
    """In a topic with its thread; in the general one, and in a thread of replies, without."""
    api.chats[GROUP] = {"is_forum": True}
    await api.says(GROUP, f"/ask {DONE}", user=ANNA, message_thread_id=7, is_topic_message=True)
    await api.reply(GROUP, 1)
    await api.says(GROUP, f"/ask {LATER}", user=ANNA)
    assert PLAN_QUOTE not in (await api.reply(GROUP, 2))["text"]
    await api.says(GROUP, f"/ask {DONE}", user=ANNA, message_thread_id=555)
    await api.reply(GROUP, 3)
    threads = [call.params.get("message_thread_id") for call in api.made("sendMessage")]
    assert threads == [7, None, None]


async def test_a_miss_is_one_line_and_the_way_to_a_private_chat(
    api: FakeApi, bot: Services
) -> None:
    """Where the very question is answered, to the one who asked it; to others the welcome."""
    await api.says(GROUP, f"/ask {UNKNOWN}", user=ANNA)
    reply = await api.reply(GROUP, 1)
    assert reply["text"] == WORDING.groups.miss
    (key,) = reply["reply_markup"]["inline_keyboard"][0]
    found = re.fullmatch(rf"https://t\.me/{BOT['username']}\?start=(ask_\d+)", key["url"])
    assert found is not None
    await api.says(BELA, f"/start {found[1]}")
    assert (await api.reply(BELA, 1))["text"].startswith(WORDING.start.gone)
    await api.says(ANNA, f"/start {found[1]}")
    assert (await api.reply(ANNA, 1))["text"].startswith("公报里没有")
    for payload in ("ask_", "ask_x", f"ask_{'9' * 30}", "ask_٣"):
        await api.says(ANNA, f"/start {payload}")
    assert (await api.reply(ANNA, 5))["text"].startswith(WORDING.start.gone)


async def test_an_edited_question_gets_its_answer_edited(api: FakeApi, bot: Services) -> None:
    """An answer, a miss, an answer; an edit that no longer names the bot changes nothing."""
    text = f"{NAME} {DONE}"
    number = await mentions(api, text, user=ANNA)
    await api.reply(GROUP, 1)
    await api.edits(GROUP, number, f"{NAME} {UNKNOWN}", entities=[marked(text)])
    await api.until(lambda: api.texts(GROUP) == [WORDING.groups.miss])
    await api.edits(GROUP, number, f"{NAME} {PLAN}", entities=[marked(text)])
    await api.until(lambda: PLAN_QUOTE in api.texts(GROUP)[0])
    await api.edits(GROUP, number, f"{NAME} {PLAN}", entities=[marked(text)])
    await api.edits(GROUP, number, PROPOSAL, entities=[])
    assert len(await after(api)) == 1
    assert PLAN_QUOTE in api.texts(GROUP)[0]


async def test_an_edited_caption_gets_its_answer_edited(api: FakeApi, bot: Services) -> None:
    """A photo's caption is a question like any other."""
    first, second = f"{NAME} {DONE}", f"😀 {NAME} {PLAN}"
    photo: dict[str, Any] = {"photo": [SIZE], "caption": first}
    number = await api.says(GROUP, None, user=ANNA, caption_entities=[marked(first)], **photo)
    await api.reply(GROUP, 1)
    edited = {**api.messages[GROUP, number], "caption": second, "edit_date": 1_700_000_100}
    await api.push("edited_message", {**edited, "caption_entities": [marked(second)]})
    await api.until(lambda: PLAN_QUOTE in api.texts(GROUP)[0])
    assert len(await after(api)) == 1


async def test_an_edit_may_call_the_bot_soon_after_but_not_long_after(
    api: FakeApi, bot: Services
) -> None:
    """Who forgot the name and adds it is answered; an edit of old talk is left alone."""
    soon, late = [await api.says(GROUP, DONE, user=ANNA) for _ in range(2)]
    text = f"{NAME} {DONE}"
    await api.edits(GROUP, late, text, entities=[marked(text)], edit_date=1_700_009_999)
    await api.edits(GROUP, soon, text, entities=[marked(text)])
    assert (await api.reply(GROUP, 1))["answers"] == soon
    assert len(await after(api)) == 1


async def test_too_many_questions_get_one_polite_word(
    api: FakeApi, tmp_path: Path, base: KnowledgeBase
) -> None:
    """Of one person; others are still answered, edits are not counted aloud."""
    async with running(api, tmp_path, base):
        for _ in range(14):
            await api.says(GROUP, f"/ask {DONE}", user=ANNA)
        await api.says(GROUP, f"/ask {PLAN}", user=BELA)
        await api.until(lambda: [text for text in api.texts(GROUP) if PLAN_QUOTE in text])
    texts = api.texts(GROUP)
    assert [DONE_QUOTE in text for text in texts] == [True] * 10 + [False] * 2
    assert texts[10] == WORDING.groups.slower


@pytest.mark.parametrize(
    ("text", "answer"),
    [("/ask", "/ask"), ("/help", "/ask"), ("/start", "/ask"), (NAME, "/ask")],
)
async def test_a_call_without_a_question_is_told_how_to_ask(
    api: FakeApi, bot: Services, text: str, answer: str
) -> None:
    """In one sentence with an example."""
    more = {"entities": [marked(text)]} if text == NAME else {}
    await api.says(GROUP, text, user=ANNA, **more)
    assert answer in (await api.reply(GROUP, 1))["text"]


async def test_who_is_called_to_anothers_question_answers_it(api: FakeApi, bot: Services) -> None:
    """By its name alone, or /ask alone, in reply to the question or to the part marked of it."""
    for number, more in enumerate(
        (
            {"reply_to_message": quoted(api, text=DONE)},
            {
                "reply_to_message": quoted(api, text="说了很多别的话"),
                "quote": {"text": DONE, "position": 0},
            },
        ),
        start=1,
    ):
        await mentions(api, NAME, user=ANNA, **more)
        assert DONE_QUOTE in (await api.reply(GROUP, number))["text"]
    await api.says(GROUP, "/ask", user=ANNA, reply_to_message=quoted(api, text=PLAN))
    assert PLAN_QUOTE in (await api.reply(GROUP, 3))["text"]


async def test_thanks_for_an_announcement_are_not_returned(api: FakeApi, bot: Services) -> None:
    """But thanks for an answer are, and a question about an announcement is answered."""
    post = api._new(GROUP, BOT, {"text": "公告", "html": "公告"})
    await api.says(GROUP, "收到", user=ANNA, reply_to_message=post)
    await api.says(GROUP, "谢谢", user=BELA, reply_to_message=post)
    await api.says(GROUP, DONE, user=ANNA, reply_to_message=post)
    await api.until(lambda: DONE_QUOTE in api.texts(GROUP)[-1])
    await api.says(GROUP, f"/ask {PLAN}", user=ANNA)  # by now the answer is written down
    answer = (await api.reply(GROUP, 2), await api.reply(GROUP, 3))[0]
    await api.says(GROUP, "谢谢", user=ANNA, reply_to_message=answer)
    assert (await api.reply(GROUP, 4))["text"] == WORDING.chat["thanks"]  # type: ignore[index]
    assert len(await after(api)) == 4


async def test_a_voice_message_to_the_bot_is_asked_to_be_typed(
    api: FakeApi, bot: Services
) -> None:
    """A sticker in reply is not worth a word."""
    ours = api._new(GROUP, BOT, {"text": "公告", "html": "公告"})
    voice = {"file_id": "f", "file_unique_id": "u", "duration": 1}
    sticker = {**SIZE, "type": "regular", "is_animated": False, "is_video": False}
    await api.says(GROUP, None, user=ANNA, sticker=sticker, reply_to_message=ours)
    await api.says(GROUP, None, user=ANNA, voice=voice)
    await api.says(GROUP, None, user=ANNA, voice=voice, reply_to_message=ours)
    assert await after(api) == ["公告", WORDING.groups.voice]


async def test_who_speaks_for_the_group_or_a_channel_is_answered(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """An anonymous administrator, a channel, a deleted account: each with a memory of its own."""
    group = {"id": GROUP, "type": "supergroup", "title": "小区群"}
    channel = {"id": -1005, "type": "channel", "title": "频道"}
    fake = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
    senders: list[dict[str, Any]] = [
        {"from": ANONYMOUS, "sender_chat": group},
        {"from": fake, "sender_chat": channel},
        {"from": None, "sender_chat": channel},
        {"from": {"id": 6, "is_bot": False, "first_name": ""}},
    ]
    for number, sender in enumerate(senders, start=1):
        await api.says(GROUP, f"/ask {DONE}", **sender)
        assert DONE_QUOTE in (await api.reply(GROUP, number))["text"]
    await after(api)
    with sqlite3.connect(tmp_path / "bulletin.db") as database:
        users = {row[0] for row in database.execute("SELECT user_id FROM sessions")}
    database.close()
    assert users >= {GROUP, -1005, 6}


async def test_options_obey_only_the_one_who_asked(api: FakeApi, tmp_path: Path) -> None:
    """Another's press is told so, and changes nothing; made-up data is refused."""
    base = town_base(tmp_path, Answers(answered=0.999, related=0.01))
    async with running(api, tmp_path, base):
        await api.says(GROUP, "/ask 老旧小区", user=ANNA)
        options = await api.reply(GROUP, 1)
        assert options["text"] == WORDING.groups.which
        assert "单独问我" in api.labels(GROUP)
        key = options["reply_markup"]["inline_keyboard"][0][0]
        number, data = options["message_id"], key["callback_data"]
        press = await api.sends_back(GROUP, number, data, BELA)
        assert await api.acknowledged(press) == WORDING.groups.not_yours
        bare = data.partition("@")[0]
        hostile = [
            bare,
            f"{bare}@",
            f"{bare}@zzz",
            f"{data}x",
            "g:",
            "e:",
            "i:",
            "s::main",
            "s::x",
        ]
        for made_up in [*hostile, "o:0123:x@3" + "z" * 60, None, "汉"]:
            press = await api.sends_back(GROUP, number, made_up, BELA)
            assert await api.acknowledged(press) in (
                WORDING.notices.odd_button,
                WORDING.groups.not_yours,
                WORDING.settings.admins_only,
            )
        press = await api.sends_back(GROUP, number, data, ANNA)
        assert await api.acknowledged(press) == ""
        assert "出处" in (await api.reply(GROUP, 2))["text"]
        assert len(api.sent(GROUP)) == 2
        anonymous = {"from": ANONYMOUS, "sender_chat": api._chat(GROUP)}
        await api.says(GROUP, "/ask 老旧小区", **anonymous)
        assert (await api.reply(GROUP, 3))["text"] == WORDING.groups.miss
        assert api.labels(GROUP) == ["单独问我"]


async def test_hostile_entities_and_huge_captions(
    api: FakeApi, bot: Services, caplog: pytest.LogCaptureFixture
) -> None:
    """Offsets that lie, a hundred entities, a caption beyond all limits: calm, and no error."""
    text = f"😀{NAME} {DONE}"
    right = marked(text)
    lies = [{**right, "offset": at} for at in (-5, 0, 1, 10**9)] + [{**right, "length": 10**9}]
    for lie in lies:
        await api.says(GROUP, text, user=ANNA, entities=[lie])
    await api.says(GROUP, text, user=ANNA, entities=[*lies * 20, right])
    assert DONE_QUOTE in (await api.reply(GROUP, 1))["text"]
    huge = f"{NAME} {'问' * 100_000}"
    await api.says(
        GROUP, None, user=ANNA, caption=huge, caption_entities=[marked(huge)], photo=[SIZE]
    )
    assert (await api.reply(GROUP, 2))["text"] == WORDING.silence["too_long"].plain  # type: ignore[index]
    assert len(await after(api)) == 2
    assert [r for r in caplog.records if r.levelname == "ERROR"] == []


async def test_a_group_that_refuses_is_noted_and_taken_back_when_it_takes_something(
    api: FakeApi, bot: Services
) -> None:
    """The table says why, in Telegram's words."""
    refusal = Refusal(400, "Bad Request: not enough rights to send text messages to the chat")
    api.fail("sendMessage", chat=GROUP, refusal=refusal)
    await api.says(GROUP, f"/ask {DONE}", user=ANNA)
    await api.until(lambda: api.made("sendMessage"))

    async def noted() -> bool:
        chat = await bot.chatbook.get(GROUP)
        return chat is not None and not chat.active and "enough rights" in (chat.reason or "")

    async def taken_back() -> bool:
        chat = await bot.chatbook.get(GROUP)
        return chat is not None and chat.active and chat.reason is None

    await eventually(noted)
    await after(api)
    await eventually(taken_back)


async def test_a_topic_that_is_closed_or_gone_costs_nobody_anything(
    api: FakeApi, bot: Services
) -> None:
    """The question there is lost; the next is answered."""
    topic = {"message_thread_id": 7, "is_topic_message": True}
    for said in ("TOPIC_CLOSED", "Bad Request: message thread not found"):
        api.fail("sendMessage", chat=GROUP, refusal=Refusal(400, said))
        await api.says(GROUP, f"/ask {DONE}", user=ANNA, **topic)
    assert await after(api) == []


async def test_an_error_in_a_group_is_told_only_to_who_spoke_to_the_bot(
    api: FakeApi, bot: Services
) -> None:
    """Talk is passed over even then."""
    bot.live.swap(None)  # type: ignore[arg-type]  # as a defect would
    await api.says(GROUP, "大家好", user=ANNA)
    number = await mentions(api, f"{NAME} {DONE}", user=ANNA)
    reply = await api.reply(GROUP, 1)
    assert ("差错编号" in reply["text"], reply["answers"]) == (True, number)


async def test_our_own_offers_are_no_question_in_a_private_chat_either(
    api: FakeApi, bot: Services
) -> None:
    """Who chooses an answer there gets no answer to the answer."""
    await api.says(ANNA, DONE_QUOTE, via_bot=BOT)
    await api.says(ANNA, PROPOSAL)
    assert PROPOSAL_QUOTE in (await api.reply(ANNA, 1))["text"]


async def test_inline_offers_cited_answers(api: FakeApi, bot: Services) -> None:
    """Only what the bulletin answers, with its source; else only the way to a private chat."""
    call = await api.types(ANNA, BUSES)
    (offer,) = call.params["results"]
    assert BUSES_QUOTE in offer["input_message_content"]["message_text"]
    assert "出处：" in offer["input_message_content"]["message_text"]
    assert offer["description"].startswith("出处：")
    assert call.params["cache_time"] > 0
    for nothing in ("", "  ", UNKNOWN, "你好", "问" * 256, "<b>&", "\ud83d"):
        call = await api.types(BELA, nothing)
        assert call.params["results"] == []
        assert call.params["button"]["start_parameter"] == "inline"
    await api.says(BELA, "/start inline")
    assert (await api.reply(BELA, 1))["text"].startswith(WORDING.start.welcome)


async def test_an_inline_query_that_came_too_late_is_let_go(
    api: FakeApi, bot: Services, caplog: pytest.LogCaptureFixture
) -> None:
    """Telegram refuses late answers; nobody is bothered with that."""
    late = Refusal(400, "Bad Request: query is too old and response timeout expired")
    api.fail("answerInlineQuery", refusal=late)
    await api.types(ANNA, BUSES)
    await api.types(ANNA, BUSES)
    assert [r for r in caplog.records if r.levelname == "ERROR"] == []
