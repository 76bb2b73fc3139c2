"""What `check` says of the synonym lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.vocabulary import lexicon
from knowledge.wordlists import review


def _folder(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "synonyms").mkdir()
    (tmp_path / "fillers.yaml").write_text("stop: [的, 这次]\n", encoding="utf-8")
    for name, text in files.items():
        (tmp_path / "synonyms" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_programs_own_lists_are_sound() -> None:
    """No word stands twice, and every group can do something."""
    assert review() == ()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("groups:\n  - [老人, 长者]\n  - [长者, 老年人]\n", 3, "“长者”已经在 one.yaml:2"),
        ("groups:\n  - [老人, 老人]\n", 2, "“老人”已经在 one.yaml:2"),
        ("groups:\n  - [老人]\n", 2, "起不了作用"),
        ("groups:\n  - [这次, 的, 本轮]\n", 2, "起不了作用"),
        ("groups:\n  - [總數, 总和]\n", 2, "请写成“总数”"),
        ("groups:\n  - [GDP, 总产值]\n", 2, "请写成“gdp”"),
        ("groups:\n  - 老人\n", 2, "方括号"),
        ("words: [老人]\n", 1, "groups:"),
        ("groups:\n  - [老人, 长者\n", 3, "没有配对"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    """Each kind of mistake, once: file, line and what to do."""
    problems = review(_folder(tmp_path, one=text))
    assert problems
    assert problems[0].line == line
    assert said in problems[0].message


def test_every_problem_of_every_file_is_listed(tmp_path: Path) -> None:
    """A word in two files and a lone word elsewhere: both are said in one go."""
    folder = _folder(
        tmp_path, one="groups:\n  - [老人, 长者]\n", two="groups:\n  - [长者, 老伯]\n  - [孤词]\n"
    )
    problems = review(folder)
    assert [(problem.file.name, problem.line) for problem in problems] == [
        ("two.yaml", 2),
        ("two.yaml", 3),
    ]


@pytest.mark.parametrize(
    ("word", "opposite"),
    [
        ("上调", "下调"),
        ("击败", "落败"),
        ("胜诉", "败诉"),
        ("从轻", "从重"),
        ("供暖", "停暖"),
        ("停水", "恢复供水"),
        ("受理", "不予受理"),
        ("达标", "不达标"),
        ("免征", "征收"),
        ("允许", "禁止"),
        ("起点", "终点"),
        ("顺差", "逆差"),
        ("加息", "降息"),
        ("首班车", "末班车"),
        ("夜间开放", "闭馆"),
        ("供不应求", "供过于求"),
    ],
)
def test_opposites_never_mean_the_same(word: str, opposite: str) -> None:
    """A word and its opposite stand in no common group: a wrong answer would look right."""
    senses = lexicon().senses
    assert word in senses
    assert senses[word] != senses.get(opposite)
