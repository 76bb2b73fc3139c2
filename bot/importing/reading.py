"""A file as it was sent → the text of a page: one row of a table for each format.

The libraries that read the formats are loaded when one is first needed; they are an extra, and
only plain text can be read without.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath

from bot.importing import hypertext, portable
from bot.importing.faults import Fault, Refused
from bot.importing.packed import checked_docx
from bot.importing.plain import fit, text_of
from bot.importing.seen import SeenPage, look

LONGEST_NAME = 120
_KINDS = {  # by which a file without a name is known
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_ODD_NAME = re.compile("[/\\\\\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_TITLES = """
p[style-name='Title'] => h1:fresh
p[style-name='标题'] => h1:fresh
p[style-name='标题 1'] => h1:fresh
p[style-name='标题 2'] => h2:fresh
p[style-name='标题 3'] => h3:fresh
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draught:
    """The text of a file before it is looked at; `blank` pages held none."""

    text: str
    blank: tuple[int, ...] = ()


def _text(data: bytes) -> Draught:
    return Draught(text=text_of(data))


def _html(data: bytes) -> Draught:
    return Draught(text=hypertext.lines_of(text_of(data)))


def _markdown(data: bytes) -> Draught:
    from markdown_it import MarkdownIt

    source = _FRONT_MATTER.sub("", text_of(data).replace("\r\n", "\n"))
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source)
    return Draught(text=hypertext.lines_of(html))


def _docx(data: bytes) -> Draught:
    import mammoth

    packed = io.BytesIO(checked_docx(data))
    pictures = mammoth.images.img_element(lambda image: {"src": ""})
    html = mammoth.convert_to_html(packed, style_map=_TITLES, convert_image=pictures).value
    return Draught(text=hypertext.lines_of(html.replace("↑", "")))


def _pdf(data: bytes) -> Draught:
    text, blank = portable.lines_of(data)
    return Draught(text=text, blank=blank)


READERS: dict[str, Callable[[bytes], Draught]] = {
    ".txt": _text,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".docx": _docx,
    ".pdf": _pdf,
}


_LIBRARIES = {
    ".md": ("markdown_it", "selectolax.lexbor"),
    ".markdown": ("markdown_it", "selectolax.lexbor"),
    ".html": ("selectolax.lexbor",),
    ".htm": ("selectolax.lexbor",),
    ".docx": ("mammoth", "selectolax.lexbor"),
    ".pdf": ("pypdfium2",),
}


def prepare(name: str) -> None:
    """Load what will read a file of that name, as far as it is installed."""
    for library in _LIBRARIES.get(PurePath(name).suffix.lower(), ()):
        with suppress(ImportError):
            import_module(library)


def read(name: str, data: bytes) -> SeenPage:
    """What a file holds. Raises Refused."""
    reader = READERS[kind_of(name)]
    if not data.strip():
        raise Refused(Fault.EMPTY)
    try:
        draught = reader(data)
    except ImportError:
        raise Refused(Fault.NOT_INSTALLED, kind_of(name)) from None
    return look(fit(draught.text), draught.blank)


def kind_of(name: str) -> str:
    """The ending of a file name by which it is read. Raises Refused: for names that play tricks,
    and for what cannot be read."""
    if (
        not name.strip(". ")
        or len(name) > LONGEST_NAME
        or name.startswith((".", "~"))
        or _ODD_NAME.search(name)
        or any(unicodedata.category(char) == "Cs" for char in name)
    ):
        raise Refused(Fault.NAME)
    ending = PurePath(name).suffix.lower()
    if ending not in READERS:
        raise Refused(Fault.OLD_WORD if ending in (".doc", ".wps") else Fault.KIND, ending[:12])
    return ending


def named(name: str | None, kind: str | None) -> str:
    """The name of a file as sent, or one after its kind for a file without."""
    if name:
        return name
    return f"file{_KINDS.get((kind or '').partition(';')[0].strip().lower(), '')}"
