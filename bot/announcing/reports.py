"""What an editor reads of an announcement under way, and when it is through."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from bot.announcements import Action, Announcement, Deed, Fate, Miss, Tally
from bot.announcing.buttons import Op, press
from bot.buttons import Button, Keyboard
from bot.pacing import MARGIN
from bot.wording import Wording

_BAR = 12  # signs
_NAMED = 10  # chats that a report names of each sort
_LISTED = 200  # chats of each sort that the list names
_SHORT = 24  # characters of a chat's name
_DOUBLED = "doubled"
_ORDER = (Fate.UNCONFIRMED.value, _DOUBLED, Fate.REFUSED.value, Fate.GONE.value)


def progress(
    action: Action, announcement: Announcement, tally: Tally, per_second: float, wording: Wording
) -> str:
    """How far it is, and for how long it will go on."""
    said = wording.announcing.progress
    settled = tally.total - tally.open
    share = settled / tally.total
    full = int(share * _BAR)
    return "\n".join(
        (
            said.head[action.deed].format(title=announcement.title),
            f"{'▓' * full}{'░' * (_BAR - full)} {share:.0%}",
            said.counts.format(done=tally[Fate.DONE], open=tally.open),
            said.left.format(time=duration(tally.open / (per_second - MARGIN), wording)),
        )
    )


def duration(seconds: float, wording: Wording) -> str:
    """A span in words, never shorter than it will be."""
    said = wording.announcing.spans
    if seconds <= 60:
        return said.minute
    minutes = int(seconds // 60) + 1
    if minutes < 60:
        return said.minutes.format(minutes=minutes)
    return said.hours.format(hours=minutes // 60, minutes=minutes % 60)


def report(
    action: Action,
    announcement: Announcement,
    tally: Tally,
    misses: tuple[Miss, ...],
    wording: Wording,
) -> tuple[str, ...]:
    """What became of it: how many chats have it, and by name those that do not, as paragraphs."""
    said = wording.announcing.report
    lost = {miss.chat for miss in misses if miss.fate is not Fate.DONE}
    head = said.head[action.deed].format(title=announcement.title)
    if not tally.total:
        return (head, said.nobody)
    cancelled = tally[Fate.CANCELLED]
    counts = [said.done.format(chats=tally.chats - len(lost))]
    if cancelled:
        counts = [said.done_rows.format(rows=tally[Fate.DONE])]
        counts.append(said.cancelled.format(rows=cancelled))
    return (head, "\n".join(counts), *_sorts(misses, wording, _NAMED))


def listing(misses: tuple[Miss, ...], wording: Wording) -> tuple[str, ...]:
    """Every chat that was missed, with the reason, as paragraphs."""
    said = wording.announcing.report
    if not misses:
        return (said.no_misses,)
    paragraphs = []
    for sort, found in _grouped(misses):
        lines = [said.sorts[sort].format(chats=len({miss.chat for miss in found}))]
        for miss in found[:_LISTED]:
            reason = _reason(miss, wording)
            lines.append(f"{_short(miss.title)}：{reason}" if reason else _short(miss.title))
        if len(found) > _LISTED:
            lines.append(said.more.format(chats=len(found) - _LISTED))
        paragraphs.append("\n".join(lines))
    return tuple(paragraphs)


def _reason(miss: Miss, wording: Wording) -> str:
    """Why, in plain words where Telegram's are known."""
    told = miss.reason.lower()
    known = wording.announcing.report.reasons.items()
    return next((words for sign, words in known if sign in told), miss.reason)


def report_keyboard(
    action: Action, wording: Wording, *, unconfirmed: bool, missed: bool
) -> Keyboard:
    """Sending again what is unconfirmed, and the list of what was missed."""
    said = wording.announcing.buttons
    keys: list[Button] = []
    if unconfirmed and action.deed is Deed.SEND:
        keys.append(press(said.resend, Op.RESEND, action.announcement))
    if missed:
        keys.append(press(said.misses, Op.MISSES, action.id))
    return (tuple(keys),) if keys else ()


def _sorts(misses: tuple[Miss, ...], wording: Wording, most: int) -> Iterator[str]:
    said = wording.announcing.report
    for sort, found in _grouped(misses):
        names = list(dict.fromkeys(_short(miss.title) for miss in found))
        more = said.more.format(chats=len(names) - most) if len(names) > most else ""
        line = said.sorts[sort].format(chats=len({miss.chat for miss in found}))
        yield f"{line}\n{'、'.join(names[:most])}{more}"


def _grouped(misses: tuple[Miss, ...]) -> Iterator[tuple[str, list[Miss]]]:
    ordered = sorted(misses, key=lambda miss: _ORDER.index(_sort(miss)))
    for sort, found in groupby(ordered, key=_sort):
        yield sort, list(found)


def _sort(miss: Miss) -> str:
    return _DOUBLED if miss.fate is Fate.DONE else miss.fate.value


def _short(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= _SHORT else title[: _SHORT - 1] + "…"
