"""The staff's group: what is written there for residents, and the buttons under it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from telegram import Message, Update

from bot import audit, render
from bot.database import StorageError
from bot.handlers import imparting
from bot.handlers.carrying import content_of
from bot.handlers.passing import Otherwise
from bot.handlers.visit import Context, Visit, visit_of
from bot.handoff import cards
from bot.handoff.buttons import Op, Press
from bot.handoff.cases import (
    Case,
    Closer,
    Kind,
    Letter,
    Person,
    Side,
    Source,
    answered,
    closed,
    released,
    taken,
)
from bot.handoff.contents import carried, changed, named
from bot.handoff.desk import Desk
from bot.handoff.register import Event
from bot.services import Services

_MOST = 30  # matters that are listed
_LOOKS, _PAUSE = 20, 0.1  # for what was sent a moment ago: how often, seconds between


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What somebody of the staff wrote, in which update, and about which matter."""

    visit: Visit
    message: Message
    update: int
    case: Case


def received(otherwise: Otherwise) -> Otherwise:
    """A message in the staff's group for a resident: in the resident's topic, or in reply to what
    came from them. All others are whatever `otherwise` makes of them."""

    async def handle(services: Services, update: Update, context: Context) -> None:
        visit, message = visit_of(update), update.effective_message
        if visit is None or message is None:
            return
        room = await services.handoff.room.current()
        if room is None or visit.chat != room or not _is_persons(message, room):
            await otherwise(services, update, context)
            return
        try:
            case = await _meant(services, visit, message)
            if case is None:
                if not await _astray(services, visit, message, context):
                    await otherwise(services, update, context)
                return
            if await admits(services, visit, message):
                heard = _Heard(visit=visit, message=message, update=update.update_id, case=case)
                await _heard(services, heard)
        except StorageError:
            _say(services, visit, services.wording.handoff.staff.failed)

    return handle


def _is_persons(message: Message, room: int) -> bool:
    """Whether a person wrote it, or an administrator in the group's name; and no command."""
    if message.sender_chat is not None and message.sender_chat.id != room:
        return False
    robot = message.from_user is not None and message.from_user.is_bot
    text = message.text or ""
    command = text.startswith("/") and not text.startswith("//")
    return not ((robot and message.sender_chat is None) or message.via_bot is not None or command)


async def admits(services: Services, visit: Visit, message: Message) -> bool:
    """Whether who writes or presses belongs to the staff."""
    public = message.chat.username is not None
    return await services.handoff.members.admits(visit.user, visit.chat, public=public)


async def _meant(services: Services, visit: Visit, message: Message) -> Case | None:
    """The matter that a message is about; None for staff's own talk."""
    desk = services.handoff
    if visit.edited:
        written = await desk.mailbag.written(Source(chat=visit.chat, message=visit.message))
        return await desk.register.case(written[0].handoff) if written else None
    if visit.thread:
        resident = await desk.register.at(visit.chat, visit.thread)
        return await desk.register.latest(resident.number) if resident is not None else None
    other = message.reply_to_message
    if other is None:
        return None
    case = await _answered(desk, visit.chat, other.message_id)
    ours = other.from_user is not None and other.from_user.is_bot
    for _ in range(_LOOKS):  # who replies at once is quicker than what is written down
        if case is not None or not ours or not desk.postroom.busy:
            break
        await asyncio.sleep(_PAUSE)
        case = await _answered(desk, visit.chat, other.message_id)
    return case


async def _answered(desk: Desk, room: int, message: int) -> Case | None:
    """The matter to which a message of ours in the staff's group belongs."""
    arrived = await desk.mailbag.arrived(Source(chat=room, message=message))
    if arrived is not None:
        return await desk.register.case(arrived.handoff)
    return await desk.register.on_card(room, message)


async def _astray(services: Services, visit: Visit, message: Message, context: Context) -> bool:
    """Tell who writes about a matter that is no longer known that it went to nobody; whether it
    was so."""
    other, thread = message.reply_to_message, visit.thread
    if visit.edited or other is None or other.from_user is None:
        return False
    ours = other.from_user.id == context.bot.id
    lost = not thread or other.forum_topic_created is not None
    if not ours or not lost or await services.ledger.is_answer(visit.chat, other.message_id):
        return False
    _say(services, visit, services.wording.handoff.staff.lost)
    return True


async def _heard(services: Services, heard: _Heard) -> None:
    """Pass a message on to the resident."""
    visit, desk, now = heard.visit, services.handoff, datetime.now(UTC)
    content = content_of(heard.message)
    if content is None:
        if not visit.edited:
            _say(services, visit, services.wording.handoff.staff.no_kind)
        return
    if content.aside:
        return
    name = await _name(services, heard.message)
    source = Source(chat=visit.chat, message=visit.message)
    if visit.edited:
        written = await desk.mailbag.written(source)
        letters = changed(content, written, heard.update, name=name)
        await desk.register.write(heard.case.handoff, letters, now)
    else:
        answers = await _pointed_at(services, heard)
        letters = carried(content, Side.RESIDENT, source, name=name, answers=answers)
        await desk.register.change(
            heard.case.handoff.id, partial(answered, letters=letters, now=now), now
        )
    desk.postroom.stir()


async def _pointed_at(services: Services, heard: _Heard) -> int | None:
    """The resident's own message that staff reply to."""
    other = heard.message.reply_to_message
    if other is None:
        return None
    arrived = await services.handoff.mailbag.arrived(
        Source(chat=heard.visit.chat, message=other.message_id)
    )
    source = arrived.letter.source if arrived is not None else None
    if source is None or source.chat != heard.case.resident.user:
        return None
    return source.message


