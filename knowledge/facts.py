"""Facts inside a paragraph: figures, plans, lists, definitions, each as the clauses that say it.

A fact quotes its own clause; where the clause leaves open which year it speaks of, the words that
name the year in the same sentence are quoted before it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from knowledge import slots
from knowledge.model import Paragraph, Stance
from knowledge.stances import Group, groups, stance_of
from knowledge.text import Comparable, compare

FIGURE, PLAN, LIST, ITEM, DEFINITION = "figure", "plan", "list", "item", "definition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact of a paragraph; `cuts` are the places of its reading to quote, in order."""

    kind: str
    questions: tuple[str, ...]
    cuts: tuple[tuple[int, int], ...]
    stance: Stance | None
    subject: str = ""


_CLAUSE = re.compile(r"(?:[^,;。!?…:]|(?<=\d),(?=\d{3}))+")
_DOTS = re.compile(r"\.{3,}")  # an ellipsis in comparable form
_SENTENCE_END = "。!?;…"
_YEAR = re.compile(r"(?:(?:19|20)\d\d年(?!度?报)|今年|去年|明年|新的?一一?年|下一步)")
_DATE = re.compile(r"\d{1,2}月(?:\d{1,2}[日号])?|\d{1,2}[日号]|\d{1,2}[:时]\d{0,2}")
_TERM = re.compile(r"\"[^\"]{1,12}\"")  # “15分钟养老服务圈”: its numbers are part of a name
_COUNTS_NOTHING = re.compile(r"[第每最新过进下同逐另任某这那其唯a-z]$")
_HAN_ORDINALS = frozenset("届级期步年")
_TIME_HEAD = re.compile(
    r"^(?:(?:19|20)\d\d年|今年|去年|明年|新的?一一?年|下一步|目前|同时|此外)[,]?"
)
_ITEM = re.compile(r"(?:(?<=^)|(?<=[,;。:!?]))([一二三四五六七八九十]{1,3})(?:是|要)")
_COUNTED = re.compile(
    r"([一二三四五六七八九十\d]+)(?:个|大|项|条)(方面|板块|举措|任务|行动|工程|重点|体系|环节|步骤)"
)
_MEMBERS = re.compile(
    r"(?:主要)?(?:包括|包含|涵盖|分别是|分别为|分为|设有|串联)[:,]?|(?:是|为|有|如下|即)?:"
)
_DEFINES = re.compile(
    r"(?P<then>,即:?(?!可|使|将|便|日|不|以此))|(?<!也)(?:,?是指|指的是|就是指|是一[种项个座条](?!人|老))"
    r"|属于(?=[^,。]{2,24}(?:一种|之一))|(?<![不也就还都正便这那])(?<!只有)是(?=我[国省市区县]|全[国省市区]|首[个条家批座]|最)"
)
_BEFORE_TERM = re.compile(r"^(?:而|但|其中|所谓|因此|此外|同时|目前|届时|预计|明确)+")
_AFTER_TERM = re.compile(r"(?:则|就|便|也|都|主要|正|还|,)+$")
_LONGEST_LIST = 360  # characters of a whole enumeration that may still be quoted at once
_LONGEST_CLAUSE = 300  # characters of a clause that is quoted whole for a figure
_SHORT = 30  # characters of a clause that still make a question
_NEAR = 36  # characters between a year and its figure that are quoted through


def first_clause(text: str) -> str:
    """The first clause of a passage that says more than when, short enough for a question."""
    bare = re.sub(r"[“”\"‘’]", "", text)
    for clause in re.split(r"[，,；;。！？!?…：:]", bare):
        if len(clause) > 5:
            return clause[:_SHORT]
    return bare[:_SHORT]


def facts(paragraph: Paragraph, issued: date | None) -> Iterator[Fact]:
    """The facts of a paragraph, in order of kind."""
    compared = compare(paragraph.text)
    if len(compared.text) < 6:
        return
    view = _View(compared, groups(compared.text, issued), issued)
    yield from view.figures()
    yield from view.plans()
    yield from view.enumerations()
    yield from view.members()
    yield from view.definitions()


