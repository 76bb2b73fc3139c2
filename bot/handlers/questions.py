"""Questions: typed, edited, after /ask, or behind a button."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from telegram import Update

from bot import dialogue, render
from bot.buttons import Keyboard
from bot.dialogue import Turn
from bot.handlers.visit import Visit, visit_of
from bot.services import Services
from bot.sessions import Session
from bot.storage import AskedQuestion
from knowledge.base import KnowledgeBase
from knowledge.model import Answer, Lack, Status

logger = logging.getLogger(__name__)

EXAMPLES = 5


async def asked(services: Services, update: Update, _: object) -> None:
    """A plain message is a question."""
    visit = visit_of(update)
    if visit is not None and update.effective_message is not None:
        await respond(services, visit, update.effective_message.text or "")


async def ask_command(services: Services, update: Update, _: object) -> None:
    """/ask 问题, in any chat."""
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
            reply_to=visit.reply_to,
        )


def inviting(services: Services, sentence: str, without: str) -> str:
    """`sentence` with a question worth asking in it, or `without` where there is none."""
    examples = services.live.current.examples(1)
    return sentence.format(example=examples[0].question) if examples else without


async def respond(services: Services, visit: Visit, question: str) -> None:
    """Answer a question; when it is an edit, in the place of what answered it before."""
    earlier = await services.ledger.earlier(visit.chat, visit.message) if visit.edited else None
    if visit.edited and (earlier.question == question if earlier else not visit.private):
        return  # Telegram also reports edits that change no text
    if visit.private:  # a group's twenty calls a minute are better spent on answers
        await services.delivery.typing(visit.chat)
    base = services.live.current
    now = datetime.now(UTC)
    turn = dialogue.turn(await services.ledger.recall(visit.key, now), question, base)
    answer = vouched(turn.answer, base)
    sent = await services.delivery.edit_all(
        visit.chat,
        earlier.messages if earlier is not None else (),
        render.html(answer, services.wording, alone=visit.private),
        keyboard=_keyboard(services, visit, answer, base),
        thread=visit.thread,
        reply_to=visit.reply_to,
    )
    written = _written(visit, turn, answer, base, now, question)
    await _keep(services, visit, turn, written, visit.message, sent.messages)


async def opened(services: Services, visit: Visit, target: str, base: KnowledgeBase) -> bool:
    """Answer with what stands behind a target; False when this version holds no such thing."""
    now = datetime.now(UTC)
    session = await services.ledger.recall(visit.key, now)
    question = _question_of(session, target, base)
    turn = dialogue.choose(session, target, base, question)
    if turn is None:
        return False
    await services.delivery.typing(visit.chat)
    answer = vouched(turn.answer, base)
    sent = await services.delivery.send_all(
        visit.chat,
        render.html(answer, services.wording, asked=question),
        keyboard=_keyboard(services, visit, answer, base),
        thread=visit.thread,
    )
    written = _written(visit, turn, answer, base, now, turn.question)
    # The reply stands for the question: a button's message may be pressed again for another.
    own = sent.messages[0] if sent.messages else visit.message
    await _keep(services, visit, turn, written, own, sent.messages)
    return True


def _question_of(session: Session, target: str, base: KnowledgeBase) -> str:
    """What a person asks by pressing a button or following a link; empty for a section, which is
    no question."""
    labels = {example.target: example.question for example in base.examples(EXAMPLES)}
    labels |= {option.target: option.label for option in session.options}
    return labels.get(target) or base.label(target)


def vouched(answer: Answer, base: KnowledgeBase) -> Answer:
    """The answer, if each quotation of it still stands in its page; else that there is none."""
    if not answer.quotes or base.verified(answer):
        return answer
    logger.error("%s: a quotation no longer stands in its page; not sent", answer.target)
    return Answer(status=Status.UNKNOWN, lack=Lack.NOTHING)


def _keyboard(services: Services, visit: Visit, answer: Answer, base: KnowledgeBase) -> Keyboard:
    """Buttons only where one person alone can press them."""
    if not visit.private:
        return ()
    examples = base.examples(EXAMPLES) if answer.chat in render.INVITING else ()
    return render.keyboard(answer, base.version, services.wording, examples)


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


async def _keep(
    services: Services,
    visit: Visit,
    turn: Turn,
    written: AskedQuestion,
    message: int,
    replies: tuple[int, ...],
) -> None:
    """Write down the conversation, the question, and which messages answered it."""
    await services.ledger.keep(visit.key, turn.session, written.asked_at)
    number = await services.ledger.record(written)
    if number is not None and replies:
        await services.ledger.remember(visit.chat, message, replies, number)
