"""Names of districts, streets and estates in a question that no list of places knows.

A bulletin answers for the places it speaks of. 濠南小区 in a question is a name by its form: a
word that is no common one, before a word for a kind of place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.text import is_han
from knowledge.words import is_word, rarity, tokens

_KIND = re.compile(r"小区|社区|街道|新村|区|县|市|镇|乡|村")
_LONGEST = 4  # characters of a name
_NAME = 0.75  # rarity from which a word of the dictionary may be a name
_NEVER = frozenset(
    "年月日全本各个这那哪几多少老新城郊我们在的了是和与到从住及每整该某有要把咱俺谁不能会可"
    "跨串满管审夸受出进去来给让被对向往为因上下里外前后大小片园校景开库厂辖分市农民乡山地"
)


def unlisted_places(text: str) -> Iterator[tuple[str, str]]:
    """The names by form in a comparable text, each with the place it makes: 濠南, 濠南小区."""
    words = tokens(text) if _KIND.search(text) else []
    for at, word in enumerate(words):
        kind = _KIND.match(word)
        if kind is not None and (kind[0] == word or not is_word(word)):
            name = _name_before(words, at)
            if name:
                yield name, name + kind[0]
        elif (kind := _KIND.search(word, 2)) is not None and kind.end() == len(word) <= 6:
            name = word[: kind.start()]
            if not _NEVER & set(name) and (_may_be_name(name) or _may_be_name(word)):
                yield name, word


def _name_before(words: list[str], at: int) -> str:
    """The name that ends before a word: one word, or short ones; "" where there is none."""
    name = ""
    while at > 0 and len(words[at - 1]) + len(name) <= _LONGEST:
        at -= 1
        word = words[at]
        if not all(map(is_han, word)) or _NEVER & set(word):
            break
        if name and len(word) > 1 and not _may_be_name(word):
            break
        name = word + name
        if len(word) > 1:
            break
    return name if len(name) > 1 and _may_be_name(name) else ""


def _may_be_name(name: str) -> bool:
    return not is_word(name) or rarity(name) >= _NAME
