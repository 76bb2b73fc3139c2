"""Looks quotations up in a whole catalog, by way of its index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.cards import Card
from knowledge.catalog import PASSAGE, slot_of
from knowledge.library import Library
from knowledge.locating import Locating, Locator, Place
from knowledge.recent import Recent
from knowledge.text import bigrams, comparable

_ALL = 12  # issues that are simply looked through
_ENOUGH = 256  # passages that may hold a quotation
_NEAREST = 20  # passages that may resemble one
_SHOWN = 12  # characters of a quotation that narrow the search
_RUN = re.compile(r"[^\W_]+")


def locator_over(library: Library, cards: Sequence[Card]) -> Locating:
    """A locator for the issues of some cards, the first issue first."""
    if len(cards) <= _ALL:
        return Locator(library.issue(card.slot) for card in cards)
    return _WideLocator(library, cards)


class _WideLocator:
    """Looks only through issues that the index says may hold a quotation."""

    def __init__(self, library: Library, cards: Sequence[Card]) -> None:
        self._library = library
        self._cards = cards
        self._order = {card.slot: place for place, card in enumerate(cards)}
        self._locators: Recent[tuple[int, ...], Locator] = Recent(_ALL)

    def places(self, quotation: str, article: str | None = None) -> Iterator[Place]:
        return self._among((quotation,)).places(quotation, article)

    def together(self, quotations: Sequence[str], article: str | None) -> list[Place] | None:
        return self._among(quotations).together(quotations, article)

    def nearest(self, quotation: str) -> str | None:
        weights = dict.fromkeys(bigrams(comparable(quotation)), 1.0)
        hits = self._library.view.search(PASSAGE, weights, _NEAREST) if weights else []
        return self._locator(slot_of(hit.number) for hit in hits).nearest(quotation)

    def titles(self) -> list[str]:
        return list(dict.fromkeys(title for card in self._cards for title in card.articles))

    def _among(self, quotations: Iterable[str]) -> Locator:
        """A locator for the issues that may hold one of some quotations."""
        slots: set[int] = set()
        for quotation in quotations:
            runs = _RUN.findall(comparable(quotation))
            shown = bigrams(max(runs, key=len, default="")[:_SHOWN])
            if shown:
                numbers = self._library.view.holding(PASSAGE, shown, _ENOUGH)
                slots.update(map(slot_of, numbers))
        return self._locator(slots)

    def _locator(self, slots: Iterable[int]) -> Locator:
        chosen = tuple(sorted(self._order.keys() & set(slots), key=self._order.__getitem__))
        found, _ = self._locators.take((chosen,))
        if chosen in found:
            return found[chosen]
        return self._locators.keep(chosen, Locator(map(self._library.issue, chosen)))
