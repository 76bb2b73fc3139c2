"""Editors see what was asked in vain and mend it, residents who wait are told: the real bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_api import FakeApi
from lessons import taught_and_killed
from patience import eventually
from town import (
    BUSES,
    BUSES_QUOTE,
    DONE,
    EDITOR,
    ENTRIES,
    OWNER,
    PAGE,
    running,
    town_base,
    write_content,
)

from bot.inbox.buttons import Op
from bot.inbox.register import Logged
from bot.inbox.teaching import Fault, TeachingError, teach_answer
from bot.services import Services
from bot.wording import Wording
from knowledge.base import KnowledgeBase
from knowledge.model import Status

ANNA, BELA, CARL = 4201, 4202, 4203
WORDING = Wording.load()
SAID = WORDING.inbox
KEYS = SAID.buttons
ASKED = "夜市几点开门"
ALIKE = "请问夜市几点开门呀"
TO_BUSES = "新开的公交几点发车"


@pytest.fixture
async def base(tmp_path: Path) -> KnowledgeBase:
    """A content of the test's own: it is changed."""
    return await asyncio.to_thread(town_base, tmp_path)


@pytest.fixture
async def bot(api: FakeApi, tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Services]:
    async with running(api, tmp_path, base) as services:
        yield services


async def says(api: FakeApi, chat: int, text: str, **more: Any) -> str:
    """Say something; the bot's next message."""
    before = len(api.sent(chat))
    await api.says(chat, text, **more)
    return str((await api.reply(chat, before + 1))["text"])


async def asks_in_vain(api: FakeApi, bot: Services, chat: int, text: str) -> str:
    """Ask, and wait until it is written down."""
    before = {one.id for one in await logged(bot)}
    said = await says(api, chat, text)

    async def more() -> bool:
        return {one.id for one in await logged(bot)} != before

    await eventually(more)
    return said


async def logged(bot: Services) -> tuple[Logged, ...]:
    return await bot.register.in_vain(datetime.now(UTC) - timedelta(days=1))


async def nobody_waits(bot: Services) -> None:
    """Until everybody was told, and it is written down."""

    async def told() -> bool:
        far = datetime.now(UTC) + timedelta(days=1)
        return not await bot.waitlist.open("another version", far, 1)

    await eventually(told)


async def newest(api: FakeApi, chat: int, expected: str) -> str:
    """The newest message of the bot's, once it holds `expected`."""

    def found() -> str:
        texts = api.texts(chat)
        return texts[-1] if texts and expected in texts[-1] else ""

    try:
        return str(await api.until(found))
    except TimeoutError:
        raise AssertionError(f"no {expected} but {api.texts(chat)[-1:]}") from None


async def presses(
    api: FakeApi, chat: int, label: str, expected: str = "", user: int | None = None
) -> str:
    """Press the newest such button and wait for the newest message to hold `expected`; the
    toast."""
    toast = await api.acknowledged(await api.presses(chat, label, user))
    await newest(api, chat, expected)
    return toast


async def at_card(api: FakeApi, expected: str = "") -> str:
    """What /unanswered shows, which holds `expected`."""
    card = await says(api, EDITOR, "/unanswered")
    assert expected in card
    return card


async def answered(api: FakeApi, bot: Services, text: str, question: str = ASKED) -> None:
    """Somebody asks in vain, and the editor writes the answer."""
    await asks_in_vain(api, bot, ANNA, question)
    await at_card(api, f"「{question}」")
    await presses(api, EDITOR, KEYS.write, "请把答案发给我")
    await says(api, EDITOR, text)
    await newest(api, EDITOR, "人工答复")
    await presses(api, EDITOR, KEYS.teach, SAID.taught)


def taught_file(bot: Services) -> str:
    file = bot.settings.content.folder / "qa" / "taught.yaml"
    return file.read_text(encoding="utf-8") if file.exists() else ""


