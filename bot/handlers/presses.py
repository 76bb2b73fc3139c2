"""Buttons. What they carry comes from outside; every press is acknowledged, whatever it was."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import Message, Update

from bot import render
from bot.buttons import AIMED, Action, Press, parse
from bot.database import StorageError
from bot.floods import Verdict
from bot.handlers import groups, personal, questions, reading, settling
from bot.handlers.visit import Visit, visit_of
from bot.services import Services


async def pressed(services: Services, update: Update, _: object) -> None:
    """A button was pressed."""
    query = update.callback_query
    if query is None:
        return
    press, visit, message = parse(query.data), visit_of(update), query.message
    toast = services.wording.notices.odd_button
    try:
        if press is not None and visit is not None and visit.private:
            toast = await _done(services, visit, press)
        elif press is not None and visit is not None and isinstance(message, Message):
            toast = await _in_group(services, visit, press, message)
    finally:
        await services.delivery.acknowledge(query.id, toast)


async def _in_group(services: Services, visit: Visit, press: Press, message: Message) -> str:
    """A press in a group, where a button is for one person, and settings for administrators."""
    if press.owner not in (0, visit.user):
        return services.wording.groups.not_yours
    if press.action is Action.SETTING:
        return await settling.pressed(services, visit, message, press.target, press.owner)
    if press.action is not Action.OPEN or not press.owner:
        return services.wording.notices.odd_button
    verdict = services.floods.admit(visit.chat, visit.user)
    if verdict is not Verdict.ANSWER:
        return groups.slow_down(services, verdict)
    return await _opened(services, visit, press)


async def _done(services: Services, visit: Visit, press: Press) -> str:
    """Do what the button says; the sentence to acknowledge it with, or none."""
    if press.action in AIMED:
        return await _opened(services, visit, press)
    match press.action:
        case Action.GOOD:
            return await _judged(services, visit, 1)
        case Action.BAD:
            return await _judged(services, visit, -1)
        case Action.ERASE:
            await personal.erase(services, visit)
        case Action.KEEP:
            await personal.keep(services, visit)
        case Action.SETTING:
            return services.wording.notices.odd_button
        case _:
            await reading.issue(services, visit, services.live.current)
    return ""


async def _opened(services: Services, visit: Visit, press: Press) -> str:
    """Show what stands behind the button's target, if the content still holds it."""
    base = services.live.current
    said = services.wording.notices
    if press.action is Action.PASSAGE:
        found = await reading.passage(services, visit, press.target, base)
    elif press.action is Action.ARTICLE:
        found = await reading.article(services, visit, press.target, base)
    else:
        found = await questions.opened(services, visit, press.target, base)
    current = press.made_on(base.version)
    if found:
        return "" if current else said.updated
    sentence = said.changed
    if current:
        sentence = said.no_passage if press.action is Action.PASSAGE else said.odd_button
    if visit.private:  # a group need not read it
        await services.delivery.send_all(visit.chat, render.notice(sentence), thread=visit.thread)
    return sentence


async def _judged(services: Services, visit: Visit, verdict: int) -> str:
    """Note whether an answer helped. Which answer it was is known by the message alone, so that
    nobody can speak about an answer that is not before them."""
    said = services.wording.feedback
    try:
        asked = await services.storage.asked_by_reply(visit.chat, visit.message)
        noted = asked is not None and await services.storage.give_feedback(
            asked, visit.user, verdict, datetime.now(UTC)
        )
    except StorageError:
        return said.failed
    if not noted:
        return said.gone
    return said.good if verdict > 0 else said.bad
