"""People with their posts, and who says what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.people import Person, people
from knowledge.speakers import attributions, speaker_of


def named(text: str) -> list[tuple[str, str | None]]:
    return [(person.name, person.post) for person in people(text)]


def said(text: str) -> list[tuple[str, str, str]]:
    return [
        (part.person.name, part.verb, text[part.start : part.end]) for part in attributions(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("区人大代表、青山医院护士长李楠楠建议", [("李楠楠", "区人大代表、青山医院护士长")]),
        ("区人民法院院长陆燕红作《工作报告》", [("陆燕红", "区人民法院院长")]),
        ("大会由主席团常务主席田桦主持。", [("田桦", "主席团常务主席")]),
        ("市人大常委会主任樊金龙同志2023年9月4日批示", [("樊金龙", "市人大常委会主任")]),
        ("柳河村党委书记王守田告诉记者", [("王守田", "柳河村党委书记")]),
        ("东湖社区网格员小张在电话中", [("小张", "东湖社区网格员")]),
        ("东湖社区居民王某在楼下", [("王某", "东湖社区居民")]),
        ("镇卫生院院长欧阳明华说", [("欧阳明华", "镇卫生院院长")]),
        ("副区长买买提·艾合买提说", [("买买提·艾合买提", "副区长")]),
        ("市环保局局长丁红都在检测站揭牌", [("丁红都", "市环保局局长")]),
        ("记者从市教育局局长张三丰处获悉", [("张三丰", "市教育局局长")]),
        ("刘晓玲副校长认为，", [("刘晓玲", "副校长")]),
        ("王阿姨，您别着急", [("王阿姨", None)]),
        ("(记者徐雪)", [("徐雪", "记者")]),
        (
            "执行主席是:胡符军、严崇明、高峰、陆燕。",
            [(name, "执行主席") for name in ("胡符军", "严崇明", "高峰", "陆燕")],
        ),
        ("周玉兰是青石镇桃花村村民，今年养蜂。", [("周玉兰", "青石镇桃花村村民")]),
    ],
)
def test_a_name_is_found_with_its_whole_post(
    text: str, expected: list[tuple[str, str | None]]
) -> None:
    """A name stands after its post, before it, or is told what it is; the post is whole."""
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "局长明确表示，今年要办好实事。",
        "主任高度评价，",
        "民警向群众介绍，",
        "居民小区里停满了车",
        "区长江路改造工程",
        "老师和家长说，",
        "高校建议，",
        "通知要求，",
        "方案提出，",
        "任何说法都要有依据",
        "网格员和微网格员定期走访",
        "施工方代表介绍，",
        "会议强调，",
        "",
    ],
)
def test_words_are_not_taken_for_names(text: str) -> None:
    """A word that begins like a surname, or an office that speaks, is no person."""
    assert named(text) == []


def test_a_person_known_from_elsewhere_keeps_the_fuller_post() -> None:
    """A bare name, or one with a short title, takes the post that the article gave before."""
    known = Person(name="刘晓玲", post="北山小学副校长", start=0, end=10, at=7)
    found = people("刘晓玲副校长认为，刘晓玲还说", (known,))
    assert [(person.name, person.post) for person in found] == [("刘晓玲", "北山小学副校长")] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "区人大代表李楠楠建议，打破老人助餐壁垒，采取一卡通。会议到此结束。",
            [("李楠楠", "建议", "打破老人助餐壁垒，采取一卡通。")],
        ),
        (
            "“这份报告提振信心。”街道书记李强说，报告内在逻辑严密。",
            [
                ("李强", "说", "“这份报告提振信心。”"),
                ("李强", "说", "报告内在逻辑严密。"),
            ],
        ),
        (
            "“没有客人来住，但会好的。”村书记侯克旺说。“我们不急。”",
            [
                ("侯克旺", "说", "“没有客人来住，但会好的。”"),
                ("侯克旺", "说", "“我们不急。”"),
            ],
        ),
        (
            "院长陆燕红作《法院工作报告》，她说，2023年，区法院在监督下开展工作。新的一年，区法院将做实事。",
            [
                (
                    "陆燕红",
                    "说",
                    "2023年，区法院在监督下开展工作。新的一年，区法院将做实事。",
                )
            ],
        ),
        (
            "主任严崇明说，成绩来之不易。我们将虚心听取意见。",
            [("严崇明", "说", "成绩来之不易。我们将虚心听取意见。")],
        ),
        (
            "副主任莫亚楠表示，空气还有差距，建议完善预警机制。",
            [
                ("莫亚楠", "表示", "空气还有差距，"),
                ("莫亚楠", "建议", "建议完善预警机制。"),
            ],
        ),
        (
            "局长张玉梅说，路修好了。镇长李国强说，桥也修好了。",
            [("张玉梅", "说", "路修好了。"), ("李国强", "说", "桥也修好了。")],
        ),
        (
            "市长王新民在施工现场调研时指出，安全第一。",
            [("王新民", "指出", "安全第一。")],
        ),
    ],
)
def test_words_belong_to_who_says_them(text: str, expected: list[tuple[str, str, str]]) -> None:
    """Speech is told before, after or around the words, and goes on while it is the same."""
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "报告指出，2023年城区形象不断提升。",
        "市环保局表示，将加强监测。",
        "校方要求，游戏必须有益。",
        "局长张玉梅的邻居说，路修好了。",
        "局长张玉梅介绍情况时，大家鼓掌。",
        "他说，路修好了。",
        "“城市更新”是关键词之一。",
    ],
)
def test_nobody_is_given_words_without_proof(text: str) -> None:
    """Reports, offices, relatives and a pronoun without a person say nothing as persons."""
    assert said(text) == []


def test_somebody_elses_quotation_is_not_given_to_the_next_speaker() -> None:
    """A quotation told before belongs to those before it, though a name follows it."""
    text = "许多专家都主张：“要在做中学。”师范大学教授于伟认为，玩也是学习。"
    assert said(text) == [("于伟", "认为", "玩也是学习。")]


def test_a_pronoun_after_two_names_means_nobody() -> None:
    """他 after two persons in one sentence could be either: neither gets the words."""
    assert said("局长张玉梅会见了镇长李国强。他说，路修好了。") == []


def test_the_speaker_of_a_sentence_is_who_says_most_of_it() -> None:
    """A sentence that holds speech and who says it has that speaker; other text has none."""
    text = "“路修好了。”镇长李国强说，桥也修好了。会议结束。"
    parts = attributions(text)
    speaker = speaker_of(parts, 0, text.index("会议"))
    assert speaker is not None
    assert (speaker.name, speaker.post) == ("李国强", "镇长")
    assert speaker_of(parts, text.index("会议"), len(text)) is None


_PIECES = st.sampled_from(
    [
        "局长",
        "张玉梅",
        "说",
        "，",
        "。",
        "“",
        "”",
        "他",
        "建议",
        "和",
        "、",
        "2023年",
        "欧阳",
        "：",
        "我们",
        "a",
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=30).map("".join)))
def test_any_text_gives_ordered_parts_inside_it(text: str) -> None:
    """Whatever the text, parts lie inside it, in order, and do not overlap."""
    end = 0
    for part in attributions(text):
        assert end <= part.start < part.end <= len(text)
        end = part.end
    for person in people(text):
        assert text[person.at : person.end].startswith(person.name)
        assert person.start <= person.at
