"""A raw page dump → articles: kicker, headline, subheads, paragraphs, captions, byline.

`decoding` turns bytes into lines, `layout` lines into blocks with the layout's tears mended;
here blocks become articles. Nothing is dropped silently: what is no part of an article is named
in the page's remarks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge import bylines, seam
from knowledge.decoding import check_source, read_lines, read_source
from knowledge.errors import PageError, Problem
from knowledge.layout import Block, Blocks, Kind, read_blocks, with_spaces
from knowledge.model import Article, Page, Paragraph, Section
from knowledge.parting import heading_at, parted, title_at
from knowledge.reading import Reading
from knowledge.sentences import divide
from knowledge.text import bigrams, comparable

_MOST_HEADINGS = 6  # above one text


def read_page(file: Path) -> Page:
    """Reads and parses a page file. Raises PageError."""
    return parse(read_source(file), file)


def parse(source: str, file: Path) -> Page:
    """The articles of a page's text in reading order.

    Raises PageError when the text is empty, binary or too long.
    """
    check_source(source, file)
    lines, remarks = read_lines(source)
    if not lines:
        raise PageError(Problem(file=file, message="页面是空的,没有可读的文字;请放入正文后再试"))
    found = read_blocks(lines)
    for block in found.blocks:
        if block.kind is Kind.LEFT_OUT:
            found.remarks.append((block.line, f"“{block.text}”不是报道内容,已略去"))
    articles = tuple(_draft(blocks, found).article(file) for blocks in parted(found))
    return Page(
        file=file,
        source=source,
        articles=articles,
        joins=tuple(found.joins),
        remarks=tuple(sorted([*remarks, *found.remarks])),
    )


def as_json(page: Page) -> dict[str, object]:
    """What the reader saw, as `parse --json` prints it."""
    return {"articles": [_article_as_json(article) for article in page.articles]}


def _article_as_json(article: Article) -> dict[str, object]:
    return {
        "kicker": article.kicker.text if article.kicker else None,
        "headline": article.headline.text if article.headline else "",
        "byline": list(article.byline),
        "captions": [caption.text for caption in article.captions],
        "sections": [
            {
                "subhead": section.subhead.text if section.subhead else None,
                "paragraphs": [paragraph.text for paragraph in section.paragraphs],
            }
            for section in article.sections
        ],
    }


@dataclass(slots=True)
class _Draft:
    """An article while its blocks are being collected."""

    kicker: Reading | None = None
    headline: Reading | None = None
    sections: list[tuple[Block | None, list[Block]]] = field(default_factory=list)
    captions: list[Block] = field(default_factory=list)
    bylines: list[Block] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    @property
    def body(self) -> list[Block]:
        return [block for _, blocks in self.sections for block in blocks]

    def paragraph(self, block: Block) -> None:
        if not self.sections:
            self.sections.append((None, []))
        self.sections[-1][1].append(block)

    def article(self, file: Path) -> Article:
        names, reading = self._byline()
        return Article(
            file=file,
            line=min(self.lines),
            kicker=self.kicker,
            headline=self.headline,
            byline=names,
            byline_reading=reading,
            captions=tuple(_paragraph(block.reading) for block in self.captions),
            sections=tuple(
                Section(
                    subhead=subhead.reading if subhead else None,
                    paragraphs=tuple(_paragraph(block.reading) for block in blocks),
                )
                for subhead, blocks in self.sections
            ),
        )

    def _byline(self) -> tuple[tuple[str, ...], Reading | None]:
        """The names of its byline lines, or of the dateline where there is none."""
        if self.bylines:
            names = dict.fromkeys(name for block in self.bylines for name in block.names)
            return tuple(names), with_spaces(self.bylines)
        for block in self.body[:3]:
            named = bylines.dateline(block.text)
            if named:
                start, end, reporters = named
                return reporters, block.reading.cut(start, end)
        return (), None


def _paragraph(reading: Reading) -> Paragraph:
    return Paragraph(reading=reading, sentences=divide(reading.text))


def _draft(blocks: Sequence[Block], found: Blocks) -> _Draft:
    """One article of its blocks."""
    draft = _Draft(lines=[block.line for block in blocks])
    draft.captions = [block for block in blocks if block.kind is Kind.CAPTION]
    draft.bylines = [block for block in blocks if block.kind is Kind.BYLINE]
    flow = [block for block in blocks if block.kind not in (Kind.CAPTION, Kind.LEFT_OUT)]
    text = [block for block in flow if block.kind is not Kind.BYLINE]
    top = 0
    while top < min(len(text), _MOST_HEADINGS) and _in_head(text, top):
        top += 1
    rest = _head(draft, text[:top], text[top:], found)
    for index, block in enumerate(rest):
        if heading_at(rest, index):
            draft.sections.append((block, []))
        else:
            draft.paragraph(block)
    return draft


def _in_head(text: Sequence[Block], index: int) -> bool:
    """Whether a block belongs to the headings above the text; only the first may be long."""
    if text[index].kind is Kind.KICKER:
        return True
    first = all(block.kind is Kind.KICKER for block in text[:index])
    return title_at(text, index) and (first or seam.like_heading(text[index].text))


def _head(draft: _Draft, heads: list[Block], body: list[Block], found: Blocks) -> list[Block]:
    """Sets kicker and headline from the headings above the text; gives back what is left."""
    if heads and heads[0].kind is Kind.KICKER:
        draft.kicker = heads[0].reading
        heads = heads[1:]
    if not heads:
        return body
    first, *more = heads
    draft.headline = first.reading
    while more and (more[0].text[0] in "—―─" or _repeats(more[0], first)):
        draft.paragraph(more.pop(0))
    if len(more) != 1 or seam.numbered(more[0].text) or _among(more[0], body):
        return [*more, *body]
    second = more[0]
    if len(second.text) < max(7, len(first.text) // 2):
        return [second, *body]
    if draft.kicker is None:
        draft.kicker, draft.headline = first.reading, second.reading
        message = f"“{first.text}”和“{second.text}”都像标题,已当作引题和标题,请核对"
    else:
        draft.headline = with_spaces([first, second])
        message = f"标题有两行,已连成“{first.text} {second.text}”,请核对"
    found.remarks.append((first.line, message))
    return body


def _repeats(block: Block, headline: Block) -> bool:
    """Whether a line under the headline only says it again."""
    own = set(bigrams(comparable(block.text)))
    return len(own & set(bigrams(comparable(headline.text)))) > 0.6 * len(own)


def _among(block: Block, body: list[Block]) -> bool:
    """Whether a heading is one of several subheads of its article."""
    return any(
        heading_at(body, index) and abs(len(other.text) - len(block.text)) <= 6
        for index, other in enumerate(body)
    )
