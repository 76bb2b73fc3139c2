"""Who speaks to the bot, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import CallbackContext

from bot.sessions import SessionKey

Context = CallbackContext[Any, Any, Any, Any]

LATE = timedelta(minutes=10)  # after which an edit no longer asks anything new


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person in one place: `message` is what they sent, or what the pressed button is on.

    Who speaks in the name of a group or channel has its id as `user`. `late` is an edit long after
    the message was sent.
    """

    chat: int
    thread: int
    user: int
    message: int
    private: bool
    edited: bool = False
    late: bool = False

    @property
    def key(self) -> SessionKey:
        return SessionKey(chat=self.chat, thread=self.thread, user=self.user)

    @property
    def reply_to(self) -> int | None:
        """The message to attach a reply to: in a group, so that everybody sees whose it is."""
        return None if self.private else self.message

    @property
    def owner(self) -> int:
        """For whom buttons are made here: in a group for one person, if it is one."""
        return 0 if self.private else max(self.user, 0)


def visit_of(update: Update) -> Visit | None:
    """Who an update comes from; None when it names no person, chat or message."""
    query = update.callback_query
    message = query.message if query is not None else update.effective_message
    if message is None:
        return None
    user = update.effective_user.id if update.effective_user is not None else None
    late = topic = False
    if isinstance(message, Message):
        topic = bool(message.is_topic_message)
        late = message.edit_date is not None and message.edit_date - message.date > LATE
        if query is None and message.sender_chat is not None:
            user = message.sender_chat.id
    if user is None:
        return None
    thread = message.message_thread_id if isinstance(message, Message) and topic else None
    return Visit(
        chat=message.chat.id,
        thread=thread or 0,
        user=user,
        message=message.message_id,
        private=message.chat.type == ChatType.PRIVATE,
        edited=update.edited_message is not None,
        late=late,
    )
