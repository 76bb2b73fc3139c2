"""What owners read when they give roles, and those who get one."""

from __future__ import annotations

from bot.wording.part import Part


class RoleNames(Part):
    owner: str
    editor: str
    staff: str


class RolesSaid(Part):
    names: RoleNames
    none: str
    head: str
    line: str
    fixed: str
    how: str
    take: str
    unreadable: str
    revoke_how: str
    hidden: str
    given: str
    taken: str
    is_fixed: str
    had_none: str
    welcome: str
    farewell: str
    failed: str
