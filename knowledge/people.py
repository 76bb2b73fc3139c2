"""Persons in a text: their names and posts, found by rules that would rather miss than invent.

A name begins with a surname and stands after a post (区人民法院院长陆燕红), before one
(刘晓玲副校长), or at the head of a clause before a verb of speech. What could as well be a word
(明确表示, 高度评价, 向群众介绍) is no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from knowledge import words
from knowledge.vocabulary import Spotter, lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person at `start` to `end` of a text, the post included where it stands next to the name;
    `at` is where the name itself begins."""

    name: str
    post: str | None
    start: int
    end: int
    at: int


_NEVER = frozenset("的了是在说称着将被把这那我你他她它不也还又就则却已曾并只很个们没或其吗呢吧啊")
_TAILS = frozenset("区市县镇村街省州路局院部委会厂厅所站校社")
_HONORIFIC = r"(?:同志|先生|女士|小姐)"
_PUNCTUATION = r"[，。、；：！？,.;:!?”’」』）)》\]】\s…—]"
_NO_TITLE = frozenset(
    ("代表", "成员", "居民", "村民", "市民", "员工", "职工", "家长", "老人", "学生")
)
_KIN = "阿姨|大爷|奶奶|爷爷|师傅|大叔|大妈|大姐|大伯|叔叔|婆婆|老伯|老师|先生|女士"


@dataclass(frozen=True, slots=True)
class _Patterns:
    post: re.Pattern[str]
    says: re.Pattern[str]
    opener: re.Pattern[str]
    is_post: re.Pattern[str]
    heads: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    posts = "|".join(map(re.escape, lexicon().posts))
    says = "|".join(map(re.escape, lexicon().says))
    openers = "|".join(map(re.escape, lexicon().after_names))
    surname = "[" + "".join(sorted(lexicon().surnames)) + "]"
    return _Patterns(
        post=re.compile(posts),
        says=re.compile(says),
        opener=re.compile(openers),
        is_post=re.compile(rf"(?:{posts})$"),
        heads=re.compile(
            rf"(?:^|(?<=[，。！？；：“”,!?;:的\s]))(?={surname}[\u4e00-\u9fff]{{1,3}}?(?:{says}|是|[对向](?:记者|笔者)|也?没想到|怎么也))"
        ),
    )


def people(text: str, known: Iterable[Person] = ()) -> tuple[Person, ...]:
    """The persons of a text, in order; those already `known` are found by their bare names too."""
    found: dict[int, Person] = {}
    for person in _named(text):
        found.setdefault(person.at, person)
    posts: dict[str, str | None] = {person.name: person.post for person in known}
    for spotter in (_spotter(frozenset(posts)), _spotter(frozenset(_new(found, posts)))):
        for name, start, end in spotter.find(text):
            found.setdefault(start, Person(name=name, post=None, start=start, end=end, at=start))
    for person in found.values():
        posts[person.name] = _fuller(person.post, posts.get(person.name))
    ordered: list[Person] = []
    for _, person in sorted(found.items()):
        if ordered and person.at < ordered[-1].end:
            continue
        post = _fuller(person.post, posts[person.name])
        ordered.append(replace(person, post=post))
    return tuple(ordered)


def introduces_somebody(text: str) -> bool:
    """Whether a text holds a person at all: whether `people` finds any."""
    return next(_named(text), None) is not None


def _new(found: Mapping[int, Person], posts: Mapping[str, str | None]) -> Iterator[str]:
    return (person.name for person in found.values() if person.name not in posts)


@lru_cache(maxsize=64)
def _spotter(names: frozenset[str]) -> Spotter:
    return Spotter(names)


def _fuller(here: str | None, elsewhere: str | None) -> str | None:
    """The post given here, or the fuller form of the same post given elsewhere."""
    if here is None or (elsewhere is not None and elsewhere.endswith(here)):
        return elsewhere
    return here


def _named(text: str) -> Iterator[Person]:
    """Persons that the text itself introduces."""
    patterns = _patterns()
    done = 0
    for match in patterns.post.finditer(text):
        if match.end() <= done:
            continue
        for person in _after_post(text, match) or _before_post(text, match):
            done = max(done, person.end)
            yield person
    for match in patterns.heads.finditer(text):
        name = _name_at(text, match.start(), posted=False)
        if name is not None:
            yield _at_head(text, match.start(), name)


def _at_head(text: str, at: int, name: str) -> Person:
    """A person at the head of a clause; 「X是…村民,」 tells the post."""
    end = at + len(name)
    post = None
    if text.startswith("是", end):
        clause = re.compile(r"[^，。、；：！？,;:!?“”\s]{2,30}").match(text, end + 1)
        if clause is not None and _patterns().is_post.search(clause[0]):
            post = clause[0]
    return Person(name=name, post=post, start=at, end=end, at=at)


