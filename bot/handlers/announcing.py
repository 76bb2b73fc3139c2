"""/announce: an editor writes, step by step, sees it as it will look, and confirms."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from telegram import Message, Update

from bot import reach, render
from bot.announcements import Kind, Part
from bot.announcing import panels
from bot.announcing.buttons import Op, Press
from bot.announcing.digest import digest
from bot.announcing.drafts import (
    TYPING,
    Draft,
    DraftError,
    Step,
    pressed,
    read_draft,
    take,
    timed,
)
from bot.handlers.visit import Visit, visit_of
from bot.roles import Role
from bot.scheduling import ScheduleError, read
from bot.services import Services

Otherwise = Callable[..., Coroutine[Any, Any, None]]
_EMOJI = re.compile(r"</?tg-emoji[^>]*>")  # bots may not send them; the plain sign stays


async def announce(services: Services, update: Update, _: object) -> None:
    """/announce: begin to write, or go on where the draft was left."""
    visit = visit_of(update)
    if visit is None:
        return
    draft = read_draft(await services.writings.draft(visit.user))
    if draft is None:
        draft = Draft(serial=int(datetime.now(UTC).timestamp()))
    await show(services, visit, draft, fresh=True)


def received(otherwise: Otherwise) -> Otherwise:
    """A message of an editor's: part of the draft where one waits for something typed, else
    whatever `otherwise` makes of it."""

    async def handle(services: Services, update: Update, context: object) -> None:
        visit, message = visit_of(update), update.effective_message
        if visit is None or message is None:
            return
        draft = None
        if await services.roles.may(visit.user, Role.EDITOR):
            draft = read_draft(await services.writings.draft(visit.user))
        if draft is None or draft.step not in TYPING:
            await otherwise(services, update, context)
        elif draft.step is Step.TIME:
            await _time(services, visit, draft, message.text or "")
        elif not visit.edited or visit.message in draft.sources:
            await _content(services, visit, draft, message)

    return handle


async def _content(services: Services, visit: Visit, draft: Draft, message: Message) -> None:
    said = services.wording.announcing.wizard
    part = part_of(message)
    if part is None:
        await _say(services, visit, said.no_content)
        return
    try:
        taken = take(draft, part, message.text or message.caption or "", visit.message)
    except DraftError as error:
        await _say(services, visit, said.faults[error.fault])
        return
    if taken.step is Step.REWORDED:
        for one in taken.parts:
            await services.postman.preview(visit.chat, one)
    await show(services, visit, taken, fresh=True)


def part_of(message: Message) -> Part | None:
    """What a message is as a part of an announcement; None for kinds that cannot be one."""
    if message.text is not None:
        return Part(html=_EMOJI.sub("", message.text_html))
    html = _EMOJI.sub("", message.caption_html or "")
    if message.photo:
        return Part(kind=Kind.PHOTO, file=message.photo[-1].file_id, html=html)
    if message.document is not None:
        return Part(kind=Kind.DOCUMENT, file=message.document.file_id, html=html)
    return None


async def _time(services: Services, visit: Visit, draft: Draft, text: str) -> None:
    said = services.wording.announcing.wizard
    try:
        when = read(text, datetime.now(UTC), services.zone)
        taken = timed(draft, when.at, when.cron, text.strip())
    except ScheduleError as error:
        await _say(services, visit, said.times[error.fault])
    except DraftError as error:
        await _say(services, visit, said.faults[error.fault])
    else:
        await show(services, visit, taken, fresh=True)


async def press_draft(services: Services, visit: Visit, press: Press) -> str:
    """A button of a draft's; the sentence to acknowledge it with, or none."""
    odd = services.wording.notices.odd_button
    state = await services.writings.draft(visit.user)
    draft = read_draft(state)
    if draft is None or state is None or draft.serial != press.number:
        return odd
    if press.op is Op.DROP:
        await services.writings.drop_draft(visit.user)
        await _conclude(services, visit, services.wording.announcing.wizard.dropped)
        return ""
    if press.op is Op.CONFIRM:
        return await _confirm(services, visit, draft, state)
    if press.op is Op.DIGEST:
        after = _digested(services, draft)
        if after is None:
            return services.wording.issue.empty
        for part in after.parts:
            await services.postman.preview(visit.chat, part)
        await show(services, visit, after, fresh=True)
        return ""
    groups = await _groups(services)
    chats = tuple(group.chat for group in groups)
    after = pressed(draft, press, services.settings.announcements, chats)
    if after is None:
        return odd
    await show(services, visit, after, fresh=False)
    return ""


