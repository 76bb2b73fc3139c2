"""Editors write announcements and change them afterwards, residents subscribe: the real bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from crowd import Crowd
from patience import eventually
from town import BUSES_QUOTE, DONE, DONE_QUOTE, EDITOR, OWNER, running, settings_for, town_base

from bot.announcements import State, Whom
from bot.announcing.buttons import Op, parse, press
from bot.announcing.digest import digest
from bot.chats import ChatKind, Standing
from bot.services import Services
from bot.settings import Announcements
from bot.wording import Wording
from knowledge.base import KnowledgeBase
from knowledge.model import Overview, Source

ANNA, BELA = 4201, 4202
GROUPS = {-501: "东社区群", -502: "西社区群"}
WORDING = Wording.load()
SAID = WORDING.announcing
KEYS = SAID.buttons
STREETS = ("城东街道", "和平桥街道")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return town_base(tmp_path_factory.mktemp("town"))


@pytest.fixture
async def api() -> AsyncIterator[Crowd]:
    async with Crowd() as api:
        yield api
        assert api.surprises == []
        assert api.violations == []


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits longer than a test must."""
    for name in ("GROUP_GAP", "PRIVATE_GAP"):
        monkeypatch.setattr(f"bot.pacing.{name}", 0.05)
        monkeypatch.setattr(f"bot.broadcast.{name}", 0.05)
    monkeypatch.setattr("bot.broadcast.TICK", 0.1)


@pytest.fixture
async def bot(api: Crowd, tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Services]:
    async with at_work(api, tmp_path, base) as services:
        for chat, title in GROUPS.items():
            await services.chatbook.stand(
                chat, ChatKind.SUPERGROUP, title, Standing(active=True), datetime.now(UTC)
            )
        yield services


def at_work(api: Crowd, folder: Path, base: KnowledgeBase) -> Any:
    settings = settings_for(api, folder, announcements=Announcements(streets=STREETS))
    return running(api, folder, base, settings=settings)


async def says(api: Crowd, chat: int, text: str | None, expected: str, **more: Any) -> None:
    """Say something; the bot's newest message then holds `expected`."""
    await api.says(chat, text, **more)
    await newest(api, chat, expected)


async def newest(api: Crowd, chat: int, expected: str) -> str:
    """The newest message of the bot's, once it holds `expected`."""

    def found() -> str:
        texts = api.texts(chat)
        return texts[-1] if texts and expected in texts[-1] else ""

    try:
        return str(await api.until(found))
    except TimeoutError:
        raise AssertionError(f"no {expected} but {api.texts(chat)[-1:]}") from None


async def presses(api: Crowd, chat: int, label: str, expected: str = "") -> str:
    """Press a button and wait for the newest message to hold `expected`; the toast."""
    toast = await api.acknowledged(await api.presses(chat, label))
    await newest(api, chat, expected)
    return toast


async def through(bot: Services) -> None:
    """Until every action is closed."""

    async def over() -> bool:
        return not await bot.archive.unfinished()

    await eventually(over)


async def written(api: Crowd, *whom: str, text: str = "停水通知", chat: int = EDITOR) -> None:
    """Write an announcement up to the question of its time."""
    await says(api, chat, "/announce", SAID.wizard.content)
    await says(api, chat, text, "已经收下 1 条")
    await presses(api, chat, KEYS.next, SAID.wizard.category)
    await presses(api, chat, "政策", "发给谁")
    for label in whom or (KEYS.all,):
        await presses(api, chat, label)
    await newest(api, chat, SAID.wizard.time)


