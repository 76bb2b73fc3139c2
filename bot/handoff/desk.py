"""Everything that hand-offs are made with, as one value."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Bot

from bot.delivery import Delivery
from bot.floods import Floods
from bot.handoff.cases import State
from bot.handoff.courier import Courier
from bot.handoff.hours import OfficeHours
from bot.handoff.intake import Intake
from bot.handoff.mailbag import Mailbag
from bot.handoff.members import Members
from bot.handoff.postroom import Postroom, Rules
from bot.handoff.register import Register
from bot.handoff.room import Room
from bot.ledger import Ledger
from bot.pacing import Pacer
from bot.roles import Roles
from bot.settings import Settings
from bot.storage import Storage
from bot.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Made once by the composition root."""

    register: Register
    mailbag: Mailbag
    room: Room
    members: Members
    postroom: Postroom
    courier: Courier
    intake: Intake
    hours: OfficeHours
    floods: Floods
    wording: Wording

    async def hears(self, user: int) -> bool:
        """Whether what somebody writes in private goes to staff. Raises StorageError."""
        resident = await self.register.resident(user) if self.room.configured else None
        if resident is None or resident.barred:
            return False
        case = await self.register.latest(resident.number)
        return case is not None and case.handoff.state is State.OPEN

    def when(self, now: datetime) -> str:
        """When somebody will look, in words; empty in office hours."""
        opens = self.hours.opens(now)
        if opens is None or opens <= now:
            return ""
        said = self.wording.handoff.resident
        ahead = (opens.date() - now.astimezone(opens.tzinfo).date()).days
        if ahead < len(said.days):
            day = said.days[ahead]
        else:
            weekday = said.weekdays[opens.weekday()]
            day = said.day.format(month=opens.month, day=opens.day, weekday=weekday)
        minute = f"{opens.minute}分" if opens.minute else ""
        return said.opens.format(day=day, hour=opens.hour, minute=minute)


def desk_over(
    storage: Storage,
    settings: Settings,
    wording: Wording,
    *,
    bot: Bot,
    delivery: Delivery,
    ledger: Ledger,
    pacer: Pacer,
    roles: Roles,
    intake: Intake,
) -> Desk:
    """The desk that the settings describe."""
    register, mailbag = Register(storage), Mailbag(storage)
    hours = OfficeHours.of(settings.handoff, settings.bulletin.zone)
    courier = Courier(bot, delivery, register=register, mailbag=mailbag, wording=wording)
    postroom = Postroom(
        register=register,
        mailbag=mailbag,
        courier=courier,
        room=intake.room,
        ledger=ledger,
        pacer=pacer,
        rules=Rules(
            lease=timedelta(seconds=settings.announcements.lease_seconds),
            handoff=settings.handoff,
            hours=hours,
        ),
    )
    per_minute = settings.handoff.per_minute
    return Desk(
        register=register,
        mailbag=mailbag,
        room=intake.room,
        members=Members(bot, roles),
        postroom=postroom,
        courier=courier,
        intake=intake,
        hours=hours,
        floods=Floods(per_minute, per_minute, clock=time.time),
        wording=wording,
    )