async def test_an_answer_is_written_seen_and_given(api: FakeApi, bot: Services) -> None:
    """Two people ask in vain, an editor answers, who waits is told once, the next is answered,
    and the act is noted."""
    await asks_in_vain(api, bot, ANNA, ASKED)
    assert await presses(api, ANNA, WORDING.buttons.tell) == SAID.waits
    assert await presses(api, ANNA, WORDING.buttons.tell) == SAID.waits_already
    await asks_in_vain(api, bot, BELA, ALIKE)
    card = await at_card(api, "第 1 件，共 1 件")
    assert f"「{ASKED}」" in card or f"「{ALIKE}」" in card
    assert "有 2 个人问过" in card

    await presses(api, EDITOR, KEYS.write, "请把答案发给我")
    await says(api, EDITOR, "夜市每晚 <六点> 开门。\n冬天五点。")
    preview = await newest(api, EDITOR, "人工答复")
    assert "夜市每晚 <六点> 开门。" in preview
    assert f"· {ASKED}" in api.texts(EDITOR)[-2]
    assert f"· {ALIKE}" in api.texts(EDITOR)[-2]
    assert taught_file(bot) == ""
    await presses(api, EDITOR, KEYS.teach, SAID.taught)

    told = await newest(api, ANNA, "现在有答案了")
    await nobody_waits(bot)
    assert f"您问过「{ASKED}」" in told
    assert "夜市每晚 <六点> 开门。" in told
    for chat, question in ((CARL, ASKED), (BELA, ALIKE)):
        given = await says(api, chat, question)
        assert "夜市每晚 <六点> 开门。\n冬天五点。" in given
        assert "人工答复，不是公报原文。答复人：工作人员" in given
        assert "出处" not in given
    assert await at_card(api) == SAID.nothing
    assert await presses(api, ANNA, WORDING.buttons.tell) == SAID.was_told
    assert [text for text in api.texts(ANNA) if "现在有答案了" in text] == [told]
    assert "by: staff" in taught_file(bot)
    (act, version) = await bot.audit.recent(2)
    assert (act.user, act.deed, act.detail) == (EDITOR, "teach.answer", ALIKE)
    assert (version.deed, version.subject) == ("content.teach.answer", bot.live.current.version)


async def test_an_alias_of_an_editors_entry(api: FakeApi, bot: Services) -> None:
    """同此条: seen first, then answered by the entry itself; /undo takes it back."""
    await asks_in_vain(api, bot, ANNA, TO_BUSES)
    card = await at_card(api, "公报里最接近的一条")
    assert BUSES_QUOTE in card
    assert "为什么没有用它回答：原文里没有问题要的那类内容" in card
    await presses(api, EDITOR, KEYS.same, BUSES_QUOTE)
    assert f"· {TO_BUSES}" in api.texts(EDITOR)[-2]
    assert taught_file(bot) == ""
    await presses(api, EDITOR, KEYS.teach, SAID.taught)
    assert "same_as: buses" in taught_file(bot)
    assert bot.live.current.ask(TO_BUSES).target == "buses"
    assert BUSES_QUOTE in await says(api, BELA, TO_BUSES)

    said = await says(api, EDITOR, "/undo")
    assert said == SAID.undone_taught.format(subject=TO_BUSES)
    assert taught_file(bot) == ""
    assert bot.live.current.ask(TO_BUSES).status is Status.RELATED
    assert [act.deed for act in await bot.audit.recent(4)] == [
        "undo",
        "content.unteach",
        "teach.alias",
        "content.teach.alias",
    ]
    assert await says(api, EDITOR, "/undo") == SAID.nothing_to_undo


async def test_an_alias_of_a_sentence_of_the_page(api: FakeApi, bot: Services) -> None:
    """It becomes an entry with the candidate's quotation, its stance and its speaker."""
    await asks_in_vain(api, bot, ANNA, "公交车票价多少")
    await at_card(api, "公报里最接近的一条")
    await presses(api, EDITOR, KEYS.other, "第 2 接近的一条")
    await presses(api, EDITOR, KEYS.other, "临河区")
    await presses(api, EDITOR, KEYS.other, "公报里最接近的一条")
    await presses(api, EDITOR, KEYS.same, "社区公交线路4条")
    await presses(api, EDITOR, KEYS.teach, SAID.taught)
    assert "quote: " in taught_file(bot)
    answer = bot.live.current.ask("公交车票价多少")
    assert (answer.status, answer.stance) == (Status.ANSWERED, "done")
    assert answer.target is not None
    assert answer.target.startswith("t-")
    assert bot.live.current.verified(answer)


