"""What a clause asks for: the words that ask, the kinds of thing that they want, and what the
thing wanted is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import accumulate, product

from knowledge import slots, words
from knowledge.terms import COUNT, MEASURES, Term
from knowledge.text import is_han, sounding
from knowledge.vocabulary import Spotter, lexicon

Asking = tuple[frozenset[str], tuple[int, int]]  # the kinds that a word may want, where it stands

STRICT = frozenset(
    {
        "when",
        "clock",
        "price",
        "phone",
        "address",
        "age",
        "how_many",
        "duration",
        "roster",
        "formality",
        "documents",
        "day",
        "full_name",
    }
)
_TELLING = frozenset(
    {
        "people",
        "money",
        "share",
        "length",
        "area",
        "weight",
        "homes",
        "vehicles",
        "days",
        "hours",
        "months",
    }
)
_LONGEST_HEARD = 3  # characters of an asking word that is known by its sound
_AT_END_ONLY = frozenset({"不", "吗", "么", "没有", "没"})
_ASKING_CHARS = frozenset("什啥哪谁几多何怎咋吗否么没不甚神嘛难")
_ASKING_BEFORE = ("什么", "啥", "哪个", "哪些", "多少", "哪")
_ASKED_AFTER = re.compile(
    r"\s|(?:号码?|标准|情况|大概|一共|各|分别|都|总共|现在|具体)*"
    r"(?:$|(?:是|为|有|在|叫)?(?:多|几|什|啥|哪|呢|怎|咋|谁$|(?P<so>.)不(?P=so)))"
)
_NUMBERED = frozenset("线楼院门馆厅仓房车口井桥")  # what has numbers, not days: 几号线
_SOME = re.compile(r"(?<![这那好前后近上老十])几(?=[\u4e00-\u9fff])")
_HOW_MANY = re.compile(r"多少|好多|几(?!乎)")
_CLASSIFIER = re.compile(rf"(?:一|几)?[{MEASURES}]?")
_CLASS_ASKING = re.compile(
    r"(?:(?:在|到|去|是|有)?(?P<which>哪)(?:一|几)?[个家条种项类所座些]?|(?:是|有|都有)?(?:什么|啥))"
)
_MEASURE = re.compile(
    r"(?:大|个|名|位|人|家|户|项|件|所|条|座|次|种|类|块|届|期|处|辆|部|份|场|点|些|样|口|本|篇)"
)


@lru_cache(maxsize=256)
def asking_words(clause: str) -> tuple[Asking, ...]:
    """The asking words of a clause: the kinds of thing each may want, and where it stands."""
    spotter, kinds = _ask_words()
    found = []
    for word, start, end in _longest_asking(clause, spotter):
        if word in _AT_END_ONLY and end != len(clause):
            continue
        if not _ASKING_CHARS & set(word) and not _names_what_is_asked(clause, start, end):
            continue
        if "几" in word and clause[max(0, start - 1) : start] in tuple("这那好前后近上老十"):
            continue
        found.append((_kinds_at(word, clause[end:], kinds), (start, end)))
    taken = {index for _, (start, end) in found for index in range(start, end)}
    for match in _SOME.finditer(clause):
        if match.start() not in taken:
            found.append((frozenset({"how_many"}), match.span()))
    return tuple(sorted(found, key=lambda item: item[1]))


@cache
def _ask_words() -> tuple[Spotter, dict[str, frozenset[str]]]:
    kinds: dict[str, set[str]] = {}
    for kind, ask_words in lexicon().asks.items():
        for word in ask_words:
            kinds.setdefault(word, set()).add(kind)
            if word.startswith(("什么", "啥")):  # 是什么时候 is 是 + 什么时候, not 是什么 + 时候
                kinds.setdefault("是" + word, set()).add(kind)
    return Spotter(kinds), {word: frozenset(found) for word, found in kinds.items()}


def _longest_asking(clause: str, spotter: Spotter) -> Iterator[tuple[str, int, int]]:
    """The asking words of a clause; 在哪一年 asks 哪一年, not 在哪."""
    for word, start, end in spotter.find(clause):
        inner = spotter.at(clause, end - 1) if word.endswith("哪") else None
        if inner is not None and len(inner) > 1:
            yield inner, end - 1, end - 1 + len(inner)
        else:
            yield word, start, end


def _names_what_is_asked(clause: str, start: int, end: int) -> bool:
    """Whether a noun such as 电话 or 名单 is what a clause asks for: at its end, or beside a word
    that asks; not in 打电话需要什么帮助."""
    after = clause[end:]
    before = clause[max(0, start - 2) : start]
    return not after or _ASKED_AFTER.match(after) is not None or before.endswith(_ASKING_BEFORE)


def _kinds_at(word: str, rest: str, kinds: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The kinds that an asking word wants before the rest of its clause."""
    if word == "几号" and rest[:1] in _NUMBERED:
        return frozenset({"which"})
    if word.endswith("谁") and rest:
        return frozenset({"who"})  # 都是谁想的 wants a person, 都是谁 all of them
    return kinds[word]