async def _name(services: Services, message: Message) -> str:
    """How residents read of who writes: as they want to be called, or by their first name."""
    somebody = services.wording.handoff.staff.somebody
    sender = message.from_user
    if sender is None or message.sender_chat is not None:
        return somebody
    return await name_of(services, sender.id, sender.first_name)


async def name_of(services: Services, user: int, first: str) -> str:
    """How somebody of the staff is called."""
    chosen = await services.handoff.register.staff_name(user)
    return chosen or named(first) or services.wording.handoff.staff.somebody


async def press(
    services: Services, visit: Visit, pressed: Press, message: Message, first: str
) -> str:
    """A button of staff's; the sentence to acknowledge it with, or none."""
    said = services.wording.handoff.staff
    room = await services.handoff.room.current()
    if room is None or visit.chat != room or not await admits(services, visit, message):
        return services.wording.notices.odd_button
    case = await services.handoff.register.case(pressed.number)
    if case is None:
        return said.stale
    staff = Person(user=visit.user, name=await name_of(services, visit.user, first))
    match pressed.op:
        case Op.TAKE | Op.RELEASE | Op.CLOSE:
            return await _press_case(services, pressed.op, case, staff)
        case Op.BAR:
            await _write(services, case, Letter(side=Side.STAFF, kind=Kind.SURE))
            return ""
        case Op.BARRED | Op.ALLOW | Op.KEEP:
            return await _press_bar(services, visit, pressed.op, case, staff)
        case Op.TEACH:
            return await imparting.teach(services, visit, case, staff.name)
        case _:
            return said.stale


async def _press_case(services: Services, op: Op, case: Case, staff: Person) -> str:
    said, now, desk = services.wording.handoff.staff, datetime.now(UTC), services.handoff
    number = case.handoff.id
    events: dict[Op, Event] = {
        Op.TAKE: partial(taken, staff=staff),
        Op.RELEASE: released,
        Op.CLOSE: partial(closed, closer=Closer.STAFF, now=now, name=staff.name),
    }
    note = audit.row(staff.user, f"handoff.{op}", str(number))
    done = await desk.register.change(number, events[op], now, note)
    desk.postroom.stir()
    if done is None:
        current = await desk.register.case(number)
        other = current.handoff.staff if current is not None else None
        if op is Op.TAKE and other is not None:
            return said.has.format(name=other.name)
        return said.stale
    return {Op.TAKE: said.took, Op.RELEASE: said.let_go, Op.CLOSE: ""}[op]


async def _press_bar(services: Services, visit: Visit, op: Op, case: Case, staff: Person) -> str:
    said, desk, now = services.wording.handoff.staff, services.handoff, datetime.now(UTC)
    number = case.resident.number
    if op is Op.KEEP:
        await services.delivery.delete(visit.chat, visit.message)
        return ""
    barred = op is Op.BARRED
    deed = "handoff.bar" if barred else "handoff.allow"
    note = audit.row(staff.user, deed, f"resident {number}")
    if not await desk.register.bar(number, barred=barred, also=note):
        return said.stale
    if barred:
        event = partial(closed, closer=Closer.BAR, now=now, name=staff.name)
        latest = await desk.register.latest(number)
        if latest is not None:
            await desk.register.change(latest.handoff.id, event, now)
    kind = Kind.BARRED if barred else Kind.ALLOWED
    await _write(services, case, Letter(side=Side.STAFF, kind=kind, name=staff.name))
    return ""


async def _write(services: Services, case: Case, letter: Letter) -> None:
    await services.handoff.register.write(case.handoff, (letter,), datetime.now(UTC))
    services.handoff.postroom.stir()


async def myname(services: Services, update: Update, context: Context) -> None:
    """/myname 王姐: how residents read of somebody of the staff."""
    visit, message = visit_of(update), update.effective_message
    if visit is None or message is None or not await _inside(services, visit, message):
        return
    said = services.wording.handoff.staff
    name = named(" ".join(context.args or ()))
    if name is None or message.sender_chat is not None:
        _say(services, visit, said.name_form)
        return
    await services.handoff.register.call_staff(visit.user, name)
    _say(services, visit, said.name_kept.format(name=name))


async def handoffs(services: Services, update: Update, _: object) -> None:
    """/handoffs: the matters that are open, the one that waits longest first."""
    visit, message = visit_of(update), update.effective_message
    if visit is None or message is None or not await _inside(services, visit, message):
        return
    said, now, desk = services.wording.handoff.staff, datetime.now(UTC), services.handoff
    cases = (await desk.register.open_cases())[:_MOST]
    lines = [
        cards.line(
            case,
            desk.hours.worked(case.handoff.waiting or now, now).total_seconds() / 3600,
            services.wording,
        )
        for case in cases
    ]
    _say(services, visit, *((said.open_head, *lines) if lines else (said.none_open,)))


async def _inside(services: Services, visit: Visit, message: Message) -> bool:
    room = await services.handoff.room.current()
    return room is not None and visit.chat == room and await admits(services, visit, message)


def _say(services: Services, visit: Visit, *sentences: str) -> None:
    """Say something in the group; when it has had its share of messages, nobody waits for it."""
    services.handoff.postroom.besides(
        services.delivery.send_all(
            visit.chat, render.notice(*sentences), thread=visit.thread, reply_to=visit.reply_to
        )
    )
