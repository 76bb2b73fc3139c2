"""Figures as one picture. Run as a program: a `Picture` as JSON on stdin, a PNG on stdout.

Needs the extra `stats`. Nothing of matplotlib's global state is touched beyond one context.
"""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import msgspec

from bot.figures.aside import hand_over, take_order

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NEEDED = ("matplotlib", "pylopdf_fonts_zh_cn")
_COLOURS = ("#2f6f9f", "#e0a458", "#b5544d")  # apart from each other for colour-blind eyes too
_GRID, _INK = "#d9d9d9", "#333333"
_WIDTH, _DPI = 9.0, 120  # inches, and dots in one
_LABEL = 40  # characters of an issue's name
_ISSUES = 8
_TICKS = 10  # days named below the bars


class Stack(msgspec.Struct, frozen=True, kw_only=True):
    """A bar in parts: its label, and a number for each part."""

    label: str
    counts: tuple[int, ...]


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """What to draw, and every word on it. `parts` names the parts of a bar; without `days` there
    is no picture of them."""

    title: str
    parts: tuple[str, ...]
    hours_title: str
    hours: tuple[Stack, ...]
    days_title: str = ""
    days: tuple[Stack, ...] = ()
    issues_title: str = ""
    issues: tuple[Stack, ...] = ()


def available() -> bool:
    """Whether what draws is installed."""
    return all(find_spec(name) is not None for name in NEEDED)


def draw(picture: Picture) -> bytes:
    """The picture as a PNG."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import fontManager
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    path = font_file()
    fontManager.addfont(path)
    family = fontManager.ttflist[-1].name
    drawable = _drawable(path)
    issues = picture.issues[:_ISSUES]
    heights = [3.2, *([3.2] if picture.days else []), *([0.9 + 0.55 * len(issues)] * bool(issues))]
    with matplotlib.rc_context({"font.family": family, "text.parse_math": False}):
        layout = ConstrainedLayoutEngine(h_pad=0.14, w_pad=0.1, hspace=0.02)
        figure = Figure(figsize=(_WIDTH, sum(heights) + 1.0), dpi=_DPI, layout=layout)
        FigureCanvasAgg(figure)
        figure.suptitle(drawable(picture.title), fontsize=16, color=_INK)
        panels = iter(figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0])
        if picture.days:
            first = next(panels)
            _columns(first, picture.days, picture, picture.days_title, drawable)
            first.legend(loc="best", frameon=False, fontsize=10, ncols=len(picture.parts))
        hours = next(panels)
        _columns(hours, picture.hours, picture, picture.hours_title, drawable)
        if not picture.days:
            hours.legend(loc="best", frameon=False, fontsize=10, ncols=len(picture.parts))
        if issues:
            _bars(next(panels), issues, picture.issues_title, drawable)
        result = io.BytesIO()
        figure.savefig(result, format="png")
    return result.getvalue()


def font_file() -> str:
    """The Chinese font that comes with the extra."""
    from pylopdf_fonts_zh_cn import sans_path

    return str(sans_path())


def _drawable(path: str) -> Any:
    """A function that replaces what the font has no glyph for."""
    from matplotlib.ft2font import FT2Font

    known = FT2Font(path).get_charmap()

    def drawable(text: str) -> str:
        return "".join(char if ord(char) in known else "·" for char in text)

    return drawable


def _columns(
    axes: Axes, stacks: tuple[Stack, ...], picture: Picture, title: str, drawable: Any
) -> None:
    """Upright bars, one for each hour or day."""
    from matplotlib.ticker import MaxNLocator

    places = range(len(stacks))
    below = [0] * len(stacks)
    for part, (name, colour) in enumerate(zip(picture.parts, _COLOURS, strict=True)):
        counts = [stack.counts[part] for stack in stacks]
        axes.bar(places, counts, 0.8, bottom=below, color=colour, label=drawable(name))
        below = [low + count for low, count in zip(below, counts, strict=True)]
    step = -(-len(stacks) // _TICKS) if len(stacks) > 24 else 1
    ticks = [place for place in places if place % step == 0]
    axes.set_xticks(ticks, [drawable(stacks[place].label) for place in ticks], fontsize=9)
    axes.set_xlim(-0.6, len(stacks) - 0.4)
    axes.set_ylim(0, max(1, *below) * 1.2)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    _plain(axes, title, drawable)


def _bars(axes: Axes, stacks: tuple[Stack, ...], title: str, drawable: Any) -> None:
    """Lying bars, each below its name, which may be long."""
    counts = [sum(stack.counts) for stack in stacks]
    bars = axes.barh(range(len(stacks)), counts, 0.36, color=_COLOURS[0])
    axes.bar_label(bars, padding=4, fontsize=10, color=_INK)
    for place, stack in enumerate(stacks):
        text = stack.label if len(stack.label) <= _LABEL else f"{stack.label[: _LABEL - 1]}…"
        axes.text(0, place - 0.26, drawable(text), va="bottom", fontsize=10, color=_INK)
    axes.set_ylim(len(stacks) - 0.6, -0.9)
    axes.set_xlim(0, max(1, *counts) * 1.1)
    axes.xaxis.set_visible(False)
    axes.yaxis.set_visible(False)
    _plain(axes, title, drawable)
    axes.spines["bottom"].set_visible(False)


def _plain(axes: Axes, title: str, drawable: Any) -> None:
    axes.set_title(drawable(title), fontsize=12, loc="left", color=_INK)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=_INK)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_GRID)


if __name__ == "__main__":
    hand_over(draw(msgspec.json.decode(take_order(), type=Picture)))
