"""Tokens: what a text is found by in the index, beside the words that it is cut into."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from knowledge.text import bigrams, is_han, sounding
from knowledge.vocabulary import Spotter, lexicon

_SENSE = "§"
_SOUND = "~"
MARKS = _SENSE + _SOUND  # with which tokens begin that are no words


def parts(text: str) -> Iterator[str]:
    """What a comparable text can be found by without cutting it into words: enough for short
    ones, such as the questions of an entry."""
    for word, _, _ in sense_words().find(text):
        yield from sense(word)
    yield from bigrams(text)
    yield from sounds(text, sounding(text))


def sense(word: str) -> Iterator[str]:
    """The token of a word's synonym group, where it has one."""
    group = lexicon().senses.get(word)
    if group is not None:
        yield f"{_SENSE}{group}"


def sounds(text: str, sound: str) -> Iterator[str]:
    """The tokens of near sounds: one for each pair of Chinese characters."""
    for at in range(len(text) - 1):
        if is_han(text[at]) and is_han(text[at + 1]):
            yield _SOUND + sound[at : at + 2]


@cache
def sense_words() -> Spotter:
    """Finds the words of the synonym groups in a text."""
    return Spotter(lexicon().senses)
