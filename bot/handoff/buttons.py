"""Buttons about hand-offs: what they carry, and which stand under what.

Every button names the matter that it was made for; whoever presses it is checked again, because
what comes back may be old or invented.
"""

from __future__ import annotations

from enum import StrEnum

from bot import codes
from bot.buttons import Button, Keyboard
from bot.codes import Code
from bot.handoff.cases import Case, Closer, Kind, Letter, Side, State
from bot.wording import Wording

HUMAN = "human"  # a link that begins a hand-off, alone or with _ and a question's number


class Op(StrEnum):
    """What a button does: the first group is the resident's, the second that of staff."""

    ASK = "ask"
    UNNAMED = "unnamed"
    CANCEL = "cancel"
    END = "end"
    AGAIN = "again"
    RATE = "rate"

    TAKE = "take"
    RELEASE = "release"
    CLOSE = "close"
    BAR = "bar"
    BARRED = "barred"
    KEEP = "keep"
    ALLOW = "allow"
    TEACH = "teach"


OF_RESIDENTS = frozenset({Op.ASK, Op.UNNAMED, Op.CANCEL, Op.END, Op.AGAIN, Op.RATE})
_CODE = Code("h", Op, "[1-3]")  # the word is how somebody rated it
PATTERN = _CODE.pattern
Press = codes.Press[Op]
press = _CODE.button


def parse(data: object) -> Press | None:
    """What was pressed; None for anything that `press` does not write."""
    found = _CODE.parse(data)
    return found if found is None or (found.op is Op.RATE) == bool(found.word) else None


def asking(wording: Wording) -> Keyboard:
    """Under what the bulletin does not answer, in a private chat."""
    return ((press(wording.handoff.buttons.ask, Op.ASK),),)


def leading(link: str, wording: Wording) -> Keyboard:
    """In a group: the way to a private chat, where it begins."""
    return ((Button(label=wording.handoff.buttons.ask, url=link),),)


def naming(wording: Wording) -> Keyboard:
    """Under the question for a name."""
    said = wording.handoff.buttons
    return ((press(said.unnamed, Op.UNNAMED), press(said.cancel, Op.CANCEL)),)


def cancelling(wording: Wording) -> Keyboard:
    """Under the question for the matter."""
    return ((press(wording.handoff.buttons.cancel, Op.CANCEL),),)


def under(letter: Letter, case: Case, wording: Wording) -> Keyboard:
    """The buttons under a letter."""
    if letter.side is Side.RESIDENT:
        return _of_resident(letter, case, wording)
    return _of_staff(letter, case, wording)


def _of_resident(letter: Letter, case: Case, wording: Wording) -> Keyboard:
    said, number = wording.handoff.buttons, case.handoff.id
    if letter.kind in (Kind.RECEIVED, Kind.PASSED):
        return ((press(said.end, Op.END, number),),)
    if letter.kind is not Kind.CLOSED or letter.text == Closer.BAR:
        return ()
    ratings = tuple(
        press(label, Op.RATE, number, str(rating)) for rating, label in said.ratings.items()
    )
    return (ratings, (press(said.again, Op.AGAIN, number),))


def _of_staff(letter: Letter, case: Case, wording: Wording) -> Keyboard:
    said, handoff = wording.handoff.buttons, case.handoff
    number = handoff.id
    match letter.kind:
        case Kind.SURE:
            return (
                (
                    press(said.bar_sure, Op.BARRED, number),
                    press(said.bar_not, Op.KEEP, number),
                ),
            )
        case Kind.BARRED:
            return ((press(said.allow, Op.ALLOW, number),),)
        case Kind.CLOSED:
            return ((press(said.teach, Op.TEACH, number),),)
        case Kind.CARD | Kind.OVERDUE | Kind.REOPENED if handoff.state is State.OPEN:
            whose = (
                press(said.take, Op.TAKE, number)
                if handoff.staff is None
                else press(said.release, Op.RELEASE, number)
            )
            return (
                (whose, press(said.close, Op.CLOSE, number)),
                *(((press(said.bar, Op.BAR, number),),) if letter.kind is Kind.CARD else ()),
            )
        case _:
            return ()
