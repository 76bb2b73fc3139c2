"""What every handler works with, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.delivery import Delivery
from bot.ledger import Ledger
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
    wording: Wording
    zone: ZoneInfo
