"""Questions worth showing to somebody who does not know yet what to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest

from knowledge.cards import Card
from knowledge.holdings import numbers
from knowledge.model import Answer, Entry, Example, Stance, Status
from knowledge.records import Record
from knowledge.stock import Stock

_ASKED = re.compile(
    r"(?!那|请问)(?=.*(?:什么|多少|哪|谁|怎么|几|吗|何))[^\s“”]{6,18}"
)  # a whole short question


def examples(stock: Stock, ask: Callable[[str], Answer]) -> tuple[Example, ...]:
    """The examples of the newest issue, its articles in turn: what editors check and `ask`
    answers, then curated and extracted entries; what is proposed or planned and what has figures
    first."""
    if not stock.issues:
        return ()
    library, issue = stock.library, stock.issues[0]
    hands: dict[str, list[tuple[bool, int, Example]]] = {}
    for checked, question, record in (*_checked(stock, ask), *_entries(stock, issue)):
        source = library.source(record)
        if source is not None and source.issue == issue.id:
            example = Example(question=question, target=record.id)
            rank = (not checked, -_interest(library.entry(record), record), example)
            hands.setdefault(source.article, []).append(rank)
    best = [
        [example for *_, example in sorted(hand, key=lambda rank: rank[:2])]
        for hand in hands.values()
    ]
    return tuple(one for turn in zip_longest(*best) for one in turn if one is not None)


def _checked(stock: Stock, ask: Callable[[str], Answer]) -> Iterator[tuple[bool, str, Record]]:
    for check in stock.checks:
        if check.status is Status.ANSWERED and _ASKED.fullmatch(check.question):
            record = stock.library.record(ask(check.question).target or "")
            if record is not None:
                yield True, check.question, record


def _entries(stock: Stock, issue: Card) -> Iterator[tuple[bool, str, Record]]:
    for record in (*stock.curated_records(), *stock.extracted_records(issue)):
        entry = stock.library.entry(record)
        if entry is not None and entry.stance is not None:
            question = next((q for q in entry.questions[:2] if _ASKED.fullmatch(q)), None)
            if question is not None:
                yield False, question, record


def _interest(entry: Entry | None, record: Record) -> int:
    """How likely residents are to want a record: what is proposed or planned for them, figures."""
    stance = entry.stance if entry is not None else None
    wanted = {Stance.PROPOSAL: 3, Stance.PLAN: 1}.get(stance, 0) if stance is not None else 0
    return wanted + 2 * any(number.kind for number in numbers(record.text))
