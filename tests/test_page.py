"""The page reader: from a raw page dump to articles."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.errors import PageError
from knowledge.model import Article, JoinKind, Page
from knowledge.page import as_json, parse, read_page
from knowledge.reading import Reading, verbatim

ROOT = Path(__file__).parent.parent
BUNDLED = next((ROOT / "knowledge/content/2024-01-14").glob("*.txt"))
EXPECTED = json.loads((Path(__file__).parent / "data/bulletin-page.json").read_text("utf-8"))
FILE = Path("page.txt")

GATHERING = "本次活动吸引了三百多名居民参加,现场气氛热烈。"
VOLUNTEERS = "社区工作人员介绍,志愿服务队每周六上午开展活动,居民带上身份证就能报名。"
DRILL = "甲街道开展消防演练"
CANTEEN = "乙社区食堂正式开业"


def read(*lines: str) -> list[dict[str, Any]]:
    """The articles of a page whose lines stand a blank line apart."""
    return articles_of("\n\n".join(lines))


def articles_of(source: str) -> list[dict[str, Any]]:
    articles = as_json(parse(source, FILE))["articles"]
    assert isinstance(articles, list)
    return articles


def article(
    headline: str = DRILL,
    *paragraphs: str,
    kicker: str | None = None,
    byline: tuple[str, ...] = (),
    captions: tuple[str, ...] = (),
    under: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    """An article as `parse --json` prints it; `under` maps subheads to paragraphs."""
    sections: list[dict[str, Any]] = []
    if paragraphs:
        sections.append({"subhead": None, "paragraphs": list(paragraphs)})
    for subhead, below in (under or {}).items():
        sections.append({"subhead": subhead, "paragraphs": below})
    return {
        "kicker": kicker,
        "headline": headline,
        "byline": list(byline),
        "captions": list(captions),
        "sections": sections,
    }


def readings_of(article: Article) -> list[Reading]:
    parts = [article.kicker, article.headline, article.byline_reading]
    parts += [caption.reading for caption in article.captions]
    for section in article.sections:
        parts += [section.subhead, *(paragraph.reading for paragraph in section.paragraphs)]
    return [part for part in parts if part is not None]


def uncovered(page: Page) -> str:
    """What no part of an article and no remark accounts for, mark-up and white space aside."""
    source = page.source
    open_at = [not char.isspace() for char in source]
    for found in page.articles:
        for reading in readings_of(found):
            for span in reading.spans(source):
                open_at[span.start : span.end] = [False] * (span.end - span.start)
    named = "".join(message for _, message in page.remarks)
    for line in re.finditer(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+", source):
        if line[0].strip() and line[0].strip() in named:
            open_at[line.start() : line.end()] = [False] * len(line[0])
    return "".join(
        char
        for char, is_open in zip(source, open_at, strict=True)
        if is_open and char not in "_{}^$#" and unicodedata.category(char) not in {"Cc", "Cf"}
    )


def test_bundled_page() -> None:
    """The bundled page reads exactly as a person reads it: three articles, every tear mended."""
    page = read_page(BUNDLED)
    assert as_json(page) == EXPECTED
    assert page.remarks == ()


def test_bundled_page_joins() -> None:
    """Each join of the bundled page is listed with its line and with what stands around it."""
    joins = read_page(BUNDLED).joins
    seams = [(join.line, join.before[-2:], join.after[:2]) for join in joins]
    assert seams == [
        (19, "体代", "表共"),
        (23, "走在", "前”"),
        (25, "责定", "位,"),
        (29, "督,", "区政"),
        (53, "双轮", "驱动"),
        (67, "建设", "取得"),
        (79, ";普", "惠托"),
        (97, "废纸", "盒。"),
        (105, "街道", "管园"),
        (113, "辖区", "内困"),
        (123, "社区", "智慧"),
    ]
    assert {join.kind for join in joins} == {JoinKind.TORN}


def test_sentences_stand_in_the_source() -> None:
    """Every sentence knows where it stands: its source, layout removed, is the sentence itself."""
    page = read_page(BUNDLED)
    for found in page.articles:
        for paragraph in found.paragraphs:
            for sentence in paragraph.sentences:
                cut = paragraph.reading.cut(sentence.start, sentence.end)
                assert cut.text == sentence.text
                quoted = "".join(verbatim(page.source, cut.spans(page.source)))
                plain = quoted.replace("_{2.5}", "2.5").replace("g/ m", "g/m")
                assert plain == sentence.text


def test_caption_in_a_sentence_leaves_two_spans() -> None:
    """A sentence that a caption interrupts is one sentence with two places in the source."""
    page = read_page(BUNDLED)
    paragraph = page.articles[0].paragraphs[4]
    sentence = paragraph.sentences[0]
    spans = paragraph.reading.cut(sentence.start, sentence.end).spans(page.source)
    assert [page.source[span.start : span.end][-3:] for span in spans] == ["全体代", "结果。"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("新能源公交车今年将增加到一百二十辆,沿线的候车亭同步改造,市民出行更加方", "便快捷。"),
        ("在各方努力下,小区门口", "的积水问题得到了解决。"),
        ("据介绍,今年还将为三百户老年人家庭安", "装扶手和呼叫器。"),
        ("居民代表说:“希望把“一老一小", "”的服务做得更细。”"),
        ("截至目前,全镇已有十二个村", "和社区建成了便民服务站。"),
        ("该区今年计划新增公共停车泊位2", "000个,改造农贸市场3家。"),
        ("活动现场,志愿者们为居民讲解了防诈骗知识,", "并发放了宣传手册。"),
        ("工程总投资约3.2亿元,计划2025", "年6月完工。"),
    ],
)
def test_torn_paragraph_is_mended(before: str, after: str) -> None:
    """A sentence that the layout tore is whole again, also where a caption fell into it."""
    whole = before + after
    assert read(DRILL, VOLUNTEERS, before, after, "·张三·") == [
        article(DRILL, VOLUNTEERS, whole, byline=("张三",))
    ]
    caption = "志愿者在社区活动。 李斌摄"
    assert read(DRILL, VOLUNTEERS, before, f"\n\n{caption}", after, "·张三·") == [
        article(DRILL, VOLUNTEERS, whole, byline=("张三",), captions=(caption,))
    ]


def test_sentence_torn_into_three() -> None:
    """A sentence over three pieces is one sentence."""
    torn = ("社区工作人员介绍,志愿服务", "队每周六上午开展活动,居民带上身份", "证就能报名。")
    assert read(DRILL, *torn, "·张三·") == [article(DRILL, VOLUNTEERS, byline=("张三",))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (GATHERING, VOLUNTEERS),
        ("“我们都支持这件事。”", "“大家的事情大家办。”李大妈说。"),
        (
            "今年全区低保标准提高了两次,月标准分别为570元和426元,增长9.6%、10.4%",
            "30日召开了会议。",
        ),
        ("居民说:“第一,要多组织活动。", "“第二,要多听意见。”"),
    ],
)
def test_finished_paragraph_stays_apart(before: str, after: str) -> None:
    """A paragraph that properly ends is not joined to the next."""
    assert read(DRILL, before, after, "·张三·") == [
        article(DRILL, before, after, byline=("张三",))
    ]


def test_heading_after_a_lost_end_is_not_swallowed() -> None:
    """A headline stays a headline where the paragraph above it lost its end."""
    cut = "街道还将继续推进消防安全进社区、进学校、进企业等活动,不断提升"
    assert read(DRILL, VOLUNTEERS, cut, "群策群力——", CANTEEN, GATHERING, "·张三·") == [
        article(DRILL, VOLUNTEERS, cut),
        article(CANTEEN, GATHERING, kicker="群策群力——", byline=("张三",)),
    ]


def test_subheads() -> None:
    """Short lines above text are subheads; their quotation marks, plus signs and gaps stay."""
    subheads = ("“网格+需求” “定制化”服务更精准", "用心用情办实事")
    lines = (DRILL, GATHERING, subheads[0], VOLUNTEERS, subheads[1], VOLUNTEERS, GATHERING)
    assert read(*lines, "·张三·") == [
        article(
            DRILL,
            GATHERING,
            byline=("张三",),
            under={subheads[0]: [VOLUNTEERS], subheads[1]: [VOLUNTEERS, GATHERING]},
        )
    ]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("·张三·", ("张三",)),
        ("·金小驰 张帆·", ("金小驰", "张帆")),
        ("·金小驰、张帆·", ("金小驰", "张帆")),
        ("·陆 燕 王小明·", ("陆燕", "王小明")),
        ("·买买提·艾力 张三·", ("买买提·艾力", "张三")),
        ("·张三 李四", ("张三", "李四")),
        ("张三 李四·", ("张三", "李四")),
        ("•张三 李四•", ("张三", "李四")),
        ("（记者 张三）", ("张三",)),
        ("(记者 张三 通讯员 李四)", ("张三", "李四")),
        ("（张三 李四）", ("张三", "李四")),
        ("本报记者 张三", ("张三",)),
        ("本报记者 欧阳雪 通讯员 李四", ("欧阳雪", "李四")),
        ("文/张三 图/李四", ("张三",)),
        ("文/图 张三", ("张三",)),
        ("张三 文/图", ("张三",)),
        ("张三 文 李四 图", ("张三", "李四")),
        ("记者:张三、李四", ("张三", "李四")),
        ("新华社记者张小三", ("张小三",)),
        ("王小明 李四", ("王小明", "李四")),
    ],
)
def test_byline(line: str, names: tuple[str, ...]) -> None:
    """A byline ends its article, however it is written."""
    assert read(DRILL, VOLUNTEERS, line, CANTEEN, GATHERING, "·赵六·") == [
        article(DRILL, VOLUNTEERS, byline=names),
        article(CANTEEN, GATHERING, byline=("赵六",)),
    ]


@pytest.mark.parametrize(
    "line", ["记者走访了三个社区", "安全 和谐", "垃圾分类", "文明实践站", "(完)", "文化 图书"]
)
def test_no_byline(line: str) -> None:
    """A line that only resembles a byline is none."""
    [found] = read(DRILL, VOLUNTEERS, line, GATHERING)
    assert found["byline"] == []


def test_byline_under_the_headline() -> None:
    """A byline may stand above the text; the next headline with its byline begins an article."""
    lines = (DRILL, "本报记者 张三", VOLUNTEERS, GATHERING, CANTEEN, "本报记者 李四", GATHERING)
    assert read(*lines) == [
        article(DRILL, VOLUNTEERS, GATHERING, byline=("张三",)),
        article(CANTEEN, GATHERING, byline=("李四",)),
    ]


@pytest.mark.parametrize("byline", ["（记者 张三）", "(张三)", "·张三·"])
def test_byline_at_the_end_of_a_paragraph(byline: str) -> None:
    """A byline on the last line of the text is lifted out of the paragraph."""
    assert read(DRILL, VOLUNTEERS + byline, CANTEEN, GATHERING + byline) == [
        article(DRILL, VOLUNTEERS, byline=("张三",)),
        article(CANTEEN, GATHERING, byline=("张三",)),
    ]


def test_reporters_in_the_dateline() -> None:
    """Without a byline the dateline says who wrote it, and the paragraph keeps it."""
    lead = "本报讯(记者 张三 李四)" + VOLUNTEERS
    assert read(DRILL, lead, GATHERING) == [
        article(DRILL, lead, GATHERING, byline=("张三", "李四"))
    ]


@pytest.mark.parametrize(
    "caption",
    [
        "志愿者在社区活动。 李斌摄",
        "志愿者在社区活动。 本报记者 李斌 摄",
        "志愿者在社区活动。(李斌 摄)",
        "志愿者在社区活动。 摄影 李斌",
        "图为志愿者在社区活动。",
        "志愿者在社区活动。(资料图片)",
        "▲志愿者在社区活动。",
    ],
)
def test_caption_between_paragraphs(caption: str) -> None:
    """A caption is no paragraph, wherever it stands and however the photographer is named."""
    assert read(DRILL, VOLUNTEERS, caption, GATHERING, "·张三·") == [
        article(DRILL, VOLUNTEERS, GATHERING, byline=("张三",), captions=(caption,))
    ]


def test_several_captions() -> None:
    """An article may hold several captions; one of two lines is one caption."""
    source = (
        f"{DRILL}\n\n图为演练现场。\n\n{VOLUNTEERS}\n\n\n\n居民学习使用\n\n灭火器。 李斌摄\n\n"
        f"{GATHERING}\n\n\n\n志愿者合影。\n\n李斌 摄\n\n·张三·"
    )
    assert articles_of(source) == [
        article(
            DRILL,
            VOLUNTEERS,
            GATHERING,
            byline=("张三",),
            captions=("图为演练现场。", "居民学习使用灭火器。 李斌摄", "志愿者合影。 李斌 摄"),
        )
    ]


def test_caption_without_photographer() -> None:
    """A short sentence set far from the text above, in the middle of a sentence, is a caption."""
    source = f"{DRILL}\n\n{VOLUNTEERS[:20]}\n\n\n\n社区食堂内景。\n\n{VOLUNTEERS[20:]}\n\n·张三·"
    page = parse(source, FILE)
    assert as_json(page)["articles"] == [
        article(DRILL, VOLUNTEERS, byline=("张三",), captions=("社区食堂内景。",))
    ]
    assert [line for line, _ in page.remarks] == [7]


def test_caption_between_articles() -> None:
    """A caption between two articles belongs to the one whose words it shares."""
    caption = "乙社区食堂里老人正在用餐。 李斌摄"
    lines = (DRILL, VOLUNTEERS, "·张三·", caption, CANTEEN, GATHERING, "·李四·")
    assert read(*lines) == [
        article(DRILL, VOLUNTEERS, byline=("张三",)),
        article(CANTEEN, GATHERING, byline=("李四",), captions=(caption,)),
    ]


def test_unsigned_news_in_brief() -> None:
    """Two reports without a byline between them are two where both open with a day."""
    first, second = "1月5日," + VOLUNTEERS, "1月6日," + GATHERING
    page = parse("\n\n".join((DRILL, first, GATHERING, CANTEEN, second)), FILE)
    assert as_json(page)["articles"] == [
        article(DRILL, first, GATHERING),
        article(CANTEEN, second),
    ]
    assert [line for line, _ in page.remarks] == [7]


def test_dateline_begins_an_article() -> None:
    """A heading above a dateline is a headline, though nobody signed the article before."""
    lead = "新华社北京1月5日电 " + GATHERING
    assert read(DRILL, VOLUNTEERS, CANTEEN, lead) == [
        article(DRILL, VOLUNTEERS),
        article(CANTEEN, lead),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (VOLUNTEERS, article("", VOLUNTEERS)),
        ("关于停水的通知", article("", "关于停水的通知")),
        (f"{DRILL}\n{VOLUNTEERS}\n{GATHERING}", article(DRILL, VOLUNTEERS, GATHERING)),
        (f"{GATHERING}\n{VOLUNTEERS}", article("", GATHERING, VOLUNTEERS)),
        (f"　　{GATHERING}\n　　{VOLUNTEERS}", article("", GATHERING, VOLUNTEERS)),
        (f"停车难怎么破？\n{VOLUNTEERS}", article("停车难怎么破？", VOLUNTEERS)),
        (
            f"{DRILL}\n\t{GATHERING}\n\t用心用情办实事\n\t{VOLUNTEERS}",
            article(DRILL, GATHERING, under={"用心用情办实事": [VOLUNTEERS]}),
        ),
        (
            f"办理材料\n需要以下材料:\n身份证\n户口本\n近期照片\n{VOLUNTEERS}",
            article("办理材料", "需要以下材料:", "身份证", "户口本", "近期照片", VOLUNTEERS),
        ),
        (
            f"工作报告\n——在第五次会议上\n一、总体要求\n{VOLUNTEERS}",
            article("工作报告", "——在第五次会议上", under={"一、总体要求": [VOLUNTEERS]}),
        ),
    ],
)
def test_plain_file(source: str, expected: dict[str, Any]) -> None:
    """A plain file of one paragraph a line reads as it stands; a full sentence is no headline."""
    assert articles_of(source) == [expected]


def test_lines_of_fixed_width() -> None:
    """Lines broken at a fixed width are paragraphs again, parted by indents."""
    long = (VOLUNTEERS * 3, GATHERING * 4)
    wrapped = [
        "　　" + "\n".join(text[at : at + 20] for at in range(0, len(text), 20)) for text in long
    ]
    assert articles_of("\n".join((DRILL, *wrapped))) == [article(DRILL, *long)]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks(newline: str, mark: str) -> None:
    """Line ends of every system and a byte order mark make no difference."""
    source = mark + newline.join(("", "", DRILL, "", VOLUNTEERS, "", "·张三·"))
    assert articles_of(source) == [article(DRILL, VOLUNTEERS, byline=("张三",))]


def test_editors_line_is_named_in_the_remarks() -> None:
    """What is no part of the report is left out and named."""
    page = parse(f"{DRILL}\n\n{VOLUNTEERS}\n\n·张三·\n\n责任编辑:王五 版式:赵六", FILE)
    assert as_json(page)["articles"] == [article(DRILL, VOLUNTEERS, byline=("张三",))]
    assert page.remarks == ((7, "“责任编辑:王五 版式:赵六”不是报道内容,已略去"),)


@pytest.mark.parametrize("source", ["", "\ufeff", " \n\n　\n", "\x00\x01\x02", "正文\x00"])
def test_nothing_to_read(source: str) -> None:
    """An empty or binary page is refused with one sentence."""
    with pytest.raises(PageError):
        parse(source, FILE)


@pytest.mark.parametrize(
    "source",
    [
        "字" * 1_000_000,
        "“" * 1_000_000,
        "（" * 300_000 + "）" * 300_000,
        "网格服务," * 200_000,
        "·" * 300_000,
        "a " * 300_000,
        "字" + " " * 500_000 + "字",
        "—" * 300_000,
    ],
    ids=["char", "quotes", "brackets", "clauses", "dots", "latin", "spaces", "dashes"],
)
def test_very_long_line(source: str) -> None:
    """A line of a million characters is one paragraph, read in one pass."""
    page = parse(source, FILE)
    assert len(page.articles) == 1
    assert uncovered(page) == ""


LINES = st.one_of(
    st.sampled_from(
        [
            DRILL,
            CANTEEN,
            GATHERING,
            VOLUNTEERS,
            VOLUNTEERS[:20],
            "·张三 李四·",
            "·张三",
            "（记者 张三）",
            "志愿者在社区活动。 李斌摄",
            "图为现场。",
            "李斌 摄",
            "群策群力——",
            "责任编辑:王五",
            "一、总体要求",
            "PM_{2.5}浓度27μg/ m³,",
            "",
            "",
        ]
    ),
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Cf")), max_size=60),
    st.text(alphabet="区人大的,。“”()（）·—:：1５% 　a", max_size=40),
)


@given(st.lists(LINES, max_size=14), st.sampled_from(["\n", "\n\n", "\r\n", "\n　　"]))
@settings(max_examples=300, deadline=None)
@example(["&amp;", "$x$", "# 标题", "_{2}"], "\n")
def test_nothing_is_dropped_silently(lines: list[str], newline: str) -> None:
    """Of any text every character lands in a part of an article or is named in a remark."""
    try:
        page = parse(newline.join(lines), FILE)
    except PageError:
        return
    assert uncovered(page) == ""


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_nothing_of_a_damaged_page_is_dropped(data: st.DataObject) -> None:
    """A page with lines lost, doubled, cut or moved keeps every character that is left."""
    lines = BUNDLED.read_text("utf-8").split("\n")
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["lose", "double", "cut", "move"]))
        if change == "lose":
            lines[at] = ""
        elif change == "double":
            lines.insert(at, lines[at])
        elif change == "cut":
            half = data.draw(st.integers(0, len(lines[at])))
            lines[at : at + 1] = [lines[at][:half], "", lines[at][half:]]
        else:
            lines.insert(data.draw(st.integers(0, len(lines) - 1)), lines.pop(at))
    page = parse("\n".join(lines), FILE)
    assert uncovered(page) == ""


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Any file is read whole or refused with a PageError."""
    file = tmp_path_factory.getbasetemp() / "any.txt"
    file.write_bytes(data)
    try:
        page = read_page(file)
    except PageError:
        return
    assert uncovered(page) == ""
