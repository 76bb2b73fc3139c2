"""One question on the command line."""

from __future__ import annotations

from bot.dialogue import turn
from bot.objects import answer_object, encode
from bot.opening import open_base
from bot.sessions import Session
from bot.settings import Settings
from bot.terminal import Line, Tone, answer_lines, show
from bot.wording import Wording


def ask(question: str, settings: Settings, *, as_json: bool, why: bool) -> None:
    """Print the answer to `question`, and with `why` how it came about."""
    base = open_base(settings)
    wording = Wording.load()
    taken = turn(Session(), question, base)
    reasons = base.explain(taken.question or question).lines() if why else []
    if as_json:
        reply = answer_object(taken.answer, wording)
        print(encode({**reply, "why": reasons} if why else reply))
        return
    show(answer_lines(taken.answer, wording))
    if why:
        show(Line(text=reason, tone=Tone.ASIDE) for reason in ["", *reasons])
