"""`bulletin-bot eval`: ask question files and say what the answers are worth."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from bot.bounds import bounds
from bot.cases import CasesError, read_cases
from bot.findings import Findings, findings_object, text_lines
from bot.jsonl import conversation
from bot.objects import answer_object, encode
from bot.opening import open_base
from bot.settings import Settings
from bot.wording import Wording
from knowledge.base import KnowledgeBase
from knowledge.confusion import Places, confusions
from knowledge.scoring import Case, Figures, Reply, score


def misuse(files: tuple[Path, ...], html: Path | None, json: Path | None) -> str | None:
    """Why the files named cannot be used together; None when they can."""
    read = {file.resolve() for file in files}
    for option, target in (("--html", html), ("--json", json)):
        if target is not None and target.resolve() in read:
            return f"{option} 不能写到题目文件 {target} 上"
    if html is not None and json is not None and html.resolve() == json.resolve():
        return "--html 和 --json 要写到两个不同的文件"
    return None


def evaluate(
    files: tuple[Path, ...],
    settings: Settings,
    *,
    folder: Path | None = None,
    html: Path | None = None,
    json: Path | None = None,
) -> int:
    """Ask every question of `files`, print the figures and write the reports; 1 when a file is
    unusable or a figure breaks what the settings demand, else 0."""
    problems = [f"{path}: {why}" for path in (html, json) if path and (why := _unwritable(path))]
    cases: tuple[Case, ...] = ()
    try:
        cases = read_cases(files)
    except CasesError as error:
        problems += map(str, error.problems)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    findings = find(cases, files, settings, folder)
    print("\n".join(text_lines(findings)), flush=True)
    if html is not None:
        from bot.report import report

        replace_file(html, report(findings))
    if json is not None:
        replace_file(json, encode(findings_object(findings)) + "\n")
    for bound in findings.broken:
        print(bound.sentence, file=sys.stderr)
    return 1 if findings.broken else 0


def find(
    cases: tuple[Case, ...], files: tuple[Path, ...], settings: Settings, folder: Path | None
) -> Findings:
    """Ask every case and add up what came."""
    began = time.perf_counter()
    base, wording = open_base(settings, folder), Wording.load()
    longest = settings.eval.longest
    scored = tuple(
        one
        for case in _watched(cases)
        for one in score(case, replies(case, base, wording), longest)
    )
    issues = tuple(base.stock.whole_issues())
    sources = tuple(page.source for issue in issues for page in issue.pages)
    figures = Figures(scored=scored, sources=sources)
    return Findings(
        figures=figures,
        confusions=confusions(scored, Places(issues)),
        bounds=bounds(figures, settings.eval),
        limits=(settings.answers.answered, settings.answers.related),
        files=tuple(map(str, files)),
        version=base.version,
        lines=len(cases),
        seconds=time.perf_counter() - began,
        when=datetime.now(settings.bulletin.zone),
    )


def replies(case: Case, base: KnowledgeBase, wording: Wording) -> Iterator[Reply]:
    """What `answer --jsonl` would write for a case, in order."""
    messages = (demand.question for demand in case.demands)
    for taken in conversation(messages, base):
        written = answer_object(taken.answer, wording)
        yield Reply(
            status=taken.answer.status,
            text=written["answer"],
            quotes=tuple(written["quotes"]),
            confidence=written["confidence"],
            options=tuple(written["options"]),
            source=taken.answer.source,
            asked=taken.question,
        )


def replace_file(path: Path, text: str) -> None:
    """Write `text` to `path`, which holds the old text or the whole new one, never a part. What
    is no plain file (/dev/stdout) is written to as it is. Raises OSError."""
    path = path.resolve()
    data = text.encode(errors="replace")
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    beside = path.with_name(f".{os.getpid()}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _unwritable(path: Path) -> str | None:
    """Why a report cannot be written to `path`, seen before hundreds of questions are asked."""
    if path.is_dir():
        return "这是文件夹，请写文件名"
    if not path.resolve().parent.is_dir():
        return "没有这个文件所在的文件夹，请先建好"
    return None


def _watched(cases: tuple[Case, ...]) -> Iterable[Case]:
    """The cases, with a progress bar where a person looks on; rich is loaded only then."""
    if not sys.stderr.isatty():
        return cases
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(cases, description="提问", console=console, transient=True)
