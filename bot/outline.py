"""What the page reader saw, for editors: as JSON, or as an outline to read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bot.objects import encode, page_object
from knowledge.errors import PageError, Problem
from knowledge.model import JoinKind, Page
from knowledge.page import read_page
from knowledge.reading import Reading


def parse(files: tuple[Path, ...], *, as_json: bool) -> int:
    """Print what was seen in each file, in order; what was doubtful goes to stderr.

    When a file cannot be read, every such file is named, nothing is printed, and 1 is returned.
    """
    pages, problems = [], []
    for file in files:
        try:
            pages.append(read_page(file))
        except PageError as error:
            problems.append(error.problem)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 1
    for page in pages:
        for remark in page_remarks(page):
            print(remark, file=sys.stderr)
        if as_json:
            print(encode(page_object(page)))
        else:
            print("\n".join(page_lines(page)))
    return 0


def page_lines(page: Page) -> Iterator[str]:
    """A page as an outline: each article with its parts, one line a paragraph."""
    for number, article in enumerate(page.articles, start=1):
        yield f"第 {number} 篇（{page.file}:{article.line}）"
        yield f"  引题：{_or_none(article.kicker)}"
        yield f"  标题：{_or_none(article.headline)}"
        yield f"  署名：{'、'.join(article.byline) or '（无）'}"
        for caption in article.captions:
            yield f"  图片说明：{caption.text}"
        for section in article.sections:
            if section.subhead is not None:
                yield f"  小标题：{section.subhead.text}"
            for paragraph in section.paragraphs:
                yield f"    {paragraph.text}"
        yield ""


def page_remarks(page: Page) -> Iterator[Problem]:
    """What the reader was unsure of, in the page's order."""
    remarks = [
        *page.remarks,
        *(
            (join.line, f"不确定这里是不是一句话：…{join.before}｜{join.after}…")
            for join in page.joins
            if join.kind is JoinKind.DUBIOUS
        ),
    ]
    for line, message in sorted(remarks):
        yield Problem(file=page.file, line=line, message=message, fatal=False)


def _or_none(reading: Reading | None) -> str:
    return reading.text if reading is not None else "（无）"
