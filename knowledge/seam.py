"""Whether one line of a page goes on in the next: where the layout tore a sentence.

A torn line and a heading look alike (neither ends with a full stop), so evidence is weighed: a
word or a pair of quotation marks that spans the seam, a line that nothing can end or begin with,
against a line that opens like a new paragraph. Points are small integers; `JOINED` of them join.
"""

from __future__ import annotations

import re
from functools import cache

from knowledge import sentences, words

JOINED = 2
CERTAIN = 3

_FINISHED = re.compile(
    r"(?:[。！？!?…]|\.{3,}|(?<=[A-Za-z])\.)"
    r"[”’」』）)》】\"'\]]*(?:[(（](?:完|待续|下转[^()（）]{0,12})[)）])?$"
)
_CLAUSE = re.compile(r"[,，;；!！?？]")
_PAUSE = re.compile(r"[,，、]$")
_DASH = re.compile(r"[—－―-]$")
_NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}(?:是|、|要|则|,|，)|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|第[一二三四五六七八九十\d]{1,3}[,，、条章节步]|\d{1,2}(?:[.．](?!\d)|、)|[①-⑳●■◆▲★•◎※])"
)
_OPENER = re.compile(
    r"(?:同时|此外|另外|目前|当前|近年来|近日|日前|据|随着|与此同时|另据|接下来|下一步|今年以来|去年以来"
    r"|截至|为此|对此|然而|不过|其中|首先|其次|最后|随后|总之|记者|昨[日天晚]|今[日天晨]"
    r"|(?:\d{4}年)?\d{1,2}月|\d{4}年|\d{1,2}日|(?:本报|本刊|[\u4e00-\u9fff]{2,6}[社网报])讯)"
)
_CANNOT_BEGIN = re.compile(r"[,，、。；;：:！？!?）)”’」』》】%％…]")
_OPENING_MARK = re.compile(r"[“‘「『（(《〈【—]$")
_INNER_WORDS = frozenset("的了着们得之地等内外里中上下间时后前吗呢吧啊者性化")
_LINKS = frozenset(
    [
        *"的和与及并在将把对向从被使让给由于自至以为是而但或因如各该其每",
        *"比跟同按不更最还也就都又已未会要能可这那个第约近达有",
        *("以及", "并且", "或者", "按照", "根据", "通过", "围绕"),
    ]
)
_OPEN = "“‘「『（(《【"
_CLOSE = "”’」』）)》】"


def finished(text: str) -> bool:
    """Whether a line ends as a paragraph properly ends."""
    return _FINISHED.search(text) is not None


def numbered(text: str) -> bool:
    """Whether a line begins as an item of a list or a numbered heading."""
    return _NUMBERED.match(text) is not None


def opens(text: str) -> bool:
    """Whether a line begins with words that usually begin a paragraph."""
    return _OPENER.match(text) is not None


def like_heading(text: str, longest: int = 36) -> bool:
    """Whether a line may be a heading: short, one unfinished phrase, its marks in pairs."""
    if not 2 <= len(text) <= longest or finished(text) or _CANNOT_BEGIN.match(text):
        return False
    if text[-1] in ",，、;；:：" or _OPENING_MARK.search(text) or "。" in _outside(text):
        return False
    return not any(dangling(text))


def dangling(text: str) -> tuple[str, str]:
    """Marks without partner: those that stay open at the end, those that close at the start."""
    pairs = {at for pair in sentences.enclosures(text) for at in pair}
    inside = [False] * len(text)
    for start, end in sentences.enclosures(text):
        for at in range(start, end):
            inside[at] = True
    alone = [
        char
        for at, char in enumerate(text)
        if char in _OPEN + _CLOSE and at not in pairs and not inside[at]
    ]
    return (
        "".join(char for char in alone if char in _OPEN),
        "".join(char for char in alone if char in _CLOSE),
    )


def continuity(before: str, after: str, *, plain: bool = False, headline: bool = False) -> int:
    """How strongly `after` goes on with what `before` began; from `JOINED` on they are one.

    `plain` pages give every paragraph a line of its own, so they are hardly ever torn. `headline`
    says that a headline is due where `before` stands.
    """
    if finished(before):
        return _continued_speech(before, after)
    if before[-1] in ":：;；" and (plain or numbered(after) or after[0] in _OPEN):
        return -1
    tail, head = before[-80:], after[:80]
    outside = _outside(before)
    body = len(before) > 36 or len(_CLAUSE.findall(outside)) > 2 or "。" in outside
    points = (1 if plain else 3) if body and not headline else -2 if headline else -1
    points += _ending(before, tail) + _beginning(head)
    points += _across(before, after)
    if like_heading(after):
        points -= 1 if re.search(r"[,，、]", after) else 2
    if numbered(after):
        points -= 2
    return points


def _continued_speech(before: str, after: str) -> int:
    """A full stop ends a line for good, unless a speech goes on in the next and closes there."""
    return JOINED if _speech_spans(before, after) else -1


def _speech_spans(before: str, after: str) -> bool:
    """Whether a mark stays open in one line and its partner closes first in the next."""
    if not any(char in _OPEN for char in before) or not any(char in _CLOSE for char in after):
        return False
    opened, _ = dangling(before[-2000:])
    _, closed = dangling(after[:2000])
    return bool(opened and closed) and _CLOSE.index(closed[0]) == _OPEN.index(opened[-1])


def _ending(before: str, tail: str) -> int:
    points = 0
    if _PAUSE.search(tail) or _OPENING_MARK.search(tail):
        points += 3
    elif _DASH.search(tail) or _last_word(tail) in _LINKS:
        points += 2
    elif tail[-1] in "%％":
        points -= 1
    if len(before) <= 36 and opens(before) and re.search(r"[,，]", before):
        points += 2
    return points


def _beginning(head: str) -> int:
    if _CANNOT_BEGIN.match(head):
        return 4
    first = next(iter(_segmenter().cut(head[:8])), "")
    if first in _INNER_WORDS:
        return 2
    if opens(head):
        return -2
    return -1 if head[0] in _OPEN else 0


def _across(before: str, after: str) -> int:
    points = 0
    if before[-1] in "%％℃" and after[0].isdigit():
        points -= 3
    elif before[-1].isdigit() and after[0].isdigit():
        points += 1
    if _word_spans(before[-6:], after[:6]):
        points += 3
    if _speech_spans(before, after):
        points += 3
    return points


def _word_spans(tail: str, head: str) -> bool:
    """Whether a word of the dictionary begins before the seam and ends after it."""
    seam = len(tail)
    return any(
        start < seam < end and words.is_word(word)
        for word, start, end in _segmenter().spans(tail + head)
    )


def _last_word(text: str) -> str:
    found = _segmenter().cut(text[-8:])
    return found[-1] if found and text.endswith(found[-1]) else ""


def _outside(text: str) -> str:
    """The text without what stands in quotation marks and brackets."""
    parts = []
    at = 0
    for start, end in sentences.enclosures(text):
        parts.append(text[at:start])
        at = end + 1
    parts.append(text[at:])
    return "".join(parts)


@cache
def _segmenter() -> words.Segmenter:
    return words.Segmenter()
