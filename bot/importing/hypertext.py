"""HTML → lines of text as a reader sees them, one for each paragraph."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.importing.faults import Fault, Refused
from bot.importing.plain import MOST_CHARACTERS

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_UNSEEN = frozenset(
    [
        *("script", "style", "noscript", "template", "head", "title", "nav", "aside", "footer"),
        *("form", "svg", "math", "iframe", "object", "embed", "audio", "video", "canvas", "img"),
        *("button", "select", "option", "textarea", "input", "-comment"),
    ]
)
_BLOCKS = frozenset(
    [
        *("address", "article", "blockquote", "body", "br", "caption", "center", "dd", "details"),
        *("div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "html", "legend", "li", "main", "ol", "p", "pre", "section", "summary", "table"),
        *("tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    ]
)
_CELLS = frozenset({"td", "th"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_MOST_NODES = 300_000
_ENOUGH = 200  # characters that make a part of a page its text
_SPACE = re.compile(r"[ \t\r\n\x0c]+")
_HAN = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…—]"
_TORN = re.compile(rf"(?<={_HAN})[ \t\x0c]*[\r\n]\s*(?={_HAN})")


def lines_of(html: str) -> str:
    """The visible text of a page: a line for each paragraph, blank lines above its highest
    headings. Raises Refused when there is none."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    if root is None:
        raise Refused(Fault.NO_TEXT)
    for name in ("article", "main"):
        parts = tree.css(name)
        if len(parts) == 1 and len("".join(_Lines(parts[0], "").lines)) >= _ENOUGH:
            root = parts[0]
            break
    highest = next((name for name in _HEADINGS if tree.css_first(name) is not None), "")
    text = "\n".join(_Lines(root, highest).lines).strip("\n")
    if not text.strip():
        raise Refused(Fault.NO_TEXT)
    return text


class _Lines:
    """Walks a tree without recursion, for no depth of it to exhaust the stack."""

    def __init__(self, root: LexborNode, highest: str) -> None:
        self.lines: list[str] = []
        self._words: list[str] = []
        self._highest = highest
        self._length = 0
        self._walk(root)
        self._end()

    def _walk(self, root: LexborNode) -> None:
        node: LexborNode | None = root
        depth = seen = 0
        while node is not None:
            seen += 1
            if seen > _MOST_NODES:
                raise Refused(Fault.TOO_LONG, str(MOST_CHARACTERS // 10_000))
            entered = self._enter(node)
            child = node.child if entered else None
            if child is not None:
                node, depth = child, depth + 1
                continue
            while node is not None:
                if entered:
                    self._leave(node)
                if depth == 0:
                    return
                entered = True
                if node.next is not None:
                    node = node.next
                    break
                node, depth = node.parent, depth - 1

    def _enter(self, node: LexborNode) -> bool:
        """Whether what stands within a node is seen."""
        tag = node.tag or ""
        if tag == "-text":
            self._say(node.text_content or "")
            return True
        if tag in _UNSEEN or _hidden(node):
            return False
        if tag in _CELLS:
            self._words.append(" ")
        elif tag in _BLOCKS:
            self._end()
            if tag == self._highest and self.lines:
                self.lines += ["", ""]
        return True

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _BLOCKS and tag not in _CELLS:
            self._end()

    def _say(self, text: str) -> None:
        self._length += len(text)
        if self._length > 2 * MOST_CHARACTERS:
            raise Refused(Fault.TOO_LONG, str(MOST_CHARACTERS // 10_000))
        self._words.append(text)

    def _end(self) -> None:
        line = _SPACE.sub(" ", _TORN.sub("", "".join(self._words))).strip(" ")
        self._words.clear()
        if line:
            self.lines.append(line)


def _hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    style = attributes.get("style") or ""
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or _HIDDEN.search(style) is not None
    )
