"""Paragraphs into messages: escaped for Telegram, and cut at sentence ends where they are long.

Lengths are UTF-16 units of the text as read, which is how Telegram counts; mark-up is free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

LIMIT = 4000  # of Telegram's 4096, so that no rounding of ours matters

_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]+[”’」』）)]*|[^。！？；!?;\n]+")
_REFUSED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # what Telegram refuses or drops


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Runs of text, each (text, bold); `quote` sets the whole paragraph off as a quotation."""

    runs: tuple[tuple[str, bool], ...]
    quote: bool = False

    @property
    def length(self) -> int:
        return sum(units(text) for text, _ in self.runs)


def said(text: str) -> Paragraph:
    """A paragraph of our own."""
    return Paragraph(runs=((text, False),))


def quoted(text: str) -> Paragraph:
    """A paragraph of the bulletin's."""
    return Paragraph(runs=((text, False),), quote=True)


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def messages(paragraphs: tuple[Paragraph, ...], limit: int = LIMIT) -> tuple[str, ...]:
    """The paragraphs as HTML messages of at most `limit` units of readable text each.

    A paragraph that fits into one message is not cut; a longer one is cut at sentence ends, and a
    sentence longer than a message wherever it must be.
    """
    pages: list[list[tuple[int, str, bool]]] = [[]]
    room = limit
    for number, paragraph in enumerate(paragraphs):
        if room < paragraph.length + 2 <= limit + 2 and pages[-1]:
            pages.append([])
            room = limit
        room -= 2 if pages[-1] else 0
        for text, bold in _atoms(paragraph, limit):
            if units(text) > room:
                pages.append([])
                room = limit
            pages[-1].append((number, text, bold))
            room -= units(text)
    return tuple(page for page in (_page(atoms, paragraphs) for atoms in pages) if page)


def _atoms(paragraph: Paragraph, limit: int) -> Iterator[tuple[str, bool]]:
    """The smallest parts that stay whole: sentences, and pieces of those beyond `limit`."""
    step = limit // 2  # characters; each counts for two units at most
    for text, bold in paragraph.runs:
        for sentence in _SENTENCE.findall(_REFUSED.sub("", text)):
            if units(sentence) <= limit:
                yield sentence, bold
            else:
                yield from (
                    (sentence[at : at + step], bold) for at in range(0, len(sentence), step)
                )


def _page(atoms: list[tuple[int, str, bool]], paragraphs: tuple[Paragraph, ...]) -> str:
    blocks = []
    for number, group in groupby(atoms, key=lambda atom: atom[0]):
        body = "".join(
            _bold("".join(text for _, text, _ in run)) if bold else _plain(run)
            for bold, run in groupby(group, key=lambda atom: atom[2])
        ).strip()
        if body:
            blocks.append(f"<blockquote>{body}</blockquote>" if paragraphs[number].quote else body)
    return "\n\n".join(blocks)


def _bold(text: str) -> str:
    return f"<b>{escape(text, quote=False)}</b>"


def _plain(run: Iterator[tuple[int, str, bool]]) -> str:
    return escape("".join(text for _, text, _ in run), quote=False)
