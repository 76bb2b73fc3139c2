"""What an editor is asked at each step of a draft, with the buttons to answer by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.announcements import Whom
from bot.announcing.buttons import Op, key, press, rows
from bot.announcing.drafts import GROUPS_SHOWN, Draft, Step
from bot.announcing.reports import duration
from bot.buttons import Button, Keyboard
from bot.pacing import GROUP_GAP, MARGIN, PRIVATE_GAP
from bot.settings import Announcements
from bot.wording import Wording

_LABEL = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Paragraphs, and the buttons below them."""

    paragraphs: tuple[str, ...]
    keyboard: Keyboard


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group that can be chosen."""

    chat: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many a draft would go to now."""

    groups: int = 0
    residents: int = 0


def panel(
    draft: Draft,
    settings: Announcements,
    wording: Wording,
    zone: ZoneInfo,
    *,
    groups: tuple[Group, ...] = (),
    reach: Reach | None = None,
) -> Panel:
    """The question of the step that a draft is at."""
    match draft.step:
        case Step.CONTENT:
            return _content(draft, wording)
        case Step.CATEGORY:
            return _category(draft, settings, wording)
        case Step.WHOM:
            return _whom(draft, settings, wording)
        case Step.GROUPS:
            return _groups(draft, groups, wording)
        case Step.STREET:
            keys = tuple(
                press(street, Op.STREET, draft.serial, key(street)) for street in settings.streets
            )
            return Panel(
                paragraphs=(wording.announcing.wizard.street,),
                keyboard=(*rows(keys, 2), _drop(draft, wording)),
            )
        case Step.TIME:
            said = wording.announcing
            now = press(said.buttons.now, Op.NOW, draft.serial)
            return Panel(paragraphs=(said.wizard.time,), keyboard=((now,), _drop(draft, wording)))
        case Step.CONFIRM:
            return _confirm(draft, settings, wording, zone, reach or Reach())
        case _:
            return _reword(draft, wording)


def _content(draft: Draft, wording: Wording) -> Panel:
    said = wording.announcing
    if not draft.parts:
        digest = press(said.buttons.digest, Op.DIGEST, draft.serial)
        return Panel(
            paragraphs=(said.wizard.content,), keyboard=((digest,), _drop(draft, wording))
        )
    return Panel(
        paragraphs=(said.wizard.taken.format(count=len(draft.parts)),),
        keyboard=(
            (press(said.buttons.next, Op.NEXT, draft.serial),),
            (press(said.buttons.afresh, Op.AFRESH, draft.serial), *_drop(draft, wording)),
        ),
    )


def _category(draft: Draft, settings: Announcements, wording: Wording) -> Panel:
    keys = tuple(press(name, Op.CATEGORY, draft.serial, key(name)) for name in settings.categories)
    return Panel(
        paragraphs=(wording.announcing.wizard.category,),
        keyboard=(*rows(keys, 3), _drop(draft, wording)),
    )


def _whom(draft: Draft, settings: Announcements, wording: Wording) -> Panel:
    said, serial = wording.announcing, draft.serial
    keys = [
        press(said.buttons.all, Op.WHOM, serial, Whom.ALL),
        press(said.buttons.only.format(category=draft.category), Op.WHOM, serial, Whom.CATEGORY),
        press(said.buttons.groups, Op.WHOM, serial, "groups"),
    ]
    if settings.streets:
        keys.append(press(said.buttons.street, Op.WHOM, serial, "street"))
    return Panel(
        paragraphs=(said.wizard.whom.format(category=draft.category),),
        keyboard=(*rows(tuple(keys), 1), _drop(draft, wording)),
    )