async def test_another_entry_is_found_by_another_question(api: FakeApi, bot: Services) -> None:
    """另找一条: where residents' words are so different that nothing came near."""
    await asks_in_vain(api, bot, ANNA, "小巴士有哪些")
    await at_card(api, SAID.no_candidate)
    assert KEYS.same not in api.labels(EDITOR)
    await presses(api, EDITOR, KEYS.find, "换成公报里的说法")
    assert await says(api, EDITOR, "彩虹桥") == SAID.faults.not_found
    await says(api, EDITOR, DONE)
    await newest(api, EDITOR, "老旧小区12个")
    await presses(api, EDITOR, KEYS.again, "换成公报里的说法")
    await says(api, EDITOR, BUSES)
    await newest(api, EDITOR, BUSES_QUOTE)
    assert KEYS.name not in api.labels(EDITOR)
    await presses(api, EDITOR, KEYS.teach, SAID.taught)
    assert "same_as: buses" in taught_file(bot)
    assert BUSES_QUOTE in await says(api, BELA, "小巴士有哪些")


async def test_an_answer_that_did_not_help_is_in_vain(api: FakeApi, bot: Services) -> None:
    """👎 brings an answered question in; another answer takes it out again."""
    await says(api, ANNA, BUSES)
    await presses(api, ANNA, "👎")
    card = await at_card(api, "有 1 个人说答得没帮上")
    assert f"「{BUSES}」" in card
    await presses(api, EDITOR, KEYS.write, "请把答案发给我")
    await says(api, EDITOR, "现在有六条。")
    await newest(api, EDITOR, "没有教")  # the editors' own entry has the question
    assert taught_file(bot) == ""


async def test_who_is_told_and_not_helped_is_heard(api: FakeApi, bot: Services) -> None:
    """👎 under what was told brings the question back."""
    await asks_in_vain(api, bot, ANNA, ASKED)
    await presses(api, ANNA, WORDING.buttons.tell)
    await at_card(api, ASKED)
    await presses(api, EDITOR, KEYS.write, "请把答案发给我")
    await says(api, EDITOR, "晚上。")
    await newest(api, EDITOR, "人工答复")
    await presses(api, EDITOR, KEYS.teach, SAID.taught)
    await newest(api, ANNA, "现在有答案了")
    await nobody_waits(bot)
    assert await at_card(api) == SAID.nothing
    assert await presses(api, ANNA, "👎") == WORDING.feedback.bad
    assert "有 1 个人说答得没帮上" in await at_card(api, f"「{ASKED}」")


async def test_what_is_put_away_comes_back_with_more_people(api: FakeApi, bot: Services) -> None:
    """忽略 holds while the same people ask; /undo brings it back at once."""
    await asks_in_vain(api, bot, ANNA, ASKED)
    await asks_in_vain(api, bot, ANNA, TO_BUSES)
    await at_card(api, f"「{TO_BUSES}」")
    await presses(api, EDITOR, KEYS.later, f"「{ASKED}」")
    assert await presses(api, EDITOR, KEYS.ignore, f"「{TO_BUSES}」") == SAID.ignored
    await asks_in_vain(api, bot, ANNA, ALIKE)
    assert "共 1 件" in await at_card(api, TO_BUSES)
    await asks_in_vain(api, bot, BELA, ASKED)
    assert "有 2 个人问过" in await at_card(api, "共 2 件")
    assert await presses(api, EDITOR, KEYS.ignore) == SAID.ignored
    assert "共 1 件" in await at_card(api, TO_BUSES)
    assert await says(api, EDITOR, "/undo") == SAID.undone_ignored
    assert "有 2 个人问过" in await at_card(api, "共 2 件")
    deeds = [act.deed for act in await bot.audit.recent(3)]
    assert deeds == ["undo", "ignore", "ignore"]


async def test_numbers_of_people_are_masked(api: FakeApi, bot: Services) -> None:
    """On the card, in the content, in what is asked of the editor."""
    private = "夜市几点开门，打我电话13800138000"
    await asks_in_vain(api, bot, ANNA, private)
    card = await at_card(api, "〔电话〕")
    await presses(api, EDITOR, KEYS.write, "〔电话〕")
    await says(api, EDITOR, "晚上六点，可打0513-85512345问。")
    await newest(api, EDITOR, "人工答复")
    assert SAID.numbers in api.texts(EDITOR)[-2]
    await presses(api, EDITOR, KEYS.teach, SAID.taught)
    assert "13800138000" not in card + taught_file(bot) + "".join(api.texts(EDITOR))
    assert "0513-85512345" in taught_file(bot)


