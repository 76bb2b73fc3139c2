"""The lines of a page → blocks: torn paragraphs whole again, each block of one known kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from statistics import median_low

from knowledge import bylines, seam
from knowledge.decoding import Line
from knowledge.model import Join, JoinKind
from knowledge.reading import Piece, Reading, join

LONGEST_HEADLINE = 50
_LONGEST_KICKER = 60
_LONGEST_UNSIGNED_CAPTION = 80
_BIG_GAP = 2  # blank lines more than usual that set a picture apart
_TAIL = 600  # characters of a torn paragraph that the next seam is judged by
_SHOWN = 12  # characters of either side that a join shows


class Kind(StrEnum):
    """What a block of a page is."""

    TEXT = "text"
    KICKER = "kicker"
    BYLINE = "byline"
    CAPTION = "caption"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One or several lines that belong together. `gap` counts blank lines before it beyond the
    usual; `lines` the lines it was joined from; `names` stand on a byline."""

    kind: Kind
    reading: Reading
    line: int
    gap: int
    indent: int
    names: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.reading.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a page is set. `plain` pages give every paragraph a line and leave no line blank."""

    plain: bool
    usual_gap: int
    indented: bool
    width: int | None  # of lines broken at a fixed width, None where lines are paragraphs
    parted: bool  # paragraphs by blank lines or indents


@dataclass(slots=True)
class Blocks:
    """What `read_blocks` found: the blocks in order, joins, remarks (line, sentence)."""

    layout: Layout
    phrases: frozenset[str]
    blocks: list[Block] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)


def read_blocks(lines: list[Line]) -> Blocks:
    """Lines sorted into blocks; only text lines are joined, pictures between them lifted out."""
    layout = _layout(lines)
    found = Blocks(layout, seam.page_phrases(line.text for line in lines))
    blocks = [block for line in lines for block in _classify(line, layout)]
    blocks = _kickers(_captions(blocks, found), found)
    _mend(blocks, found)
    return found


def _layout(lines: list[Line]) -> Layout:
    gaps = [line.gap for line in lines[1:]]
    usual = median_low(gaps) if gaps else 0
    indents = sum(line.indent >= 2 for line in lines)
    return Layout(
        plain=usual == 0,
        usual_gap=usual,
        indented=len(lines) > 2 and indents >= 0.5 * len(lines),
        width=_fixed_width(lines),
        parted=any(line.gap or line.indent >= 2 for line in lines[2:]),
    )


def _fixed_width(lines: list[Line]) -> int | None:
    """The width at which a program broke every line, if one did: most lines are full, and few
    full lines end where a sentence does."""
    inner = [
        line.text
        for line, following in pairwise(lines)
        if following.gap == 0 and following.indent == 0
    ]
    if len(inner) < 4 or len(inner) < 0.5 * len(lines):
        return None
    width = max(map(len, inner))
    full = [text for text in inner if len(text) >= width - 3]
    torn = [text for text in full if not seam.finished(text)]
    if 8 <= width <= 100 and len(full) >= 0.6 * len(inner) and len(torn) >= 0.6 * len(full):
        return width
    return None


def _classify(line: Line, layout: Layout) -> list[Block]:
    """A line by its own words; one that ends in a byline becomes two blocks."""
    text = line.text
    gap = max(0, line.gap - layout.usual_gap)
    block = Block(
        kind=Kind.TEXT, reading=line.reading, line=line.number, gap=gap, indent=line.indent
    )
    if bylines.editors_line(text):
        return [replace(block, kind=Kind.LEFT_OUT)]
    if bylines.photographer_only(text):
        return [replace(block, kind=Kind.CAPTION)]
    names = bylines.byline(text)
    if names:
        return [replace(block, kind=Kind.BYLINE, names=names)]
    if bylines.caption(text):
        return [replace(block, kind=Kind.CAPTION)]
    at = bylines.trailing_byline(text)
    if at:
        body = line.reading.cut(0, len(text[:at].rstrip()))
        signed = line.reading.cut(at, len(text))
        return [
            replace(block, reading=body),
            replace(
                block,
                kind=Kind.BYLINE,
                reading=signed,
                names=bylines.byline(signed.text) or (),
                gap=0,
            ),
        ]
    return [block]


def _captions(blocks: list[Block], found: Blocks) -> list[Block]:
    """Captions of several lines as one; those without a photographer, by their place."""
    result: list[Block] = []
    for index, block in enumerate(blocks):
        before = result[-1] if result else None
        if block.kind is Kind.CAPTION and before is not None and _begins_caption(before, block):
            glue = Reading("", ()) if _one_phrase(before.text, block.text) else _space(before)
            result[-1] = replace(
                before,
                kind=Kind.CAPTION,
                reading=join([before.reading, glue, block.reading]),
            )
        elif block.kind is Kind.TEXT and _stands_apart(blocks, index, found.phrases):
            found.remarks.append(
                (block.line, f"“{_short(block.text)}”像图片说明,已按图片说明处理")
            )
            result.append(replace(block, kind=Kind.CAPTION))
        else:
            result.append(block)
    return result


def _begins_caption(before: Block, block: Block) -> bool:
    """Whether the block before is the first line of this caption."""
    if block.gap or len(before.text) > _LONGEST_UNSIGNED_CAPTION:
        return False
    if before.kind is Kind.CAPTION:
        return bylines.photographer_only(block.text) and not _has_photographer(before.text)
    return before.kind is Kind.TEXT and before.gap >= _BIG_GAP


def _has_photographer(text: str) -> bool:
    return text.endswith(("摄", "摄)", "摄）"))


def _one_phrase(before: str, after: str) -> bool:
    return not seam.finished(before) and not bylines.photographer_only(after)


def _stands_apart(blocks: list[Block], index: int, phrases: frozenset[str]) -> bool:
    """Whether a text block is set like a picture: far from the text above it, and that text goes
    on below it, or the block is one short sentence between paragraphs."""
    block = blocks[index]
    if block.gap < _BIG_GAP or not 0 < index < len(blocks) - 1:
        return False
    before, after = blocks[index - 1], blocks[index + 1]
    if len(block.text) > _LONGEST_UNSIGNED_CAPTION or after.kind is Kind.CAPTION:
        return False
    if before.kind is not Kind.TEXT or after.kind is not Kind.TEXT or after.gap >= _BIG_GAP:
        return False
    single = block.text.endswith("。") and block.text.count("。") == 1 and len(block.text) <= 60
    if seam.finished(before.text):
        return single
    if index == 1 or blocks[index - 2].kind in (Kind.BYLINE, Kind.KICKER):
        return False  # a headline stands before it
    across = seam.continuity(before.text, after.text, phrases=phrases)
    nearer = seam.continuity(before.text, block.text, phrases=phrases)
    return (single or across >= seam.JOINED) and nearer <= across + 2


def _kickers(blocks: list[Block], found: Blocks) -> list[Block]:
    """Marks the lines that end in a dash and stand above a headline."""
    result = list(blocks)
    for index, block in enumerate(blocks[:-1]):
        following = blocks[index + 1]
        if (
            block.kind is Kind.TEXT
            and re.search(r"(?:[—―─]{1,3}|--)$", block.text)
            and len(block.text) <= _LONGEST_KICKER
            and "。" not in block.text
            and following.kind is Kind.TEXT
            and seam.like_heading(following.text, LONGEST_HEADLINE)
            and seam.continuity(block.text.rstrip("—―─-") or block.text, following.text)
            < seam.CERTAIN
        ):
            result[index] = replace(block, kind=Kind.KICKER)
    return result


def _mend(blocks: list[Block], found: Blocks) -> None:
    """Joins each text block to the one that it goes on from, captions in between kept in order."""
    parts: list[list[Reading]] = []
    open_at: int | None = None  # the last text block, while only captions followed it
    tail = ""  # what has been read of it, at least the end
    last: Block | None = None  # its last piece
    due = expected = True  # a headline where that block stands, where the next one stands
    for index, block in enumerate(blocks):
        if block.kind is Kind.TEXT and open_at is not None and last is not None:
            points = _points(tail, last, block, found, due)
            if points < seam.JOINED <= points + 2 and _goes_on(blocks, index, found):
                points += 2
            if points >= seam.JOINED:
                found.joins.append(_join(last, block, points))
                parts[open_at] += [_glue(last, block), block.reading]
                tail = tail[-_TAIL:] + block.text
                last = block
                continue
        found.blocks.append(block)
        parts.append([block.reading])
        if block.kind is Kind.TEXT:
            due, expected = expected, False
            open_at, tail, last = len(parts) - 1, block.text, block
        elif block.kind is not Kind.CAPTION:
            open_at = None
            expected = expected or block.kind is not Kind.LEFT_OUT
    found.blocks[:] = [
        block if len(readings) == 1 else replace(block, reading=join(readings))
        for block, readings in zip(found.blocks, parts, strict=True)
    ]


def _goes_on(blocks: list[Block], index: int, found: Blocks) -> bool:
    """Whether a line that looks like a heading is itself torn, so that it is none."""
    block = blocks[index]
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    return (
        following is not None
        and following.kind is Kind.TEXT
        and seam.like_heading(block.text)
        and seam.continuity(block.text, following.text, phrases=found.phrases) >= seam.JOINED
    )


def _points(tail: str, last: Block, block: Block, found: Blocks, due: bool) -> int:
    """The evidence of the words (see `seam.continuity`) and of how the page is set."""
    layout = found.layout
    if layout.width is not None and not block.gap and not block.indent:
        full = len(last.text) >= layout.width - 3
        if full and (layout.parted or not seam.finished(last.text)):
            return seam.CERTAIN
    headline = due and seam.like_heading(tail, LONGEST_HEADLINE)
    plain = layout.plain and (layout.width is None or not block.gap)
    points = seam.continuity(
        tail, block.text, plain=plain, headline=headline, phrases=found.phrases
    )
    if layout.indented and not seam.finished(tail):
        points += -4 if block.indent >= 2 else 2 if last.indent >= 2 else 0
    return points


def _join(last: Block, block: Block, points: int) -> Join:
    end = last.reading.pieces[-1]
    return Join(
        offset=end.source + end.width,
        line=block.line,
        before=last.text[-_SHOWN:],
        after=block.text[:_SHOWN],
        kind=JoinKind.TORN if points >= seam.CERTAIN else JoinKind.DUBIOUS,
    )


def _glue(last: Block, block: Block) -> Reading:
    """A space between words of Latin letters, nothing between Chinese."""
    words = re.search(r"[a-z][,.;:]?$", last.text) and re.match(r"[A-Za-z]", block.text)
    return _space(last) if words else Reading("", ())


def _space(before: Block) -> Reading:
    """A space that stands for the line's end after a block."""
    end = before.reading.pieces[-1]
    return Reading(" ", (Piece(0, 1, end.source + end.width, 1),))


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:24] + "…"


def with_spaces(blocks: Iterable[Block]) -> Reading | None:
    """The readings of blocks, a space between each two; None for no blocks."""
    parts: list[Reading] = []
    before: Block | None = None
    for block in blocks:
        if before is not None:
            parts.append(_space(before))
        parts.append(block.reading)
        before = block
    return join(parts) if parts else None
