"""What Telegram sends, made readable for the library: it gives up on a whole batch of updates, and
asks for the same batch again for ever, when one of them lacks a field that it expects.

Servers that one runs oneself may be older than the library, and Telegram's own newer.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from inspect import signature
from typing import Any

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted, Update

logger = logging.getLogger(__name__)

_RIGHTS: dict[str, type[ChatMember]] = {
    ChatMember.ADMINISTRATOR: ChatMemberAdministrator,
    ChatMember.RESTRICTED: ChatMemberRestricted,
}


def mended(method: str, body: bytes) -> bytes:
    """The answer to a call of `method`, with rights that it does not tell of as not given. An
    update that still cannot be read becomes an empty one, which confirms it; its kind is logged,
    not what it says."""
    if method not in ("getUpdates", "getChatMember", "getChatAdministrators"):
        return body
    try:
        answer = json.loads(body)
    except ValueError:
        return body  # no answer of Telegram's, as the library will say
    result = answer.get("result") if isinstance(answer, dict) else None
    changed = [_complete(member) for member in _members(result)]
    if method == "getUpdates" and isinstance(result, list):
        changed.extend([_emptied(update) for update in result])
    return json.dumps(answer).encode() if any(changed) else body


def _members(result: object) -> Iterator[dict[str, Any]]:
    """Every description of a member in a result."""
    for one in result if isinstance(result, list) else [result]:
        if not isinstance(one, dict):
            continue
        yield one
        for news in (one.get("my_chat_member"), one.get("chat_member")):
            if isinstance(news, dict):
                told = (news.get("old_chat_member"), news.get("new_chat_member"))
                yield from (member for member in told if isinstance(member, dict))


def _complete(member: dict[str, Any]) -> bool:
    """Add the rights that are missing; whether there were any."""
    kind = _RIGHTS.get(str(member.get("status")))
    if kind is None:
        return False
    rights = (name for name in signature(kind).parameters if name.startswith(("can_", "is_")))
    missing = {name: False for name in rights if name not in member}
    member.update(missing)
    return bool(missing)


def _emptied(update: object) -> bool:
    """Take everything but the number out of an update that the library cannot read; whether that
    was needed."""
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        return False
    try:
        Update.de_json(update, None)
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        kinds = ", ".join(sorted(update.keys() - {"update_id"}))
        logger.error("update %s (%s) not readable: %s", update["update_id"], kinds, error)
        number = update["update_id"]
        update.clear()
        update["update_id"] = number
        return True
    return False
