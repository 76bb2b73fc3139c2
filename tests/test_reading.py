"""Readings: what a person reads, and the way back to the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.reading import Piece, Reading, Span, join, verbatim


def copied(source: str, *ranges: tuple[int, int]) -> Reading:
    """The reading of some ranges of a source."""
    parts = [
        Reading(source[start:end], (Piece(0, end - start, start, end - start),))
        for start, end in ranges
    ]
    return join(parts)


@st.composite
def sources(draw: st.DrawFn) -> tuple[str, Reading]:
    """A source with a reading of some of its ranges in order."""
    source = draw(st.text(alphabet="一二三,。 \nab", min_size=1, max_size=30))
    cuts = sorted(draw(st.sets(st.integers(0, len(source)), max_size=8)))
    ranges = [
        (start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False) if end > start
    ]
    return source, copied(source, *ranges)


@given(sources(), st.data())
def test_cut_keeps_the_map(given_: tuple[str, Reading], data: st.DataObject) -> None:
    """A cut reads like the slice, and each character of it still points to its own source."""
    source, reading = given_
    start = data.draw(st.integers(0, len(reading.text)))
    end = data.draw(st.integers(start, len(reading.text)))
    cut = reading.cut(start, end)
    assert cut.text == reading.text[start:end]
    pointed = "".join(source[p.source : p.source + p.width] for p in cut.pieces)
    assert pointed == cut.text


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (2, 1), (0, 4)])
def test_cut_outside(start: int, end: int) -> None:
    """A cut outside the text is a mistake of the caller."""
    with pytest.raises(ValueError, match="cut"):
        copied("网格员", (0, 3)).cut(start, end)


def test_replacement_is_cut_whole() -> None:
    """One readable character for several of the source points to all of them."""
    reading = join([copied("甲&amp;乙", (0, 1)), Reading("&", (Piece(0, 1, 1, 5),))])
    assert reading.cut(1, 2).spans("甲&amp;乙") == (Span(1, 6),)


@pytest.mark.parametrize(
    ("source", "ranges", "spans"),
    [
        ("全体代\n\n表", [(0, 3), (5, 6)], (Span(0, 6),)),
        ("PM_{2.5}低", [(0, 2), (4, 7), (8, 9)], (Span(0, 9),)),
        ("全体代\n图\n表", [(0, 3), (6, 7)], (Span(0, 3), Span(6, 7))),
        ("", [], ()),
    ],
)
def test_spans(source: str, ranges: list[tuple[int, int]], spans: tuple[Span, ...]) -> None:
    """Layout white space and mark-up do not part a passage; other text does."""
    assert copied(source, *ranges).spans(source) == spans


def test_verbatim() -> None:
    """A quotation shows the source of each span without line breaks and indents."""
    source = "全体代\n\n　　表 共同努力"
    assert verbatim(source, [Span(0, 3), Span(3, len(source))]) == ("全体代", "表 共同努力")
    assert verbatim(source, [Span(0, len(source))]) == ("全体代表 共同努力",)
