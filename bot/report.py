"""Findings as one HTML page that needs nothing else: style and pictures are in it, and nothing is
fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from bot.charts import Bars, curve_picture, histogram_picture
from bot.findings import (
    OUTCOMES,
    STATUSES,
    Findings,
    confusion_names,
    expected,
    group_name,
    rest,
    source_name,
)
from bot.markup import Markup, element, together
from knowledge.calibration import Point, histogram
from knowledge.confusion import Confusion, Place
from knowledge.model import Status
from knowledge.scoring import FOLLOW_UPS, OUTSIDE, SINGLE, Group, Outcome, Scored, holds

_TITLE = "问答评测报告"
_SAFE = "default-src 'none'; style-src 'unsafe-inline'"
_BINS = 20
_LOOKS = {
    Outcome.RIGHT: "right",
    Outcome.WRONG: "wrong",
    Outcome.TOO_LONG: "long",
    Outcome.MISSED: "none",
    Outcome.ASSISTED: "hint",
}


def report(findings: Findings) -> str:
    """The whole page."""
    style = files("bot").joinpath("report.css").read_text(encoding="utf-8")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=_SAFE),
        element("title", _TITLE),
        element("style", Markup(style)),
    )
    body = element("body", element("main", *_sections(findings)))
    return "<!doctype html>\n" + element("html", head, "\n", body, lang="zh-CN") + "\n"


def _sections(findings: Findings) -> Iterator[Markup]:
    failures = findings.figures.failures
    wrong = [one for one in failures if one.outcome is Outcome.WRONG]
    others = [one for one in failures if one.outcome is not Outcome.WRONG]
    yield _header(findings)
    yield _verdict(findings)
    yield element("div", *_tiles(findings), class_="tiles")
    yield element("h2", f"答错的（{len(wrong)}）")
    yield together(*map(_card, wrong)) if wrong else element("p", "没有答错的。")
    if findings.confusions:
        yield element("h2", "应当是哪一段，给成了哪一段")
        yield together(*map(_pair, findings.confusions))
    yield element("h2", "把握")
    yield element("div", _curve(findings), _histogram(findings), class_="figures")
    yield element("h2", "各类题目")
    yield _table(findings.figures.groups)
    if others:
        summary = element("summary", f"没答上、只给了线索和太长的（{len(others)}）")
        yield element("details", summary, *map(_card, others))
    yield _notes()


def _header(findings: Findings) -> Markup:
    about = (
        f"{findings.when:%Y年%m月%d日 %H:%M} · 内容版本 {findings.version} · "
        f"{findings.lines} 行题，用时 {findings.seconds:.1f} 秒"
    )
    return element(
        "header",
        element("h1", _TITLE),
        element("p", about, class_="soft"),
        element("p", "题目：" + "、".join(findings.files), class_="soft"),
    )


def _verdict(findings: Findings) -> Markup:
    if not findings.bounds:
        return element("div", "没有设定要求（配置文件的 eval 一节）。", class_="verdict")
    items = [
        element("li", element("strong", bound.sentence) if bound.broken else bound.sentence)
        for bound in findings.bounds
    ]
    broken = len(findings.broken)
    lead = f"有 {broken} 项没有达到要求：" if broken else "达到了全部要求："
    look = "verdict broken" if broken else "verdict"
    return element("div", lead, element("ul", *items), class_=look)


def _tiles(findings: Findings) -> Iterator[Markup]:
    figures = findings.figures
    yield _share_tile("单独提问答对", figures.group(SINGLE), Outcome.RIGHT)
    yield _share_tile("单独提问答错", figures.group(SINGLE), Outcome.WRONG)
    yield _share_tile("追问答对", figures.group(FOLLOW_UPS), Outcome.RIGHT)
    yield _share_tile("相近的事答错", figures.group(f"{OUTSIDE}near"), Outcome.WRONG)
    auroc = "—" if figures.auroc is None else f"{figures.auroc:.3f}"
    yield _tile("把握的区分度", auroc, "AUROC")
    yield _tile("平均回答", f"{figures.mean_length:.0f} 字", "只算有答案的")
    yield _tile("原文外的引文", str(figures.strays), f"共 {figures.quotes} 处")


def _share_tile(name: str, group: Group | None, outcome: Outcome) -> Markup:
    if group is None:
        return _tile(name, "—", "没有这类题")
    count = group.counts.get(outcome, 0)
    return _tile(name, f"{group.share(outcome):.1%}", f"{count} / {group.total}")


def _tile(name: str, figure: str, below: str) -> Markup:
    soft = element("span", below, class_="soft")
    return element("div", name, element("b", figure), soft, class_="tile")


def _card(one: Scored) -> Markup:
    """One failed question: what was asked, what should have come, what came."""
    reply, demand = one.reply, one.demand
    turn = f" 第 {one.turn + 1} 句" if one.case.dialogue else ""
    tags = element(
        "div",
        element("b", OUTCOMES[one.outcome]),
        element("span", group_name(one.group)),
        element("span", f"{one.case.id}{turn}"),
        element("span", one.case.place),
        class_="tags",
    )
    before = " → ".join(earlier.question for earlier in one.case.demands[: one.turn])
    meant = reply.asked if reply.asked != demand.question else ""
    claim = f"（{STATUSES[reply.status]}，把握 {reply.confidence:.2f}）"
    rows = {
        "应有": expected(one),
        "原文": "\n".join(demand.gold),
        "得到": f"{reply.text}{claim}",
        "选项": "；".join(reply.options),
        "出处": source_name(reply.source, reply.status),
    }
    return element(
        "article",
        tags,
        element("p", f"前面问过：{before}", class_="soft") if before else None,
        element("p", demand.question, class_="question"),
        element("p", f"理解为：{meant}", class_="soft") if meant else None,
        _terms(rows),
        class_=f"card {_LOOKS[one.outcome]}",
    )


def _terms(rows: dict[str, str]) -> Markup:
    """Names and what they stand for, empty ones left out."""
    return element(
        "dl",
        *(
            together(element("dt", name), element("dd", text))
            for name, text in rows.items()
            if text
        ),
    )


def _pair(confusion: Confusion) -> Markup:
    right, given = confusion_names(confusion)
    return element(
        "div",
        element("b", f"{len(confusion.cases)} 次"),
        element("div", f"应当：{right}", _excerpt(confusion.expected)),
        element("div", f"给成：{given}", _excerpt(confusion.given)),
        element("span"),
        element("div", "、".join(map(str, confusion.cases)), class_="soft"),
        class_="card pair",
    )


def _excerpt(place: Place | None) -> Markup | None:
    if place is None or not place.excerpt:
        return None
    return element("span", f" {place.excerpt}", class_="soft")


def _curve(findings: Findings) -> Markup:
    alone = findings.alone
    claims = [one for one in alone if one.reply.status is Status.ANSWERED]
    now = None
    if claims:
        wrong = sum(not _right(one) for one in claims)
        now = Point(
            confidence=findings.limits[0],
            coverage=len(claims) / len(alone),
            risk=wrong / len(claims),
        )
    caption = (
        "从把握最大的问题开始，一个一个地作答：答得越多，错的比例怎样变。"
        "算的是单独提问和公报没有的问题；越往右下越好。"
    )
    return element("figure", curve_picture(findings.curve, now), element("figcaption", caption))


def _histogram(findings: Findings) -> Markup:
    inside = [one for one in findings.alone if one.single]
    values = {
        "right": [one.reply.confidence for one in inside if _right(one)],
        "wrong": [one.reply.confidence for one in inside if not _right(one)],
        "none": findings.figures.outside,
    }
    layers = [Bars(look=look, counts=histogram(some, _BINS)) for look, some in values.items()]
    answered, related = findings.limits
    picture = histogram_picture(layers, ((answered, "算有答案"), (related, "算相关")))
    keys = together(
        _key("right", "公报有，找对了"), _key("wrong", "公报有，没找对"), _key("none", "公报没有")
    )
    return element("figure", picture, element("figcaption", keys))


def _right(one: Scored) -> bool:
    return one.single and holds(one.demand, one.reply)


def _table(groups: tuple[Group, ...]) -> Markup:
    titles = {"题类": None, "结果": None, "答对": "number", "题数": "number", "其余": None}
    head = element("tr", *(element("th", name, class_=look) for name, look in titles.items()))
    keys = together(*(_key(_LOOKS[outcome], OUTCOMES[outcome]) for outcome in reversed(Outcome)))
    table = element("table", element("thead", head), element("tbody", *map(_row, groups)))
    return together(element("div", table, class_="scroll"), element("p", keys, class_="soft"))


def _row(group: Group) -> Markup:
    parts = [
        element("span", class_=_LOOKS[outcome], style=f"width:{group.share(outcome):.2%}")
        for outcome in reversed(Outcome)
        if group.counts.get(outcome)
    ]
    return element(
        "tr",
        element("td", group_name(group.name)),
        element("td", element("div", *parts, class_="bar")),
        element("td", f"{group.share():.1%}", class_="number"),
        element("td", str(group.total), class_="number"),
        element("td", rest(group), class_="soft"),
    )


def _key(look: str, name: str) -> Markup:
    return element("span", element("span", class_=f"key {look}"), name, class_="keyed")


def _notes() -> Markup:
    return element(
        "p",
        "答对：说有答案，应有的文字都在里面，而且不太长。只给了线索：没有说有答案，但摆出的原文或选项里有。"
        "公报没有的问题，说了有答案就算答错。空白、全角半角、引号的样子不影响比较。",
        class_="soft",
    )
