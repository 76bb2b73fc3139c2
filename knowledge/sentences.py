"""Where the sentences of a paragraph end.

A sentence ends at 。！？!? or ……, closing quotation marks and brackets belong to it. A speech of
one short sentence stays with the words around it; one of several sentences, or a long one, is
divided, so that each can be quoted alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from knowledge.model import Sentence

_LONG_SPEECH = 40  # characters: a longer quotation stands as a sentence of its own
_SPEECH = 20  # characters: from here on a quotation of several sentences is divided

_OPENING = "“‘「『（(《〈【[〔"
_CLOSING = "”’」』）)》〉】]〕"
_PARTNER = dict(zip(_CLOSING, _OPENING, strict=True))
_QUOTES = "“「『"
_END = re.compile(
    r"(?:[。！？]|[!?](?![A-Za-z0-9=&/])|…{1,}|\.{3,6}|(?<=[a-z]{2})\.(?=\s+[A-Z“\"]|\s*$))+"
)
_CLOSERS = re.compile(r"[”’」』）)》〉】\]〕]*\s*")
_GOES_ON = re.compile(r"[，,、；;：:。）)等之的]")


def divide(text: str) -> tuple[Sentence, ...]:
    """The sentences of a paragraph, in order and without gaps.

    >>> [sentence.text for sentence in divide("网格虽小。它连着千家万户!")]
    ['网格虽小。', '它连着千家万户!']
    """
    sentences = []
    start = 0
    for end in _ends(text):
        sentences.append(Sentence(text=text[start:end], start=start, end=end))
        start = end
    if start < len(text):
        sentences.append(Sentence(text=text[start:], start=start, end=len(text)))
    return tuple(sentences)


def enclosures(text: str) -> list[tuple[int, int]]:
    """The outermost pairs of quotation marks and brackets, as indices of their two characters.

    A mark without its partner encloses nothing.
    """
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for match in _MARKS.finditer(text):
        mark, at = match[0], match.start()
        if mark in _OPENING:
            stack.append((mark, at))
            continue
        depth = next(
            (
                d
                for d in range(len(stack) - 1, max(-1, len(stack) - 9), -1)
                if stack[d][0] == _PARTNER[mark]
            ),
            None,
        )
        if depth is None:
            continue
        opened = stack[depth][1]
        del stack[depth:]
        while pairs and pairs[-1][0] > opened:
            pairs.pop()
        pairs.append((opened, at))
    return pairs


_MARKS = re.compile(f"[{re.escape(_OPENING + _CLOSING)}]")


def _ends(text: str) -> list[int]:
    """Where each sentence but perhaps the last ends, closing marks and white space included."""
    marks = [match for match in _END.finditer(text) if not _within_enumeration(text, match)]
    pairs = enclosures(text)
    opened = [pair[0] for pair in pairs]
    around = [_enclosing(pairs, opened, match.start()) for match in marks]
    held: dict[tuple[int, int], int] = {}
    for pair in around:
        if pair is not None:
            held[pair] = held.get(pair, 0) + 1
    ends = []
    for match, pair in zip(marks, around, strict=True):
        closers = _CLOSERS.match(text, match.end())
        assert closers is not None  # the pattern matches the empty string
        if pair is None or closers.end() == len(text) or _divisible(text, pair, held[pair]):
            ends.append(closers.end())
    return ends


def _enclosing(pairs: list[tuple[int, int]], opened: list[int], at: int) -> tuple[int, int] | None:
    index = bisect_right(opened, at) - 1
    return pairs[index] if index >= 0 and at < pairs[index][1] else None


def _divisible(text: str, pair: tuple[int, int], ends: int) -> bool:
    """Whether the ends inside a pair of marks end sentences: in speech only, and only in a long
    one or one of several sentences."""
    start, end = pair
    length = end - start
    return text[start] in _QUOTES and length > (_SPEECH if ends > 1 else _LONG_SPEECH)


def _within_enumeration(text: str, match: re.Match[str]) -> bool:
    """Whether an ellipsis only leaves out parts of a list or a number: 苹果、梨……等, 1……10."""
    if match[0][0] not in "….":
        return False
    before = text[max(0, match.start() - 20) : match.start()]
    following = text[match.end() : match.end() + 1]
    if _GOES_ON.match(following) or (before[-1:].isdigit() and following.isdigit()):
        return True
    parted = re.search(r"[，,、；;。：:][^，,、；;。：:]*$", before)
    return bool(parted and parted[0][0] == "、" and following and following not in _CLOSING)