def _after_post(text: str, match: re.Match[str]) -> list[Person]:
    """The names that follow a post: one, or a list."""
    gap = re.compile(r"(?:是|为|有)?[:：]?\s?").match(text, match.end())
    assert gap is not None  # the pattern matches the empty string
    listed = bool(gap[0].strip())
    names = _list_at(text, gap.end())
    if not names and not listed:
        single = _name_at(text, gap.end(), posted=True)
        names = [(gap.end(), single)] if single is not None else []
    if not names:
        return []
    start, post = _whole_post(text, match)
    return [
        Person(
            name=name,
            post=post,
            start=start if index == 0 else at,
            end=at + len(name),
            at=at,
        )
        for index, (at, name) in enumerate(names)
    ]


_ENTRY = re.compile(r"([\u4e00-\u9fff]{2,4})(、|等|[。；;，,）)\s]|$)")


def _list_at(text: str, at: int) -> list[tuple[int, str]]:
    """The names of a list 甲、乙、丙 that begins at `at`: at least two, nearly all sure names."""
    found: list[tuple[int, str]] = []
    sure = 0
    while len(found) < _LONGEST_LIST:
        match = _ENTRY.match(text, at)
        if match is None or not _begins_with_surname(match[1]) or set(match[1]) & _NEVER:
            break
        found.append((at, match[1]))
        sure += _plausible(match[1], text, at)
        at = match.end()
        if match[2] != "、":
            break
    if len(found) < 2 or sure * 4 < len(found) * 3:
        return []
    return found


def _before_post(text: str, match: re.Match[str]) -> list[Person]:
    """A name right before its post: 刘晓玲副校长, 宋坪老师, 王阿姨."""
    start = match.start()
    if match[0] in _NO_TITLE:
        return []
    for length in (3, 2):
        at = start - length
        if at < 0 or not _is_head(text, at):
            continue
        name = text[at:start]
        if (
            _begins_with_surname(name)
            and name[0] not in lexicon().doubtful_surnames
            and not set(name) & (_NEVER | _TAILS)
            and not _patterns().is_post.search(name)
            and _one_name(text, at, name)
        ):
            return [Person(name=name, post=match[0], start=at, end=match.end(), at=at)]
    at = start - 1
    kin = re.fullmatch(_KIN, match[0]) is not None
    if kin and at >= 0 and _is_head(text, at) and _begins_with_surname(text[at]):
        if text[at] in lexicon().doubtful_surnames:
            return []
        name = text[at : match.end()]
        return [Person(name=name, post=None, start=at, end=match.end(), at=at)]
    return []


def _is_head(text: str, at: int) -> bool:
    """Whether a clause begins at `at`, or a name may begin after the word before it."""
    return at == 0 or text[at - 1] in "，。！？；：“”‘’,!?;:、的由向对和与 \n\t\u3000"


def _one_name(text: str, at: int, name: str) -> bool:
    """Whether the segmenter, too, takes `name` for one unknown word here."""
    if words.is_word(name) and words.rarity(name) < 0.85:
        return False
    cut = words.tokens(text[at : at + len(name) + 6])
    return bool(cut) and (cut[0] == name or "".join(cut[:2]) == name)


def _name_at(text: str, at: int, *, posted: bool) -> str | None:
    """The name that begins at `at`; None when there is none, or more than one way to read it."""
    if posted:
        foreign = _FOREIGN.match(text, at)
        if foreign is not None:
            return _foreign(text, at, foreign.end())
        familiar = _FAMILIAR.match(text, at)
        if familiar is not None and _familiar(text, at):
            return familiar[0]
    best: list[tuple[int, str]] = []
    for length in (2, 3, 4):
        name = text[at : at + length]
        if len(name) < length or not _shaped(name):
            continue
        strength = _boundary(text, at + length)
        if strength and (_plausible(name, text, at) if posted else _certain(name, text, at)):
            best.append((strength, name))
    if not best:
        return _by_segmenter(text, at) if posted else None
    best.sort(key=lambda pair: -pair[0])
    if len(best) > 1 and best[0][0] == best[1][0]:
        cut = words.tokens(text[at : at + 8])
        agreed = [name for _, name in best if cut and cut[0] == name]
        return agreed[0] if agreed else None
    return best[0][1]


def _by_segmenter(text: str, at: int) -> str | None:
    """A full name that only the segmenter can part from what follows: 张玉梅|会见."""
    cut = words.tokens(text[at : at + 8])[:1]
    if (
        not cut
        or len(cut[0]) != 3
        or not _shaped(cut[0])
        or cut[0][0] in lexicon().doubtful_surnames
        or not _plausible(cut[0], text, at)
    ):
        return None
    return cut[0]


_FOREIGN = re.compile(r"(?:[\u4e00-\u9fff]{2,8}[·•])+")


