"""Where one article of a page ends and the next begins.

A kicker begins an article, a byline below the text ends one. Where neither stands, a heading in
the middle of the text is a subhead unless what follows reads like the beginning of a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from knowledge import bylines, seam
from knowledge.layout import LONGEST_HEADLINE, Block, Blocks, Kind
from knowledge.text import bigrams, comparable

_NEW_ARTICLE = 3
_DOUBTFUL = 2
_FAR = 2  # blank lines more than usual
_LONG = 16  # characters: subheads are mostly shorter, headlines longer
_DATED = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日|昨[日天晚]|今[日天晨]|前[日天]|本周|上周|近日|日前|近期|连日来|\d{1,2}日[上下凌]"
)
_TITLE = re.compile(r"[^。！？!?；;]{2,40}[？！?!…]+[”’」』）)]*$")
_CONCLUDED = re.compile(r"[(（]完[)）]$")


def heading_at(blocks: Sequence[Block], index: int) -> bool:
    """Whether a block in the text is a subhead: it looks like one, text follows, and it is no
    item of a list."""
    block = blocks[index]
    return (
        block.kind is Kind.TEXT
        and seam.like_heading(block.text)
        and _text_after(blocks, index) is not None
        and not _listed(blocks, index)
    )


def _listed(blocks: Sequence[Block], index: int) -> bool:
    """Whether a short line is one of three or more in a row."""
    length = 1
    for step in (-1, 1):
        at = index + step
        while 0 <= at < len(blocks) and length < 3 and _short(blocks[at]):
            length += 1
            at += step
    return length >= 3


def _short(block: Block) -> bool:
    return block.kind is Kind.TEXT and seam.like_heading(block.text)


def title_at(blocks: Sequence[Block], index: int) -> bool:
    """Whether a block may be a headline: that may be longer, a question or an exclamation."""
    text = blocks[index].text
    if _TITLE.match(text) and _text_after(blocks, index) is not None:
        return text[0] not in "“「"
    long = seam.like_heading(text, LONGEST_HEADLINE)
    return long and _text_after(blocks, index) is not None


def parted(found: Blocks) -> list[list[Block]]:
    """The blocks of each article in order; doubtful places go to the remarks."""
    blocks = [block for block in found.blocks if block.kind is not Kind.LEFT_OUT]
    if not blocks:
        return []
    starts = sorted(set(_starts(blocks, found)))
    groups = [
        blocks[start:end] for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True)
    ]
    return _pictures_home(groups)


def _starts(blocks: list[Block], found: Blocks) -> Iterator[int]:
    yield 0
    body = signed = False  # what the article so far has
    regular = sum(block.kind is Kind.BYLINE for block in blocks) >= 2
    start = 0
    for index, block in enumerate(blocks):
        if block.kind is Kind.CAPTION:
            continue
        if block.kind is Kind.BYLINE:
            signed = signed or (body and _closes(blocks, index))
            continue
        new = signed or (body and block.kind is Kind.KICKER)
        if not new and body and heading_at(blocks, index):
            new = _begins_article(blocks, start, index, regular, found)
        if new:
            yield index
            start, body, signed = index, False, False
        if block.kind is Kind.TEXT and not title_at(blocks, index):
            body = True


def _closes(blocks: Sequence[Block], index: int) -> bool:
    """Whether a byline below text ends the article rather than standing inside it."""
    after = _next(blocks, index)
    if after is None or blocks[after].kind is not Kind.TEXT:
        return True
    return blocks[index].text[0] in "·•" or title_at(blocks, after)


def _begins_article(
    blocks: Sequence[Block], start: int, index: int, regular: bool, found: Blocks
) -> bool:
    """Whether a heading in the middle of text is the headline of another article."""
    block = blocks[index]
    if seam.numbered(block.text):
        return False
    after = _next(blocks, index)
    assert after is not None  # a heading has text after it
    lead = _text_after(blocks, index)
    assert lead is not None
    before = next(
        (blocks[at] for at in range(index - 1, start - 1, -1) if blocks[at].kind is Kind.TEXT),
        None,
    )
    if blocks[after].kind is Kind.BYLINE and not heading_at(blocks, lead):
        return True
    if bylines.news_lead(blocks[lead].text):
        return True
    if before is not None and _CONCLUDED.search(before.text):
        return True
    points = 2 if block.gap >= _FAR and blocks[lead].gap == 0 else 0
    points += len(block.text) >= _LONG
    points += " " in block.text
    points += 2 if heading_at(blocks, lead) and not seam.numbered(blocks[lead].text) else 0
    points += 2 if _DATED.match(blocks[lead].text) else 0
    points -= regular
    others = [at for at in _stretch(blocks, start, index) if heading_at(blocks, at)]
    if _all_dated(blocks, start, others):
        points += 2
    elif any(
        abs(len(blocks[at].text) - len(block.text)) <= (4 if at < index else 2)
        for at in others
        if at != index
    ):
        points -= 2
    if points >= _DOUBTFUL:
        what = "新报道的标题" if points >= _NEW_ARTICLE else "小标题"
        found.remarks.append((block.line, f"“{block.text}”前没有署名,已当作{what},请核对"))
    return points >= _NEW_ARTICLE


def _stretch(blocks: Sequence[Block], start: int, index: int) -> Iterator[int]:
    """Text from the article's first paragraph to the next byline or kicker; at most near by."""
    for at in range(max(start + 1, index - 60), min(len(blocks), index + 60)):
        if blocks[at].kind in (Kind.BYLINE, Kind.KICKER) and at > index:
            return
        if blocks[at].kind is Kind.TEXT:
            yield at


def _all_dated(blocks: Sequence[Block], start: int, headings: Sequence[int]) -> bool:
    """Whether every heading's text opens with a day, the first article's too: news in brief."""
    leads = [_text_after(blocks, at) for at in (start, *headings)]
    return bool(headings) and all(
        lead is not None and _DATED.match(blocks[lead].text) for lead in leads
    )


def _next(blocks: Sequence[Block], index: int) -> int | None:
    """The next block that is no caption."""
    return next(
        (at for at in range(index + 1, len(blocks)) if blocks[at].kind is not Kind.CAPTION), None
    )


def _text_after(blocks: Sequence[Block], index: int) -> int | None:
    """The next text of the same article; a byline may stand between a headline and its text."""
    after = _next(blocks, index)
    if after is not None and blocks[after].kind is Kind.BYLINE:
        after = _next(blocks, after)
        if after is not None and title_like(blocks[after]):
            return None
    return after if after is not None and blocks[after].kind is Kind.TEXT else None


def title_like(block: Block) -> bool:
    return block.kind is Kind.KICKER or seam.like_heading(block.text, LONGEST_HEADLINE)


def _pictures_home(groups: list[list[Block]]) -> list[list[Block]]:
    """A caption between two articles goes to the one whose words it shares."""
    for before, after in pairwise(groups):
        moved: list[Block] = []
        while len(before) > 1 and before[-1].kind is Kind.CAPTION:
            moved.insert(0, before.pop())
        for picture in moved:
            near = _shared(picture, after) > _shared(picture, before)
            (after if near else before).append(picture)
    return groups


def _shared(picture: Block, group: Sequence[Block]) -> int:
    own = set(bigrams(comparable(picture.text)))
    theirs = {
        pair
        for block in group[:40]
        if block.kind is not Kind.CAPTION
        for pair in bigrams(comparable(block.text[:4000]))
    }
    return len(own & theirs)
