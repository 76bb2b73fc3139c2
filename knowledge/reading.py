"""Text as a person reads it, every character of it tied to its place in the source.

A page reader drops layout breaks and mark-up; a quotation has to be found again in the source.
`Reading` keeps the way back as few linear pieces rather than an offset for every character.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` (included) to `end` (excluded) of a page's decoded source."""

    start: int
    end: int

    def meets(self, other: Span) -> bool:
        """Whether the two have a character in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Piece:
    """`length` characters of the reading from `start` stand in the source at `source`.

    Character i of the piece is character `source + i` of the source, except for a replacement
    (`&amp;` read as &), which is one reading character for `width` source characters.
    """

    start: int
    length: int
    source: int
    width: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Readable text with its map back to the source."""

    text: str
    pieces: tuple[Piece, ...]

    def cut(self, start: int, end: int) -> Reading:
        """The part between two indices of the text, still mapped.

        Raises ValueError unless 0 <= start <= end <= len(text).
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"cut {start}:{end} outside a reading of {len(self.text)} characters")
        pieces = []
        for piece in self.pieces[self._piece_at(start) :]:
            if piece.start >= end:
                break
            first = max(start, piece.start)
            length = min(end, piece.start + piece.length) - first
            if length <= 0:
                continue
            linear = piece.width == piece.length
            pieces.append(
                Piece(
                    first - start,
                    length,
                    piece.source + (first - piece.start if linear else 0),
                    length if linear else piece.width,
                )
            )
        return Reading(self.text[start:end], tuple(pieces))

    def spans(self, source: str) -> tuple[Span, ...]:
        """Where the text stands in `source`; pieces with only white space or mark-up of a
        subscript between them count as one span."""
        spans: list[Span] = []
        for piece in self.pieces:
            begin, end = piece.source, piece.source + piece.width
            if spans and begin >= spans[-1].end and _is_layout(source[spans[-1].end : begin]):
                spans[-1] = Span(spans[-1].start, end)
            else:
                spans.append(Span(begin, end))
        return tuple(spans)

    def _piece_at(self, index: int) -> int:
        return max(0, bisect_right(self.pieces, index, key=lambda piece: piece.start) - 1)


def _is_layout(between: str) -> bool:
    return all(char.isspace() or char in "_{}$\u200b\ufeff" for char in between)


def join(readings: Iterable[Reading]) -> Reading:
    """Readings one after another, as one."""
    text: list[str] = []
    pieces: list[Piece] = []
    at = 0
    for reading in readings:
        text.append(reading.text)
        pieces.extend(
            Piece(at + piece.start, piece.length, piece.source, piece.width)
            for piece in reading.pieces
        )
        at += len(reading.text)
    return Reading("".join(text), tuple(pieces))


def verbatim(source: str, spans: Iterable[Span]) -> tuple[str, ...]:
    """The source text of each span with layout white space removed, as quotations show it."""
    return tuple(_squeeze(source[span.start : span.end]) for span in spans)


def _squeeze(text: str) -> str:
    """Drops line breaks and the indents around them; a space inside a line stays."""
    lines = [line.strip() for line in text.splitlines()]
    return "".join(lines)
