"""Who wrote an article and who took a picture: bylines, captions and editors' lines."""

from __future__ import annotations

import re

from knowledge import words
from knowledge.vocabulary import lexicon

_DOTS = "·•・‧∙⋅●．"
_SPACE = r"[ 　]"
_HAN = r"[\u3400-\u9fff]"
_OFFICE = rf"(?:本报|本刊|本网|本台|全媒体|融媒体|{_HAN}{{2,8}}?(?:社|报|网|台|中心|客户端|频道))?"
_KIND = (
    rf"(?:首席|见习|实习|特约|特派|驻{_HAN}{{1,4}}|全媒体|融媒体|文字|摄影){{0,2}}"
    r"(?:记者|通讯员|评论员|作者|撰稿人?|撰文|采写|采访|执笔|供稿)"
)
_SIGN = "|".join(
    (
        r"文[/／、](?:图片|图|摄影|摄)(?![/／])",
        r"(?:文字|文图|图文|文|摄影|图片|图|视频)(?=[/／:：|])",
        r"(?<=[/／ ])(?:文|图|摄|摄影|文图|图文)$",
    )
)
_ROLE = re.compile(rf"{_OFFICE}{_SPACE}*{_KIND}|{_SIGN}")
_PICTURE = re.compile(r"^(?:.*摄影(?!记者).*|图片|图|摄|视频)$")
_DOTTED = re.compile(rf"^[{_DOTS}]+{_SPACE}*(?P<names>[^{_DOTS}].*?){_SPACE}*[{_DOTS}]+$")
_HALF_DOTTED = re.compile(
    rf"^(?:[·•]{_SPACE}*(?P<left>[^{_DOTS}]+)|(?P<right>[^{_DOTS}]+?){_SPACE}*[·•])$"
)
_BRACKETED = re.compile(r"^[(（【\[](?P<names>[^()（）【】\[\]]+)[)）】\]]$")
_RARE = 0.8  # see words.rarity: names are rarer than the words that look like them
_DOUBLE_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳上官司马诸葛东方皇甫尉迟公孙慕容司徒令狐夏侯南宫端木长孙宇文轩辕鲜于闻人"
        "澹台公冶太史申屠司空万俟淳于单于呼延赫连独孤拓跋东郭百里",
    )
)
_NAME = re.compile(rf"{_HAN}{{2,4}}|{_HAN}{{1,6}}(?:[·•]{_HAN}{{1,6}})+")
_PARTING = re.compile(rf"(?:{_SPACE}|[、,，/／:：|;；&])+")

_EDITOR = re.compile(
    r"^[【\[(（]?(?:本[版期])?(?:责任编辑|责编|责任校对|编辑|校对|审核|审校|签发|终审|初审|复审|二审|三审|美编|美术编辑|版式|排版"
    r"|监制|总监制|编审|策划|来源|稿源|稿件来源|值班编委|值班主任|值班编辑|组版|主编|总编)"
    r"[^。！？]{0,4}?[:：/／ ][^。！？]{1,80}$"
)
_MASTHEAD = re.compile(
    r"^(?:(?:\d{4}年\d{1,2}月\d{1,2}日|星期[一二三四五六日天]|农历\S{2,12}|第?[\dA-Z]{1,3}版|第\d+期|总第?\d+期"
    r"|要闻|综合|投稿邮箱\S*|热线电话\S*|邮箱\S*)[ 　|/·]*)+$"
)

_PHOTOGRAPHER = re.compile(
    rf"(?<!拍)(?:摄|摄影|摄影报道|航拍|供图|/图|／图|{_HAN}供图|翻拍|制图|绘图)[)）]?$"
    r"|[(（]?(?:摄影|图|图片|摄|图源|图片来源)[ 　]*[:：/／ ][ 　]*[\u3400-\u9fff ]{2,20}[)）]?$"
    r"|[(（](?:资料|图片|网络|效果|示意|受访者|视频截)[^()（）。]{0,12}[)）]$"
    rf"|[(（]?{_HAN}{{2,12}}[ ]?(?:供图|提供图片|发)[)）]$"
)
_PICTURED = re.compile(
    r"^(?:[▲△▼▽◀▶►↑↓←→]|图为|图[一二三四五六七八九十①-⑳\d]{1,2}(?:[:：为、 ]|是)"
    r"|[左右上下]图?[:：]|[左右上下]图为|资料图|图片说明|图[:：]|图说|【图】)"
)
_CREDIT_ONLY = re.compile(
    rf"^(?!.*文[/／])[(（]?(?:{_ROLE.pattern})?{_SPACE}*(?:{_HAN}{{1,4}}{_SPACE}*){{1,4}}[/／]?{_SPACE}*(?:摄|摄影|供图|/图)[)）]?$"
    rf"|^[(（]?(?:摄影|摄|供图)[ 　:：/／]+(?:{_HAN}{{1,4}}{_SPACE}*){{1,4}}[)）]?$"
)
_LONGEST_CAPTION = 160
_LONGEST_BYLINE = 60

_TRAILING = re.compile(
    rf"(?<=[。！？!?”）)…])[ 　]*(?P<byline>·{_SPACE}*[^·。,，]{{2,30}}·"
    rf"|[(（](?:{_OFFICE}{_SPACE}*{_KIND}|文[/／])[^()（）。]{{2,40}}[)）]"
    rf"|[(（]{_HAN}{{2,4}}(?:[ 　、]{_HAN}{{2,4}}){{0,3}}[)）])$"
)
_DATELINE = re.compile(
    rf"^[^。]{{0,24}}?(?:讯|电)[ 　]*"
    rf"(?P<byline>[(（](?:{_OFFICE}{_SPACE}*{_KIND})?[^()（）。]{{2,40}}[)）])"
)
_NEWS = re.compile(
    rf"^(?:本报|本刊|本网|{_HAN}{{2,10}}[社报网台]){_HAN}{{0,8}}"
    r"(?:\d{1,2}月\d{1,2}日)?(?:讯|电)"
)


