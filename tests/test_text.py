"""Comparable text: different ways of writing become the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import bare, bigrams, comparable, compare, sounding


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ＰＭ_{2.5}", "pm2.5"),
        ("老舊小區", "老旧小区"),
        ("“网格＋”", '"网格+"'),
        ("「网格」", "“网格”"),
        ("群策群力——", "群策群力--"),
        ("84 %", "84%"),
        ("27µg", "27μg"),
        ("网格　服务\u200b", "网格服务"),
        ("·张三·", "•张三•"),
        ("㎡", "m2"),
    ],
)
def test_alike(left: str, right: str) -> None:
    """Width, capitals, traditional characters, white space and marks make no difference."""
    assert comparable(left) == comparable(right)


@pytest.mark.parametrize(("left", "right"), [("2023年", "2024年"), ("老旧", "破旧"), ("一", "-")])
def test_different(left: str, right: str) -> None:
    """What differs in meaning stays different."""
    assert comparable(left) != comparable(right)


def test_find_points_to_the_original() -> None:
    """A comparable needle is found where it stands in the original."""
    original = "今年 ＰＭ_{2.5} 達標,PM2.5好。"
    places = list(compare(original).find_all("pm2.5"))
    assert [original[start:end] for start, end in places] == ["ＰＭ_{2.5", "PM2.5"]
    assert compare(original).find("没有") is None
    assert compare(original).find(" ") is None


@given(st.text(max_size=60))
def test_compare_agrees_with_comparable(text: str) -> None:
    """The mapped form is the plain form, each character from a place in order."""
    mapped = compare(text)
    assert mapped.text == comparable(text)
    assert len(mapped.origins) == len(mapped.text)
    assert list(mapped.origins) == sorted(mapped.origins)


@pytest.mark.parametrize(
    ("text", "expected"), [("pm2.5达标,84%。", "pm2.5达标84%"), ("“网格+”", "网格"), ("…", "")]
)
def test_bare(text: str, expected: str) -> None:
    """Letters, digits and Chinese characters remain, and what belongs to a number."""
    assert bare(text) == expected


def test_bigrams() -> None:
    """Pairs stop at punctuation; a single character has none."""
    assert bigrams("一卡通,好") == ["一卡", "卡通"]


@pytest.mark.parametrize(("left", "right"), [("助餐", "住参"), ("张三", "章三")])
def test_sounding_alike(left: str, right: str) -> None:
    """What a pinyin keyboard mixes up sounds the same."""
    assert sounding(left) == sounding(right)


@given(st.text(alphabet="网格区人大abc1,。", max_size=40))
def test_sounding_keeps_length(text: str) -> None:
    """A text sounds as long as it is written."""
    assert len(sounding(text)) == len(text)
