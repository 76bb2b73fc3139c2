"""The bot in a private chat: the real application, fed over real HTTP by a fake Bot API."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from fake_api import FakeApi, Refusal
from town import (
    BUSES,
    BUSES_QUOTE,
    DONE,
    DONE_QUOTE,
    LATER,
    PAGE,
    PLAN,
    PLAN_QUOTE,
    PROPOSAL,
    PROPOSAL_QUOTE,
    running,
    settings_for,
    town_base,
    write_content,
)

from bot.opening import open_base
from bot.services import Services
from bot.settings import Answers
from bot.wording import Wording
from knowledge.base import KnowledgeBase

ANNA, BELA = 4201, 4202
WORDING = Wording.load()
CITED = "出处：《临河区召开为民办实事推进会》"


async def asks(api: FakeApi, chat: int, text: str, **more: Any) -> str:
    """Say something and wait for the next message of the bot; its text."""
    before = len(api.sent(chat))
    await api.says(chat, text, **more)
    return str((await api.reply(chat, before + 1))["text"])


async def presses(api: FakeApi, chat: int, label: str) -> str:
    """Press a button and wait for the next message of the bot; its text."""
    before = len(api.sent(chat))
    await api.acknowledged(await api.presses(chat, label))
    return str((await api.reply(chat, before + 1))["text"])


async def test_from_the_first_hello_to_being_forgotten(api: FakeApi, bot: Services) -> None:
    """Start, an example, the original, a verdict, a follow-up, an edit, and everything erased."""
    welcome = await asks(api, ANNA, "/start")
    assert "临河区公报 2024年3月5日" in welcome
    example = api.labels(ANNA)[0]
    assert CITED in await presses(api, ANNA, example)

    assert DONE_QUOTE in await asks(api, ANNA, DONE)
    assert "会上通报" in await presses(api, ANNA, "查看原文")
    answered = await api.presses(ANNA, "👍")
    assert await api.acknowledged(answered) == WORDING.feedback.good

    assert PLAN_QUOTE in await asks(api, ANNA, LATER)
    assert WORDING.stance.plan in api.texts(ANNA)[-1]

    question = await api.says(ANNA, BUSES)
    first = (await api.reply(ANNA, len(api.sent(ANNA)) + 1))["message_id"]
    await api.edits(ANNA, question, PROPOSAL)
    await api.until(lambda: PROPOSAL_QUOTE in api.messages[ANNA, first]["text"])
    assert api.texts(ANNA)[-1].count("出处") == 1

    stored = await asks(api, ANNA, "/privacy")
    assert "提问 5 条" in stored
    assert "评价 1 次" in stored
    await asks(api, ANNA, "/forgetme")
    pressed = api.sent(ANNA)[-1]["message_id"]
    await api.acknowledged(await api.presses(ANNA, WORDING.buttons.erase))
    assert api.messages[ANNA, pressed]["text"] == WORDING.forget.done
    assert WORDING.privacy.nothing in await asks(api, ANNA, "/privacy")
    late = await api.presses(ANNA, "👎")
    assert await api.acknowledged(late) == WORDING.feedback.gone


async def test_an_answer_reads_as_quotation_note_and_source(api: FakeApi, bot: Services) -> None:
    """A proposal says whose it is, that it is no service yet, and where it stands."""
    await asks(api, ANNA, PROPOSAL)
    html = api.sent(ANNA)[-1]["html"]
    assert html == (
        "周梅（区人大代表、临河医院护士长）说：\n\n"
        f"<blockquote>{PROPOSAL_QUOTE}</blockquote>\n\n"
        "这是代表个人建议，还不是已有的服务。\n\n"
        f"{CITED}，“看病更省心”一节，第3段，2024年3月5日，临河区公报，作者：王一、李二"
    )
    assert api.labels(ANNA) == ["查看原文", "👍 有帮助", "👎 没帮上"]
    assert api.made("sendChatAction")[-1].params == {"chat_id": ANNA, "action": "typing"}


async def test_forgetting_can_be_thought_better_of(api: FakeApi, bot: Services) -> None:
    """The other button leaves everything as it was."""
    await asks(api, ANNA, DONE)
    await asks(api, ANNA, "/forgetme")
    await api.acknowledged(await api.presses(ANNA, WORDING.buttons.keep))
    assert api.texts(ANNA)[-1] == WORDING.forget.kept
    assert "提问 1 条" in await asks(api, ANNA, "/privacy")


async def test_the_issue_opens_down_to_a_section(api: FakeApi, bot: Services) -> None:
    """/issue offers the articles, an article its sections, a section its first words."""
    listed = await asks(api, ANNA, "/issue")
    assert "临河区召开为民办实事推进会" in listed
    article = await presses(api, ANNA, "临河区召开")
    assert "3月4日,临河区召开为民办实事推进会" in article
    assert CITED in article
    assert api.labels(ANNA) == ["看病更省心", "出行更方便"]
    assert BUSES_QUOTE in await presses(api, ANNA, "出行更方便")


async def test_a_deep_link_opens_its_entry(api: FakeApi, bot: Services) -> None:
    """t.me/…?start=ID answers at once, and says which question it answers."""
    targets = {"buses": BUSES_QUOTE, "estates-2024": PLAN_QUOTE, "booking": PROPOSAL_QUOTE}
    for target, quote in targets.items():
        assert quote in await asks(api, ANNA, f"/start {target}")
    assert api.texts(ANNA)[0].startswith(f"您问的是：{BUSES}")


async def test_a_pressed_example_is_not_taken_for_what_was_asked_before(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """The question written down is the one on the button."""
    await asks(api, ANNA, "/start")
    example = api.labels(ANNA)[0]
    await asks(api, ANNA, PLAN)
    await presses(api, ANNA, example)
    await asks(api, ANNA, "/privacy")  # by now everything before is written down
    with sqlite3.connect(tmp_path / "bulletin.db") as database:
        rows = database.execute("SELECT question, resolved FROM questions ORDER BY id").fetchall()
    database.close()
    assert rows == [(PLAN, PLAN), (example, example)]


async def test_a_deep_link_to_nothing_says_so(api: FakeApi, bot: Services) -> None:
    """Whatever a link carries, it ends in the welcome."""
    for payload in ("gone-entry", "../../etc/passwd", "x" * 64, "<b>", "空"):
        assert (await asks(api, ANNA, f"/start {payload}")).startswith(WORDING.start.gone)


async def test_an_option_can_be_pressed(api: FakeApi, tmp_path: Path) -> None:
    """A question that fits several facts offers them; the one pressed is answered."""
    base = town_base(tmp_path, Answers(answered=0.999, related=0.01))
    async with running(api, tmp_path, base):
        await asks(api, ANNA, "老旧小区")
        options = [label for label in api.labels(ANNA) if re.match(r"\d\. ", label)]
        assert len(options) >= 2
        assert all(label in api.texts(ANNA)[-1] for label in options)
        assert CITED in await presses(api, ANNA, options[1])
        assert CITED in await presses(api, ANNA, options[0])
        assert await api.acknowledged(await api.presses(ANNA, "👍")) == WORDING.feedback.good


async def test_each_person_has_one_verdict_on_each_answer(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """A second thought takes the place of the first."""
    await asks(api, ANNA, DONE)
    for label, said in (("👍", "good"), ("👍", "good"), ("👎", "bad")):
        query = await api.presses(ANNA, label)
        assert await api.acknowledged(query) == getattr(WORDING.feedback, said)
    with sqlite3.connect(tmp_path / "bulletin.db") as database:
        verdicts = database.execute("SELECT user_id, verdict FROM feedback").fetchall()
    database.close()
    assert verdicts == [(ANNA, -1)]


HOSTILE = [
    None,
    "",
    "o:",
    "o:deadbeef:",
    "o:deadbeef:../../secret",
    "o:nothexno:buses",
    "z:deadbeef:buses",
    "g:deadbeef:buses",
    "g",
    "g:1",
    "o:deadbeef:buses\n",
    "o:deadbeef:公交",
    "p:deadbeef:" + "a" * 53,
    "<b>o:deadbeef:buses</b>",
    "' OR 1=1 --",
    "\x00",
    "o" * 5000,
]


async def test_hostile_callback_data_is_calmly_refused(api: FakeApi, bot: Services) -> None:
    """What no button of ours carries is acknowledged, does nothing, and says nothing aloud."""
    await asks(api, ANNA, "/start")
    for data in HOSTILE:
        query = await api.sends_back(ANNA, api.sent(ANNA)[-1]["message_id"], data)
        assert (data, await api.acknowledged(query)) == (data, WORDING.notices.odd_button)
    assert len(api.sent(ANNA)) == 1


async def test_a_verdict_needs_an_answer_before_it(api: FakeApi, bot: Services) -> None:
    """Feedback sent back from a message that answers nothing is not counted."""
    await asks(api, ANNA, "/start")
    query = await api.sends_back(ANNA, api.sent(ANNA)[-1]["message_id"], "g:")
    assert await api.acknowledged(query) == WORDING.feedback.gone


async def test_old_buttons_after_a_change_of_content(
    api: FakeApi, bot: Services, tmp_path: Path, base: KnowledgeBase
) -> None:
    """What is still there opens with a word about the change; what is gone is said to be gone."""
    await asks(api, ANNA, "/start buses")
    await asks(api, ANNA, "/issue")
    folder = tmp_path / "content"
    entries = "- id: other\n  quote: 2023年,全区改造老旧小区12个\n  questions: [改造了几个]\n"
    write_content(folder, PAGE.replace("4条", "6条"), entries)
    bot.live.swap(open_base(settings_for(api, tmp_path)))
    message = api.sent(ANNA)[0]["message_id"]
    version = base.version[:8]
    kept = await api.sends_back(ANNA, message, f"o:{version}:{_article(base)}")
    assert await api.acknowledged(kept) == WORDING.notices.updated
    gone = await api.sends_back(ANNA, message, f"p:{version}:buses")
    assert await api.acknowledged(gone) == WORDING.notices.changed
    assert api.texts(ANNA)[-1] == WORDING.notices.changed


def _article(base: KnowledgeBase) -> str:
    return base.overviews()[0].target


MARKUP = [
    "<b>你好</b>",
    "<script>alert(1)</script>几个老旧小区",
    "a & b < c > d &amp; </blockquote>",
    "张<i>三</i>丰是谁",
    "</b></b></b>",
    "&#60;b&#62;",
]


async def test_html_in_a_question_stays_text(api: FakeApi, bot: Services) -> None:
    """Mark-up in a question never becomes mark-up in the reply, and never stops it."""
    for question in MARKUP:
        await asks(api, ANNA, question)
        assert set(re.findall(r"<(\w+)", api.sent(ANNA)[-1]["html"])) <= {"b", "blockquote"}
    assert {call.status for call in api.made("sendMessage")} == {200}


ODD = ["问" * 4096, "😀" * 300, "😀", "…", "\u200b", "？？？", "1", "\ud83d", "a\x00b"]


async def test_odd_messages_get_a_calm_reply(api: FakeApi, bot: Services) -> None:
    """Very long, emoji only, invisible or cryptic: one reply each, no apology."""
    for text in ODD:
        reply = await asks(api, ANNA, text)
        assert (text, "差错编号" in reply or "！" in reply) == (text, False)
    assert len(api.sent(ANNA)) == len(ODD)


async def test_other_kinds_of_messages_are_asked_to_be_typed(api: FakeApi, bot: Services) -> None:
    """A photo, a sticker, a voice message, a place; an album counts as one."""
    size = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
    voice = {"file_id": "f", "file_unique_id": "u", "duration": 1}
    sticker = {**size, "type": "regular", "is_animated": False, "is_video": False}
    contents: list[dict[str, Any]] = [
        {"photo": [size]},
        {"sticker": sticker},
        {"voice": voice},
        {"location": {"latitude": 32.0, "longitude": 120.9}},
        {"photo": [size], "media_group_id": "7"},
        {"photo": [size], "media_group_id": "7"},
    ]
    for content in contents:
        await api.says(ANNA, None, **content)
    assert await asks_after(api, 5) == [WORDING.notices.not_text] * 5


async def asks_after(api: FakeApi, number: int) -> list[str]:
    """The bot's messages before its reply to one more question, which must be `number`."""
    await api.says(ANNA, DONE)
    await api.until(lambda: any(DONE_QUOTE in text for text in api.texts(ANNA)))
    assert len(api.sent(ANNA)) == number + 1
    return api.texts(ANNA)[:-1]


