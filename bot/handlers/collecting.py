"""What an editor sends as a page of an issue: files, forwarded posts, long texts."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from telegram import Message, MessageOriginChannel, Update
from telegram.error import TelegramError

from bot import render
from bot.announcing import drafts as announcements
from bot.handlers.importing import draft_of, new_draft, say, show, typed
from bot.handlers.visit import Context, Visit, visit_of
from bot.importing import panels
from bot.importing.aside import Upload
from bot.importing.drafts import (
    Draft,
    DraftError,
    Sheet,
    Sort,
    collected,
    follows,
    is_article,
    tail_of,
    waits,
)
from bot.importing.faults import Fault, Refused
from bot.importing.reading import kind_of, named
from bot.importing.seen import Complaint, SeenPage
from bot.inbox import drafts as answers
from bot.roles import Role
from bot.services import Services

Otherwise = Callable[..., Coroutine[Any, Any, None]]
_TEXT = "text.txt"  # what a pasted text is read as


def received(otherwise: Otherwise) -> Otherwise:
    """A message of an editor's: a page or an answer for a draft, where it is meant for one, else
    whatever `otherwise` makes of it."""

    async def handle(services: Services, update: Update, context: Context) -> None:
        visit, message = visit_of(update), update.effective_message
        if visit is None or message is None:
            return
        if not await services.roles.may(visit.user, Role.EDITOR):
            await otherwise(services, update, context)
            return
        draft, touched = await draft_of(services, visit.user)
        handed_over = draft is None and await services.handoff.hears(visit.user)
        if handed_over or await _elsewhere(services, visit.user, touched):
            await otherwise(services, update, context)
        elif _is_page(visit, message, draft):
            await _page(services, visit, context, draft or new_draft(), message)
        elif (
            draft is not None
            and touched is not None
            and message.text is not None
            and not visit.edited
            and waits(draft, touched, datetime.now(UTC))
        ):
            await typed(services, visit, draft, message.text)
        else:
            await otherwise(services, update, context)

    return handle


async def _elsewhere(services: Services, user: int, touched: datetime | None) -> bool:
    """Whether something else that the editor writes waits for words, and was worked on later."""
    state = await services.writings.draft(user)
    announcement, answer = announcements.read_draft(state), answers.read_draft(state)
    waits_there = (announcement is not None and announcement.step in announcements.TYPING) or (
        answer is not None and answer.step in answers.TYPING
    )
    if not waits_there:
        return False
    worked = await services.writings.draft_touched(user)
    return touched is None or (worked is not None and worked > touched)


def _is_page(visit: Visit, message: Message, draft: Draft | None) -> bool:
    """Whether a message is a page rather than an answer or a question."""
    if visit.edited:
        return _edited(visit, draft) is not None
    if message.document is not None:
        return True
    text = message.text or message.caption or ""
    if message.forward_origin is not None and text:
        channel = isinstance(message.forward_origin, MessageOriginChannel)
        return channel or is_article(text, draft)
    if message.text is None:
        return False
    return (draft is not None and follows(draft, message.date)) or is_article(text, draft)


def _edited(visit: Visit, draft: Draft | None) -> Sheet | None:
    """The sheet that an edited message alone became."""
    for sheet in draft.sheets if draft is not None else ():
        if sheet.sources == (visit.message,) and sheet.sort is not Sort.FILE:
            return sheet
    return None


async def _page(
    services: Services, visit: Visit, context: Context, draft: Draft, message: Message
) -> None:
    """Read what was sent, show what is in it, and keep it; once, should it be told of again."""
    if not visit.edited and any(visit.message in sheet.sources for sheet in draft.sheets):
        await show(services, visit, draft, fresh=True)
        return
    await services.delivery.typing(visit.chat)
    document, name = message.document, _name(message)
    try:
        upload = (
            await _fetched(services, context, name, document.file_id, document.file_size)
            if document is not None
            else Upload(name=_TEXT, data=b"")
        )
    except Refused as refused:
        await _refuse(services, visit, Complaint.of(refused), name)
        return
    sheet = _edited(visit, draft) if visit.edited else None
    if document is None:
        text = message.text or message.caption or ""
        if sheet is None and follows(draft, message.date) and message.forward_origin is None:
            sheet = draft.sheets[-1]
            before = (await services.shelf.texts(visit.user))[sheet.number]
            text = f"{before}\n{text}"
        upload = Upload(name=_TEXT, data=text.encode("utf-8", "replace"))
    found = await services.aside.read(upload)
    if isinstance(found, Complaint):
        shown = name or services.wording.importing.pasted
        await _refuse(services, visit, found, shown)
        return
    fresh = _sheet(draft, sheet, message, found, services.zone)
    try:
        taken = collected(draft, fresh)
    except DraftError as error:
        await say(services, visit, services.wording.importing.drafts[error.fault])
        return
    looked = panels.sheet(fresh, services.wording)
    await services.delivery.send_all(visit.chat, render.notice(*looked))
    await show(services, visit, taken, fresh=True, texts={fresh.number: found.text})


def _name(message: Message) -> str:
    """The name of the file that was sent, empty for a text."""
    document = message.document
    return named(document.file_name, document.mime_type) if document is not None else ""


def _sheet(
    draft: Draft, old: Sheet | None, message: Message, found: SeenPage, zone: ZoneInfo
) -> Sheet:
    """The page that a message became, or goes on."""
    origin = message.forward_origin
    text = message.text or message.caption or ""
    sources = old.sources if old is not None else ()
    sort = Sort.PASTED
    if message.document is not None:
        sort = Sort.FILE
    elif isinstance(origin, MessageOriginChannel):
        sort = Sort.FORWARDED
    return Sheet(
        number=old.number if old is not None else draft.counted + 1,
        name=_name(message),
        sort=sort,
        sources=tuple(dict.fromkeys((*sources, message.message_id))),
        tail=0 if message.document is not None else tail_of(text),
        at=message.date,
        posted=origin.date.astimezone(zone).date() if origin is not None else None,
        length=len(found.text),
        seen=found.seen,
    )


async def _fetched(
    services: Services, context: Context, name: str, file: str, size: int | None
) -> Upload:
    """A file as Telegram keeps it. Raises Refused."""
    kind_of(name)
    most = services.settings.importing.largest_mb << 20
    if size is not None and size > most:
        raise Refused(Fault.TOO_LARGE)
    if size == 0:
        raise Refused(Fault.EMPTY)
    try:
        kept = await context.bot.get_file(file)
        if kept.file_size is not None and kept.file_size > most:
            raise Refused(Fault.TOO_LARGE)
        data = bytes(await kept.download_as_bytearray())
    except TelegramError as error:
        large = "file is too big" in error.message.lower()
        raise Refused(Fault.TOO_LARGE if large else Fault.NOT_FETCHED) from None
    if len(data) > most:
        raise Refused(Fault.TOO_LARGE)
    return Upload(name=name, data=data)


async def _refuse(services: Services, visit: Visit, complaint: Complaint, name: str) -> None:
    largest = services.settings.importing.largest_mb
    await say(services, visit, panels.refusal(complaint, name, services.wording, largest))
