"""What a message asks: its words and their weight, what kind of thing is wanted, its slots.

A message becomes a `Question` in five steps: comparable form, greetings and padding set aside,
clauses told apart (the one that asks weighs most), asking words found, the rest cut into terms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate

from knowledge import slots, words
from knowledge.asked import (
    STRICT,
    asked_by_sound,
    asking_words,
    named,
    wanted_noun,
    wanted_unit,
)
from knowledge.model import Chat
from knowledge.terms import Term, terms_of
from knowledge.text import bare, comparable
from knowledge.vocabulary import Lexicon, lexicon

LONGEST = 1000  # characters: what is longer is no question
_CLAUSE = re.compile(r"[,，。．;；?？!！\n、:：…]+|\.{2,}|(?<=[^\W\da-z])\.")
_HEARD = re.compile(r"^.{0,8}?(?:听.{0,4}?说|看.{0,6}?(?<![小咋么何])说(?![的过了明])|据说)")
_SPEAKS_OF_SELF = re.compile(
    r"(?:我|俺|咱|本人)|.{0,6}?我.{0,3}(?:记不|忘|不知|不清楚|不明白|没找|没看|不懂)"
)
_POINTS = re.compile(r"[这那该此](?:[个份位条件项篇张些句次种家样里]|时候|里面|边|\b)|其中")
_BARE = 5  # characters besides asking words up to which a clause names nothing
_LEANED_ON = 0.8  # weight of what is told beside a question that names nothing
_BACKGROUND = 0.3  # weight of what is told beside the question
_SELF = 0.12  # weight of what the asker tells of themself
_DAY = re.compile(
    r"(?P<month>[\d一二三四五六七八九十]{1,3})月(?P<day>[\d一二三四五六七八九十]{1,3})[日号]"
)
_TALK = (Chat.IDENTITY, Chat.HELP, Chat.GOODBYE, Chat.THANKS, Chat.GREETING, Chat.LAUGH)
_KEEPS = {"老师": ("老师们",), "同志": ("同志们",)}


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
        return self.asks & STRICT


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
        found = asking_words(clause)
        own = terms_of(clause, at, factor, [span for _, span in found], segmenter, known)
        terms.extend(own)
        if factor == 1.0:
            core.append(clause)
            asks.update(kind for kinds, _ in found for kind in kinds)
            spans.extend((at + start, at + end) for _, (start, end) in found)
            focus.extend(named(clause, at, found, own))
            asks.update(asked_by_sound(clause))
        at += len(clause) + 1
    return Question(
        original=message,
        text=body,
        core="，".join(core),
        terms=tuple(terms),
        focus=tuple(focus),
        asks=frozenset(asks),
        asked_at=tuple(spans),
        unit=wanted_unit("，".join(core)),
        noun=wanted_noun(body, spans, terms),
        places=slots.places(body),
        aside=aside,
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
    asking = [index for index, piece in enumerate(pieces) if asking_words(piece)]
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
        rest += len(clause) - sum(end - start for _, (start, end) in asking_words(clause))
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
