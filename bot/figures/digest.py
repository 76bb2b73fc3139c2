"""The digest in words: what editors should know of a day, worst first."""

from __future__ import annotations

from datetime import date

from bot.buttons import Keyboard
from bot.figures import periods, summary
from bot.figures.buttons import Op, press
from bot.figures.counts import Figures
from bot.figures.periods import Period
from bot.wording import Wording

SHOWN = 5  # questions of a kind
_REASONS = 3


def paragraphs(figures: Figures, before: int, wording: Wording) -> tuple[str, ...]:
    """What was asked, and `before`, how many questions there were in as many days before."""
    said = wording.figures.digest
    name = _name(figures.period, wording)
    if not figures.asked:
        return (said.nothing.format(period=name),)
    days = len(figures.period.days)
    form = said.before if days == 1 else said.before_days
    named = (*figures.missed, *figures.bad_ones, *figures.top)
    return (
        said.head.format(period=name),
        "\n".join((*summary.overall(figures, wording), form.format(before=before, count=days))),
        summary.asked_list(wording.figures.missed, figures.missed, wording),
        summary.asked_list(wording.figures.disliked, figures.bad_ones, wording),
        summary.asked_list(wording.figures.top, figures.top, wording),
        wording.figures.why.format(number=named[0].number) if named else "",
    )


def keyboard(figures: Figures, today: date, wording: Wording) -> Keyboard:
    """Why the first questions found no answer, and the way to more figures."""
    said = wording.figures.buttons
    reasons = tuple(
        press(said.why.format(number=one.number), Op.WHY, one.number)
        for one in figures.missed[:_REASONS]
    )
    return (
        *((reasons,) if reasons else ()),
        (
            press(said.today, Op.STATS, periods.TODAY),
            press(said.week, Op.STATS, periods.WEEK),
            press(said.month, Op.STATS, periods.month_of(today)),
        ),
    )


def _name(period: Period, wording: Wording) -> str:
    first, last = wording.date(period.first), wording.date(period.last)
    if period.first == period.last:
        return wording.figures.digest.yesterday.format(day=first)
    return wording.figures.digest.days.format(first=first, last=last)
