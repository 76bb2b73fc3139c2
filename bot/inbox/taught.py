"""The file of the content folder that holds what was taught: read, changed, written again."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from bot.inbox.clusters import wording
from knowledge.errors import ContentError, Problem
from knowledge.model import Answer, Entry, Speaker
from knowledge.yaml_source import parse_yaml

PATH = PurePosixPath("qa/taught.yaml")
Written = dict[str, Any]  # an entry as it stands in the file
_DAYS = ("taught", "date")
_BY_EDITORS = ("curated", "staff")  # kinds of entries to which a question can be added


def identity(question: str) -> str:
    """The id of what is taught for a question: the same whenever it is taught."""
    digest = hashlib.blake2s(wording(question).encode("utf-8", "replace"), digest_size=6)
    return f"t-{digest.hexdigest()}"


def same_as(
    entry: Entry | None, answer: Answer, questions: tuple[str, ...], day: date, article: str = ""
) -> Written:
    """Questions that a candidate answers: added to an editor's entry, else an entry of their own
    with the candidate's quotation."""
    head: Written = {"id": identity(questions[0]), "taught": day, "questions": [*questions]}
    if entry is not None and entry.kind in _BY_EDITORS:
        return {**head, "same_as": entry.id}
    quotes = [quote.reading for quote in answer.quotes]
    head["quote"] = quotes[0] if len(quotes) == 1 else quotes
    if article:
        head["article"] = article
    if answer.stance is not None:
        head["stance"] = answer.stance.value
    if answer.speaker is not None:
        head["speaker"] = _speaker(answer.speaker)
    return head


def by_staff(questions: tuple[str, ...], text: str, name: str, day: date) -> Written:
    """The staff's own answer."""
    return {
        "id": identity(questions[0]),
        "taught": day,
        "questions": [*questions],
        "by": "staff",
        "name": name,
        "date": day,
        "text": text,
    }


def read(data: bytes | None, file: Path) -> list[Written]:
    """The entries of the file, which somebody may have changed by hand. Raises ContentError."""
    if data is None:
        return []
    try:
        found = parse_yaml(data.decode("utf-8-sig"), file).data
    except UnicodeDecodeError:
        raise _unreadable(file) from None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise _unreadable(file)
    return [entry for entry in found if isinstance(entry, dict)]


def write(entries: Iterable[Written], head: str) -> bytes | None:
    """The file with these entries and a comment above them; None where there are none."""
    listed = [_dated(entry) for entry in entries]
    if not listed:
        return None
    body = yaml.dump(
        listed, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf")
    )
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    return f"{comment}{body}".encode()


def clean(text: str) -> str:
    """A text as the file takes it: without control characters and spaces at the ends of lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        char for char in text if char == "\n" or unicodedata.category(char) not in _REFUSED
    )
    lines = (re.sub(r"[\t ]+$", "", line) for line in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_REFUSED = {"Cc", "Cs", "Cn", "Zl", "Zp"}


class _Dumper(yaml.SafeDumper):
    """Writes several lines as several lines, and the same value twice where it stands twice."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)


def _dated(entry: Written) -> Written:
    """An entry whose days are written without quotation marks."""
    return {key: _day(value) if key in _DAYS else value for key, value in entry.items()}


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def _speaker(speaker: Speaker) -> Written:
    parts = {"name": speaker.name, "post": speaker.post, "verb": speaker.verb}
    return {key: value for key, value in parts.items() if value}


def _unreadable(file: Path) -> ContentError:
    message = "这个文件读不懂:要写成列表,每条以“- id: …”开头,用 UTF-8 编码"
    return ContentError((Problem(file=file, line=1, message=message),))
