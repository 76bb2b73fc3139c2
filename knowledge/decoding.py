"""Bytes of a page file → characters → readable lines, each character still tied to its place.

Pages come out of scanners, office programs and old servers: with a byte order mark or without,
in UTF-8 or GB18030, with HTML entities, invisible characters and subscripts in braces. Everything
here is linear in the length of the source.
"""

from __future__ import annotations

import codecs
import html
import re
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import PageError, Problem
from knowledge.reading import Piece, Reading

MAX_CHARACTERS = 20_000_000
_MAX_BYTES = 4 * MAX_CHARACTERS
_PLAUSIBLE = 0.6  # share of everyday characters in genuine Chinese; mojibake stays below 0.4
_NOISE = 0.01  # a larger share of control characters is a binary file, not a slip

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f]")
_UNASSIGNED = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

_BLANK = r"[ \t\x1f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_GAP_ENTITY = r"&(?:nbsp|ensp|emsp|thinsp|#160|#8194|#8195|#12288|#[xX]3000|#[xX][aA]0);"
_TOKEN = re.compile(
    rf"(?P<gap>(?:{_BLANK}|{_GAP_ENTITY})+)"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<hidden>[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\xad]+)"
    r"|(?P<control>[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f]+)"
    r"|_\{(?P<lowered>[^{}\s]{1,20})\}"
    r"|\^\{(?P<raised>[0-9])\}"
)
_MATHS = re.compile(r"\$(?=[^$\n]{0,60}[_^]\{)[^$\n\u3000-\u9fff\uff00-\uffef]{1,60}\$")
_HEADING_MARK = re.compile(r"#{1,6} +(?=\S)")
_UNIT = re.compile(
    r"(?:[μµ]g|mg|kg|g|t|km|cm|mm|m|L|mL|ml|kW|kWh|MW|hm|h|℃|%|‰)[²³23]?(?![A-Za-z0-9])"
)
_LATIN = re.compile(r"[A-Za-zμµ]")
_RAISED = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank. `number` counts from 1 in the source, `gap` blank lines stand
    before it, `indent` columns of white space open it."""

    number: int
    reading: Reading
    gap: int
    indent: int

    @property
    def text(self) -> str:
        return self.reading.text


def read_source(file: Path) -> str:
    """The characters of a page file, without its byte order mark.

    Raises PageError when the file cannot be read, is no text or is too long.
    """
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise _error(file, _TOO_LONG)
        data = file.read_bytes()
    except OSError as error:
        raise _error(
            file, f"页面文件读不出来({error.strerror}),请检查文件是否存在、是否有读取权限"
        ) from error
    return decode(data, file)


_TOO_LONG = f"页面超过 {MAX_CHARACTERS // 10_000} 万字,不像一张报纸页面;请拆成几个文件"
_BINARY = "这不是文本文件(含有二进制内容);请另存为 UTF-8 编码的纯文本(.txt)"


def decode(data: bytes, file: Path) -> str:
    """UTF-8, UTF-16 with a mark, or GB18030 that reads like Chinese; PageError otherwise."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise _error(file, _BINARY) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if b"\x00" in data:
        raise _error(file, _BINARY)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = None
    if text is None or not _reads_like_chinese(text):
        raise _error(
            file,
            "既不是 UTF-8 也不是 GB18030 编码的文字;请另存为 UTF-8 编码的纯文本再放进来",
            line,
        )
    return text


def check_source(source: str, file: Path) -> None:
    """Raises PageError for a source that is too long, holds nothing readable, or is binary."""
    if len(source) > MAX_CHARACTERS:
        raise _error(file, _TOO_LONG)
    noise = sum(1 for _ in _CONTROL.finditer(source))
    if "\x00" in source or noise > max(3, len(source) * _NOISE):
        raise _error(file, _BINARY)


def read_lines(source: str) -> tuple[list[Line], list[tuple[int, str]]]:
    """The lines that are not blank, and remarks (line, sentence) on what was left out of them."""
    lines: list[Line] = []
    oddities: dict[str, list[int]] = {}
    gap = 0
    for number, (start, end) in enumerate(_line_ends(source), start=1):
        reading, indent, odd = _read_line(source, start, end)
        for kind in odd:
            oddities.setdefault(kind, []).append(number)
        if reading.text:
            lines.append(Line(number, reading, gap, indent))
            gap = 0
        else:
            gap += 1
    remarks = [
        (numbers[0], f"{kind},已略去" + (f"(共 {len(numbers)} 行如此)" if numbers[1:] else ""))
        for kind, numbers in oddities.items()
    ]
    return lines, remarks


def _reads_like_chinese(text: str) -> bool:
    """Whether decoded GB18030 is plausible: that encoding gives some character to nearly any
    bytes, but genuine text consists mostly of GB 2312's 3755 everyday characters."""
    if _CONTROL.search(text) or _UNASSIGNED.search(text):
        return False
    han = "".join(_HAN.findall(text[:200_000]))
    everyday = sum(1 for lead in han.encode("gb2312", "ignore")[::2] if 0xB0 <= lead <= 0xD7)
    return bool(han) and everyday >= _PLAUSIBLE * len(han)


