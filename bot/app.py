"""The one composition root: services and handlers, put together in one visible order."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any

from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.admins import Admins
from bot.afterwards import Afterwards
from bot.announcing import buttons, keyboards
from bot.archive import Archive
from bot.audit import Audit
from bot.belongings import Belongings
from bot.broadcast import Broadcast, Rules
from bot.chatbook import Chatbook
from bot.commands import COMMANDS
from bot.config import Secrets
from bot.connection import ApiRequest, PollingRequest
from bot.delivery import Delivery
from bot.figures import buttons as figure_buttons
from bot.figures.counts import Counts
from bot.figures.daily import Daily
from bot.figures.digests import Digests
from bot.figures.exports import Exports
from bot.figures.pictures import Pictures
from bot.floods import Floods
from bot.grants import Grants
from bot.handlers import (
    announcements,
    announcing,
    collecting,
    explaining,
    exporting,
    failures,
    figures,
    granting,
    groups,
    handing,
    handoffs,
    importing,
    inline,
    membership,
    passing,
    personal,
    presses,
    questions,
    reading,
    reloading,
    settling,
    staffing,
    subscribing,
    unanswered,
    undoing,
    waiting,
    welcome,
    writing,
)
from bot.handlers.guard import only
from bot.handoff import buttons as handoff_buttons
from bot.handoff import erasure
from bot.handoff.desk import desk_over
from bot.handoff.intake import Intake, KeepingQueue
from bot.handoff.room import Room
from bot.importing import buttons as import_buttons
from bot.importing.aside import Aside
from bot.importing.shelf import Shelf
from bot.inbox import buttons as inbox_buttons
from bot.inbox.herald import Herald
from bot.inbox.inbox import Inbox
from bot.inbox.register import Register
from bot.inbox.waitlist import Waitlist
from bot.ledger import Ledger
from bot.menu import Menu
from bot.outbox import Outbox, rekey
from bot.pacing import Pacer
from bot.posting import Postman
from bot.processing import ChatOrderedProcessor
from bot.progress import Progress
from bot.reloading import buttons as reloading_buttons
from bot.reloading.proposals import Proposals
from bot.reloading.reloads import Reloads
from bot.reloading.versions import Versions
from bot.roles import Role, Roles
from bot.services import Services
from bot.sessions import SessionStore
from bot.settings import Settings
from bot.storage import Storage
from bot.uploads import Uploads
from bot.wording import Wording
from bot.writings import Writings
from knowledge.base import Live

App = Application[Any, Any, Any, Any, Any, Any]
Handler = Callable[..., Coroutine[Any, Any, None]]

UPDATES = (  # what Telegram is asked to send
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "my_chat_member",
)

_COMMANDS: dict[str, Handler] = {
    "start": welcome.start,
    "help": welcome.help_command,
    "ask": questions.ask_command,
    "issue": reading.issue_command,
    "privacy": personal.privacy,
    "forgetme": personal.forgetme,
    "subscribe": subscribing.subscribe,
    "unsubscribe": subscribing.unsubscribe,
    "announce": announcing.announce,
    "announcements": announcements.announcements,
    "unanswered": unanswered.unanswered,
    "undo": undoing.undo,
    "reload": reloading.reload,
    "rollback": reloading.rollback,
    "version": reloading.version,
    "stats": figures.stats,
    "import": importing.bring_in,
    "digest": figures.digest,
    "why": explaining.why,
    "export": exporting.export,
    "audit": figures.audit,
    "grant": granting.grant,
    "revoke": granting.revoke,
    "human": handing.human,
}
_GROUP_COMMANDS: dict[str, Handler] = {
    "start": groups.how_command,
    "help": groups.how_command,
    "ask": groups.ask_command,
    "settings": settling.settings_command,
    "human": handing.in_group,
    "myname": staffing.myname,
    "handoffs": staffing.handoffs,
}


def compose(
    settings: Settings,
    secrets: Secrets,
    live: Live,
    storage: Storage,
    wording: Wording,
    fetching: PollingRequest,
) -> tuple[App, Services]:
    """The application, not yet started, and the services behind its handlers."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # RetryAfter without its deprecated integer
    chatbook = Chatbook(storage, movers=(rekey, erasure.rekey))
    intake = Intake(storage, Room(settings.roles.staff_chat, chatbook))
    application = (
        Application.builder()
        .token(secrets.token.get_secret_value())
        .base_url(settings.telegram.base_url)
        .base_file_url(settings.telegram.base_file_url)
        .request(ApiRequest())
        .get_updates_request(fetching)
        .concurrent_updates(ChatOrderedProcessor(settings.telegram.concurrent, intake.handled))
        .update_queue(KeepingQueue(intake.keep))
        .job_queue(None)
        .build()
    )
    sessions = SessionStore(storage, timedelta(minutes=settings.sessions.idle_minutes))
    pacer = Pacer(settings.announcements.per_second)
    ledger = Ledger(storage, sessions, chatbook)
    delivery = Delivery(application.bot, pacer=pacer, watcher=ledger)
    outbox, archive = Outbox(storage), Archive(storage)
    roles, counts = Roles(settings.roles, Grants(storage)), Counts(storage)
    in_vain, waitlist = Register(storage), Waitlist(storage)
    postman = Postman(
        application.bot,
        delivery,
        partial(keyboards.under, wording=wording),
        wording.announcing.withdrawn,
    )
    services = Services(
        live=live,
        storage=storage,
        belongings=Belongings(storage),
        ledger=ledger,
        delivery=delivery,
        chatbook=chatbook,
        admins=Admins(application.bot),
        roles=roles,
        audit=Audit(storage),
        reloads=Reloads(live, Versions(storage), settings),
        proposals=Proposals(),
        floods=Floods(settings.groups.user_per_minute, settings.groups.chat_per_minute),
        menu=Menu(categories=settings.announcements.categories, wording=wording),
        archive=archive,
        afterwards=Afterwards(storage),
        writings=Writings(storage),
        shelf=Shelf(storage),
        aside=Aside(settings.importing.seconds, settings.importing.memory_mb),
        outbox=outbox,
        postman=postman,
        broadcast=Broadcast(
            outbox=outbox,
            archive=archive,
            chatbook=chatbook,
            postman=postman,
            pacer=pacer,
            progress=Progress(
                archive=archive,
                outbox=outbox,
                delivery=delivery,
                wording=wording,
                per_second=settings.announcements.per_second,
            ),
            rules=Rules(
                zone=settings.bulletin.zone,
                lease=timedelta(seconds=settings.announcements.lease_seconds),
                give_up=timedelta(hours=settings.announcements.give_up_hours),
                resends=1 if settings.announcements.resend_unconfirmed else 0,
            ),
        ),
        handoff=desk_over(
            storage,
            settings,
            wording,
            bot=application.bot,
            delivery=delivery,
            ledger=ledger,
            pacer=pacer,
            roles=roles,
            intake=intake,
        ),
        register=in_vain,
        inbox=Inbox(live, in_vain, settings.inbox.days),
        waitlist=waitlist,
        herald=Herald(
            live=live, waitlist=waitlist, delivery=delivery, ledger=ledger, wording=wording
        ),
        uploads=Uploads(application.bot, delivery),
        counts=counts,
        pictures=Pictures(),
        exports=Exports(settings, wording),
        daily=Daily(
            counts=counts,
            digests=Digests(storage),
            roles=roles,
            delivery=delivery,
            wording=wording,
            zone=settings.bulletin.zone,
            at=settings.digest.time,
        ),
        settings=settings,
        wording=wording,
        zone=settings.bulletin.zone,
    )
    register(application, services)
    return application, services


