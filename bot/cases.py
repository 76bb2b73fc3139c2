"""Question files: JSON lines that say what is asked and what must come of it.

A line is one of

    {"id": …, "style": "…", "q": "…", "must": ["…"], "gold": ["…"]}    the bulletin answers it
    {"id": …, "kind": "…", "q": "…"}                                   it does not
    {"id": …, "turns": [{"q": "…", "must": ["…"], "gold": ["…"]}, …]}  a conversation

`gold` may be left out; any other key is not looked at. A conversation with a `kind` demands no
answer of any of its turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.jsonl import RequestError, json_object, request_id
from knowledge.errors import Problem
from knowledge.scoring import Case, Demand

_FORM = '{"id": …, "style": …, "q": "问题", "must": ["…"]}'


class CasesError(Exception):
    """Question files that cannot be used; `problems` lists everything found in one go."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read_cases(files: tuple[Path, ...]) -> tuple[Case, ...]:
    """The cases of all files, in order. Raises CasesError."""
    cases: list[Case] = []
    problems: list[Problem] = []
    for file in files:
        try:
            lines = file.read_bytes().split(b"\n")
        except OSError as error:
            problems.append(Problem(file=file, message=f"读不了题目文件（{error.strerror}）"))
            continue
        found = tuple(_read(file, lines))
        cases += [one for one in found if isinstance(one, Case)]
        problems += [one for one in found if isinstance(one, Problem)]
        if not found:
            problems.append(Problem(file=file, message="这个文件里没有题目"))
    if problems:
        raise CasesError(tuple(problems))
    return tuple(cases)


def _read(file: Path, lines: list[bytes]) -> Iterator[Case | Problem]:
    """A case or a problem for each line that is not blank."""
    for number, line in enumerate(lines, start=1):
        if not line.strip(b"\xef\xbb\xbf \t\r"):
            continue
        try:
            yield _case(json_object(line, _FORM), f"{file}:{number}")
        except RequestError as error:
            yield Problem(file=file, line=number, message=str(error))


def _case(value: dict[str, Any], place: str) -> Case:
    """The case that an object describes. Raises RequestError."""
    id = request_id(value)  # noqa: A001 - the form's word
    kind = _text(value, "kind") if "kind" in value else None
    if ("q" in value) == ("turns" in value):
        raise RequestError("q（一个问题）和 turns（连续几个问题）要写一个，只写一个")
    if "turns" in value:
        demands = _turns(value["turns"], demanded=kind is None)
        return Case(id=id, demands=demands, kind=kind, dialogue=True, place=place)
    if kind is None and "style" not in value:
        raise RequestError("要写 style（公报里有答案，是哪种问法）或 kind（公报里没有，是哪一类）")
    style = _text(value, "style") if kind is None else ""
    demands = (_demand(value, demanded=kind is None),)
    return Case(id=id, demands=demands, style=style, kind=kind, place=place)


def _turns(turns: object, *, demanded: bool) -> tuple[Demand, ...]:
    if not isinstance(turns, list) or not turns:
        raise RequestError('turns 要写成 [{"q": "问题", "must": ["…"]}, …] 这样的列表')
    demands = []
    for number, turn in enumerate(turns, start=1):
        if not isinstance(turn, dict):
            raise RequestError(f'turns 的第 {number} 句要写成 {{"q": "问题", "must": ["…"]}}')
        try:
            demands.append(_demand(turn, demanded=demanded))
        except RequestError as error:
            raise RequestError(f"turns 的第 {number} 句：{error}") from None
    return tuple(demands)


def _demand(value: dict[str, Any], *, demanded: bool) -> Demand:
    if demanded and "must" not in value:
        raise RequestError("缺少 must（答案里必须有的文字）")
    return Demand(
        question=_text(value, "q"), must=_texts(value, "must"), gold=_texts(value, "gold")
    )


def _text(value: dict[str, Any], key: str) -> str:
    text = value.get(key)
    if not isinstance(text, str):
        raise RequestError(f"{key} 要写文字")
    return text


def _texts(value: dict[str, Any], key: str) -> tuple[str, ...]:
    texts = value.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise RequestError(f"{key} 要写成文字的列表")
    return tuple(texts)
