"""The words that a content brings with it: names, coined phrases and what general dictionaries cut
through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from knowledge.model import Issue
from knowledge.people import Person
from knowledge.text import comparable, is_han
from knowledge.vocabulary import lexicon
from knowledge.words import Segmenter, is_word

_QUOTED = re.compile(r"[“《]([\u4e00-\u9fff]{2,6})[”》]")


def segmenter_knowing(words: Iterable[str] = ()) -> Segmenter:
    """A segmenter that knows some words and those of the program's lists."""
    return Segmenter(words, _knowing_lists())


def own_words(issue: Issue, persons: Iterable[Person]) -> Iterator[str]:
    """Short phrases in quotation or title marks, and the names of the persons, of an issue."""
    for page in issue.pages:
        yield from (comparable(match[1]) for match in _QUOTED.finditer(page.source))
    yield from (comparable(person.name) for person in persons)


@cache
def _knowing_lists() -> Segmenter:
    """A segmenter that knows the words of the program's lists which general dictionaries cut
    through: 网格员, 助餐点."""
    known = lexicon()
    return Segmenter(
        word
        for word in (*known.posts, *known.senses)
        if len(word) > 1 and is_han(word[0]) and not is_word(word)
    )
