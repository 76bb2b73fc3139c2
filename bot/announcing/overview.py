"""The announcements there have been, and one of them with what can be done about it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.announcements import Action, Announcement, Deed, Fate, State, Tally, Whom
from bot.announcing.buttons import Op, press, rows
from bot.announcing.panels import Panel, time_of
from bot.buttons import Button
from bot.wording import Wording

PAGE = 8
_AUDIT = 12  # lines


def listing(
    announcements: tuple[Announcement, ...], wording: Wording, zone: ZoneInfo, *, more: bool
) -> Panel:
    """The newest announcements, each with its state; a button opens one."""
    said = wording.announcing
    if not announcements:
        return Panel(paragraphs=(said.overview.none,), keyboard=())
    lines = [
        said.overview.line.format(number=one.id, title=one.title, state=_state(one, wording, zone))
        for one in announcements
    ]
    keys = tuple(
        press(said.overview.open.format(number=one.id, title=one.title), Op.VIEW, one.id)
        for one in announcements
    )
    earlier = (press(said.buttons.older, Op.LIST, announcements[-1].id),) if more else ()
    return Panel(
        paragraphs=(said.overview.head, "\n".join(lines)),
        keyboard=(*rows(keys, 1), *((earlier,) if earlier else ())),
    )


def one(
    announcement: Announcement,
    actions: tuple[Action, ...],
    tally: Tally | None,
    wording: Wording,
    zone: ZoneInfo,
) -> Panel:
    """One announcement: what it is, how many have it, who did what when, and what can be done."""
    said = wording.announcing
    plan = announcement.plan
    facts = [
        said.wizard.is_category.format(category=plan.category),
        said.overview.is_state.format(state=_state(announcement, wording, zone)),
        said.overview.is_for.format(whom=_whom(announcement, wording)),
    ]
    if tally is not None:
        facts.append(
            said.overview.counts.format(
                done=tally[Fate.DONE],
                open=tally.open,
                missed=tally.total - tally[Fate.DONE] - tally.open,
            )
        )
    done = [
        said.overview.deed.format(
            time=wording.moment(action.made.astimezone(zone)),
            user=action.user,
            deed=said.overview.deeds[action.deed],
        )
        for action in actions[-_AUDIT:]
    ]
    return Panel(
        paragraphs=(f"#{announcement.id} {announcement.title}", "\n".join(facts), "\n".join(done)),
        keyboard=rows(_keys(announcement, actions, wording), 2),
    )


def _keys(
    announcement: Announcement, actions: tuple[Action, ...], wording: Wording
) -> tuple[Button, ...]:
    said, number = wording.announcing.buttons, announcement.id
    keys = []
    if announcement.state in (State.SCHEDULED, State.SENDING):
        keys.append(press(said.stop, Op.STOP, number))
    if announcement.state is not State.RECALLED:
        if announcement.started is not None or announcement.state is State.SCHEDULED:
            keys.append(press(said.edit, Op.EDIT, number))
        if announcement.started is not None:
            keys += [
                press(said.recall, Op.RECALL, number),
                press(said.pin, Op.PIN, number),
                press(said.unpin, Op.UNPIN, number),
            ]
    sends = [action.id for action in actions if action.deed is Deed.SEND]
    if sends:
        keys.append(press(said.misses, Op.MISSES, sends[-1]))
    return tuple(keys)


def parts(announcement: Announcement, wording: Wording) -> Panel:
    """Which part is to be worded anew."""
    said = wording.announcing
    keys = tuple(
        press(said.overview.part.format(number=number + 1), Op.EDIT, announcement.id, str(number))
        for number in range(len(announcement.plan.parts))
    )
    return Panel(paragraphs=(said.overview.which_part,), keyboard=rows(keys, 3))


def sure(announcement: Announcement, op: Op, wording: Wording) -> Panel:
    """Whether it is really to be stopped or recalled."""
    said = wording.announcing
    question = said.overview.sure_recall if op is Op.RECALLED else said.overview.sure_stop
    label = said.buttons.recall_sure if op is Op.RECALLED else said.buttons.stop_sure
    return Panel(
        paragraphs=(question.format(title=announcement.title),),
        keyboard=(
            (
                press(label, op, announcement.id),
                press(said.buttons.leave_it, Op.VIEW, announcement.id),
            ),
        ),
    )


def _state(announcement: Announcement, wording: Wording, zone: ZoneInfo) -> str:
    said = wording.announcing.overview
    if announcement.state is State.SCHEDULED and announcement.due is not None:
        rhythm = announcement.rhythm
        time = time_of(announcement.due, rhythm or "", rhythm, wording, zone)
        return said.due.format(time=time)
    state = said.states[announcement.state]
    if announcement.started is None:
        return state
    return f"{state} {wording.moment(announcement.started.astimezone(zone))}"


def _whom(announcement: Announcement, wording: Wording) -> str:
    said, plan = wording.announcing.overview, announcement.plan
    if plan.whom is Whom.CHOSEN and plan.street:
        return said.street.format(street=plan.street)
    return said.whom[plan.whom].format(category=plan.category, groups=len(plan.chosen))
