"""What tells who somebody is does not reach the eyes of others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.masking import CARD, EMAIL, NUMBER, PERSON, PHONE, masked, tells_who


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我的电话是13800138000，请回电", f"我的电话是{PHONE}，请回电"),
        ("138 0013 8000", PHONE),
        ("138-0013-8000打不通", f"{PHONE}打不通"),
        ("１３８００１３８０００", PHONE),
        ("+86 13800138000", PHONE),
        ("0513-85512345", PHONE),
        ("(0513) 8551 2345", PHONE),
        ("400-820-8820", PHONE),
        ("家里座机85512345", f"家里座机{PHONE}"),
        ("一三八零零一三八零零零", PHONE),
        ("幺三八零零幺三八零零零", PHONE),
        ("身份证320602195001011234", f"身份证{PERSON}"),
        ("身份证32060219500101123X能办吗", f"身份证{PERSON}能办吗"),
        ("320602 19500101 123x", PERSON),
        ("老身份证320602500101123", f"老身份证{PERSON}"),
        ("卡号6222 0212 0800 1234 567", f"卡号{CARD}"),
        ("发到 wang.yi+1@example.com 好吗", f"发到 {EMAIL} 好吗"),
        ("123456789012", NUMBER),
        ("13800138000和13900139000", f"{PHONE}和{PHONE}"),
    ],
)
def test_numbers_and_addresses_of_people_are_masked(text: str, expected: str) -> None:
    """However they are typed."""
    assert masked(text) == expected
    assert tells_who(text)


@pytest.mark.parametrize(
    "text",
    [
        "2024年要改造几个老旧小区",
        "2023-2024年的计划",
        "2024-01-14那天",
        "20240114的公报",
        "投入12000000元",
        "预算85512345元",
        "二〇二三年",
        "12345热线是什么",
        "27μg的PM2.5",
        "一共三千五百万人",
        "",
    ],
)
def test_years_days_and_amounts_stay(text: str) -> None:
    """A question must still be understood."""
    assert masked(text) == text
    assert not tells_who(text)


@given(st.text())
def test_any_text_can_be_masked_and_masking_twice_is_masking_once(text: str) -> None:
    """Whatever people type."""
    assert masked(masked(text)) == masked(text)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(alphabet="我的电话是,。 "))
def test_no_mobile_number_is_left(number: str, around: str) -> None:
    """Wherever it stands."""
    assert number not in masked(f"{around}{number}{around}")
