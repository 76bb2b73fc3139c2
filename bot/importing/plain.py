"""Bytes of a text file → text that is fit to be a page, or the reason why not."""

from __future__ import annotations

import re
from pathlib import Path

from bot.importing.faults import Fault, Refused
from knowledge.decoding import check_source, decode
from knowledge.errors import PageError

MOST_CHARACTERS = 1_000_000
LONGEST_LINE = 20_000

_FORMS = (  # how files begin that only pretend to be text
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "image"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"{\\rtf", "rtf"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f]")
_OVERRIDE = re.compile("[\u202d\u202e]")  # they make text read otherwise than it stands
_STRANGE = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_MOST_STRANGE = 0.05  # share of characters that no font shows
_LINE = re.compile(r"[^\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def text_of(data: bytes) -> str:
    """The text of a file that should be text. Raises Refused."""
    for form, name in _FORMS:
        if data.startswith(form):
            raise Refused(Fault.DISGUISED, name)
    try:
        return decode(data, Path())
    except PageError as error:
        raise Refused(Fault.NOT_TEXT, error.problem.message, error.problem.line) from None


def fit(text: str) -> str:
    """A text that can be a page, its line ends made alike. Raises Refused."""
    if not text.strip("\ufeff \t\r\n\u3000\xa0\x0b\x0c"):
        raise Refused(Fault.NO_TEXT)
    if len(text) > MOST_CHARACTERS:
        raise Refused(Fault.TOO_LONG, str(MOST_CHARACTERS // 10_000))
    try:
        check_source(text, Path())
    except PageError as error:
        raise Refused(Fault.NOT_TEXT, error.problem.message) from None
    if len(_STRANGE.findall(text)) > _MOST_STRANGE * len(text):
        raise Refused(Fault.GARBLED)
    for pattern, fault in ((_CONTROL, Fault.CONTROL), (_OVERRIDE, Fault.REVERSED)):
        if found := pattern.search(text):
            raise Refused(fault, f"U+{ord(found[0]):04X}", _line(text, found.start()))
    for found in _LINE.finditer(text):
        if found.end() - found.start() > LONGEST_LINE:
            raise Refused(Fault.LONG_LINE, str(LONGEST_LINE), _line(text, found.start()))
    return re.sub(r"\r\n?", "\n", text)


def _line(text: str, at: int) -> int:
    return len(re.findall(r"\r\n|[\r\n]", text[:at])) + 1