async def test_commands_there_are_not_and_commands_without_a_question(
    api: FakeApi, bot: Services
) -> None:
    """Each gets one calm sentence; /ask with a question is answered."""
    assert await asks(api, ANNA, "/weather") == WORDING.notices.unknown_command
    assert "/ask" in await asks(api, ANNA, "/ask")
    assert DONE_QUOTE in await asks(api, ANNA, f"/ask {DONE}")
    assert DONE_QUOTE in await asks(api, ANNA, f"/ask@bulletin_test_bot\n{DONE}")
    assert "/privacy" in await asks(api, ANNA, "/help")


async def test_in_a_group_only_commands_are_heard(api: FakeApi, bot: Services) -> None:
    """Talk, other bots' commands, edits and photos are none of ours; /ask is answered as a reply,
    without buttons that others could press."""
    group = -1001234567890
    await api.says(group, DONE, user=ANNA)
    await api.says(group, "/weather", user=ANNA)
    await api.says(group, "/ask@other_bot 你好", user=ANNA)
    await api.says(group, "/privacy", user=ANNA)
    talk = await api.says(group, "大家好", user=ANNA)
    await api.edits(group, talk, DONE)
    await api.says(group, None, user=ANNA, location={"latitude": 32.0, "longitude": 120.9})
    message = await api.says(group, f"/ask {DONE}", user=BELA)
    reply = await api.reply(group, 1)
    assert DONE_QUOTE in reply["text"]
    assert reply["answers"] == message
    assert api.labels(group) == []
    assert api.made("sendChatAction") == []
    await asks(api, group, "/ask 张三丰的电话", user=ANNA)
    assert "/issue" not in api.texts(group)[-1]
    assert "/ask" in await asks(api, group, "/start", user=ANNA)
    assert len(api.sent(group)) == 3


