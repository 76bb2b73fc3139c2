"""Everything that hand-offs are made with, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.floods import Floods
from bot.handoff.hours import OfficeHours
from bot.handoff.intake import Intake
from bot.handoff.mailbag import Mailbag
from bot.handoff.postroom import Postroom
from bot.handoff.register import Register
from bot.handoff.room import Room
from bot.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Made once by the composition root."""

    register: Register
    mailbag: Mailbag
    room: Room
    postroom: Postroom
    intake: Intake
    hours: OfficeHours
    floods: Floods
    wording: Wording

    def when(self, now: datetime) -> str:
        """When somebody will look, in words; empty in office hours."""
        opens = self.hours.opens(now)
        if opens is None or opens <= now:
            return ""
        return self.wording.moment(opens)
