"""With which content a bot begins: the one last in use, or what the folder holds by now."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime

from bot.opening import limits_of, open_base, watched
from bot.reloading.assembling import Order, open_copy, taken
from bot.reloading.copies import Copies, Copy
from bot.reloading.reloads import copies_of
from bot.reloading.versions import Version, Versions
from bot.settings import Settings
from knowledge.base import KnowledgeBase
from knowledge.errors import ContentError, KnowledgeError
from knowledge.interpreter import settle

logger = logging.getLogger(__name__)

START = "start"  # the deed of whoever changed the folder while no bot ran


async def begin(settings: Settings, versions: Versions) -> KnowledgeBase:
    """The snapshot to begin with, noted as the version in use.

    That is the version last in use, as long as nobody changed the folder since; else what lies in
    the folder. Where that cannot be used, the version last in use goes on; without any, raises
    KnowledgeError with everything that is wrong.
    """
    last = await versions.newest()
    base, copy = await asyncio.to_thread(_begun, settings, last)
    settle()
    if copy is not None and _news(last, copy, base):
        version = Version(
            id=0,
            version=base.version,
            digest=copy.digest,
            folder=copy.digest,
            by=0,
            deed=START,
            made=datetime.now(UTC),
        )
        after = last.id if last is not None else None
        if await versions.record(version, after=after) is None:
            logger.info("another process noted the content at the same moment")
    return base


def _news(last: Version | None, copy: Copy, base: KnowledgeBase) -> bool:
    return last is None or (last.digest, last.version) != (copy.digest, base.version)


def _begun(settings: Settings, last: Version | None) -> tuple[KnowledgeBase, Copy | None]:
    """The snapshot, and its copy if one could be made and it is to be noted."""
    copies = copies_of(settings)
    order = Order(
        folder=settings.content.folder,
        copies=copies.root,
        limits=limits_of(settings),
        live=last.digest if last is not None else None,
    )
    before = copies.get(last.digest, sound=True) if last is not None else None
    if last is not None and before is None:
        copies.drop(last.digest)
        order = replace(order, live=None)
    try:
        _, _, copy = taken(order)
        if last is not None and copy.digest == last.folder != last.digest:
            if before is not None:
                return _opened(order, before), before
            logger.warning("the version last in use is no longer kept; the folder's is used")
        return _opened(order, copy), copy
    except KnowledgeError as error:
        if before is None:
            return _without_copies(settings, copies, error), None
        logger.error("the content folder cannot be used, the last version goes on: %s", error)
        return _opened(order, before), None


def restored(settings: Settings, digest: str) -> KnowledgeBase | None:
    """The snapshot of a kept content; None where it is no longer kept or cannot be opened."""
    copies = copies_of(settings)
    copy = copies.get(digest, sound=True)
    order = Order(folder=settings.content.folder, copies=copies.root, limits=limits_of(settings))
    try:
        return open_copy(order, copy) if copy is not None else None
    except ContentError as error:
        logger.error("a kept content cannot be opened: %s", error)
        return None


def _without_copies(settings: Settings, copies: Copies, error: KnowledgeError) -> KnowledgeBase:
    """The snapshot straight from the folder, where it is only that no copy can be made of it."""
    odd = isinstance(error, ContentError) and any(p.file == copies.root for p in error.problems)
    if not odd:
        raise error
    logger.warning("no versions can be kept: %s", error)
    return open_base(settings)


def _opened(order: Order, copy: Copy) -> KnowledgeBase:
    with watched() as progress:
        return open_copy(order, copy, progress)
