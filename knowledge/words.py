"""Words, readings and simplified characters: jieba, opencc and pypinyin behind one door.

Nothing is loaded at import. Dictionaries are read on first use and shared; a `Segmenter` lays
the words of one body of content over them, so that two snapshots never disturb each other.
"""

from __future__ import annotations

import logging
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from knowledge.dictionary import dictionary


class Segmenter:
    """Cuts text into words, knowing the words of one body of content, and those that another
    segmenter knows."""

    def __init__(self, own_words: Iterable[str] = (), like: Segmenter | None = None) -> None:
        known: frozenset[str] = like._own if like is not None else frozenset()
        self._own: frozenset[str] = known.union(own_words)
        self._tokenizer: Any = like._tokenizer if like is not None else _general()
        if self._own:
            self._tokenizer = _copied(self._tokenizer)
            _teach(self._tokenizer, self._own - known)

    @contextmanager
    def knowing(self, words: Iterable[str]) -> Iterator[None]:
        """Within the context further words are known; not for a segmenter that others use."""
        assert self._own, "the general segmenter is shared"
        own, total = self._own, self._tokenizer.total
        before = _teach(self._tokenizer, frozenset(words) - own)
        self._own = own.union(words)
        try:
            yield
        finally:
            _unteach(self._tokenizer, before)
            self._own, self._tokenizer.total = own, total

    def knows(self, word: str) -> bool:
        """Whether a word is one of the content's own or stands in the general dictionary."""
        return word in self._own or is_word(word)

    def cut(self, text: str) -> list[str]:
        """The words of a comparable text in order; punctuation is left out."""
        return [word for word in self._tokenizer.cut(text) if _WORD.match(word)]

    def cut_for_search(self, text: str) -> list[str]:
        """The words of a comparable text and the shorter words inside long ones."""
        return self.divide(text)[0]

    def divide(self, text: str) -> tuple[list[str], bytes]:
        """The words of a comparable text, with the shorter words inside long ones, and its
        breaks: a byte for each character, 1 where a word or a mark begins."""
        found: list[str] = []
        breaks = bytearray(len(text))
        at = 0
        known = self._tokenizer.FREQ
        for word in self._tokenizer.cut(text):
            breaks[at] = 1
            at += len(word)
            if not _WORD.match(word):
                continue
            for length in (2, 3):
                if len(word) > length:
                    parts = (word[i : i + length] for i in range(len(word) - length + 1))
                    found.extend(part for part in parts if known.get(part))
            found.append(word)
        return found, bytes(breaks)

    def spans(self, text: str) -> list[tuple[str, int, int]]:
        """The words of a comparable text with where each stands in it."""
        found = []
        at = 0
        for word in self._tokenizer.cut(text):
            if _WORD.match(word):
                found.append((word, at, at + len(word)))
            at += len(word)
        return found


class _Known(dict[str, int]):
    """The frequencies of a dictionary, which others use, with words laid over them."""

    def __init__(self, general: Mapping[str, int], own: Iterable[tuple[str, int]] = ()) -> None:
        super().__init__(own)
        self.general = general

    def __contains__(self, word: object) -> bool:
        return dict.__contains__(self, word) or word in self.general

    def __missing__(self, word: str) -> int:
        return self.general[word]

    def get(self, word: str, default: Any = None) -> Any:
        found = dict.get(self, word)
        return self.general.get(word, default) if found is None else found


_OWN_FREQUENCY = 1000  # of 60 million: likelier than any two words that could stand in its place
_WORD = re.compile(r"[^\W_]")


def _teach(tokenizer: Any, words: Iterable[str]) -> dict[str, int | None]:
    """Make words known to a tokenizer; what its dictionary held in their place before."""
    known = tokenizer.FREQ
    before: dict[str, int | None] = {}
    for word in words:
        for end in range(1, len(word)):  # jieba looks no further than a known beginning
            if word[:end] not in known:
                before[word[:end]] = None
                known[word[:end]] = 0
        before.setdefault(word, known.get(word))
        known[word] = _OWN_FREQUENCY
        tokenizer.total += _OWN_FREQUENCY
    return before


def _unteach(tokenizer: Any, before: Mapping[str, int | None]) -> None:
    for word, frequency in before.items():
        if frequency is None:
            del tokenizer.FREQ[word]
        else:
            tokenizer.FREQ[word] = frequency


@cache
def _general() -> Any:
    """jieba's tokenizer over the shared dictionary; no word may be added to it."""
    return _tokenizer(dictionary().frequencies)


def _copied(tokenizer: Any) -> Any:
    """A tokenizer that can be taught without the other learning it."""
    known = tokenizer.FREQ
    of_another = isinstance(known, _Known)
    copy = _tokenizer(_Known(known.general, known.items()) if of_another else _Known(known))
    copy.total = tokenizer.total
    return copy


