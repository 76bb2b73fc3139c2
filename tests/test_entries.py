"""Entries that an article gives by itself."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entries import extract
from knowledge.errors import PageError
from knowledge.model import Entry, Issue, Page, Stance
from knowledge.page import parse, read_page
from knowledge.reading import verbatim
from knowledge.speakers import persons_of

BUNDLED = next((Path(__file__).parents[1] / "knowledge/content/2024-01-14").glob("*.txt"))


def entries_of(page: Page, issued: date | None = date(2024, 1, 14)) -> list[Entry]:
    issue = Issue(
        id="2024-01-14", issued=issued, bulletin="公报", title="一", url=None, pages=(page,)
    )
    return [
        entry
        for article in page.articles
        for entry in extract(page, article, issue, persons_of(article))
    ]


def written(*paragraphs: str) -> list[Entry]:
    """The entries of a page with one article of these paragraphs."""
    source = "青山区为民办实事\n\n" + "\n\n".join(paragraphs) + "\n\n·何青 田野·\n"
    return entries_of(parse(source, Path("page.txt")))


def quoted(entries: list[Entry], kind: str) -> list[str]:
    return [
        "".join(quote.reading for quote in entry.quotes) for entry in entries if entry.kind == kind
    ]


def asking(entries: list[Entry], question: str) -> list[Entry]:
    return [entry for entry in entries if question in entry.questions]


@pytest.fixture(scope="module")
def bundled() -> list[Entry]:
    return entries_of(read_page(BUNDLED))


def test_every_quotation_stands_in_the_page(bundled: list[Entry]) -> None:
    """A quotation is the source of its spans, and every entry has one."""
    source = read_page(BUNDLED).source
    for entry in bundled:
        assert entry.quotes
        for quote in entry.quotes:
            assert quote.texts == verbatim(source, quote.spans)


def test_ids_are_stable_and_fit_a_button(bundled: list[Entry]) -> None:
    """The same page gives the same ids; within an article none comes twice."""
    again = entries_of(read_page(BUNDLED))
    assert [entry.id for entry in bundled] == [entry.id for entry in again]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,40}", entry.id) for entry in bundled)


def test_every_entry_has_questions(bundled: list[Entry]) -> None:
    """An entry without a question could never be found by one."""
    assert all(2 <= len(entry.questions) <= 6 for entry in bundled)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("李楠楠是谁", "区人大代表、南通美德心福爱护理院护士长李楠楠"),
        ("区人民检察院检察长是谁", "区人民检察院检察长孙亚"),
        ("管园村网格员是谁", "管园村网格员小张"),
        ("照片是谁拍的", "崇川区二届人大三次会议举行第二次全体会议。 李斌摄"),
    ],
)
def test_who_somebody_is_is_quoted_in_their_own_words(
    bundled: list[Entry], question: str, expected: str
) -> None:
    """A person is quoted as post and name, a picture as its caption."""
    assert ["".join(q.reading for q in e.quotes) for e in asking(bundled, question)] == [expected]


def test_a_proposal_names_who_proposes() -> None:
    """A proposal is no fact of the bulletin: it has its stance and its speaker."""
    entries = written("区人大代表、青山医院护士长周敏建议，整合助餐点位，采取一卡通的方式。")
    (entry,) = asking(entries, "周敏有什么建议")
    assert entry.stance == Stance.PROPOSAL
    assert entry.speaker is not None
    assert (entry.speaker.name, entry.speaker.verb) == ("周敏", "建议")
    assert entry.quotes[0].reading.startswith("区人大代表、青山医院护士长周敏建议")


def test_a_figure_is_one_clause_with_its_year() -> None:
    """Of a sentence with several facts the clause with the figure is quoted, year included."""
    entries = written(
        "2023年,青山区推进大气治理,开展扬尘专项整治和臭氧污染防治攻坚行动,成效明显,优良天数比率83.3%。"
    )
    assert quoted(entries, "figure") == ["2023年,优良天数比率83.3%"]


def test_a_year_that_belongs_to_something_is_not_put_before_a_figure() -> None:
    """2017年的新政 says nothing of when what follows counts."""
    entries = written(
        "2017年的住房新政明确提出,对于离婚一年以内的申请人,各商业银行均须支付首付款5万元。"
    )
    assert all("2017" not in quote for quote in quoted(entries, "figure"))


def test_last_years_figure_is_done_and_this_years_is_planned() -> None:
    """The same measure of two years keeps two stances."""
    entries = written("2023年,40个小区完成改造;2024年,继续改造24个小区。")
    stances = [entry.stance for entry in entries if entry.kind == "figure"]
    assert stances == [Stance.DONE, Stance.PLAN]


def test_an_enumeration_is_quoted_whole_and_by_item() -> None:
    """一是…二是… answers what the aspects are, and each item answers for itself."""
    text = "报告从两个方面回顾了工作:一是守住安全底线;二是办好民生实事。"
    entries = written(text)
    assert quoted(entries, "list") == [text]
    assert quoted(entries, "item") == ["一是守住安全底线", "二是办好民生实事。"]


def test_a_term_in_quotation_marks_is_defined_by_what_follows() -> None:
    """“X”…,即… says what X is."""
    entries = written("区法院紧盯“一聚四化”建设,即聚焦公信力,努力实现服务精准化。")
    (entry,) = asking(entries, "一聚四化是什么意思")
    assert "即聚焦公信力" in entry.quotes[0].reading


def test_the_byline_says_who_wrote_it() -> None:
    """Who wrote an article is asked by its headline or by 这篇报道."""
    entries = written("青山区今年改造八个小区,居民都说好,大家也都很期待。")
    assert [e.quotes[0].reading for e in asking(entries, "《青山区为民办实事》是谁写的")] == [
        "·何青 田野·"
    ]


def test_what_an_office_says_has_no_speaker() -> None:
    """A report or an office is no person: its words are nobody's."""
    entries = written("市环保局表示,今年将新建监测站12座,覆盖全部街道。")
    assert all(entry.speaker is None for entry in entries)


_PIECES = st.sampled_from(
    [
        "2023年",
        "局长张玉梅说",
        "，",
        "。",
        "“",
        "”",
        "一是",
        "二是",
        "40个小区",
        "完成",
        "、",
        "包括",
        "\n\n",
        "即",
        "：",
        "…",
        "将",
        "&amp;",
        "PM_{2.5}",
    ]
)


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_page_gives_verbatim_quotations(body: str) -> None:
    """Whatever a page says, nothing fails and every quotation is the page's own."""
    try:
        page = parse("青山区的标题\n\n" + body + "\n\n·何青·\n", Path("page.txt"))
    except PageError:
        return
    for entry in entries_of(page, None):
        for quote in entry.quotes:
            assert quote.texts == verbatim(page.source, quote.spans)
            assert quote.reading
