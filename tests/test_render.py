"""Answers as people read them."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
import yaml
from fake_api import read_html
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import bot
from bot.buttons import LIMIT, Action, Press, button, is_target, parse
from bot.commands import COMMANDS
from bot.pieces import Paragraph, messages, quoted, said, units
from bot.render import (
    Wording,
    article_html,
    citation,
    html,
    keyboard,
    passage_html,
    plain,
    stance_note,
)
from knowledge.model import (
    Answer,
    Chat,
    Lack,
    Option,
    Overview,
    Passage,
    Quote,
    Source,
    Speaker,
    Staff,
    Stance,
    Status,
)
from knowledge.reading import Span

WORDING = Wording.load()
WORDS = "在社区设立代挂号服务点。"
QUOTE = Quote(reading=WORDS, texts=(WORDS,), file=Path("1.txt"), spans=(Span(0, len(WORDS)),))
SOURCE = Source(
    issue="2024-03-05",
    issued=date(2024, 3, 5),
    bulletin="临河区公报",
    article="会议召开",
    section="看病更省心",
    paragraph=3,
    byline=("王一", "李二"),
)
ANSWER = Answer(
    status=Status.ANSWERED,
    text=f"周梅（护士长）建议：{WORDS}",
    quotes=(QUOTE,),
    source=SOURCE,
    stance=Stance.PROPOSAL,
    speaker=Speaker(name="周梅", post="护士长", verb="建议"),
    target="booking",
)
NEAR = replace(ANSWER, status=Status.RELATED)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ANSWER, f"周梅（护士长）建议：{WORDS}"),
        (
            replace(NEAR, lack=Lack.FACT, missing=("电话",)),
            "公报里没有说到您问的这一点，也没有提到“电话”。公报里最接近的原文是：\n" + ANSWER.text,
        ),
        (
            replace(NEAR, lack=Lack.UNSURE),
            "不能肯定这就是您要问的。公报里最接近的原文是：\n" + ANSWER.text,
        ),
        (Answer(status=Status.UNKNOWN, lack=Lack.NOTHING), "公报里没有讲到这件事。"),
        (
            Answer(status=Status.UNKNOWN, lack=Lack.NAME, missing=("张三", "李四")),
            "公报里没有提到“张三”、“李四”。",
        ),
        (
            Answer(status=Status.UNKNOWN, lack=Lack.EMPTY),
            "没有看到您的问题。请用一句话把想问的事打出来。",
        ),
        (Answer(status=Status.CHAT, chat=Chat.GREETING), WORDING.chat[Chat.GREETING]),
        (Answer(status=Status.UNKNOWN), "公报里没有讲到这件事。"),
    ],
)
def test_the_plain_answer_is_what_a_resident_reads(answer: Answer, expected: str) -> None:
    """Words of the page, or a sentence on the bulletin's silence, before the nearest passage."""
    assert plain(answer, WORDING) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            SOURCE,
            "出处：《会议召开》，“看病更省心”一节，第3段，2024年3月5日，临河区公报，作者：王一、李二",
        ),
        (
            replace(SOURCE, section=None, paragraph=0, issued=None, byline=(), bulletin=""),
            "出处：《会议召开》，日期不详",
        ),
        (
            replace(SOURCE, article="读《宪法》", section="“网格+”更近", paragraph=1, byline=()),
            "出处：《读〈宪法〉》，“‘网格+’更近”一节，第1段，2024年3月5日，临河区公报",
        ),
    ],
)
def test_the_citation_says_where_it_stands(source: Source, expected: str) -> None:
    """Headline, section, paragraph, date, bulletin, authors; what is unknown is said so."""
    assert citation(replace(ANSWER, source=source), WORDING) == expected


def test_a_staff_answer_cites_its_giver() -> None:
    """What no page holds is cited by name and date; what cites nothing has no citation."""
    staff = Staff(name="老陈", given=date(2024, 4, 1))
    given = Answer(status=Status.ANSWERED, text="周三开门。", staff=staff)
    assert citation(given, WORDING) == "人工答复，不是公报原文。答复人：工作人员老陈，2024年4月1日"
    assert citation(Answer(status=Status.UNKNOWN), WORDING) == ""
    assert "<blockquote>" not in html(given, WORDING)[0]


@pytest.mark.parametrize(
    ("stance", "post", "expected"),
    [
        (Stance.PLAN, None, "这是计划，不是已经办成的事。"),
        (Stance.PROPOSAL, "区人大代表、护士长", "这是代表个人建议，还不是已有的服务。"),
        (Stance.PROPOSAL, "护士长", "这是建议，还不是已有的服务。"),
        (Stance.DONE, None, ""),
        (Stance.STATEMENT, None, ""),
        (None, None, ""),
    ],
)
def test_a_plan_or_a_proposal_is_not_taken_for_a_fact(
    stance: Stance | None, post: str | None, expected: str
) -> None:
    """The note says what kind of truth it is."""
    speaker = Speaker(name="周梅", post=post)
    assert stance_note(replace(ANSWER, stance=stance, speaker=speaker), WORDING) == expected


def test_the_html_sets_the_page_words_off() -> None:
    """Who speaks stands before the quotation, note and citation after it."""
    assert html(ANSWER, WORDING, asked="谁<提>的") == (
        "您问的是：谁&lt;提&gt;的\n\n周梅（护士长）建议：\n\n"
        f"<blockquote>{WORDS}</blockquote>\n\n这是建议，还不是已有的服务。\n\n"
        + citation(ANSWER, WORDING),
    )


