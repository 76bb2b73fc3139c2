"""Comparable text: two ways of writing the same thing become the same string.

Full width, traditional characters, capitals, white space, quotation marks, dashes and the scan's
`PM_{2.5}` make no difference when texts are compared; every comparable character still knows
which original character it came from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from knowledge import words

_ALIKE = {
    **dict.fromkeys("“”„‟«»「」『』〝〞＂", '"'),
    **dict.fromkeys("‘’‚‛＇`´", "'"),
    **dict.fromkeys("—–―‒−－─━", "-"),
    **dict.fromkeys("·•・‧∙⋅●", "·"),
    **dict.fromkeys("～〜∼", "~"),
    "〔": "(",
    "〕": ")",
    "【": "[",
    "】": "]",
    "μ": "μ",
    "µ": "μ",
}
_INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me", "Cs"}
_SUBSCRIPT = re.compile(r"_\{([^{}]{0,20})\}")


class _Table(dict[int, str]):
    """Character → comparable form, worked out once for each character ever met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in _ALIKE:
            form = _ALIKE[char]
        elif unicodedata.category(char) == "Cs":  # a lone surrogate, which no library takes
            form = ""
        else:
            folded = words.simplified(unicodedata.normalize("NFKC", char)).casefold()
            form = "".join(
                _ALIKE.get(part, part)
                for part in folded
                if unicodedata.category(part) not in _INVISIBLE
            )
        self[code] = form
        return form


_TABLE = _Table()


def comparable(text: str) -> str:
    """The text in its comparable form, white space gone.

    >>> comparable("ＰＭ_{2.5} 年均濃度")
    'pm2.5年均浓度'
    """
    return _SUBSCRIPT.sub(r"\1", text).translate(_TABLE)


@dataclass(frozen=True, slots=True)
class Comparable:
    """A comparable text; `origins[i]` is the index in the original of its character i."""

    original: str
    text: str
    origins: tuple[int, ...]

    def find(self, needle: str) -> tuple[int, int] | None:
        """Where `needle` first stands, as start and end in the original; None when it does not."""
        return next(self.find_all(needle), None)

    def find_all(self, needle: str) -> Iterator[tuple[int, int]]:
        """Every place where `needle` stands, as start and end in the original."""
        sought = comparable(needle)
        at = self.text.find(sought) if sought else -1
        while at >= 0:
            yield self.origins[at], self.origins[at + len(sought) - 1] + 1
            at = self.text.find(sought, at + 1)


def compare(text: str) -> Comparable:
    """The comparable form of a text together with the way back to it."""
    skipped = {
        index
        for match in _SUBSCRIPT.finditer(text)
        for index in (match.start(), match.start() + 1, match.end() - 1)
    }
    parts: list[str] = []
    origins: list[int] = []
    for index, char in enumerate(text):
        if index in skipped:
            continue
        form = _TABLE[ord(char)]
        if form:
            parts.append(form)
            origins.extend([index] * len(form))
    return Comparable(text, "".join(parts), tuple(origins))


def is_han(char: str) -> bool:
    """Whether a character is a Chinese character."""
    return "一" <= char <= "鿿" or "㐀" <= char <= "䶿" or char >= "\U00020000"


def bare(text: str) -> str:
    """Only letters, digits and Chinese characters of a comparable text, with `.` and `%` where
    they belong to a number."""
    return "".join(_BARE.findall(text))


_BARE = re.compile(r"\d+(?:\.\d+)?%?|[^\W_]")


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of neighbouring characters, punctuation standing between none.

    >>> bigrams("一卡通,好")
    ['一卡', '卡通']
    """
    return [run[index : index + 2] for run in _RUN.findall(text) for index in range(len(run) - 1)]


_RUN = re.compile(r"[^\W_]+")


class _Sounds(dict[int, str]):
    """Character → one private character for its near sound; every other character as it is."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        key = words.sound(char) if is_han(char) else char
        self[code] = key if key == char else sound_mark(key)
        return self[code]


@cache
def sound_mark(syllable: str) -> str:
    """The private character that stands for a near sound (see `words.near_sound`)."""
    return chr(_FIRST_MARK + words.near_sounds().index(syllable))


_FIRST_MARK = 0xE000
_SOUNDS = _Sounds()


def sounding(text: str) -> str:
    """A comparable text as it sounds, of the same length: texts that sound alike become equal.

    >>> sounding("助餐") == sounding("住参"), sounding("pm2.5")
    (True, 'pm2.5')
    """
    return text.translate(_SOUNDS)
