"""What staff may do with a matter, and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from fake_api import FakeApi
from staff_room import (
    ANNA,
    BELA,
    BUTTONS,
    LI,
    ROOM,
    SAID,
    STRANGER,
    UNKNOWN,
    WANG,
    WORDING,
    hands_over,
    shown,
    staffed,
    thread_of,
    writes,
)
from town import DONE, EDITOR, town_base

from bot.belongings import Belongings
from bot.services import Services
from bot.settings import Handoff
from knowledge.base import KnowledgeBase


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
