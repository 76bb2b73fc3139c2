"""What a message is understood to ask."""

from __future__ import annotations

import pytest

from knowledge.model import Chat
from knowledge.question import understand
from knowledge.words import Segmenter

SEGMENTER = Segmenter()


@pytest.mark.parametrize(
    ("message", "kinds"),
    [
        ("馆长是谁", {"who"}),
        ("在哪一年通车", {"when"}),  # not 在哪
        ("运动会哪天开", {"day"}),
        ("大桥于何年建成", {"when"}),
        ("在哪儿交钱", {"where"}),
        ("咨询电话是多少", {"phone", "how_many"}),
        ("咨询的店话是多少", {"phone", "how_many"}),  # mistyped
        ("打电话来的人想要什么", {"what"}),  # 电话 is told, not asked
        ("名单里有没有我", {"whether"}),
        ("获奖名单", {"roster"}),
        ("获奖的都是谁", {"roster"}),
        ("这些点子都是谁想的", {"who"}),
        ("去体育馆坐几号线", {"which"}),
        ("办证要带哪些材料", {"documents"}),
        ("收费 游泳馆", {"price"}),
        ("这几个字形容什么", {"what"}),  # 这几 counts nothing
        ("有几个泳池", {"how_many"}),
        ("馆长的全名叫什么", {"full_name", "name"}),
    ],
)
def test_a_question_wants_kinds_of_thing(message: str, kinds: set[str]) -> None:
    """The asking words say what kind of thing the answer must hold."""
    assert understand(message, SEGMENTER).asks == kinds


@pytest.mark.parametrize(
    ("message", "noun"),
    [
        ("这条路经过哪几个公园", "公园"),
        ("在哪个社区试点", "社区"),
        ("每期有什么栏目", "栏目"),
        ("运动会有哪几个区参加", "区"),
        ("哪年动工", ""),
        ("到哪里报名", ""),
        ("是哪两句", ""),
    ],
)
def test_the_class_of_thing_wanted_is_named(message: str, noun: str) -> None:
    """What stands after 哪个 or 什么 says what the answer is a kind of."""
    assert understand(message, SEGMENTER).noun == noun


@pytest.mark.parametrize(
    ("message", "chat"),
    [
        ("你好呀", Chat.GREETING),
        ("妈的", Chat.HOSTILE),
        ("当爸妈的能省心吗", None),  # 妈的 across two words
        ("馆长看了方案怎么说", None),
    ],
)
def test_talk_is_told_from_questions(message: str, chat: Chat | None) -> None:
    """Greetings and insults are talk; a word that merely contains one is not."""
    question = understand(message, SEGMENTER)
    assert question.chat is chat
    assert bool(question.core) is (chat is None)


def test_what_is_heard_is_padding_but_how_it_was_said_is_asked() -> None:
    """听说 is left out; 怎么说 is the question itself."""
    assert understand("我听邻居说泳池几点关门", SEGMENTER).core == "泳池几点关门"
    assert understand("看了方案咋说", SEGMENTER).core == "看了方案咋说"


@pytest.mark.parametrize(
    ("message", "word", "other"),
    [
        ("这批图书是谁收下的", "收下", "接收"),
        ("泳池的水是谁测出来的", "测出来", "检测"),
        ("摔坏的路牌谁来修", "修", "维修"),
        ("泳池十二月几点开", "十二月", "12月"),
    ],
)
def test_what_means_the_same_is_known(message: str, word: str, other: str) -> None:
    """收下 means what 收 means, also where the dictionary cuts the ending off; months are written
    in digits too."""
    others = {term.text: term.others for term in understand(message, SEGMENTER).terms}
    (found,) = (forms for text, forms in others.items() if text and word.startswith(text))
    assert other in found


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("收了多少捐款捐物", {"收", "捐款", "捐物"}),  # in no list together
        ("垃圾分类怎么样", {"垃圾分类"}),
        ("运动会有哪几个区参加", {"运动会", "区", "参加"}),  # 个 belongs to 哪几
        ("那条水渠谁来管", {"水渠", "管"}),
        ("这项目谁来管", {"项目", "管"}),  # not 这项, which would leave half a word
        ("门前的积雪管不管扫", {"门前", "积雪", "管", "扫"}),
        ("游船几点能租", {"游船", "租"}),
    ],
)
def test_words_are_cut_where_they_can_be_found(message: str, words: set[str]) -> None:
    """What no list holds as one is looked for by its halves; what only points, counts or asks is
    no part of a word."""
    assert {term.text for term in understand(message, SEGMENTER).terms} == words


@pytest.mark.parametrize("message", ["<b>x</b>", "a", "x y z"])
def test_single_letters_are_no_words_to_look_for(message: str) -> None:
    """Mark-up and stray letters name nothing."""
    assert understand(message, SEGMENTER).terms == ()
