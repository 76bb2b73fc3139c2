"""A reload that nobody waits for: what comes of it stands in the log."""

from __future__ import annotations

import logging

from bot.database import StorageError
from bot.reloading.reloads import Outdated, Reloads
from knowledge.errors import KnowledgeError

logger = logging.getLogger(__name__)

SIGNAL = "signal"  # the deed of whoever sent SIGHUP


async def signalled(reloads: Reloads) -> bool:
    """Put what lies in the content folder in use, if it is clean; whether it was. Where anything
    is wrong the old content stays, and the log says why."""
    try:
        proposal = await reloads.propose()
        if proposal.clean:
            await reloads.accept(proposal, by=0, deed=SIGNAL)
            return True
        reason = "\n".join(map(str, proposal.failing))
    except (KnowledgeError, StorageError) as error:
        reason = str(error)
    except Outdated:
        reason = "it changed meanwhile"
    logger.error("content not reloaded, the old one stays: %s", reason)
    return False
