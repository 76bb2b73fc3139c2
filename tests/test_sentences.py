"""Where sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentences import divide, enclosures


@pytest.mark.parametrize(
    "sentences",
    [
        ["网格虽小。", "它连着千家万户!"],
        ["谁来管?", "大家管！"],
        ["他说:“好。”大家都笑了。"],
        ["“办得好。”李大妈说。"],
        ["优良天数比率84%以上,PM2.5年均浓度26μg/m³以下。"],
        ["苹果、梨、桃……等水果都有。"],
        ["他停了停……", "接着说下去。"],
        ["详见(第3版。)"],
        ["网址是a.cn?id=1,欢迎访问。"],
        ["没有句号的一行"],
        ["It ends."],
    ],
)
def test_divide(sentences: list[str]) -> None:
    """Sentences end at their marks; closing quotation marks and brackets belong to them."""
    assert [sentence.text for sentence in divide("".join(sentences))] == sentences


def test_long_speech_is_divided() -> None:
    """Each sentence of a long speech can be quoted alone."""
    first = "“这些举措不仅体现了政府对人民群众的关心,也反映了对教育公平的高度重视。"
    second = "我们一定会把工作做得更细、更实、更好。”"
    assert [s.text for s in divide(first + second + "园长说。")][:2] == [first, second]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("“好”和(是)", [(0, 2), (4, 6)]),
        ("“他说‘好’”", [(0, 6)]),
        ("“没有关上", []),
        ("没有打开”", []),
        ("“甲(乙”丙)", [(0, 4)]),
    ],
)
def test_enclosures(text: str, pairs: list[tuple[int, int]]) -> None:
    """Outermost pairs of marks; a mark alone encloses nothing."""
    assert enclosures(text) == pairs


@given(st.text(alphabet="网格。！?…“”()《》.;,a1 ", max_size=80))
def test_sentences_have_no_gaps(text: str) -> None:
    """The sentences of any text are the text, cut at their indices."""
    sentences = divide(text)
    assert "".join(sentence.text for sentence in sentences) == text
    assert all(text[s.start : s.end] == s.text and s.text for s in sentences)