async def test_an_edit_rewrites_a_reply_of_several_messages(
    api: FakeApi, bot: Services, tmp_path: Path
) -> None:
    """What is left over of a longer reply goes; an edit without a change of text does nothing."""
    question = await api.says(ANNA, DONE)
    first = (await api.reply(ANNA, 1))["message_id"]
    await asks(api, ANNA, BUSES)  # by now the first is written down
    extra = api._new(ANNA, api.sent(ANNA)[0]["from"], {"text": "第二条", "html": "第二条"})
    await bot.ledger.remember(ANNA, question, (first, extra["message_id"]), 1)
    await api.edits(ANNA, question, DONE)
    await api.edits(ANNA, question, PLAN)
    await api.until(lambda: len(api.sent(ANNA)) == 2 and api.made("deleteMessage"))
    assert PLAN_QUOTE in api.texts(ANNA)[0]
    assert len(api.made("editMessageText")) == 1


async def test_an_edit_whose_reply_was_deleted_is_answered_anew(
    api: FakeApi, bot: Services
) -> None:
    """A reply that cannot be edited any more is sent again."""
    question = await api.says(ANNA, DONE)
    reply = await api.reply(ANNA, 1)
    del api.messages[ANNA, reply["message_id"]]
    await api.edits(ANNA, question, PLAN)
    assert PLAN_QUOTE in (await api.reply(ANNA, 1))["text"]


