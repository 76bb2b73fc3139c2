"""The words of a clause that an answer should hold: how much each weighs, what means the same,
how it sounds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from knowledge import slots, words
from knowledge.text import bare, is_han, sound_mark, sounding
from knowledge.vocabulary import Lexicon, Spotter, lexicon

_UNKNOWN = 0.6  # weight of what the dictionary does not know
_LATIN = re.compile(r"[a-z]{2,}")
COUNT = re.compile(r"[一二两三四五六七八九十几][\u4e00-\u9fff]")  # 两句, 一条: how many of what
MEASURES = "个家条种项类位名场座所支张份届块门只片间些批辆栋幢段伙群户"
_MONTH = re.compile(r"([一二三四五六七八九十]{1,2})月份?")
_THAT_ONE = re.compile(f"[这那][{MEASURES}]")
_OR_NOT = re.compile(r"([\u4e00-\u9fff]{1,2})[不没]\1")  # 管不管: 管
_LONGEST_NAME = 3  # characters of a Chinese person's name
_COUNTING = "这那一两几哪每某二三四五六七八九十"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word that the answer should hold. `start` and `end` index the question's text, `weight`
    is its importance (0 to 1) by rarity and place, `others` are words that mean the same,
    `sound` how it sounds ("" where sound cannot tell), `name` whether it has the form of a name
    that nobody knows."""

    text: str
    start: int
    end: int
    weight: float
    others: tuple[str, ...] = ()
    sound: str = ""
    name: bool = False


def terms_of(
    clause: str,
    offset: int,
    factor: float,
    asking: Iterable[tuple[int, int]],
    segmenter: words.Segmenter,
    known: Lexicon,
) -> list[Term]:
    """The words of a clause that are worth looking for."""
    masked = list(clause)
    ends = set()
    for start, end in asking:
        masked[start:end] = " " * (end - start)
        ends.add(end)
    for match in slots.YEAR_WORDS.finditer(clause):
        masked[match.start() : match.end()] = " " * len(match[0])
    for match in _OR_NOT.finditer(clause):
        masked[match.end(1) : match.end()] = " " * (match.end() - match.end(1))
    spans = segmenter.spans("".join(masked))
    spans = _with_senses("".join(masked), spans, known)
    spans = [part for span in spans for part in _halves(span, known)]
    spans = [_loosened(span, ends, segmenter, known) for span in spans]
    terms = []
    for word, start, end in spans:
        if (
            word in known.stop
            or _THAT_ONE.fullmatch(word)
            or not bare(word)
            or (word.isascii() and word.isalpha() and len(word) == 1)
        ):
            continue
        others = _others(word, known)
        sound = ""
        strange = not others and is_han(word[0]) and not segmenter.knows(word)
        weight = 0.25 + 0.75 * words.rarity(word)
        if strange:
            weight = _UNKNOWN  # a name, or a cut through words that nobody knows
        if _LATIN.fullmatch(word) and not others:
            spelled = words.spell(word)
            sound = "".join(sound_mark(words.near_sound(s)) for s in spelled) if spelled else ""
        elif len(word) >= 2 and is_han(word[0]):
            sound = sounding(word)
        elif len(word) == 1 and is_han(word):
            weight *= 0.45
        if COUNT.fullmatch(word):
            weight *= 0.45
        terms.append(
            Term(
                text=word,
                start=offset + start,
                end=offset + end,
                weight=weight * factor,
                others=others,
                sound=sound if len(sound) >= 2 else "",
                name=strange and _like_a_name(word, clause[max(0, start - 1) : start], known),
            )
        )
    return terms


def _like_a_name(word: str, before: str, known: Lexicon) -> bool:
    """Whether a word that nobody knows may name somebody: a surname before one or two characters,
    but not where it counts (那张卡), or four characters and more, as foreign names have."""
    if set(word) & known.stop:
        return False
    if len(word) > _LONGEST_NAME:
        return True
    sure = word[0] in known.surnames and word[0] not in known.doubtful_surnames
    return len(word) > 1 and sure and before not in tuple(_COUNTING)


def _others(word: str, known: Lexicon) -> tuple[str, ...]:
    """Words that mean the same: its synonyms, a month in digits, or the synonyms of what is left
    without an ending such as 了 or 过 (夸过 → 夸, 表扬)."""
    group = known.senses.get(word)
    if group is not None:
        return tuple(other for other in known.groups[group] if other != word)
    if month := _MONTH.fullmatch(word):
        return (f"{slots.han_number(month[1]) or 0:.0f}月",)
    for ending in known.endings:
        stem = word.removesuffix(ending)
        if stem in ("", word):
            continue
        group = known.senses.get(stem)
        if group is not None:
            return known.groups[group]
        if len(stem) > 1 and words.is_word(stem):
            return (stem,)
    return ()


def _loosened(
    span: tuple[str, int, int], ends: Collection[int], segmenter: words.Segmenter, known: Lexicon
) -> tuple[str, int, int]:
    """A word that nobody knows without what was cut together with it: the measure word of a word
    that asks (区 of 哪几|个区), or a word that says nothing (修 of 能修)."""
    word, start, end = span
    if len(word) < 2 or word in known.senses or segmenter.knows(word):
        return span
    if start in ends and word[0] in MEASURES:
        return word[1:], start + 1, end
    if len(word) == 2 and word[0] in known.stop:
        return word[1], start + 1, end
    if len(word) == 2 and word[1] in known.stop:
        return word[0], start, start + 1
    return span


def _halves(span: tuple[str, int, int], known: Lexicon) -> list[tuple[str, int, int]]:
    """A word of four characters that no list holds as two words, of which one is in a list."""
    word, start, end = span
    if len(word) != 4 or word in known.senses or not is_han(word[0]):
        return [span]
    halves = word[:2], word[2:]
    if not all(map(words.is_word, halves)) or not any(half in known.senses for half in halves):
        return [span]
    return [(halves[0], start, start + 2), (halves[1], start + 2, end)]


@cache
def _sense_words() -> Spotter:
    return Spotter(word for word in lexicon().senses if len(word) > 1)


def _with_senses(
    text: str, spans: list[tuple[str, int, int]], known: Lexicon
) -> list[tuple[str, int, int]]:
    """Word spans in which several words that together stand in the synonym lists are one."""
    starts = {start for _, start, _ in spans}
    ends = {end for _, _, end in spans}
    merged = [
        (word, start, end)
        for word, start, end in _sense_words().find(text)
        if start in starts and end in ends
    ]
    covered = [range(start, end) for _, start, end in merged]
    kept = [span for span in spans if not any(span[1] in taken for taken in covered)]
    return sorted([*merged, *kept], key=lambda span: span[1])
