"""Residents who hand a matter over to staff, and what they write until it is closed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Message, Update

from bot import render
from bot.buttons import Keyboard
from bot.database import StorageError
from bot.floods import Verdict
from bot.handlers.carrying import content_of
from bot.handlers.visit import Context, Visit, visit_of
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
    may_reopen,
    rated,
    reasked,
    wrote,
)
from bot.handoff.contents import Content, carried, changed, named
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
        await _say(services, visit, said.unreachable)
        return
    resident = await desk.register.resident(visit.user)
    if resident is not None and resident.barred:
        await _say(services, visit, said.barred)
        return
    case = await desk.register.latest(resident.number) if resident is not None else None
    if case is not None and case.handoff.state is State.OPEN:
        await _more(services, visit, case, matter)
    elif resident is None or resident.name is None:
        await _ask(services, visit, Step.NAME, matter)
    elif matter is None:
        await _ask(services, visit, Step.QUESTION, None, resident)
    else:
        await _open(services, visit, resident, matter)


async def _more(services: Services, visit: Visit, case: Case, matter: Matter | None) -> None:
    """One matter at a time: what else is asked goes to the one that is open."""
    said = services.wording.handoff.resident
    if matter is None:
        await _say(services, visit, said.goes_on)
        return
    if matter.asked is not None and matter.asked == case.handoff.asked:
        await _say(services, visit, said.sent_before)
        return
    mark = f"asked:{visit.user}:{matter.asked}" if matter.asked is not None else None
    letter = Letter(side=Side.STAFF, kind=Kind.MORE, text=matter.question, once=mark)
    await _happen(services, case, _said(services, (letter,)))
    await _say(services, visit, said.goes_on)


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
        await _say(services, visit, said.asks_name, buttons.naming(services.wording))
        return
    name = resident.name if resident is not None else None
    sentence = said.asks_question if name else said.again
    await _say(services, visit, sentence.format(name=name), buttons.cancelling(services.wording))


async def _open(
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
        await _say(services, visit, services.wording.handoff.resident.goes_on)
    desk.postroom.stir()


def received(otherwise: Otherwise) -> Otherwise:
    """A message in a private chat: for staff while a matter is open, or what a resident was asked
    for, else whatever `otherwise` makes of it."""

    async def handle(services: Services, update: Update, context: Context) -> None:
        visit, message = visit_of(update), update.effective_message
        if visit is None or message is None:
            return
        said = services.wording.handoff.resident
        own = message.via_bot is not None and message.via_bot.id == context.bot.id
        heard = None
        if services.handoff.room.configured and not own:
            heard = await _known(services, visit, message, update.update_id)
        if heard is None:
            await otherwise(services, update, context)
            return
        try:
            if not await _heard(services, heard):
                await otherwise(services, update, context)
        except StorageError:
            await _say(services, visit, said.failed)

    return handle


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What a resident whom staff know wrote, in which update, and their last matter."""

    visit: Visit
    message: Message
    update: int
    resident: Resident
    case: Case | None


async def _known(services: Services, visit: Visit, message: Message, update: int) -> _Heard | None:
    """Who wrote; None when staff do not know them, or the database cannot say."""
    register = services.handoff.register
    try:
        resident = await register.resident(visit.user)
        if resident is None:
            return None
        if resident.gone:
            await returned(services, visit.user)
        case = await register.latest(resident.number)
    except StorageError:
        return None
    return _Heard(visit=visit, message=message, update=update, resident=resident, case=case)


async def _heard(services: Services, heard: _Heard) -> bool:
    """Do with a message what is to be done; False when it is none of ours."""
    visit, resident, case = heard.visit, heard.resident, heard.case
    if visit.edited:
        return await _edited(services, heard)
    if resident.barred:
        return False
    if case is not None and case.handoff.state is State.OPEN:
        await _pass_on(services, heard, case)
        return True
    if resident.step is not None and _fresh(services, resident):
        await _told(services, heard, resident.step)
        return True
    if not await _answers_staff(services, heard):
        return False
    if case is not None and _goes_on(services, case):
        await _pass_on(services, heard, case)
    else:
        await _first(services, heard)
    return True


def _fresh(services: Services, resident: Resident) -> bool:
    """Whether a question to a resident is not long forgotten."""
    idle = timedelta(minutes=services.settings.sessions.idle_minutes)
    return resident.touched is not None and datetime.now(UTC) - resident.touched < idle


def _goes_on(services: Services, case: Case) -> bool:
    return may_reopen(case.handoff, datetime.now(UTC), services.settings.handoff.reopen_days)


async def _answers_staff(services: Services, heard: _Heard) -> bool:
    """Whether a message replies to one of staff's."""
    other = heard.message.reply_to_message
    if other is None:
        return False
    arrived = await services.handoff.mailbag.arrived(
        Source(chat=heard.visit.chat, message=other.message_id)
    )
    return arrived is not None and arrived.letter.side is Side.RESIDENT


async def _told(services: Services, heard: _Heard, step: Step) -> None:
    """What a resident was asked for: a name, or what the matter is."""
    if step is Step.QUESTION:
        case = heard.case
        again = read_matter(heard.resident.pending)
        if again is not None and again.again and case is not None and _goes_on(services, case):
            await _pass_on(services, heard, case)
        else:
            await _first(services, heard)
        return
    name = named(heard.message.text or "")
    if name is None:
        form = services.wording.handoff.resident.name_form
        await _say(services, heard.visit, form, buttons.naming(services.wording))
        return
    await _called(services, heard.visit, name)


async def _called(services: Services, visit: Visit, name: str) -> None:
    """A resident has said how to be called; on to the matter."""
    register = services.handoff.register
    before = await register.resident(visit.user)
    await register.told(visit.user, name)
    await begin(services, visit, read_matter(before.pending) if before is not None else None)