async def test_one_persons_messages_keep_their_order_while_anothers_pass(
    api: FakeApi, bot: Services
) -> None:
    """Ten questions of one, slowly sent, are answered in order; another's comes in between."""
    api.fail("sendMessage", chat=ANNA, delay=0.15, times=10)
    questions = [DONE, PLAN, PROPOSAL, BUSES, "/help"] * 2
    for question in questions:
        await api.says(ANNA, question)
    await api.says(BELA, BUSES)
    await api.reply(ANNA, 10)
    chats = [call.params["chat_id"] for call in api.made("sendMessage")]
    assert chats.index(BELA) < len(chats) - 1
    marks = [DONE_QUOTE, PLAN_QUOTE, PROPOSAL_QUOTE, BUSES_QUOTE, WORDING.help.how] * 2
    assert [mark in text for mark, text in zip(marks, api.texts(ANNA), strict=True)] == [True] * 10


async def test_a_flood_wait_is_obeyed_and_the_answer_comes(api: FakeApi, bot: Services) -> None:
    """Told to wait a second, the bot answers once, and the server saw no call meanwhile."""
    refusal = Refusal(429, "Too Many Requests: retry after 1", retry_after=1)
    api.fail("sendMessage", refusal=refusal)
    assert DONE_QUOTE in await asks(api, ANNA, DONE)
    assert [call.status for call in api.made("sendMessage")] == [429, 200]


