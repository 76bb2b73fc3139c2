"""What kinds of thing a text holds: does it answer who, when, how many, where, why?"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from knowledge import slots
from knowledge.people import introduces_somebody, people
from knowledge.text import is_han
from knowledge.vocabulary import Spotter, lexicon

_REASON = re.compile(
    r"因|由于|缘于|源于|为了|为此|以便|导致|造成|致使|所以|旨在|原因|从而|避免|防止|缓解|不仅|才能|受.{1,12}影响|是.{1,20}结果"
)
_WAY = re.compile(
    r"通过|采取|采用|利用|依托|借助|以“|用|按|运用|方式|方法|措施|模式|途径|先|再|将"
)
_DEFINES = re.compile(r"是|指|即|称为|叫做?|名为|包括|——|:")
_LISTS = re.compile(r"、|一是|包括|分别|以及|;")
_NAMED = re.compile(r'["《]|叫|名为|称')
_FORMALITY = re.compile(
    r"材料|手续|证件|证明|身份证|条件|流程|程序|窗口|申请|申报|受理|办理|报名|预约|凭|携带"
)
_OFTEN = re.compile(r"[每逐][一两]?[天日周月季年]|定期|随时|常年|长期|经常|不定期|第一时间")
_DOCUMENTS = re.compile(r"材料|证件|证明|身份证|户口|原件|复印件|凭证|携带|凭")
_SHARE = re.compile(r"全额|半额|半价|一半|半数|过半|对半|减半|翻一?番|成倍")
_MONEY = re.compile(r"免费|全额|元|收费|价|费用|补助|补贴")


@lru_cache(maxsize=65536)
def holds(kind: str, text: str) -> float:
    """How well a comparable text holds what questions of a kind want: 1 surely, 0 not, between
    for kinds that show no sure sign. The kinds are the keys of question.yaml."""
    test = _TESTS.get(kind)
    return test(text) if test is not None else 0.5


@lru_cache(maxsize=65536)
def numbers(text: str) -> tuple[slots.Number, ...]:
    """The numbers of a comparable text, remembered."""
    return tuple(slots.numbers(text))


def _of_kind(text: str, *kinds: str) -> float:
    return float(any(number.kind in kinds for number in numbers(text)))


def _who(text: str) -> float:
    """1 for a person by name, a little for people of a kind."""
    return 1.0 if introduces_somebody(text) else 0.3 * names_somebody(text)


@cache
def _post_words() -> Spotter:
    return Spotter(lexicon().posts)


def names_somebody(text: str) -> bool:
    """Whether a text speaks of persons: by post or as people of a kind."""
    return next(_post_words().find(text), None) is not None or bool(_PEOPLE.search(text))


def names_one_of(noun: str, text: str) -> float:
    """How surely a text names a thing of the class that a noun calls: 1 where the noun ends a
    longer word (直奉战争 for 战争), less for a character of it (庆元港 for 港口)."""
    for part, worth in ((noun, 1.0), (noun[-1], 0.7), (noun[0], 0.6)):
        if _ends_a_name(part, text):
            return worth
    return 0.0


def lacks_names(noun: str, text: str) -> bool:
    """Whether a text names nothing of a class whose names are known by their endings."""
    endings = lexicon().classes.get(noun, ())
    return bool(endings) and not any(_ends_a_name(ending, text) for ending in endings)


def _ends_a_name(ending: str, text: str) -> bool:
    at = text.find(ending)
    while at >= 0:
        if at and is_han(text[at - 1]) and text[at - 1] not in _NO_NAME:
            return True
        at = text.find(ending, at + 1)
    return False


_NO_NAME = frozenset("的了是和与及或在有为将等该此这那各每个一两几多些种类本其所到从对由被把")
_PEOPLE = re.compile(r"人员|们|者|员(?!工业)|老人|某")

_TESTS: dict[str, Callable[[str], float]] = {
    "who": _who,
    "post": _who,
    "full_name": lambda text: float(any(p.name[0] not in "小老阿" for p in people(text))),
    "when": lambda text: float(slots.has_moment(text)),
    "day": lambda text: float(slots.has_day(text)),
    "clock": lambda text: float(slots.has_clock(text)),
    "how_many": lambda text: float(bool(numbers(text) or _SHARE.search(text))),
    "duration": lambda text: max(
        _of_kind(text, "years", "months", "days", "hours"),
        0.7 * slots.has_moment(text),
        float(bool(_OFTEN.search(text))),
    ),
    "price": lambda text: max(_of_kind(text, "money"), 0.5 * bool(_MONEY.search(text))),
    "phone": lambda text: float(slots.has_phone(text)),
    "address": lambda text: float(slots.has_address(text)),
    "age": lambda text: _of_kind(text, "age"),
    "where": lambda text: float(slots.has_place(text)),
    "why": lambda text: float(bool(_REASON.search(text))),
    "how": lambda text: float(bool(_WAY.search(text))),
    "define": lambda text: float(bool(_DEFINES.search(text))),
    "formality": lambda text: float(bool(_FORMALITY.search(text))),
    "documents": lambda text: float(bool(_DOCUMENTS.search(text))),
    "roster": lambda text: float(text.count("、") >= 2),
    "list": lambda text: float(bool(_LISTS.search(text))),
    "which": lambda text: float(bool(_LISTS.search(text) or _NAMED.search(text))),
    "name": lambda text: float(bool(_NAMED.search(text)) or names_somebody(text)),
}