async def test_from_the_first_word_to_the_report(api: Crowd, bot: Services) -> None:
    """Text with mark-up, category, audience, time, a look at it, and every group has it."""
    bold = [{"type": "bold", "offset": 0, "length": 4}]
    await says(api, EDITOR, "/announce", SAID.wizard.content)
    await says(api, EDITOR, "停水通知：明天 <8点> 起", "已经收下 1 条", entities=bold)
    photo = [{"file_id": "p1", "file_unique_id": "u", "width": 1, "height": 1}]
    await says(api, EDITOR, None, "已经收下 2 条", photo=photo, caption="停水范围")
    await presses(api, EDITOR, KEYS.next, SAID.wizard.category)
    await presses(api, EDITOR, "政策", "发给谁")
    await presses(api, EDITOR, KEYS.all, SAID.wizard.time)
    await presses(api, EDITOR, KEYS.now, SAID.wizard.sure)
    assert "2 个群，0 位居民" in api.texts(EDITOR)[-1]
    looked = [message["html"] for message in api.sent(EDITOR)[-3:-1]]
    await presses(api, EDITOR, KEYS.confirm)
    await newest(api, EDITOR, "发完了")
    for group in GROUPS:
        assert [message["html"] for message in api.sent(group)] == looked
        assert api.sent(group)[1]["photo"][0]["file_id"] == "p1"
    assert looked[0] == "<b>停水通知</b>：明天 &lt;8点&gt; 起"
    assert "成功的聊天有 2 个" in api.texts(EDITOR)[-1]


async def test_a_draft_outlives_a_restart(api: Crowd, tmp_path: Path, base: KnowledgeBase) -> None:
    """/announce goes on where it was left."""
    async with at_work(api, tmp_path, base):
        await written(api)
    async with at_work(api, tmp_path, base):
        await says(api, EDITOR, "/announce", SAID.wizard.time)
        await says(api, EDITOR, "明天8点", SAID.wizard.sure)
        assert "停水通知" in api.texts(EDITOR)[-2]