def _tokenizer(frequencies: dict[str, int]) -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ = frequencies
    tokenizer.total = dictionary().total
    tokenizer.initialized = True
    return tokenizer


def tokens(text: str) -> list[str]:
    """A short text cut by the general dictionary alone, punctuation included."""
    return list(_general().cut(text))


@lru_cache(maxsize=65536)
def breaks(text: str) -> bytes:
    """A byte for each character of a text, 1 where a word of the general dictionary or a mark
    begins."""
    found = bytearray(len(text))
    at = 0
    for word in tokens(text):
        found[at] = 1
        at += len(word)
    return bytes(found)


def stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a text around a cut, from mark to mark, whose words are the same whatever
    stands outside it: the dictionary's cutter never looks across a mark."""
    while start > 0 and _UNMARKED.match(text, start - 1):
        start -= 1
    after = _UNMARKED.match(text, end)
    return start, after.end() if after is not None else end


_UNMARKED = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+")  # as in jieba


@lru_cache(maxsize=65536)
def rarity(word: str) -> float:
    """How rare a word is in Chinese at large, from 0 (的) to 1 (not in the dictionary).

    The negative logarithm of its share of jieba's training corpus, scaled by that of a word
    seen once.
    """
    base = dictionary()
    frequency = base.frequencies.get(word, 0)
    if not frequency:
        return 1.0
    return min(1.0, math.log(base.total / frequency) / math.log(base.total))


def is_word(word: str) -> bool:
    """Whether the general dictionary knows a word."""
    return bool(dictionary().frequencies.get(word, 0))


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional characters as simplified ones; everything else as it is."""
    if text.isascii():
        return text
    return str(_converter().convert(text))


@cache
def _readings() -> Mapping[int, str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # its phrases, not needed, take most time
    from pypinyin.constants import PINYIN_DICT

    return PINYIN_DICT


@lru_cache(maxsize=32768)
def syllables(char: str) -> tuple[str, ...]:
    """The readings of one Chinese character without tones, commonest first; none for others.

    >>> syllables("行")[:2]
    ('xing', 'hang')
    """
    readings = _readings().get(ord(char), "")
    plain = (_untoned(reading) for reading in readings.split(",") if reading)
    return tuple(dict.fromkeys(plain))


_TONES = str.maketrans("āáǎàēéěèōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeooooiiiiuuuuvvvvvnnnm")


def _untoned(reading: str) -> str:
    return reading.translate(_TONES)


def sound(char: str) -> str:
    """One key for all near sounds of a character's commonest reading (zh/z, n/l, ang/an …);
    the character itself where it has none."""
    readings = syllables(char)
    return near_sound(readings[0]) if readings else char


@lru_cache(maxsize=4096)
def near_sound(syllable: str) -> str:
    """A syllable with the differences removed that many speakers do not make.

    >>> near_sound("zhang") == near_sound("zan")
    True
    """
    for retroflex, flat in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(retroflex):
            syllable = flat + syllable[2:]
    if syllable.startswith("n") and len(syllable) > 1:
        syllable = "l" + syllable[1:]
    if syllable.endswith("ng") and syllable[-3:-2] in ("a", "e", "i"):
        syllable = syllable[:-1]
    return syllable


@cache
def _all_syllables() -> frozenset[str]:
    """The syllables of the characters in common use."""
    first = {
        readings.partition(",")[0]
        for code, readings in _readings().items()
        if 0x4E00 <= code <= 0x9FFF
    }
    return frozenset(_untoned(reading) for reading in first if reading)


@cache
def _every_syllable() -> frozenset[str]:
    first = {readings.partition(",")[0] for readings in _readings().values()}
    return frozenset(_untoned(reading) for reading in first if reading)


@cache
def near_sounds() -> tuple[str, ...]:
    """Every near sound there is, in a fixed order."""
    return tuple(sorted({near_sound(syllable) for syllable in _every_syllable()}))


def spell(latin: str) -> tuple[str, ...] | None:
    """Latin letters read as pinyin syllables, longest first; None when they are not pinyin.

    >>> spell("yikatong")
    ('yi', 'ka', 'tong')
    """
    known = _all_syllables()
    best: list[tuple[str, ...] | None] = [None] * (len(latin) + 1)
    best[0] = ()
    for end in range(1, len(latin) + 1):
        for start in range(max(0, end - 6), end):
            head = best[start]
            syllable = latin[start:end].replace("ü", "v")
            if head is None or syllable not in known:
                continue
            if best[end] is None or len(head) + 1 < len(best[end] or ()):
                best[end] = (*head, syllable)
    return best[-1]