async def test_an_answer_that_may_have_arrived_is_not_sent_twice(
    api: FakeApi, bot: Services
) -> None:
    """A connection lost after sending leaves one message, not two."""
    api.fail("sendMessage", silent=True)
    await api.says(ANNA, DONE)
    await api.reply(ANNA, 1)
    await asks(api, ANNA, PLAN)
    assert [DONE_QUOTE in api.texts(ANNA)[0], PLAN_QUOTE in api.texts(ANNA)[1]] == [True, True]
    assert len(api.made("sendMessage")) == 2


async def test_who_blocked_the_bot_costs_nobody_anything(api: FakeApi, bot: Services) -> None:
    """A refused chat is given up at once; others go on."""
    api.fail("sendMessage", chat=ANNA, refusal=Refusal(403, "Forbidden: bot was blocked"))
    await api.says(ANNA, DONE)
    await api.until(lambda: api.made("sendMessage"))
    assert PLAN_QUOTE in await asks(api, BELA, PLAN)
    assert [call.status for call in api.made("sendMessage")] == [403, 200]


async def test_without_its_database_the_bot_still_answers(
    api: FakeApi, bot: Services, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Sessions, log and feedback fail; the answer does not, and the log says it once."""
    with sqlite3.connect(tmp_path / "bulletin.db") as database:
        for table in ("feedback", "replies", "questions", "sessions"):
            database.execute(f"DROP TABLE {table}")
    database.close()
    question = await api.says(ANNA, DONE)
    assert DONE_QUOTE in (await api.reply(ANNA, 1))["text"]
    assert PLAN_QUOTE in await asks(api, ANNA, PLAN)
    await api.edits(ANNA, question, BUSES)
    assert BUSES_QUOTE in (await api.reply(ANNA, 3))["text"]
    assert await api.acknowledged(await api.presses(ANNA, "👍")) == WORDING.feedback.failed
    assert await asks(api, ANNA, "/privacy") == WORDING.privacy.failed
    complaints = [r for r in caplog.records if "without the database" in r.getMessage()]
    assert len(complaints) == 1


async def test_a_conversation_survives_a_restart(
    api: FakeApi, tmp_path: Path, base: KnowledgeBase
) -> None:
    """A follow-up leans on what was asked before the bot was stopped and started."""
    async with running(api, tmp_path, base):
        assert DONE_QUOTE in await asks(api, ANNA, DONE)
    async with running(api, tmp_path, base):
        assert PLAN_QUOTE in await asks(api, ANNA, LATER)


async def test_stopping_answers_everything_taken_in(
    api: FakeApi, tmp_path: Path, base: KnowledgeBase
) -> None:
    """Messages fetched before the stop are answered; those not fetched wait for the next start."""
    async with running(api, tmp_path, base):
        api.fail("sendMessage", delay=0.1, times=20)
        for number in range(20):
            await api.says(ANNA + number % 4, DONE)
        await api.until(lambda: api.made("sendChatAction"))
    async with running(api, tmp_path, base):
        await api.until(lambda: sum(len(api.sent(ANNA + number)) for number in range(4)) >= 20)
    assert [len(api.sent(ANNA + number)) for number in range(4)] == [5] * 4


async def test_an_unforeseen_error_ends_in_one_line_and_an_apology(
    api: FakeApi, bot: Services, caplog: pytest.LogCaptureFixture
) -> None:
    """The apology names the id under which the log tells what happened; a press is still
    acknowledged."""
    await asks(api, ANNA, DONE)
    bot.live.swap(None)  # type: ignore[arg-type]  # as a defect would
    query = await api.presses(ANNA, "查看原文")
    await api.acknowledged(query)
    apology = (await api.reply(ANNA, 2))["text"]
    found = re.fullmatch(re.escape(WORDING.notices.apology).replace(r"\{id\}", "(.+)"), apology)
    assert found is not None
    errors = [record for record in caplog.records if found[1] in record.getMessage()]
    assert [record.exc_info is not None for record in errors] == [True]
