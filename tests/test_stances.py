"""What kind of truth a sentence is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import Stance
from knowledge.stances import groups, stance_of, stance_within

ISSUED = date(2024, 1, 14)
DONE, PLAN, PROPOSAL, STATEMENT = Stance.DONE, Stance.PLAN, Stance.PROPOSAL, Stance.STATEMENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年,12座公园完成改造", DONE),
        ("去年全区建成口袋公园12座。", DONE),
        ("1月13日,青山区三届人大二次会议召开。", DONE),
        ("近日,省财政厅下发通知。", DONE),
        ("会议表决通过了选举办法。", DONE),
        ("网格员立即将问题上报,并解决了问题。", DONE),
        ("43户农户将闲置房屋租给了政府。", DONE),
        ("2024年将新建口袋公园8座。", PLAN),
        ("新的一年,区法院将坚持公正司法。", PLAN),
        ("今年再办好15件实事。", PLAN),
        ("2024年,继续改造24个小区。", PLAN),
        ("力争到2022年,新增养老床位200张。", PLAN),
        ("工程分两期实施,计划2025年建成通车。", PLAN),
        ("报告建议,2024年,区人大常委会要坚持党的领导。", PLAN),
        ("我们将虚心听取各方面意见,不断改进工作。", PLAN),
        ("建议进一步完善预警机制,提升防治能力。", PROPOSAL),
        ("护士长李楠楠建议,可以整合服务点位,采取一卡通的方式。", PROPOSAL),
        ("民生连着民心,民心凝聚民力。", STATEMENT),
        ("这充分体现了2023年全区上下的努力。", STATEMENT),
        ("居民可以随时了解社区动态。", STATEMENT),
        ("增加学位将有助于缓解入学紧张。", STATEMENT),
        ("将医保、就医等服务送进网格。", STATEMENT),
        ("代表们的意见建议得到重视。", STATEMENT),
    ],
)
def test_a_sentence_has_the_stance_of_its_words_and_years(text: str, expected: Stance) -> None:
    """Past years and completion are done; 将 and this year's tasks are plans; 建议 proposes."""
    assert stance_of(text, ISSUED) == expected


def test_both_stances_of_one_sentence_are_told_apart() -> None:
    """What was done last year and what comes this year are two groups of clauses."""
    text = "2023年,40个小区完成改造,居民住得更舒心......2024年,继续改造24个小区,推进片区更新。"
    parts = [(text[group.start : group.end], group.stance) for group in groups(text, ISSUED)]
    at = text.index("2024")
    assert parts == [(text[:at], DONE), (text[at:], PLAN)]


def test_items_of_an_enumeration_share_the_stance_of_what_announces_them() -> None:
    """一是…。二是…。 after 今年再办好 are plans, though no item says so itself."""
    text = "今年再办好三件实事。一是建成电梯60部。二是送戏下乡100场。"
    found = groups(text, ISSUED)
    assert stance_within(found, text.index("二是"), len(text)) == PLAN


def test_a_plan_ends_with_its_sentence() -> None:
    """The sentence after a plan is judged by itself."""
    text = "2024年将完善养老服务圈。现有服务点重合,造成浪费。"
    assert stance_within(groups(text, ISSUED), text.index("现有"), len(text)) == STATEMENT


def test_without_a_day_of_issue_words_still_decide() -> None:
    """An undated page has no this year; 完成 and 将 are understood all the same."""
    assert stance_of("2019年,改造完成。", None) == DONE
    assert stance_of("2030年,该市将形成14条线路。", None) == PLAN


def test_nothing_has_no_stance() -> None:
    """An empty text, or one of punctuation, is no kind of truth."""
    assert stance_of("", ISSUED) is None
    assert stance_of("。。。", ISSUED) is None


@given(st.text(max_size=60), st.one_of(st.none(), st.dates()))
def test_groups_lie_in_the_text_in_order(text: str, issued: date | None) -> None:
    """Whatever the text, its groups lie inside it, in order, and do not overlap."""
    end = 0
    for group in groups(text, issued):
        assert end <= group.start < group.end <= len(text)
        end = group.end
