"""Answers as JSON, and the command that answers JSON lines with JSON lines.

A line in is `{"id": …, "q": "…"}`, one question in a fresh conversation, or
`{"id": …, "turns": ["…", "…"]}`, one conversation of several turns. Every line that is not blank
gets one line out, in the same order and at once. A line that is not of this form gets
`{"id": …, "error": "第 3 行：…"}`, so that lines in and out keep their pairs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.dialogue import Turn, turn
from bot.objects import answer_object, encode
from bot.opening import open_base
from bot.sessions import Session
from bot.settings import Settings
from bot.wording import Wording
from knowledge.base import KnowledgeBase


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line out; `problem` is the sentence for stderr where the line in was no request."""

    text: str
    problem: str | None = None


class RequestError(Exception):
    """A line that is no request; the text says why, `id` is the line's own where it had one."""

    def __init__(self, sentence: str, id: object = None) -> None:  # noqa: A002 - the form's word
        super().__init__(sentence)
        self.id = id


def answer(settings: Settings, folder: Path | None) -> int:
    """Answer standard input on standard output; 1 when a line was no request, else 0."""
    base = open_base(settings, folder)
    wording = Wording.load()
    code = 0
    for line in answer_lines(sys.stdin.buffer, base, wording):
        sys.stdout.buffer.write(line.text.encode() + b"\n")
        sys.stdout.buffer.flush()
        if line.problem is not None:
            print(line.problem, file=sys.stderr)
            code = 1
    return code


def answer_lines(lines: Iterable[bytes], base: KnowledgeBase, wording: Wording) -> Iterator[Line]:
    """One line out for every line in that is not blank, each before the next is read."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield Line(text=encode(_reply(_request(line), base, wording)))
        except RequestError as error:
            problem = f"第 {number} 行：{error}"
            yield Line(text=encode({"id": error.id, "error": problem}), problem=problem)


def conversation(messages: Iterable[str], base: KnowledgeBase) -> Iterator[Turn]:
    """What comes of the messages of one conversation, one after the other."""
    session = Session()
    for message in messages:
        taken = turn(session, message, base)
        session = taken.session
        yield taken


def json_object(line: bytes, form: str) -> dict[str, Any]:
    """The object that a line holds; `form` shows what it should look like. Raises RequestError."""
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RequestError("不是 UTF-8 编码的文字") from None
    except (ValueError, RecursionError):  # an integer of 5000 digits is a ValueError too
        raise RequestError("不是一个完整的 JSON 对象") from None
    if not isinstance(value, dict):
        raise RequestError(f"要写成 {form} 这样的对象")
    return value


def request_id(value: dict[str, Any]) -> str | int:
    """The id of an object. Raises RequestError."""
    id = value.get("id")  # noqa: A001 - the form's word
    if not isinstance(id, str | int):
        raise RequestError("缺少 id（文字或整数）")
    return id


def _request(line: bytes) -> dict[str, Any]:
    """The request that a line holds. Raises RequestError."""
    request = json_object(line, '{"id": …, "q": "问题"}')
    id = request_id(request)  # noqa: A001 - the form's word
    question, turns = request.get("q"), request.get("turns")
    if (question is None) == (turns is None):
        raise RequestError("q（一个问题）和 turns（连续几个问题）要写一个，只写一个", id)
    if question is not None and not isinstance(question, str):
        raise RequestError("q 要写文字", id)
    if turns is not None and not (
        isinstance(turns, list) and all(isinstance(message, str) for message in turns)
    ):
        raise RequestError("turns 要写成文字的列表", id)
    return request


def _reply(request: dict[str, Any], base: KnowledgeBase, wording: Wording) -> dict[str, Any]:
    turns = request.get("turns")
    messages = [request["q"]] if turns is None else turns
    replies = [answer_object(taken.answer, wording) for taken in conversation(messages, base)]
    if turns is None:
        return {"id": request["id"], **replies[0]}
    return {"id": request["id"], "turns": replies}
