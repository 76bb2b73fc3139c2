"""`bulletin-bot check`: all that is wrong with settings, word lists and content, in one go."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from bot.config import ConfigError, load_settings
from bot.opening import open_base
from bot.settings import Settings
from knowledge.base import KnowledgeBase
from knowledge.errors import ContentError, LexiconError, Problem
from knowledge.stock import Stock
from knowledge.wordlists import review


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`problems` and `remarks` are lines to print, file:line first; remarks stop nothing."""

    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    summary: str


def check(config: Path | None, folder: Path | None) -> int:
    """Print what is wrong and what is odd, and on the last line how it stands; 1 when anything
    is wrong, else 0."""
    report = examine(config, folder)
    for remark in report.remarks:
        print(f"提示：{remark}")
    for problem in report.problems:
        print(problem)
    print(report.summary, file=sys.stderr if report.problems else sys.stdout)
    return 1 if report.problems else 0


def examine(config: Path | None, folder: Path | None) -> Report:
    """Read the settings and the word lists, load the content and ask its regression questions.

    Settings that cannot be used do not hide what is wrong with the content, as long as `folder`
    says where it is.
    """
    problems = [line_of(problem) for problem in review()]
    settings: Settings | None = None
    try:
        settings = load_settings(config)
    except ConfigError as error:
        problems += error.problems
    base: KnowledgeBase | None = None
    root = folder or (settings.content.folder if settings is not None else None)
    if root is not None:
        try:
            base = open_base(settings or Settings(), root)
            problems += map(line_of, base.failures())
        except ContentError as error:
            problems += map(line_of, sorted(error.problems))
        except LexiconError as error:
            problems += {line_of(error.problem)} if not problems else ()
    remarks = tuple(map(line_of, base.stock.remarks)) if base is not None else ()
    if problems:
        summary = f"共有 {len(problems)} 个问题"
    else:
        assert base is not None  # without problems the content was loaded
        summary = _counts(base.stock)
    return Report(problems=tuple(problems), remarks=remarks, summary=summary)


def _counts(stock: Stock) -> str:
    articles = sum(len(card.articles) for card in stock.issues)
    return (
        f"配置和内容都没有问题：{len(stock.issues)} 期公报，{articles} 篇文章，"
        f"{stock.curated.records} 条问答，{len(stock.checks)} 道检查题都通过"
    )


def line_of(problem: Problem) -> str:
    """A problem with its file as seen from here."""
    here = Path.cwd()
    file = problem.file
    return str(
        replace(problem, file=file.relative_to(here) if file.is_relative_to(here) else file)
    )
