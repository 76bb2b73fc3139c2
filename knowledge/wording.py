"""Comparable texts made ready for matching: what stands in them, how they sound, where their
words begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.records import Passage, Record
from knowledge.text import sounding
from knowledge.words import word_starts

Held = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A comparable text and how it sounds, "" where sound does not count."""

    text: str
    sound: str

    @cached_property
    def starts(self) -> Sequence[int]:
        """For each character where its word begins; the length of the text at the end."""
        return word_starts(self.text)

    def cuts_through(self, start: int, end: int) -> bool:
        """Whether a cut takes a part of one word and of its neighbour: 国企 in 中国企业."""
        starts = self.starts
        left = starts[start] != start and starts[start] != starts[end - 1]
        right = starts[end] != end and starts[end] != starts[start]
        return left or right


EMPTY = Wording(text="", sound="")


def wording(text: str) -> Wording:
    """A comparable text, such as a question of an entry, with its sound."""
    return Wording(text=text, sound=sounding(text))


def of_record(record: Record) -> Wording:
    """What a record says."""
    return Wording(text=record.text, sound=record.sound)


def of_questions(record: Record) -> Wording:
    """All questions of an entry."""
    return Wording(text=record.questions, sound=record.questions_sound)


def of_passage(passage: Passage) -> tuple[Wording, Wording, Wording]:
    """A passage's text, its heading, which is matched as it is written, and the two characters
    where they meet."""
    heading, text = passage.heading, passage.text
    return (
        Wording(text=text, sound=passage.sound),
        Wording(text=heading, sound=""),
        Wording(text=heading[-1:] + text[:1], sound=""),
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

    def with_pairs(self, pairs: Iterable[str]) -> Mapping[str, Held]:
        """In which of the wordings each pair of characters stands."""
        return _standing(pairs, self._texts)

    def with_sounds(self, pairs: Iterable[str]) -> Mapping[str, Held]:
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


def _standing(pairs: Iterable[str], texts: Sequence[str]) -> Mapping[str, Held]:
    """In which of some texts each pair of characters stands: one pass over all their characters,
    however many pairs are looked for."""
    wanted = tuple(dict.fromkeys(pairs))
    chars = _codes("".join(sorted(set("".join(wanted)))))
    base = len(chars) + 1
    numbered = np.zeros(max(chars, default=0) + 2, dtype=np.uint16)  # 0 for what is in no pair
    numbered[chars] = np.arange(1, base)
    firsts, seconds = (
        numbered[_codes("".join(pair[at] for pair in wanted))].astype(np.intp) for at in (0, 1)
    )
    rows = np.full(base * base, -1, dtype=np.intp)
    rows[firsts * base + seconds] = np.arange(len(wanted))
    read = _codes("\0".join((*texts, "")))
    numbers = numbered[np.minimum(read, len(numbered) - 1)]
    at = np.flatnonzero(numbers)
    row = rows[numbers[at].astype(np.intp) * base + numbers[at + 1]]
    at, row = at[row >= 0], row[row >= 0]
    ends = np.cumsum([len(text) + 1 for text in texts])
    held = np.zeros((len(wanted), len(texts)), dtype=np.bool_)
    held[row, np.searchsorted(ends, at, side="right")] = True
    return dict(zip(wanted, held, strict=True))


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
