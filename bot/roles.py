"""Who may do what: the settings name owners, editors and staff; owners give roles to others."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from enum import StrEnum

from bot import settings
from bot.database import StorageError
from bot.grants import Grants

logger = logging.getLogger(__name__)

FRESH = 2.0  # seconds for which what the database says holds


class Role(StrEnum):
    """What somebody is; each may everything that those after it may."""

    OWNER = "owner"
    EDITOR = "editor"
    STAFF = "staff"

    def covers(self, other: Role) -> bool:
        """Whether who is this may do what the other may."""
        return _RANKS.index(self) <= _RANKS.index(other)


_RANKS = tuple(Role)
GIVEN = (Role.EDITOR, Role.STAFF)  # owners stand in the settings only


class Roles:
    """The roles of people; without its database it goes on with what it knew last."""

    def __init__(
        self, named: settings.Roles, grants: Grants, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._named = {
            **dict.fromkeys(named.staff, Role.STAFF),
            **dict.fromkeys(named.editors, Role.EDITOR),
            **dict.fromkeys(named.owners, Role.OWNER),
        }
        self._grants = grants
        self._clock = clock
        self._given: dict[int, Role] = {}
        self._read_at: float | None = None

    async def of(self, user: int) -> Role | None:
        """The highest role of a person; None for a resident."""
        return max_of(self._named.get(user), (await self._current()).get(user))

    async def may(self, user: int, role: Role) -> bool:
        """Whether a person may do what `role` may."""
        own = await self.of(user)
        return own is not None and own.covers(role)

    async def everybody(self, role: Role | None = None) -> dict[int, Role]:
        """Everybody who may do what `role` may, with their highest role; by default all."""
        given = await self._current()
        found = {user: await self.of(user) for user in (*self._named, *given)}
        return {
            user: own
            for user, own in found.items()
            if own is not None and (role is None or own.covers(role))
        }

    def named(self, user: int) -> bool:
        """Whether a person's role stands in the settings, where no command reaches it."""
        return user in self._named

    async def give(self, user: int, role: Role, by: int) -> None:
        """Give a role of GIVEN in place of one given earlier. Raises StorageError."""
        await self._grants.give(user, role, by)
        self._read_at = None

    async def take(self, user: int, by: int) -> bool:
        """Take back what was given; whether there was something. Raises StorageError."""
        taken = await self._grants.take(user, by)
        self._read_at = None
        return taken

    async def _current(self) -> dict[int, Role]:
        now = self._clock()
        if self._read_at is None or now - self._read_at >= FRESH:
            try:
                self._given = dict(_readable(await self._grants.all()))
            except StorageError as error:
                logger.warning("roles given by owners are not known anew: %s", error)
            self._read_at = now
        return self._given


def max_of(*roles: Role | None) -> Role | None:
    """The highest of the roles that there are."""
    return min((role for role in roles if role is not None), key=_RANKS.index, default=None)


def _readable(rows: dict[int, str]) -> Iterator[tuple[int, Role]]:
    for user, role in rows.items():
        if role in GIVEN:
            yield user, Role(role)
        else:
            logger.error("the role of %s in the database is none of ours", user)
