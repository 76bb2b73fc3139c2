"""HTML and SVG built from elements: what is not markup already is escaped, always."""

from __future__ import annotations

import re
from html import escape

VOID = frozenset({"meta", "br"})
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Markup(str):
    """Text that is HTML: every other string is shown as it stands."""

    __slots__ = ()


def element(tag: str, *children: str | None, **attributes: str | float | None) -> Markup:
    """An element; `class_` is the attribute class, other underscores are dashes, and what is None
    is left out."""
    named = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escaped(_written(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in VOID:
        return Markup(f"<{tag}{named}>")
    return Markup(f"<{tag}{named}>{together(*children)}</{tag}>")


def together(*children: str | None) -> Markup:
    """Children one after the other."""
    return Markup("".join(escaped(child) for child in children if child is not None))


def escaped(text: str) -> Markup:
    """A text as it can stand in HTML, in an attribute too; control characters, which cannot,
    become the replacement character."""
    if isinstance(text, Markup):
        return text
    return Markup(escape(_UNWANTED.sub("\ufffd", text)))


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
