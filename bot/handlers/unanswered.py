"""/unanswered: what residents asked in vain, one matter at a time, with what can be done."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import Update

from bot import render
from bot.database import StorageError
from bot.handlers import undoing, writing
from bot.handlers.visit import Visit, visit_of
from bot.inbox.buttons import Op, Press, parse, press
from bot.inbox.cards import Card, matter_card, teaching_card
from bot.inbox.inbox import Matter, digests
from bot.inbox.register import Deed, Lesson
from bot.inbox.teaching import TeachingError, accept, teachable, try_alias
from bot.services import Services

_OF_DRAFTS = frozenset({Op.TEACH, Op.AGAIN, Op.NAME, Op.DROP})
_OF_LESSONS = frozenset({Op.UNDO, Op.UNDONE})


async def unanswered(services: Services, update: Update, _: object) -> None:
    """/unanswered: the matter that most people asked about."""
    visit = visit_of(update)
    if visit is None:
        return
    await services.delivery.typing(visit.chat)
    matter = await services.inbox.matter(0)
    if matter is None:
        nothing = render.notice(services.wording.inbox.nothing)
        await services.delivery.send_all(visit.chat, nothing)
        return
    card = matter_card(matter, 0, services.wording, services.zone)
    await services.delivery.send_all(visit.chat, card.pages, keyboard=card.keyboard)


async def pressed(services: Services, update: Update, _: object) -> None:
    """A button about what was asked in vain, or about what was taught."""
    query, visit = update.callback_query, visit_of(update)
    if query is None or visit is None:
        return
    pressed_one, said = parse(query.data), services.wording
    toast = said.notices.odd_button
    try:
        if pressed_one is not None and visit.private:
            toast = await _done(services, visit, pressed_one, query.from_user.full_name)
    except TeachingError as error:
        toast = ""
        fault = writing.sentence(services, error)
        await services.delivery.send_all(visit.chat, render.notice(fault))
    except StorageError:
        toast = said.inbox.failed
        raise
    finally:
        await services.delivery.acknowledge(query.id, toast)


async def _done(services: Services, visit: Visit, pressed_one: Press, name: str) -> str:
    """Do what the button says; the sentence to acknowledge it with, or none."""
    if pressed_one.op in _OF_DRAFTS:
        return await writing.press_draft(services, visit, pressed_one)
    if pressed_one.op in _OF_LESSONS:
        return await undoing.press_undo(services, visit, pressed_one)
    if pressed_one.op is Op.TELL:
        return services.wording.notices.odd_button
    matter = await services.inbox.matter(pressed_one.number)
    if matter is None:
        await _show(services, visit, await services.inbox.matter(0))
        return services.wording.inbox.settled if pressed_one.number else ""
    match pressed_one.op:
        case Op.WRITE | Op.FIND:
            finds = pressed_one.op is Op.FIND
            return await writing.begin(services, visit, matter, name, finds=finds)
        case Op.IGNORE:
            return await _ignore(services, visit, matter)
        case Op.SAME | Op.SURE:
            return await _same(services, visit, pressed_one, matter)
        case _:
            rank = pressed_one.rank if pressed_one.made_on(matter.version) else 0
            await _show(services, visit, matter, rank)
            return ""


async def _ignore(services: Services, visit: Visit, matter: Matter) -> str:
    """Put a matter away, and show the next in its place."""
    cluster = matter.cluster
    lesson = Lesson(
        deed=Deed.IGNORE,
        user=visit.user,
        at=datetime.now(UTC),
        wordings=digests(cluster.wordings),
        people=cluster.people,
    )
    await services.register.put_away(lesson)
    following = await services.inbox.matter(matter.after or 0)
    await _show(services, visit, following or await services.inbox.matter(0))
    return services.wording.inbox.ignored


async def _same(services: Services, visit: Visit, pressed_one: Press, matter: Matter) -> str:
    """Try out a candidate as the answer and show what will be; when that was confirmed, put it
    into use."""
    said, rank = services.wording.inbox, pressed_one.rank
    if not pressed_one.made_on(matter.version) or rank >= len(matter.candidates):
        await _show(services, visit, matter)
        return said.changed
    await services.delivery.typing(visit.chat)
    teaching = await try_alias(services, teachable(matter.same), matter.candidates[rank])
    if pressed_one.op is Op.SAME:
        sure = press(said.buttons.teach, Op.SURE, matter.cluster.id, matter.version, rank)
        drop = press(said.buttons.drop, Op.VIEW, matter.cluster.id)
        card = teaching_card(teaching.questions, teaching.answer, services.wording, (sure, drop))
        await services.delivery.send_all(visit.chat, card.pages, keyboard=card.keyboard)
        return ""
    lesson = await accept(services, teaching, visit.user)
    await writing.conclude(services, visit, lesson)
    return ""


async def _show(services: Services, visit: Visit, matter: Matter | None, rank: int = 0) -> None:
    """Put a matter in the place of the message whose button was pressed."""
    if matter is None:
        card = Card(pages=render.notice(services.wording.inbox.nothing))
    else:
        card = matter_card(matter, rank, services.wording, services.zone)
    await services.delivery.edit_all(
        visit.chat, (visit.message,), card.pages, keyboard=card.keyboard
    )
