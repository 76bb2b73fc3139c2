"""A content that lies in one folder and is told of as another: a copy as its original."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.curated import Check
from knowledge.errors import ContentError, Problem
from knowledge.model import Issue


@dataclass(frozen=True, slots=True)
class Telling:
    """Names what lies in `root` as if it lay in `name`, so that equal contents are equal wherever
    they lie, and a problem names the file that its reader knows."""

    root: Path
    name: Path

    def file(self, file: Path) -> Path:
        """A file or folder by its other name; one outside keeps its own."""
        if self.root == self.name or not file.is_relative_to(self.root):
            return file
        return self.name / file.relative_to(self.root)

    def problems(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        return tuple(replace(problem, file=self.file(problem.file)) for problem in problems)

    def error(self, error: ContentError) -> ContentError:
        return ContentError(self.problems(error.problems))

    def checks(self, checks: Iterable[Check]) -> tuple[Check, ...]:
        return tuple(replace(check, file=self.file(check.file)) for check in checks)

    def issue(self, issue: Issue) -> Issue:
        """An issue whose pages and articles name their files so."""
        pages = tuple(
            replace(
                page,
                file=self.file(page.file),
                articles=tuple(
                    replace(article, file=self.file(article.file)) for article in page.articles
                ),
            )
            for page in issue.pages
        )
        return replace(issue, pages=pages)
