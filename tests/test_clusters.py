"""Questions in nearly the same words are one matter; another year, number or thing is another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.inbox.clusters import Asking, Cluster, clusters
from bot.inbox.inbox import digests
from knowledge.base import KnowledgeBase

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def asking(base: KnowledgeBase, number: int, text: str, user: int | None = None) -> Asking:
    probe = base.probe(text)
    return Asking(
        id=number,
        user=user if user is not None else number,
        text=text,
        terms=probe.terms,
        asks=probe.asks,
        target=probe.nearest,
        at=NOON + timedelta(minutes=number),
    )


def clustered(base: KnowledgeBase, *texts: str) -> tuple[Cluster, ...]:
    return clusters(asking(base, number, text) for number, text in enumerate(texts, start=1))


@pytest.mark.parametrize(
    "texts",
    [
        ("图书馆几点开门", "图书馆几点开门？", "请问图书馆几点开门呀", "图书馆什么时候开门呢"),
        ("社保卡丢了怎么补办", "怎么补办丢失的社保卡"),
        ("老年卡怎么办理", "老年卡如何办理", "老年卡 怎么办理!"),
        ("圖書館幾點開門", "图书馆几点开门"),
        ("请问城东街道便民服务中心周末上不上班", "请问城东街道便民服务中心周未上不上班"),
    ],
)
def test_near_duplicates_are_one(base: KnowledgeBase, texts: tuple[str, ...]) -> None:
    """Padding, marks, order, traditional characters, a slip of the finger."""
    (cluster,) = clustered(base, *texts)
    assert cluster.people == len(texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("图书馆几点开门", "图书馆几点关门"),
        ("2023年改造多少老旧小区花了多少钱", "2024年改造多少老旧小区花了多少钱"),
        ("去年修了几条路", "今年修了几条路"),
        ("3路公交车停在哪里", "5路公交车停在哪里"),
        ("老年卡怎么办理", "办理老年卡要什么材料"),
        ("老年卡怎么办理", "社保卡怎么办理"),
        ("游泳馆在哪里", "游泳馆多少钱"),
    ],
)
def test_other_questions_are_apart(base: KnowledgeBase, texts: tuple[str, str]) -> None:
    """However alike they are typed."""
    assert len(clustered(base, *texts)) == 2


def test_people_are_counted_and_the_order_follows(base: KnowledgeBase) -> None:
    """Once each, however often they ask; most people first, then what was asked last."""
    found = clusters(
        asking(base, number, text, user)
        for number, (user, text) in enumerate(
            [
                (1, "图书馆几点开门"),
                (1, "图书馆几点开门"),
                (2, "社保卡怎么补办"),
                (3, "请问社保卡怎么补办"),
                (3, "社保卡怎么补办"),
                (4, "垃圾车几点来"),
            ],
            start=1,
        )
    )
    assert [(one.people, one.id, len(one.askings)) for one in found] == [
        (2, 3, 3),
        (1, 6, 1),
        (1, 1, 2),
    ]
    assert found[0].wordings == ("社保卡怎么补办", "请问社保卡怎么补办")
    assert found[0].last == NOON + timedelta(minutes=5)


@given(st.lists(st.tuples(st.integers(1, 5), st.text(max_size=12)), max_size=12))
def test_nothing_is_lost_or_counted_twice(asked: list[tuple[int, str]]) -> None:
    """Whatever people type."""
    askings = [
        Asking(id=number, user=user, text=text, at=NOON)
        for number, (user, text) in enumerate(asked, start=1)
    ]
    found = clusters(askings)
    assert sorted(a.id for one in found for a in one.askings) == [a.id for a in askings]
    assert all(digests(one.wordings) for one in found)
