"""The one way in which the content in use changes: proposed aside, then accepted or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from bot import audit
from bot.database import StorageError
from bot.opening import limits_of
from bot.reloading import journal
from bot.reloading.apart import ApartError, assembled_apart
from bot.reloading.assembling import Assembled, GoneError, Order, assemble, open_copy
from bot.reloading.copies import Copies, MovingError, stamp_of, survey
from bot.reloading.diff import Diff
from bot.reloading.edits import Edit
from bot.reloading.versions import Version, Versions
from bot.settings import Settings
from knowledge.base import KnowledgeBase, Live
from knowledge.errors import ContentError, KnowledgeError, Problem

logger = logging.getLogger(__name__)

_LARGE = 500_000  # bytes of a content

Watched = Callable[[int, int], None]  # how many issues are built, of how many


class Outdated(Exception):  # noqa: N818 - what happened, seen from a proposal
    """The content changed since the proposal was made: propose again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A finished snapshot beside the one in use.

    `failing` are regression questions that it fails and that did not fail before, and taught
    entries whose quotation is gone; it is `clean` when there are none. It is to be put in the
    place of the version `after`.
    """

    base: KnowledgeBase
    diff: Diff
    failing: tuple[Problem, ...]
    edits: tuple[Edit, ...]
    assembled: Assembled
    after: Version | None

    @property
    def version(self) -> str:
        return self.base.version

    @property
    def clean(self) -> bool:
        return not self.failing

    @property
    def idle(self) -> bool:
        """Whether nothing at all would change."""
        return self.after is not None and self.after.digest == self.assembled.digest


class Reloads:
    """The content of one running bot and its versions."""

    def __init__(self, live: Live, versions: Versions, settings: Settings) -> None:
        self.versions = versions
        self._live = live
        self._settings = settings
        self._folder = settings.content.folder
        self._kept = settings.content.keep_versions
        self._copies = copies_of(settings)
        self._building = asyncio.Lock()
        self._accepting = asyncio.Lock()
        self._opened: KnowledgeBase | None = None
        self._followed = 0  # the number of the version last put in use, here or elsewhere

    @property
    def busy(self) -> bool:
        """Whether something is being built, so that a further proposal will wait."""
        return self._building.locked()

    async def propose(
        self, edits: Sequence[Edit] = (), *, progress: Watched | None = None
    ) -> Proposal:
        """The content folder as it lies there, or, with edits, the content in use with those made
        to it: built, checked and compared aside. Nothing is written to the folder, nothing
        swapped. `progress` is called in the event loop.

        Raises KnowledgeError with every problem, and Outdated where somebody changed a file by
        hand that an edit would replace, and nobody has reloaded since.
        """
        proposal = await self._proposed(progress, edits=tuple(edits))
        if edits and proposal.assembled.clash:
            raise Outdated
        return proposal

    async def propose_back(self, number: int, *, progress: Watched | None = None) -> Proposal:
        """The content of an earlier version once more. Raises KnowledgeError, and Outdated where
        its copy is no longer there."""
        version = await self.versions.get(number)
        if version is None:
            raise Outdated
        try:
            return await self._proposed(progress, target=version.digest)
        except GoneError:
            raise Outdated from None

    async def accept(self, proposal: Proposal, *, by: int, deed: str) -> Version:
        """Put a proposal in use: write its edits to the content folder, all or none whatever
        happens, swap, and note the version with who did it. Other processes follow.

        Raises Outdated when the content changed since the proposal, and KnowledgeError where the
        folder cannot be written; then nothing has changed.
        """
        return await asyncio.shield(self._accepted(proposal, by, deed))

    async def read(self, path: PurePosixPath) -> bytes | None:
        """A file of the content in use, as edits are made to it; None where there is none."""
        version = await self.versions.newest()
        copy = self._copies.get(version.digest) if version is not None else None
        file = (copy.folder if copy is not None else self._folder) / path
        return await asyncio.to_thread(_read, file)

    async def opened(self, version: str) -> KnowledgeBase | None:
        """The snapshot that went by `version`; None where its content is no longer kept, or this
        program makes another of it."""
        for base in (self._live.current, self._opened):
            if base is not None and base.version == version:
                return base
        found = await self.versions.of(version)
        base = await self.restored(found.digest) if found is not None else None
        if base is None or base.version != version:
            return None
        self._opened = base
        return base

    async def restored(self, digest: str) -> KnowledgeBase | None:
        """The snapshot of a kept content; None where there is none, or it cannot be opened."""
        async with self._building:
            try:
                return await asyncio.to_thread(self._restore, digest, sound=True)
            except ContentError as error:
                logger.error("a kept content cannot be opened: %s", error)
                return None

    def _found(self, assembled: Assembled) -> KnowledgeBase | None:
        """The snapshot that a process of its own has put together."""
        base = self._live.current.successor(self._folder, assembled.made_of)
        return _at_hand(base) if base is not None else self._restore(assembled.digest)

    def _restore(self, digest: str, *, sound: bool = False) -> KnowledgeBase | None:
        copy = self._copies.get(digest, sound=sound)
        return _at_hand(open_copy(self._order(), copy)) if copy is not None else None

    async def follow(self) -> None:
        """Put in use what another process has put in use meanwhile. Raises StorageError."""
        newest, before = await self.versions.newest(), self._followed
        if newest is None or newest.id == before:
            return
        base: KnowledgeBase | None = self._live.current
        if newest.version != self._live.current.version:
            base = await self.restored(newest.digest) or await self._same(newest)
        if self._followed != before:  # this process has put in use another meanwhile
            return
        self._followed = newest.id
        if base is None:
            logger.error("version %s is in use elsewhere and is not here", newest.version)
        elif base is not self._live.current:
            self._live.swap(base)
            logger.info("content reloaded: version %s, as elsewhere", newest.version)

    async def _same(self, version: Version) -> KnowledgeBase | None:
        """The snapshot of the folder here, where that holds what is in use elsewhere."""
        try:
            proposal = await self._proposed(None)
        except KnowledgeError:
            return None
        return proposal.base if proposal.assembled.digest == version.digest else None

    async def _proposed(
        self,
        progress: Watched | None,
        *,
        edits: tuple[Edit, ...] = (),
        target: str | None = None,
    ) -> Proposal:
        async with self._building:
            after = await self.versions.newest()
            current = self._live.current
            used = current if after is None or after.version == current.version else None
            order = replace(
                self._order(),
                live=after.digest if after is not None else None,
                edits=edits,
                target=target,
            )
            assembled, base = await self._assembled(order, used, progress)
        return Proposal(
            base=base,
            diff=assembled.diff,
            failing=assembled.failing,
            edits=edits,
            assembled=assembled,
            after=after,
        )

    async def _assembled(
        self, order: Order, used: KnowledgeBase | None, progress: Watched | None
    ) -> tuple[Assembled, KnowledgeBase]:
        """Small contents in a thread, which is sooner; large ones in a process, which leaves the
        questions alone."""
        live = self._copies.get(order.live) if order.live is not None else None
        if live is not None and await asyncio.to_thread(_large, self._folder, live.folder):
            try:
                assembled = await assembled_apart(order, progress)
            except ApartError as error:
                logger.warning("the content is built beside the questions: %s", error)
            else:
                base = await asyncio.to_thread(self._found, assembled)
                if base is not None:
                    return assembled, base
        return await asyncio.to_thread(assemble, order, _passed_on(progress), used)

    async def _accepted(self, proposal: Proposal, by: int, deed: str) -> Version:
        assembled = proposal.assembled
        version = Version(
            id=0,
            version=proposal.version,
            digest=assembled.digest,
            folder=assembled.after,
            by=by,
            deed=deed,
            made=datetime.now(UTC),
        )
        async with self._accepting:
            if proposal.idle and proposal.after is not None:
                if await self.versions.newest() != proposal.after:
                    raise Outdated
                recorded = proposal.after
            else:
                after = proposal.after.id if proposal.after is not None else None
                noted = await self.versions.record(
                    version,
                    after=after,
                    first=lambda: asyncio.to_thread(self._write, assembled),
                    besides=(audit.row(by, f"content.{deed}", proposal.version),),
                )
                if noted is None:
                    raise Outdated
                recorded = noted
            self._live.swap(proposal.base)
            self._followed = recorded.id
        logger.info("content reloaded: version %s (%s)", proposal.version, deed)
        try:
            await self.prune()
        except (OSError, StorageError) as error:
            logger.warning("older versions are not removed: %s", error)
        return recorded

    def _write(self, assembled: Assembled) -> None:
        """Bring the folder to what was accepted. Raises Outdated and ContentError."""
        copy = self._copies.get(assembled.digest)
        try:
            stamp, _ = stamp_of(self._folder)
        except OSError:
            raise Outdated from None
        if copy is None or stamp != assembled.stamp:
            raise Outdated
        edits = tuple(Edit(path=path, data=_read(copy.folder / path)) for path in assembled.writes)
        if edits:
            journal.apply(self._folder, edits)

    async def prune(self) -> None:
        """Keep the copies of the last versions, no others."""
        kept = [version.digest for version in await self.versions.kept(self._kept)]
        recorded = await self.versions.digests()
        await asyncio.to_thread(self._copies.prune, kept, recorded)

    async def earlier(self) -> tuple[Version, ...]:
        """The versions that can be gone back to, newest first."""
        kept = await self.versions.kept(self._kept)
        return tuple(v for v in kept[1:] if self._copies.get(v.digest) is not None)

    async def differs(self, version: Version) -> bool:
        """Whether the content folder holds anything else than a version."""
        try:
            here = await asyncio.to_thread(survey, self._folder)
        except (OSError, ContentError, MovingError):
            return True
        return here.digest != version.digest

    def _order(self) -> Order:
        return Order(
            folder=self._folder, copies=self._copies.root, limits=limits_of(self._settings)
        )


def copies_of(settings: Settings) -> Copies:
    """Where the copies of the content folder lie."""
    folder = settings.content.folder.resolve()
    return Copies(settings.content.copies_folder, folder.name)


def _at_hand(base: KnowledgeBase) -> KnowledgeBase:
    """A snapshot with what is wanted of it soon, and takes longer than a question."""
    base.overviews()
    base.examples()
    return base


def _large(*folders: Path) -> bool:
    """Whether a folder holds so much that building it in this process would be felt."""
    try:
        return any(stamp_of(folder)[1] >= _LARGE for folder in folders)
    except OSError:
        return False


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        message = f"文件打不开({error.strerror}),请检查读取权限"
        raise ContentError((Problem(file=file, message=message),)) from None


def _passed_on(progress: Watched | None) -> Watched | None:
    """Progress told in the event loop, from whatever thread."""
    if progress is None:
        return None
    loop = asyncio.get_running_loop()

    def tell(done: int, total: int) -> None:
        loop.call_soon_threadsafe(progress, done, total)

    return tell
