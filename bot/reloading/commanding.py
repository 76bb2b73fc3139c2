"""`bulletin-bot reload`: read the content folder and tell the running bots to put it in use."""

from __future__ import annotations

import asyncio
import sys

from bot.checking import line_of
from bot.database import StorageError
from bot.opening import watched
from bot.reloading import panels
from bot.reloading.reloads import Outdated, Proposal, Reloads
from bot.reloading.starting import begin, restored
from bot.reloading.versions import Versions
from bot.settings import Settings
from bot.storage import Storage
from bot.wording import Wording
from knowledge.base import Live
from knowledge.errors import ContentError, KnowledgeError

COMMAND = "command"  # the deed of whoever typed it


def reload(settings: Settings, *, sure: bool) -> int:
    """Print what changes, or all that is wrong; 1 when it was not put in use, else 0."""
    return asyncio.run(_reload(settings, Wording.load(), sure=sure))


async def _reload(settings: Settings, wording: Wording, *, sure: bool) -> int:
    said = wording.reloading
    try:
        storage = await Storage.open(settings.storage.url)
        try:
            return await _put(settings, wording, Versions(storage), sure=sure)
        finally:
            await storage.close()
    except ContentError as error:
        for problem in error.problems:
            print(line_of(problem))
        return _failed(said.not_swapped.format(count=len(error.problems)))
    except (KnowledgeError, StorageError) as error:
        return _failed(str(error))
    except Outdated:
        return _failed(said.outdated)


async def _put(settings: Settings, wording: Wording, versions: Versions, *, sure: bool) -> int:
    said, last = wording.reloading, await versions.newest()
    base = await asyncio.to_thread(restored, settings, last.digest) if last is not None else None
    if base is None:
        base = await begin(settings, versions)
    reloads = Reloads(Live(base), versions, settings)
    with watched() as progress:
        proposal = await reloads.propose(progress=progress)
    if proposal.idle:
        print(said.same)
        return 0
    _print(proposal, settings, wording)
    if not proposal.clean and not sure:
        return _failed(said.unsure)
    await reloads.accept(proposal, by=0, deed=COMMAND)
    print(said.told)
    return 0


def _print(proposal: Proposal, settings: Settings, wording: Wording) -> None:
    for paragraph in panels.changes(proposal.diff, wording):
        print(paragraph)
    if proposal.failing:
        print(wording.reloading.failing.format(count=len(proposal.failing)))
        for problem in proposal.failing:
            print(line_of(problem))


def _failed(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
