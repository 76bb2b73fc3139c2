"""Questions: typed, edited, after /ask, or behind a button."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from telegram import Update

from bot import dialogue, render
from bot.buttons import Keyboard
from bot.dialogue import Turn
from bot.handlers.visit import Context, Visit, visit_of
from bot.handoff import buttons as handoff
from bot.services import Services
from bot.sessions import Session
from bot.storage import AskedQuestion
from knowledge.base import KnowledgeBase
from knowledge.model import Answer, Chat, Status

EXAMPLES = 5
ASKED = "ask_"  # and a number: a link to the question that was asked in a group
START = "hello"  # a link that only opens a private chat


async def asked(services: Services, update: Update, context: Context) -> None:
    """A plain message in a private chat is a question, unless it is one of our own offers."""
    visit, message = visit_of(update), update.effective_message
    if visit is None or message is None:
        return
    if message.via_bot is None or message.via_bot.id != context.bot.id:
        await respond(services, visit, message.text or "")


async def ask_command(services: Services, update: Update, _: object) -> None:
    """/ask 问题 in a private chat."""
    visit = visit_of(update)
    if visit is None or update.effective_message is None:
        return
    words = (update.effective_message.text or "").split(maxsplit=1)
    if len(words) > 1:
        await respond(services, visit, words[1])
    elif not visit.edited:
        said = services.wording.ask
        await services.delivery.send_all(
            visit.chat,
            render.notice(inviting(services, said.missing, said.missing_plain)),
            thread=visit.thread,
        )


def inviting(services: Services, sentence: str, without: str) -> str:
    """`sentence` with a question worth asking in it, or `without` where there is none."""
    examples = services.live.current.examples(1)
    return sentence.format(example=examples[0].question) if examples else without


async def respond(services: Services, visit: Visit, question: str, *, quiet: bool = False) -> bool:
    """Answer a question; when it is an edit, in the place of what answered it before. Whether the
    answer arrived. With `quiet` a message that asks nothing gets no reply."""
    earlier = await services.ledger.earlier(visit.chat, visit.message) if visit.edited else None
    late = visit.late and not visit.private
    if visit.edited and (earlier.question == question if earlier else late):
        return False  # Telegram also reports edits that change no text
    if visit.private:  # a group's twenty calls a minute are better spent on answers
        await services.delivery.typing(visit.chat)
    base = services.live.current
    now = datetime.now(UTC)
    turn = dialogue.turn(await services.ledger.recall(visit.key, now), question, base)
    answer = dialogue.vouched(turn.answer, base)
    if quiet and answer.status is Status.CHAT:
        return False
    written = _written(visit, turn, answer, base, now, question)
    missed = not visit.private and render.is_miss(answer)
    number = await services.ledger.record(written) if missed else None
    if visit.private:
        pages, keyboard = render.html(answer, services.wording), _keys(services, answer, base)
    else:
        pages, keyboard = _in_group(services, visit, answer, base, number)
    sent = await services.delivery.edit_all(
        visit.chat,
        earlier.messages if earlier is not None else (),
        pages,
        keyboard=keyboard,
        thread=visit.thread,
        reply_to=visit.reply_to,
    )
    place = replace(visit, chat=sent.receipt.chat or visit.chat)
    await services.ledger.keep(place.key, turn.session, now)
    if number is None:
        number = await services.ledger.record(replace(written, chat=place.chat))
    if number is not None and sent.messages:
        await services.ledger.remember(place.chat, visit.message, sent.messages, number)
    return bool(sent.messages)


async def opened(services: Services, visit: Visit, target: str, base: KnowledgeBase) -> bool:
    """Answer with what stands behind a target; False when this version holds no such thing."""
    now = datetime.now(UTC)
    session = await services.ledger.recall(visit.key, now)
    question = _question_of(session, target, base)
    turn = dialogue.choose(session, target, base, question)
    if turn is None:
        return False
    if visit.private:
        await services.delivery.typing(visit.chat)
    answer = dialogue.vouched(turn.answer, base)
    sent = await services.delivery.send_all(
        visit.chat,
        render.html(answer, services.wording, asked=question, alone=visit.private),
        keyboard=_keys(services, answer, base) if visit.private else (),
        thread=visit.thread,
        reply_to=visit.reply_to,
    )
    written = _written(visit, turn, answer, base, now, turn.question)
    place = replace(visit, chat=sent.receipt.chat or visit.chat)
    await services.ledger.keep(place.key, turn.session, now)
    number = await services.ledger.record(replace(written, chat=place.chat))
    if number is not None and sent.messages:
        # The reply stands for the question: a button's message may be pressed again for another.
        own = sent.messages[0]
        await services.ledger.remember(place.chat, own, sent.messages, number)
    return True


def _question_of(session: Session, target: str, base: KnowledgeBase) -> str:
    """What a person asks by pressing a button or following a link; empty for a section, which is
    no question."""
    labels = {example.target: example.question for example in base.examples(EXAMPLES)}
    labels |= {option.target: option.label for option in session.options}
    return labels.get(target) or base.label(target)


def _keys(services: Services, answer: Answer, base: KnowledgeBase) -> Keyboard:
    """In a private chat, everything that can be done with an answer."""
    examples = base.examples(EXAMPLES) if answer.chat in render.INVITING else ()
    keys = render.keyboard(answer, base.version, services.wording, examples)
    if services.handoff.room.configured and render.is_miss(answer):
        return (*keys, *handoff.asking(services.wording))
    return keys


def _in_group(
    services: Services, visit: Visit, answer: Answer, base: KnowledgeBase, number: int | None
) -> tuple[tuple[str, ...], Keyboard]:
    """An answer as everybody in a group reads it. A miss, noted under `number`, is one line with
    the way to a private chat, and what may have been meant for the one who asked."""
    said = services.wording
    if answer.chat in (Chat.GREETING, Chat.HELP, Chat.LAUGH):  # one does not just type there
        return render.notice(inviting(services, said.start.group, said.start.group_plain)), ()
    if not render.is_miss(answer):
        return render.html(answer, said, alone=False), ()
    options = render.option_buttons(answer, base.version, owner=visit.owner)
    link = services.delivery.link(f"{ASKED}{number}" if number is not None else START)
    line = said.groups.which if options else said.groups.miss
    keys = (*options, *render.private_button(link, said))
    if services.handoff.room.configured and number is not None:
        human = services.delivery.link(f"{handoff.HUMAN}_{number}")
        keys = (*keys, *handoff.leading(human, said))
    return render.notice(line), keys


def _written(
    visit: Visit, turn: Turn, answer: Answer, base: KnowledgeBase, now: datetime, question: str
) -> AskedQuestion:
    return AskedQuestion(
        chat=visit.chat,
        thread=visit.thread,
        user=visit.user,
        question=question,
        resolved=turn.question,
        status=answer.status,
        confidence=answer.confidence,
        target=answer.target,
        lack=answer.lack,
        version=base.version,
        issue=answer.source.issue if answer.source is not None else None,
        asked_at=now,
    )
