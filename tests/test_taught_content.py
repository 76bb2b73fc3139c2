"""Taught entries and questions of qa/: used where what they rest on is there, else named."""

from __future__ import annotations

from pathlib import Path

import pytest
from town import BUSES, BUSES_QUOTE, PLAN_QUOTE, write_content

from knowledge.base import KnowledgeBase
from knowledge.content import load
from knowledge.errors import ContentError
from knowledge.model import Status

ALIAS = "有几路公交到社区"
TAUGHT = f"""- id: t-1
  taught: 2026-11-28
  same_as: buses
  questions: [{ALIAS}]
- id: t-2
  taught: 2026-11-28
  questions: [口袋公园明年新修几座]
  quote: "{PLAN_QUOTE}"
  stance: plan
- id: t-3
  taught: 2026-11-28
  by: staff
  name: 王一
  date: 2026-11-28
  text: 夜市每晚六点到十点。
  questions: [夜市几点开始]
- id: t-4
  taught: 2026-11-28
  same_as: t-3
  questions: [夜市开到多晚]
"""


def content(root: Path, taught: str = TAUGHT, **more: str) -> Path:
    write_content(root)
    (root / "qa" / "taught.yaml").write_text(taught, encoding="utf-8")
    for name, text in more.items():
        (root / "qa" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def test_taught_questions_are_answered(tmp_path: Path) -> None:
    """An alias by its entry, a quotation as a quotation, the staff's words as theirs."""
    base = KnowledgeBase.over(content(tmp_path))
    assert base.stock.lapsed == ()
    asked = {question: base.ask(question) for question in (ALIAS, BUSES)}
    assert {answer.target for answer in asked.values()} == {"buses"}
    assert BUSES_QUOTE in asked[ALIAS].text
    quoted = base.ask("口袋公园明年新修几座")
    assert (quoted.target, quoted.text, quoted.stance) == ("t-2", PLAN_QUOTE, "plan")
    assert base.verified(quoted)
    for question in ("夜市几点开始", "夜市开到多晚"):
        answer = base.ask(question)
        assert (answer.status, answer.text) == (Status.ANSWERED, "夜市每晚六点到十点。")
        assert answer.staff is not None
        assert answer.staff.name == "王一"


def test_what_the_pages_bring_stays_beside_what_was_taught(tmp_path: Path) -> None:
    """A taught quotation hides no extracted entry that quotes the same."""
    write_content(
        tmp_path / "a", entries="- id: x\n  questions: [周梅是谁]\n  quote: 护士长周梅\n"
    )
    before = KnowledgeBase.over(tmp_path / "a")
    own = {e.id for card in before.stock.issues for e in before.stock.extracted_records(card)}
    (tmp_path / "a" / "qa" / "taught.yaml").write_text(
        TAUGHT.partition("- id: t-2")[0].replace("same_as: buses", f'quote: "{PLAN_QUOTE}"'),
        encoding="utf-8",
    )
    after = KnowledgeBase.over(tmp_path / "a")
    assert own
    assert own == {
        e.id for card in after.stock.issues for e in after.stock.extracted_records(card)
    }


@pytest.mark.parametrize("over", [True, False])
def test_a_taught_entry_whose_quote_is_gone_is_left_out_and_named(
    tmp_path: Path, over: bool
) -> None:
    """Nothing else suffers; the file keeps it, and it is back with the quote."""
    root = content(tmp_path)
    page = root / "2024-03-05" / "1.txt"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("计划改造老旧小区9个", "计划改造老旧小区8个"), encoding="utf-8")
    entries = root / "qa" / "town.yaml"
    kept = entries.read_text(encoding="utf-8")
    entries.write_text(
        kept.replace("小区9个", "小区8个").replace("id: buses", "id: lines"), "utf-8"
    )

    base = KnowledgeBase.over(root) if over else KnowledgeBase.build(load(root))
    lapsed = [str(problem) for problem in base.stock.lapsed]
    assert [line.partition("taught.yaml:")[2].partition(":")[0] for line in lapsed] == ["8", "3"]
    assert "教过的“口袋公园明年新修几座”没有用上:原文里没有这段引文" in lapsed[0]
    assert f"教过的“{ALIAS}”没有用上:没有 id 是“buses”的问答" in lapsed[1]
    assert set(base.stock.lapsed) <= set(base.stock.remarks)
    assert base.ask("夜市开到多晚").status is Status.ANSWERED
    assert base.entry("t-2") is None

    page.write_text(text, encoding="utf-8")
    entries.write_text(kept, encoding="utf-8")
    assert KnowledgeBase.over(root).ask("口袋公园明年新修几座").target == "t-2"


def test_an_editors_own_question_comes_before_a_taught_one(tmp_path: Path) -> None:
    """It is no mistake to write by hand what was taught before."""
    own = f"- id: own\n  questions: [{ALIAS}]\n  quote: {BUSES_QUOTE}\n"
    base = KnowledgeBase.over(content(tmp_path, zz=own))
    assert base.ask(ALIAS).target == "own"
    assert [problem.line for problem in base.stock.lapsed] == [4]
    assert "zz.yaml:2 已经有了" in base.stock.lapsed[0].message


@pytest.mark.parametrize(
    ("entry", "line", "message"),
    [
        ("- id: a\n  same_as: busses\n  questions: [甲乙丙丁]\n", 2, "是不是“buses”"),
        ("- id: a\n  same_as: buses\n", 1, "缺少“questions”"),
        ("- id: a\n  same_as: buses\n  quote: 甲乙丙丁\n  questions: [戊己]\n", 3, "same_as"),
        ("- id: a\n  taught: 28.11.\n  same_as: buses\n  questions: [戊己]\n", 2, "日期"),
        ("- id: buses\n  taught: 2026-11-28\n  same_as: buses\n  questions: [己]\n", 1, "这个 id"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, entry: str, line: int, message: str) -> None:
    """Whoever writes into the file by hand is told where."""
    with pytest.raises(ContentError) as caught:
        load(content(tmp_path, taught=entry))
    problem = caught.value.problems[0]
    assert (problem.file.name, problem.line) == ("taught.yaml", line)
    assert message in problem.message
