"""Whether one line of a page goes on in the next: where the layout tore a sentence.

A torn line and a heading look alike (neither ends with a full stop), so evidence is weighed: a
word or a pair of quotation marks that spans the seam, a line that nothing can end or begin with,
against a line that opens like a new paragraph. Points are small integers; `JOINED` of them join.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from knowledge import bylines, sentences, words
from knowledge.vocabulary import lexicon

JOINED = 2
CERTAIN = 3

_MOST_PHRASES = 200_000

_LONGEST_HEADING = 36

_FINISHED = re.compile(
    r"(?:[。！？!?…]|\.{3,}|(?<=[A-Za-z])\.)"
    r"[”’」』）)》】\"'\]]*(?:[(（](?:完|待续|下转[^()（）]{0,12})[)）])?$"
)
_CLAUSE = re.compile(r"[,，;；!！?？]")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{4,}")
_OPENS_CLAUSE = re.compile(r"(?:根据|按照|为了?|作为|通过|由于|经过|自从|如今|现在|过去|每天)")
_SPEAKS = re.compile(r"\w?(?:说|表示|介绍说?|认为|指出|告诉记者)[,，:：]")
_AWAITS_NOUN = re.compile(
    r"(?:\d[万亿多余]{0,2}(?:个|名|位|家|户|条|项|件|次|座|辆)|[一二三四五六七八九十]是|近|约)$"
)
_LISTING = re.compile(r"、[^、，,。]{1,12}、\w$")
_COUNTED = re.compile(
    r"\d[\d.,]*[万亿多余]{0,2}"
    r"(?:人|个|家|户|名|元|公里|部门|项|件|次|条|岁|平方米|%|年[的来间内])"
)
_CUT_NUMBER = re.compile(r"\d\|(?:[年月日个家万亿多余人名户元项件岁条次米部%％]|公里|平方)")
_BARE_DATE = re.compile(
    r"(?:(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?|\d{4}年|\d{1,2}日)(?![上下中]午|晚|,|，)"
)
_DAYTIME = re.compile(r"[\d年月]*\d日(?:[上下中]午|晚)")
_DATE_SPANS = re.compile(r"\d年\|\d{1,2}月|\d月\|\d{1,2}日")
_OFFICE = re.compile(r"(?:[省市区县镇乡村局委院校部处组]|街道|社区|公司|中心|集团|协会)\w{1,4}$")
_PAUSE = re.compile(r"[,，、]$")
_SAYING = re.compile(r"(?:说|表示|指出|提出|认为|介绍|强调|明确|建议|显示|了解到|看到)[,，:：]")
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
_PARTICLES = frozenset([*"的了着们得之吗呢吧啊", "以来", "以上", "以下", "以内", "左右"])
_INNER_WORDS = frozenset(
    [
        *"地等内外里中上下间时后前者性化还也就都已将正又再才却则并且而与和及或没",
        *("以及", "并且", "或者", "即将", "已经", "正在", "等等", "而且", "从而", "之一"),
        *("之间", "之后", "之前", "期间"),
    ]
)
_LINKS = frozenset(
    [
        *"的和与及等并在将把对向从被使让给由于自至以为是而但或因如各该其每",
        *"比跟同按不没更最还也就都又已未这那第约",
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


def like_heading(text: str, longest: int = _LONGEST_HEADING) -> bool:
    """Whether a line may be a heading: short, one unfinished phrase, its marks in pairs."""
    if not 2 <= len(text) <= longest or finished(text) or _CANNOT_BEGIN.match(text):
        return False
    if text[-1] in ",，、;；:：" or _OPENING_MARK.search(text) or "。" in _outside(text):
        return False
    if bylines.news_lead(text) or (opens(text) and _CLAUSE.search(text)):
        return False
    return not any(dangling(text))


def dangling(text: str) -> tuple[str, str]:
    """Marks without partner: those that stay open at the end, those that close at the start."""
    alone = _outside(text)
    return (
        "".join(char for char in alone if char in _OPEN),
        "".join(char for char in alone if char in _CLOSE),
    )


def continuity(
    before: str,
    after: str,
    *,
    plain: bool = False,
    headline: bool = False,
    phrases: frozenset[str] = frozenset(),
) -> int:
    """How strongly `after` goes on with what `before` began; from `JOINED` on they are one.

    `plain` pages give every paragraph a line of its own, so they are hardly ever torn. `headline`
    says that a headline is due where `before` stands. `phrases` are those of the whole page (see
    `page_phrases`): one that also stands whole elsewhere was torn here.
    """
    if finished(before):
        return JOINED if _speech_spans(before, after) else -1
    if before[-1] in ":：;；" and (plain or numbered(after)):
        return -1
    if before[-1] in "%％℃" and after[0].isdigit():
        return -1
    if headline:
        points = -3 + (_CLAUSE.search(before) is not None)
    else:
        points = _unfinished(before) - (2 if plain else 0)
    points += _ending(before[-80:]) + _beginning(after[:80]) + _across(before, after)
    if any(phrase in phrases for phrase in _four(before[-3:] + after[:3])):
        points += 3
    if like_heading(after) and len(after) > 3:
        points -= 1 if re.search(r"[,，;；、]", after) else 2
    return points


def _unfinished(text: str) -> int:
    """How much a line without a full stop looks like text rather than like a heading."""
    outside = _outside(text)
    clauses = len(_CLAUSE.findall(outside))
    told = opens(text) or _OPENS_CLAUSE.match(text) or _SAYING.search(outside)
    if len(text) > _LONGEST_HEADING or clauses > 2 or "。" in outside or (clauses and told):
        return 3
    if bylines.news_lead(text) or any(dangling(text)):
        return 3
    points = -2 + sum(len(text) > length for length in (18, 26, 30)) + (outside.count("、") > 1)
    if clauses:
        points += 4 if clauses == 2 else 1 if _balanced(outside) else 3
    points += 2 if told else 0
    return points - 2 * (" " in text)


def _balanced(text: str) -> bool:
    """Whether the only comma parts a text as headings do, in halves of similar length."""
    first, second = map(len, _CLAUSE.split(text, maxsplit=1))
    return min(first, second) > 0.4 * max(first, second)


def _ending(tail: str) -> int:
    if _PAUSE.search(tail) or _OPENING_MARK.search(tail):
        return 4
    if _DASH.search(tail) or _last_word(tail) in _LINKS:
        return 4
    if _AWAITS_NOUN.search(tail):
        return 4
    if _LISTING.search(tail):
        return 3
    return -1 if tail[-1] in "%％" else 0


def _beginning(head: str) -> int:
    if _CANNOT_BEGIN.match(head):
        return 4
    first = next(iter(_segmenter().cut(head[:8])), "")
    if first in _PARTICLES or re.match(r"[a-z]", head) or _SPEAKS.match(head):
        return 5
    if first in _INNER_WORDS:
        return 3
    if first[:1] in "也却":
        return 2
    if _COUNTED.match(head):
        return 1
    if numbered(head):
        return -2
    if opens(head):
        loose = _BARE_DATE.match(head) or not _CLAUSE.search(head[:14])
        return -1 if loose and not _DAYTIME.match(head) else -2
    return -1 if head[0] in _OPEN else 0


def _across(before: str, after: str) -> int:
    points = 0
    edge = f"{before[-5:]}|{after[:4]}"
    if re.search(r"\d\|\d", edge) or _DATE_SPANS.search(edge) or _CUT_NUMBER.search(edge):
        points += 4
    if _word_spans(before[-6:], after[:6]):
        points += 4
    if _speech_spans(before, after):
        points += 3
    if before.endswith(lexicon().posts) and after[0] in lexicon().surnames:
        points += 4 if _OFFICE.search(before[-8:]) else 2
    return points


def page_phrases(texts: Iterable[str]) -> frozenset[str]:
    """Every four neighbouring Chinese characters of a page's lines; none for a very long page."""
    found: set[str] = set()
    for text in texts:
        found.update(_four(text))
        if len(found) > _MOST_PHRASES:
            return frozenset()
    return frozenset(found)


def _four(text: str) -> Iterator[str]:
    for run in _HAN_RUN.findall(text):
        for at in range(len(run) - 3):
            yield run[at : at + 4]


def _speech_spans(before: str, after: str) -> bool:
    """Whether a mark stays open in one line and its partner closes first in the next."""
    if not any(char in _OPEN for char in before) or not any(char in _CLOSE for char in after):
        return False
    opened, _ = dangling(before[-600:])
    _, closed = dangling(after[:600])
    return bool(opened and closed) and _CLOSE.index(closed[0]) == _OPEN.index(opened[-1])


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
