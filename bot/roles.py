"""Who may do what: owners and editors stand in the settings, everybody else is a resident."""

from __future__ import annotations

from bot.settings import Roles


def may_announce(roles: Roles, user: int) -> bool:
    """Whether a person may write announcements and change them afterwards."""
    return user in roles.editors or user in roles.owners


def announcers(roles: Roles) -> tuple[int, ...]:
    """Everybody who may."""
    return tuple(dict.fromkeys((*roles.owners, *roles.editors)))
