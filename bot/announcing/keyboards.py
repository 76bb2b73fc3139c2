"""The buttons under announcements and under what editors read of them."""

from __future__ import annotations

from bot.announcements import Row
from bot.announcing.buttons import Op, press
from bot.buttons import Keyboard
from bot.wording import Wording


def under(row: Row, *, wording: Wording) -> Keyboard:
    """Below the last part that a resident gets: one tap and no more of these come."""
    if row.target.chat < 0 or row.part < row.parts - 1:
        return ()
    label = wording.announcing.buttons.leave.format(name=row.street or row.category)
    return ((press(label, Op.LEAVE, row.announcement),),)
