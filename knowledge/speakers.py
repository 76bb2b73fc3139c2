"""Who says what in a paragraph: which of its characters are whose words.

Speech is told before it (某说,…), after it (“…”某说), or around it (“…”某说,“…”). Where it is
not certain that the words are a person's, they are nobody's: reports and offices are no persons.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from knowledge.model import Article, Speaker
from knowledge.people import Person, people
from knowledge.sentences import enclosures
from knowledge.vocabulary import lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Characters `start` to `end` of a paragraph are the words of `person`; `lead` to `lead_end`
    is where the paragraph says so (区长李强说)."""

    person: Person
    verb: str
    start: int
    end: int
    lead: int
    lead_end: int


@dataclass(frozen=True, slots=True)
class _Telling:
    """A place that says who speaks: subject and verb. `verb` is "" where only words before it
    can be meant (“…”李强激动地细数着成就)."""

    person: Person
    start: int
    end: int
    verb: str


_PROPOSES = ("建议", "提议", "呼吁", "倡议")
_TAKES_CLAUSE = (
    *("建议", "提议", "呼吁", "倡议", "说", "表示", "认为", "指出", "提出", "希望"),
    *("强调", "称", "坦言", "主张", "介绍说", "解释说", "补充说", "回忆说"),
)
_ADVERBS = (
    "在|于|当|今|昨|近日|日前|还|也|则|又|就|同时|随后|接着|最后|向|对|面对|一边|这样|如是|笑|高兴|激动|开心"
    "|自豪|感慨|动情|无奈|坦率|欣喜|兴奋|深有|明确|进一步|不禁|由衷|继续|首先|特别|多次|一再|反复|曾|告诉"
)
_INNER = r"[^，。；：！？“”「」『』、,;:!?\n]"
_PRONOUN = re.compile(r"(?:(?<=[，。！？；”」』,!?;\s])|^)[他她](?!们)")
_MEDDLES = re.compile(r"的(?!.*(?:时|上|中|后|会|地|还|也|并)$)")
_STOP = "。！？!?\n"
_QUOTE_OPEN, _QUOTE_CLOSE = "“「『", "”」』"
_TIME = re.compile(
    r"(?:(?:19|20)\d\d年|新的?一一?年|今年|去年|明年|下一步|过去一年|过去的一年|同时|此外)[,，]?"
)
_FIRST_PERSON = re.compile(r"我们|我(?![们区市县省国校院街镇村军党])")


@cache
def _telling() -> re.Pattern[str]:
    says = "|".join(map(re.escape, lexicon().says))
    return re.compile(
        rf"(?P<gap>{_INNER}{{0,24}}?)(?P<verb>(?:{says})+(?:说|道)?)(?P<tail>了|过|的|着|人|会|书)?"
    )


@cache
def _office_says() -> re.Pattern[str]:
    says = "|".join(map(re.escape, lexicon().says))
    return re.compile(rf"{_INNER}{{0,24}}?(?:{says})")


def persons_of(article: Article) -> tuple[Person, ...]:
    """The persons whom an article introduces, each once, with the fullest post it gives."""
    best: dict[str, Person] = {}
    readings = [paragraph.text for paragraph in article.paragraphs]
    for text in readings:
        for person in people(text):
            held = best.get(person.name)
            if held is None or len(person.post or "") > len(held.post or ""):
                best[person.name] = person
    return tuple(best.values())


def attributions(text: str, known: Iterable[Person] = ()) -> tuple[Attribution, ...]:
    """The attributed parts of a paragraph, in order, none overlapping.

    `known` are persons introduced elsewhere in the article: they may speak by bare name.
    """
    if _telling().search(text) is None:
        return ()
    return tuple(_Speech(text, tuple(known)).parts())


