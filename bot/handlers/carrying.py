"""A message of Telegram's as what a hand-off carries."""

from __future__ import annotations

from telegram import Message

from bot.handoff.contents import Content


def content_of(message: Message) -> Content | None:
    """What a message holds; None for kinds that are not carried. Only the words are taken of a
    text, without links to persons."""
    if message.text is not None:
        return Content(text=message.text)
    if message.contact is not None:
        return None
    shown = (
        message.photo[-1] if message.photo else None,
        message.animation,  # before the document that it is, too
        message.video,
        message.voice,
        message.audio,
        message.document,
    )
    for one in shown:
        if one is not None:
            return Content(text=message.caption or "", media=True, file=one.file_unique_id)
    if message.location or message.venue or message.sticker or message.video_note:
        return Content(media=True)
    return None
