"""What a message asks: its words and their weight, what kind of thing is wanted, its slots.

A message becomes a `Question` in five steps: comparable form, greetings and padding set aside,
clauses told apart (the one that asks weighs most), asking words found, the rest cut into terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate, product

from knowledge import slots, words
from knowledge.model import Chat
from knowledge.text import bare, comparable, is_han, sound_mark, sounding
from knowledge.vocabulary import Lexicon, Spotter, lexicon

LONGEST = 1000  # characters: what is longer is no question
_CLAUSE = re.compile(r"[,，。．;；?？!！\n、:：…]+|\.{2,}|(?<=[^\W\da-z])\.")
_LATIN = re.compile(r"[a-z]{2,}")
_HEARD = re.compile(r"^.{0,8}?(?:听.{0,4}?说|看.{0,6}?(?<![小咋么何])说(?![的过了明])|据说)")
_SPEAKS_OF_SELF = re.compile(
    r"(?:我|俺|咱|本人)|.{0,6}?我.{0,3}(?:记不|忘|不知|不清楚|不明白|没找|没看|不懂)"
)
_POINTS = re.compile(r"[这那该此](?:[个份位条件项篇张些句次种家样里]|时候|里面|边|\b)|其中")
_UNKNOWN = 0.6  # weight of what the dictionary does not know
_BARE = 5  # characters besides asking words up to which a clause names nothing
_LEANED_ON = 0.8  # weight of what is told beside a question that names nothing
_BACKGROUND = 0.3  # weight of what is told beside the question
_SELF = 0.12  # weight of what the asker tells of themself
_MEASURE = re.compile(
    r"(?:大|个|名|位|人|家|户|项|件|所|条|座|次|种|类|块|届|期|处|辆|部|份|场|点|些|样|口|本|篇)"
)
_COUNT = re.compile(r"[一二两三四五六七八九十几][\u4e00-\u9fff]")  # 两句, 一条: how many of what
_STRICT = frozenset(
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


@dataclass(frozen=True, kw_only=True)
class Question:
    """A message as understood. `text` is comparable, `core` the part of it that asks; `asks`
    names the kinds of thing wanted (keys of question.yaml), `focus` the terms that name it,
    `unit` the kind of unit that the number wanted has, `noun` what the thing wanted is
    called (街道 in 哪个街道); `chat` is set when the message is no
    question at all, `aside` when it may be none."""

    original: str
    text: str
    core: str
    terms: tuple[Term, ...] = ()
    focus: tuple[Term, ...] = ()
    asks: frozenset[str] = frozenset()
    asked_at: tuple[tuple[int, int], ...] = ()
    unit: str = ""
    noun: str = ""
    places: tuple[str, ...] = ()
    chat: Chat | None = None
    aside: Chat | None = None

    @cached_property
    def about_articles(self) -> bool:
        """Whether it asks about the articles themselves."""
        return any(word in self.text for word in lexicon().about)

    @cached_property
    def bare(self) -> str:
        """The whole message without marks."""
        return bare(comparable(self.original))

    @property
    def strict(self) -> frozenset[str]:
        """The kinds wanted that an answer cannot do without."""
        return self.asks & _STRICT


def understand(message: str, segmenter: words.Segmenter) -> Question:
    """The question that a message asks; never raises, whatever the text."""
    known = lexicon()
    text = comparable(message)
    kind, aside = _chat(text, known)
    if kind is not None or not bare(text):
        return Question(original=message, text=text, core="", chat=kind)
    padded = slots.arabic_years(_DAY.sub(_day, comparable_with_marks(message)))
    clauses = _clauses(padded, known)
    body = "，".join(clause for clause, _ in clauses)
    asks: set[str] = set()
    spans: list[tuple[int, int]] = []
    terms: list[Term] = []
    focus: list[Term] = []
    core: list[str] = []
    at = 0
    for clause, factor in clauses:
        found = _asking(clause)
        own = _terms(clause, at, factor, [span for _, span in found], segmenter, known)
        terms.extend(own)
        if factor == 1.0:
            core.append(clause)
            asks.update(kind for kinds, _ in found for kind in kinds)
            spans.extend((at + start, at + end) for _, (start, end) in found)
            focus.extend(_focus(clause, at, found, own))
            asks.update(_asked_by_sound(clause))
        at += len(clause) + 1
    return Question(
        original=message,
        text=body,
        core="，".join(core),
        terms=tuple(terms),
        focus=tuple(focus),
        asks=frozenset(asks),
        asked_at=tuple(spans),
        unit=_wanted_unit("，".join(core)),
        noun=_wanted_noun(body, spans, terms),
        places=slots.places(body),
        aside=aside,
    )


_DAY = re.compile(
    r"(?P<month>[\d一二三四五六七八九十]{1,3})月(?P<day>[\d一二三四五六七八九十]{1,3})[日号]"
)


def _day(match: re.Match[str]) -> str:
    """A date as newspapers write it: 1月14日 for 一月十四号."""
    parts = [
        part if part.isdigit() else f"{slots.han_number(part) or 0:.0f}" for part in match.groups()
    ]
    return f"{parts[0]}月{parts[1]}日"


def comparable_with_marks(message: str) -> str:
    """The comparable form with a blank left where white space parts Chinese words or numbers, as
    people do who type key words."""
    joined = ""
    for part in map(comparable, message.split()):
        one = joined[-1:].isascii() and joined[-1:].isalpha() and part[:1].isdigit()
        joined += part if not joined or one else " " + part
    return joined


_TALK = (Chat.IDENTITY, Chat.HELP, Chat.GOODBYE, Chat.THANKS, Chat.GREETING, Chat.LAUGH)


def _chat(text: str, known: Lexicon) -> tuple[Chat | None, Chat | None]:
    """What kind of talk a message surely is, and what it is if the bulletin has no answer."""
    message = bare(text)
    if any(word in message and _stands_apart(word, message) for word in known.chat["hostile"]):
        return Chat.HOSTILE, None
    for kind in _TALK:
        if message in known.chat[kind.value]:
            return kind, None
    for kind in _TALK:
        if message and _made_of(message, known.chat[kind.value]):
            return kind, None
    if any(word in message for word in known.chat["spam"]):
        return None, Chat.HOSTILE
    if any(word in message for word in known.chat["request"]):
        return None, Chat.REQUEST
    return None, None


def _stands_apart(word: str, message: str) -> bool:
    """Whether a word that stands in a message cuts no other word there: not 妈的 in 爸妈的."""
    at = message.find(word)
    starts = set(accumulate(map(len, words.tokens(message)), initial=0))
    return at in starts and at + len(word) in starts


def _made_of(message: str, kind: frozenset[str]) -> bool:
    """Whether a message consists of words of one kind, with greetings and particles around."""
    rest = message
    for word in _longest_first(kind):
        rest = rest.replace(word, " ")
    if rest == message:
        return False
    for word in _longest_first(_pleasantries()):
        rest = rest.replace(word, " ")
    return not rest.strip(" 啊呀呢吧哦啦哈嘛了的吗么您你我")


@cache
def _pleasantries() -> frozenset[str]:
    known = lexicon()
    return known.chat["greeting"] | known.chat["thanks"] | {*known.openers, *known.closers}


@cache
def _longest_first(kind: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(kind, key=lambda word: (-len(word), word)))


def _clauses(text: str, known: Lexicon) -> list[tuple[str, float]]:
    """The clauses of a message without padding, each with its weight: 1 for what asks."""
    pieces = [_stripped(_HEARD.sub("", piece), known) for piece in _CLAUSE.split(text)]
    pieces = [piece for piece in pieces if bare(piece)]
    asking = [index for index, piece in enumerate(pieces) if _asking(piece)]
    total = sum(map(len, pieces))
    if not asking or total <= 30:
        return [(piece, 1.0) for piece in pieces]
    background = _BACKGROUND if _says_enough([pieces[at] for at in asking]) else _LEANED_ON
    clauses = []
    for index, piece in enumerate(pieces):
        if index in asking or (index + 1 in asking and len(pieces[index + 1]) < 8):
            clauses.append((piece, 1.0))
        elif _SPEAKS_OF_SELF.match(piece):
            clauses.append((piece, _SELF))
        else:
            clauses.append((piece, background))
    return clauses


def _says_enough(asking: list[str]) -> bool:
    """Whether the clauses that ask name what they ask about: not 到底是哪两句 alone, nor
    这份文件叫什么."""
    if any(_POINTS.search(clause) for clause in asking):
        return False
    rest = 0
    for clause in asking:
        rest += len(clause) - sum(end - start for _, (start, end) in _asking(clause))
    return rest > _BARE


def _stripped(piece: str, known: Lexicon) -> str:
    """A clause without the padding at either end; what is nothing else becomes empty."""
    piece = piece.strip()
    changed = True
    while changed:
        changed = False
        for word in known.openers if piece.startswith(known.openers) else ():
            if piece.startswith(word) and not piece.startswith(_KEEPS.get(word, ("\0",))):
                piece = piece[len(word) :].strip()
                changed = True
                break
        for word in known.closers if piece.endswith(known.closers) else ():
            if piece.endswith(word) and piece != word:
                piece = piece[: -len(word)].strip()
                changed = True
                break
    return "" if piece in known.closers else piece


_KEEPS = {"老师": ("老师们",), "同志": ("同志们",)}


@cache
def _ask_words() -> tuple[Spotter, dict[str, frozenset[str]]]:
    kinds: dict[str, set[str]] = {}
    for kind, ask_words in lexicon().asks.items():
        for word in ask_words:
            kinds.setdefault(word, set()).add(kind)
            if word.startswith(("什么", "啥")):  # 是什么时候 is 是 + 什么时候, not 是什么 + 时候
                kinds.setdefault("是" + word, set()).add(kind)
    return Spotter(kinds), {word: frozenset(found) for word, found in kinds.items()}


_HOW_MANY = re.compile(r"多少|好多|几(?!乎)")
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


def _wanted_unit(core: str) -> str:
    """The kind of unit after 多少 or 几 that tells numbers apart: people for 多少名; else ""."""
    for match in _HOW_MANY.finditer(core):
        kind = slots.unit_kind(core, match.end())
        if kind in _TELLING:
            return kind
    return ""


def _wanted_noun(body: str, asked_at: list[tuple[int, int]], terms: list[Term]) -> str:
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
            if term.start == at and len(term.text) > 1 and not _COUNT.fullmatch(term.text):
                return term.text
    return ""


_CLASSIFIER = re.compile(r"(?:一|几)?[个家条种项类位名场座所支张份届块门只片间些]?")
_CLASS_ASKING = re.compile(
    r"(?:(?:在|到|去|是|有)?(?P<which>哪)(?:一|几)?[个家条种项类所座些]?|(?:是|有|都有)?(?:什么|啥))"
)


_LONGEST_HEARD = 3  # characters of an asking word that is known by its sound


@cache
def _ask_sounds() -> dict[str, str]:
    """How the words sound that ask for what an answer cannot do without."""
    return {
        sounding(word): kind
        for kind in _STRICT
        for word in lexicon().asks[kind]
        if 2 <= len(word) <= _LONGEST_HEARD
    }


def _asked_by_sound(clause: str) -> set[str]:
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


_AT_END_ONLY = frozenset({"不", "吗", "么", "没有", "没"})
_ASKING_CHARS = frozenset("什啥哪谁几多何怎咋吗否么没不甚神嘛难")
_ASKED_AFTER = re.compile(
    r"\s|(?:号码?|标准|情况|大概|一共|各|分别|都|总共|现在|具体)*"
    r"(?:$|(?:是|为|有|在|叫)?(?:多|几|什|啥|哪|呢|怎|咋|谁$|(?P<so>.)不(?P=so)))"
)


def _kinds_at(word: str, rest: str, kinds: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The kinds that an asking word wants before the rest of its clause."""
    if word == "几号" and rest[:1] in _NUMBERED:
        return frozenset({"which"})
    if word.endswith("谁") and rest:
        return frozenset({"who"})  # 都是谁想的 wants a person, 都是谁 all of them
    return kinds[word]


