"""What editors see of what was asked: figures against a log written by hand, and the real bot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from fake_api import FakeApi
from matplotlib.ft2font import FT2Font
from patience import eventually
from town import BUSES, DONE, EDITOR, OWNER

from bot import migrations
from bot.belongings import Belongings
from bot.database import Database
from bot.figures import acts, chart, reasons, summary
from bot.figures.aside import AsideError, aside
from bot.figures.chart import Picture, Stack
from bot.figures.counts import Counts, Figures
from bot.figures.periods import Period, period
from bot.gist import gist
from bot.services import Services
from bot.storage import AskedQuestion, Storage
from bot.wording import Wording
from knowledge.base import KnowledgeBase
from knowledge.model import Status

ANNA, BELA, GROUP = 4201, 4202, -700
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 28)
WORDING = Wording.load()
SAID = WORDING.figures
ASKED = AskedQuestion(
    chat=ANNA,
    user=ANNA,
    question="路",
    resolved="修几条路",
    status=Status.ANSWERED,
    issue="2024-03-05",
    asked_at=datetime(2026, 11, 28, 3, tzinfo=UTC),
)


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def of(word: str, zone: ZoneInfo = SHANGHAI) -> Period:
    found = period(word, TODAY, zone)
    assert found is not None
    return found


async def figures(storage: Storage, word: str = "7", zone: ZoneInfo = SHANGHAI) -> Figures:
    return await Counts(storage).figures(of(word, zone))


async def asked(api: FakeApi, bot: Services, chat: int, question: str) -> int:
    """Somebody asks, and it stands in the log; the number of the answer's message."""
    message = await api.says(chat, question)
    reply = await eventually(lambda: bot.storage.reply_to(chat, message))
    assert reply is not None
    return reply.messages[-1]


def _up_to(connection: sa.Connection, revision: str) -> None:
    """Bring an empty database to an older form."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    command.upgrade(config, revision)


async def told(api: FakeApi, chat: int, text: str, **more: Any) -> list[str]:
    """What the bot answers to a command with one message."""
    before = len(api.texts(chat))
    await api.says(chat, text, **more)
    await api.until(lambda: len(api.texts(chat)) > before)
    return api.texts(chat)[before:]


async def test_figures_of_a_log_written_by_hand(storage: Storage) -> None:
    """Every figure of a week, and nothing of what was asked before or after it."""
    log = [
        ("2026-11-21T23:59:59.999999", ANNA, ANNA, "太早了", Status.ANSWERED, "2024-03-05"),
        ("2026-11-22T00:00:00", ANNA, ANNA, "修几条路", Status.ANSWERED, "2024-03-05"),
        ("2026-11-22T08:30:00", BELA, BELA, "修几条路？", Status.ANSWERED, "2024-03-05"),
        ("2026-11-25T08:59:59", ANNA, GROUP, "修幾條 路", Status.ANSWERED, "2024-03-12"),
        ("2026-11-25T09:00:00", ANNA, ANNA, "有没有游泳池", Status.UNKNOWN, None),
        ("2026-11-28T09:00:00", BELA, GROUP, "有没有游泳池!", Status.RELATED, "2024-03-12"),
        ("2026-11-28T23:59:59.999999", BELA, BELA, "谢谢", Status.CHAT, None),
        ("2026-11-29T00:00:00", BELA, BELA, "太晚了", Status.ANSWERED, "2024-03-05"),
    ]
    numbers = [
        await storage.record_question(
            replace(
                ASKED,
                asked_at=local(when),
                user=user,
                chat=chat,
                resolved=text,
                status=status,
                issue=issue,
            )
        )
        for when, user, chat, text, status, issue in log
    ]
    for number, user, verdict in ((0, ANNA, -1), (1, ANNA, 1), (1, BELA, 1), (4, ANNA, -1)):
        await storage.give_feedback(numbers[number], user, verdict, local("2026-11-30T00:00:00"))
    found = await figures(storage)
    assert dict(found.statuses) == {"answered": 3, "related": 1, "unknown": 1, "chat": 1}
    assert (found.asked, found.good, found.bad) == (5, 2, 1)
    assert (found.people, found.chats) == (2, 3)
    assert found.issues == (("2024-03-05", 2), ("2024-03-12", 1))
    assert {hour: found.asked_at(hour) for hour in found.hours} == {0: 1, 8: 2, 9: 2, 23: 0}
    days = {day.day: found.asked_on(day) for day in found.days}
    assert days == {22: 2, 25: 2, 28: 1}
    top = [(one.question, one.count, one.number) for one in found.top]
    assert top == [("修幾條 路", 3, numbers[3]), ("有没有游泳池!", 2, numbers[5])]
    assert [(one.question, one.count) for one in found.missed] == [("有没有游泳池!", 2)]
    assert [one.number for one in found.bad_ones] == [numbers[4]]


@pytest.mark.parametrize(
    ("zone", "moment", "word", "hour", "counted"),
    [
        ("Asia/Shanghai", "2026-11-27T16:00:00+00:00", "today", 0, True),
        ("Asia/Shanghai", "2026-11-27T15:59:59+00:00", "today", 23, False),
        ("UTC", "2026-11-28T23:59:59+00:00", "today", 23, True),
        ("Asia/Kolkata", "2026-11-27T18:30:00+00:00", "today", 0, True),
        ("Asia/Kolkata", "2026-11-27T18:29:59+00:00", "today", 23, False),
        ("Asia/Kathmandu", "2026-11-28T00:14:59+00:00", "today", 5, True),
        ("Asia/Kathmandu", "2026-11-28T00:15:00+00:00", "today", 6, True),
        ("America/New_York", "2026-11-01T05:30:00+00:00", "2026-11", 1, True),  # the first 1:30
        ("America/New_York", "2026-11-01T06:30:00+00:00", "2026-11", 1, True),  # and the second
        ("America/New_York", "2026-03-08T07:00:00+00:00", "2026-03", 3, True),  # no 2:00 that day
        ("Europe/Berlin", "2026-10-31T23:00:00+00:00", "2026-11", 0, True),
        ("Europe/Berlin", "2026-10-31T22:59:59+00:00", "2026-11", 23, False),
    ],
)
async def test_days_and_hours_are_those_of_the_zone(
    storage: Storage, zone: str, moment: str, word: str, hour: int, counted: bool
) -> None:
    """A question belongs to the day and hour that the clocks of the bulletin's place showed."""
    await storage.record_question(replace(ASKED, asked_at=datetime.fromisoformat(moment)))
    found = await figures(storage, word, ZoneInfo(zone))
    assert found.asked == int(counted)
    assert found.asked_at(hour) == int(counted)
    assert sum(found.asked_on(day) for day in found.period.days) == int(counted)


