"""Comparable texts made ready for matching: what stands in them, how they sound, where their
words begin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.records import Passage, Record
from knowledge.text import sounding
from knowledge.words import breaks, stretch

Held = NDArray[np.bool_]
Codes = NDArray[np.uint32]
Places = NDArray[np.intp]


class Wording(NamedTuple):
    """A comparable text, and whether it also counts how it sounds; `known_breaks` are its breaks
    where they were worked out before."""

    text: str
    audible: bool = True
    known_breaks: bytes = b""

    @property
    def sound(self) -> str:
        """How the text sounds; "" where that does not count."""
        return _sound(self.text) if self.audible else ""

    def cuts_through(self, start: int, end: int) -> bool:
        """Whether a cut takes a part of one word and of its neighbour: 国企 in 中国企业."""
        found = self.known_breaks
        if not found:
            first, last = stretch(self.text, start, end)
            found = breaks(self.text[first:last])
            start, end = start - first, end - first
        whole = found[start] and (end == len(found) or found[end])
        return not whole and 1 in found[start + 1 : end]


_sound = lru_cache(maxsize=8192)(sounding)
EMPTY = Wording("")


def of_record(record: Record) -> Wording:
    """What a record says."""
    return Wording(record.text, known_breaks=record.breaks)


def of_questions(record: Record) -> Wording:
    """All questions of an entry."""
    return Wording(record.questions)


def of_variant(record: Record, number: int) -> Wording:
    """One of the questions of an entry."""
    return Wording(record.variants[number])


def of_passage(passage: Passage) -> tuple[Wording, Wording, Wording]:
    """A passage's text, its heading, which is matched as it is written, and the two characters
    where they meet."""
    heading, text = passage.heading, passage.text
    return (
        Wording(text, known_breaks=passage.breaks),
        Wording(heading, audible=False),
        Wording(heading[-1:] + text[:1], audible=False),
    )


class Wordings:
    """Wordings looked through at once for the pairs of characters that stand in them."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        self._all = tuple(wordings)
        self._texts = [one.text for one in self._all]
        self._codes = _codes("\0".join((*self._texts, "")))
        sizes = np.fromiter(map(len, self._texts), np.intp, len(self._texts))
        self._ends = np.cumsum(sizes + 1)

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, number: int) -> Wording:
        return self._all[number]

    def with_pairs(self, pairs: Iterable[str]) -> Standing:
        """In which of the wordings each pair of characters stands."""
        return _standing(pairs, self._codes, self._ends)

    def with_sounds(self, pairs: Iterable[str]) -> Standing:
        """In which of the wordings each pair of near sounds is heard."""
        audible = np.array([one.audible for one in self._all], dtype=np.bool_)
        heard = _standing(pairs, _SOUNDS.of(self._codes), self._ends)
        return heard.where(audible)

    def with_all(self, chars: str) -> Held:
        """In which of the wordings all of some characters stand, wherever."""
        holding = list(range(len(self)))
        for char in chars:
            holding = [number for number in holding if char in self._texts[number]]
        held = np.zeros(len(self), dtype=np.bool_)
        held[holding] = True
        return held


class Standing:
    """In which of some texts each of some pairs of characters stands; "" stands in none."""

    def __init__(self, pairs: Sequence[str], held: Held) -> None:
        self._rows = {"": len(pairs), **{pair: row for row, pair in enumerate(pairs)}}
        self._held = held

    def each(self, pairs: Iterable[str]) -> Held:
        """Of shape (pairs, texts): in which texts each of the pairs stands."""
        return self._held[[self._rows[pair] for pair in pairs]]

    def any(self, pairs: Iterable[str]) -> Held:
        """In which texts one of the pairs stands."""
        held: Held = np.logical_or.reduce(self.each(pairs))
        return held

    def where(self, counting: Held) -> Standing:
        """The same, only in the texts that count."""
        standing = Standing((), self._held & counting)
        standing._rows = self._rows
        return standing


class _Sounds:
    """How characters sound, by their codes; worked out when a character is first met."""

    def __init__(self) -> None:
        self._table = np.full(1 << 16, _UNHEARD, dtype=np.uint32)

    def of(self, codes: Codes) -> Codes:
        """The codes of the near sounds of characters given by their codes (see `sounding`)."""
        if len(codes) and int(codes.max()) >= len(self._table):
            self._table = np.concatenate((self._table, np.full_like(self._table, _UNHEARD)))
            return self.of(codes)
        sounds = self._table[codes]
        new = sounds == _UNHEARD
        if new.any():
            for code in np.unique(codes[new]).tolist():
                self._table[code] = ord(sounding(chr(code)))
            sounds = self._table[codes]
        return sounds


_UNHEARD = 0xFFFFFFFF
_SOUNDS = _Sounds()


def _standing(pairs: Iterable[str], codes: Codes, ends: Places) -> Standing:
    """In which of some texts each pair of characters stands: one pass over all their characters,
    however many pairs are looked for. The texts are given by the codes of all their characters,
    each text followed by a zero, and by where they end."""
    wanted = tuple(dict.fromkeys(filter(None, pairs)))
    held = np.zeros((len(wanted) + 1, len(ends)), dtype=np.bool_)
    chars = _codes("".join(sorted(set("".join(wanted)))))
    base = len(chars) + 1
    numbered = np.zeros(int(chars[-1]) + 2 if wanted else 1, dtype=np.uint16)
    numbered[chars] = np.arange(1, base)  # 0 is what stands in no pair
    rows = np.full(base * base, -1, dtype=np.intp)
    rows[_keys(numbered[_codes("".join(wanted))].reshape(-1, 2), base)] = np.arange(len(wanted))
    read = numbered.take(codes, mode="clip")
    known = read > 0
    at = np.flatnonzero(known[:-1] & known[1:])
    row = rows[_keys(np.column_stack((read[at], read[at + 1])), base)]
    text = np.searchsorted(ends, at[row >= 0], side="right")
    held[row[row >= 0], text] = True
    return Standing(wanted, held)


def _keys(pairs: NDArray[np.uint16], base: int) -> NDArray[np.intp]:
    """One number for each pair of numbers below a base."""
    keys: NDArray[np.intp] = pairs[:, 0].astype(np.intp) * base + pairs[:, 1]
    return keys


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
