"""Groups: who speaks to the bot there, how often it answers, and silence for everybody else."""

from __future__ import annotations

from telegram import Bot, Message, Update, User

from bot import render
from bot.addressing import Address, Entity, Myself, address
from bot.chats import ChatKind
from bot.floods import Verdict
from bot.handlers import questions
from bot.handlers.visit import Context, Visit, visit_of
from bot.services import Services


async def heard(services: Services, update: Update, context: Context) -> None:
    """Any message in a group: answered when it speaks to the bot, else passed over."""
    visit, message = visit_of(update), update.effective_message
    if visit is None or message is None or not is_spoken(message, context.bot):
        return
    spoken = address_of(message, context.bot)
    if spoken is None or (visit.edited and not spoken.question):
        return
    question = spoken.question or _pointed_at(message, context.bot)
    voice = bool(message.voice or message.video_note) and not question
    if not (question or voice or spoken.named) or not await admitted(services, visit, message):
        return
    if question:
        await answer(
            services, visit, question, quiet=await _idle(services, visit, spoken, message)
        )
    elif voice:
        await say(services, visit, services.wording.groups.voice)
    else:
        await invite(services, visit)


async def ask_command(services: Services, update: Update, context: Context) -> None:
    """/ask 问题 in a group."""
    visit, message = visit_of(update), update.effective_message
    if visit is None or message is None or not is_spoken(message, context.bot):
        return
    words = (message.text or "").split(maxsplit=1)
    if (visit.edited and len(words) < 2) or not await admitted(services, visit, message):
        return
    if len(words) > 1:
        await answer(services, visit, words[1])
    elif question := _pointed_at(message, context.bot):
        await answer(services, visit, question)
    else:
        said = services.wording.ask
        await say(services, visit, questions.inviting(services, said.missing, said.missing_plain))


async def how_command(services: Services, update: Update, context: Context) -> None:
    """/start and /help in a group: how to ask."""
    visit, message = visit_of(update), update.effective_message
    if visit is None or message is None or not is_spoken(message, context.bot):
        return
    if await admitted(services, visit, message):
        await invite(services, visit)


async def invite(services: Services, visit: Visit) -> None:
    """Tell how to ask in a group."""
    said = services.wording.start
    await say(services, visit, questions.inviting(services, said.group, said.group_plain))


async def answer(services: Services, visit: Visit, question: str, *, quiet: bool = False) -> None:
    """Answer a question in a group; a chat that takes the answer is active, whatever we thought.
    With `quiet` thanks and the like are not returned."""
    if await questions.respond(services, visit, question, quiet=quiet):
        await services.ledger.regain(visit.chat)


async def say(services: Services, visit: Visit, sentence: str) -> None:
    """Say one sentence of our own, as a reply, in the same topic."""
    await services.delivery.send_all(
        visit.chat, render.notice(sentence), thread=visit.thread, reply_to=visit.reply_to
    )


async def admitted(
    services: Services, visit: Visit, message: Message, *, always: bool = False
) -> bool:
    """Whether a message that speaks to the bot is to be answered: not too many in a minute, and
    the group wants answers (or `always`). Says once that it is too much, but to no edit."""
    verdict = services.floods.admit(visit.chat, visit.user, warn=not visit.edited)
    if verdict is Verdict.DROP:
        return False
    kind, title = ChatKind(message.chat.type), message.chat.title or ""
    chat = await services.ledger.meet(visit.chat, kind, title)
    if chat is not None and not chat.answers and not always:
        return False
    if verdict is not Verdict.ANSWER:
        await say(services, visit, slow_down(services, verdict))
    return verdict is Verdict.ANSWER


def slow_down(services: Services, verdict: Verdict) -> str:
    """The polite notice."""
    said = services.wording.groups
    return said.slower if verdict is Verdict.WARN_USER else said.busy


def is_spoken(message: Message, bot: Bot) -> bool:
    """Whether somebody here wrote a message for this group: not forwarded, not made by a bot, not
    an answer that was chosen from our own offers."""
    sender = message.from_user
    robot = sender is not None and sender.is_bot and message.sender_chat is None
    return not (
        robot
        or message.forward_origin is not None
        or message.is_automatic_forward
        or (message.via_bot is not None and message.via_bot.id == bot.id)
    )


def is_for_us(update: object, bot: Bot) -> bool:
    """Whether an update in a group was meant for the bot: a button of ours, or a message that
    speaks to it."""
    if not isinstance(update, Update):
        return False
    message = update.effective_message
    if update.callback_query is not None or message is None:
        return update.callback_query is not None
    command = (message.text or "").startswith("/ask")
    return is_spoken(message, bot) and (command or address_of(message, bot) is not None)


def address_of(message: Message, bot: Bot) -> Address | None:
    """How a message speaks to the bot, if it does."""
    marked = message.entities if message.text else message.caption_entities
    return address(
        message.text or message.caption or "",
        [
            Entity(
                kind=str(one.type),
                offset=one.offset,
                length=one.length,
                user=one.user.id if one.user is not None else None,
            )
            for one in marked
        ],
        Myself(id=bot.id, username=bot.username),
        replied=_wrote(_replied_to(message), bot),
        commands=not message.text,
    )


def _replied_to(message: Message) -> Message | None:
    """What a message replies to; in a topic every message points to the topic's beginning."""
    other = message.reply_to_message
    return None if other is None or other.forum_topic_created is not None else other


def _wrote(message: Message | None, bot: Bot) -> bool:
    """Whether a message is ours; not what somebody chose from our offers."""
    sender: User | None = message.from_user if message is not None else None
    return sender is not None and sender.id == bot.id


def _pointed_at(message: Message, bot: Bot) -> str:
    """What somebody else asked, and the bot was called to by a reply: the part that was marked,
    or all of it."""
    other = _replied_to(message)
    if other is None or _wrote(other, bot):
        return ""
    quote = message.quote.text if message.quote is not None else ""
    return (quote or other.text or other.caption or "").strip()


async def _idle(services: Services, visit: Visit, spoken: Address, message: Message) -> bool:
    """Whether a message only replies to what was no answer, as an announcement: a hundred people
    who say thanks for it want no hundred replies."""
    other = _replied_to(message)
    if spoken.named or other is None:
        return False
    return not await services.ledger.is_answer(visit.chat, other.message_id)
