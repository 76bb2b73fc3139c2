"""Owners give roles and take them back; what is of a role works for it alone: the real bot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fake_api import FakeApi
from town import EDITOR, OWNER

from bot.audit import Audit
from bot.grants import Grants
from bot.roles import FRESH, Role, Roles
from bot.services import Services
from bot.settings import Roles as Named
from bot.storage import Storage
from bot.wording import Wording

ANNA = 4201
WORDING = Wording.load()
SAID = WORDING.roles


async def says(api: FakeApi, chat: int, text: str, **more: Any) -> str:
    """Say something; the bot's next message to the same person."""
    before = len(api.texts(chat))
    await api.says(chat, text, **more)
    await api.until(lambda: len(api.texts(chat)) > before)
    return str(api.texts(chat)[-1])


async def until_told(api: FakeApi, chat: int, expected: str) -> None:
    await api.until(lambda: any(expected in text for text in api.texts(chat)))


def offered(api: FakeApi, user: int) -> set[str]:
    return {command["command"] for command in api.commands[f"chat {user}"]}


async def test_who_is_made_an_editor_may_what_editors_may(api: FakeApi, bot: Services) -> None:
    """At once, with the commands offered to them; until it is taken back. Both are noted."""
    assert await says(api, ANNA, "/announce") == WORDING.notices.unknown_command
    given = await says(api, OWNER, f"/grant 编辑 {ANNA}")
    assert given == SAID.given.format(user=ANNA, role="编辑")
    await until_told(api, ANNA, "您现在是编辑了")
    assert {"announce", "ask"} <= offered(api, ANNA)
    assert "grant" not in offered(api, ANNA)
    assert await says(api, ANNA, "/announce") == WORDING.announcing.wizard.content
    assert "/announce" in await says(api, ANNA, "/help")
    assert await says(api, ANNA, f"/grant 编辑 {ANNA + 1}") == WORDING.notices.unknown_command

    await says(api, OWNER, "/revoke")
    assert "不再是编辑" in str(await api.acknowledged(await api.presses(OWNER, f"撤销 {ANNA}")))
    await until_told(api, ANNA, "不再是编辑")
    assert "announce" not in offered(api, ANNA)
    assert await says(api, ANNA, "/announce") == WORDING.notices.unknown_command
    acts = [(act.user, act.deed, act.subject) for act in await bot.audit.recent(5)]
    assert acts == [(OWNER, "revoke", str(ANNA)), (OWNER, "grant", str(ANNA))]


async def test_an_owner_sees_who_has_a_role(api: FakeApi, bot: Services) -> None:
    """/grant alone lists them, and tells how to give one."""
    await bot.roles.give(ANNA, Role.STAFF, OWNER)
    listed = await says(api, OWNER, "/grant")
    for line in (
        f"编号 {ANNA}：网格员",
        f"编号 {EDITOR}：编辑（写在 config.yaml",
        "/grant 编辑 编号",
    ):
        assert line in listed


async def test_a_person_is_told_their_number(api: FakeApi, bot: Services) -> None:
    """So that they can tell it to an owner."""
    assert f"您的编号：{ANNA}" in await says(api, ANNA, "/privacy")


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ({"type": "user", "date": 1, "sender_user": {"id": ANNA, "is_bot": False,
          "first_name": "安娜"}}, "现在是编辑"),
        ({"type": "hidden_user", "date": 1, "sender_user_name": "安娜"}, "没有带对方的编号"),
    ],
)  # fmt: skip
async def test_a_forwarded_message_names_its_writer(
    api: FakeApi, bot: Services, origin: dict[str, Any], expected: str
) -> None:
    """Unless they hide where it comes from."""
    number = await api.says(OWNER, "你好", forward_origin=origin)
    await api.until(lambda: api.texts(OWNER))
    replied = api.messages[OWNER, number]
    assert expected in await says(api, OWNER, "/grant 编辑", reply_to_message=replied)
    assert await bot.roles.may(ANNA, Role.EDITOR) == ("现在" in expected)


