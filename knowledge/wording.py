"""Comparable texts made ready for matching: what stands in them, how they sound, where their
words begin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.records import Passage, Record
from knowledge.words import breaks

Held = NDArray[np.bool_]


class Wording(NamedTuple):
    """A comparable text and how it sounds, "" where sound does not count; `known_breaks` are its
    breaks where they were worked out before."""

    text: str
    sound: str
    known_breaks: bytes = b""

    def cuts_through(self, start: int, end: int) -> bool:
        """Whether a cut takes a part of one word and of its neighbour: 国企 in 中国企业."""
        found = self.known_breaks or breaks(self.text)
        whole = found[start] and (end == len(found) or found[end])
        return not whole and 1 in found[start + 1 : end]


EMPTY = Wording("", "")


def of_record(record: Record) -> Wording:
    """What a record says."""
    return Wording(record.text, record.sound, record.breaks)


def of_questions(record: Record) -> Wording:
    """All questions of an entry."""
    return Wording(record.questions, record.questions_sound)


def of_variant(record: Record, number: int) -> Wording:
    """One of the questions of an entry."""
    return Wording(record.variants[number], record.questions_sound.split("\n")[number])


def of_passage(passage: Passage) -> tuple[Wording, Wording, Wording]:
    """A passage's text, its heading, which is matched as it is written, and the two characters
    where they meet."""
    heading, text = passage.heading, passage.text
    return (
        Wording(text, passage.sound, passage.breaks),
        Wording(heading, ""),
        Wording(heading[-1:] + text[:1], ""),
    )


class Wordings:
    """Wordings looked through at once for the pairs of characters that stand in them."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        self._all = tuple(wordings)
        self._texts = [one.text for one in self._all]

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, number: int) -> Wording:
        return self._all[number]

    def with_pairs(self, pairs: Iterable[str]) -> Standing:
        """In which of the wordings each pair of characters stands."""
        return _standing(pairs, self._texts)

    def with_sounds(self, pairs: Iterable[str]) -> Standing:
        """In which of the wordings each pair of near sounds is heard."""
        return _standing(pairs, [one.sound for one in self._all])

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


def _standing(pairs: Iterable[str], texts: Sequence[str]) -> Standing:
    """In which of some texts each pair of characters stands: one pass over all their characters,
    however many pairs are looked for."""
    wanted = tuple(dict.fromkeys(filter(None, pairs)))
    held = np.zeros((len(wanted) + 1, len(texts)), dtype=np.bool_)
    chars = _codes("".join(sorted(set("".join(wanted)))))
    base = len(chars) + 1
    numbered = np.zeros(int(chars[-1]) + 2 if wanted else 1, dtype=np.uint16)
    numbered[chars] = np.arange(1, base)  # 0 is what stands in no pair
    rows = np.full(base * base, -1, dtype=np.intp)
    rows[_keys(numbered[_codes("".join(wanted))].reshape(-1, 2), base)] = np.arange(len(wanted))
    read = numbered.take(_codes("\0".join((*texts, ""))), mode="clip")
    known = read > 0
    at = np.flatnonzero(known[:-1] & known[1:])
    row = rows[_keys(np.column_stack((read[at], read[at + 1])), base)]
    ends = np.cumsum(list(map(len, texts))) + np.arange(1, len(texts) + 1)
    text = np.searchsorted(ends, at[row >= 0], side="right")
    held[row[row >= 0], text] = True
    return Standing(wanted, held)


def _keys(pairs: NDArray[np.uint16], base: int) -> NDArray[np.intp]:
    """One number for each pair of numbers below a base."""
    keys: NDArray[np.intp] = pairs[:, 0].astype(np.intp) * base + pairs[:, 1]
    return keys


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
