"""Questions asked of the bundled bulletin: what is answered, what is not, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import explain
from knowledge.base import KnowledgeBase, Limits
from knowledge.content import load
from knowledge.cues import presence
from knowledge.initials import Initials, initials
from knowledge.judge import Veto
from knowledge.model import Lack, Status
from knowledge.terms import Term
from knowledge.text import comparable, sounding
from knowledge.vocabulary import lexicon
from knowledge.weights import EVIDENCE, FEATURES
from knowledge.wording import Wording

CONTENT = load(Path(__file__).parent.parent / "knowledge" / "content")
BASE = KnowledgeBase.build(CONTENT)


def test_an_editors_own_question_finds_its_entry() -> None:
    """Whatever else looks likely, the question an editor wrote is answered by that entry."""
    wrong = [
        (entry.id, question)
        for entry in CONTENT.entries
        for question in entry.questions[::3]
        if (answer := BASE.ask(question)).status is not Status.ANSWERED
        or answer.target != entry.id
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("question", "veto"),
    [
        ("李文娟的手机号是多少", Veto.KIND),
        ("2021年优良天数比率是多少", Veto.YEAR),
        ("碧螺小区什么时候改造", Veto.PLACE),
        ("杨丽音提了什么建议", Veto.NAME),
        ("普惠托育一个月收费多少", Veto.KIND),
        ("新建的养老服务中心在哪些小区", Veto.KIND),
        ("楼下早点铺子几点收摊", Veto.WORDS),
        ("谁说的", Veto.WORDS),
    ],
)
def test_a_near_miss_is_never_answered(question: str, veto: Veto) -> None:
    """The right topic without the fact that is asked for is no answer, and the reason is known."""
    explained = BASE.explain(question)
    assert explained.answer.status is not Status.ANSWERED
    assert veto in explained.verdict.vetoes


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_whatever_is_asked_quotes_are_verbatim(message: str) -> None:
    """No message breaks the answering, and what is quoted stands in the page letter by letter."""
    answer = BASE.ask(message)
    assert BASE.verified(answer)
    assert 0.0 <= answer.confidence <= 1.0


@pytest.mark.parametrize("series", ["", "(聚焦春运)", "【民生一线】"])
def test_a_title_repeated_above_the_text_answers_nothing(tmp_path: Path, series: str) -> None:
    """News agencies put it there once more, behind the name of a series; the body says it."""
    title = "临河火车站春运期间增开夜班公交"
    body = "临河区公交公司介绍,增开的夜班公交从火车站出发,经过平桥街道和城东街道。"
    (tmp_path / "1.txt").write_text(
        f"{title}\n\n{series}{title}\n\n{body}\n\n市民张先生说,回家方便多了。\n", encoding="utf-8"
    )
    base = KnowledgeBase.build(load(tmp_path))
    quoted = {
        quote.reading
        for question in ("临河火车站夜班公交", "增开的夜班公交经过哪几个街道", title)
        for quote in base.ask(question).quotes
    }
    assert body in quoted
    assert not any(text.endswith(title) for text in quoted)


SONG = "临河区上周办了新歌会。《渡口》是工人李明写的歌。"
WON = "在区里的新歌会上得了一等奖,获奖证书由文化馆颁发。"
APART = "文化馆下月还要在平桥街道、城东街道和河西街道各教唱一次。"


@pytest.mark.parametrize(
    ("paragraph", "answer"),
    [
        (f"{SONG}它{WON}", f"《渡口》是工人李明写的歌。它{WON}"),
        (f"{SONG}3月2日,该歌曲{WON}", f"《渡口》是工人李明写的歌。3月2日,该歌曲{WON}"),
        (f"{SONG}大家爱听。它{WON}", f"《渡口》是工人李明写的歌。大家爱听。它{WON}"),
        (f"{SONG}其他三首歌{WON}", f"其他三首歌{WON}"),
        (f"{SONG}{'《渡口》' * 50}。它{WON}", f"它{WON}"),
        (f"它{WON}{APART}", f"它{WON}"),
    ],
)
def test_what_a_sentence_points_back_to_is_shown_with_it(
    tmp_path: Path, paragraph: str, answer: str
) -> None:
    """「它」 alone tells nobody what: the sentence before stands with it, and one between that
    hardly says anything, as one quotation; not where nothing is pointed to, or too much would have
    to be read."""
    (tmp_path / "1.txt").write_text(f"新歌会闭幕\n\n{paragraph}\n\n{APART}\n", encoding="utf-8")
    base = KnowledgeBase.build(load(tmp_path))
    said = base.ask("获奖证书由谁颁发")
    assert base.verified(said)
    assert (said.status, said.text, len(said.quotes)) == (Status.ANSWERED, answer, 1)


EXPLOSIONS = {
    "城北化工厂发生爆炸": "3月2日上午,城北化工厂一号车间发生爆炸,造成2人受伤。",
    "河西小区一住户家中燃气爆炸": "3月5日晚,河西小区8号楼一住户家中发生燃气爆炸,没有人员伤亡。",
    "烟花仓库爆炸已扑灭": "3月9日凌晨,南郊烟花仓库发生爆炸,消防救援人员两小时后扑灭明火。",
}


def reports(folder: Path, titles: Iterable[str]) -> KnowledgeBase:
    """A paper with an article for each title, and one on something else."""
    for number, title in enumerate(titles):
        page = f"{title}\n\n{EXPLOSIONS[title]}\n\n市应急管理局提醒居民注意安全。\n"
        (folder / f"{number}.txt").write_text(page, encoding="utf-8")
    (folder / "9.txt").write_text("社区食堂开张\n\n3月10日,平桥社区食堂开张。\n", encoding="utf-8")
    return KnowledgeBase.build(load(folder))


@pytest.mark.parametrize("question", ["爆炸发生在哪里", "什么时候爆炸的", "哪里爆炸了"])
def test_a_question_that_names_nothing_is_asked_back(tmp_path: Path, question: str) -> None:
    """Three reports have one: the reader chooses by their titles, and is answered."""
    base = reports(tmp_path, EXPLOSIONS)
    answer = base.ask(question)
    assert (answer.status, answer.lack, answer.quotes) == (Status.RELATED, Lack.WHICH, ())
    assert {option.label for option in answer.options} == set(EXPLOSIONS)
    for option in answer.options:
        opened = base.open(option.target)
        assert opened is not None
        assert opened.text == EXPLOSIONS[option.label]


def test_no_more_reports_are_offered_than_are_allowed(tmp_path: Path) -> None:
    """Of six that fit, as many as the limits say."""
    for street in "东西南北前后":
        page = f"{street}街路面塌陷\n\n{street}街昨天路面塌陷,抢修人员当天修好。\n"
        (tmp_path / f"{street}.txt").write_text(page, encoding="utf-8")
    content = load(tmp_path)
    for allowed in (3, 4):
        base = KnowledgeBase.build(content, limits=Limits(options=allowed))
        answer = base.ask("路面塌陷在哪里")
        assert (answer.lack, len(answer.options)) == (Lack.WHICH, allowed)


@pytest.mark.parametrize(
    ("question", "title"),
    [("化工厂爆炸发生在哪里", 0), ("3月5日爆炸发生在哪里", 1), ("烟花爆炸是什么时候", 2)],
)
def test_what_tells_them_apart_is_answered(tmp_path: Path, question: str, title: int) -> None:
    """A thing, a day or a place that only one of the reports has."""
    answer = reports(tmp_path, EXPLOSIONS).ask(question)
    assert (answer.status, answer.text) == (Status.ANSWERED, list(EXPLOSIONS.values())[title])


def test_in_a_conversation_about_one_of_them_nothing_is_asked_back(tmp_path: Path) -> None:
    """What was spoken of last is meant."""
    base = reports(tmp_path, EXPLOSIONS)
    target = base.ask("河西小区发生了什么").target
    answer = base.ask("爆炸发生在哪里", near=target)
    assert answer.text == EXPLOSIONS["河西小区一住户家中燃气爆炸"]


def _term(text: str, *others: str) -> Term:
    sound = "" if text.isascii() else sounding(text)
    return Term(text=text, start=0, end=len(text), weight=1, others=others, sound=sound)


def _wording(text: str) -> Wording:
    return Wording(comparable(text))


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        (_term("央企", "国企"), "扶持国企改革", True),
        (_term("央企", "国企"), "扶持中国企业", False),  # a synonym across two words
        (_term("居名"), "居民满意", True),  # mistyped
        (_term("经开区"), "崇川经济开发区", True),  # a short form
        (_term("老人家"), "老年人的家庭", False),  # a word of its own
        (_term("笑话"), "更加高效化", False),  # sounds alike by chance
        (_term("pm2.5"), "pm2.5年均浓度", True),
        (_term("app"), "apples", False),
    ],
)
def test_a_word_stands_in_a_text_as_itself_its_meaning_or_its_sound(
    term: Term, text: str, found: bool
) -> None:
    """Synonyms and sounds count only where they cut through no word of the text."""
    assert (presence(term, _wording(text)) > 0) is found


def test_a_question_in_another_script_or_width_is_the_same_question() -> None:
    """Traditional characters, full width and key words in blanks find what plain writing finds."""
    plain = BASE.ask("2024年优良天数比率目标是多少")
    for other in ("2024年優良天數比率目標是多少", "２０２４年优良天数比率目标是多少"):
        assert BASE.ask(other).target == plain.target
    assert re.search("84%", plain.text)


@pytest.mark.parametrize(
    ("message", "expanded"),
    [
        ("助餐ykt是啥", "助餐一卡通是啥"),
        ("YKT 怎么用", "一卡通 怎么用"),
        ("app在哪下", "app在哪下"),  # no word of the content
        ("zhucan yikatong", "zhucan yikatong"),  # syllables, not initials
        ("user@ykt.com", "user@ykt.com"),
        ("abc怎么走", "abc怎么走"),  # two words
    ],
)
def test_initials_stand_for_the_one_word_they_can_mean(message: str, expanded: str) -> None:
    """First letters are written out where the content has one word for them, else left alone."""
    words = ["一卡通", "安北车", "挨饱餐", "白菜党"]
    known = Initials(lambda letters: [word for word in words if initials(word) == letters])
    assert known.expand(message) == expanded


def test_a_question_in_pinyin_or_initials_finds_its_answer() -> None:
    """Syllables and first letters reach what the characters reach."""
    expected = BASE.ask("助餐一卡通是什么提案")
    assert BASE.ask("zhucan yikatong 是什么提案").quotes == expected.quotes
    assert BASE.ask("助餐ykt是什么提案").quotes == expected.quotes


def test_the_way_to_an_answer_is_told_in_words() -> None:
    """--why names what was looked for, what matched how, what was lacking, and the mend."""
    told = "\n".join(BASE.explain("2021年大喇叭播报啥").lines())
    assert "问的是：什么" in told
    assert "大喇叭（近义：广播）" in told
    assert "与第 1 条相比" in told
    assert "不能算答案：问的年份和原文说的年份不一样" in told
    assert "在 qa/ 里加一条" in told


def test_every_feature_and_every_kind_has_a_name() -> None:
    """Nothing that weighs is shown to an editor by its name in the code."""
    assert {*FEATURES, *EVIDENCE} <= set(explain._NAMES)
    assert set(lexicon().asks) <= set(explain._KINDS)
