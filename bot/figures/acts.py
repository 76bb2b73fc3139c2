"""What administrators did, a page at a time, in words that owners read."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.audit import Act
from bot.buttons import Keyboard
from bot.figures.buttons import Op, press
from bot.masking import masked
from bot.wording import Wording

PAGE = 12
_LONGEST = 80  # characters of what more there is to know


def paragraphs(acts: tuple[Act, ...], wording: Wording, zone: ZoneInfo) -> tuple[str, ...]:
    """The acts, newest first, one a line."""
    said = wording.figures.audit
    if not acts:
        return (said.none,)
    return (said.head, "\n".join(_line(act, wording, zone) for act in acts[:PAGE]))


def keyboard(acts: tuple[Act, ...], wording: Wording) -> Keyboard:
    """The way to earlier acts, where there are any beyond the page."""
    if len(acts) <= PAGE:
        return ()
    return ((press(wording.figures.audit.older, Op.AUDIT, acts[PAGE - 1].id),),)


def _line(act: Act, wording: Wording, zone: ZoneInfo) -> str:
    said = wording.figures.audit
    by = said.by.format(user=act.user) if act.user else said.by_nobody
    deed = said.deeds.get(act.deed, act.deed)
    roles: dict[str, str] = wording.roles.names.model_dump()
    detail = roles.get(act.detail, act.detail)
    more = " ".join(_cut(part) for part in (act.subject, detail) if part)
    return said.line.format(
        time=wording.moment(act.at.astimezone(zone)), by=by, deed=deed, more=more
    ).rstrip()


def _cut(text: str) -> str:
    line = " ".join(masked(text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