def register(application: App, services: Services) -> None:
    """Every handler, in the order in which they are tried; the first that fits ends the search."""
    private, group = filters.ChatType.PRIVATE, filters.ChatType.GROUPS
    new, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE

    def on(handler: Handler) -> Handler:
        return partial(handler, services)

    needed = {command.name: command.role for command in COMMANDS}
    for where, handlers in ((private, _COMMANDS), (group, _GROUP_COMMANDS)):
        for name, handler in handlers.items():
            moment = new | edited if name == "ask" else new
            obeyed = on(only(needed[name], handler))
            application.add_handler(CommandHandler(name, obeyed, where & moment))
    application.add_handler(CallbackQueryHandler(on(announcements.pressed), buttons.PATTERN))
    application.add_handler(
        CallbackQueryHandler(on(only(Role.OWNER, granting.pressed)), granting.PATTERN)
    )
    application.add_handler(CallbackQueryHandler(on(handoffs.pressed), handoff_buttons.PATTERN))
    application.add_handler(CallbackQueryHandler(on(waiting.pressed), inbox_buttons.OF_RESIDENTS))
    application.add_handler(
        CallbackQueryHandler(on(only(Role.EDITOR, unanswered.pressed)), inbox_buttons.PATTERN)
    )
    application.add_handler(
        CallbackQueryHandler(on(only(Role.EDITOR, reloading.pressed)), reloading_buttons.PATTERN)
    )
    application.add_handler(
        CallbackQueryHandler(on(only(Role.EDITOR, figures.pressed)), figure_buttons.PATTERN)
    )
    application.add_handler(
        CallbackQueryHandler(on(only(Role.EDITOR, importing.press_import)), import_buttons.PATTERN)
    )
    application.add_handler(CallbackQueryHandler(on(presses.pressed)))
    application.add_handler(InlineQueryHandler(on(inline.offered)))
    application.add_handler(
        ChatMemberHandler(on(membership.changed), ChatMemberHandler.MY_CHAT_MEMBER)
    )
    told = group & filters.StatusUpdate.ALL
    application.add_handler(MessageHandler(told, on(membership.service_message)))
    application.add_handler(
        MessageHandler(group & (new | edited), on(staffing.received(groups.heard)))
    )
    talk = private & ~filters.StatusUpdate.ALL
    application.add_handler(
        MessageHandler(talk & new & filters.COMMAND, on(welcome.unknown_command))
    )
    for kind, otherwise in (
        (filters.TEXT & ~filters.COMMAND, questions.asked),
        ((new | edited) & ~filters.TEXT, welcome.not_text),
    ):
        heard = collecting.received(
            writing.received(announcing.received(passing.received(otherwise)))
        )
        application.add_handler(MessageHandler(talk & kind, on(heard)))
    application.add_error_handler(on(failures.failed))
