"""What an evaluation found, in words: lines for the terminal, JSON values, and the names that the
HTML report shares with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.bounds import Bound
from knowledge.calibration import Point, risk_curve
from knowledge.confusion import Confusion, Place
from knowledge.model import Source, Status
from knowledge.scoring import (
    FIRST_TURNS,
    FOLLOW_UPS,
    OUTSIDE,
    SINGLE,
    Figures,
    Group,
    Outcome,
    Scored,
    holds,
)

OUTCOMES = {
    Outcome.WRONG: "答错",
    Outcome.TOO_LONG: "太长",
    Outcome.MISSED: "没答上",
    Outcome.ASSISTED: "只给了线索",
    Outcome.RIGHT: "答对",
}
STATUSES = {
    Status.ANSWERED: "有答案",
    Status.RELATED: "相关",
    Status.UNKNOWN: "公报里没有",
    Status.CHAT: "寒暄",
}
_GROUPS = {
    SINGLE: "单独提问，合计",
    "direct": "直接问",
    "paraphrase": "换个说法",
    "keyword": "只写关键词",
    "typo": "有错别字",
    "spoken": "口语",
    "verbose": "说得啰嗦",
    "traditional": "繁体字",
    "latin/mixed": "夹字母拼音",
    FIRST_TURNS: "对话，第一句",
    FOLLOW_UPS: "对话，追问",
    f"{OUTSIDE}near": "公报没有：相近的事",
    f"{OUTSIDE}other": "公报没有：无关的事",
    f"{OUTSIDE}chat": "公报没有：寒暄",
}
_SHOWN = 120  # characters of an answer on the terminal
_WIDE = 24  # columns of a group's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that a report shows. `limits` are the confidences from which a match is called
    the answer or related."""

    figures: Figures
    confusions: tuple[Confusion, ...]
    bounds: tuple[Bound, ...]
    limits: tuple[float, float]
    files: tuple[str, ...]
    version: str
    lines: int
    seconds: float
    when: datetime

    @property
    def broken(self) -> tuple[Bound, ...]:
        return tuple(bound for bound in self.bounds if bound.broken)

    @property
    def alone(self) -> tuple[Scored, ...]:
        """What was asked by itself, answerable or not: confidence is judged by these."""
        return tuple(one for one in self.figures.scored if one.single or one.case.kind is not None)

    @property
    def curve(self) -> tuple[Point, ...]:
        """What answering more or less boldly would cost."""
        return risk_curve(
            (one.reply.confidence, one.single and holds(one.demand, one.reply))
            for one in self.alone
        )


def group_name(name: str) -> str:
    """A group in Chinese; a style or kind that nobody named is shown as it is."""
    if name in _GROUPS:
        return _GROUPS[name]
    return f"公报没有：{name.removeprefix(OUTSIDE)}" if name.startswith(OUTSIDE) else name


def expected(one: Scored) -> str:
    """What should have come."""
    if one.case.kind is not None:
        return "不作答"
    return "、".join(f"“{text}”" for text in one.demand.must) or "有答案"


def source_name(source: Source | None, status: Status) -> str:
    """Where an answer stands, short."""
    if source is None:
        return "工作人员的答复" if status is Status.ANSWERED else "（没有出处）"
    section = f"“{source.section}”，" if source.section else ""
    return f"《{source.article}》，{section}{_paragraph(source.paragraph)}"


def place_name(place: Place | None, lacking: str) -> str:
    """A paragraph, short."""
    if place is None:
        return lacking
    return f"《{place.article}》{_paragraph(place.paragraph)}"


def confusion_names(confusion: Confusion) -> tuple[str, str]:
    """The expected and the given passage."""
    lacking = "公报里没有" if confusion.outside else "（gold 没有写，或不在原文里）"
    given = place_name(confusion.given, "工作人员的答复")
    if confusion.given is not None and confusion.given == confusion.expected:
        given = "同一段里别的句子"
    return place_name(confusion.expected, lacking), given


def rest(group: Group) -> str:
    """The outcomes of a group that are not right."""
    return "，".join(
        f"{OUTCOMES[outcome]} {group.counts[outcome]}"
        for outcome in Outcome
        if outcome is not Outcome.RIGHT and group.counts.get(outcome)
    )


