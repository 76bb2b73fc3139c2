"""What every handler works with, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.admins import Admins
from bot.afterwards import Afterwards
from bot.archive import Archive
from bot.audit import Audit
from bot.belongings import Belongings
from bot.broadcast import Broadcast
from bot.chatbook import Chatbook
from bot.delivery import Delivery
from bot.figures.counts import Counts
from bot.figures.daily import Daily
from bot.figures.exports import Exports
from bot.figures.pictures import Pictures
from bot.floods import Floods
from bot.handoff.desk import Desk
from bot.importing.aside import Aside
from bot.importing.shelf import Shelf
from bot.inbox.herald import Herald
from bot.inbox.inbox import Inbox
from bot.inbox.register import Register
from bot.inbox.waitlist import Waitlist
from bot.ledger import Ledger
from bot.menu import Menu
from bot.outbox import Outbox
from bot.posting import Postman
from bot.reloading.proposals import Proposals
from bot.reloading.reloads import Reloads
from bot.roles import Roles
from bot.settings import Settings
from bot.storage import Storage
from bot.uploads import Uploads
from bot.wording import Wording
from bot.writings import Writings
from knowledge.base import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Made once by the composition root; handlers read `live.current` once for each update."""

    live: Live
    storage: Storage
    belongings: Belongings
    ledger: Ledger
    delivery: Delivery
    chatbook: Chatbook
    admins: Admins
    roles: Roles
    audit: Audit
    reloads: Reloads
    proposals: Proposals
    floods: Floods
    menu: Menu
    archive: Archive
    afterwards: Afterwards
    writings: Writings
    shelf: Shelf
    aside: Aside
    outbox: Outbox
    postman: Postman
    broadcast: Broadcast
    handoff: Desk
    register: Register
    inbox: Inbox
    waitlist: Waitlist
    herald: Herald
    uploads: Uploads
    counts: Counts
    pictures: Pictures
    exports: Exports
    daily: Daily
    settings: Settings
    wording: Wording
    zone: ZoneInfo
