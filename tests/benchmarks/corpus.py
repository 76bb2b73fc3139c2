"""Contents of any size to measure on: sentences recombined from clauses, with a fixed seed.

The clauses come from reading-comprehension sets (SQuAD form) where some are given, else from the
bundled pages mixed with words drawn from jieba's dictionary by frequency.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from bot.settings import BUNDLED_CONTENT
from knowledge.dictionary import dictionary

SEED = 20240114
PARAGRAPH, ARTICLE, ISSUE = 5, 6, 9  # sentences, paragraphs, articles: a daily paper of four pages
_CLAUSE = re.compile(r"[^，。！？；：、\s]{5,24}")
_CODE = re.compile(r"[\x00-\x7f]")
_DRAWN = 60_000  # clauses made of drawn words
_ASKS = ("是什么", "有多少", "在哪里", "是谁", "是什么时候", "怎么样", "为什么", "多少钱")


def clauses(sets: Sequence[Path]) -> list[str]:
    """Clauses of mostly Chinese characters, each once, in a fixed order."""
    texts = [
        paragraph["context"]
        for file in sets
        for entry in json.loads(file.read_text(encoding="utf-8-sig"))["data"]
        for paragraph in entry["paragraphs"]
    ]
    if not texts:
        pages = sorted(BUNDLED_CONTENT.glob("*/*.txt"))
        texts = [*(page.read_text(encoding="utf-8") for page in pages), *_drawn()]
    found = dict.fromkeys(clause for text in texts for clause in _CLAUSE.findall(text))
    return [clause for clause in found if len(_CODE.findall(clause)) * 3 <= len(clause)]


def _drawn() -> Iterator[str]:
    chance = random.Random(SEED)
    known = [(w, n) for w, n in dictionary().frequencies.items() if n > 20 and w >= "一"]
    words = [word for word, _ in known]
    heights = list(accumulate(frequency for _, frequency in known))
    for _ in range(_DRAWN):
        yield "".join(chance.choices(words, cum_weights=heights, k=5))[:20]


def sentences(pool: Sequence[str], count: int) -> Iterator[str]:
    """Sentences of about 27 characters."""
    chance = random.Random(SEED)
    for _ in range(count):
        sentence = chance.choice(pool)
        while len(sentence) < 20:
            sentence += "，" + chance.choice(pool)
        yield sentence + "。"


def write_content(folder: Path, texts: Iterator[str], count: int) -> int:
    """Lays `count` sentences out as issues, one a day; how many issues there are."""
    number = 0
    while count > 0:
        here = min(count, PARAGRAPH * ARTICLE * ISSUE)
        write_issue(folder, number, [next(texts) for _ in range(here)])
        count -= here
        number += 1
    return number


def write_issue(folder: Path, number: int, texts: Sequence[str]) -> None:
    """One issue, on day `number`: articles of paragraphs with headlines and bylines."""
    day = date(2014, 1, 1) + timedelta(days=number)
    issue = folder / day.isoformat()
    issue.mkdir(parents=True, exist_ok=True)
    described = f"date: {day}\nbulletin: 量尺日报\ntitle: {day} 要闻\n"
    (issue / "issue.yaml").write_text(described, encoding="utf-8")
    size = PARAGRAPH * ARTICLE
    for at in range(0, len(texts), size):
        mine = texts[at : at + size]
        paragraphs = ["".join(mine[n : n + PARAGRAPH]) for n in range(0, len(mine), PARAGRAPH)]
        title = mine[0].split("，")[0].rstrip("。")
        page = "\n\n".join((title, *paragraphs, "（记者 王一）")) + "\n"
        (issue / f"{at:04}.txt").write_text(page, encoding="utf-8")


def questions(pool: Sequence[str], count: int) -> list[str]:
    """Questions of 8 to 18 characters about what some clauses say."""
    chance = random.Random(SEED + 1)
    asked = []
    for clause in chance.sample(list(pool), min(count, len(pool))):
        asked.append(clause[: chance.randint(5, 14)] + chance.choice(_ASKS))
    return asked
