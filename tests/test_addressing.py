"""Who is spoken to: mentions by their entities, whatever those claim; floods; hours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addressing import Address, Entity, Myself, address
from bot.chats import Absence, ChatKind, Standing
from bot.floods import WINDOW, Floods, Verdict
from bot.membership import standing
from bot.menu import parse_hours

MYSELF = Myself(id=99, username="Bulletin_Bot")
NAME = "@bulletin_bot"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def mention(text: str, name: str = NAME, kind: str = "mention", user: int | None = None) -> Entity:
    """The entity over the first `name` in a text, as Telegram counts."""
    at = text.index(name)
    return Entity(kind=kind, offset=units(text[:at]), length=units(name), user=user)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (f"{NAME} 助餐是什么", "助餐是什么"),
        (f"{NAME}，助餐是什么", "助餐是什么"),
        (f"助餐是什么 {NAME}", "助餐是什么"),
        (f"请问{NAME}助餐是什么", "请问 助餐是什么"),
        (f"😀😀👨‍👩‍👧 {NAME} 助餐是什么", "😀😀👨‍👩‍👧 助餐是什么"),
        (f"𠀀{NAME}𠀀", "𠀀 𠀀"),
        (f"{NAME}", ""),
        (f"\n{NAME}\n", ""),
    ],
)
def test_a_mention_is_found_and_taken_out(text: str, question: str) -> None:
    """Offsets count UTF-16 units, so emoji before the name count for two."""
    found = address(text, [mention(text)], MYSELF, replied=False)
    assert found == Address(question=question, named=True)


def test_a_mention_without_a_user_name_is_one_too() -> None:
    """The entity says whom it means; the words may be anything."""
    text = "😀公报助手 助餐"
    meant = mention(text, "公报助手", "text_mention", 99)
    assert address(text, [meant], MYSELF, replied=False) == Address(question="😀 助餐", named=True)
    other = mention(text, "公报助手", "text_mention", 98)
    assert address(text, [other], MYSELF, replied=False) is None


@pytest.mark.parametrize(
    "entity",
    [
        Entity(kind="mention", offset=0, length=5),
        Entity(kind="mention", offset=0, length=14),
        Entity(kind="mention", offset=-1, length=13),
        Entity(kind="mention", offset=0, length=-13),
        Entity(kind="mention", offset=10**12, length=13),
        Entity(kind="mention", offset=0, length=10**12),
        Entity(kind="text_mention", offset=0, length=13, user=None),
        Entity(kind="code", offset=0, length=13),
        Entity(kind="bot_command", offset=0, length=13),
    ],
)
def test_what_is_no_mention_of_us_is_passed_over(entity: Entity) -> None:
    """Another's name, ours in part, a name in code, offsets beyond the text."""
    text = f"{NAME}x 助餐"
    assert address(text, [entity], MYSELF, replied=False) is None
    assert address(text, [entity], MYSELF, replied=True) == Address(question=text, named=False)


@pytest.mark.parametrize(
    ("text", "length", "question"),
    [
        ("/ask 助餐", 4, "助餐"),
        ("/ask@Bulletin_Bot 助餐", 17, "助餐"),
        ("/ask@other_bot 助餐", 14, None),
        ("/start 助餐", 6, None),
    ],
)
def test_a_command_in_a_caption(text: str, length: int, question: str | None) -> None:
    """Only /ask, only ours, only where nobody else looks for commands."""
    entity = Entity(kind="bot_command", offset=0, length=length)
    found = address(text, [entity], MYSELF, replied=False, commands=True)
    assert (found.question if found else None) == question
    assert address(text, [entity], MYSELF, replied=False) is None


@given(
    st.text(max_size=40),
    st.lists(
        st.builds(
            Entity,
            kind=st.sampled_from(["mention", "text_mention", "bot_command", "url"]),
            offset=st.integers(-5, 60),
            length=st.integers(-5, 60),
            user=st.sampled_from([None, 98, 99]),
        ),
        max_size=5,
    ),
    st.booleans(),
)
def test_no_entities_break_anything(text: str, marked: list[Entity], replied: bool) -> None:
    """Whatever is claimed, there is an address or none, and a reply is always one."""
    found = address(text, marked, MYSELF, replied=replied, commands=True)
    assert found is not None or not replied


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_too_many_questions_of_one_person() -> None:
    """So many pass, then one word, then silence; a minute later there is room again."""
    clock = Clock()
    floods = Floods(3, 100, clock)
    verdicts = [floods.admit(-1, 7) for _ in range(6)]
    assert verdicts == [Verdict.ANSWER] * 3 + [Verdict.WARN_USER] + [Verdict.DROP] * 2
    assert floods.admit(-1, 8) is Verdict.ANSWER
    assert floods.admit(-2, 7) is Verdict.ANSWER
    clock.now = WINDOW - 0.1
    assert floods.admit(-1, 7) is Verdict.DROP
    clock.now = WINDOW
    verdicts = [floods.admit(-1, 7) for _ in range(5)]
    assert verdicts == [Verdict.ANSWER] * 3 + [Verdict.WARN_USER, Verdict.DROP]