_NUMBERED = frozenset("线楼院门馆厅仓房车口井桥")  # what has numbers, not days: 几号线
_SOME = re.compile(r"(?<![这那好前后近上老十])几(?=[\u4e00-\u9fff])")


@lru_cache(maxsize=256)
def _asking(clause: str) -> tuple[tuple[frozenset[str], tuple[int, int]], ...]:
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


def _names_what_is_asked(clause: str, start: int, end: int) -> bool:
    """Whether a noun such as 电话 or 名单 is what a clause asks for: at its end, or beside a word
    that asks; not in 打电话需要什么帮助."""
    after = clause[end:]
    before = clause[max(0, start - 2) : start]
    return not after or _ASKED_AFTER.match(after) is not None or before.endswith(_ASKING_BEFORE)


_ASKING_BEFORE = ("什么", "啥", "哪个", "哪些", "多少", "哪")


def _longest_asking(clause: str, spotter: Spotter) -> Iterator[tuple[str, int, int]]:
    """The asking words of a clause; 在哪一年 asks 哪一年, not 在哪."""
    for word, start, end in spotter.find(clause):
        inner = spotter.at(clause, end - 1) if word.endswith("哪") else None
        if inner is not None and len(inner) > 1:
            yield inner, end - 1, end - 1 + len(inner)
        else:
            yield word, start, end


