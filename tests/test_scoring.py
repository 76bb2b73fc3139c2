"""What a reply is worth, and that the figures add up."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from town import DONE, DONE_QUOTE, PLAN_QUOTE, write_content

from knowledge.calibration import auroc, histogram, risk_curve
from knowledge.confusion import Place, Places, confusions
from knowledge.content import load
from knowledge.model import Source, Status
from knowledge.scoring import (
    FIRST_TURNS,
    FOLLOW_UPS,
    OUTSIDE,
    SINGLE,
    Case,
    Demand,
    Figures,
    Outcome,
    Reply,
    Scored,
    judged,
    normal,
    score,
)

SHARES = st.floats(0, 1)
HEADLINE = "临河区召开为民办实事推进会"


def _source(paragraph: int, article: str = HEADLINE) -> Source:
    return Source(
        issue="2024-03-05",
        issued=None,
        bulletin="临河区公报",
        article=article,
        section=None,
        paragraph=paragraph,
        byline=(),
    )


def _figures(*scored: Scored, sources: tuple[str, ...] = ()) -> Figures:
    return Figures(scored=scored, sources=sources)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ＰＭ_{2.5} 是 27", "PM2.5是27"),
        ("“好”、‘好’…", "\"好\"、'好'..."),
        ("十 二\u200b个\n\ufeff", "十二个"),
        ("PM和pm", "PM和pm"),
        ("臺灣", "臺灣"),
        ("", ""),
    ],
)
def test_white_space_width_and_quotation_marks_make_no_difference(
    written: str, expected: str
) -> None:
    """Case and traditional characters do."""
    assert normal(written) == expected


@pytest.mark.parametrize(
    ("status", "text", "options", "outcome"),
    [
        (Status.ANSWERED, "改造了 12 个。", (), Outcome.RIGHT),
        (Status.ANSWERED, "改造了１２个。", (), Outcome.RIGHT),
        (Status.ANSWERED, "改造了9个。", ("12个",), Outcome.WRONG),
        (Status.ANSWERED, "12个" + "啊" * 40, (), Outcome.TOO_LONG),
        (Status.ANSWERED, "9个" + "啊" * 40, (), Outcome.WRONG),
        (Status.RELATED, "最接近的是：12个。", (), Outcome.ASSISTED),
        (Status.RELATED, "请问是哪一件？", ("9个", "12个"), Outcome.ASSISTED),
        (Status.RELATED, "请问是哪一件？", ("9个",), Outcome.MISSED),
        (Status.UNKNOWN, "没有讲到12个。", (), Outcome.MISSED),
        (Status.CHAT, "您好，12个。", (), Outcome.MISSED),
    ],
)
def test_outcome_of_a_reply(
    status: Status, text: str, options: tuple[str, ...], outcome: Outcome
) -> None:
    """Right claims and holds what was demanded, briefly; only `related` can assist."""
    demand = Demand(question=DONE, must=("12个",))
    reply = Reply(status=status, text=text, options=options)
    assert judged(demand, reply, longest=30) is outcome


@pytest.mark.parametrize("status", Status)
def test_out_of_scope_only_a_claim_is_wrong(status: Status) -> None:
    """Whatever else is said of what the bulletin does not hold is right."""
    case = Case(id=1, demands=(Demand(question="?"),), kind="near")
    (one,) = score(case, [Reply(status=status, text="x")])
    claimed = status is Status.ANSWERED
    assert one.outcome is (Outcome.WRONG if claimed else Outcome.RIGHT)
    assert one.group == f"{OUTSIDE}near"


def test_groups_come_in_reading_order() -> None:
    """All single questions, their styles, dialogues by turn, out of scope by kind."""
    ask = Demand(question="?")
    cases = (
        Case(id=1, demands=(ask,), kind="near"),
        Case(id=2, demands=(ask, ask, ask), dialogue=True),
        Case(id=3, demands=(ask,), style="typo"),
        Case(id=4, demands=(ask,), style="direct"),
    )
    reply = Reply(status=Status.UNKNOWN, text="")
    figures = _figures(
        *(one for case in cases for one in score(case, [reply] * len(case.demands)))
    )
    assert [(group.name, group.total) for group in figures.groups] == [
        (SINGLE, 2),
        ("direct", 1),
        ("typo", 1),
        (FIRST_TURNS, 1),
        (FOLLOW_UPS, 2),
        (f"{OUTSIDE}near", 1),
    ]


def test_wrong_answers_come_first() -> None:
    """Failures by harm, each sort in the order asked; what is right is none."""
    demand = Demand(question="?", must=("12",))
    replies = [
        Reply(status=Status.UNKNOWN, text=""),
        Reply(status=Status.ANSWERED, text="12"),
        Reply(status=Status.RELATED, text="12"),
        Reply(status=Status.ANSWERED, text="9"),
        Reply(status=Status.ANSWERED, text="8"),
    ]
    cases = [Case(id=n, demands=(demand,), style="direct") for n in range(len(replies))]
    figures = _figures(
        *(one for case, reply in zip(cases, replies, strict=True) for one in score(case, [reply]))
    )
    assert [one.case.id for one in figures.failures] == [3, 4, 0, 2]


def test_quotations_are_looked_for_in_the_pages() -> None:
    """White space apart; an answer that quotes nothing counts as one astray."""
    case = Case(id=1, demands=(Demand(question="?"),) * 3, dialogue=True)
    replies = [
        Reply(status=Status.ANSWERED, text="", quotes=("新建 口袋公园", "新建大桥")),
        Reply(status=Status.ANSWERED, text=""),
        Reply(status=Status.UNKNOWN, text=""),
    ]
    figures = _figures(*score(case, replies), sources=("全区新建口袋\n公园5个。", "别的一页"))
    assert (figures.quotes, figures.strays) == (3, 2)


def test_wrong_answers_are_counted_by_passage(tmp_path: Path) -> None:
    """Expected against given; a passage nobody wrote and out of scope are told apart."""
    places = Places(load(write_content(tmp_path)).issues)
    asked = [
        (Case(id="a", demands=(Demand(question="?", must=("没有",), gold=(DONE_QUOTE,)),)), 3),
        (Case(id="b", demands=(Demand(question="?", must=("没有",), gold=(PLAN_QUOTE,)),)), 3),
        (Case(id="c", demands=(Demand(question="?", must=("没有",), gold=("改无",)),)), 3),
        (Case(id="d", demands=(Demand(question="?"),), kind="near"), 2),
        (Case(id="e", demands=(Demand(question="?", must=("没有",), gold=("看病更省心",)),)), 2),
        (Case(id="f", demands=(Demand(question="?"),)), 1),
    ]
    scored = [
        one
        for case, paragraph in asked
        for one in score(
            case, [Reply(status=Status.ANSWERED, text="x", source=_source(paragraph))]
        )
    ]
    found = confusions(scored, places)
    assert [(one.outside, one.expected, one.given, one.cases) for one in found] == [
        (False, _place(2), _place(3), ("a", "b")),
        (False, None, _place(3), ("c",)),
        (True, None, _place(2), ("d",)),
        (False, _place(0), _place(2), ("e",)),
    ]
    first = found[0].expected
    assert first is not None
    assert first.excerpt.startswith("会上通报,2023年")


def test_given_passage_that_answers_too_is_the_expected_one(tmp_path: Path) -> None:
    """The right paragraph and the wrong sentence of it is no other passage."""
    places = Places(load(write_content(tmp_path)).issues)
    demand = Demand(question="?", must=("没有",), gold=("3月4日", DONE_QUOTE))
    reply = Reply(status=Status.ANSWERED, text="x", source=_source(2))
    (found,) = confusions(score(Case(id=1, demands=(demand,)), [reply]), places)
    assert found.expected == found.given == _place(2)


def _place(paragraph: int) -> Place:
    return Place(issue="2024-03-05", article=HEADLINE, paragraph=paragraph)


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [
        ([0.9, 0.8], [0.1, 0.2], 1.0),
        ([0.1], [0.9], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
        ([0.9, 0.1], [0.5], 0.5),
        ([], [0.5], None),
        ([0.5], [], None),
    ],
)
def test_auroc(positive: list[float], negative: list[float], expected: float | None) -> None:
    """1 ranks perfectly, a half not at all; without both sorts there is none."""
    assert auroc(positive, negative) == expected


@given(st.lists(SHARES, min_size=1, max_size=20), st.lists(SHARES, min_size=1, max_size=20))
def test_auroc_counts_pairs(positive: list[float], negative: list[float]) -> None:
    """It is the part of all pairs in the right order, ties half."""
    pairs = [(one > other) + (one == other) / 2 for one in positive for other in negative]
    assert auroc(positive, negative) == pytest.approx(sum(pairs) / len(pairs))


@given(st.lists(st.tuples(SHARES, st.booleans()), max_size=40))
def test_risk_curve_ends_with_everything(asked: list[tuple[float, bool]]) -> None:
    """Coverage only grows, up to all; there risk is the part that is wrong."""
    curve = risk_curve(asked)
    coverage = [point.coverage for point in curve]
    assert coverage == sorted(set(coverage))
    if asked:
        wrong = sum(not right for _, right in asked)
        assert (curve[-1].coverage, curve[-1].risk) == (1, wrong / len(asked))
    assert all(0 <= point.risk <= 1 for point in curve)


@given(st.lists(SHARES, max_size=40), st.integers(1, 30))
def test_histogram_loses_nothing(values: list[float], bins: int) -> None:
    """Every value is in one part."""
    counts = histogram(values, bins)
    assert (len(counts), sum(counts)) == (bins, len(values))


@pytest.mark.parametrize(("value", "part"), [(0.0, 0), (0.25, 0), (0.2501, 1), (0.55, 2), (1, 3)])
def test_boundaries_of_a_histogram_belong_below(value: float, part: int) -> None:
    """What just fails to be answered is not drawn among what is."""
    assert histogram([value], 4).index(1) == part


REPLIES = st.builds(
    Reply,
    status=st.sampled_from(Status),
    text=st.text(max_size=8),
    quotes=st.lists(st.text(max_size=4), max_size=2).map(tuple),
    confidence=SHARES,
)
CASES = st.builds(
    Case,
    id=st.integers(),
    demands=st.lists(
        st.builds(
            Demand, question=st.text(max_size=4), must=st.lists(st.text(max_size=1)).map(tuple)
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    style=st.sampled_from(["direct", "typo"]),
    kind=st.sampled_from([None, "near", "chat"]),
    dialogue=st.just(True),
) | st.builds(
    Case,
    id=st.integers(),
    demands=st.builds(Demand, question=st.text(max_size=4), must=st.just(("a",))).map(
        lambda demand: (demand,)
    ),
    style=st.sampled_from(["direct", "typo"]),
    kind=st.sampled_from([None, "near"]),
)


@given(st.data())
def test_figures_add_up(data: st.DataObject) -> None:
    """Every reply is in one group, all single questions in one more; failures and rights are
    all; no figure leaves its range."""
    scored = []
    for case in data.draw(st.lists(CASES, max_size=8)):
        count = len(case.demands)
        replies = data.draw(st.lists(REPLIES, min_size=count, max_size=count))
        scored += score(case, replies, longest=4)
    figures = _figures(*scored, sources=("ab",))
    totals = {group.name: group.total for group in figures.groups}
    single = totals.pop(SINGLE, 0)
    assert sum(totals.values()) == len(scored)
    assert single == len(figures.inside) == sum(one.single for one in scored)
    rights = sum(one.outcome is Outcome.RIGHT for one in scored)
    assert len(figures.failures) + rights == len(scored)
    assert 0 <= figures.strays <= figures.quotes
    assert figures.auroc is None or 0 <= figures.auroc <= 1
    for group in figures.groups:
        assert sum(group.share(outcome) for outcome in Outcome) == pytest.approx(1)