def test_too_many_questions_of_a_group() -> None:
    """However many people ask; the word is for all of them, and an edit gets none."""
    clock = Clock()
    floods = Floods(3, 5, clock)
    verdicts = [floods.admit(-1, user) for user in range(5)]
    assert verdicts == [Verdict.ANSWER] * 5
    assert floods.admit(-1, 50, warn=False) is Verdict.DROP
    assert [floods.admit(-1, user) for user in range(3)] == [
        Verdict.WARN_CHAT,
        Verdict.DROP,
        Verdict.DROP,
    ]


def test_who_never_stops_is_told_once() -> None:
    """A question a second for ten minutes: as many answers as allowed, and one word."""
    clock = Clock()
    floods = Floods(6, 18, clock)
    verdicts = []
    for second in range(600):
        clock.now = float(second)
        verdicts.append(floods.admit(-1, 7))
    assert verdicts.count(Verdict.ANSWER) == 60
    assert verdicts.count(Verdict.WARN_USER) == 1


def test_idle_people_are_forgotten() -> None:
    """Memory does not grow with everybody who ever asked."""
    clock = Clock()
    floods = Floods(3, 10**9, clock)
    for user in range(20_000):
        clock.now += 1
        floods.admit(-1, user)
    assert len(floods._lines) < 5000


PRIVATE, GROUP, CHANNEL = ChatKind.PRIVATE, ChatKind.GROUP, ChatKind.CHANNEL


def out(reason: Absence, administrator: bool = False) -> Standing:
    return Standing(active=False, reason=reason, administrator=administrator)


@pytest.mark.parametrize(
    ("kind", "status", "member", "may_write", "expected"),
    [
        (PRIVATE, "member", True, True, Standing(active=True)),
        (PRIVATE, "kicked", True, True, out(Absence.BLOCKED)),
        (GROUP, "member", True, True, Standing(active=True)),
        (GROUP, "administrator", True, False, Standing(active=True, administrator=True)),
        (GROUP, "creator", True, True, Standing(active=True, administrator=True)),
        (GROUP, "restricted", True, True, Standing(active=True)),
        (GROUP, "restricted", True, False, out(Absence.MUTED)),
        (GROUP, "restricted", False, True, out(Absence.LEFT)),
        (GROUP, "left", True, True, out(Absence.LEFT)),
        (GROUP, "kicked", True, True, out(Absence.KICKED)),
        (CHANNEL, "administrator", True, True, Standing(active=True, administrator=True)),
        (CHANNEL, "administrator", True, False, out(Absence.MUTED, administrator=True)),
        (CHANNEL, "member", True, True, out(Absence.MUTED)),
        (CHANNEL, "kicked", True, True, out(Absence.KICKED)),
    ],
)
def test_what_a_status_means(
    kind: ChatKind, status: str, member: bool, may_write: bool, expected: Standing
) -> None:
    """Whether we may write, and why not."""
    assert standing(kind, status, member=member, may_write=may_write) == expected


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22:00-7:00", "22:00 07:00"),
        ("22：30－06：15", "22:30 06:15"),
        ("22点到7点半", "22:00 07:30"),
        ("22 至 7", "22:00 07:00"),
        ("9时~18时", "09:00 18:00"),
        ("24:00-7:00", None),
        ("22:60-7:00", None),
        ("7-7", None),
        ("晚上", None),
        ("22:00", None),
        ("", None),
        ("99999:00-1", None),
    ],
)
def test_hours_as_people_write_them(text: str, hours: str | None) -> None:
    """With colons or 点, joined by a dash or 到."""
    quiet = parse_hours(text)
    assert (f"{quiet.start:%H:%M} {quiet.end:%H:%M}" if quiet else None) == hours
