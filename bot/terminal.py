"""The terminal: an answer printed for reading, and a conversation."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.dialogue import Turn, turn
from bot.opening import open_base
from bot.render import choices, citation, plain, stance_note
from bot.sessions import Session
from bot.settings import Settings
from bot.wording import Wording
from knowledge.model import Answer


class Tone(StrEnum):
    """What a line is; the value is its style in rich's words."""

    ANSWER = "bold"
    SILENCE = ""
    NOTE = "yellow"
    SOURCE = "cyan"
    OPTION = "green"
    ASIDE = "dim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    text: str
    tone: Tone


def answer_lines(answer: Answer, wording: Wording) -> Iterator[Line]:
    """An answer from top to bottom: what is said, its stance, its source, the options."""
    yield Line(text=plain(answer, wording), tone=Tone.ANSWER if answer.quotes else Tone.SILENCE)
    if note := stance_note(answer, wording):
        yield Line(text=note, tone=Tone.NOTE)
    if source := citation(answer, wording):
        yield Line(text=source, tone=Tone.SOURCE)
    if answer.options:
        yield Line(text=wording.options, tone=Tone.SILENCE)
    for choice in choices(answer.options):
        yield Line(text=f"  {choice}", tone=Tone.OPTION)


def show(lines: Iterable[Line]) -> None:
    """Print lines, in colour where a person looks on; rich is loaded only then."""
    if not sys.stdout.isatty():
        for line in lines:
            print(line.text)
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for line in lines:
        console.print(line.text, style=line.tone or None)


def chat(settings: Settings) -> None:
    """A conversation until the end of input, Ctrl-C, or a word of leave-taking.

    Earlier messages come back with the arrow keys. After the settings' time of silence a new
    conversation begins, as on Telegram.
    """
    with suppress(ImportError):  # a Python without readline still reads lines
        import readline  # noqa: F401 - importing it gives input() its editing and history

    base, wording = open_base(settings), Wording.load()
    idle = timedelta(minutes=settings.sessions.idle_minutes)
    talking = sys.stdin.isatty()
    if talking:
        show([Line(text=wording.terminal.welcome, tone=Tone.ASIDE)])
    try:
        session = Session()
        for message in _messages(wording, talking):
            now = datetime.now(UTC)
            if session.expired(now, idle):
                session = Session()
            taken = turn(session, message, base)
            session = replace(taken.session, touched=now)
            show(_reply(message, taken, wording))
    except (EOFError, KeyboardInterrupt):
        print()


def _messages(wording: Wording, talking: bool) -> Iterator[str]:
    """What is typed, line by line. Raises EOFError at the end of input."""
    while True:
        message = input(wording.terminal.prompt if talking else "").strip()
        if message.lower() in wording.terminal.leave:
            return
        if message:
            yield message


def _reply(message: str, taken: Turn, wording: Wording) -> Iterator[Line]:
    """The answer, after the question as it was understood where that is not what was typed."""
    if taken.question != message:
        yield Line(text=wording.asked.format(question=taken.question), tone=Tone.ASIDE)
    yield from answer_lines(taken.answer, wording)
    yield Line(text="", tone=Tone.SILENCE)