def summary(findings: Findings) -> str:
    """The figures over everything, on one line."""
    figures = findings.figures
    auroc = "无从计算" if figures.auroc is None else f"{figures.auroc:.3f}"
    return (
        f"把握的区分度（AUROC）{auroc} · 平均每个回答 {figures.mean_length:.0f} 字 · "
        f"不在原文里的引文 {figures.strays}/{figures.quotes} · "
        f"{findings.lines} 行题，用时 {findings.seconds:.1f} 秒"
    )


def text_lines(findings: Findings) -> Iterator[str]:
    """The findings from top to bottom: what failed, the wrong answers first, then the figures."""
    for number, one in enumerate(findings.figures.failures, start=1):
        yield from _failure(number, one)
    if findings.confusions:
        yield "答错的，应当是哪一段，给成了哪一段："
        for confusion in findings.confusions:
            wanted, given = confusion_names(confusion)
            yield f"  {len(confusion.cases)} 次  {wanted} → {given}（{_ids(confusion)}）"
        yield ""
    yield f"{_padded('题类', _WIDE)}{'答对':>5}{'题数':>6}{'比例':>6}   其余"
    for group in findings.figures.groups:
        right = group.counts.get(Outcome.RIGHT, 0)
        name = _padded(group_name(group.name), _WIDE)
        yield f"{name}{right:>7}{group.total:>8}{group.share():>8.1%}   {rest(group)}".rstrip()
    yield summary(findings)
    for bound in findings.bounds:
        if not bound.broken:
            yield bound.sentence


def findings_object(findings: Findings) -> dict[str, Any]:
    """The findings as JSON values; groups and outcomes under the names of the question sets."""
    figures = findings.figures
    return {
        "groups": {group.name: {"n": group.total, **_counts(group)} for group in figures.groups},
        "auroc": figures.auroc,
        "mean_answer_chars": figures.mean_length,
        "quotes": figures.quotes,
        "unfaithful": figures.strays,
        "seconds": round(findings.seconds, 3),
        "lines": findings.lines,
        "version": findings.version,
        "limits": [
            {"key": one.key, "limit": one.limit, "value": one.value, "broken": one.broken}
            for one in findings.bounds
        ],
        "failures": [_failure_object(one) for one in figures.failures],
        "confused": [
            {
                "expected": _place_object(one.expected),
                "given": _place_object(one.given),
                "out_of_scope": one.outside,
                "count": len(one.cases),
                "ids": list(one.cases),
            }
            for one in findings.confusions
        ],
        "risk_coverage": [[one.confidence, one.coverage, one.risk] for one in findings.curve],
    }


def _failure(number: int, one: Scored) -> Iterator[str]:
    """A failed question in four lines and an empty one."""
    turn = f" 第 {one.turn + 1} 句" if one.case.dialogue else ""
    group, outcome = group_name(one.group), OUTCOMES[one.outcome]
    yield f"{number}. {outcome} [{group}] {one.case.id}{turn}（{one.case.place}）"
    meant = one.reply.asked
    understood = f"（理解为：{_line(meant)}）" if meant and meant != one.demand.question else ""
    yield f"   问：{_line(one.demand.question)}{understood}"
    yield f"   应有：{_line(expected(one))}"
    reply = one.reply
    yield f"   得到：{STATUSES[reply.status]}，把握 {reply.confidence:.2f}，{_line(reply.text)}"
    yield f"   出处：{_line(source_name(reply.source, reply.status))}"
    yield ""


def _failure_object(one: Scored) -> dict[str, Any]:
    reply = one.reply
    source = source_name(reply.source, reply.status) if reply.source is not None else None
    return {
        "outcome": one.outcome.value,
        "group": one.group,
        "id": one.case.id,
        "turn": one.turn,
        "place": one.case.place,
        "q": one.demand.question,
        "understood": reply.asked,
        "must": list(one.demand.must),
        "status": reply.status.value,
        "answer": reply.text,
        "confidence": reply.confidence,
        "source": source,
    }


def _counts(group: Group) -> dict[str, int]:
    return {outcome.value: count for outcome, count in group.counts.items()}


def _place_object(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"issue": place.issue, "article": place.article, "paragraph": place.paragraph}


def _paragraph(number: int) -> str:
    return f"第{number}段" if number else "正文以外"


def _ids(confusion: Confusion) -> str:
    return "、".join(map(str, confusion.cases))


def _line(text: str) -> str:
    """A text on one line, not longer than people read in a list."""
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _padded(text: str, columns: int) -> str:
    """A text filled up to a number of columns; a Chinese character takes two."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return text + " " * max(1, columns - len(text) - wide)