async def test_strangers_get_nothing(api: FakeApi, bot: Services) -> None:
    """Neither commands nor any button, whatever it says; residents' own button only for the one
    who asked."""
    await answered(api, bot, "晚上六点。")
    await asks_in_vain(api, bot, ANNA, TO_BUSES)
    await at_card(api, TO_BUSES)
    unknown = WORDING.notices.unknown_command
    for command in ("/unanswered", "/undo"):
        assert await says(api, BELA, command) == unknown
    before = (taught_file(bot), await bot.register.standing(9), len(api.sent(BELA)))
    message = api.sent(BELA)[-1]["message_id"]
    version = bot.live.current.version[:8]
    for op in Op:
        for data in (f"u:{op}:1", f"u:{op}:2:{version}-0", f"u:{op}:0", f"u:{op}:1:x"):
            query = await api.sends_back(BELA, message, data)
            toast = await api.acknowledged(query)
            own = data.startswith("u:tell:")
            assert toast == (SAID.cannot_wait if own else WORDING.notices.odd_button), data
    assert (taught_file(bot), await bot.register.standing(9), len(api.sent(BELA))) == before


async def test_nonsense_from_an_editor_does_no_harm(api: FakeApi, bot: Services) -> None:
    """Old and invented buttons are answered, and change nothing."""
    await says(api, EDITOR, "/unanswered")
    message = api.sent(EDITOR)[-1]["message_id"]
    version = bot.live.current.version[:8]
    for data in (
        *(f"u:{op}:{number}" for op in Op for number in (1, 10**17)),
        *(f"u:{op}:1:{version}-9" for op in Op),
        "u:same:1:ffffffff-0",
        "u:",
        "u:view",
        "u:view:-1",
        "u:odd:1",
        None,
    ):
        await api.acknowledged(await api.sends_back(EDITOR, message, data))
    assert taught_file(bot) == ""
    assert await bot.register.standing(9) == ()


async def test_two_editors_press_the_same_button(api: FakeApi, bot: Services) -> None:
    """One teaches, the other is told that it is done; and an old card is settled."""
    await asks_in_vain(api, bot, ANNA, TO_BUSES)
    for editor in (EDITOR, OWNER):
        await api.says(editor, "/unanswered")
        await newest(api, editor, TO_BUSES)
        await presses(api, editor, KEYS.same, BUSES_QUOTE)
    first = await api.presses(EDITOR, KEYS.teach)
    second = await api.presses(OWNER, KEYS.teach)
    toasts = {await api.acknowledged(first), await api.acknowledged(second)}
    said = {editor: api.texts(editor)[-1] for editor in (EDITOR, OWNER)}
    assert list(said.values()).count(SAID.taught) == 1
    winner = next(editor for editor, text in said.items() if text == SAID.taught)
    other = said[EDITOR + OWNER - winner]
    assert SAID.settled in toasts or other == SAID.faults.outdated or "已经教过了" in other
    assert taught_file(bot).count("- id:") == 1
    await api.acknowledged(await api.presses(winner, KEYS.undo))
    await newest(api, winner, "已经收回")
    assert taught_file(bot) == ""
    assert await says(api, OWNER, "/undo") == SAID.nothing_to_undo


async def test_a_button_of_another_version_shows_the_matter_again(
    api: FakeApi, bot: Services
) -> None:
    """Candidates may be others by now."""
    await asks_in_vain(api, bot, ANNA, TO_BUSES)
    await at_card(api, TO_BUSES)
    old = api.sent(EDITOR)[-1]
    await asks_in_vain(api, bot, BELA, ASKED)
    await teach_answer(bot, ASKED, "晚上六点。", "王一", EDITOR)
    (row, *_) = old["reply_markup"]["inline_keyboard"]
    pressed = await api.sends_back(EDITOR, old["message_id"], row[0]["callback_data"])
    assert await api.acknowledged(pressed) == SAID.changed
    await presses(api, EDITOR, KEYS.same, BUSES_QUOTE)