def _digested(services: Services, draft: Draft) -> Draft | None:
    """The draft with the current issue's articles in it; None where it has content already or
    there is no issue."""
    overviews = services.live.current.overviews()
    parts = digest(overviews, services.wording)
    if not parts or draft.parts or draft.step is not Step.CONTENT:
        return None
    name = render.issue_name(overviews[0].source, services.wording)
    title = services.wording.announcing.digest.format(issue=name)
    return draft.but(parts=parts, sources=(0,) * len(parts), title=title, digest=True)


async def _confirm(services: Services, visit: Visit, draft: Draft, state: str) -> str:
    """Make an announcement, or an edit, of the draft: once, however often it is confirmed."""
    said = services.wording.announcing.wizard
    now = datetime.now(UTC)
    report = (visit.chat, visit.message)
    if draft.step is Step.REWORDED and draft.editing is not None:
        if not await services.writings.drop_draft(visit.user):
            return services.wording.notices.odd_button
        number, part = draft.editing
        done = await services.afterwards.edit(
            number, visit.user, now, part, draft.parts[0], report
        )
        await _conclude(services, visit, said.rewording if done is not None else said.too_late)
    elif draft.step is Step.CONFIRM:
        made = await services.archive.create(
            draft.plan(services.settings.announcements),
            author=visit.user,
            title=draft.title or said.untitled,
            due=draft.at or now,
            now=now,
            rhythm=draft.rhythm,
            report=report if draft.at is None else (visit.chat, None),
            draft=state,
        )
        if made is None:
            return services.wording.notices.odd_button
        time = panels.time_of(draft.at, draft.said, draft.rhythm, services.wording, services.zone)
        await _conclude(services, visit, said.confirmed.format(time=time))
    else:
        return services.wording.notices.odd_button
    services.broadcast.stir()
    return ""


async def begin_rewording(
    services: Services, visit: Visit, number: int, part: int, old: Part
) -> bool:
    """Ask for other words for a part; False while the editor writes something else."""
    if read_draft(await services.writings.draft(visit.user)) is not None:
        return False
    draft = Draft(
        serial=int(datetime.now(UTC).timestamp()),
        step=Step.REWORD,
        parts=(old,),
        editing=(number, part),
    )
    await show(services, visit, draft, fresh=True)
    return True


async def show(services: Services, visit: Visit, draft: Draft, *, fresh: bool) -> None:
    """Ask what the draft needs next, in a new message or in the old one, and keep the draft."""
    if draft.step is Step.CONFIRM:
        for part in draft.parts:
            await services.postman.preview(visit.chat, part)
        fresh = True
    settings = services.settings.announcements
    shown = panels.panel(
        draft,
        settings,
        services.wording,
        services.zone,
        groups=await _groups(services) if draft.step is Step.GROUPS else (),
        reach=await _reach(services, draft) if draft.step is Step.CONFIRM else None,
    )
    old = (draft.panel,) if draft.panel is not None else ()
    sent = await services.delivery.edit_all(
        visit.chat,
        () if fresh else old,
        render.notice(*shown.paragraphs),
        keyboard=shown.keyboard,
    )
    panel_message = sent.messages[0] if sent.messages else draft.panel
    kept = draft.but(panel=panel_message).model_dump_json()
    await services.writings.keep_draft(visit.user, kept, datetime.now(UTC))
    for panel in old if fresh else ():
        await services.delivery.delete(visit.chat, panel)


async def _reach(services: Services, draft: Draft) -> panels.Reach:
    plan = draft.plan(services.settings.announcements)
    groups, residents = await reach.count_for(services.storage, plan)
    return panels.Reach(groups=groups, residents=residents)


async def _groups(services: Services) -> tuple[panels.Group, ...]:
    return tuple(
        panels.Group(chat=chat.id, title=chat.title)
        for chat in await services.chatbook.audience()
        if chat.announcements
    )


async def _conclude(services: Services, visit: Visit, sentence: str) -> None:
    await services.delivery.edit_all(visit.chat, (visit.message,), render.notice(sentence))


async def _say(services: Services, visit: Visit, sentence: str) -> None:
    await services.delivery.send_all(visit.chat, render.notice(sentence))
