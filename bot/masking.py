"""What tells who somebody is, taken out of a text before others read it.

Telephone, identity and card numbers, and e-mail addresses, as people type them: with spaces and
dashes, in full width, a telephone number also in Chinese numerals. An amount, a year or a date is
none of them.
"""

from __future__ import annotations

import re
from datetime import date

_EMAIL = re.compile(r"[\w.+%-]{1,64}[@＠][\w-]{1,63}(?:[.．][\w-]{1,63}){1,4}", re.ASCII)
_RUN = re.compile(r"[+＋(（]{0,2}\d(?:[\d\s\-—–－()（）]{0,3}\d){5,23}[xXｘＸ]?")
_HAN_RUN = re.compile(r"[零〇一二三四五六七八九幺两]{7,}")
_AMOUNT = re.compile(r"\s{0,2}(?:[元块万亿人户家个件项次名平方米吨度分角%％]|公里|公斤)")
_PERSON = re.compile(r"\d{17}[\dX]|\d{15}")
_CARD = re.compile(r"\d{13,19}")
_PHONE = re.compile(r"(?:86|0086)?(?:1[3-9]\d{9}|0\d{9,11}|[48]00\d{7}|\d{7,8})")
PHONE, PERSON, CARD, EMAIL, NUMBER = "〔电话〕", "〔证件号〕", "〔卡号〕", "〔邮箱〕", "〔号码〕"


def masked(text: str) -> str:
    """The text with each such number or address replaced by its kind in brackets.

    >>> masked("我的电话是138 0013 8000，2024年的事")
    '我的电话是〔电话〕，2024年的事'
    """
    return _HAN_RUN.sub(_of_numerals, _RUN.sub(_of_digits, _EMAIL.sub(EMAIL, text)))


def tells_who(text: str) -> bool:
    """Whether a text holds anything that would be masked."""
    return masked(text) != text


def _of_digits(found: re.Match[str]) -> str:
    """What a run of digits is replaced by; numbers that are none of anybody's stay."""
    run = found[0]
    digits = "".join(str(int(char)) for char in run if char.isdecimal())
    if run[-1] in "xXｘＸ":
        digits += "X"
    if _PERSON.fullmatch(digits):
        return PERSON
    if _AMOUNT.match(found.string, found.end()) and digits == run:
        return run
    if _PHONE.fullmatch(digits):
        return run if _is_date(digits) or _of_years(run) else PHONE
    if _CARD.fullmatch(digits):
        return CARD
    return run if len(digits) < 7 or _of_years(run) else NUMBER


def _of_numerals(found: re.Match[str]) -> str:
    """Numerals that are read out one by one are a telephone number; an amount has 十, 百, 万."""
    return found[0] if _AMOUNT.match(found.string, found.end()) else PHONE


def _is_date(digits: str) -> bool:
    """Whether eight digits are a day: 20240114."""
    try:
        return len(digits) == 8 and 1900 <= date.fromisoformat(digits).year < 2100
    except ValueError:
        return False


def _of_years(run: str) -> bool:
    """Whether a run is years and days with something between: 2023-2024, 2024-01-14."""
    parts = re.split(r"\D+", run)
    return len(parts) > 1 and all(
        re.fullmatch(r"(?:19|20)\d\d|[01]?\d|[0-3]\d", part) for part in parts
    )