async def _first(services: Services, heard: _Heard) -> None:
    """A message that a matter begins with."""
    content = await _content(services, heard)
    if content is None:
        return
    question = content.text or services.wording.handoff.staff.wordless
    matter = Matter(question=question, source=heard.visit.message)
    await _open(services, heard.visit, heard.resident, matter, content)


async def _content(services: Services, heard: _Heard) -> Content | None:
    """What a message holds; None, and said so, for what is not passed on."""
    said = services.wording.handoff.resident
    content = content_of(heard.message)
    if content is None:
        contact = heard.message.contact is not None
        await _say(services, heard.visit, said.no_contact if contact else said.no_kind)
    return content


async def _pass_on(services: Services, heard: _Heard, case: Case) -> None:
    verdict = services.handoff.floods.admit(heard.visit.chat, heard.visit.user)
    if verdict is not Verdict.ANSWER:
        if verdict is not Verdict.DROP:
            await _say(services, heard.visit, services.wording.handoff.resident.slower)
        return
    content = await _content(services, heard)
    if content is None:
        return
    source = Source(chat=heard.visit.chat, message=heard.visit.message)
    answers = await _pointed_at(services, heard, case)
    letters = carried(content, Side.STAFF, source, answers=answers)
    await _happen(services, case, _said(services, letters))
    if heard.resident.step is not None:
        await services.handoff.register.told(heard.visit.user)


async def _pointed_at(services: Services, heard: _Heard, case: Case) -> int | None:
    """The message of staff's that a resident replies to, where staff see it."""
    other = heard.message.reply_to_message
    if other is None:
        return None
    arrived = await services.handoff.mailbag.arrived(
        Source(chat=heard.visit.chat, message=other.message_id)
    )
    room = await services.handoff.room.current()
    source = arrived.letter.source if arrived is not None else None
    if source is None or source.chat != room or case.resident.room != room:
        return None
    return source.message


async def _edited(services: Services, heard: _Heard) -> bool:
    """A change of what was passed on; False when it was not."""
    source = Source(chat=heard.visit.chat, message=heard.visit.message)
    written = await services.handoff.mailbag.written(source)
    content = content_of(heard.message)
    if not written or content is None:
        return bool(written)
    case = await services.handoff.register.case(written[0].handoff)
    if case is None or heard.resident.barred:
        return True
    if written[0].letter.kind is Kind.CARD:
        text = content.text
        await _happen(services, case, lambda case: reasked(case, text))
        return True
    letters = changed(content, written, heard.update)
    await services.handoff.register.write(case.handoff, letters, datetime.now(UTC))
    services.handoff.postroom.stir()
    return True


def _said(services: Services, letters: tuple[Letter, ...]) -> Event:
    """What happens when a resident writes."""
    now = datetime.now(UTC)
    when = services.handoff.when(now)

    def event(case: Case) -> Change:
        return wrote(case, letters, now, when)

    return event


async def _happen(services: Services, case: Case, event: Event) -> bool:
    """Let something happen to a matter; whether it changed anything."""
    now = datetime.now(UTC)
    done = await services.handoff.register.change(case.handoff.id, event, now)
    services.handoff.postroom.stir()
    return done is not None


async def returned(services: Services, user: int) -> None:
    """A resident who had stopped the bot may take messages again: what was held back goes out."""
    desk, now = services.handoff, datetime.now(UTC)
    resident = await desk.register.resident(user)
    if resident is None or not resident.gone:
        return
    await desk.register.gone(user, gone=False)
    since = now - timedelta(days=services.settings.handoff.reopen_days)
    if await desk.mailbag.back(resident.number, since, now):
        case = await desk.register.latest(resident.number)
        if case is not None:
            letter = Letter(side=Side.STAFF, kind=Kind.RETURNED)
            await desk.register.write(case.handoff, (letter,), now)
    desk.postroom.stir()


async def open_case(services: Services, user: int) -> Case | None:
    """The matter of a resident that is open."""
    resident = await services.handoff.register.resident(user)
    case = await services.handoff.register.latest(resident.number) if resident else None
    return case if case is not None and case.handoff.state is State.OPEN else None


async def forgotten(services: Services, case: Case) -> None:
    """Tell staff that a resident has erased everything: nothing can be answered any more."""
    card = case.handoff.card
    room = await services.handoff.room.current()
    if card is None or card.room != room:
        return
    who = cards.called(case.resident, services.wording)
    said = services.wording.handoff.staff.forgotten.format(who=who)
    await services.delivery.send_all(
        room, render.notice(said), thread=card.thread, reply_to=card.message
    )


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
        await _called(services, visit, "")
    return ""


async def _press_case(services: Services, visit: Visit, pressed: Press) -> str:
    said = services.wording.handoff.resident
    case = await services.handoff.register.case(pressed.number)
    if case is None or case.resident.user != visit.user or case.resident.barred:
        return services.wording.notices.odd_button
    if pressed.op is Op.RATE:
        await _happen(services, case, lambda case: rated(case, pressed.rating))
        return said.thanks
    if pressed.op is Op.END:
        now = datetime.now(UTC)
        done = await _happen(services, case, lambda case: closed(case, Closer.RESIDENT, now))
        return "" if done else said.ended
    latest = await services.handoff.register.latest(case.resident.number)
    if latest is not None and latest.handoff.state is State.OPEN:
        await _say(services, visit, said.goes_on)
    else:
        await _ask(services, visit, Step.QUESTION, Matter(question="", again=True))
    return ""


async def _say(services: Services, visit: Visit, sentence: str, keyboard: Keyboard = ()) -> None:
    await services.delivery.send_all(visit.chat, render.notice(sentence), keyboard=keyboard)
