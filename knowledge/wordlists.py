"""What is wrong with the synonym lists, all at once and with lines: for whoever edits them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from knowledge.errors import ContentError, Problem
from knowledge.text import bare, comparable
from knowledge.vocabulary import FOLDER
from knowledge.yaml_source import Document, read_yaml

_KEY = "groups"


def review(folder: Path = FOLDER) -> tuple[Problem, ...]:
    """The problems of the lists under `folder`/synonyms: unreadable files, a word in two groups, a
    word that can match nothing as it is written, a group that can do nothing."""
    problems: list[Problem] = []
    seen: dict[str, tuple[Path, int]] = {}
    stop = _stop_words(folder)
    for file in sorted((folder / "synonyms").glob("*.yaml")):
        try:
            document = read_yaml(file)
        except ContentError as error:
            problems.extend(error.problems)
            continue
        problems.extend(_problems(document, seen, stop))
    return tuple(sorted(problems))


def _stop_words(folder: Path) -> frozenset[str]:
    data = read_yaml(folder / "fillers.yaml").data
    stop = data.get("stop") if isinstance(data, dict) else None
    return frozenset(stop if isinstance(stop, list) else ())


def _problems(
    document: Document, seen: dict[str, tuple[Path, int]], stop: frozenset[str]
) -> Iterator[Problem]:
    data = document.data
    groups = data.get(_KEY) if isinstance(data, dict) else None
    if not isinstance(groups, list):
        yield document.problem("同义词文件要写成“groups:”加若干组")
        return
    for at, group in enumerate(groups):
        place = (_KEY, at)
        if not isinstance(group, list) or not all(isinstance(word, str) for word in group):
            yield document.problem("每一组要写成方括号里的几个词", *place)
            continue
        for word in group:
            yield from _word_problems(document, word, place, seen)
        if len({word for word in group if word not in stop}) < 2:
            yield document.problem("这一组起不了作用:除去虚词,至少要有两个词", *place)


def _word_problems(
    document: Document, word: str, place: tuple[str, int], seen: dict[str, tuple[Path, int]]
) -> Iterator[Problem]:
    if word in seen:
        file, line = seen[word]
        yield document.problem(f"“{word}”已经在 {file.name}:{line} 的一组里,请只留一处", *place)
        return
    seen[word] = (document.file, document.line(*place))
    form = comparable(word)
    if form != word or not bare(word):
        advice = f",请写成“{form}”" if form else ",请删去"
        yield document.problem(f"“{word}”这样写永远对不上{advice}", *place)
