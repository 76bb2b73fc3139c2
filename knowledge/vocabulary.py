"""The program's own word lists, read from `lexicon/`: fillers, names, units, synonyms and more.

The lists are data that an editor can read and extend; reading them is a call, not an import.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import LexiconError, Problem
from knowledge.model import Stance
from knowledge.own_yaml import read_own

FOLDER = Path(__file__).parent / "lexicon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Every word list as one value; all words are in comparable form.

    `senses` maps a word to the number of its synonym group, `groups` the number to its words.
    """

    chat: Mapping[str, frozenset[str]]
    openers: tuple[str, ...]
    closers: tuple[str, ...]
    stop: frozenset[str]
    surnames: frozenset[str]
    compound_surnames: frozenset[str]
    doubtful_surnames: frozenset[str]
    after_names: tuple[str, ...]
    before_posts: frozenset[str]
    posts: tuple[str, ...]
    says: tuple[str, ...]
    places: frozenset[str]
    asks: Mapping[str, tuple[str, ...]]
    about: tuple[str, ...]
    classes: Mapping[str, tuple[str, ...]]
    defines: tuple[str, ...]
    endings: tuple[str, ...]
    stance: Mapping[Stance, tuple[str, ...]]
    relative_years: Mapping[str, int]
    units: Mapping[str, tuple[str, ...]]
    senses: Mapping[str, int]
    groups: tuple[tuple[str, ...], ...]


@cache
def lexicon(folder: Path = FOLDER) -> Lexicon:
    """The word lists of `folder`, read once. Raises LexiconError."""
    chat = _read(folder / "chat.yaml")["chat"]
    fillers = _read(folder / "fillers.yaml")
    names = _read(folder / "names.yaml")
    question = _read(folder / "question.yaml")
    stance = _read(folder / "stance.yaml")
    groups = tuple(_groups(sorted((folder / "synonyms").glob("*.yaml"))))
    return Lexicon(
        chat={kind: frozenset(map(str, words)) for kind, words in chat.items()},
        openers=_longest_first(fillers["openers"]),
        closers=_longest_first(fillers["closers"]),
        stop=frozenset(fillers["stop"]),
        surnames=frozenset(names["surnames"]),
        compound_surnames=frozenset(names["compound_surnames"]),
        doubtful_surnames=frozenset(names["doubtful_surnames"]),
        after_names=_longest_first(names["after_names"]),
        before_posts=frozenset(names["before_posts"]),
        posts=_longest_first(names["posts"]),
        says=_longest_first(names["says"]),
        places=frozenset(names["places"]),
        asks={kind: _longest_first(words) for kind, words in question["asks"].items()},
        about=tuple(question["about"]),
        classes={noun: tuple(endings) for noun, endings in question["classes"].items()},
        defines=_longest_first(question["defines"]),
        endings=_longest_first(question["endings"]),
        stance={Stance(kind): _longest_first(words) for kind, words in stance["stance"].items()},
        relative_years=dict(stance["relative_years"]),
        units={
            kind: _longest_first(w) for kind, w in _read(folder / "units.yaml")["units"].items()
        },
        senses={word: number for number, group in enumerate(groups) for word in group},
        groups=groups,
    )


class Spotter:
    """Finds the words of a list in a text, the longest at each place, without segmenting it."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}
        self._heads = re.compile("|".join(map(re.escape, sorted(lengths))) or "(?!)")

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """The words that stand in a comparable text, with where; left to right, none overlap."""
        end = 0
        for head in self._heads.finditer(text):
            start = head.start()
            word = self.at(text, start) if start >= end else None
            if word is not None:
                end = start + len(word)
                yield word, start, end

    def at(self, text: str, start: int) -> str | None:
        """The longest word of the list that begins at `start`; a word in Latin letters or digits
        is found only whole."""
        for length in self._lengths.get(text[start], ()):
            word = text[start : start + length]
            if word in self._words and whole(text, start, start + len(word)):
                return word
        return None


def whole(text: str, start: int, end: int) -> bool:
    """Whether the cut does not go through a run of Latin letters or digits."""
    return not (_split(text, start) or _split(text, end))


def _split(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if not (before.isascii() and after.isascii()):
        return False
    return (before.isalpha() and after.isalpha()) or (before.isdigit() and after.isdigit())


def _longest_first(words: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(map(str, words)), key=len, reverse=True))


def _read(path: Path) -> dict[str, Any]:
    try:
        data = read_own(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LexiconError(
            Problem(file=path, message=f"词表读不出来({error.strerror})")
        ) from error
    except yaml.YAMLError as error:
        line = re.search(r"line (\d+)", str(error))
        number = int(line[1]) if line else 0
        raise LexiconError(
            Problem(file=path, line=number, message="词表的 YAML 写法有误")
        ) from error
    if not isinstance(data, dict):
        raise LexiconError(Problem(file=path, line=1, message="词表要写成若干行“键: 值”"))
    return data


def _groups(files: Iterable[Path]) -> Iterator[tuple[str, ...]]:
    """Every synonym group; a word stands in one group only."""
    seen: dict[str, Path] = {}
    for file in files:
        for group in _read(file)["groups"]:
            words = tuple(dict.fromkeys(map(str, group)))
            for word in words:
                if word in seen:
                    message = f"“{word}”已经在 {seen[word].name} 的另一组里，请只留一处"
                    raise LexiconError(Problem(file=file, message=message))
                seen[word] = file
            yield words
