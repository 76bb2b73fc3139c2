"""An issue that is being brought in: days, steps and places, without bot or database."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.buttons import Op, Press, parse, press
from bot.importing.days import DayError, DayFault, guesses, read_day
from bot.importing.drafts import (
    MOST_SHEETS,
    TYPING,
    Draft,
    DraftError,
    DraftFault,
    Mode,
    Sheet,
    Sort,
    Step,
    collected,
    dated,
    follows,
    headlined,
    is_article,
    pressed,
    read_draft,
    renamed,
    waits,
)
from bot.importing.placing import Place, done_already, place, writings
from bot.importing.seen import look
from knowledge.cards import Card
from knowledge.content import load

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
TEXT = """新图书馆向居民开放

3月5日,临河区图书馆新馆向居民开放。馆内共有藏书12万册,每天九点开门。

·赵敏·
"""


def sheet(number: int = 1, text: str = TEXT, **more: object) -> Sheet:
    values = {"sort": Sort.FILE, "sources": (number,), "at": NOW, "name": "三月.txt", **more}
    return Sheet(number=number, length=len(text), seen=look(text).seen, **values)  # type: ignore[arg-type]


def draft(step: Step = Step.REVIEW, **more: object) -> Draft:
    values: dict[str, object] = {
        "serial": 7,
        "sheets": (sheet(),),
        "counted": 1,
        "day": date(2026, 3, 6),
        "bulletin": "临河区公报",
        "title": "三月二期",
    }
    return Draft(step=step, **(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2024-01-20", date(2024, 1, 20)),
        ("2024年1月20日", date(2024, 1, 20)),
        ("2024年 1月 20日。", date(2024, 1, 20)),
        ("2024.1.20", date(2024, 1, 20)),
        ("2024/01/20", date(2024, 1, 20)),
        ("２０２４－０１－２０", date(2024, 1, 20)),
        ("20240120", date(2024, 1, 20)),
        ("3月6日", date(2026, 3, 6)),
        ("3月6号", date(2026, 3, 6)),
        ("12月31日", date(2025, 12, 31)),
        ("2月29日", date(2024, 2, 29)),
        ("今天", TODAY),
        ("昨天", date(2026, 3, 9)),
    ],
)
def test_a_day_as_it_is_typed(typed: str, day: date) -> None:
    """With a year, or the last such day before today."""
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", DayFault.UNREADABLE),
        ("一月号", DayFault.UNREADABLE),
        ("2024-01", DayFault.UNREADABLE),
        ("0006-01-02", DayFault.TOO_FAR),
        ("2024-02-30", DayFault.NO_SUCH_DAY),
        ("13月1日", DayFault.NO_SUCH_DAY),
        ("2062-01-20", DayFault.TOO_FAR),
    ],
)
def test_what_is_no_day(typed: str, fault: DayFault) -> None:
    """What is wrong with it is told."""
    with pytest.raises(DayError) as caught:
        read_day(typed, TODAY)
    assert caught.value.fault is fault


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_days(typed: str) -> None:
    """Whatever is typed is a day or an error of ours."""
    with suppress(DayError):
        read_day(typed, TODAY)
    guesses((typed,), (typed,), (), TODAY)


def test_days_are_guessed() -> None:
    """From names, from the tops of texts, from posts; not what lies far ahead."""
    found = guesses(
        ("公报20260306.docx", "2031-01-01.txt"), ("\n2026年3月7日 星期六\n",), (TODAY,), TODAY
    )
    assert found == (date(2026, 3, 6), date(2026, 3, 7), TODAY)
    named = guesses((), ("2月27日,馆长在3月5日说,去年3月11日和12月1日也开过会。",), (), TODAY)
    assert named == (date(2026, 3, 5), date(2026, 2, 27))


def test_buttons_fit_and_are_read_back() -> None:
    """Every button with its longest word."""
    for op in Op:
        made = press("题", op, 10**14, "2024-01-20")
        assert len(made.data.encode()) <= 64
        assert parse(made.data) == Press(op=op, number=10**14, word="2024-01-20")


@pytest.mark.parametrize("data", [None, 5, "", "m:", "m:put", "m:put:x", "m:nothing:1", "n:put:1"])
def test_invented_buttons(data: object) -> None:
    """What no button says is nothing."""
    assert parse(data) is None


def test_the_way_through() -> None:
    """Pages, day, a last look."""
    empty = Draft(serial=7)
    assert pressed(empty, Press(op=Op.NEXT, number=7)) is None
    one = collected(empty, sheet())
    asked = pressed(one, Press(op=Op.NEXT, number=7))
    assert asked is not None
    assert asked.step is Step.DAY
    there = dated(asked, date(2026, 3, 6), exists=True)
    added = pressed(there, Press(op=Op.ADD, number=7))
    assert added is not None
    assert (added.step, added.mode) == (Step.REVIEW, Mode.ADD)
    assert dated(asked, date(2026, 3, 6), exists=False).step is Step.REVIEW
    assert read_draft(added.model_dump_json()) == added


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("op", Op)
@pytest.mark.parametrize("word", ["", "0-0", "9-9", "1", "review", "day", "title", "no", "-"])
def test_every_button_at_every_step(step: Step, op: Op, word: str) -> None:
    """Gives a draft that can be stored and read, or nothing."""
    after = pressed(draft(step, correcting=(0, 0)), Press(op=op, number=7, word=word))
    assert after is None or read_draft(after.model_dump_json()) == after


def test_a_draft_of_another_program_counts_as_none() -> None:
    """Unreadable states are no error."""
    assert read_draft('{"serial": 1, "more": 2}') is None
    assert read_draft("[") is None
    assert read_draft(None) is None


def test_what_answers_a_question_of_the_drafts() -> None:
    """Only at the steps that ask for typing, and not the day after."""
    for step in Step:
        assert waits(draft(step), NOW, NOW) == (step in TYPING)
    assert not waits(draft(Step.DAY), NOW - timedelta(hours=13), NOW)


def test_long_texts_are_articles_and_short_ones_questions() -> None:
    """Where pages are waited for, shorter ones are too."""
    assert is_article("新馆开放。" * 80, None)
    assert not is_article("图书馆几点开门？", None)
    assert not is_article("哈" * 500, None)
    waiting = Draft(serial=1)
    assert is_article("标题\n正文。", waiting)
    assert not is_article("图书馆几点开门？", waiting)
    assert not is_article("标题\n正文。", draft(Step.REVIEW))


def test_a_text_that_telegram_cut_goes_on() -> None:
    """The next part comes at once, after a full message."""
    first = collected(Draft(serial=1), sheet(sort=Sort.PASTED, tail=4096))
    assert follows(first, NOW + timedelta(seconds=1))
    assert not follows(first, NOW + timedelta(minutes=1))
    assert not follows(collected(Draft(serial=1), sheet(sort=Sort.PASTED, tail=900)), NOW)
    assert not follows(Draft(serial=1), NOW)


def test_a_draft_has_an_end() -> None:
    """No more sheets than can be looked at."""
    full = Draft(serial=1)
    for number in range(MOST_SHEETS):
        full = collected(full, sheet(number + 1))
    with pytest.raises(DraftError):
        collected(full, sheet(99))
    huge = sheet(1).model_copy(update={"length": 1_000_001})
    with pytest.raises(DraftError):
        collected(Draft(serial=1), huge)


def test_a_headline_is_corrected_in_its_place() -> None:
    """The text stays as it is but for the headline."""
    (article,) = look(TEXT).articles
    changed = headlined(TEXT, article, " 区图书馆新馆  开放 ")
    assert changed == TEXT.replace("新图书馆向居民开放", "区图书馆新馆 开放", 1)
    (again,) = look(changed).articles
    assert again.headline == "区图书馆新馆 开放"


def test_an_article_without_headline_gets_one() -> None:
    """On a line of its own above it."""
    bare = TEXT.partition("\n\n")[2]
    (article,) = look(bare).articles
    assert not article.named
    (again,) = look(headlined(bare, article, "区图书馆新馆开放")).articles
    assert again.headline == "区图书馆新馆开放"


@pytest.mark.parametrize("typed", ["", "题", "题" * 61, "新馆\u202e开放"])
def test_what_is_no_headline(typed: str) -> None:
    """Too short, too long, or with what cannot be seen."""
    (article,) = look(TEXT).articles
    with pytest.raises(DraftError) as caught:
        headlined(TEXT, article, typed)
    assert caught.value.fault is DraftFault.NO_HEADLINE


def test_names_are_corrected() -> None:
    """Title and bulletin, each at its step."""
    assert renamed(draft(Step.TITLE), " 三月 三期").title == "三月 三期"
    assert renamed(draft(Step.BULLETIN), "新报").bulletin == "新报"


def content(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        file = folder / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


OLD = "旧闻一则\n\n3月4日,临河区公园开园。公园里种了300棵树。\n\n·王一·\n"
ISSUE = "date: 2026-03-06\nbulletin: 临河区公报\ntitle: 三月一期\n"
CARD = Card(slot=1, fingerprint="f", place="a", issued=date(2026, 3, 6))


def put(root: Path, one: Draft, card: Card | None = None) -> Place:
    where = place(root, one, card)
    for path, data in writings(root, one, {1: TEXT, 2: TEXT}, where):
        file = root / path
        if data is None:
            file.unlink()
        else:
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(data)
    assert done_already(root, writings(root, one, {1: TEXT, 2: TEXT}, where))
    return where


def test_a_new_issue_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """Named by its day, with a number where that is taken; the names need no care in YAML."""
    root = content(tmp_path, **{"2026-03-06__1.txt": OLD})
    where = put(root, draft(title='三月: "二期" #2'))
    assert where == Place(folder="2026-03-06-2", files=("01.txt",))
    issues = load(root).issues
    assert issues[0].title == '三月: "二期" #2'
    assert issues[0].issued == date(2026, 3, 6)
    assert (root / "2026-03-06-2/01.txt").read_text(encoding="utf-8") == TEXT


def test_pages_are_added_after_those_there(tmp_path: Path) -> None:
    """The description stays as its editor wrote it."""
    issue = f"# 我们的一期\n{ISSUE}"
    root = content(tmp_path, **{"a__issue.yaml": issue, "a__1.txt": OLD, "a__02.txt": OLD})
    where = put(root, draft(mode=Mode.ADD, sheets=(sheet(1), sheet(2))), CARD)
    assert where.files == ("10.txt", "11.txt")
    assert (root / "a/issue.yaml").read_text(encoding="utf-8") == issue
    assert len(load(root).issues[0].pages) == 4


def test_pages_are_added_to_a_list_of_pages(tmp_path: Path) -> None:
    """Where the description lists them."""
    issue = f"{ISSUE}url: https://example.org/\npages: [b.txt]\n"
    root = content(tmp_path, **{"a__issue.yaml": issue, "a__b.txt": OLD, "a__c.txt": OLD})
    where = put(root, draft(mode=Mode.ADD), CARD)
    (one,) = load(root).issues
    assert [page.file.name for page in one.pages] == ["b.txt", *where.files]
    assert one.url == "https://example.org/"


def test_an_issue_is_replaced_whole(tmp_path: Path) -> None:
    """Its old pages go, what editors wrote beside them stays."""
    qa = "- id: trees\n  quote: 馆内共有藏书12万册,每天九点开门。\n  questions: [几本书]\n"
    issue = f"{ISSUE}pages: [b.txt, c/d.txt]\n"
    files = {"a__issue.yaml": issue, "a__b.txt": OLD, "a__c__d.txt": OLD, "a__qa__q.yaml": qa}
    root = content(tmp_path, **files)
    where = put(root, draft(mode=Mode.REPLACE), CARD)
    loaded = load(root)
    assert where == Place(folder="a", files=("01.txt",))
    assert [page.file.name for page in loaded.issues[0].pages] == ["01.txt"]
    assert [entry.id for entry in loaded.entries] == ["trees"]
    assert not (root / "a/c/d.txt").exists()