def _line_ends(source: str) -> list[tuple[int, int]]:
    ends = []
    start = 0
    for match in _BREAK.finditer(source):
        ends.append((start, match.start()))
        start = match.end()
    ends.append((start, len(source)))
    return ends


class _Writer:
    """Collects readable characters of one line with their places."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.pieces: list[Piece] = []
        self.length = 0

    def copy(self, source: str, start: int, end: int) -> None:
        if end > start:
            self._add(source[start:end], start, end - start)

    def replace(self, char: str, start: int, end: int) -> None:
        self._add(char, start, end - start)

    def _add(self, text: str, start: int, width: int) -> None:
        last = self.pieces[-1] if self.pieces else None
        linear = width == len(text)
        if last and linear and last.width == last.length and last.source + last.width == start:
            self.pieces[-1] = Piece(
                last.start, last.length + width, last.source, last.width + width
            )
        else:
            self.pieces.append(Piece(self.length, len(text), start, width))
        self.text.append(text)
        self.length += len(text)

    def reading(self) -> Reading:
        return Reading("".join(self.text), tuple(self.pieces))


def _read_line(source: str, start: int, end: int) -> tuple[Reading, int, list[str]]:
    """One line's reading, its indent, and what was odd in it."""
    writer = _Writer()
    odd: list[str] = []
    indent = 0
    dollars = _dollars(source, start, end)
    at = start
    for match in _TOKEN.finditer(source, start, end):
        _copy_without(writer, source, at, match.start(), dollars)
        at = match.end()
        kind = match.lastgroup
        if kind == "gap":
            if writer.length == 0:
                indent += sum(
                    2 if char == "\u3000" else 4 if char == "\t" else 1 for char in match[0]
                )
            elif at < end and not _inside_unit(source, match.start(), at, start):
                writer.replace(" ", match.start(), at)
        elif kind == "entity":
            _write_entity(writer, match, odd)
        elif kind == "lowered":
            writer.copy(source, *match.span("lowered"))
        elif kind == "raised":
            writer.replace(_RAISED[match["raised"]], match.start(), at)
        elif kind == "hidden":
            if match[0] != "\ufeff" or match.start() != 0:
                odd.append("这一行有看不见的格式字符")
        else:
            odd.append("这一行有控制字符")
    _copy_without(writer, source, at, end, dollars)
    return _trim(writer.reading()), indent, odd


def _write_entity(writer: _Writer, match: re.Match[str], odd: list[str]) -> None:
    """`&amp;` reads &; an entity that HTML does not know stays as it stands."""
    char = html.unescape(match[0])
    if len(char) != 1 or char == "\ufffd":
        writer.copy(match.string, match.start(), match.end())
    elif char.isspace():
        writer.replace(" ", match.start(), match.end())
    elif char in "\u200b\u200e\u200f\u2060\ufeff\xad" or _CONTROL.match(char):
        odd.append("这一行有看不见的格式字符")
    else:
        writer.replace(char, match.start(), match.end())


def _dollars(source: str, start: int, end: int) -> deque[int]:
    """Where `$` only marks a formula such as $PM_{2.5}$, in order."""
    if source.find("$", start, end) < 0:
        return deque()
    return deque(
        at
        for match in _MATHS.finditer(source, start, end)
        for at in (match.start(), match.end() - 1)
    )


def _copy_without(writer: _Writer, source: str, start: int, end: int, dollars: deque[int]) -> None:
    while dollars and dollars[0] < end:
        at = dollars.popleft()
        writer.copy(source, start, at)
        start = max(start, at + 1)
    writer.copy(source, start, end)


def _inside_unit(source: str, start: int, end: int, line_start: int) -> bool:
    """Whether white space start:end stands inside a measure: `27 μg`, `μg/ m³`, `84 %`."""
    before = source[max(line_start, start - 2) : start]
    if source.startswith("/", end):
        return (
            _LATIN.fullmatch(before[-1:]) is not None and _UNIT.match(source, end + 1) is not None
        )
    measured = before[-1:].isdigit() or (before[-1:] == "/" and _LATIN.match(before))
    return bool(measured) and _UNIT.match(source, end) is not None


def _trim(reading: Reading) -> Reading:
    """Without white space at either end and without a heading's # marks."""
    text = reading.text
    mark = _HEADING_MARK.match(text)
    first = mark.end() if mark else len(text) - len(text.lstrip())
    last = max(first, len(text.rstrip()))
    return reading if (first, last) == (0, len(text)) else reading.cut(first, last)


def _error(file: Path, message: str, line: int = 0) -> PageError:
    return PageError(Problem(file=file, line=line, message=message))
