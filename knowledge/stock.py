"""All of a content, laid out for questions: its library and the cards of what is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.cards import Card, PageFiles
from knowledge.catalog import INITIALS, Catalog, Kind, View, number_of
from knowledge.content import Content, newest_first
from knowledge.curated import Check
from knowledge.curated_volume import curated_volume
from knowledge.errors import Problem
from knowledge.fingerprints import fingerprint
from knowledge.library import Library
from knowledge.model import Entry, Issue
from knowledge.own_words import segmenter_knowing
from knowledge.packing import unpack
from knowledge.records import Passage, Record, entry_number
from knowledge.volumes import issue_volume

_ENOUGH = 64  # issues in which a word is looked for by its initials
_DIGITS = 12  # of a version


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """What a stock is made of: the slots and fingerprints of its cards, and the rest of it."""

    issues: tuple[tuple[int, str], ...]
    curated: tuple[int, str]
    listed: tuple[Problem, ...]
    state: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """A content at one moment: the cards of its issues, newest first, undated ones last, and of
    its curated entries; `listed` is what an editor should look at in no issue of them. `state` is
    that of the catalog on disk in which it all lies."""

    library: Library
    issues: tuple[Card, ...]
    curated: Card
    listed: tuple[Problem, ...] = ()
    state: bytes = b""

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What an editor should look at, none of it in the way."""
        found = {*self.listed, *self.curated.remarks}
        found.update(remark for card in self.issues for remark in card.remarks)
        return tuple(sorted(found))

    @property
    def composition(self) -> Composition:
        """What it is made of, for another process to find in the same catalog."""
        return Composition(
            issues=tuple((card.slot, card.fingerprint) for card in self.issues),
            curated=(self.curated.slot, self.curated.fingerprint),
            listed=self.listed,
            state=self.state,
        )

    @property
    def checks(self) -> tuple[Check, ...]:
        """The regression questions."""
        return self.curated.checks

    @property
    def lapsed(self) -> tuple[Problem, ...]:
        """What was taught and is left out, because what it rests on is no longer there."""
        return self.curated.lapsed

    @property
    def records(self) -> int:
        """How many records can be found."""
        found = sum(card.records for card in self.issues) + self.curated.records
        return found - len(self.curated.hidden)

    @property
    def version(self) -> str:
        """Hexadecimal digits that change with whatever answers depend on."""
        cards = (*self.issues, self.curated)
        return fingerprint(card.fingerprint for card in cards)[:_DIGITS]

    def own_words(self) -> Iterator[str]:
        """The words that the pages bring with them."""
        for card in self.issues:
            yield from card.own_words

    def words_with(self, initials: str) -> frozenset[str]:
        """The words of the pages that begin with some letters, one for each character; of a large
        content those of some of its issues, enough to tell whether one word alone does."""
        view = self.library.view
        slots = view.holding(INITIALS, (initials,), _ENOUGH)
        found = view.bodies(Kind.WORDS, [slot for slot in slots if slot in self.library.live])
        words = (unpack(body, dict[str, tuple[str, ...]]) for body in found)
        return frozenset(word for known in words for word in known.get(initials, ()))

    def curated_records(self) -> Iterator[Record]:
        """The curated entries."""
        numbers = [entry_number(self.curated.slot, at) for at in range(self.curated.records)]
        yield from self.library.records(numbers).values()

    def extracted_records(self, issue: Card) -> Iterator[Record]:
        """The entries that were extracted from an issue and that no editor's entry replaces."""
        for passage in self.passages(issue):
            for record in passage.records:
                if record.is_entry and record.number not in self.curated.hidden:
                    yield record

    def passages(self, issue: Card) -> Iterator[Passage]:
        """The passages of an issue in reading order."""
        numbers = [number_of(issue.slot, local) for local in range(issue.passages)]
        found = self.library.passages(numbers)
        return (found[number] for number in numbers)

    def whole_issues(self) -> Iterator[Issue]:
        """Every issue whole; of a large content that takes long."""
        return (self.library.issue(card.slot) for card in self.issues)


def stock_of(
    view: View,
    issues: tuple[Card, ...],
    curated: Card,
    listed: tuple[Problem, ...],
    state: bytes = b"",
) -> Stock:
    """The stock of what some cards stand for in a view of a catalog in some state."""
    library = library_of(view, issues, curated)
    return Stock(library=library, issues=issues, curated=curated, listed=listed, state=state)


def library_of(view: View, issues: Iterable[Card], curated: Card | None) -> Library:
    """The library of what some cards stand for."""
    slots = {card.slot for card in issues}
    return Library(view, slots if curated is None else slots | {curated.slot})


def stock_in_memory(content: Content, *, extracting: bool = True) -> Stock:
    """The stock of a content that is already read; without `extracting`, of its sentences and
    curated entries alone."""
    catalog = Catalog()
    catalog.begin()
    segmenter = segmenter_knowing()
    issues: list[Card] = []
    for slot, issue in enumerate(sorted(content.issues, key=_order), start=1):
        card = Card(slot=slot, fingerprint=_issue_fingerprint(issue))
        card, documents = issue_volume(issue, card, segmenter, extracting=extracting)
        catalog.add(slot, documents)
        issues.append(card)
    catalog.commit()
    empty = Card(
        slot=len(issues) + 1,
        fingerprint=_curated_fingerprint(content.entries),
        curated=True,
        checks=content.checks,
        lapsed=content.lapsed,
    )
    library = library_of(catalog.view(), issues, None)
    curated, documents = curated_volume(
        content.entries, empty, library, PageFiles(issues), segmenter
    )
    catalog.add(curated.slot, documents)
    catalog.commit()
    catalog.end()
    return stock_of(catalog.view(), tuple(issues), curated, content.remarks)


def _order(issue: Issue) -> tuple[int, str]:
    return newest_first(issue.issued, issue.id)


def _issue_fingerprint(issue: Issue) -> str:
    head = repr((issue.id, issue.issued, issue.bulletin, issue.title))
    return fingerprint((head, *(page.source for page in issue.pages)))


def _curated_fingerprint(entries: Sequence[Entry]) -> str:
    return fingerprint(
        repr((entry.id, entry.questions, entry.text, entry.staff, [q.spans for q in entry.quotes]))
        for entry in entries
    )