async def test_what_was_asked_before_is_counted_too(empty_url: str) -> None:
    """A log from before there were figures is counted like what comes after it."""
    database = Database.attached(empty_url)
    try:
        async with database.writing() as connection:
            await connection.run_sync(_up_to, "0007")
            values = {"chat_id": 1, "thread_id": 0, "user_id": 1, "confidence": 1, "version": ""}
            rows = [
                {**values, "question": text, "resolved": text, "status": "answered"}
                for text in ("修几条路", "修幾條 路？", "？")
            ]
            when = sa.column("asked_at", sa.DateTime(timezone=True))
            table = sa.table("questions", *map(sa.column, rows[0]), when)
            moment = {"asked_at": ASKED.asked_at}
            await connection.execute(sa.insert(table), [row | moment for row in rows])
    finally:
        await database.close()
    storage = await Storage.open(empty_url)
    try:
        found = await figures(storage)
    finally:
        await storage.close()
    assert found.asked == 3
    assert [(one.question, one.count) for one in found.top] == [("修幾條 路？", 2)]


async def test_what_was_erased_is_not_counted(storage: Storage) -> None:
    """After /forgetme no figure knows of a person."""
    for user in (ANNA, BELA):
        number = await storage.record_question(replace(ASKED, user=user, chat=user))
        await storage.give_feedback(number, user, -1, ASKED.asked_at)
    await Belongings(storage).forget(ANNA)
    found = await figures(storage)
    assert (found.asked, found.bad, found.people, found.chats) == (1, 1, 1, 1)
    assert [one.count for one in found.top] == [1]


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("today", "2026-11-28", "2026-11-28"),
        ("7", "2026-11-22", "2026-11-28"),
        ("30", "2026-10-30", "2026-11-28"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", None, None),
        ("2026-13", None, None),
        ("1999-01", None, None),
        ("8", None, None),
        ("", None, None),
    ],
)
def test_periods(word: str, first: str | None, last: str | None) -> None:
    """What a button may name, and nothing else."""
    found = period(word, TODAY, SHANGHAI)
    days = (None, None) if found is None else (str(found.first), str(found.last))
    assert days == (first, last)


def test_questions_are_shown_without_who_somebody_is() -> None:
    """Telephone and identity numbers are masked, lines joined, long ones cut."""
    assert summary.shown("我是\n13800138000 ") == "我是 〔电话〕"
    assert len(summary.shown("长" * 500)) == summary.LONGEST


