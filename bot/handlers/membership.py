"""The bot's own membership: let in, put out, promoted, silenced; groups that move; topics."""

from __future__ import annotations

import asyncio

from telegram import ChatMemberAdministrator, ChatMemberRestricted, Message, Update

from bot import render
from bot.chats import ChatKind
from bot.handlers import passing
from bot.handlers.questions import inviting
from bot.handlers.visit import Context
from bot.membership import standing
from bot.services import Services

SETTLING = 2.0  # seconds in which news of a move may follow those of being let in


async def changed(services: Services, update: Update, context: Context) -> None:
    """Our own standing in a chat changed; who lets us into a group is greeted, once."""
    news = update.my_chat_member
    if news is None:
        return
    member, chat = news.new_chat_member, news.chat
    kind = ChatKind(chat.type)
    rights = True
    if isinstance(member, ChatMemberRestricted):
        rights = member.can_send_messages
    elif isinstance(member, ChatMemberAdministrator):
        rights = bool(member.can_post_messages)
    entered = await services.ledger.stand(
        chat.id,
        kind,
        "" if kind is ChatKind.PRIVATE else chat.title or "",
        standing(
            kind,
            member.status,
            member=not isinstance(member, ChatMemberRestricted) or member.is_member,
            may_write=rights,
        ),
    )
    if kind is ChatKind.PRIVATE and services.handoff.room.configured:
        await passing.returned(services, chat.id)
    if entered and kind in (ChatKind.GROUP, ChatKind.SUPERGROUP):
        work = _greet(services, chat.id, wait=kind is ChatKind.SUPERGROUP)
        context.application.create_task(work, update=update)


async def _greet(services: Services, chat: int, *, wait: bool) -> None:
    """One short message in a group that is new to us. A group that only moved is not, and the news
    of its move may come a little later."""
    if wait:
        await asyncio.sleep(SETTLING)
        if await services.ledger.arrived(chat):
            return
    said = services.wording.groups
    sentence = inviting(services, said.welcome, said.welcome_plain)
    await services.delivery.send_all(chat, render.notice(sentence))


async def service_message(services: Services, update: Update, _: object) -> None:
    """A group tells of a move, a new title, or a topic that is closed or opened again."""
    message = update.effective_message
    if message is None:
        return
    chat = message.chat.id
    if message.migrate_to_chat_id is not None:
        await services.ledger.moved(chat, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:
        await services.ledger.moved(message.migrate_from_chat_id, chat)
    elif message.new_chat_title is not None:
        await services.ledger.rename(chat, message.new_chat_title)
    else:
        await _topic(services, message)


async def _topic(services: Services, message: Message) -> None:
    thread = message.message_thread_id
    if thread is not None and message.forum_topic_closed is not None:
        await services.ledger.topic_closed(message.chat.id, thread)
    elif thread is not None and message.forum_topic_reopened is not None:
        await services.ledger.reopened(message.chat.id, thread)
