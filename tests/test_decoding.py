"""Bytes to characters, characters to readable lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.decoding import check_source, decode, read_lines, read_source
from knowledge.errors import PageError

FILE = Path("page.txt")
TEXT = "网格员每天走访居民,把意见带回社区。\n居民可以随时反映问题。"


def texts(source: str) -> list[str]:
    return [line.text for line in read_lines(source)[0]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings(encoding: str) -> None:
    """UTF-8, GB18030 and UTF-16 with its mark decode to the same text."""
    assert decode(TEXT.encode(encoding), FILE) == TEXT


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (TEXT.encode("big5", "ignore"), 1),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff", 0),
        (b"caf\xe9 au lait", 1),
        ("第一行\n".encode() + b"\xff\xfe\xfd", 2),
        (b"\xff\xfe\x00", 0),
    ],
)
def test_refused_bytes(data: bytes, line: int) -> None:
    """Bytes of another encoding and of no text are refused, at their line where it is known."""
    with pytest.raises(PageError) as caught:
        decode(data, FILE)
    assert (caught.value.problem.file, caught.value.problem.line) == (FILE, line)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is a PageError, no OSError."""
    with pytest.raises(PageError):
        read_source(tmp_path / "none.txt")


@pytest.mark.parametrize("source", ["网格\x00员", "\x01\x02\x03\x04\x05网格"])
def test_binary_source(source: str) -> None:
    """Text with the bytes of a binary file is refused."""
    with pytest.raises(PageError):
        check_source(source, FILE)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("PM_{2.5}年均浓度27μg/ m³", "PM2.5年均浓度27μg/m³"),
        ("$PM_{2.5}$浓度", "PM2.5浓度"),
        ("CO_{2}和m^{3}", "CO2和m³"),
        ("浓度 27 μg/m³", "浓度 27μg/m³"),
        ("覆盖率 84 %以上", "覆盖率 84%以上"),
        ("票价$5,优惠$3", "票价$5,优惠$3"),
        ("甲&amp;乙&ldquo;好&rdquo;", "甲&乙“好”"),
        ("甲&nbsp;&nbsp;乙", "甲 乙"),
        ("甲&unknown;乙", "甲&unknown;乙"),
        ("　　全文　开始  了 ", "全文 开始 了"),
        ("网\u200b格\ufeff员", "网格员"),
        ("# 标题", "标题"),
        ("#网格", "#网格"),
        ("双轮 驱动", "双轮 驱动"),
    ],
)
def test_line(source: str, expected: str) -> None:
    """Mark-up of scans and of web pages reads as a person reads it."""
    assert texts(source) == [expected]


def test_gaps_and_indents() -> None:
    """Lines keep their number, the blank lines above them and their indent."""
    lines, _ = read_lines("\n\n标题\r\n\r\n　　正文\n\t表格")
    assert [(line.number, line.gap, line.indent, line.text) for line in lines] == [
        (3, 2, 0, "标题"),
        (5, 1, 4, "正文"),
        (6, 0, 4, "表格"),
    ]


def test_what_is_left_out_is_remarked() -> None:
    """Invisible characters are left out, once remarked for the whole page."""
    _, remarks = read_lines("网\u200b格\n\n居\u200b民")
    assert remarks == [(1, "这一行有看不见的格式字符,已略去(共 2 行如此)")]


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=80))
def test_every_character_points_to_its_source(source: str) -> None:
    """Whatever a line shows stands in the source where its pieces say."""
    for line in read_lines(source)[0]:
        for piece in line.reading.pieces:
            shown = line.text[piece.start : piece.start + piece.length]
            stands = source[piece.source : piece.source + piece.width]
            if piece.width == piece.length:
                assert shown == "".join(" " if char.isspace() else char for char in stands)
