"""Wordings: what is read at once is what reading text by text tells."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.text import comparable, sounding
from knowledge.wording import Wording, Wordings
from knowledge.words import breaks

CHARS = "助餐一卡通中国企业改革的区人大代表小区ab1,。-·%\U00020000"
TEXTS = st.text(CHARS, max_size=30)


@given(st.lists(TEXTS, max_size=6), st.lists(st.text(CHARS, min_size=2, max_size=2), max_size=8))
def test_pairs_stand_where_a_search_finds_them(texts: list[str], pairs: list[str]) -> None:
    """One pass over all texts finds each pair of characters in the same texts, by sound too."""
    wordings = Wordings(Wording(text) for text in texts)
    actual = wordings.with_pairs(pairs).each(pairs).tolist()
    assert actual == [[pair in text for text in texts] for pair in pairs]
    heard = [sounding(pair) for pair in pairs]
    actual = wordings.with_sounds(heard).each(heard).tolist()
    assert actual == [[sound in sounding(text) for text in texts] for sound in heard]
    assert [bool(held) for held in wordings.with_all("区人")] == [
        {"区", "人"} <= set(text) for text in texts
    ]


@given(TEXTS.filter(bool).map(comparable), st.data())
@settings(deadline=None)  # the dictionary is read on first use
def test_a_cut_goes_through_words_or_not(text: str, data: st.DataObject) -> None:
    """Whether the breaks are known or looked for: a cut goes through a word where it begins or
    ends inside one and takes another's characters too."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = breaks(text)
    owner = [sum(found[: at + 1]) for at in range(len(text))]  # the word of each character
    torn = (start > 0 and owner[start] == owner[start - 1]) or (
        end < len(text) and owner[end] == owner[end - 1]
    )
    expected = torn and owner[start] != owner[end - 1]
    assert Wording(text).cuts_through(start, end) is expected
    assert Wording(text, known_breaks=found).cuts_through(start, end) is expected
