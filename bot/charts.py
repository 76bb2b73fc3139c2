"""Two pictures of confidence as inline SVG. Colours are classes of the page's style sheet.

A picture is 360 units wide, as a phone is, so that its words stay readable there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.markup import Markup, element, together
from knowledge.calibration import Point

WIDTH, HEIGHT = 360, 240
LEFT, RIGHT, TOP, BOTTOM = 42, 20, 26, 44
_ROOM = WIDTH - LEFT - RIGHT
_RISE = HEIGHT - TOP - BOTTOM
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """One layer of a histogram: its class in the style sheet and its counts from left to right."""

    look: str
    counts: tuple[int, ...]


def curve_picture(curve: Sequence[Point], now: Point | None) -> Markup:
    """Risk over coverage; `now` is where the bot stands."""
    highest = max([point.risk for point in curve] + [now.risk if now else 0.0, 0.1])
    top = min(1.0, -(-highest * 100 // 10) / 10)
    places = [(_x(point.coverage), _y(point.risk / top)) for point in curve]
    line = element(
        "polyline",
        class_="curve",
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places),
    )
    sentence = "横轴是作答的比例，纵轴是作答当中答错的比例"
    if now is not None:
        sentence += f"；现在作答 {now.coverage:.1%}，其中答错 {now.risk:.1%}"
    return _picture(
        sentence,
        _axes([(share / 4, f"{share / 4:.0%}") for share in range(5)], "作答的比例"),
        _levels([(step / 4, f"{top * step / 4:.1%}") for step in range(5)], "答错的比例"),
        line,
        _standing(now, top) if now is not None else None,
    )


def histogram_picture(layers: Sequence[Bars], limits: Sequence[tuple[float, str]]) -> Markup:
    """Counts by confidence, layers on top of one another, and named limits as lines."""
    columns = list(zip(*(layer.counts for layer in layers), strict=True))
    step = _step(max(map(sum, columns), default=0))
    top = step * 4
    bars = []
    for number, column in enumerate(columns):
        below = 0
        for layer, count in zip(layers, column, strict=True):
            if count:
                bars.append(_bar(layer.look, number, len(columns), below / top, count / top))
            below += count
    ticks = [(share / 4, f"{share / 4:.2f}") for share in range(5)]
    return _picture(
        "把握的分布：横轴是把握，从 0 到 1；纵轴是问题的个数",
        _axes(ticks, "把握"),
        _levels([(n / 4, str(step * n)) for n in range(5)], "问题的个数"),
        *bars,
        *(_limit(confidence, name) for confidence, name in limits),
    )


def _picture(sentence: str, *parts: Markup | None) -> Markup:
    return element(
        "svg",
        element("title", sentence),
        *parts,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=sentence,
    )


def _axes(ticks: Sequence[tuple[float, str]], name: str) -> Markup:
    """The words along the foot."""
    foot = HEIGHT - BOTTOM
    marks = [
        element("text", text, x=_x(share), y=foot + 16, text_anchor="middle")
        for share, text in ticks
    ]
    middle = LEFT + _ROOM / 2
    title = element("text", name, class_="axis", x=middle, y=HEIGHT - 8, text_anchor="middle")
    return together(*marks, title)


def _levels(ticks: Sequence[tuple[float, str]], name: str) -> Markup:
    """The lines across, each with its number at the left."""
    parts = [element("text", name, class_="axis", x=4, y=13)]
    for share, text in ticks:
        y = _y(share)
        parts.append(element("line", class_="grid", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y))
        parts.append(element("text", text, x=LEFT - 5, y=y + 4, text_anchor="end"))
    return together(*parts)


def _bar(look: str, number: int, columns: int, below: float, share: float) -> Markup:
    wide = _ROOM / columns
    height = share * _RISE
    return element(
        "rect",
        class_=look,
        x=LEFT + number * wide + 0.75,
        y=_y(below) - height,
        width=wide - 1.5,
        height=height,
    )


def _limit(confidence: float, name: str) -> Markup:
    """A line across the picture at a confidence, its name above."""
    x = _x(confidence)
    return together(
        element("line", class_="limit", x1=x, x2=x, y1=TOP - 6, y2=HEIGHT - BOTTOM),
        element("text", name, class_="axis", x=x + 3, y=TOP - 2),
    )


def _standing(now: Point, top: float) -> Markup:
    """A dot, and what it says on the side where there is room."""
    x, y = _x(now.coverage), _y(now.risk / top)
    right = now.coverage < 0.5
    words = f"现在：作答 {now.coverage:.0%}，答错 {now.risk:.1%}"
    place = x + 8 if right else x - 8
    return together(
        element("circle", class_="now", cx=x, cy=y, r=5),
        element(
            "text",
            words,
            class_="strong",
            x=place,
            y=max(TOP + 10, y - 10),
            text_anchor="start" if right else "end",
        ),
    )


def _step(highest: int) -> int:
    """A round number that reaches `highest` in four steps."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size * 4 >= highest:
                return step * size
        size *= 10


def _x(share: float) -> float:
    return LEFT + share * _ROOM


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * _RISE