class _View:
    """A paragraph in comparable form with its clauses, years and stances."""

    def __init__(
        self, compared: Comparable, stances: tuple[Group, ...], issued: date | None
    ) -> None:
        self.compared = compared
        self.text = _DOTS.sub(lambda dots: "…" * len(dots[0]), compared.text)
        self.stances = stances
        self.issued = issued
        self.clauses = [match.span() for match in _CLAUSE.finditer(self.text)]
        self.clause_starts = [start for start, _ in self.clauses]
        self.stance_starts = [group.start for group in stances]
        self.ends = [i for i, char in enumerate(self.text) if char in _SENTENCE_END]
        self.years = [match.span() for match in _YEAR.finditer(self.text)]
        self.year_starts = [start for start, _ in self.years]

    def cut(self, start: int, end: int) -> tuple[int, int]:
        """The place in the reading of a place in the comparable text, marks it begins or ends
        between left outside."""
        while start < end - 1 and self.text[start] in ",;。:、 ":
            start += 1
        while end > start + 1 and self.text[end - 1] in ",;:、 ":
            end -= 1
        if self.text[start] == '"' and self.text.count('"', start, end) % 2:
            start += 1
        elif self.text[end - 1] == '"' and self.text.count('"', start, end) % 2:
            end -= 1
        origins = self.compared.origins
        return origins[start], origins[max(start, end - 1)] + 1

    def stance_at(self, at: int) -> Stance | None:
        index = bisect_right(self.stance_starts, at) - 1
        return self.stances[index].stance if index >= 0 else None

    def sentence(self, at: int) -> tuple[int, int]:
        index = bisect_right(self.ends, at - 1)
        start = self.ends[index - 1] + 1 if index else 0
        end = self.ends[index] + 1 if index < len(self.ends) else len(self.text)
        return start, end

    def clause(self, at: int) -> tuple[int, int]:
        return self.clauses[max(0, bisect_right(self.clause_starts, at) - 1)]

    def year_before(self, start: int, end: int) -> tuple[int, int] | None:
        """The year that a place speaks of: the only one that its sentence names before `end`, as
        a time and not as part of something (2017年的新政)."""
        begin = self.sentence(start)[0]
        index = bisect_right(self.year_starts, end) - 1
        first = bisect_left(self.year_starts, begin)
        if index < first:
            return None
        low, high = self.years[index]
        names = {
            self.text[a:b].rstrip(",") for a, b in self.years[max(first, index - 3) : index + 1]
        }
        if len(names) > 1 or self.text[high : high + 1] in tuple("的度以至-~前底初"):
            return None
        if low > begin and self.text[low - 1] not in ',"。:':
            return None if low < start else (low, high)
        return low, high

    def figures(self) -> Iterator[Fact]:
        """One fact for each clause that counts or measures; it may hold several numbers."""
        apart = [
            match.span() for match in (*_DATE.finditer(self.text), *_TERM.finditer(self.text))
        ]
        apart.extend(self.years)
        marks = {at for begin, finish in apart for at in range(begin, finish)}
        held: dict[tuple[int, int], list[slots.Number]] = {}
        for number in slots.numbers(self.text):
            if number.kind and number.start not in marks and self._counts(number):
                span = self._piece(number.start, number.end)
                if span[1] - span[0] >= 5:
                    held.setdefault(span, []).append(number)
        for span, numbers in held.items():
            yield self._figure(span, numbers)

    def _counts(self, number: slots.Number) -> bool:
        """Whether a number counts or measures, and is no ordinal and no part of a phrase."""
        if _COUNTS_NOTHING.search(self.text[max(0, number.start - 1) : number.start]):
            return False
        if self.text.startswith(("级", "班"), number.end):
            return False
        if self.text[number.start].isdigit():
            return True
        return (
            number.value > 1
            and number.unit not in _HAN_ORDINALS
            and not self.text.startswith(("全会", "会议", "万户"), number.end)
        )

    def _piece(self, start: int, end: int) -> tuple[int, int]:
        """The clause of a number, or its member where the clause lists figures with 、."""
        low, high = self.clause(start)
        if low > start or high < end:
            return start, end
        before = self.text.rfind("、", max(low, start - _LONGEST_CLAUSE), start) + 1
        after = self.text.find("、", end, min(high, end + _LONGEST_CLAUSE))
        if high - low > _LONGEST_CLAUSE:
            return max(low, before, start - _SHORT), min(
                after if after >= 0 else high, end + _SHORT
            )
        parts = self.text[low:high].split("、")
        if len(parts) > 1 and all(re.search(r"\d", part) and len(part) > 5 for part in parts):
            narrow = max(low, before), after if after >= 0 else high
            member = self.text[narrow[0] : narrow[1]]
            if member.count("(") == member.count(")"):
                return narrow
        return low, high

    def _figure(self, span: tuple[int, int], numbers: list[slots.Number]) -> Fact:
        low, high = span
        year = self.year_before(low, numbers[0].start)
        name = ""
        cuts: tuple[tuple[int, int], ...] = (self.cut(low, high),)
        if year is not None:
            name = self.text[year[0] : year[1]].rstrip(",")
            if year[0] < low and high - year[0] <= _NEAR:
                cuts = (self.cut(year[0], high),)
            elif year[0] < low:
                cuts = (self.cut_whole(*year), *cuts)
        questions: list[str] = []
        for number in numbers[:3]:
            questions.extend(self._asking(span, number, name))
        return Fact(
            kind=FIGURE,
            questions=tuple(questions),
            cuts=cuts,
            stance=self.stance_at(numbers[0].start),
        )

    def _asking(self, span: tuple[int, int], number: slots.Number, name: str) -> Iterator[str]:
        """The clause with its number asked for, and what it counts or measures."""
        before = _TIME_HEAD.sub("", self.text[span[0] : number.start].lstrip('"'))[-_SHORT:]
        after = self.text[number.end : span[1]].rstrip('"')[:_SHORT]
        if name in before + after:
            name = ""
        unit = number.unit.lstrip("余多来几")
        gap = f"多少{unit}" if unit != "%" else "多少"
        yield f"{name}{before}{gap}{after}"
        what = before.rstrip("约近达超到为共增")
        yield f"{name}{what}是多少" if len(what) > 3 else f"{name}{after}有{gap}"

    def cut_whole(self, start: int, end: int) -> tuple[int, int]:
        """The place in the reading of a place in the comparable text, one mark after it included:
        what is quoted goes on elsewhere."""
        end += self.text[end : end + 1] in tuple(",;。:")
        origins = self.compared.origins
        return origins[start], origins[end - 1] + 1

    def plans(self) -> Iterator[Fact]:
        for group in self.stances:
            if group.stance is not Stance.PLAN:
                continue
            at = group.start
            while at < group.end:
                end = min(self.sentence(at)[1], group.end)
                if end - at >= 10 and not _ITEM.match(self.text, at):
                    yield self._plan(at, end)
                at = max(end, at + 1)

    def _plan(self, start: int, end: int) -> Fact:
        words = self.text[start:end].strip('"。!?;…')
        year = self.year_before(start, end)
        name = self.text[year[0] : year[1]].rstrip(",") if year is not None else "下一步"
        clause = _TIME_HEAD.sub("", words)
        subject = re.split(r"将|要|力争|计划|拟|继续", clause, maxsplit=1)[0]
        subject = _BEFORE_TERM.sub("", subject).rstrip("还也都则")
        subject = subject if 1 < len(subject) <= 16 and "," not in subject else ""
        gist = f"{name}{first_clause(clause)}"
        cuts: tuple[tuple[int, int], ...] = (self.cut(start, end),)
        if year is not None and year[0] < start:
            cuts = (self.cut_whole(*year), *cuts)
        return Fact(
            kind=PLAN,
            questions=(f"{subject}{name}有什么计划", f"{subject}下一步打算怎么做", gist)
            if subject
            else (gist, f"{gist}的计划是什么"),
            cuts=cuts,
            stance=Stance.PLAN,
        )

    def enumerations(self) -> Iterator[Fact]:
        """一是…二是…: the whole where it is short enough, and each item."""
        items: list[int] = []
        for match in _ITEM.finditer(self.text):
            value = slots.han_number(match[1])
            if value == len(items) + 1:
                items.append(match.start())
            elif value == 1:
                yield from self._enumeration(items)
                items = [match.start()]
        yield from self._enumeration(items)

    def _enumeration(self, items: list[int]) -> Iterator[Fact]:
        if len(items) < 2:
            return
        start = self.sentence(items[0])[0]
        if start == items[0] and start > 0:
            start = self.sentence(start - 1)[0]
        end = self.sentence(items[-1])[1]
        lead = self.text[start : items[0]].rstrip(":,。")
        asked = _COUNTED.sub(r"哪\1个\2", lead.split(",")[-1])[:40] or "主要工作"
        stance = stance_of(self.text[start:end], self.issued)
        cuts: tuple[tuple[int, int], ...] = (self.cut(start, end),)
        if end - start > _LONGEST_LIST:
            heads = [(at, self.clause(at)[1]) for at in items]
            opening = [(start, items[0])] if start < items[0] else []
            cuts = tuple(self.cut_whole(*head) for head in (*opening, *heads))
        yield Fact(
            kind=LIST,
            questions=(asked, f"{lead[-_SHORT:]}有哪些", f"{lead[-_SHORT:]}分别是什么"),
            cuts=cuts,
            stance=stance,
        )
        for index, (at, following) in enumerate(
            zip(items, [*items[1:], end], strict=True), start=1
        ):
            item = self.text[at:following]
            yield Fact(
                kind=ITEM,
                questions=(
                    f"{lead[-_SHORT:]}第{index}项是什么",
                    f"第{index}个方面是什么",
                    first_clause(item)[2:],
                ),
                cuts=(self.cut(at, following),),
                stance=stance,
            )

    def members(self) -> Iterator[Fact]:
        """甲包括乙、丙、丁; 名单是:甲、乙、丙."""
        for low, high in self.clauses:
            if self.text.count("、", low, high) < 2:
                continue
            head = low
            if low > 0 and self.text[low - 1] == ":":
                head = self.clause(max(0, low - 2))[0]
            first = self.text.find("、", low, high)
            match = _last(_MEMBERS, self.text, head, first)
            if match is None or match.start() - head < 2:
                continue
            what = _TIME_HEAD.sub("", self.text[head : match.start()]).strip('"')[-_SHORT:]
            yield Fact(
                kind=LIST,
                questions=(f"{what}有哪些", f"{what}包括什么", f"{what}是什么", f"{what}是谁"),
                cuts=(self.cut(head, high),),
                stance=self.stance_at(head),
            )

    def definitions(self) -> Iterator[Fact]:
        for match in _DEFINES.finditer(self.text):
            at = match.start()
            low = self.clause(max(0, at - 1))[0]
            what = self._term(low, at, quoted=match["then"] is not None)
            if what is None:
                continue
            end = self.sentence(at)[1]
            if match["then"] is None:
                end = min(end, self.clause(match.end())[1])
            yield Fact(
                kind=DEFINITION,
                questions=(f"什么是{what}", f"{what}是什么", f"{what}指什么", f"{what}是什么意思"),
                cuts=(self.cut(low, end),),
                stance=self.stance_at(at),
                subject=what,
            )

    def _term(self, low: int, at: int, *, quoted: bool) -> str | None:
        """The term that is defined between `low` and `at`: one in quotation marks, or short."""
        before = self.text[low:at]
        if quoted:
            named = _QUOTED.search(before)
            return named[1] if named is not None else None
        what = _AFTER_TERM.sub("", _BEFORE_TERM.sub("", before)).replace('"', "")
        if not 2 <= len(what) <= 16 or re.search(r"[这那他她它我你]|的$|了", what):
            return None
        return what


_QUOTED = re.compile(r'"([^"]{2,20})"[^"]{0,12}$')


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text, start, end):
        if found[0] != "是" and found[0] != "有":
            break
    return found
