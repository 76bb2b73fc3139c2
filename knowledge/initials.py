"""First letters of pinyin typed for a word: ykt for 一卡通, where only one word can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from knowledge.vocabulary import lexicon
from knowledge.words import spell, syllables

_LETTERS = re.compile(r"(?<![A-Za-z0-9._@/-])[A-Za-z]{3,8}(?![A-Za-z0-9._@/-])")
SHORTEST = 3  # characters of a word that is known by its initials


class Initials:
    """The words of a content by their initials; `words` gives those with some letters."""

    def __init__(self, words: Callable[[str], Collection[str]]) -> None:
        self._words = words

    def expand(self, message: str) -> str:
        """The message with initials written out; what is a word or a syllable itself, stays."""
        return _LETTERS.sub(self._expanded, message)

    def _expanded(self, match: re.Match[str]) -> str:
        letters = match[0].lower()
        if letters in lexicon().senses or spell(letters):
            return match[0]
        words = self._words(letters)
        return next(iter(words)) if len(words) == 1 else match[0]


def initials(word: str) -> str:
    """The first letters of a word's commonest readings; "" for what is short or not Chinese.

    >>> initials("一卡通")
    'ykt'
    """
    if len(word) < SHORTEST:
        return ""
    readings = [syllables(char) for char in word]
    return "".join(reading[0][0] for reading in readings) if all(readings) else ""
