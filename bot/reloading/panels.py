"""What editors read of a proposal, of what is wrong with the content, and of versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.buttons import Keyboard
from bot.reloading.buttons import Op, press
from bot.reloading.diff import Changes, Diff
from bot.reloading.versions import Version
from bot.wording import Wording
from knowledge.base import KnowledgeBase
from knowledge.errors import ContentError, KnowledgeError, Problem

_NAMED = 12  # names in a line
_LISTED = 20  # problems in a message
_NAME = 40  # characters of a name


def changes(diff: Diff, wording: Wording) -> tuple[str, ...]:
    """What a version changes, a paragraph for reports and one for entries."""
    said = wording.reloading
    paragraphs = (
        "\n".join(_lines(said.articles, diff.articles, wording)),
        "\n".join(_lines(said.entries, diff.entries, wording)),
    )
    return tuple(filter(None, paragraphs)) or (said.unnamed,)


def failing(problems: tuple[Problem, ...], folder: Path, wording: Wording) -> tuple[str, ...]:
    """The regression questions that would newly fail."""
    if not problems:
        return ()
    said = wording.reloading
    return said.failing.format(count=len(problems)), *listed(problems, folder, wording)


def refused(error: KnowledgeError, folder: Path, wording: Wording) -> tuple[str, ...]:
    """Everything that is wrong with a content, each with its file and line."""
    found = error.problems if isinstance(error, ContentError) else ()
    if not found:
        return wording.reloading.refused.format(count=1), str(error)
    head = wording.reloading.refused.format(count=len(found))
    return head, *listed(found, folder, wording)


def listed(problems: tuple[Problem, ...], folder: Path, wording: Wording) -> tuple[str, ...]:
    """Problems with their files as seen from the content folder."""
    lines = [str(_within(problem, folder)) for problem in problems[:_LISTED]]
    if len(problems) > _LISTED:
        more = wording.reloading.more_problems
        lines.append(more.format(count=len(problems) - _LISTED))
    return ("\n".join(lines),)


def sure_keyboard(serial: int, wording: Wording) -> Keyboard:
    """Whether a proposal shall be put in use although something newly fails."""
    said = wording.reloading.buttons
    return ((press(said.swap, Op.SWAP, serial), press(said.drop, Op.DROP, serial)),)


def back_keyboard(versions: tuple[Version, ...], wording: Wording, zone: ZoneInfo) -> Keyboard:
    """The versions that can be gone back to, one a row."""
    said = wording.reloading.buttons.back
    rows = []
    for version in versions:
        moment = wording.moment(version.made.astimezone(zone))
        label = said.format(moment=moment, who=_who(version, wording))
        rows.append((press(label, Op.BACK, version.id),))
    return tuple(rows)


def standing(
    version: Version | None,
    base: KnowledgeBase,
    wording: Wording,
    zone: ZoneInfo,
    *,
    differs: bool,
) -> tuple[str, ...]:
    """What is in use, since when and by whom."""
    said = wording.reloading.version
    lines = []
    if version is not None:
        moment = wording.moment(version.made.astimezone(zone))
        deed = said.deeds.get(version.deed, said.other)
        person = said.by.format(user=version.by, deed=deed)
        lines = [
            said.live.format(number=version.id, version=version.version),
            said.since.format(moment=moment),
            person if version.by else said.nobody.format(deed=deed),
        ]
    holds = said.holds.format(
        issues=len(base.stock.issues),
        articles=sum(len(card.articles) for card in base.stock.issues),
        entries=base.stock.curated.records,
    )
    return "\n".join((*lines, holds)), said.differs if differs else ""


def _who(version: Version, wording: Wording) -> str:
    said = wording.reloading.version
    deed = said.deeds.get(version.deed, said.other)
    return said.line.format(user=version.by, deed=deed) if version.by else deed


def _lines(kind: str, found: Changes, wording: Wording) -> Iterator[str]:
    said = wording.reloading
    for form, names in (
        (said.added, found.added),
        (said.changed, found.changed),
        (said.gone, found.gone),
    ):
        if names:
            shown = "、".join(_short(name) for name in names[:_NAMED])
            more = said.more if len(names) > _NAMED else ""
            yield form.format(kind=kind, count=len(names), names=shown + more)


def _short(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"


def _within(problem: Problem, folder: Path) -> Problem:
    file = problem.file
    if file.is_relative_to(folder) and file != folder:
        return replace(problem, file=file.relative_to(folder))
    return problem