def _foreign(text: str, at: int, last: int) -> str | None:
    """A name of several parts (买买提·艾合买提) whose last part begins at `last`."""
    for end in range(last + 2, min(last + 8, len(text)) + 1):
        if not "\u4e00" <= text[end - 1] <= "\u9fff":
            return None
        if _boundary(text, end):
            return text[at:end]
    return None


_FAMILIAR = re.compile(r"[小老阿][\u4e00-\u9fff]|[\u4e00-\u9fff]某某?")


def _familiar(text: str, at: int) -> bool:
    """Whether 小张, 老王 or 王某 stands at `at`, and no word like 小区."""
    name = text[at : at + 2]
    surname = name[1] if name[0] in "小老阿" else name[0]
    return (
        surname in lexicon().surnames
        and not (words.is_word(name) and words.rarity(name) < 0.66)
        and bool(_boundary(text, at + 2) or text[at + 1] == "某")
    )


def _begins_with_surname(name: str) -> bool:
    return name[0] in lexicon().surnames or name[:2] in lexicon().compound_surnames


def _shaped(name: str) -> bool:
    """Whether a string has the form of a name: surname, one or two more characters."""
    compound = name[:2] in lexicon().compound_surnames
    if not compound and (name[0] not in lexicon().surnames or len(name) > 3):
        return False
    if compound and len(name) < 3:
        return False
    given = name[2:] if compound else name[1:]
    return all("\u4e00" <= char <= "\u9fff" and char not in _NEVER for char in given)


def _plausible(name: str, text: str, at: int) -> bool:
    """Whether a string of the right form after a post or in a list is a name and not a word."""
    if name[-1] in _TAILS or _patterns().is_post.search(name):
        return False
    if words.is_word(name) and words.rarity(name) < 0.66:
        return False
    if len(name) == 2 and words.is_word(name) and name[0] in lexicon().doubtful_surnames:
        return False
    if name[0] in lexicon().doubtful_surnames:
        return words.tokens(text[at : at + len(name) + 6])[:1] == [name] and not _common(name[1:])
    return True


def _certain(name: str, text: str, at: int) -> bool:
    """Whether a string at the head of a clause, without a post, is surely a name."""
    if name[0] in lexicon().doubtful_surnames or not _plausible(name, text, at):
        return False
    if words.is_word(name) and words.rarity(name) < 0.9:
        return False
    cut = words.tokens(text[at : at + len(name) + 6])
    if cut[:1] == [name]:
        return not _common(name[1:])
    return cut[:2] == [name[0], name[1:]] and words.rarity(name[1:]) > 0.65


def _common(given: str) -> bool:
    return len(given) > 1 and words.is_word(given) and words.rarity(given) < 0.6


def _boundary(text: str, at: int) -> int:
    """How surely a name ends at `at`: 0 not, 1–2 at a word that follows names, 3 at the end or
    punctuation, 4 at speech, a title or an honorific."""
    patterns = _patterns()
    if patterns.says.match(text, at) or re.compile(_HONORIFIC).match(text, at):
        return 4
    if patterns.post.match(text, at):
        return 4
    if at >= len(text) or re.compile(_PUNCTUATION).match(text, at):
        return 3
    opener = patterns.opener.match(text, at)
    if opener is not None:
        return min(2, len(opener[0]))
    return 0


_BREAK = re.compile(r"[，。；：！？“”‘’（）()《》,;:!?…—\s【】\[\]]")


def _whole_post(text: str, match: re.Match[str]) -> tuple[int, str]:
    """Where the post begins that ends with `match`, and the post: 区人大代表、…护士长."""
    start = _part_start(text, match.start(), match.end())
    while start > 0 and text[start - 1] == "、":
        before = _patterns().is_post.search(text[max(0, start - 16) : start - 1])
        if before is None:
            break
        start = _part_start(text, start - 1 - len(before[0]), start - 1)
    return start, text[start : match.end()]


_LONGEST_LIST = 400  # names
_LONGEST_PART = 36  # characters of one post with its organisation


def _part_start(text: str, word: int, end: int) -> int:
    """Where one post with its organisation begins whose last word is text[word:end]."""
    low = max(0, end - _LONGEST_PART)
    segment = text[low:end]
    breaks = [m.end() for m in _BREAK.finditer(segment[: word - low])]
    pause = segment[: word - low].rfind("、")
    begin = max([*breaks[-1:], pause + 1, 0])
    if begin == 0 and low > 0:
        return word
    at = low + begin
    start = at
    for token in words.tokens(text[at:word]):
        at += len(token)
        if token in lexicon().before_posts:
            start = at
        elif len(token) == 2 and token[0] in lexicon().before_posts and not words.is_word(token):
            start = at - 1
    while start < word and text[start] in "该其本此岁":
        start += 1
    return start
