"""From figures to a picture: what it shows, and that it is drawn beside the questions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import msgspec

from bot.figures import chart, summary
from bot.figures.aside import aside
from bot.figures.chart import Picture, Stack
from bot.figures.counts import ASKED, Figures, Statuses
from bot.wording import Wording

_SECONDS = 60.0
_PROGRAM = "bot.figures.chart"


class Pictures:
    """Draws one picture at a time."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(1)

    @property
    def available(self) -> bool:
        """Whether what draws is installed."""
        return chart.available()

    async def draw(self, picture: Picture) -> bytes:
        """The picture as a PNG. Raises AsideError."""
        async with self._free:
            return await aside(_PROGRAM, msgspec.json.encode(picture), _SECONDS)


def picture_of(figures: Figures, names: Mapping[str, str], wording: Wording) -> Picture:
    """What the picture of a period shows; the days only where there are several."""
    said = wording.figures
    period = figures.period
    several = period.first != period.last
    return Picture(
        title=said.head.format(period=summary.name(period, wording)),
        parts=tuple(said.drawn.statuses[status] for status in ASKED),
        hours_title=said.drawn.hours,
        hours=tuple(_stack(str(hour), figures.hours.get(hour, {})) for hour in range(24)),
        days_title=said.drawn.days,
        days=tuple(
            _stack(f"{day.month}-{day.day}", figures.days.get(day, {}))
            for day in (period.days if several else ())
        ),
        issues_title=said.drawn.issues,
        issues=tuple(
            Stack(label=summary.issue_name(issue, names), counts=(count,))
            for issue, count in figures.issues
        ),
    )


def _stack(label: str, statuses: Statuses) -> Stack:
    return Stack(label=label, counts=tuple(statuses.get(status, 0) for status in ASKED))
