"""What a question comes down to, so that the same one asked twice is counted as one."""

from __future__ import annotations

from hashlib import blake2b

from bot.masking import masked
from knowledge.text import bare, comparable


def gist(question: str) -> int | None:
    """A number that questions with the same words share, however they are written and whatever
    telephone numbers stand in them; None for what has no words.

    >>> gist("２０２３年改造了 多少個小區？") == gist("2023年改造了多少个小区")
    True
    """
    words = bare(comparable(masked(question)))
    if not words:
        return None
    digest = blake2b(words.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
