"""/import: an editor sends the pages of an issue, looks at what was read, dates it, puts it in."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime
from typing import Any

from telegram import Update

from bot import render
from bot.handlers.pressing import acknowledged
from bot.handlers.putting import put
from bot.handlers.visit import Visit, visit_of
from bot.importing import panels
from bot.importing.aside import Upload
from bot.importing.buttons import Op, Press, parse
from bot.importing.days import DayError, guesses, read_day
from bot.importing.drafts import (
    Draft,
    DraftError,
    Step,
    collected,
    dated,
    headlined,
    pressed,
    read_draft,
    renamed,
)
from bot.importing.placing import issue_of
from bot.importing.seen import Complaint
from bot.services import Services

Otherwise = Callable[..., Coroutine[Any, Any, None]]
_TEXT = "text.txt"  # what a pasted text is read as


async def bring_in(services: Services, update: Update, _: object) -> None:
    """/import: begin, or go on where it was left."""
    visit = visit_of(update)
    if visit is None:
        return
    draft, _touched = await draft_of(services, visit.user)
    await show(services, visit, draft or new_draft(), fresh=True)


async def typed(services: Services, visit: Visit, draft: Draft, text: str) -> None:
    """An answer to what the draft asked."""
    said = services.wording.importing
    try:
        if draft.step is Step.DAY:
            today = datetime.now(services.zone).date()
            await _day(services, visit, draft, read_day(text, today), fresh=True)
        elif draft.step is Step.HEADLINE:
            await _headline(services, visit, draft, text)
        else:
            await show(services, visit, renamed(draft, text), fresh=True)
    except DayError as error:
        await say(services, visit, said.days[error.fault])
    except DraftError as error:
        await say(services, visit, said.drafts[error.fault])


async def _day(services: Services, visit: Visit, draft: Draft, day: date, *, fresh: bool) -> None:
    """The day is known: name the issue, and ask on where there is one of that day."""
    stock = services.live.current.stock
    newest = services.live.current.current
    said = services.wording
    named_so = draft.title and draft.title != (said.date(draft.day) if draft.day else "")
    draft = draft.but(
        bulletin=draft.bulletin
        or (newest.bulletin if newest is not None else said.importing.default_bulletin),
        title=draft.title if named_so else said.date(day),
    )
    exists = issue_of(stock.issues, day) is not None
    await show(services, visit, dated(draft, day, exists=exists), fresh=fresh)


async def _headline(services: Services, visit: Visit, draft: Draft, wanted: str) -> None:
    """Put another headline into a text, if the page reader then takes it for one."""
    assert draft.correcting is not None
    at, number = draft.correcting
    sheet = draft.sheets[at]
    text = (await services.shelf.texts(visit.user))[sheet.number]
    changed = headlined(text, sheet.seen.articles[number], wanted)
    await services.delivery.typing(visit.chat)
    found = await services.aside.read(Upload(name=_TEXT, data=changed.encode()))
    if (
        isinstance(found, Complaint)
        or len(found.articles) != len(sheet.seen.articles)
        or found.articles[number].headline != " ".join(wanted.split())
        or not found.articles[number].named
    ):
        await say(services, visit, services.wording.importing.headline_unread)
        return
    fresh = sheet.model_copy(update={"seen": found.seen, "length": len(found.text)})
    draft = collected(draft, fresh).but(step=Step.REVIEW, correcting=None)
    await show(services, visit, draft, fresh=True, texts={fresh.number: found.text})


async def press_import(services: Services, update: Update, _: object) -> None:
    """A button of a draft's. Only in a private chat, and whoever presses is checked anew by the
    guard before; what comes back may be old or invented."""
    failed = services.wording.announcing.failed
    await acknowledged(services, update, parse, _done, failed)


async def _done(services: Services, visit: Visit, press: Press) -> str:
    """Do what the button says; the sentence to acknowledge it with, or none."""
    odd = services.wording.notices.odd_button
    draft, _touched = await draft_of(services, visit.user)
    if draft is None or draft.serial != press.number:
        return odd
    putting = False
    match press.op:
        case Op.DROP:
            await services.shelf.drop(visit.user)
            sentence = services.wording.importing.dropped
            await services.delivery.edit_all(visit.chat, (visit.message,), render.notice(sentence))
            return ""
        case Op.DAY:
            return await _chosen(services, visit, draft, press.word)
        case Op.PUT if draft.step is Step.REVIEW:
            after = await put(services, visit, draft, anyway=False)
            putting = True
        case Op.ANYWAY if draft.step is Step.FAILING:
            after = await put(services, visit, draft, anyway=True)
            putting = True
        case _:
            after = pressed(draft, press)
            if after is None:
                return odd
    if after is not None:
        await show(services, visit, after, fresh=putting)
    return ""


async def _chosen(services: Services, visit: Visit, draft: Draft, word: str) -> str:
    """A day that was offered."""
    if draft.step is not Step.DAY:
        return services.wording.notices.odd_button
    try:
        day = read_day(word, datetime.now(services.zone).date())
    except DayError as error:
        return services.wording.importing.days[error.fault]
    await _day(services, visit, draft, day, fresh=False)
    return ""


async def show(
    services: Services,
    visit: Visit,
    draft: Draft,
    *,
    fresh: bool,
    texts: dict[int, str] | None = None,
) -> None:
    """Ask what the draft needs next, in a new message or in the old one, and keep the draft."""
    shown = panels.panel(draft, services.wording, await _known(services, visit.user, draft))
    now = datetime.now(UTC)
    await services.shelf.keep(visit.user, draft.model_dump_json(), now, texts)
    old = (draft.panel,) if draft.panel is not None else ()
    sent = await services.delivery.edit_all(
        visit.chat,
        () if fresh else old,
        render.notice(*shown.paragraphs),
        keyboard=shown.keyboard,
    )
    panel = sent.messages[-1] if sent.messages else draft.panel
    if panel != draft.panel:
        await services.shelf.keep(visit.user, draft.but(panel=panel).model_dump_json(), now)
    for message in old if fresh else ():
        await services.delivery.delete(visit.chat, message)


async def _known(services: Services, user: int, draft: Draft) -> panels.Known:
    """What the content says about the draft."""
    if draft.step is Step.DAY:
        texts = await services.shelf.texts(user)
        days = guesses(
            tuple(sheet.name for sheet in draft.sheets),
            tuple(texts[sheet.number] for sheet in draft.sheets if sheet.number in texts),
            tuple(sheet.posted for sheet in draft.sheets if sheet.posted is not None),
            datetime.now(services.zone).date(),
        )
        return panels.Known(days=days)
    if draft.step is Step.EXISTING and draft.day is not None:
        card = issue_of(services.live.current.stock.issues, draft.day)
        if card is not None:
            return panels.Known(title=card.title, articles=len(card.articles))
    return panels.Known()


async def draft_of(services: Services, user: int) -> tuple[Draft | None, datetime | None]:
    kept = await services.shelf.state(user)
    if kept is None:
        return None, None
    draft = read_draft(kept[0])
    return draft, kept[1] if draft is not None else None


def new_draft() -> Draft:
    return Draft(serial=int(datetime.now(UTC).timestamp()))


async def say(services: Services, visit: Visit, sentence: str) -> None:
    await services.delivery.send_all(visit.chat, render.notice(sentence))
