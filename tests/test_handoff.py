"""Hand-offs: the real application between a resident and the staff's group on a fake Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from fake_api import FakeApi
from town import DONE, DONE_QUOTE, running, settings_for

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


@pytest.fixture
async def forum(api: FakeApi, tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Services]:
    """A group with topics."""
    api.chats[ROOM] = {"is_forum": True, "title": "网格员"}
    async with staffed(api, tmp_path, base) as services:
        yield services


@pytest.fixture
async def group(api: FakeApi, tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Services]:
    """A group without topics."""
    async with staffed(api, tmp_path, base) as services:
        yield services


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


async def test_a_question_goes_to_a_person_and_comes_back(api: FakeApi, forum: Services) -> None:
    """From an answer that is none to one by a person, and to the end with a verdict."""
    card = await hands_over(api)
    assert api.topics[ROOM, card["message_thread_id"]] == "1号 张阿姨"
    assert UNKNOWN in card["text"]
    assert [BUTTONS.take, BUTTONS.close, BUTTONS.bar] == api.labels(ROOM)
    await writes(api, card, "电话是 0513-12345")
    answer = await shown(api, ANNA, "0513-12345")
    assert answer["text"].startswith(SAID.resident.answer.format(name="王芳"))
    await api.says(ANNA, "谢谢，几点上班？")
    passed = await shown(api, ROOM, "几点上班")
    assert passed["message_thread_id"] == card["message_thread_id"]
    assert passed["text"] == "张阿姨（1号）：\n谢谢，几点上班？"
    taken = await api.presses(ROOM, BUTTONS.take, user=LI)
    assert await api.acknowledged(taken) == SAID.staff.took
    await shown(api, ROOM, SAID.staff.taken.format(name="李军"))
    await api.presses(ROOM, BUTTONS.close, user=LI)
    await shown(api, ANNA, SAID.resident.rate[:8])
    summary = await shown(api, ROOM, SAID.staff.answers)
    assert "电话是 0513-12345" in summary["text"]
    rated = await api.presses(ANNA, BUTTONS.ratings[3])
    assert await api.acknowledged(rated) == SAID.resident.thanks
    await shown(api, ROOM, BUTTONS.ratings[3])
    await api.says(ANNA, DONE)
    assert DONE_QUOTE in (await shown(api, ANNA, DONE_QUOTE))["text"]


async def test_without_a_group_nobody_can_be_reached(api: FakeApi, bot: Services) -> None:
    """No button, and /human says so."""
    await api.says(ANNA, UNKNOWN)
    await api.reply(ANNA, 1)
    assert BUTTONS.ask not in api.labels(ANNA)
    await api.says(ANNA, "/human")
    assert (await api.reply(ANNA, 2))["text"] == SAID.resident.unreachable
    await api.says(-77, "/human", user=ANNA)
    await api.says(ANNA, DONE)
    await api.reply(ANNA, 3)
    assert api.sent(-77) == []


async def test_replies_where_there_are_no_topics(api: FakeApi, group: Services) -> None:
    """Everything stands below the card; a reply to it or to the resident's words goes back, and
    talk among staff goes nowhere."""
    card = await hands_over(api)
    assert "message_thread_id" not in card
    await api.says(ROOM, "中午吃什么", user=WANG)
    await writes(api, card, "// 这位来过两次了")
    await writes(api, card, "请到社区办")
    await shown(api, ANNA, "请到社区办")
    asked = await api.says(ANNA, "社区在哪")
    passed = await shown(api, ROOM, "社区在哪")
    assert passed["answers"] == card["message_id"]
    reply = api.messages[ROOM, passed["message_id"]]
    await api.says(ROOM, "人民路1号", user=LI, reply_to_message=reply)
    answer = await shown(api, ANNA, "人民路1号")
    assert answer["answers"] == asked
    assert not any("中午" in text or "两次" in text for text in api.texts(ANNA))