def test_options_are_numbered_in_the_text_and_on_the_buttons() -> None:
    """A reader may press or answer with the number."""
    options = (Option(target="a", label="甲<乙"), Option(target="b", label="丙" * 60))
    answer = replace(NEAR, lack=Lack.UNSURE, options=options)
    assert "1. 甲&lt;乙\n2. 丙丙" in html(answer, WORDING)[0]
    rows = keyboard(answer, "0123456789ab", WORDING)
    assert [row[0].data for row in rows[:2]] == ["o:01234567:a", "o:01234567:b"]
    assert all(len(key.label) <= 40 for row in rows for key in row)


def test_a_passage_shows_the_quotation_in_bold() -> None:
    """The words before and after it stay where they were."""
    passage = Passage(before="甲<。", quote="乙。", after="丙。", source=SOURCE)
    assert "<blockquote>甲&lt;。<b>乙。</b>丙。</blockquote>" in passage_html(passage, WORDING)[0]


def test_an_article_shows_titles_lead_and_source() -> None:
    """The kicker stands above the title."""
    overview = Overview(target="t", title="题", kicker="引题", lead="首句。", source=SOURCE)
    assert article_html(overview, WORDING)[0].startswith(
        "引题\n\n<b>题</b>\n\n<blockquote>首句。</blockquote>\n\n出处"
    )


TEXT = st.text(st.sampled_from("中文。！；<&>😀“”\n a\x00\ud800"), max_size=400)


@given(st.lists(st.tuples(TEXT, st.booleans(), st.booleans()), max_size=6), st.integers(8, 90))
def test_messages_hold_everything_within_the_limit(
    parts: list[tuple[str, bool, bool]], limit: int
) -> None:
    """However long and odd: valid HTML, within the limit, and no readable character lost."""
    paragraphs = tuple(Paragraph(runs=((text, bold),), quote=quote) for text, bold, quote in parts)
    made = messages(paragraphs, limit)
    read = [read_html(message) for message in made]
    assert all(0 < units(text) <= limit for text in read)
    kept = "".join("".join(text for text, _, _ in parts).split())
    assert "".join("".join(read).split()) == kept.replace("\x00", "").replace("\ud800", "")


def test_long_text_is_cut_at_sentence_ends() -> None:
    """Each message ends with a whole sentence, and a quotation stays a quotation."""
    sentence = "这是一句不长不短的话。"
    made = messages((said("头。"), quoted(sentence * 900)))
    assert len(made) == 3
    assert all(unescape(message).endswith("。</blockquote>") for message in made)


@pytest.mark.parametrize("action", list(Action))
def test_what_a_button_carries_is_read_back(action: Action) -> None:
    """At most 64 bytes, whatever the target."""
    target, version = "x" * 40, "0123456789ab"
    person = 2**52 - 1
    if action is Action.SETTING:
        version = ""
    made = button("按", action, target, version, owner=person)
    assert len(made.data.encode()) <= LIMIT
    aimed = action in (Action.OPEN, Action.ARTICLE, Action.PASSAGE)
    targeted = aimed or action is Action.SETTING
    expected = Press(
        action=action,
        target=target if targeted else "",
        version=version[:8] if aimed else "",
        owner=person,
    )
    assert parse(made.data) == expected
    assert not aimed or expected.made_on(version)


@given(st.one_of(st.none(), st.integers(), st.binary(), st.text()))
def test_anything_else_is_no_button(data: object) -> None:
    """Whatever comes back from outside is either what we wrote or nothing."""
    press = parse(data)
    assert press is None or data == written(press)


def written(press: Press) -> str:
    """The data of the button that says what was pressed."""
    made = button("按", press.action, press.target, press.version, owner=press.owner)
    return made.data


@given(st.from_regex(r"[a-z]:([0-9a-f]{0,9}:[\w-]{0,42})?(@\w{0,12})?", fullmatch=True))
def test_what_looks_like_a_button_is_one_or_none(data: str) -> None:
    """One way to write each press: no leading zeros, no empty parts."""
    press = parse(data)
    assert press is None or data == written(press)


@pytest.mark.parametrize("text", ["", "a b", "x" * 41, "中", "a\n", "a:b"])
def test_not_everything_is_a_target(text: str) -> None:
    """Only what the knowledge's ids look like."""
    assert not is_target(text)


def _sentences(node: object) -> list[str]:
    if isinstance(node, dict):
        return [text for value in node.values() for text in _sentences(value)]
    return [str(node)]


LOCALE = yaml.safe_load((Path(bot.__file__).parent / "locales/zh.yaml").read_text("utf-8"))


@pytest.mark.parametrize("text", _sentences(LOCALE))
def test_every_sentence_is_calm_and_well_formed(text: str) -> None:
    """No exclamation mark, no emoji but the two thumbs, no jargon, placeholders by plain names."""
    for _, name, form, conversion in string.Formatter().parse(text):
        assert name is None or (name.isidentifier() and not form and not conversion)
    assert not set(text) & set("！!")
    assert all(character <= "\uffff" or character in "👍👎" for character in text)
    assert not [word for word in ("置信度", "匹配", "检索", "数据库", "JSON") if word in text]


def test_a_locale_with_a_key_too_many_or_too_few_is_refused() -> None:
    """A typing mistake in the file is found at the start, not by a resident."""
    for broken in (
        {**LOCALE, "odd": "x"},
        {key: value for key, value in LOCALE.items() if key != "nearest"},
        {**LOCALE, "chat": {"greeting": "您好。"}},
        {**LOCALE, "notices": {**LOCALE["notices"], "typo": "x"}},
    ):
        with pytest.raises(ValidationError):
            Wording.model_validate(broken)


def test_every_command_is_described() -> None:
    """The table of commands and the locale name the same commands."""
    assert {command.name for command in COMMANDS} == set(WORDING.commands)