@pytest.mark.parametrize(
    "typed",
    [
        "/grant 编辑",
        "/grant 管理员 4201",
        "/grant 编辑 四二零一",
        "/grant 编辑 -5",
        "/grant 编辑 99999999999999999999999",
        "/grant 编辑 0",
        "/grant 编辑 4201 4202",
        "/grant owner 4201",
        "/grant <b>编辑</b> 4201",
    ],
)
async def test_what_cannot_be_read_gives_nothing(api: FakeApi, bot: Services, typed: str) -> None:
    """One sentence says how to write it."""
    assert await says(api, OWNER, typed) == SAID.unreadable
    assert await bot.audit.recent(1) == ()


async def test_who_stands_in_the_settings_stays(api: FakeApi, bot: Services) -> None:
    """No command changes the role of those; who never had one keeps none."""
    for typed in (f"/grant 网格员 {EDITOR}", f"/revoke {EDITOR}", f"/revoke {OWNER}"):
        assert "config.yaml" in await says(api, OWNER, typed)
    assert await says(api, OWNER, "/revoke 777") == SAID.had_none.format(user=777)
    assert await bot.roles.of(EDITOR) is Role.EDITOR


@pytest.mark.parametrize("user", [ANNA, EDITOR])
async def test_nobody_but_an_owner_gives_roles(api: FakeApi, bot: Services, user: int) -> None:
    """Commands are unknown to others, and buttons odd, whoever's they were."""
    await bot.roles.give(4300, Role.STAFF, OWNER)
    for typed in ("/grant", f"/grant 编辑 {user}", "/revoke 4300", "/revoke"):
        assert await says(api, user, typed) == WORDING.notices.unknown_command
    message = api.sent(user)[-1]["message_id"]
    for data in ("w:take:4300", "w:take:0", "w:", "w:take:" + "9" * 30):
        query = await api.sends_back(user, message, data)
        assert await api.acknowledged(query) == WORDING.notices.odd_button
    assert await bot.roles.of(4300) is Role.STAFF


async def test_another_process_learns_of_a_role_soon(tmp_path: Path) -> None:
    """Within FRESH seconds; and without its database it goes on with what it knew."""
    now = 0.0
    storage = await Storage.open(f"sqlite:///{tmp_path}/bulletin.db")
    grants = Grants(storage)
    here, there = (Roles(Named(owners=(OWNER,)), grants, clock=lambda: now) for _ in range(2))
    assert await there.of(ANNA) is None
    await here.give(ANNA, Role.EDITOR, OWNER)
    assert await here.of(ANNA) is Role.EDITOR
    now += FRESH
    assert await there.of(ANNA) is Role.EDITOR
    assert await there.everybody(Role.STAFF) == {OWNER: Role.OWNER, ANNA: Role.EDITOR}
    assert await there.everybody(Role.OWNER) == {OWNER: Role.OWNER}
    async with storage.writing() as connection:
        await connection.execute(sa.text("DROP TABLE grants"))
    now += FRESH
    assert await there.may(ANNA, Role.EDITOR)
    assert await there.may(OWNER, Role.OWNER)
    await storage.close()


async def test_a_role_is_given_with_its_note_or_not_at_all(database_url: str) -> None:
    """The act and the note of it are one transaction; a role given again replaces the first."""
    storage = await Storage.open(database_url)
    try:
        grants, audit = Grants(storage), Audit(storage)
        await grants.give(ANNA, "staff", OWNER)
        await grants.give(ANNA, "editor", OWNER)
        assert await grants.all() == {ANNA: "editor"}
        assert await grants.take(ANNA, OWNER)
        assert not await grants.take(ANNA, OWNER)
        acts = await audit.recent(10)
        assert [(act.deed, act.detail) for act in acts] == [
            ("revoke", ""),
            ("grant", "editor"),
            ("grant", "staff"),
        ]
        assert [act.deed for act in await audit.recent(10, before=acts[0].id)] == ["grant"] * 2
    finally:
        await storage.close()