async def test_stats_from_the_first_word_to_the_picture(api: FakeApi, bot: Services) -> None:
    """An editor sees numbers, then the picture, and goes on by a button."""
    for chat, question in ((ANNA, DONE), (BELA, DONE), (ANNA, BUSES)):
        await asked(api, bot, chat, question)
    await api.says(EDITOR, "/stats")
    told = (await api.reply(EDITOR, 1))["text"]
    assert "提问 3 个：有答案 3 个" in told
    assert f"1. {DONE}（2 次，编号 2）" in told
    assert "临河区公报 2024年3月5日：3 次" in told
    assert (await api.reply(EDITOR, 2))["photo"]
    await api.presses(EDITOR, SAID.buttons.month)
    assert f"{datetime.now(SHANGHAI):%Y年}" in (await api.reply(EDITOR, 3))["text"]
    await api.reply(EDITOR, 4)
    assert [file.data[:8] for file in api.uploads] == [b"\x89PNG\r\n\x1a\n"] * 2


async def test_why_by_number_and_by_reply(api: FakeApi, bot: Services) -> None:
    """An editor gets the explanation of a resident's answer by its number, and of an answer in
    the own chat by replying to it, and also after the content has changed."""
    await asked(api, bot, ANNA, f"{DONE}，我是13800138000")
    assert await told(api, EDITOR, "/why") == [WORDING.figures.reasons.how]
    text = "".join(await told(api, EDITOR, "/why 1"))
    assert "编号 1，" in text
    assert f"问题：{DONE}，我是〔电话〕" in text
    assert "结论：有答案" in text
    assert "13800138000" not in text
    answer = await asked(api, bot, EDITOR, BUSES)
    message = api.messages[EDITOR, answer]
    assert f"问题：{BUSES}" in "".join(await told(api, EDITOR, "/why", reply_to_message=message))
    assert await told(api, EDITOR, "/why 99") == [WORDING.figures.reasons.gone.format(number=99)]
    assert await told(api, EDITOR, "/why 编号") == [WORDING.figures.reasons.how]


@pytest.mark.parametrize(
    ("typed", "gone"),
    [
        ("我电话13800138000", ["13800138000"]),
        ("我电话138 0013 8000", ["0013", "8000"]),
        ("我电话１３８００１３８０００", ["13800138000", "１３８００１３８０００"]),
        ("我身份证32060219900307123x", ["320602", "123x"]),
        ("邮箱zhang.san@example.com", ["zhang", "san@"]),
    ],
)
def test_an_explanation_does_not_tell_who_asked(
    base: KnowledgeBase, typed: str, gone: list[str]
) -> None:
    """Nor in the pieces into which it takes the question; its scores and the rest stay whole."""
    asked = replace(ASKED, question=typed, resolved=f"{DONE}，{typed}")
    explanation = base.explain(asked.resolved)
    text = reasons.paragraphs(1, asked, explanation, WORDING, SHANGHAI, kept=True)[-1]
    assert [piece for piece in gone if piece in text] == []
    lines, plain = text.splitlines(), explanation.lines()
    assert len(lines) == len(plain)
    assert [line for line in lines if line.startswith("1. ")] == [
        line for line in plain if line.startswith("1. ")
    ]
    assert lines[-1] == plain[-1]
    assert "2023" in lines[0]


async def test_why_where_the_version_is_gone(api: FakeApi, bot: Services) -> None:
    """Where the content that answered is not kept, that is said, and the current one explains."""
    number = await bot.storage.record_question(replace(ASKED, resolved=DONE, version="beforehand"))
    text = "".join(await told(api, EDITOR, f"/why {number}"))
    assert WORDING.figures.reasons.version_gone in text
    assert "结论：有答案" in text


async def test_what_owners_read_in_audit(api: FakeApi, bot: Services) -> None:
    """The newest acts first, in words, a page at a time."""
    assert await told(api, OWNER, "/audit") == [WORDING.figures.audit.none]
    for number in range(acts.PAGE):
        await bot.audit.note(OWNER, "announcement-pin", str(number))
    await bot.audit.note(EDITOR, "something new", "x" * 500, "13800138000")
    first = (await told(api, OWNER, "/audit"))[0].splitlines()
    assert len(first) == acts.PAGE + 2
    assert f"编号 {EDITOR}：something new xxx" in first[2]
    assert first[2].endswith("… 〔电话〕")
    assert f"编号 {OWNER}：置顶公告 {acts.PAGE - 1}" in first[3]
    await api.presses(OWNER, WORDING.figures.audit.older)
    earlier = (await api.reply(OWNER, 3))["text"]
    assert earlier.endswith("置顶公告 0")
    assert api.labels(OWNER) == []


async def test_commands_are_none_to_a_stranger(api: FakeApi, bot: Services) -> None:
    """A resident who sends one reads what any unknown command gets."""
    await bot.storage.record_question(ASKED)
    for sent in ("/stats", "/digest", "/why 1", "/export", "/audit"):
        assert await told(api, ANNA, sent) == [WORDING.notices.unknown_command]
    assert await told(api, EDITOR, "/audit") == [WORDING.notices.unknown_command]
    assert api.uploads == []


