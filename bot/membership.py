"""What a member's status, as Telegram names it, means for writing in a chat."""

from __future__ import annotations

from bot.chats import Absence, ChatKind, Standing


def standing(kind: ChatKind, status: str, *, member: bool, may_write: bool) -> Standing:
    """Where we stand in a chat. `member` tells of one restricted whether it is still there,
    `may_write` whether one restricted, or an administrator of a channel, may write."""
    if status == "kicked":
        blocked = Absence.BLOCKED if kind is ChatKind.PRIVATE else Absence.KICKED
        return Standing(active=False, reason=blocked)
    if status == "left" or (status == "restricted" and not member):
        return Standing(active=False, reason=Absence.LEFT)
    administrator = status in ("administrator", "creator")
    silent = (
        not administrator or not may_write
        if kind is ChatKind.CHANNEL
        else status == "restricted" and not may_write
    )
    if silent:
        return Standing(active=False, reason=Absence.MUTED, administrator=administrator)
    return Standing(active=True, administrator=administrator)