def byline(text: str) -> tuple[str, ...] | None:
    """The names of a line that says who wrote an article; None for any other line.

    >>> byline("·金驰 张帆·"), byline("文/张三 图/李四"), byline("记者了解到")
    (('金驰', '张帆'), ('张三',), None)
    """
    if not 3 <= len(text) <= _LONGEST_BYLINE and not text.startswith("·"):
        return _bare_names(text)
    if len(text) > _LONGEST_BYLINE or "。" in text:
        return None
    dotted = _DOTTED.match(text)
    if dotted:
        return _signed(dotted["names"]) or _names(dotted["names"], known=False)
    half = _HALF_DOTTED.match(text)
    if half:
        body = half["left"] or half["right"]
        return _signed(body) or _names(body, known=True)
    bracketed = _BRACKETED.match(text)
    if bracketed:
        return _signed(bracketed["names"]) or _names(bracketed["names"], known=True)
    return _signed(text) or _bare_names(text)


def trailing_byline(text: str) -> int | None:
    """Where the byline begins that ends a paragraph: `…。（记者 张三）`, `…。·张三·`."""
    match = _TRAILING.search(text[-60:])
    if match is None or byline(match["byline"]) is None:
        return None
    return len(text) - len(match["byline"])


def dateline(text: str) -> tuple[int, int, tuple[str, ...]] | None:
    """Where the reporters stand in a dateline, and who: `本报讯(记者 张三)`."""
    match = _DATELINE.match(text[:120])
    names = byline(match["byline"]) if match else None
    return (*match.span("byline"), names) if match and names else None


def news_lead(text: str) -> bool:
    """Whether a paragraph opens as only the first of a news report does: 本报讯, …社…电."""
    return _NEWS.match(text[:60]) is not None or dateline(text) is not None


def editors_line(text: str) -> bool:
    """Whether a line names editors or the origin, or is the page's own date and number."""
    return len(text) <= 90 and bool(_EDITOR.match(text) or _MASTHEAD.match(text))


def caption(text: str) -> bool:
    """Whether a line is a picture's caption by its own words."""
    if len(text) > _LONGEST_CAPTION:
        return False
    return bool(_PICTURED.match(text) or _PHOTOGRAPHER.search(text.rstrip("。")))


def photographer_only(text: str) -> bool:
    """Whether a line holds only who took a picture."""
    return len(text) <= 40 and _CREDIT_ONLY.match(text) is not None


def _signed(text: str) -> tuple[str, ...] | None:
    """Names beside what they did: 本报记者 张三 通讯员 李四, 文/张三 图/李四, 张三 文."""
    roles = list(_ROLE.finditer(text))
    if not roles:
        return None
    names: list[str] = []
    pictured: list[str] = []
    first = _names(text[: roles[0].start()], known=True) if roles[0].start() else ()
    if first is None:
        return None
    names += first
    for role, following in zip(roles, [*roles[1:], None], strict=True):
        part = text[role.end() : following.start() if following else len(text)]
        found = _names(part, known=True) if _PARTING.sub("", part) else ()
        if found is None:
            return None
        (pictured if _PICTURE.match(role[0]) else names).extend(found)
    return tuple(dict.fromkeys(names)) or None


def _bare_names(text: str) -> tuple[str, ...] | None:
    """Two or more names and nothing else."""
    tokens = text.split()
    if len(tokens) < 2 or len(text) > 30 or "".join(tokens) == text:
        return None
    names = _names(text, known=True)
    if names is None or all(words.rarity(name) < _RARE for name in names):
        return None
    return names if len(names) >= 2 and max(map(len, names)) <= 3 else None


def _names(text: str, *, known: bool) -> tuple[str, ...] | None:
    """The names in a text that holds nothing else; `known` asks for a surname each."""
    tokens = _closed_up([part for part in _PARTING.split(text) if part and part not in "文图摄"])
    names: list[str] = []
    for token in tokens:
        parts = _unglued(token) if _is_han(token) and len(token) > 3 else (token,)
        for name in parts:
            if not _NAME.fullmatch(name) or (known and not _has_surname(name)):
                return None
            names.append(name)
    return tuple(names) or None


def _closed_up(tokens: list[str]) -> list[str]:
    """Names of two characters are often set with a gap: 陆 燕."""
    names: list[str] = []
    half = ""
    for token in tokens:
        if len(token) == 1:
            half, token = ("", half + token) if half else (token, "")
        if token:
            names.append(token)
    return [*names, half] if half else names


def _unglued(text: str) -> tuple[str, ...]:
    """Names of two or three characters set without a gap, if surnames part them one way only."""
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in text)]
    for end in range(2, len(text) + 1):
        for length in (2, 3):
            name = text[max(0, end - length) : end]
            if len(name) == length and _has_surname(name):
                ways[end] += [(*way, name) for way in ways[end - length][:2]]
    if len(text) == 4 and text[:2] in _DOUBLE_SURNAMES:
        return (text,)
    full = [way for way in ways[-1] if all(len(name) == 3 for name in way)] or ways[-1]
    return full[0] if len(full) == 1 else (text,)


def _has_surname(name: str) -> bool:
    surnames = lexicon().surnames
    return "·" in name or name[0] in surnames or name[:2] in _DOUBLE_SURNAMES


def _is_han(text: str) -> bool:
    return all("\u3400" <= char <= "\u9fff" for char in text)
