"""A content folder → its stock, from a catalog on disk that is brought up to date first.

Issues are told by a fingerprint over their files and over the program itself: what is in the
catalog under its fingerprint is not read again. So a changed issue costs only itself, and what a
broken-off build has finished is not done again. Whoever holds an older stock keeps it.
"""

from __future__ import annotations

import logging
import math
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from knowledge.cards import Card, PageFiles
from knowledge.catalog import Catalog, Document, Kind, View
from knowledge.content import IssueReading, curate, load, newest_first, read_issue
from knowledge.curated_volume import curated_volume
from knowledge.dictionary import cache_folder
from knowledge.errors import ContentError, Problem
from knowledge.fingerprints import Wanted, curated_fingerprint, fingerprint, program, told, want
from knowledge.folders import Folder, Listing, list_folders
from knowledge.own_words import segmenter_knowing
from knowledge.packing import unpack
from knowledge.stock import Composition, Stock, library_of, stock_in_memory, stock_of
from knowledge.telling import Telling
from knowledge.volumes import issue_volume
from knowledge.wide_locating import locator_over
from knowledge.words import Segmenter

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]  # how many issues are done, of how many

_MANY = 500_000  # bytes of pages from which further processes are worth their start
_BATCH = 250  # issues that are done at once
_PARTS, _LARGEST = 8, 500  # parts in which more are written, of so many issues at most
_CATALOG, _ROOT = "catalog", "root"


def open_stock(root: Path, progress: Progress | None = None, told_as: Path | None = None) -> Stock:
    """The stock of a content folder. Raises ContentError with every problem found; then the
    catalog keeps what could be read, and nothing that was in use is touched.

    A copy that is `told_as` its original shares the original's catalog, and its files go by the
    original's names.
    """
    telling = Telling(root, told_as or root)
    try:
        return _opened(root, telling, progress or _silent)
    except ContentError as error:
        raise telling.error(error) from None


def reopened(name: Path, made_of: Composition, known: Stock) -> Stock | None:
    """The stock of the folder told as `name` that another process has put together a moment ago,
    by its composition alone: much of it is `known` here. None where the catalog has changed since.
    """
    try:
        catalog = Catalog(_place(name))
    except (OSError, ValueError):
        return None
    state, view = catalog.state(), catalog.view()
    if state != made_of.state:
        return None
    cards = {(card.slot, card.fingerprint): card for card in (*known.issues, known.curated)}
    wanted = (*made_of.issues, made_of.curated)
    new = [one[0] for one in wanted if one not in cards]
    for body in view.bodies(Kind.CARD, new):
        card = unpack(body, Card)
        cards[card.slot, card.fingerprint] = card
    if any(one not in cards for one in wanted):
        return None
    issues, curated = tuple(cards[one] for one in made_of.issues), cards[made_of.curated]
    return stock_of(view, issues, curated, made_of.listed, state)


def _opened(root: Path, telling: Telling, progress: Progress) -> Stock:
    found = list_folders(root)
    listing = replace(
        found,
        problems=telling.problems(found.problems),
        remarks=telling.problems(found.remarks),
    )
    try:
        catalog = Catalog(_place(telling.name))
    except (OSError, ValueError) as error:
        logger.warning("no catalog can be kept on disk, all is built in memory: %s", error)
        return stock_in_memory(load(root))
    state, view = catalog.state(), catalog.view()
    cards = _Cards(view)
    wanted = [want(root, folder, cards.by_place) for folder in listing.folders]
    stock = cards.stock(view, root, listing, wanted, state)
    if stock is not None:
        return stock
    catalog.begin()
    tidy = False
    try:
        if catalog.state() != state:  # another process has written meanwhile
            cards = _Cards(catalog.view())
        build = _Build(telling, listing, catalog, cards, wanted)
        stock = build.run(progress)
        tidy = build.added > _BATCH
    finally:
        catalog.end(tidy=tidy)
    if not tidy:
        return stock
    state, view = catalog.state(), catalog.view()  # of fewer parts
    return _Cards(view).stock(view, root, listing, wanted, state) or stock


class _Cards:
    """The cards of a view: `all` by their fingerprints, those of issues `by_place`."""

    def __init__(self, view: View) -> None:
        self.all: dict[str, Card] = {}
        self.by_place: dict[str, Card] = {}
        for body in view.cards():
            self.add(unpack(body, Card))

    def add(self, card: Card) -> None:
        """A card that is in the catalog now."""
        self.all[card.fingerprint] = card
        self.by_place[card.place] = card

    def stock(
        self, view: View, root: Path, listing: Listing, wanted: Sequence[Wanted], state: bytes
    ) -> Stock | None:
        """The stock of the wanted issues in a view of a catalog in some state, if everything is
        there."""
        if listing.problems or any(one.fingerprint not in self.all for one in wanted):
            return None
        issues = in_order(self.all[one.fingerprint] for one in wanted)
        curated = self.all.get(curated_fingerprint(root, listing, issues))
        if curated is None:
            return None
        return stock_of(view, issues, curated, listing.remarks, state)


def in_order(cards: Iterable[Card]) -> tuple[Card, ...]:
    """The cards of issues, newest first, undated ones last."""
    return tuple(sorted(cards, key=lambda card: newest_first(card.issued, card.id)))


