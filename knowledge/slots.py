"""What a text says in particular: numbers with their units, years, moments and places.

Everything works on comparable text (see `knowledge.text`) and gives indices into it. Chinese and
Arabic numerals are read alike. A relative year (今年, 去年) resolves against the day of issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from knowledge.text import comparable
from knowledge.vocabulary import Spotter, lexicon

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_HAN_NUMBER = "零〇一二两三四五六七八九十百千万亿"
_NUMBER = re.compile(
    rf"(?P<arabic>\d+(?:,\d{{3}})+(?!\d)|\d+(?:\.\d+)?)(?P<scale>[百千万亿]{{0,2}})"
    rf"|(?P<han>[{_HAN_NUMBER}]+)"
)
_YEAR = re.compile(
    r"(?<!\d)(?P<first>(?:19|20)\d\d)(?:[-~至到](?P<last>(?:19|20)\d\d))?(?:年|(?![\d.%\u4e00-\u9fff]))"
)
_HAN_YEAR = re.compile(
    r"(?P<year>[一二]?[九零〇][零〇一二三四五六七八九]{2}|二[零〇][零〇一二三四五六七八九]{2})年"
)
_COMPARED = re.compile(r"(?:比|较)(?:上一?|去|前|往|常)年(?:同期)?|同比")  # 比去年: against what
YEAR_WORDS = re.compile(
    r"(?:(?:19|20)\d\d)(?:[-~至到](?:19|20)\d\d)?(?:年(?:度|初|底|末)?|(?![\d.%\u4e00-\u9fff]))|(?:今|去|前|明|后|本|当)年|(?:上|下|新)?一年(?!级)"
)
_MOMENT = re.compile(
    r"(?:19|20)\d\d年|\d{1,2}月(?:\d{1,2}[日号])?|(?<![\d第])\d{1,2}[日号](?!线|楼|院|馆|文件)"
    r"|[一二三四五六七八九十]{1,3}月(?:[一二三四五六七八九十]{1,3}[日号])?"
    r"|(?:今|明|去|前|后|当|次|昨|近)[年天日晚]|(?:上|下|本|这|每|两|一|三|四|几)[个两三四]{0,2}[周月]"
    r"|(?:上|下|中)午|凌晨|清晨|傍晚|晚上|早上|夜间|(?:上|下)半年|年[底初末内]|月[底初末]"
    r"|[\d一二两三四五六七八九十几]+(?:个)?(?:年|月|天|周|小时|分钟)(?:前|后|内|以来|以后|以前)?"
    r"|\d{1,2}[:：]\d\d|\d{1,2}[点时](?!之间)|(?:春|夏|秋|冬)[季天]|期间|近[日期]|目前|届时|日前|长期|常年|定期"
    r"|最近|刚刚|春节|国庆|元旦|中秋|端午|清明"
)
_CLOCK = re.compile(
    r"\d{1,2}[:：]\d\d|[\d一二两三四五六七八九十]{1,3}(?:点(?!名|击|餐|赞)|时(?=至|到|许|整|\d|,|。))"
)
_PHONE = re.compile(
    r"(?<!\d)(?:0\d{2,3}-?\d{7,8}|1[3-9]\d{9}|[48]00-?\d{3}-?\d{4}|1\d{4}|9\d{4}|1[12]\d|\d{7,8})(?!\d|[年月日万亿人元个%])"
)
_PLACE_TAIL = re.compile(
    r"[\u4e00-\u9fff]{2,5}?(?:街道|社区|小区|开发区|新区|园区|省|市|区|县|镇|乡|村|路|街|大道|片区|广场|公园|花园|新村|学校|小学|中学|大学|医院|车站|站)"
)
_ADDRESS = re.compile(
    r"[\u4e00-\u9fff]{2,}(?:路|街|巷|大道|弄)\d+(?:-\d+)?号|(?:位于|地处|坐落|地址)"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `start` to `end` of a text, its unit included; `kind` names the unit's kind
    (people, money, share …), "" where none is known."""

    start: int
    end: int
    value: float
    unit: str
    kind: str


@dataclass(frozen=True, slots=True)
class Years:
    """The years that a text names: `absolute` as numbers; `relative` as offsets from a day of
    issue that nobody knows."""

    absolute: frozenset[int] = frozenset()
    relative: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.absolute or self.relative)

    def meets(self, other: Years) -> bool:
        """Whether both name one year in common."""
        return bool(self.absolute & other.absolute or self.relative & other.relative)

    def share_of(self, other: Years) -> float:
        """How much of the years of another is among these, 0 to 1."""
        total = len(other.absolute) + len(other.relative)
        met = len(self.absolute & other.absolute) + len(self.relative & other.relative)
        return met / total if total else 0.0

    def conflicts(self, other: Years) -> bool:
        """Whether both name years, and surely none in common."""
        comparable = bool((self.absolute and other.absolute) or (self.relative and other.relative))
        return comparable and not self.meets(other)


def numbers(text: str) -> list[Number]:
    """The numbers of a comparable text, years left out."""
    years = {match.start() for match in _YEAR.finditer(text)}
    found = []
    for match in _NUMBER.finditer(text):
        if match.start() in years:
            continue
        value = _value(match)
        if value is None:
            continue
        unit, kind = _unit(text, match.end())
        if match["han"] and not kind:
            continue  # 一些, 十分, 统一: not numbers
        found.append(Number(match.start(), match.end() + len(unit), value, unit, kind))
    return found


