"""The text layer of a PDF → its lines, with indents and gaps as they look on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from bot.importing.faults import Fault, Refused
from bot.importing.plain import MOST_CHARACTERS

MOST_PAGES = 200
_FEW = 20  # characters; fewer on all pages together are a scanner's stamp
_HYPHEN = "\ufffe"  # what PDFium puts for a hyphen at a line's end
_UNREADABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_HEAD = 1024  # bytes within which a PDF says that it is one
_LINE = re.compile(r"[^\r\n]+")
_INDENT = "\u3000\u3000"
_INDENTED = (1.4, 3.2)  # widths of a character by which a paragraph's first line is moved in
_ENDED = re.compile(r"[。！？!?…][”’」』）)]*$")
_FAR = 1.6  # of the usual distance of two lines
_LARGE = 1.25  # of the usual height of characters


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line of a page: from where to where it goes, how wide and high its characters are."""

    text: str
    left: float
    right: float
    bottom: float
    width: float
    height: float

    def above(self, other: _Line) -> bool:
        """Whether the other is the next line of the same column."""
        down = self.bottom - other.bottom
        return 0 < down < 4 * self.height and abs(self.left - other.left) < 6 * self.width

    def beyond(self, other: _Line) -> bool:
        """Whether it is moved in against the other as a paragraph's first line is."""
        least, most = _INDENTED
        return least * self.width <= self.left - other.left <= most * self.width


def lines_of(data: bytes) -> tuple[str, tuple[int, ...]]:
    """The text of all pages, and the pages without any. Raises Refused."""
    import pypdfium2
    from pypdfium2 import raw

    if b"%PDF-" not in data[:_HEAD]:
        raise Refused(Fault.DISGUISED, "other")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise Refused(Fault.ENCRYPTED if locked else Fault.BROKEN) from None
    if len(document) > MOST_PAGES:
        raise Refused(Fault.PAGES, str(MOST_PAGES))
    texts: list[str] = []
    lines: list[_Line] | None = []
    for number in range(len(document)):
        try:
            page = document[number].get_textpage()
            texts.append(page.get_text_range())
            placed = _lines(page, texts[-1])
        except pypdfium2.PdfiumError:
            raise Refused(Fault.BROKEN) from None
        lines = lines + placed if lines is not None and placed is not None else None
        if sum(map(len, texts)) > MOST_CHARACTERS:
            raise Refused(Fault.TOO_LONG, str(MOST_CHARACTERS // 10_000))
    whole = "\n".join(_set_out(lines) if lines else texts).replace(_HYPHEN, "")
    if len(_UNREADABLE.sub("", whole)) < _FEW:
        raise Refused(Fault.SCANNED if len(whole) < 2 * _FEW else Fault.GARBLED)
    blank = (number for number, text in enumerate(texts, start=1) if not text.strip())
    return whole, tuple(blank)


def _lines(page: Any, text: str) -> list[_Line] | None:
    """The lines of a page, not blank; None where the places of its characters are not known."""
    if len(text) != page.count_chars():
        return None
    lines = []
    for found in _LINE.finditer(text):
        line = found[0]
        if not line.strip():
            continue
        first = found.start() + len(line) - len(line.lstrip())
        last = found.start() + len(line.rstrip()) - 1
        left, bottom, right, top = page.get_charbox(first, loose=True)
        lines.append(
            _Line(
                text=line.strip(),
                left=left,
                right=page.get_charbox(last, loose=True)[2],
                bottom=bottom,
                width=max(right - left, (top - bottom) / 2, 1.0),
                height=max(top - bottom, 1.0),
            )
        )
    return lines


def _set_out(lines: list[_Line]) -> Iterator[str]:
    """Paragraphs whole where indents or gaps tell them apart; blank lines where a gap or a larger
    type sets something off."""
    pitches = [one.bottom - two.bottom for one, two in pairwise(lines) if one.above(two)]
    usual = median(pitches) if pitches else 0.0
    height = median(line.height for line in lines)
    moved = _moved(lines)
    indented = any(moved)
    margins = _margins(lines)
    paragraph = ""
    for index, line in enumerate(lines):
        if index:
            before = lines[index - 1]
            below = before.above(line)
            far = below and before.bottom - line.bottom > _FAR * usual
            goes_on = (
                indented
                and not (far or moved[index])
                and abs(line.height - before.height) < 0.1 * line.height
                and before.right > margins[index - 1] - 1.5 * before.width
                and (below or not _ENDED.search(before.text))  # into the next column or page
            )
            if goes_on:
                paragraph = _joined(paragraph, line.text)
                continue
            yield paragraph
            large = line.height > _LARGE * height and line.height > 1.1 * before.height
            yield from ("", "") if large else ("",) if far else ()
        paragraph = (_INDENT if moved[index] else "") + line.text
    yield paragraph


def _moved(lines: list[_Line]) -> list[bool]:
    """Which lines are moved in as the first of a paragraph."""
    moved = [False] * len(lines)
    for index, (one, two) in enumerate(pairwise(lines)):
        if one.above(two):
            moved[index] = moved[index] or one.beyond(two)
            moved[index + 1] = two.beyond(one)
    return moved


def _margins(lines: list[_Line]) -> list[float]:
    """How far to the right the column of each line goes."""
    margins: list[float] = []
    start = 0
    for index, line in enumerate(lines, start=1):
        if index == len(lines) or not line.above(lines[index]):
            margins += [max(one.right for one in lines[start:index])] * (index - start)
            start = index
    return margins


def _joined(before: str, after: str) -> str:
    """Two lines of a paragraph as one, with a space between Latin words."""
    latin = before[-1:].isascii() and after[:1].isascii()
    return f"{before} {after}" if latin and before[-1:].isalnum() else before + after