async def test_an_alias_that_does_harm_is_refused(api: FakeApi, bot: Services) -> None:
    """A check that would fail is named, and nothing is changed."""
    checks = bot.settings.content.folder / "checks.yaml"
    checks.write_text(
        f"- question: {TO_BUSES}\n  status: related\n- question: {ASKED}\n  status: unknown\n",
        encoding="utf-8",
    )
    await bot.reloads.accept(await bot.reloads.propose(), by=EDITOR, deed="test")
    await asks_in_vain(api, bot, ANNA, TO_BUSES)
    await at_card(api, TO_BUSES)
    await presses(api, EDITOR, KEYS.same, "会让别的问题答错")
    assert f"checks.yaml:1: “{TO_BUSES}”应当是 related" in api.texts(EDITOR)[-1]
    with pytest.raises(TeachingError) as refused:
        await teach_answer(bot, ASKED, "晚上六点。", "王一", EDITOR)
    assert refused.value.fault is Fault.HARMFUL
    assert taught_file(bot) == ""

    await asks_in_vain(api, bot, BELA, ASKED)
    await asks_in_vain(api, bot, CARL, ASKED)
    await at_card(api, f"「{ASKED}」")
    await presses(api, EDITOR, KEYS.write, "请把答案发给我")
    await says(api, EDITOR, "晚上六点。")
    await newest(api, EDITOR, "人工答复")
    assert "这些检查就不对了" in api.texts(EDITOR)[-2]
    await presses(api, EDITOR, KEYS.teach, SAID.taught)  # the editor decides


async def test_a_draft_outlives_a_restart(
    api: FakeApi, tmp_path: Path, base: KnowledgeBase
) -> None:
    """Asked for the answer before it, shown and taught after it."""
    async with running(api, tmp_path, base) as bot:
        await asks_in_vain(api, bot, ANNA, ASKED)
        await at_card(api, ASKED)
        await presses(api, EDITOR, KEYS.write, "请把答案发给我")
    async with running(api, tmp_path, base) as bot:
        await says(api, EDITOR, "晚上六点。")
        await newest(api, EDITOR, "人工答复")
        await presses(api, EDITOR, KEYS.name, SAID.ask_name)
        await says(api, EDITOR, "李老师")
        await newest(api, EDITOR, "工作人员李老师")
        await presses(api, EDITOR, KEYS.again, "请把答案发给我")
        await says(api, EDITOR, "晚上七点。")
        await newest(api, EDITOR, "晚上七点。")
    async with running(api, tmp_path, base) as bot:
        await presses(api, EDITOR, KEYS.teach, SAID.taught)
        assert "工作人员李老师" in await says(api, BELA, ASKED)
        assert await presses(api, EDITOR, KEYS.drop) == WORDING.notices.odd_button
        await answered(api, bot, "有。", "夜市有没有停车场")
        assert "工作人员李老师" in await says(api, BELA, "夜市有没有停车场")  # as the last time


async def test_what_cannot_be_taught_is_said_and_may_be_mended(
    api: FakeApi, bot: Services
) -> None:
    """Too long an answer, no answer at all, dropped in the end; an announcement under way is not
    lost."""
    await asks_in_vain(api, bot, ANNA, ASKED)
    await api.says(EDITOR, "/announce")
    await newest(api, EDITOR, WORDING.announcing.wizard.content)
    await at_card(api, ASKED)
    assert await presses(api, EDITOR, KEYS.write) == SAID.busy
    await presses(api, EDITOR, WORDING.announcing.buttons.drop)
    await at_card(api, ASKED)
    await presses(api, EDITOR, KEYS.write, "请把答案发给我")
    assert await says(api, EDITOR, "长" * 1001) == SAID.faults.long_answer
    assert await says(api, EDITOR, "\u0007") == SAID.faults.empty
    await says(api, EDITOR, "晚上。")
    await newest(api, EDITOR, "人工答复")
    await presses(api, EDITOR, KEYS.drop, SAID.dropped)
    assert "为民办实事" in await says(api, EDITOR, "推进会部署了什么")
    assert taught_file(bot) == ""


