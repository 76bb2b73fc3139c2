"""What is different between two versions of the content, by the names that editors know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from knowledge.base import KnowledgeBase
from knowledge.cards import Card
from knowledge.fingerprints import fingerprint
from knowledge.model import Article, Entry
from knowledge.packing import pack
from knowledge.stock import Stock

_QUOTES = str.maketrans("“”", "‘’")
_TITLES = str.maketrans("《》", "〈〉")
Named = tuple[str, str]  # a name to show, and a digest of what it stands for


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Names of what was added, changed, and is gone."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What a version changes of another: reports by title and day, entries by first question."""

    articles: Changes = field(default_factory=Changes)
    entries: Changes = field(default_factory=Changes)

    def __bool__(self) -> bool:
        return bool(self.articles or self.entries)


def compare(old: KnowledgeBase | None, new: KnowledgeBase) -> Diff:
    """What `new` changes of `old`, or brings where there is none."""
    before = old.stock if old is not None else None
    return Diff(articles=_articles(before, new.stock), entries=_entries(before, new.stock))


def _articles(old: Stock | None, new: Stock) -> Changes:
    """Only issues that changed are read."""
    known = {card.fingerprint for card in old.issues} if old is not None else set()
    kept = {card.fingerprint for card in new.issues} & known
    return _changes(
        _titles(old, kept) if old is not None else {},
        _titles(new, kept),
    )


def _titles(stock: Stock, besides: set[str]) -> dict[str, Named]:
    """The articles of a stock's issues, but for those of some fingerprints."""
    found: dict[str, Named] = {}
    for card in stock.issues:
        if card.fingerprint in besides:
            continue
        for article in stock.library.issue(card.slot).articles:
            place = f"{card.place}\n{article.title}"
            while place in found:
                place += "\n"
            found[place] = (_name(card, article), _told(card, article))
    return found


def _name(card: Card, article: Article) -> str:
    return f"《{article.title.translate(_TITLES)}》" + (
        f"（{card.issued}）" if card.issued is not None else ""
    )


def _told(card: Card, article: Article) -> str:
    """A digest of all that is read of an article."""
    head = (card.issued, card.bulletin, article.title, article.byline)
    kicker = article.kicker.text if article.kicker is not None else ""
    texts = [paragraph.text for paragraph in (*article.captions, *article.paragraphs)]
    subheads = [s.subhead.text for s in article.sections if s.subhead is not None]
    return fingerprint((repr(head), kicker, *subheads, *texts))


def _entries(old: Stock | None, new: Stock) -> Changes:
    if old is not None and old.curated.fingerprint == new.curated.fingerprint:
        return Changes()
    return _changes(_curated(old) if old is not None else {}, _curated(new))


def _curated(stock: Stock) -> dict[str, Named]:
    entries = (stock.library.entry(record) for record in stock.curated_records())
    return {entry.id: _entry(entry) for entry in entries if entry is not None}


def _entry(entry: Entry) -> Named:
    said = (
        entry.questions,
        entry.text,
        entry.stance,
        entry.speaker,
        entry.staff,
        tuple(quote.reading for quote in entry.quotes),
        entry.source.article if entry.source is not None else "",
    )
    name = next(iter(entry.questions), entry.id)
    return f"“{name.translate(_QUOTES)}”", fingerprint((pack(said),))


def _changes(old: Mapping[str, Named], new: Mapping[str, Named]) -> Changes:
    return Changes(
        added=_names(new[place] for place in new if place not in old),
        changed=_names(new[p] for p in new if p in old and new[p][1] != old[p][1]),
        gone=_names(old[place] for place in old if place not in new),
    )


def _names(found: Iterable[Named]) -> tuple[str, ...]:
    return tuple(name for name, _ in found)