def _groups(draft: Draft, groups: tuple[Group, ...], wording: Wording) -> Panel:
    said, serial = wording.announcing, draft.serial
    back = press(said.buttons.back, Op.BACK, serial, Step.WHOM)
    if not groups:
        return Panel(
            paragraphs=(said.wizard.no_groups,), keyboard=((back,), _drop(draft, wording))
        )
    first = draft.page * GROUPS_SHOWN
    keys = tuple(
        press(
            ("✓ " if group.chat in draft.chosen else "") + _short(group.title),
            Op.GROUP,
            serial,
            str(group.chat),
        )
        for group in groups[first : first + GROUPS_SHOWN]
    )
    turns = []
    if draft.page:
        turns.append(press(said.buttons.earlier, Op.PAGE, serial, str(draft.page - 1)))
    if first + GROUPS_SHOWN < len(groups):
        turns.append(press(said.buttons.later, Op.PAGE, serial, str(draft.page + 1)))
    ends = [back]
    if draft.chosen:
        ends.insert(0, press(said.buttons.chosen, Op.CHOSEN, serial))
    lines = tuple(row for row in (tuple(turns), tuple(ends)) if row)
    return Panel(
        paragraphs=(said.wizard.groups.format(count=len(draft.chosen)),),
        keyboard=(*rows(keys, 1), *lines, _drop(draft, wording)),
    )


def _confirm(
    draft: Draft, settings: Announcements, wording: Wording, zone: ZoneInfo, reach: Reach
) -> Panel:
    said, serial = wording.announcing, draft.serial
    chats = reach.groups + reach.residents
    lines = [
        said.wizard.is_category.format(category=draft.category),
        said.wizard.reaches.format(groups=reach.groups, residents=reach.residents),
        said.wizard.at.format(time=time_of(draft.at, draft.said, draft.rhythm, wording, zone)),
        said.wizard.lasts.format(time=duration(_seconds(draft, settings, chats), wording)),
    ]
    warning = said.wizard.urgent if draft.category in settings.urgent else ""
    nobody = "" if chats else said.wizard.nobody
    return Panel(
        paragraphs=(
            said.wizard.look,
            "\n".join(lines),
            warning,
            nobody,
            said.wizard.sure,
        ),
        keyboard=(
            (press(said.buttons.confirm, Op.CONFIRM, serial),),
            (
                press(said.buttons.content, Op.BACK, serial, Step.CONTENT),
                press(said.buttons.whom, Op.BACK, serial, Step.CATEGORY),
                press(said.buttons.time, Op.BACK, serial, Step.TIME),
            ),
            _drop(draft, wording),
        ),
    )


def _seconds(draft: Draft, settings: Announcements, chats: int) -> float:
    """How long sending takes: by the pace of the whole bot, or by that of one chat."""
    gap = GROUP_GAP if draft.chosen else max(GROUP_GAP, PRIVATE_GAP)
    whole = chats * len(draft.parts) / (settings.per_second - MARGIN)
    return max(whole, gap * (len(draft.parts) - 1))


def _reword(draft: Draft, wording: Wording) -> Panel:
    said = wording.announcing
    if draft.step is Step.REWORD:
        return Panel(paragraphs=(said.wizard.reword,), keyboard=(_drop(draft, wording),))
    confirm = press(said.buttons.reword, Op.CONFIRM, draft.serial)
    return Panel(paragraphs=(said.wizard.reworded,), keyboard=((confirm,), _drop(draft, wording)))


def time_of(
    at: datetime | None, said: str, rhythm: str | None, wording: Wording, zone: ZoneInfo
) -> str:
    """When it goes out, in words."""
    form = wording.announcing.wizard
    if at is None:
        return form.now
    moment = wording.moment(at.astimezone(zone))
    return form.repeats.format(rule=said or rhythm, first=moment) if rhythm else moment


def _drop(draft: Draft, wording: Wording) -> tuple[Button, ...]:
    return (press(wording.announcing.buttons.drop, Op.DROP, draft.serial),)


def _short(title: str) -> str:
    title = " ".join(title.split()) or "?"
    return title if len(title) <= _LABEL else title[: _LABEL - 1] + "…"
