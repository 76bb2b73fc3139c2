"""How a record is put to the reader: the quotation, with its speaker where there is one."""

from __future__ import annotations

import re

from knowledge.model import Quote, Speaker

_SHORT = 28  # characters of an option's label
_LEFT_OUT = "……"  # between two cuts of the page
_ENDS = "。！？；…—：:;!?”』」"
_OPEN, _CLOSE = "“", "”"
_POINTING_BACK = re.compile(
    "(?:[^,。]{0,12}[年月日时后前初末间期],)?"
    "(?:它|[他她](?!人|山|乡)|该(?!不该)|此(?!外|刻)|这|其(?![实他它余次一二三])|前者|后者"
    "|同[年月日]|[次翌][年月日]|当[年日])"
)


def spoken(quotes: tuple[Quote, ...], speaker: Speaker | None) -> str:
    """The answer as read: the words of the page, led by who says them unless they say so."""
    words = ""
    for quote in quotes:
        words += _LEFT_OUT if words and words[-1] not in _ENDS else ""
        words += quote.reading.strip()
    if speaker is None or speaker.name in words:
        return words
    who = f"{speaker.name}（{speaker.post}）" if speaker.post else speaker.name
    return f"{who}{speaker.verb}：{_whole(words)}"


def points_back(sentence: str) -> bool:
    """Whether a comparable sentence begins, or goes on after a time, with a word for what stands
    before it.

    >>> points_back("该曲不久就传遍全国。"), points_back("2013年,它被废止。")
    (True, True)
    >>> points_back("其他三处明年建。")
    False
    """
    return _POINTING_BACK.match(sentence) is not None


def _whole(words: str) -> str:
    """A cut of a speech without a quotation mark whose partner lies outside the cut."""
    if words.count(_OPEN) > words.count(_CLOSE) and words.startswith(_OPEN):
        words = words[1:]
    if words.count(_CLOSE) > words.count(_OPEN) and words.endswith(_CLOSE):
        words = words[:-1]
    return words


def option_label(text: str) -> str:
    """A record as a short label that a button can hold."""
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
