"""A table that spreadsheets open as it is meant: UTF-8 with its mark, nothing taken for a formula,
in files of a limited size."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

MARK = b"\xef\xbb\xbf"  # by which Excel knows UTF-8
_FORMULA = re.compile(r"[=+\-@＝＋－﹣−＠]")
_NOT_SHOWN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff\ud800-\udfff]+"
)


def cell(value: str | float) -> str:
    """A value as it may stand in a table: on one line, and never a formula."""
    text = " ".join(_NOT_SHOWN.sub(" ", str(value)).split())
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


class Tables:
    """Writes rows into `stem`-1.csv and, where that would grow beyond `limit` bytes, the next;
    each file begins with the heading."""

    def __init__(self, folder: Path, stem: str, heading: tuple[str, ...], limit: int) -> None:
        self.files: list[Path] = []
        self.rows = 0
        self._folder = folder
        self._stem = stem
        self._heading = _line(heading)
        self._limit = limit
        self._size = 0
        self._open: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._open is not None:
            self._open.close()

    def write(self, row: tuple[str | float, ...]) -> None:
        """Add a row."""
        line = _line(row)
        if self._open is None or self._size + len(line) > self._limit:
            self._begin()
        assert self._open is not None
        self._open.write(line)
        self._size += len(line)
        self.rows += 1

    def _begin(self) -> None:
        if self._open is not None:
            self._open.close()
        file = self._folder / f"{self._stem}-{len(self.files) + 1}.csv"
        self._open = file.open("xb")
        self.files.append(file)
        self._open.write(MARK + self._heading)
        self._size = len(MARK) + len(self._heading)


def _line(row: tuple[str | float, ...]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(map(cell, row))
    return line.getvalue().encode("utf-8")