BUTTONS = (
    "f:stats:7",
    "f:stats:ever",
    "f:stats:2999-12",
    "f:why:1",
    "f:why:999999999999",
    "f:audit:9",
    "f:log:30",
    "f:log:2999-12",
    "f:qa:all",
    "f:nothing:1",
    "f:",
    "f:stats:７",
)


async def test_buttons_are_none_to_a_stranger(api: FakeApi, bot: Services) -> None:
    """A resident who sends back a button's words is told nothing; an editor is not shown more
    than an editor may, whatever the words."""
    await bot.storage.record_question(ASKED)
    await bot.audit.note(OWNER, "grant", "secret")
    for user in (ANNA, EDITOR):
        await told(api, user, "/start")
        message = api.sent(user)[-1]["message_id"]
        for data in BUTTONS:
            toast = await api.acknowledged(await api.sends_back(user, message, data))
            assert user == EDITOR or toast == WORDING.notices.odd_button
    assert len(api.texts(ANNA)) == 1
    assert not any("secret" in text for text in api.texts(EDITOR))


def picture(title: str = "提问统计", label: str = "崇川区公报") -> Picture:
    """A picture with every word that one can have."""
    parts = tuple(SAID.drawn.statuses.values())
    stack = Stack(label="11-28", counts=(3, 2, 1))
    return Picture(
        title=title,
        parts=parts,
        hours_title=SAID.drawn.hours,
        hours=(stack,) * 24,
        days_title=SAID.drawn.days,
        days=(stack,) * 31,
        issues_title=SAID.drawn.issues,
        issues=(Stack(label=label, counts=(5,)),) * 12,
    )


def test_every_word_on_the_picture_has_its_glyphs() -> None:
    """The font that comes with the extra holds every character of our words and of a town's name;
    what it lacks is drawn as a dot, and never as an empty box, of which a warning would tell; and
    other words make another picture."""
    known = FT2Font(chart.font_file()).get_charmap()
    words = "".join((*SAID.model_dump_json(), "崇川区镕喆䶮·《》（）"))
    assert {char for char in words if ord(char) not in known} <= {"👍", "👎"}
    odd = "😀\ue000$x^2$\\frac{" + "长" * 300
    drawn = {chart.draw(picture("甲", odd)), chart.draw(picture("乙", ""))}
    assert [png[:8] for png in drawn] == [b"\x89PNG\r\n\x1a\n"] * 2


async def test_without_what_draws_there_are_the_numbers(
    api: FakeApi, bot: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the extra is not installed, the numbers come with a sentence that says so."""
    monkeypatch.setattr("bot.figures.chart.NEEDED", ("a_module_that_is_not_there",))
    await bot.storage.record_question(replace(ASKED, asked_at=datetime.now(UTC)))
    (text,) = await told(api, EDITOR, "/stats")
    assert "提问 1 个" in text
    assert text.endswith(SAID.no_picture)
    assert api.uploads == []


async def test_a_picture_that_fails_costs_only_itself(
    api: FakeApi, bot: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the drawing fails, the numbers are there, and a sentence says so."""
    monkeypatch.setattr("bot.figures.pictures._PROGRAM", "bot.figures.not_there")
    await bot.storage.record_question(replace(ASKED, asked_at=datetime.now(UTC)))
    await api.says(EDITOR, "/stats")
    await api.until(lambda: SAID.failed in api.texts(EDITOR))
    assert "提问 1 个" in api.texts(EDITOR)[0]


async def test_what_is_done_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token stays with the bot; what fails or takes too long is an error, and is ended."""
    (tmp_path / "telling.py").write_text("import os\nprint(sorted(os.environ.items()))\n")
    (tmp_path / "sleeping.py").write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "secret")
    told = await aside("telling", b"", 20)
    assert b"PYTHONPATH" in told
    assert b"secret" not in told
    for module, seconds in (("not_there", 20), ("sleeping", 0.3)):
        with pytest.raises(AsideError):
            await aside(module, b"", seconds)


def test_the_same_question_has_the_same_gist() -> None:
    """Width, characters, spaces, punctuation and telephone numbers make no difference; words and
    years do."""
    same = ["2023年改造了多少个小区", "２０２３年改造了 多少個小區？？"]
    assert len({gist(text) for text in same}) == 1
    assert gist("我的电话13800138000") == gist("我的电话 139-0013-9000！")
    assert gist("2023年改造了多少个小区") != gist("2024年改造了多少个小区")
    assert [gist(text) for text in ("", "？！", "\ud83d")] == [None] * 3
