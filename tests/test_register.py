"""What was asked in vain and what editors did with it: the store and the file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.belongings import Belongings
from bot.inbox import taught
from bot.inbox.buttons import Op, Press, parse, press
from bot.inbox.register import Deed, Lesson, Register
from bot.inbox.waitlist import Waitlist
from bot.storage import AskedQuestion, Storage
from knowledge.errors import ContentError
from knowledge.yaml_source import parse_yaml

ANNA, EDITOR, OWNER = 4201, 99, 98
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=90)
FILE = Path("qa/taught.yaml")


async def asked(storage: Storage, status: str, **more: object) -> int:
    values: dict[str, object] = {
        "chat": ANNA,
        "user": ANNA,
        "question": "那呢",
        "resolved": f"夜市的{status}呢",
        "status": status,
        "target": "buses" if status == "answered" else None,
        "asked_at": NOW,
        **more,
    }
    return await storage.record_question(AskedQuestion(**values))  # type: ignore[arg-type]


async def test_what_was_in_vain(storage: Storage) -> None:
    """Related, unknown, answered with 👎; in full; not what was no question or is long ago."""
    register = Register(storage)
    found = [
        await asked(storage, "related", lack="fact"),
        await asked(storage, "unknown", lack="nothing"),
        await asked(storage, "unknown"),
    ]
    bad = await asked(storage, "answered")
    for _ in ("answered", "chat"):
        await asked(storage, _)
    good = await asked(storage, "answered")
    await asked(storage, "unknown", lack="empty")
    await asked(storage, "unknown", lack="too_long")
    await asked(storage, "unknown", asked_at=SINCE - timedelta(seconds=1))
    await storage.give_feedback(bad, ANNA, -1, NOW)
    await storage.give_feedback(bad, EDITOR, -1, NOW)
    await storage.give_feedback(good, ANNA, 1, NOW)
    await storage.give_feedback(found[0], ANNA, -1, NOW)
    logged = await register.in_vain(SINCE)
    assert [(one.id, one.complaint) for one in reversed(logged)] == [
        *((number, None) for number in found),
        (bad, "buses"),
    ]
    assert logged[0].text == "夜市的answered呢"

    waitlist = Waitlist(storage)
    await waitlist.join(found[0], ANNA, ANNA, NOW)
    await waitlist.done(found[0], NOW + timedelta(hours=1), "t-1")
    assert (await register.in_vain(SINCE))[-1].complaint is None  # it was about the first reply
    await storage.give_feedback(found[0], ANNA, -1, NOW + timedelta(hours=2))
    assert (await register.in_vain(SINCE))[-1].complaint == "t-1"
    await Belongings(storage).forget(ANNA)
    assert await register.in_vain(SINCE) == ()


def lesson(deed: Deed, user: int = EDITOR, **more: object) -> Lesson:
    return Lesson(deed=deed, user=user, at=NOW, **more)  # type: ignore[arg-type]


async def test_what_editors_did(storage: Storage) -> None:
    """Noted, remembered, taken back once; a name is remembered for each editor."""
    register = Register(storage)
    first = await register.note(lesson(Deed.ANSWER, subject="问", entry="t-1", name="王一"))
    await register.note(lesson(Deed.ALIAS, subject="问二", entry="t-2"))
    gone = await register.note(lesson(Deed.ALIAS, subject="问三", entry="t-3"))
    await register.drop(gone)
    away = await register.put_away(lesson(Deed.IGNORE, wordings=("a", "b"), people=2))
    await register.put_away(lesson(Deed.IGNORE, OWNER, wordings=("b", "c"), people=3))
    assert await register.away() == {"a": 2, "b": 3, "c": 3}
    assert await register.last_name(EDITOR) == "王一"
    assert await register.last_name(OWNER) == ""
    standing = await register.standing(9)
    assert [one.deed for one in standing] == ["ignore", "ignore", "alias", "answer"]
    assert (standing[1].wordings, standing[1].people, standing[1].at) == (("a", "b"), 2, NOW)
    assert (standing[3].id, standing[3].subject, standing[3].entry) == (first, "问", "t-1")
    assert await register.take_back(away, OWNER, NOW)
    assert not await register.take_back(away, OWNER, NOW)
    assert await register.away() == {"b": 3, "c": 3}
    assert len(await register.standing(9)) == 3


TEXTS = st.text(st.characters(), min_size=1, max_size=40).filter(lambda text: taught.clean(text))


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=3), TEXTS)
def test_whatever_is_written_is_read_again(text: str, questions: list[str], name: str) -> None:
    """Colons, quotation marks, lines, signs that YAML takes for its own."""
    asked = tuple(taught.clean(question) for question in questions)
    entry = taught.by_staff(asked, taught.clean(text), taught.clean(name), date(2026, 11, 28))
    data = taught.write([entry], "头\n二")
    assert data is not None
    assert data.decode().startswith("# 头\n# 二\n- id: t-")
    (read,) = taught.read(data, FILE)
    assert read == {
        "id": entry["id"],
        "taught": "2026-11-28",
        "questions": [*asked],
        "by": "staff",
        "name": taught.clean(name),
        "date": "2026-11-28",
        "text": taught.clean(text),
    }
    again = taught.write([read], "头\n二")
    assert again == data
    assert parse_yaml(data.decode(), FILE).line(0, "taught") == 4


def test_entries_by_hand_are_kept() -> None:
    """The program changes its own only."""
    by_hand = "- id: '007'\n  questions: [甲, 乙]\n  quote: 丙丁戊己\n".encode()
    entries = taught.read(by_hand, FILE)
    data = taught.write([*entries, taught.by_staff(("问",), "答", "王", date(2026, 1, 2))], "头")
    assert data is not None
    assert taught.read(data, FILE)[0] == {
        "id": "007",
        "questions": ["甲", "乙"],
        "quote": "丙丁戊己",
    }
    assert "  taught: 2026-01-02\n" in data.decode()
    assert taught.read(None, FILE) == []
    assert taught.write([], "头") is None


@pytest.mark.parametrize("data", [b"", b"a: b\n", b"- a\n", b"\xff\xfe", b"- [\n", b"- &x y\n"])
def test_a_file_that_is_none_of_ours_is_refused(data: bytes) -> None:
    """With its place."""
    with pytest.raises(ContentError) as caught:
        taught.read(data, FILE)
    assert "taught.yaml:" in str(caught.value)


@given(
    st.sampled_from(Op),
    st.integers(0, 10**18 - 1),
    st.from_regex(r"[0-9a-f]{8,12}", fullmatch=True),
    st.integers(0, 9),
)
def test_a_button_comes_back_as_it_was_made(op: Op, number: int, version: str, rank: int) -> None:
    """Within Telegram's limit."""
    ranked = op in (Op.VIEW, Op.SAME, Op.SURE)
    made = press("按", op, number, version if ranked else "", rank if ranked else 0)
    assert len(made.data.encode()) <= 64
    expected = Press(
        op=op, number=number, version=version[:8] if ranked else "", rank=rank if ranked else 0
    )
    assert parse(made.data) == expected
    assert not ranked or expected.made_on(version)


@given(st.one_of(st.none(), st.integers(), st.text(), st.from_regex(r"u:[a-z]+:\d*(:\w+-\d)?")))
def test_anything_else_is_none(data: object) -> None:
    """Whatever comes back from outside."""
    found = parse(data)
    assert found is None or found.op in Op
