"""What people write, as the letters that carry it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.handoff.cases import Kind, Letter, Side, Source, once
from bot.handoff.mailbag import Sealed
from bot.pieces import units

_PART, _CAPTION = 3600, 900  # of a message's and a caption's length, leaving room for who writes
_WHERE = "\n。！？；!?; "  # a long text is cut after one of these
_NOTHING = "…"
_ASIDE = ("//", "／／")
_LONGEST_NAME = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A message: its text, or the words below what is shown. `media` is shown by a copy, `file`
    tells it from others and is None where it can have no words below."""

    text: str = ""
    media: bool = False
    file: str | None = None

    @property
    def aside(self) -> bool:
        """Whether staff say this to each other only."""
        return self.text.lstrip().startswith(_ASIDE)


def carried(
    content: Content, side: Side, source: Source, *, name: str = "", answers: int | None = None
) -> tuple[Letter, ...]:
    """The letters that carry a message to `side`; `name` is who writes, of the staff."""
    letters = []
    words = content.text
    if content.media:
        below = words if content.file is not None and _fits(words, _CAPTION) else ""
        if side is Side.RESIDENT and content.file is None:
            mark = once(source, -1)
            letters.append(Letter(side=side, kind=Kind.SENDER, name=name, once=mark))
        letters.append(
            Letter(
                side=side,
                kind=Kind.MEDIA,
                text=below,
                name=name,
                source=source,
                file=content.file,
                once=once(source, 0),
                answers=answers,
            )
        )
        words = "" if below else words
    for part, text in enumerate(pieces(words), start=len(letters) and 1):
        letters.append(
            Letter(
                side=side,
                kind=Kind.WORDS,
                text=text,
                name=name,
                source=source,
                part=part,
                once=once(source, part),
                answers=answers if not part else None,
            )
        )
    return tuple(letters)


def changed(
    content: Content, written: tuple[Sealed, ...], change: int, *, name: str = ""
) -> tuple[Letter, ...]:
    """The letters that carry a change of a message that was carried by `written`; `change` is the
    number of the update that told of it."""
    first = written[0].letter
    assert first.source is not None
    if first.kind is Kind.MEDIA and content.file != first.file:  # another photo in its place
        made = carried(content, first.side, first.source, name=name)
        return tuple(
            _again(letter, once(first.source, letter.part, change), letter.text) for letter in made
        )
    if first.kind is Kind.MEDIA:
        if first.file is None or not _fits(content.text, _CAPTION):
            return ()  # a place that moves on, or words that were carried apart
        return (_reworded(first, first.part, content.text, name, change),)
    texts = list(pieces(content.text))
    letters = [
        _reworded(first, part, texts[part] if part < len(texts) else _NOTHING, name, change)
        for part in range(len(written))
    ]
    for part in range(len(written), len(texts)):
        more = _reworded(first, part, texts[part], name, change)
        letters.append(_again(more, once(first.source, part), more.text, kind=Kind.WORDS))
    return tuple(letters)


def pieces(text: str) -> Iterator[str]:
    """A text in parts that each fit into a message, cut after a sentence where there is one."""
    rest = text
    while rest:
        end = len(rest)
        if not _fits(rest, _PART):
            window = rest[: _PART // 2]
            end = max(window.rfind(sign) for sign in _WHERE) + 1 or len(window)
        yield rest[:end]
        rest = rest[end:]


def named(text: str) -> str | None:
    """A name as somebody typed it; None for what is none."""
    name = " ".join("".join(sign for sign in text if sign.isprintable()).split())
    fits = 0 < len(name) <= _LONGEST_NAME and "\n" not in text.strip()
    return name if fits and not name.startswith("/") else None


def _fits(text: str, length: int) -> bool:
    return units(text) <= length


def _reworded(first: Letter, part: int, text: str, name: str, change: int) -> Letter:
    assert first.source is not None
    return Letter(
        side=first.side,
        kind=Kind.REWORDED,
        text=text,
        name=name,
        source=first.source,
        part=part,
        once=once(first.source, part, change),
    )


def _again(letter: Letter, mark: str, text: str, kind: Kind | None = None) -> Letter:
    return Letter(
        side=letter.side,
        kind=kind or letter.kind,
        text=text,
        name=letter.name,
        source=letter.source,
        part=letter.part,
        file=letter.file,
        once=mark,
    )
