"""A resident and the staff's group, as tests of hand-offs speak of them."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from fake_api import FakeApi
from town import running, settings_for

from bot.services import Services
from bot.settings import Handoff
from bot.wording import Wording
from knowledge.base import KnowledgeBase

ANNA, BELA, STRANGER = 4201, 4202, 6666
WANG, LI = 501, 502
ROOM = -1009000000001
UNKNOWN = "张三丰的电话是多少"
WORDING = Wording.load()
SAID = WORDING.handoff
BUTTONS = SAID.buttons
SIZE = {"file_id": "f", "file_unique_id": "u1", "width": 1, "height": 1}
PLACE = {"location": {"latitude": 32.0, "longitude": 120.9}}
ALWAYS = Handoff.model_validate(
    {
        "hours": dict.fromkeys(
            ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
            ("0:00-24:00",),
        )
    }
)


def staffed(
    api: FakeApi, folder: Path, base: KnowledgeBase, **settings: Any
) -> AbstractAsyncContextManager[Services]:
    """The application with a group of the staff."""
    api.names |= {WANG: "王芳", LI: "李军"}
    settings = {"staff_chat": ROOM, "handoff": ALWAYS, **settings}
    return running(api, folder, base, settings=settings_for(api, folder, **settings))


async def shown(api: FakeApi, chat: int, words: str) -> dict[str, Any]:
    """The bot's newest message in a chat that holds `words`, once it is there."""

    def found() -> list[dict[str, Any]]:
        return [one for one in api.sent(chat) if words in one.get("text", one.get("caption", ""))]

    message: dict[str, Any] = (await api.until(found))[-1]
    return message


async def hands_over(api: FakeApi, user: int = ANNA, name: str = "张阿姨") -> dict[str, Any]:
    """A resident asks in vain, hands it over and says a name; the card that staff see."""
    before = len(api.sent(user))
    await api.says(user, UNKNOWN)
    await api.reply(user, before + 1)
    await api.presses(user, BUTTONS.ask)
    await shown(api, user, SAID.resident.asks_name[:8])
    await api.says(user, name)
    await shown(api, user, SAID.resident.received[:8])
    return await shown(api, ROOM, name)


def thread_of(card: dict[str, Any]) -> dict[str, Any]:
    """What a message in the same topic carries."""
    return {"message_thread_id": card["message_thread_id"], "is_topic_message": True}


async def writes(api: FakeApi, card: dict[str, Any], text: str | None, **more: Any) -> int:
    """Somebody of the staff writes in a resident's topic, or in reply to the card."""
    user = more.pop("user", WANG)
    if "message_thread_id" in card:
        more |= thread_of(card)
    else:
        more["reply_to_message"] = api.messages[ROOM, card["message_id"]]
    return await api.says(ROOM, text, user=user, **more)
