"""Files of ours on their way to a chat, by the one send path."""

from __future__ import annotations

from pathlib import Path

from telegram import Bot, InputFile, Message

from bot.buttons import Keyboard
from bot.delivery import Delivery, Receipt, markup

LARGEST = 50_000_000  # bytes that Telegram takes from a bot
_SECONDS = 300.0  # for one file; a slow line needs minutes


class Uploads:
    """Sends pictures and documents that the bot made."""

    def __init__(self, bot: Bot, delivery: Delivery) -> None:
        self._bot = bot
        self._delivery = delivery

    async def picture(
        self, chat: int, png: bytes, *, name: str, caption: str = "", keyboard: Keyboard = ()
    ) -> Receipt:
        """Send a picture; `caption` is plain text of at most 1024 characters."""

        async def call(chat_id: int) -> Message:
            return await self._bot.send_photo(
                chat_id,
                png,
                caption=caption or None,
                filename=name,
                reply_markup=markup(keyboard),
            )

        return await self._delivery.deliver(call, chat)

    async def document(
        self, chat: int, file: Path, *, name: str, caption: str = "", keyboard: Keyboard = ()
    ) -> Receipt:
        """Send a file, read piece by piece as it goes out."""

        async def call(chat_id: int) -> Message:
            with file.open("rb") as source:
                return await self._bot.send_document(
                    chat_id,
                    InputFile(source, filename=name, read_file_handle=False),
                    caption=caption or None,
                    reply_markup=markup(keyboard),
                    disable_content_type_detection=True,
                    write_timeout=_SECONDS,
                    read_timeout=_SECONDS,
                )

        return await self._delivery.deliver(call, chat)
