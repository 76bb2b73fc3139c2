"""Place names that no list knows."""

from __future__ import annotations

import pytest

from knowledge.localities import unlisted_places


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("碧螺小区改造了吗", ["碧螺小区"]),
        ("我家碧螺小区在不在里面", ["碧螺小区"]),
        ("海门区有吗", ["海门区"]),
        ("港闸区也有吗", ["港闸区"]),
        ("如皋市补贴多少", ["如皋市"]),
        ("段家坝社区有没有助餐", ["段家坝社区"]),
        ("能不能跨街道用", []),
        ("谁来审区政府工作报告", []),
        ("破烂片区翻建好了吗", []),
        ("管小区的物业换了没", []),
        ("十三号咱区开了什么会", []),
        ("从什么入手搞社区", []),
        ("老旧小区改造", []),
        ("开发区推什么项目", []),
        ("村委会管不管", []),
    ],
)
def test_a_place_is_known_by_its_form(question: str, places: list[str]) -> None:
    """A rare word before 小区, 街道, 区 … is a name; common words, verbs and compounds are not."""
    assert [place for _, place in unlisted_places(question)] == places
