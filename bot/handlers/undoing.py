"""/undo: takes back what was taught or put away last."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import Update

from bot import render
from bot.buttons import Keyboard
from bot.handlers import writing
from bot.handlers.visit import Visit, visit_of
from bot.inbox.buttons import Op, Press, press
from bot.inbox.register import Lesson
from bot.inbox.teaching import TeachingError, last_of, standing, take_back, try_without
from bot.services import Services


async def undo(services: Services, update: Update, _: object) -> None:
    """/undo: the last of the editor's own at once; of others only when that is confirmed."""
    visit = visit_of(update)
    if visit is None:
        return
    said = services.wording.inbox
    try:
        lessons = await standing(services)
        own = last_of(lessons, visit.user)
        if own is not None:
            await _taken_back(services, visit, own, sure=False)
        elif lessons:
            await _offered(services, visit, lessons[0])
        else:
            await _say(services, visit, said.nothing_to_undo)
    except TeachingError as error:
        await _say(services, visit, writing.sentence(services, error))


async def press_undo(services: Services, visit: Visit, pressed: Press) -> str:
    """A button that takes something back, whoever did it; the sentence to acknowledge it with."""
    lessons = await standing(services)
    lesson = next((one for one in lessons if one.id == pressed.number), None)
    if lesson is None:
        return services.wording.inbox.settled
    await _taken_back(services, visit, lesson, sure=pressed.op is Op.UNDONE)
    return ""


async def _offered(services: Services, visit: Visit, lesson: Lesson) -> None:
    said = services.wording.inbox
    what: str = getattr(said.whats, lesson.deed.value)
    time = services.wording.moment(lesson.at.astimezone(services.zone))
    sentence = said.other.format(
        user=lesson.user, time=time, what=what.format(subject=lesson.subject)
    )
    await _say(services, visit, sentence, ((press(said.buttons.undo, Op.UNDO, lesson.id),),))


async def _taken_back(services: Services, visit: Visit, lesson: Lesson, *, sure: bool) -> None:
    said = services.wording.inbox
    if lesson.entry is None:
        done = await services.register.take_back(lesson.id, visit.user, datetime.now(UTC))
        await _say(services, visit, said.undone_ignored if done else said.settled)
        return
    await services.delivery.typing(visit.chat)
    proposal, failing = await try_without(services, lesson)
    if failing and not sure:
        sentence = said.sure_undo.format(subject=lesson.subject, failing="\n".join(failing))
        keys = ((press(said.buttons.undone, Op.UNDONE, lesson.id),),)
        await _say(services, visit, sentence, keys)
        return
    await take_back(services, lesson, proposal, visit.user)
    await _say(services, visit, said.undone_taught.format(subject=lesson.subject))


async def _say(services: Services, visit: Visit, sentence: str, keyboard: Keyboard = ()) -> None:
    await services.delivery.send_all(visit.chat, render.notice(sentence), keyboard=keyboard)
