"""A YAML file as plain data that remembers its lines.

Every scalar is text as it was written (an editor's `id: 007` or `- 2024` means those characters),
an empty one is None. What YAML can do beyond lists and mappings is refused: an alias can blow up
memory, a tag can build objects, and no editor needs either. Nothing here recurses, so no depth of
nesting exhausts the stack.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import ContentError, Problem

Steps = tuple[Hashable, ...]
Data = str | None | list[Any] | dict[str, Any]

MAX_BYTES = 5_000_000
MAX_DEPTH = 8
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOADER = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
_EXPLAINED = (
    ("scanning a quoted scalar", "这里开头的引号没有收尾"),
    (
        "mapping values are not allowed",
        "这一行多了一个“: ”,或缩进不对(缩进只用空格);文字里有“: ”时整句要加引号",
    ),
    ("cannot start any token", "这里的字符不能开头:缩进只用空格,以 @ ` % 开头的文字要加引号"),
    ("tab character", "缩进只用空格,不能用制表符"),
    ("could not find expected ':'", "这一行缺“: ”(半角冒号加空格)"),
    ("parsing a flow", "方括号或花括号没有配对"),
    ("parsing a block", "这一行和上面接不上:缩进没有对齐,或引号后面还有文字"),
    ("<block end>", "这一行和上面接不上:缩进没有对齐,或引号后面还有文字"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file's data; `lines` gives the line of each key and list item by its path from the top."""

    file: Path
    data: Data
    lines: dict[Steps, int]

    def line(self, *path: Hashable) -> int:
        """The line of the innermost part of `path` that the file has."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def problem(self, message: str, *path: Hashable) -> Problem:
        return Problem(file=self.file, line=self.line(*path), message=message)


def read_yaml(file: Path) -> Document:
    """The one document of a file. Raises ContentError with the place of what is wrong."""
    return parse_yaml(_text(file), file)


def parse_yaml(text: str, file: Path) -> Document:
    """The one document of a text; `file` only names it. Raises ContentError."""
    odd = _UNPRINTABLE.search(text)
    if odd:
        raise _error(file, text.count("\n", 0, odd.start()) + 1, "有看不见的控制字符,请删去")
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _error(file, *_explain(error)) from error
    if builder.problems:
        raise ContentError(tuple(builder.problems))
    if builder.data is None:
        raise _error(file, 1, "这个文件是空的;请写上内容,或者删掉它")
    return Document(file=file, data=builder.data, lines=builder.lines)


def _text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _error(
            file, 0, f"文件读不出来({error.strerror}),请检查它是否存在、是否有读取权限"
        ) from error
    if len(data) > MAX_BYTES:
        raise _error(file, 0, f"文件超过 {MAX_BYTES // 1_000_000} MB,请拆成几个文件")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _error(file, line, "不是 UTF-8 编码;请另存为 UTF-8") from error


class _Builder:
    """Builds data out of parser events, noting lines and everything refused."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.data: Data = None
        self.lines: dict[Steps, int] = {}
        self.problems: list[Problem] = []
        self._open: list[tuple[list[Any] | dict[str, Any], Steps]] = []
        self._key: list[str | None] = []  # of each open mapping: the key that awaits its value
        self._skipping = 0  # depth inside a part that was refused
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents == 2:
                self._refuse(event, "一个文件只写一份内容,请去掉中间的 ---")
        elif self._documents > 1:
            return
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.NodeEvent):
            self._take_node(event)

    def _take_node(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(event, "不支持 & 和 * 引用;以这两个符号开头的文字要加引号")
        elif getattr(event, "tag", None):
            self._refuse(event, "不支持 ! 标签;以感叹号开头的文字要加引号")
        if isinstance(event, yaml.AliasEvent):
            self._put(event, None)
        elif isinstance(event, yaml.ScalarEvent):
            plain = event.style in (None, "")
            self._put(event, None if plain and event.value in ("", "~", "null") else event.value)
        elif self._skipping:
            self._skipping += 1
        elif len(self._open) >= MAX_DEPTH:
            self._refuse(event, "括号或缩进套得太深")
            self._skip(event)
        elif self._awaits_key():
            self._refuse(event, "键只能是一个词,不能是列表")
            self._skip(event)
        else:
            self._enter(event)

    def _enter(self, event: yaml.NodeEvent) -> None:
        path = self._place(event)
        new: list[Any] | dict[str, Any] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        self._attach(new)
        self._open.append((new, path))
        self._key.append(None)

    def _skip(self, event: yaml.NodeEvent) -> None:
        """Leaves out the collection that begins here; None stands in its place."""
        self._put(event, None)
        self._skipping = 1

    def _close(self) -> None:
        if self._skipping:
            self._skipping -= 1
        else:
            self._open.pop()
            self._key.pop()

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1][0], dict) and self._key[-1] is None

    def _put(self, event: yaml.NodeEvent, value: str | None) -> None:
        if self._skipping:
            return
        if self._awaits_key():
            holder, path = self._open[-1]
            key = value or ""
            if key in holder:
                self._refuse(event, f"“{key}”写了两次,请删去一个")
            self._key[-1] = key
            self.lines.setdefault((*path, key), _line(event))
        else:
            self._place(event)
            self._attach(value)

    def _place(self, event: yaml.NodeEvent) -> Steps:
        """The path of the value that begins here; its line is noted unless its key's is."""
        path: Steps = ()
        if self._open:
            holder, above = self._open[-1]
            path = (*above, len(holder) if isinstance(holder, list) else self._key[-1])
        self.lines.setdefault(path, _line(event))
        return path

    def _attach(self, value: Data) -> None:
        if not self._open:
            self.data = value
            return
        holder = self._open[-1][0]
        if isinstance(holder, list):
            holder.append(value)
        else:
            holder[self._key[-1] or ""] = value
            self._key[-1] = None

    def _refuse(self, event: yaml.Event, message: str) -> None:
        line = _line(event)
        self.problems.append(Problem(file=self.file, line=line, message=message))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _explain(error: yaml.YAMLError) -> tuple[int, str]:
    """Where a parser's complaint is best looked for, and what it means to an editor."""
    where = getattr(error, "problem_mark", None)
    complaint = f"{getattr(error, 'context', None)} {getattr(error, 'problem', None)}"
    if "quoted scalar" in complaint or "could not find expected" in complaint:
        where = getattr(error, "context_mark", None) or where
    line = where.line + 1 if where is not None else 0
    for fragment, sentence in _EXPLAINED:
        if fragment in complaint:
            return line, f"YAML 格式有误:{sentence}"
    return line, "YAML 格式有误:请检查缩进、引号和“: ”"


def _error(file: Path, line: int, message: str) -> ContentError:
    return ContentError((Problem(file=file, line=line, message=message),))
