"""Residents who hand a matter over to staff: how it begins, and their buttons."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Update

from bot import render
from bot.buttons import Keyboard
from bot.handlers.visit import Visit, visit_of
from bot.handoff import buttons, cards
from bot.handoff.buttons import HUMAN, Op, Press
from bot.handoff.cases import (
    Case,
    Change,
    Closer,
    Handoff,
    Kind,
    Letter,
    Resident,
    Side,
    Source,
    State,
    Step,
    begun,
    closed,
    rated,
    wrote,
)
from bot.handoff.contents import Content, carried
from bot.handoff.matters import Matter, read_matter
from bot.handoff.register import Event
from bot.services import Services

Otherwise = Callable[..., Coroutine[Any, Any, None]]


async def human(services: Services, update: Update, _: object) -> None:
    """/human: hand over what is written behind it, or the last question that had no answer."""
    visit, message = visit_of(update), update.effective_message
    if visit is None or message is None:
        return
    words = (message.text or "").split(maxsplit=1)
    if len(words) > 1:
        matter: Matter | None = Matter(question=words[1], source=visit.message)
    else:
        idle = timedelta(minutes=services.settings.sessions.idle_minutes)
        missed = await services.handoff.register.missed(visit.user, datetime.now(UTC) - idle)
        matter = await _asked(services, visit, missed) if missed is not None else None
    await begin(services, visit, matter)


async def in_group(services: Services, update: Update, _: object) -> None:
    """/human in a group: the way to a private chat."""
    visit = visit_of(update)
    if visit is None or not services.handoff.room.configured:
        return
    await services.delivery.send_all(
        visit.chat,
        render.notice(services.wording.handoff.resident.in_group),
        keyboard=buttons.leading(services.delivery.link(HUMAN), services.wording),
        thread=visit.thread,
        reply_to=visit.reply_to,
    )


async def followed(services: Services, visit: Visit, payload: str) -> bool:
    """A link that begins a hand-off; False for any other."""
    if payload != HUMAN and not payload.startswith(f"{HUMAN}_"):
        return False
    number = payload.removeprefix(f"{HUMAN}_")
    known = number.isascii() and number.isdecimal() and len(number) < len(str(2**63))
    await begin(services, visit, await _asked(services, visit, int(number)) if known else None)
    return True


async def _asked(services: Services, visit: Visit, number: int) -> Matter | None:
    """The question with that number, if it was this person's, with what the bulletin holds."""
    asked = await services.storage.asked(number)
    if asked is None or asked.user != visit.user:
        return None
    question = asked.question
    if asked.resolved != asked.question:
        question = f"{asked.question}（{asked.resolved}）"
    found = cards.found_of(services.live.current.ask(asked.resolved), services.wording)
    return Matter(question=question, found=found, asked=number)


async def begin(services: Services, visit: Visit, matter: Matter | None) -> None:
    """Hand a matter over, or ask for what is still needed: a name to be called by, and what it is
    about."""
    desk, said = services.handoff, services.wording.handoff.resident
    if not desk.room.configured or not await desk.room.reachable():
        await say(services, visit, said.unreachable)
        return
    resident = await desk.register.resident(visit.user)
    if resident is not None and resident.barred:
        await say(services, visit, said.barred)
        return
    case = await desk.register.latest(resident.number) if resident is not None else None
    if case is not None and case.handoff.state is State.OPEN:
        await _more(services, visit, case, matter)
    elif resident is None or resident.name is None:
        await _ask(services, visit, Step.NAME, matter)
    elif matter is None:
        await _ask(services, visit, Step.QUESTION, None, resident)
    else:
        await open_matter(services, visit, resident, matter)


async def _more(services: Services, visit: Visit, case: Case, matter: Matter | None) -> None:
    """One matter at a time: what else is asked goes to the one that is open."""
    said = services.wording.handoff.resident
    if matter is None:
        await say(services, visit, said.goes_on)
        return
    if matter.asked is not None and matter.asked == case.handoff.asked:
        await say(services, visit, said.sent_before)
        return
    mark = f"asked:{visit.user}:{matter.asked}" if matter.asked is not None else None
    letter = Letter(side=Side.STAFF, kind=Kind.MORE, text=matter.question, once=mark)
    await happen(services, case, said_so(services, (letter,)))
    await say(services, visit, said.goes_on)