def speaker_of(said: Sequence[Attribution], start: int, end: int) -> Speaker | None:
    """Who says more than half of the characters `start` to `end`; None where nobody does.

    `said` is in order, as `attributions` gives it.
    """
    shares: dict[str, int] = {}
    largest: dict[str, tuple[int, Attribution]] = {}
    lead = 0
    first = bisect_right(said, start, key=lambda part: part.end)
    for part in said[first : bisect_left(said, end, key=lambda part: part.start)]:
        inside = min(part.end, end) - max(part.start, start)
        if inside > 0:
            shares[part.person.name] = shares.get(part.person.name, 0) + inside
            largest[part.person.name] = max(
                largest.get(part.person.name, (0, part)), (inside, part), key=lambda pair: pair[0]
            )
            lead += max(0, min(part.lead_end, end) - max(part.lead, start))
    if not shares:
        return None
    name = max(shares, key=lambda each: shares[each])
    if shares[name] * 2 <= end - start - min(lead, end - start - shares[name]):
        return None
    part = largest[name][1]
    return Speaker(name=name, post=part.person.post, verb=part.verb)


class _Speech:
    """One paragraph while its speech is sorted out."""

    def __init__(self, text: str, known: tuple[Person, ...]) -> None:
        self.text = text
        self.people = people(text, known)
        self.pairs = [p for p in enclosures(text) if text[p[0]] in _QUOTE_OPEN]
        self.opens = [pair[0] for pair in self.pairs]
        self.closes = {pair[1]: pair[0] for pair in self.pairs}
        self.ends = [i for i, c in enumerate(text) if self._is_end(i, c)]
        self.starts = [person.at for person in self.people]

    def parts(self) -> list[Attribution]:
        parts: list[Attribution] = []
        tellings = self._tellings()
        for index, telling in enumerate(tellings):
            limit = tellings[index + 1].start if index + 1 < len(tellings) else len(self.text)
            reached = parts[-1].end if parts else 0
            before = self._before(telling, reached)
            if before is not None:
                parts.append(before)
            if telling.verb:
                parts.extend(self._after(telling, limit, quoted=before is not None))
        return parts

    def _is_end(self, at: int, char: str) -> bool:
        """Whether a sentence ends at `at`, outside all quotation marks."""
        if char in _STOP:
            return self._quote_around(at) is None
        return (
            at in self.closes
            and at > 0
            and self.text[at - 1] in "。！？!?…"
            and self.text[at + 1 : at + 2] not in tuple("，、的,。；;")
        )

    def _quote_around(self, at: int) -> tuple[int, int] | None:
        index = bisect_right(self.opens, at) - 1
        return self.pairs[index] if index >= 0 and at < self.pairs[index][1] else None

    def _sentence_end(self, at: int) -> int:
        index = bisect_left(self.ends, at)
        return self.ends[index] + 1 if index < len(self.ends) else len(self.text)

    def _sentence_start(self, at: int) -> int:
        index = bisect_left(self.ends, at) - 1
        return self.ends[index] + 1 if index >= 0 else 0

    def _tellings(self) -> list[_Telling]:
        subjects: list[tuple[int, int, Person | None]] = [
            (person.start, person.end, person) for person in self.people
        ]
        subjects.extend((m.start(), m.end(), None) for m in _PRONOUN.finditer(self.text))
        subjects.sort(key=lambda each: each[0])
        found: list[_Telling] = []
        for start, end, person in subjects:
            if self._quote_around(start) is not None:
                continue
            verb = self._verb(start, end)
            if verb is None:
                continue
            who = person if person is not None else self._meant(start, found)
            if who is not None:
                found.append(_Telling(who, start, verb[1], verb[0]))
        return found

    def _verb(self, start: int, end: int) -> tuple[str, int] | None:
        """The verb with which the subject speaks and where it ends."""
        match = _telling().match(self.text, end)
        if match is None:
            return None
        gap, verb = match["gap"], match["verb"]
        index = bisect_left(self.starts, end)
        if index < len(self.starts) and self.starts[index] < match.start("verb"):
            return None
        after_quote = self.text[start - 1 : start] in tuple(_QUOTE_CLOSE)
        if gap and not re.match(rf"同志|{_ADVERBS}", gap):
            return None
        if _MEDDLES.search(gap):
            return None
        if match["tail"]:
            return ("", match.end()) if after_quote and match["tail"] != "的" else None
        following = self.text[match.end() : match.end() + 1]
        if following in tuple("，,：:“「。！？"):
            return verb, match.end()
        if verb in _TAKES_CLAUSE and not following.isspace():
            rest = re.compile(_INNER + "*").match(self.text, match.end())
            if rest is not None and rest[0].endswith("时"):
                return None
            return verb, match.end()
        return ("", match.end()) if after_quote else None

    def _meant(self, at: int, found: list[_Telling]) -> Person | None:
        """Whom 他 or 她 at `at` means: the person named last, when there is one only."""
        index = bisect_left(self.starts, at) - 1
        while index >= 0 and self._quote_around(self.starts[index]) is not None:
            index -= 1
        if index < 0:
            return None
        last = self.people[index]
        if found and found[-1].start >= last.start:
            return found[-1].person
        begin = self._sentence_start(last.at)
        if found and found[-1].start >= begin:
            return found[-1].person
        around = self.people[max(0, index - 7) : index + 1]
        names = {person.name for person in around if person.at >= begin}
        return last if len(names) == 1 else None

    def _before(self, telling: _Telling, reached: int) -> Attribution | None:
        """The quotation that ends right before `telling`."""
        close = telling.start - 1
        opened = self.closes.get(close)
        if opened is None or opened < reached or self.text[close - 1] not in "。！？，!?,…—":
            return None
        if self.text[max(0, opened - 1) : opened] in ("：", ":") or _office_says().search(
            self.text[max(0, opened - 12) : opened].rstrip("，, ")[-4:]
        ):
            return None  # somebody else's words, told before them
        proposes = telling.verb.startswith(_PROPOSES)
        verb = telling.verb if telling.verb and not proposes else "说"
        return self._part(telling, verb, opened, telling.start)

    def _after(self, telling: _Telling, limit: int, *, quoted: bool) -> list[Attribution]:
        """What follows `telling` and is still the same speech."""
        start = telling.end
        direct = False
        if self.text[start : start + 1] and self.text[start] not in "。！？":
            while start < len(self.text) and self.text[start] in "，,：: ":
                start += 1
            end, direct = self._content_end(start)
        else:
            end = min(start + 1, len(self.text))
            start = end
        end = min(end, limit)
        while end < limit and (further := self._goes_on(start, end, quoted or direct)):
            end = min(further, limit)
        if end <= start:
            return []
        parts = [self._part(telling, telling.verb, start, end)]
        turn = _TURNS_TO.search(self.text, start, end)
        if turn is not None and not telling.verb.startswith(_PROPOSES):
            at = turn.start("verb")
            if self._quote_around(at) is None:
                parts = [
                    self._part(telling, telling.verb, start, at),
                    self._part(telling, turn["verb"], at, end),
                ]
        return parts

    def _content_end(self, start: int) -> tuple[int, bool]:
        """Where speech that begins at `start` ends, and whether it is one direct quotation."""
        if start < len(self.text) and self.text[start] in _QUOTE_OPEN:
            pair = self._quote_around(start)
            if pair is not None and self.text[pair[1] - 1] in "。！？!?…":
                return pair[1] + 1, True
        return self._sentence_end(start), False

    def _goes_on(self, start: int, end: int, direct: bool) -> int | None:
        """Where the sentence after `end` ends when it belongs to the same speech."""
        at = end
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        if at >= len(self.text):
            return None
        if self.text[at] in _QUOTE_OPEN:
            pair = self._quote_around(at)
            if not direct or pair is None or self.text[pair[1] - 1] not in "。！？!?…":
                return None
            if _office_says().match(self.text, pair[1] + 1):
                return None
            return pair[1] + 1
        finish = self._sentence_end(at)
        sentence = self.text[at:finish]
        if direct or start >= end:
            return None
        first = _TIME.sub("", self.text[start : start + 40], count=1)[:8]
        following = _TIME.sub("", sentence[:40], count=1)[:8]
        if _shared(first, following) >= 3 or _FIRST_PERSON.search(sentence.split("“")[0]):
            return finish
        return None

    def _part(self, telling: _Telling, verb: str, start: int, end: int) -> Attribution:
        return Attribution(
            person=telling.person,
            verb=verb,
            start=start,
            end=end,
            lead=telling.start,
            lead_end=telling.end,
        )


_TURNS_TO = re.compile(
    r"(?<=[，,；;。])(?:并|同时|也|还|因此|为此|所以|对此)?(?P<verb>建议|提议|呼吁|倡议)(?!书)"
)


def _shared(one: str, other: str) -> int:
    """How many characters two strings begin with in common, up to punctuation."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right or not "\u4e00" <= left <= "\u9fff":
            break
        count += 1
    return count