def _value(match: re.Match[str]) -> float | None:
    if match["arabic"]:
        value = float(match["arabic"].replace(",", ""))
        for scale in match["scale"]:
            value *= _TENS.get(scale) or _MYRIADS[scale]
        return value
    return han_number(match["han"])


def han_number(text: str) -> float | None:
    """The value of a Chinese numeral; None when it is none.

    >>> han_number("二十四"), han_number("一百零五"), han_number("两万")
    (24.0, 105.0, 20000.0)
    """
    if all(char in _DIGITS for char in text):
        return float("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit = 0
        else:
            total = (total + section + digit) * _MYRIADS[char]
            section = digit = 0
    return float(total + section + digit) or None


def unit_kind(text: str, at: int) -> str:
    """The kind of the unit that begins at `at` of a comparable text, "" where none does."""
    return _unit(text, at)[1]


_ROUGHLY = ("余", "多", "来", "几")


@cache
def _units() -> tuple[Spotter, dict[str, str]]:
    kinds: dict[str, str] = {}
    for kind, words in lexicon().units.items():
        for word in words:
            kinds.setdefault(comparable(word), kind)
    return Spotter(kinds), kinds


def _unit(text: str, at: int) -> tuple[str, str]:
    """The unit that begins at `at`, 余/多 before it included, and its kind."""
    start = at + 1 if text[at : at + 1] in _ROUGHLY else at
    if start >= len(text):
        return "", ""
    spotter, kinds = _units()
    word = spotter.at(text, start)
    return (text[at : start + len(word)], kinds[word]) if word else ("", "")


@lru_cache(maxsize=16384)
def years(text: str, issued: date | None) -> Years:
    """The years that a comparable text names; 今年 and its like resolve when `issued` is known."""
    text = _COMPARED.sub("", text)
    absolute: set[int] = set()
    for match in _YEAR.finditer(text):
        first, last = int(match["first"]), int(match["last"] or match["first"])
        absolute.update(range(first, min(last, first + 30) + 1))
    for match in _HAN_YEAR.finditer(text):
        digits = "".join(str(_DIGITS[char]) for char in match["year"])
        absolute.add(int(digits if len(digits) == 4 else "20" + digits[-2:]))
    for match in re.finditer(r"(?<!\d)([0-4]\d)年(?!\d|前|后|来|以|内|多|时间)", text):
        if _is_year_of(match, text):
            absolute.add(2000 + int(match[1]))
    relative = set(_relative(text))
    if issued is not None:
        return Years(frozenset(absolute | {issued.year + offset for offset in relative}))
    return Years(frozenset(absolute), frozenset(relative))


def arabic_years(text: str) -> str:
    """A comparable text with its years in Arabic digits: 2023年 for 二〇二三年."""
    return _HAN_YEAR.sub(
        lambda found: (
            "".join(str(_DIGITS[char]) for char in found["year"]).rjust(4, "2") + "年"
            if len(found["year"]) == 4
            else found[0]
        ),
        text,
    )


def latest_year(text: str, issued: date | None) -> Years:
    """The year named last in a comparable text; no year where it names none."""
    last = None
    for match in YEAR_WORDS.finditer(text):
        last = match
    return years(last[0], issued) if last is not None else Years()


def _is_year_of(match: re.Match[str], text: str) -> bool:
    """Whether 23年 means 2023: only where nothing says that it is a length of time."""
    before = text[max(0, match.start() - 1) : match.start()]
    return match[1] >= "15" and before not in "了近约第养干过满达共"


def _relative(text: str) -> Iterator[int]:
    """The offsets in years of the words for this year, last year and so on."""
    for word, _, _ in _year_words().find(_DOUBLED.sub("一", text)):
        yield lexicon().relative_years[word]


_DOUBLED = re.compile("一{2,}")  # a misprint that pages have: 新一一年


@cache
def _year_words() -> Spotter:
    return Spotter(lexicon().relative_years)


def places(text: str) -> tuple[str, ...]:
    """The known place names (provinces, cities, countries) in a comparable text."""
    return tuple(dict.fromkeys(word for word, _, _ in _place_words().find(text)))


@cache
def _place_words() -> Spotter:
    return Spotter(lexicon().places)


def has_moment(text: str) -> bool:
    """Whether a text says when: a date, a part of the day, a year, a span from a point in time."""
    return _MOMENT.search(text) is not None or next(_relative(text), None) is not None


def has_day(text: str) -> bool:
    """Whether a text names a day: a date, a weekday, today or another day from it."""
    return _DAY.search(text) is not None


_DAY = re.compile(
    r"\d{1,2}[日号](?!线|楼|院)|[一二三四五六七八九十]{1,3}[日号](?!线|楼|院)"
    r"|(?:星期|周|礼拜)[一二三四五六日天末]|[今明昨后前当次]天|[今明昨当次翌]日|即日|月底|月初|元旦|春节"
)


def has_clock(text: str) -> bool:
    """Whether a text names an hour of the day."""
    return _CLOCK.search(text) is not None


def has_phone(text: str) -> bool:
    """Whether a text holds what can be dialled."""
    return _PHONE.search(text) is not None


def has_place(text: str) -> bool:
    """Whether a text names a place."""
    return _PLACE_TAIL.search(text) is not None or bool(places(text))


def has_address(text: str) -> bool:
    """Whether a text says where exactly: a street with a number, or 位于."""
    return _ADDRESS.search(text) is not None
