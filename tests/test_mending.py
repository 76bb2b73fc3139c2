"""Answers of servers older or newer than the library: read as far as they can be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fake_api import BOT
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.mending import mended

CHAT = {"id": -1001, "type": "supergroup", "title": "群"}
PERSON = {"id": 7, "is_bot": False, "first_name": "居民"}
MESSAGE = {"message_id": 1, "date": 1, "chat": CHAT, "from": PERSON, "text": "秘密"}


def member(status: str, **more: Any) -> dict[str, Any]:
    return {"user": BOT, "status": status, **more}


def standing(number: int, new: dict[str, Any]) -> dict[str, Any]:
    news = {"chat": CHAT, "from": PERSON, "date": 1, "old_chat_member": member("member")}
    return {"update_id": number, "my_chat_member": {**news, "new_chat_member": new}}


def read(*updates: object) -> list[Any]:
    """Updates after mending, each of them readable."""
    body = json.dumps({"ok": True, "result": updates}).encode()
    result: list[Any] = json.loads(mended("getUpdates", body))["result"]
    for one in result:
        Update.de_json(one, None)
    return result


@pytest.mark.parametrize("status", ["restricted", "administrator"])
def test_rights_that_are_not_told_of_are_not_given(status: str) -> None:
    """A member without a right that the library expects is read, other rights as told."""
    (one,) = read(standing(1, member(status, can_send_messages=True, until_date=0)))
    told = one["my_chat_member"]["new_chat_member"]
    assert (told["can_send_messages"], told["can_invite_users"]) == (True, False)


def test_an_update_that_cannot_be_read_is_confirmed_and_not_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its neighbours are kept; the log names its kind, not its content."""
    broken = {"update_id": 2, "message": {**MESSAGE, "chat": {"title": "没有编号"}}}
    sound = {"update_id": 3, "message": MESSAGE}
    assert read({"update_id": 1, "message": MESSAGE}, broken, sound) == [
        {"update_id": 1, "message": MESSAGE},
        {"update_id": 2},
        sound,
    ]
    assert "update 2 (message) not readable" in caplog.text
    assert "秘密" not in caplog.text


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("getUpdates", b"<html>502</html>"),
        ("getUpdates", b"[]"),
        ("getUpdates", b'{"ok": true, "result": [1, null, {}]}'),
        ("sendMessage", b'{"ok": true, "result": {"status": "restricted"}}'),
        ("getUpdates", json.dumps({"ok": True, "result": [standing(1, member("left"))]}).encode()),
    ],
)
def test_everything_else_stays_as_it_is(method: str, body: bytes) -> None:
    """Byte for byte."""
    assert mended(method, body) == body


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["message", "chat", "from", "date", "id", "type", "entities", "status"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_no_update_breaks_the_rest(message: object, news: object) -> None:
    """Whatever a message or a change of standing looks like, the batch can be read."""
    read(
        {"update_id": 1, "message": message},
        {"update_id": 2, "my_chat_member": news},
        {"update_id": 3, "message": MESSAGE},
    )