async def _ask(
    services: Services,
    visit: Visit,
    step: Step,
    matter: Matter | None,
    resident: Resident | None = None,
) -> None:
    said = services.wording.handoff.resident
    pending = matter.model_dump_json() if matter is not None else None
    await services.handoff.register.ask(visit.user, step, pending, datetime.now(UTC))
    if step is Step.NAME:
        await say(services, visit, said.asks_name, buttons.naming(services.wording))
        return
    name = resident.name if resident is not None else None
    sentence = said.asks_question if name else said.again
    await say(services, visit, sentence.format(name=name), buttons.cancelling(services.wording))


async def open_matter(
    services: Services,
    visit: Visit,
    resident: Resident,
    matter: Matter,
    content: Content | None = None,
) -> None:
    """A new matter; `content` is the message that it begins with, where that holds more than the
    card shows."""
    desk, now = services.handoff, datetime.now(UTC)
    handoff = Handoff(
        resident=resident.number,
        question=matter.question,
        found=matter.found,
        asked=matter.asked,
        opened=now,
        heard=now,
    )
    letters: tuple[Letter, ...] = ()
    source = None
    if matter.source is not None:
        source = Source(chat=visit.chat, message=matter.source)
        if content is not None and (content.media or len(content.text) > cards.SHOWN):
            letters, source = carried(content, Side.STAFF, source), None
    change = begun(handoff, letters, desk.when(now), source)
    if await desk.register.open(change, now) is None:
        await say(services, visit, services.wording.handoff.resident.goes_on)
    desk.postroom.stir()


async def called(services: Services, visit: Visit, name: str) -> None:
    """A resident has said how to be called; on to the matter."""
    register = services.handoff.register
    before = await register.resident(visit.user)
    await register.told(visit.user, name)
    await begin(services, visit, read_matter(before.pending) if before is not None else None)


async def press(services: Services, visit: Visit, pressed: Press) -> str:
    """A button of a resident's; the sentence to acknowledge it with, or none."""
    match pressed.op:
        case Op.ASK:
            return await _press_ask(services, visit)
        case Op.UNNAMED | Op.CANCEL:
            return await _press_step(services, visit, pressed.op)
        case _:
            return await _press_case(services, visit, pressed)


async def _press_ask(services: Services, visit: Visit) -> str:
    """Which question it is, is known by the message alone: nobody can hand over another's."""
    number = await services.storage.asked_by_reply(visit.chat, visit.message)
    matter = await _asked(services, visit, number) if number is not None else None
    if matter is None:
        return services.wording.handoff.resident.gone
    await begin(services, visit, matter)
    return ""


async def _press_step(services: Services, visit: Visit, op: Op) -> str:
    register = services.handoff.register
    resident = await register.resident(visit.user)
    if resident is None or resident.step is None:
        return services.wording.notices.odd_button
    if op is Op.CANCEL:
        await register.told(visit.user)
        cancelled = services.wording.handoff.resident.cancelled
        await services.delivery.edit_all(visit.chat, (visit.message,), render.notice(cancelled))
    elif resident.step is Step.NAME:
        await called(services, visit, "")
    return ""


async def _press_case(services: Services, visit: Visit, pressed: Press) -> str:
    said = services.wording.handoff.resident
    case = await services.handoff.register.case(pressed.number)
    if case is None or case.resident.user != visit.user or case.resident.barred:
        return services.wording.notices.odd_button
    if pressed.op is Op.RATE:
        done = await happen(services, case, lambda case: rated(case, int(pressed.word)))
        return said.thanks if done or case.handoff.state is State.CLOSED else said.goes_on
    if pressed.op is Op.END:
        now = datetime.now(UTC)
        done = await happen(services, case, lambda case: closed(case, Closer.RESIDENT, now))
        return "" if done else said.ended
    latest = await services.handoff.register.latest(case.resident.number)
    if latest is not None and latest.handoff.state is State.OPEN:
        await say(services, visit, said.goes_on)
    else:
        await _ask(services, visit, Step.QUESTION, Matter(question="", again=True))
    return ""


async def say(services: Services, visit: Visit, sentence: str, keyboard: Keyboard = ()) -> None:
    await services.delivery.send_all(visit.chat, render.notice(sentence), keyboard=keyboard)


def said_so(services: Services, letters: tuple[Letter, ...]) -> Event:
    """What happens when a resident writes."""
    now = datetime.now(UTC)
    when = services.handoff.when(now)

    def event(case: Case) -> Change:
        return wrote(case, letters, now, when)

    return event


async def happen(services: Services, case: Case, event: Event) -> bool:
    """Let something happen to a matter; whether it changed anything."""
    now = datetime.now(UTC)
    done = await services.handoff.register.change(case.handoff.id, event, now)
    services.handoff.postroom.stir()
    return done is not None
