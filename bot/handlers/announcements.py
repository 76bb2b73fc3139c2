"""/announcements: what was announced, and what is done about it afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import Update

from bot import render
from bot.announcements import Announcement, Deed
from bot.announcing import overview, reports
from bot.announcing.buttons import Op, Press, parse
from bot.announcing.panels import Panel
from bot.handlers import announcing, subscribing
from bot.handlers.pressing import acknowledged
from bot.handlers.visit import Visit, visit_of
from bot.roles import Role
from bot.services import Services

_OF_DRAFTS = frozenset(
    {
        Op.DIGEST,
        Op.NEXT,
        Op.AFRESH,
        Op.CATEGORY,
        Op.WHOM,
        Op.STREET,
        Op.GROUP,
        Op.PAGE,
        Op.CHOSEN,
        Op.NOW,
        Op.BACK,
        Op.CONFIRM,
        Op.DROP,
    }
)
_OF_RESIDENTS = frozenset({Op.TOGGLE, Op.LEAVE, Op.NONE})


async def announcements(services: Services, update: Update, _: object) -> None:
    """/announcements: the newest, each to be opened."""
    visit = visit_of(update)
    if visit is None:
        return
    await _send(services, visit, await _listed(services, None))


async def pressed(services: Services, update: Update, _: object) -> None:
    """A button about announcements. Only in a private chat, where nobody else can press it; and
    whoever presses is checked anew, for roles change and what comes back may be invented."""
    failed = services.wording.announcing.failed
    await acknowledged(services, update, parse, _done, failed)


async def _done(services: Services, visit: Visit, press: Press) -> str:
    """Do what the button says; the sentence to acknowledge it with, or none."""
    if press.op in _OF_RESIDENTS:
        return await subscribing.press_subscription(services, visit, press)
    if not await services.roles.may(visit.user, Role.EDITOR):
        return services.wording.notices.odd_button
    if press.op in _OF_DRAFTS:
        return await announcing.press_draft(services, visit, press)
    if press.op is Op.LIST:
        await _send(services, visit, await _listed(services, press.number))
        return ""
    if press.op is Op.MISSES:
        misses = await services.outbox.misses(press.number)
        listed = reports.listing(misses, services.wording)
        await services.delivery.send_all(visit.chat, render.notice(*listed))
        return ""
    announcement = await services.archive.get(press.number)
    if announcement is None:
        return services.wording.notices.odd_button
    return await _changed(services, visit, press, announcement)


async def _changed(
    services: Services, visit: Visit, press: Press, announcement: Announcement
) -> str:
    orders, said = services.afterwards, services.wording.announcing.overview
    number, user, now = announcement.id, visit.user, datetime.now(UTC)
    report = (visit.chat, None)
    match press.op:
        case Op.VIEW:
            await _send(services, visit, await _viewed(services, announcement))
            return ""
        case Op.EDIT:
            return await _edited(services, visit, press, announcement)
        case Op.RECALL | Op.STOP:
            op = Op.RECALLED if press.op is Op.RECALL else Op.STOPPED
            await _send(services, visit, overview.sure(announcement, op, services.wording))
            return ""
        case Op.RECALLED:
            done = await orders.recall(number, user, now, report) is not None
            sentence = said.recalling
        case Op.STOPPED:
            done = await orders.cancel(number, user, now)
            sentence = said.stopped
        case Op.PIN | Op.UNPIN:
            pinned = press.op is Op.PIN
            done = await orders.pin(number, user, now, pinned=pinned, report=report) is not None
            sentence = said.pinning
        case Op.RESEND:
            done = await orders.resend(number, user, now) > 0
            sentence = said.resending
        case _:
            return services.wording.notices.odd_button
    services.broadcast.stir()
    return sentence if done else said.cannot


async def _edited(
    services: Services, visit: Visit, press: Press, announcement: Announcement
) -> str:
    count = len(announcement.plan.parts)
    if not press.word and count > 1:
        await _send(services, visit, overview.parts(announcement, services.wording))
        return ""
    part = int(press.word) if press.word.isdecimal() else 0
    if part >= count:
        return services.wording.notices.odd_button
    old = announcement.plan.parts[part]
    begun = await announcing.begin_rewording(services, visit, announcement.id, part, old)
    return "" if begun else services.wording.announcing.wizard.busy


async def _listed(services: Services, before: int | None) -> Panel:
    found = await services.archive.recent(overview.PAGE + 1, before)
    more = len(found) > overview.PAGE
    return overview.listing(found[: overview.PAGE], services.wording, services.zone, more=more)


async def _viewed(services: Services, announcement: Announcement) -> Panel:
    actions = await services.archive.actions(announcement.id)
    sends = [action.id for action in actions if action.deed is Deed.SEND]
    tally = await services.outbox.tally(sends[-1]) if sends else None
    return overview.one(announcement, actions, tally, services.wording, services.zone)


async def _send(services: Services, visit: Visit, panel: Panel) -> None:
    await services.delivery.send_all(
        visit.chat, render.notice(*panel.paragraphs), keyboard=panel.keyboard
    )
