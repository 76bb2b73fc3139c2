"""What every handler works with, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.admins import Admins
from bot.chatbook import Chatbook
from bot.delivery import Delivery
from bot.floods import Floods
from bot.ledger import Ledger
from bot.menu import Menu
from bot.storage import Storage
from bot.wording import Wording
from knowledge.base import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Made once by the composition root; handlers read `live.current` once for each update."""

    live: Live
    storage: Storage
    ledger: Ledger
    delivery: Delivery
    chatbook: Chatbook
    admins: Admins
    floods: Floods
    menu: Menu
    wording: Wording
    zone: ZoneInfo