class _Build:
    """Brings a catalog up to date. It must be the one writer."""

    def __init__(
        self,
        telling: Telling,
        listing: Listing,
        catalog: Catalog,
        cards: _Cards,
        wanted: Sequence[Wanted],
    ) -> None:
        self._root = telling.root
        self._telling = telling
        self._listing = listing
        self._catalog = catalog
        self._wanted = wanted
        self._cards = cards
        self._next = 1 + max((card.slot for card in self._cards.all.values()), default=0)
        self._problems: list[Problem] = list(listing.problems)
        self._complete = True
        self.added = 0  # issues

    def run(self, progress: Progress) -> Stock:
        """The stock. Raises ContentError; what is left over is dropped only without problems."""
        self._issues(progress)
        issues = in_order(
            self._cards.all[one.fingerprint]
            for one in self._wanted
            if one.fingerprint in self._cards.all
        )
        curated = self._curated(issues)
        if self._problems:
            raise ContentError(tuple(sorted(set(self._problems))))
        live = {card.slot for card in (*issues, curated)}
        self._catalog.drop(c.slot for c in self._cards.all.values() if c.slot not in live)
        self._catalog.commit()
        state, view = self._catalog.state(), self._catalog.view()
        stock = self._cards.stock(view, self._root, self._listing, self._wanted, state)
        assert stock is not None, "what was just written is there"
        return stock

    def _issues(self, progress: Progress) -> None:
        missing = [
            _Job(self._telling, one, self._next + at)
            for at, one in enumerate(
                one for one in self._wanted if one.fingerprint not in self._cards.all
            )
        ]
        self._next += len(missing)
        batch = _batch(len(missing))
        for done, bound in enumerate(_bound(missing), start=1):
            self._problems += bound.reading.problems
            self._complete &= bound.reading.complete
            if bound.card is not None:
                self._catalog.add(bound.card.slot, bound.documents)
                self.added += 1
                self._cards.add(bound.card)
            if done % batch == 0 or done == len(missing):
                self._catalog.commit()
            progress(done, len(missing))

    def _curated(self, issues: Sequence[Card]) -> Card:
        """The card of the curated entries, which are looked up anew when an issue changed."""
        told = curated_fingerprint(self._root, self._listing, issues)
        known = self._cards.all.get(told)
        if known is not None:
            return known
        library = library_of(self._catalog.view(), issues, None)
        folders = {folder.id: folder for folder in self._listing.folders}
        curation, remarks = curate(
            self._root,
            [folders[card.id] for card in issues],
            lambda one: locator_over(
                library, [c for c in issues if one is None or c.id == one.id]
            ),
            complete=self._complete,
        )
        self._problems += self._telling.problems(curation.problems)
        card = Card(
            slot=self._next,
            fingerprint=told,
            curated=True,
            checks=self._telling.checks(curation.checks),
            remarks=self._telling.problems(remarks),
            lapsed=self._telling.problems(curation.lapsed),
        )
        card, documents = curated_volume(
            curation.entries, card, library, PageFiles(issues), _segmenter()
        )
        if not self._problems:
            self._catalog.add(card.slot, documents)
            self._cards.add(card)
        return card


@dataclass(frozen=True, slots=True)
class _Job:
    """An issue to read and to bind."""

    telling: Telling
    wanted: Wanted
    slot: int


@dataclass(frozen=True, slots=True)
class _Bound:
    """What came of a job; no card where anything is wrong with the issue."""

    reading: IssueReading
    card: Card | None = None
    documents: tuple[Document, ...] = ()


def _batch(count: int) -> int:
    """How many of some issues are written at once, so that little is lost when a build is broken
    off. A question is looked up in each part of the index: so many equal parts are merged into
    one."""
    return count if count <= _BATCH else min(_LARGEST, math.ceil(count / _PARTS))


def _bound(jobs: Sequence[_Job]) -> Iterator[_Bound]:
    """The results of jobs in their order; many of them are done on all cores."""
    workers = min(_cores(), len(jobs))
    if workers < 2 or sum(_size(job.wanted.folder) for job in jobs) < _MANY:
        yield from map(_bind, jobs)
        return
    # Fresh processes: a fork of one that has threads may hold a lock for ever.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for start in range(0, len(jobs), _BATCH):  # so that results do not pile up
            chunk = max(1, min(8, len(jobs) // workers))
            yield from pool.map(_bind, jobs[start : start + _BATCH], chunksize=chunk)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _bind(job: _Job) -> _Bound:
    root, telling = job.telling.root, job.telling
    reading = read_issue(root, job.wanted.folder)
    reading = replace(
        reading,
        problems=telling.problems(reading.problems),
        remarks=telling.problems(reading.remarks),
    )
    if reading.issue is None or reading.problems:
        return _Bound(replace(reading, issue=None))
    card = Card(
        slot=job.slot,
        fingerprint=job.wanted.fingerprint,
        place=told(job.wanted.folder.place),
        stamp=job.wanted.stamp,
        remarks=reading.remarks,
    )
    card, documents = issue_volume(telling.issue(reading.issue), card, _segmenter())
    return _Bound(replace(reading, issue=None), card, tuple(documents))


@cache
def _segmenter() -> Segmenter:
    """A segmenter for building, not for questions: it learns an issue's words for a while."""
    return segmenter_knowing()


def _size(folder: Folder) -> int:
    return sum((folder.path / name).stat().st_size for name in folder.texts)


def _place(root: Path) -> Path:
    """Where the catalog of a content folder is kept: in this user's cache, by the path as it is
    given, which citations show. Catalogs of folders that are gone are removed."""
    catalogs = cache_folder() / "catalogs"
    given = f"{root}\n{root.resolve()}"
    place = catalogs / fingerprint((given, program()))
    if not place.is_dir():
        for other in catalogs.glob(f"*/{_ROOT}"):
            kept = os.fsdecode(other.read_bytes())
            if kept == given or not Path(kept.partition("\n")[2]).is_dir():
                shutil.rmtree(other.parent, ignore_errors=True)
        place.mkdir(parents=True, mode=0o700, exist_ok=True)
        (place / _ROOT).write_bytes(os.fsencode(given))
    return place / _CATALOG


def _silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