def _terms(
    clause: str,
    offset: int,
    factor: float,
    asking: list[tuple[int, int]],
    segmenter: words.Segmenter,
    known: Lexicon,
) -> list[Term]:
    """The words of a clause that are worth looking for."""
    masked = list(clause)
    for start, end in asking:
        masked[start:end] = " " * (end - start)
    for match in slots.YEAR_WORDS.finditer(clause):
        masked[match.start() : match.end()] = " " * len(match[0])
    spans = segmenter.spans("".join(masked))
    spans = _with_senses("".join(masked), spans, known)
    terms = []
    for word, start, end in spans:
        if (
            word in known.stop
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
        if _COUNT.fullmatch(word):
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


_COUNTING = "这那一两几哪每某二三四五六七八九十"
_LONGEST_NAME = 3  # characters of a Chinese person's name
_ASPECTS = ("起来", "下来", "一下", "一点", *"了过着些点完好掉到上里中内")


def _others(word: str, known: Lexicon) -> tuple[str, ...]:
    """Words that mean the same: its synonyms, or those of what is left without an ending such as
    了 or 过 (夸过 → 夸, 表扬)."""
    group = known.senses.get(word)
    if group is not None:
        return tuple(other for other in known.groups[group] if other != word)
    for ending in _ASPECTS:
        stem = word.removesuffix(ending)
        if stem in ("", word):
            continue
        group = known.senses.get(stem)
        if group is not None:
            return known.groups[group]
        if len(stem) > 1 and words.is_word(stem):
            return (stem,)
    return ()


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


def _focus(
    clause: str,
    offset: int,
    asking: Iterable[tuple[frozenset[str], tuple[int, int]]],
    terms: list[Term],
) -> list[Term]:
    """The terms that name what is asked: right after 哪些/多少个, right before 是什么/有哪些."""
    found = []
    for kinds, (start, end) in asking:
        after = _MEASURE.match(clause, end)
        reach = offset + (after.end() if after else end)
        named = [term for term in terms if not _COUNT.fullmatch(term.text)]
        right = [term for term in named if reach <= term.start <= reach + 1]
        left = [term for term in named if offset + start - 3 <= term.end <= offset + start]
        if kinds & {"which", "how_many", "list", "what", "where", "who", "name"} and right:
            found.append(right[0])
        elif left:
            found.append(left[-1])
    return found
