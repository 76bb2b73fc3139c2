"""「放进去」: what an editor brought in becomes part of the content, checked and swapped."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot import render
from bot.handlers.visit import Visit
from bot.importing import placing
from bot.importing.drafts import Draft, Step
from bot.importing.placing import Place
from bot.reloading import panels as changed
from bot.reloading.diff import Diff
from bot.reloading.edits import Edit
from bot.reloading.reloads import Outdated
from bot.services import Services
from knowledge.errors import ContentError, KnowledgeError, Problem

DEED = "import"


async def put(services: Services, visit: Visit, draft: Draft, *, anyway: bool) -> Draft | None:
    """Check the content with the draft in it, and put it in where all is well or, `anyway`, where
    just what was shown fails. The draft as it goes on; None when it is done."""
    said = services.wording.importing
    await services.delivery.edit_all(visit.chat, (visit.message,), render.notice(said.checking))
    try:
        draft, edits = await _planned(services, visit, draft)
        if await asyncio.to_thread(_there, services, draft, edits):
            await _conclude(services, visit, draft)
            return None
        proposal = await services.reloads.propose(edits)
        failing = tuple(problem.message for problem in proposal.failing)
        if failing and not (anyway and failing == draft.failing):
            return draft.but(step=Step.FAILING, failing=failing)
        await services.reloads.accept(proposal, by=visit.user, deed=DEED)
    except Outdated:
        await _say(services, visit, said.outdated)
    except ContentError as error:
        await _complain(services, visit, error.problems)
    except KnowledgeError as error:
        await _say(services, visit, said.problems, str(error))
    else:
        await _conclude(services, visit, draft, proposal.diff)
        return None
    return draft.but(step=Step.REVIEW, failing=())


async def _planned(
    services: Services, visit: Visit, draft: Draft
) -> tuple[Draft, tuple[Edit, ...]]:
    """The files to write. Where they go is noted before anything is written, so that whoever
    presses again after a crash does not put the issue in twice."""
    root = services.settings.content.folder
    if draft.folder and len(draft.files) == len(draft.sheets):
        where = Place(folder=draft.folder, files=draft.files)
    else:
        assert draft.day is not None
        card = placing.issue_of(services.live.current.stock.issues, draft.day)
        where = await asyncio.to_thread(placing.place, root, draft, card)
        draft = draft.but(folder=where.folder, files=where.files)
        await services.shelf.keep(visit.user, draft.model_dump_json(), datetime.now(UTC))
    texts = await services.shelf.texts(visit.user)
    found = await asyncio.to_thread(placing.writings, root, draft, texts, where)
    return draft, tuple(Edit(path=path, data=data) for path, data in found)


def _there(services: Services, draft: Draft, edits: tuple[Edit, ...]) -> bool:
    """Whether the draft was put in before, and only its end was not noted."""
    root = services.settings.content.folder
    if draft.folder not in {card.place for card in services.live.current.stock.issues}:
        return False
    return placing.done_already(root, ((edit.path, edit.data) for edit in edits))


async def _conclude(
    services: Services, visit: Visit, draft: Draft, diff: Diff | None = None
) -> None:
    """It is put in; what that changes is told."""
    said = services.wording.importing
    await services.shelf.drop(visit.user)
    sentence = said.done.format(day=services.wording.date(draft.day), count=len(draft.articles))
    changes = changed.changes(diff, services.wording) if diff is not None else ()
    await services.delivery.edit_all(
        visit.chat, (visit.message,), render.notice(sentence, *changes)
    )


async def _complain(services: Services, visit: Visit, problems: tuple[Problem, ...]) -> None:
    folder = services.settings.content.folder
    listed = changed.listed(problems, folder, services.wording)
    await _say(services, visit, services.wording.importing.problems, *listed)


async def _say(services: Services, visit: Visit, *sentences: str) -> None:
    await services.delivery.send_all(visit.chat, render.notice(*sentences))