async def test_chosen_groups_alone_get_it(api: Crowd, bot: Services) -> None:
    """Ticked and unticked again, and what is confirmed twice goes out once."""
    await written(api, KEYS.groups, "东社区群", "西社区群", "✓ 东社区群", KEYS.chosen)
    await presses(api, EDITOR, KEYS.now, SAID.wizard.sure)
    panel = api.sent(EDITOR)[-1]
    data = panel["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    queries = [await api.sends_back(EDITOR, panel["message_id"], data) for _ in range(3)]
    toasts = [await api.acknowledged(query) for query in queries]
    assert toasts == ["", WORDING.notices.odd_button, WORDING.notices.odd_button]
    await newest(api, EDITOR, "发完了")
    assert (api.texts(-501), api.texts(-502)) == ([], ["停水通知"])


async def test_a_time_is_typed_and_understood(api: Crowd, bot: Services) -> None:
    """What is no time is answered with how to write one; a rule is kept."""
    await written(api)
    await says(api, EDITOR, "尽快", SAID.wizard.times["unreadable"])
    await says(api, EDITOR, "2020-01-01 09:00", SAID.wizard.times["past"])
    await says(api, EDITOR, "每周一9点", SAID.wizard.sure)
    assert "每周一9点，第一次是" in api.texts(EDITOR)[-1]
    await presses(api, EDITOR, KEYS.confirm, "已经安排好了")
    (planned,) = await bot.archive.recent(5)
    assert (planned.state, planned.rhythm) == (State.SCHEDULED, "0 9 * * 1")
    assert api.texts(-501) == []
    await says(api, EDITOR, "/announcements", "等到时候发")
    await presses(api, EDITOR, "#1", "停水通知")
    await presses(api, EDITOR, KEYS.stop, "确定要停下")
    assert await presses(api, EDITOR, KEYS.stop_sure) == SAID.overview.stopped
    stopped = await bot.archive.get(1)
    assert stopped is not None
    assert stopped.state is State.CANCELLED


async def test_steps_can_be_gone_back_to(api: Crowd, bot: Services) -> None:
    """Content, whom and time can be changed before confirming; it can also be given up."""
    await written(api)
    await presses(api, EDITOR, KEYS.now, SAID.wizard.sure)
    await presses(api, EDITOR, KEYS.whom, SAID.wizard.category)
    await presses(api, EDITOR, "应急", "发给谁")
    await presses(api, EDITOR, KEYS.only.format(category="应急"), SAID.wizard.time)
    await presses(api, EDITOR, KEYS.now, SAID.wizard.urgent)
    assert "0 个群，0 位居民" in api.texts(EDITOR)[-1]
    await presses(api, EDITOR, KEYS.content, "已经收下 1 条")
    await presses(api, EDITOR, KEYS.afresh, SAID.wizard.content)
    await presses(api, EDITOR, KEYS.drop, SAID.wizard.dropped)
    await says(api, EDITOR, DONE, DONE_QUOTE)
    assert await bot.archive.recent(5) == ()


async def test_an_edited_message_changes_the_draft(api: Crowd, bot: Services) -> None:
    """A slip of the pen is corrected where it was made."""
    await says(api, EDITOR, "/announce", SAID.wizard.content)
    message = await api.says(EDITOR, "听水通知")
    await newest(api, EDITOR, "已经收下 1 条")
    before = api.sent(EDITOR)[-1]["message_id"]
    await api.edits(EDITOR, message, "停水通知")
    await api.until(lambda: (EDITOR, before) not in api.messages)
    await newest(api, EDITOR, "已经收下 1 条")
    draft = await bot.writings.draft(EDITOR)
    assert draft is not None
    assert "停水通知" in draft
    assert "听水" not in draft


async def test_the_issue_is_drafted_with_links_to_ask(api: Crowd, bot: Services) -> None:
    """Headlines and leads of the current issue, and under them buttons that open each article."""
    await says(api, EDITOR, "/announce", SAID.wizard.content)
    await presses(api, EDITOR, KEYS.digest, "已经收下 1 条")
    digest = api.sent(EDITOR)[-2]
    assert digest["text"].startswith("本期要闻：临河区公报 2024年3月5日")
    assert "临河区召开为民办实事推进会" in digest["text"]
    (row,) = digest["reply_markup"]["inline_keyboard"]
    assert row[0]["text"] == "问这条：临河区召开为民办实事推进会"
    start, _, target = row[0]["url"].partition("?start=")
    assert start == "https://t.me/bulletin_test_bot"
    await says(api, ANNA, f"/start {target}", "临河区召开为民办实事推进会")
    await presses(api, EDITOR, KEYS.next, SAID.wizard.category)


async def test_the_news_of_one_issue_do_not_repeat(api: Crowd, bot: Services) -> None:
    """A rule is refused for them with what to do; one time is taken."""
    await says(api, EDITOR, "/announce", SAID.wizard.content)
    await presses(api, EDITOR, KEYS.digest, "已经收下 1 条")
    for button, question in (
        (KEYS.next, SAID.wizard.category),
        ("政策", "发给谁"),
        (KEYS.all, SAID.wizard.time),
    ):
        await presses(api, EDITOR, button, question)
    await says(api, EDITOR, "每周一9点", SAID.wizard.faults["of_one_issue"])
    await says(api, EDITOR, "明天8点", SAID.wizard.sure)


async def test_what_cannot_be_announced_is_said(api: Crowd, bot: Services) -> None:
    """A voice message, and an eleventh part."""
    await says(api, EDITOR, "/announce", SAID.wizard.content)
    voice = {"file_id": "f", "file_unique_id": "u", "duration": 1}
    await says(api, EDITOR, None, SAID.wizard.no_content, voice=voice)
    for number in range(10):
        await says(api, EDITOR, f"第{number}条", f"已经收下 {number + 1} 条")
    await says(api, EDITOR, "又一条", SAID.wizard.faults["too_many"])


async def test_afterwards_the_editor_changes_pins_and_recalls(api: Crowd, bot: Services) -> None:
    """From the list: words changed, pinned, recalled, each in every group, and written down."""
    await written(api)
    await presses(api, EDITOR, KEYS.now, SAID.wizard.sure)
    await presses(api, EDITOR, KEYS.confirm)
    await newest(api, EDITOR, "发完了")
    await through(bot)
    await says(api, OWNER, "/announcements", "已经发完")
    await presses(api, OWNER, "#1", "写好并确定")
    await presses(api, OWNER, KEYS.edit, SAID.wizard.reword)
    await says(api, OWNER, "停水改到后天", SAID.wizard.reworded)
    await presses(api, OWNER, KEYS.reword)
    await newest(api, OWNER, "改完了")
    assert api.texts(-501) == api.texts(-502) == ["停水改到后天"]
    await says(api, OWNER, "/announcements", "已经发完")
    await presses(api, OWNER, "#1", "改文字")
    await presses(api, OWNER, KEYS.pin)
    await newest(api, OWNER, "置顶完了")
    assert len(api.pinned) == 2
    await presses(api, OWNER, KEYS.recall, "确定要撤回")
    await presses(api, OWNER, KEYS.recall_sure)
    await newest(api, OWNER, "撤回完了")
    assert api.texts(-501) == api.texts(-502) == []
    await says(api, OWNER, "/announcements", "已经撤回")
    await presses(api, OWNER, "#1", "撤回")
    audit = api.texts(OWNER)[-1]
    assert f"编号 {EDITOR}：写好并确定" in audit
    assert f"编号 {OWNER}：撤回" in audit


async def test_only_editors_may(api: Crowd, bot: Services) -> None:
    """Others are told that there is no such command, and their presses do nothing."""
    await written(api)
    await presses(api, EDITOR, KEYS.now, SAID.wizard.sure)
    for command in ("/announce", "/announcements"):
        await says(api, ANNA, command, WORDING.notices.unknown_command)
    message = api.sent(ANNA)[-1]["message_id"]
    draft = api.sent(EDITOR)[-1]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    for data in (draft, "n:recalled:1", "n:view:1", "n:list:99", "n:stopped:1", "n:misses:1"):
        query = await api.sends_back(ANNA, message, data)
        assert await api.acknowledged(query) == WORDING.notices.odd_button
    group = api._new(-501, api.sent(ANNA)[-1]["from"], {"text": "x", "html": "x"})
    query = await api.sends_back(-501, group["message_id"], draft, EDITOR)
    assert await api.acknowledged(query) == WORDING.notices.odd_button
    assert api.texts(-501) == ["x"]
    assert await bot.archive.recent(5) == ()


@pytest.mark.parametrize(
    "data",
    [
        "n:",
        "n:view",
        "n:view:",
        "n:view:-1",
        "n:view:1:",
        "n:view:１",
        "n:nothing:1",
        "n:view:1:a b",
        "n:view:99999999999999999999",
        "n:group:1:--5",
        "n:page:1:-3",
        "n:category:1:ffffffffff",
    ],
)
async def test_invented_buttons_do_nothing(api: Crowd, bot: Services, data: str) -> None:
    """Whatever an editor's client sends back is acknowledged calmly."""
    await written(api)
    message = api.sent(EDITOR)[-1]["message_id"]
    query = await api.sends_back(EDITOR, message, data)
    assert await api.acknowledged(query) == WORDING.notices.odd_button


def test_every_button_comes_back_as_it_was_made() -> None:
    """With the largest numbers and the longest words, within Telegram's limit."""
    for op in Op:
        made = press("x", op, 10**15 - 1, "-1002345678901234567")
        found = parse(made.data)
        assert found is not None
        assert (found.op, found.number, found.word) == (op, 10**15 - 1, "-1002345678901234567")


async def test_residents_subscribe_and_leave_by_one_tap(api: Crowd, bot: Services) -> None:
    """By category and by street; under each announcement is the way out."""
    await says(api, ANNA, "/unsubscribe", WORDING.subscribing.nothing)
    await says(api, ANNA, "/subscribe", WORDING.subscribing.choose)
    assert await presses(api, ANNA, "政策") == "已经订上“政策”。"
    await says(api, BELA, "/subscribe", WORDING.subscribing.choose)
    await presses(api, BELA, "城东街道")
    assert "✓ 城东街道" in api.labels(BELA)

    await written(api)
    await presses(api, EDITOR, KEYS.now, "2 个群，1 位居民")
    await presses(api, EDITOR, KEYS.confirm)
    await newest(api, EDITOR, "发完了")
    assert api.texts(ANNA)[-1] == "停水通知"
    assert api.labels(ANNA) == ["不再接收“政策”"]
    assert await presses(api, ANNA, "不再接收", "/subscribe") == "已经退订“政策”。"

    await written(api, KEYS.street, "城东街道", text="城东停电")
    await presses(api, EDITOR, KEYS.now, "0 个群，1 位居民")
    await presses(api, EDITOR, KEYS.confirm)
    await newest(api, BELA, "城东停电")
    assert api.labels(BELA) == ["不再接收“城东街道”"]
    await newest(api, EDITOR, "发完了")
    assert "城东停电" not in api.texts(ANNA)
    assert all(text == "停水通知" for group in GROUPS for text in api.texts(group))


async def test_what_a_resident_subscribed_to_is_told_and_erased(api: Crowd, bot: Services) -> None:
    """/privacy counts it, /forgetme ends it."""
    await says(api, ANNA, "/subscribe", WORDING.subscribing.choose)
    await presses(api, ANNA, "政策")
    await says(api, ANNA, "/privacy", "订阅的公告 1 项")
    await says(api, ANNA, "/forgetme", WORDING.forget.confirm)
    await presses(api, ANNA, WORDING.buttons.erase, WORDING.forget.done)
    await says(api, ANNA, "/unsubscribe", WORDING.subscribing.nothing)


async def test_questions_are_answered_while_announcements_go_out(
    api: Crowd, bot: Services
) -> None:
    """An answer does not wait for the announcements before it."""
    now = datetime.now(UTC)
    for number in range(60):
        await bot.chatbook.stand(
            -9000 - number, ChatKind.SUPERGROUP, "群", Standing(active=True), now
        )
    await written(api)
    await presses(api, EDITOR, KEYS.now, SAID.wizard.sure)
    await api.acknowledged(await api.presses(EDITOR, KEYS.confirm))
    await api.until(lambda: len(api.copies()) > 8)
    await says(api, ANNA, "/start buses", BUSES_QUOTE)
    assert len(api.copies()) < 60
    await newest(api, EDITOR, "发完了")


async def test_what_was_missed_is_listed_by_name(api: Crowd, bot: Services) -> None:
    """「查看失败」 names the chats with Telegram's own reason, 「重发未确认」 sends again."""
    api.fail("sendMessage", chat=-501, silent=True, times=2)
    await written(api)
    await presses(api, EDITOR, KEYS.now, SAID.wizard.sure)
    await presses(api, EDITOR, KEYS.confirm)
    await newest(api, EDITOR, "不能肯定送到没有的有 1 个：\n东社区群")
    assert api.labels(EDITOR) == [KEYS.resend, KEYS.misses]
    await presses(api, EDITOR, KEYS.misses, "东社区群：")
    assert await presses(api, EDITOR, KEYS.resend) == SAID.overview.resending

    async def resent() -> bool:
        tally = await bot.outbox.tally(2)
        return (tally.doubtful, tally.chats) == (1, 2)

    assert await eventually(resent)


def test_whom_is_what_buttons_say() -> None:
    """The words on the buttons are values of Whom, so that a press is understood."""
    assert {Whom.ALL.value, Whom.CATEGORY.value} == {"all", "category"}


@pytest.mark.parametrize(
    ("lead", "shown"),
    [
        ("甲开工。乙完工。", "甲开工。乙完工。"),
        ("甲说:“好。”", "甲说:“好。”"),
        ("甲开工。乙正在完", "甲开工。"),
        ("甲正在开", "甲正在开…"),
        ("", ""),
    ],
)
def test_a_lead_does_not_break_off_in_a_sentence(lead: str, shown: str) -> None:
    """What was cut for its length ends with a whole sentence, or shows that it was cut."""
    source = Source(
        issue="i", issued=None, bulletin="公报", article="文", section=None, paragraph=1, byline=()
    )
    overview = Overview(target="a-1", title="题", kicker=None, lead=lead, source=source)
    (part,) = digest((overview,), WORDING)
    assert (f"<blockquote>{shown}</blockquote>" in part.html) == bool(shown)
