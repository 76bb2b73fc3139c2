"""写答案, 另找一条: an editor writes an answer or names a question that has it, sees it as
residents will, and confirms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Update

from bot import render
from bot.handlers.visit import Visit, visit_of
from bot.inbox import taught
from bot.inbox.buttons import Op, Press, press
from bot.inbox.cards import short, teaching_card
from bot.inbox.drafts import TYPING, AnswerDraft, Step, read_draft, typed
from bot.inbox.inbox import Matter, candidates
from bot.inbox.teaching import (
    LONGEST_NAME,
    Fault,
    Teaching,
    TeachingError,
    accept,
    teachable,
    try_alias,
    try_answer,
)
from bot.masking import tells_who
from bot.roles import Role
from bot.services import Services

Otherwise = Callable[..., Coroutine[Any, Any, None]]
PATIENCE = timedelta(minutes=30)  # for which what an editor types is taken for the answer


async def begin(
    services: Services, visit: Visit, matter: Matter, name: str, *, finds: bool
) -> str:
    """Ask for the answer to a matter, or where the editor `finds` it for a question that has it;
    the sentence to acknowledge the button with, or none. The editor signs as the last time, or
    else by the name in Telegram."""
    state = await services.writings.draft(visit.user)
    if state is not None and read_draft(state) is None:
        return services.wording.inbox.busy
    signed = await services.register.last_name(visit.user) or taught.clean(name)
    draft = AnswerDraft(
        serial=int(datetime.now(UTC).timestamp()),
        step=Step.FIND if finds else Step.TEXT,
        questions=teachable(matter.same),
        finds=finds,
        name=" ".join(signed.split())[:LONGEST_NAME],
    )
    await _ask(services, visit, draft)
    return ""


def received(otherwise: Otherwise) -> Otherwise:
    """A message of an editor's: what a draft asks for where one waits for something typed, else
    whatever `otherwise` makes of it."""

    async def handle(services: Services, update: Update, context: object) -> None:
        visit, message = visit_of(update), update.effective_message
        if visit is None or message is None:
            return
        draft = None
        plain = message.text is not None and message.forward_origin is None
        if plain and not visit.edited and await services.roles.may(visit.user, Role.EDITOR):
            draft = await _waiting(services, visit)
        if draft is None:
            await otherwise(services, update, context)
        else:
            await _shown(services, visit, typed(draft, message.text or ""), draft)

    return handle


async def _waiting(services: Services, visit: Visit) -> AnswerDraft | None:
    """The draft that waits for what an editor types: not long after, and unless they went on to
    bring an issue in."""
    draft = read_draft(await services.writings.draft(visit.user))
    if draft is None or draft.step not in TYPING:
        return None
    touched = await services.writings.draft_touched(visit.user)
    imported = await services.shelf.state(visit.user)
    if touched is None or datetime.now(UTC) - touched > PATIENCE:
        return None
    return None if imported is not None and imported[1] > touched else draft


async def press_draft(services: Services, visit: Visit, pressed: Press) -> str:
    """A button of a draft's; the sentence to acknowledge it with, or none."""
    said = services.wording.inbox
    draft = read_draft(await services.writings.draft(visit.user))
    if draft is None or draft.serial != pressed.number:
        return services.wording.notices.odd_button
    if pressed.op is Op.DROP:
        await services.writings.drop_draft(visit.user)
        await services.delivery.edit_all(visit.chat, (visit.message,), render.notice(said.dropped))
    elif pressed.op is Op.AGAIN:
        await _ask(services, visit, draft.but(step=Step.FIND if draft.finds else Step.TEXT))
    elif pressed.op is Op.NAME:
        await _ask(services, visit, draft.but(step=Step.NAME))
    elif draft.step is not Step.READY:
        return services.wording.notices.odd_button
    elif draft.version != services.live.current.version:
        await _shown(services, visit, draft, draft)
        return said.changed
    else:
        await services.delivery.typing(visit.chat)
        teaching = await _tried(services, draft)
        name = "" if draft.finds else draft.name
        lesson = await accept(services, teaching, visit.user, name=name)
        await services.writings.drop_draft(visit.user)
        await conclude(services, visit, lesson)
    return ""


async def conclude(services: Services, visit: Visit, lesson: int) -> None:
    """Say in the place of what was confirmed that it is taught."""
    said = services.wording.inbox
    keys = (press(said.buttons.undo, Op.UNDO, lesson), press(said.buttons.next, Op.VIEW, 0))
    services.herald.stir()
    await services.delivery.edit_all(
        visit.chat, (visit.message,), render.notice(said.taught), keyboard=(keys,)
    )


def sentence(services: Services, error: TeachingError) -> str:
    """Why something is not taught, in words."""
    said: str = getattr(services.wording.inbox.faults, error.fault.value)
    return said.format(named="\n".join(error.named))


async def _ask(services: Services, visit: Visit, draft: AnswerDraft) -> None:
    """Ask for what the draft needs next, and keep it."""
    said = services.wording.inbox
    words = {
        Step.TEXT: said.ask_answer.format(question=short(draft.questions[0])),
        Step.FIND: said.ask_other.format(question=short(draft.questions[0])),
    }.get(draft.step, said.ask_name)
    await _keep(services, visit, draft)
    await services.delivery.send_all(
        visit.chat,
        render.notice(words),
        keyboard=((press(said.buttons.drop, Op.DROP, draft.serial),),),
    )


async def _shown(
    services: Services, visit: Visit, draft: AnswerDraft, before: AnswerDraft
) -> None:
    """Try the answer out and show it. What cannot be taken leaves the draft as it was `before`."""
    said = services.wording.inbox
    await services.delivery.typing(visit.chat)
    version = services.live.current.version
    try:
        teaching = await _tried(services, draft)
    except TeachingError as error:
        if error.fault is Fault.TAKEN:
            await services.writings.drop_draft(visit.user)
        else:
            await _keep(services, visit, before)
        await services.delivery.send_all(visit.chat, render.notice(sentence(services, error)))
        return
    await _keep(services, visit, draft.but(version=version))
    keys = [
        press(said.buttons.teach, Op.TEACH, draft.serial),
        press(said.buttons.drop, Op.DROP, draft.serial),
        press(said.buttons.again, Op.AGAIN, draft.serial),
    ]
    if not draft.finds:
        keys.append(press(said.buttons.name, Op.NAME, draft.serial))
    card = teaching_card(
        teaching.questions,
        teaching.answer,
        services.wording,
        tuple(keys),
        failing=teaching.failing,
        remark=said.numbers if tells_who(draft.text) and not draft.finds else "",
    )
    await services.delivery.send_all(visit.chat, card.pages, keyboard=card.keyboard)


async def _tried(services: Services, draft: AnswerDraft) -> Teaching:
    """What a draft would teach, tried out. Raises TeachingError."""
    if not draft.finds:
        return await try_answer(services, draft.questions, draft.text, draft.name)
    found = await asyncio.to_thread(candidates, services.live.current, draft.text)
    if not found:
        raise TeachingError(Fault.NOT_FOUND)
    return await try_alias(services, draft.questions, found[0])


async def _keep(services: Services, visit: Visit, draft: AnswerDraft) -> None:
    now = datetime.now(UTC)
    await services.writings.keep_draft(visit.user, draft.model_dump_json(), now)
