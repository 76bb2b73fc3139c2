"""Who speaks to the bot, and where."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import ChatType

from bot.sessions import SessionKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person in one place: `message` is what they sent, or what the pressed button is on."""

    chat: int
    thread: int
    user: int
    message: int
    private: bool
    edited: bool = False

    @property
    def key(self) -> SessionKey:
        return SessionKey(chat=self.chat, thread=self.thread, user=self.user)

    @property
    def reply_to(self) -> int | None:
        """The message to attach a reply to: in a group, so that everybody sees whose it is."""
        return None if self.private else self.message


def visit_of(update: Update) -> Visit | None:
    """Who an update comes from; None when it names no person, chat or message."""
    query = update.callback_query
    message = query.message if query is not None else update.effective_message
    user = update.effective_user
    if message is None or user is None:
        return None
    topic = isinstance(message, Message) and message.is_topic_message
    thread = message.message_thread_id if isinstance(message, Message) and topic else None
    return Visit(
        chat=message.chat.id,
        thread=thread or 0,
        user=user.id,
        message=message.message_id,
        private=message.chat.type == ChatType.PRIVATE,
        edited=update.edited_message is not None,
    )
