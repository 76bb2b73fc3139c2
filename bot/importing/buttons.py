"""Buttons about content that is brought in. Every one names the draft that it was made for."""

from __future__ import annotations

from enum import StrEnum

from bot import codes
from bot.codes import Code


class Op(StrEnum):
    """What a button does with a draft."""

    NEXT = "next"
    LESS = "less"
    DAY = "day"
    ADD = "add"
    REPLACE = "replace"
    BACK = "back"
    HEADLINE = "headline"
    PAGE = "page"
    RENAME = "rename"
    PUT = "put"
    ANYWAY = "anyway"
    DROP = "drop"


_CODE = Code("m", Op, "[A-Za-z0-9-]{1,20}")
PATTERN = _CODE.pattern
Press = codes.Press[Op]
press, parse = _CODE.button, _CODE.parse
