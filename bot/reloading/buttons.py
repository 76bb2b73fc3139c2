"""Buttons about versions of the content; each names the proposal or the version it is for."""

from __future__ import annotations

from enum import StrEnum

from bot import codes
from bot.codes import Code


class Op(StrEnum):
    """What a button does: the first two with a proposal, the last with a version."""

    SWAP = "swap"
    DROP = "drop"
    BACK = "back"


_CODE = Code("r", Op, digits=18)
PATTERN = _CODE.pattern
Press = codes.Press[Op]
press, parse = _CODE.button, _CODE.parse
