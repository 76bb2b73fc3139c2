"""What residents write while a matter of theirs is open, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Message, Update

from bot import render
from bot.database import StorageError
from bot.floods import Verdict
from bot.handlers import handing
from bot.handlers.carrying import content_of
from bot.handlers.visit import Context, Visit, visit_of
from bot.handoff import buttons, cards
from bot.handoff.cases import (
    Case,
    Kind,
    Letter,
    Resident,
    Side,
    Source,
    State,
    Step,
    may_reopen,
    reasked,
)
from bot.handoff.contents import Content, carried, changed, named
from bot.handoff.matters import Matter, read_matter
from bot.services import Services

Otherwise = Callable[..., Coroutine[Any, Any, None]]


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
        try:
            if services.handoff.room.configured and not own:
                heard = await _known(services, visit, message, update.update_id)
            ours = heard is not None and await _heard(services, heard)
        except StorageError:
            ours = heard is not None or services.handoff.intake.holds(update.update_id)
            if ours:
                await handing.say(services, visit, said.failed)
        if not ours:  # without the database, a question of somebody unknown is still answered
            await otherwise(services, update, context)

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
    """Who wrote; None when staff do not know them. Raises StorageError."""
    register = services.handoff.register
    resident = await register.resident(visit.user)
    if resident is None:
        return None
    if resident.gone:
        await returned(services, visit.user)
    case = await register.latest(resident.number)
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
        await handing.say(services, heard.visit, form, buttons.naming(services.wording))
        return
    await handing.called(services, heard.visit, name)


async def _first(services: Services, heard: _Heard) -> None:
    """A message that a matter begins with."""
    content = await _content(services, heard)
    if content is None:
        return
    question = content.text or services.wording.handoff.staff.wordless
    matter = Matter(question=question, source=heard.visit.message)
    await handing.open_matter(services, heard.visit, heard.resident, matter, content)


async def _content(services: Services, heard: _Heard) -> Content | None:
    """What a message holds; None, and said so, for what is not passed on."""
    said = services.wording.handoff.resident
    content = content_of(heard.message)
    if content is None:
        contact = heard.message.contact is not None
        await handing.say(services, heard.visit, said.no_contact if contact else said.no_kind)
    return content


async def _pass_on(services: Services, heard: _Heard, case: Case) -> None:
    written = heard.message.date.timestamp()
    verdict = services.handoff.floods.admit(heard.visit.chat, heard.visit.user, at=written)
    if verdict is not Verdict.ANSWER:
        if verdict is not Verdict.DROP:
            await handing.say(services, heard.visit, services.wording.handoff.resident.slower)
        return
    content = await _content(services, heard)
    if content is None:
        return
    source = Source(chat=heard.visit.chat, message=heard.visit.message)
    answers = await _pointed_at(services, heard, case)
    letters = carried(content, Side.STAFF, source, answers=answers)
    await handing.happen(services, case, handing.said_so(services, letters))
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
        await handing.happen(services, case, lambda case: reasked(case, text))
        return True
    letters = changed(content, written, heard.update)
    await services.handoff.register.write(case.handoff, letters, datetime.now(UTC))
    services.handoff.postroom.stir()
    return True


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


async def latest_case(services: Services, user: int) -> Case | None:
    """The last matter of a resident."""
    resident = await services.handoff.register.resident(user)
    return await services.handoff.register.latest(resident.number) if resident else None


def forgotten(services: Services, case: Case) -> None:
    """Tell staff that a resident has erased everything; the resident need not wait for it."""
    services.handoff.postroom.besides(_forgotten(services, case))


async def _forgotten(services: Services, case: Case) -> None:
    """Tell staff, in the topic or below the matter that was open, that a resident has erased
    everything: nothing can be answered any more."""
    card = case.handoff.card
    room = await services.handoff.room.current()
    if card is None or card.room != room:
        return
    if not card.thread and case.handoff.state is not State.OPEN:
        return
    who = cards.called(case.resident, services.wording)
    said = services.wording.handoff.staff.forgotten.format(who=who)
    await services.delivery.send_all(
        room, render.notice(said), thread=card.thread, reply_to=card.message
    )
    if card.thread:
        await services.handoff.courier.close(room, card.thread)