async def test_undo_of_what_others_did_needs_a_tap(api: FakeApi, bot: Services) -> None:
    """Told whose it is; a change that others rest on is asked about once more."""
    await answered(api, bot, "晚上六点。")
    staff = bot.live.current.ask(ASKED).target
    file = bot.settings.content.folder / "qa" / "more.yaml"
    file.write_text(
        f"- id: more\n  taught: 2026-01-01\n  same_as: {staff}\n  questions: [夜市何时开]\n",
        encoding="utf-8",
    )
    await bot.reloads.accept(await bot.reloads.propose(), by=EDITOR, deed="test")
    said = await says(api, OWNER, "/undo")
    assert f"编号 {EDITOR} 的编辑" in said
    assert f"给「{ASKED}」写了答案" in said
    await presses(api, OWNER, KEYS.undo, "还要收回吗")
    assert "夜市何时开" in api.texts(OWNER)[-1]
    assert "晚上六点" in taught_file(bot)
    await presses(api, OWNER, KEYS.undone, "已经收回")
    assert taught_file(bot) == ""
    assert await presses(api, OWNER, KEYS.undone) == SAID.settled


async def test_a_file_changed_by_hand_is_not_overwritten(api: FakeApi, bot: Services) -> None:
    """The editor is told to reload first."""
    await answered(api, bot, "晚上六点。")
    file = bot.settings.content.folder / "qa" / "taught.yaml"
    by_hand = file.read_text(encoding="utf-8").replace("六点", "七点")
    file.write_text(by_hand, encoding="utf-8")
    assert await says(api, EDITOR, "/undo") == SAID.faults.by_hand
    assert file.read_text(encoding="utf-8") == by_hand
    await bot.reloads.accept(await bot.reloads.propose(), by=EDITOR, deed="test")
    await answered(api, bot, "有。", "夜市有没有停车场")
    assert "晚上七点。" in taught_file(bot)


async def test_a_new_page_without_the_quotation_is_held_up(api: FakeApi, bot: Services) -> None:
    """What was taught and lapses is named; it is left out only when that is accepted, and the
    file keeps it."""
    await asks_in_vain(api, bot, ANNA, "公交车票价多少")
    await at_card(api)
    await presses(api, EDITOR, KEYS.same, "社区公交线路4条")
    await presses(api, EDITOR, KEYS.teach, SAID.taught)
    kept, folder = taught_file(bot), bot.settings.content.folder
    write_content(
        folder, PAGE.replace("线路4条", "线路6条"), ENTRIES.replace("线路4条", "线路6条")
    )
    proposal = await bot.reloads.propose()
    assert not proposal.clean
    (problem,) = proposal.failing
    assert problem.file == folder / "qa" / "taught.yaml"
    assert "教过的“公交车票价多少”没有用上:原文里没有这段引文" in problem.message
    await bot.reloads.accept(proposal, by=EDITOR, deed="test")
    assert bot.live.current.ask("公交车票价多少").status is Status.RELATED
    assert taught_file(bot) == kept
    assert (await bot.reloads.propose()).clean  # said once
    write_content(folder)
    await bot.reloads.accept(await bot.reloads.propose(), by=EDITOR, deed="test")
    assert bot.live.current.ask("公交车票价多少").status is Status.ANSWERED


async def test_another_room_teaches_an_answer(api: FakeApi, bot: Services) -> None:
    """With the question's private numbers masked; a question that has an entry is refused."""
    await teach_answer(bot, "我电话13800138000，夜市几点开门", "晚上六点。", "小张", EDITOR)
    assert "13800138000" not in taught_file(bot)
    await teach_answer(bot, ASKED, "晚上六点。", "小张", EDITOR)
    assert "工作人员小张" in await says(api, ANNA, ASKED)
    for fault, question, answer, name in (
        (Fault.TAKEN, ASKED, "晚上。", "小张"),
        (Fault.UNANSWERED, BUSES, "六条。", "小张"),
        (Fault.EMPTY, " ", "六条。", "小张"),
        (Fault.EMPTY, "夜市有没有停车场", "有。", " "),
        (Fault.LONG_NAME, "夜市有没有停车场", "有。", "张" * 21),
        (Fault.LONG_QUESTION, "夜市" * 101, "有。", "小张"),
        (Fault.LONG_ANSWER, "夜市有没有停车场", "有" * 1001, "小张"),
    ):
        with pytest.raises(TeachingError) as refused:
            await teach_answer(bot, question, answer, name, EDITOR)
        assert refused.value.fault is fault, question


async def test_killed_while_teaching(tmp_path: Path) -> None:
    """kill -9: the content is the old or the new whole, and what was confirmed is taught."""
    url = f"sqlite:///{tmp_path}/bulletin.db"
    await taught_and_killed(tmp_path, url, kills=1, longest=0.6)
