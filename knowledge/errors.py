"""What can be wrong with content, as one tree.

    KnowledgeError
    ├── PageError        a page file cannot be read: not text, empty, too long
    ├── ContentError     a content folder cannot be loaded: carries every problem found
    └── LexiconError     a word list of the program itself is malformed

Each error says what is wrong, where (file and line), and what to do. The sentences are in
Chinese: editors read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing wrong in one place; `line` counts from 1, 0 stands for the whole file."""

    file: Path
    line: int = 0
    message: str = ""
    fatal: bool = True

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.message}"
            if self.line
            else f"{self.file}: {self.message}"
        )


class KnowledgeError(Exception):
    """The root: catch this to catch everything that content can do wrong."""


class PageError(KnowledgeError):
    """A page file that cannot be read at all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class ContentError(KnowledgeError):
    """A content folder that was refused; `problems` lists everything found in one go."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class LexiconError(KnowledgeError):
    """A word list that cannot be used."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