def asked_by_sound(clause: str) -> set[str]:
    """The kinds that mistyped asking words want: 店话 for 电话."""
    sounds = _ask_sounds()
    sound = sounding(clause)
    heard = []
    for start, length in product(range(len(clause) - 1), range(2, _LONGEST_HEARD + 1)):
        kind = sounds.get(sound[start : start + length])
        piece = clause[start : start + length]
        if kind is None or not all(map(is_han, piece)):
            continue
        if piece not in lexicon().asks[kind] and not words.is_word(piece):
            heard.append((kind, start, start + length))
    if not heard:
        return set()
    cuts = set(accumulate(map(len, words.tokens(clause)), initial=0))
    return {kind for kind, start, end in heard if {start, end} <= cuts}


@cache
def _ask_sounds() -> dict[str, str]:
    """How the words sound that ask for what an answer cannot do without."""
    return {
        sounding(word): kind
        for kind, ask_words in lexicon().asks.items()
        for word in ask_words
        if kind in STRICT and 2 <= len(word) <= _LONGEST_HEARD
    }


def wanted_unit(core: str) -> str:
    """The kind of unit after 多少 or 几 that tells numbers apart: people for 多少名; else ""."""
    for match in _HOW_MANY.finditer(core):
        kind = slots.unit_kind(core, match.end())
        if kind in _TELLING:
            return kind
    return ""


def wanted_noun(body: str, asked_at: list[tuple[int, int]], terms: list[Term]) -> str:
    """The noun after 哪个, 哪些 or 什么 that names the class of thing wanted, or ends such a word
    (哪个街道); "" where there is none."""
    for start, end in asked_at:
        asking = _CLASS_ASKING.match(body, start, end)
        if asking is None:
            continue
        if asking.end() < end:
            noun = body[asking.end() : end]
            return noun if asking["which"] and words.is_word(noun) and len(noun) > 1 else ""
        classifier = _CLASSIFIER.match(body, end)
        at = classifier.end() if classifier is not None else end
        for term in terms:
            if term.start == at and not COUNT.fullmatch(term.text):
                known = len(term.text) > 1 or term.text in lexicon().classes
                return term.text if known else ""
    return ""


def named(
    clause: str,
    offset: int,
    asking: Iterable[Asking],
    terms: list[Term],
) -> list[Term]:
    """The terms that name what is asked: right after 哪些/多少个, right before 是什么/有哪些."""
    found = []
    for kinds, (start, end) in asking:
        after = _MEASURE.match(clause, end)
        reach = offset + (after.end() if after else end)
        sure = [term for term in terms if not COUNT.fullmatch(term.text)]
        right = [term for term in sure if reach <= term.start <= reach + 1]
        left = [term for term in sure if offset + start - 3 <= term.end <= offset + start]
        if kinds & {"which", "how_many", "list", "what", "where", "who", "name"} and right:
            found.append(right[0])
        elif left:
            found.append(left[-1])
    return found
