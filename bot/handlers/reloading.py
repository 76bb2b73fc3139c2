"""/reload, /rollback and /version: editors put content in use, take it back, look what is live."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from telegram import Update

from bot.database import StorageError
from bot.handlers.board import Board
from bot.handlers.visit import Context, Visit, visit_of
from bot.reloading import panels
from bot.reloading.buttons import Op, Press, parse
from bot.reloading.reloads import Outdated, Proposal
from bot.services import Services
from knowledge.errors import KnowledgeError

RELOAD, ROLLBACK = "reload", "rollback"  # what the audit calls it


async def reload(services: Services, update: Update, context: Context) -> None:
    """/reload: read the content folder, show what changes, and put it in use if it is clean."""
    visit = visit_of(update)
    if visit is not None:
        _aside(context, update, _reload(services, visit))


async def rollback(services: Services, update: Update, _: object) -> None:
    """/rollback: the versions that can be gone back to, as buttons."""
    visit = visit_of(update)
    if visit is None:
        return
    said, earlier = services.wording.reloading, await services.reloads.earlier()
    keyboard = panels.back_keyboard(earlier, services.wording, services.zone)
    board = Board(services, visit.chat)
    await board.show(said.choose if earlier else said.no_versions, keyboard=keyboard)


async def version(services: Services, update: Update, _: object) -> None:
    """/version: what is live, since when, by whom, and whether the folder holds something else."""
    visit = visit_of(update)
    if visit is None:
        return
    base = services.live.current
    live = await services.reloads.versions.of(base.version)
    differs = live is not None and await services.reloads.differs(live)
    told = panels.standing(live, base, services.wording, services.zone, differs=differs)
    await Board(services, visit.chat).show(*told)


async def pressed(services: Services, update: Update, context: Context) -> None:
    """A button about a proposal or a version."""
    query, visit = update.callback_query, visit_of(update)
    if query is None:
        return
    press, toast = parse(query.data), services.wording.notices.odd_button
    try:
        if press is not None and visit is not None and visit.private:
            toast = _done(services, update, context, visit, press)
    finally:
        await services.delivery.acknowledge(query.id, toast)


def _done(services: Services, update: Update, context: Context, visit: Visit, press: Press) -> str:
    """Do what the button says; the sentence to acknowledge it with, or none."""
    said, board = services.wording.reloading, Board(services, visit.chat, (visit.message,))
    if press.op is Op.BACK:
        _aside(context, update, _back(services, visit, board, press.number))
        return ""
    proposal = services.proposals.take(visit.user, press.number)
    if proposal is None:
        return said.outdated
    if press.op is Op.SWAP:
        _aside(context, update, _swap(services, visit, board, proposal))
    else:
        _aside(context, update, board.show(said.dropped))
    return ""


async def _reload(services: Services, visit: Visit) -> None:
    said, board = services.wording.reloading, Board(services, visit.chat)
    await board.show(said.waits if services.reloads.busy else said.reading)
    try:
        async with board.following(said.progress) as progress:
            proposal = await services.reloads.propose(progress=progress)
        if proposal.idle:
            await services.reloads.accept(proposal, by=visit.user, deed=RELOAD)
            await board.show(said.same)
        elif proposal.clean:
            await _swap(services, visit, board, proposal)
        else:
            serial = services.proposals.put(visit.user, proposal)
            await board.show(
                *panels.changes(proposal.diff, services.wording),
                *_failing(services, proposal),
                said.sure,
                keyboard=panels.sure_keyboard(serial, services.wording),
            )
    except KnowledgeError as error:
        await board.show(*_refused(services, error))
    except Outdated:
        await board.show(said.outdated)
    except StorageError:
        await board.show(said.failed)
        raise


async def _swap(services: Services, visit: Visit, board: Board, proposal: Proposal) -> None:
    said = services.wording.reloading
    try:
        await services.reloads.accept(proposal, by=visit.user, deed=RELOAD)
    except Outdated:
        await board.show(said.outdated)
    except KnowledgeError as error:
        await board.show(*_refused(services, error))
    except StorageError:
        await board.show(said.failed)
        raise
    else:
        changed = panels.changes(proposal.diff, services.wording)
        await board.show(said.swapped, *changed, *_failing(services, proposal))


async def _back(services: Services, visit: Visit, board: Board, number: int) -> None:
    """Go back to a version. What newly fails is told, and stops nothing: it was in use before."""
    said = services.wording.reloading
    await board.show(said.waits if services.reloads.busy else said.reading)
    try:
        async with board.following(said.progress) as progress:
            proposal = await services.reloads.propose_back(number, progress=progress)
        version = await services.reloads.versions.get(number)
        await services.reloads.accept(proposal, by=visit.user, deed=ROLLBACK)
    except KnowledgeError as error:
        await board.show(*_refused(services, error))
    except Outdated:
        await board.show(said.lost)
    except StorageError:
        await board.show(said.failed)
        raise
    else:
        assert version is not None
        moment = services.wording.moment(version.made.astimezone(services.zone))
        changed = panels.changes(proposal.diff, services.wording)
        failing = _failing(services, proposal)
        await board.show(said.back.format(moment=moment), *changed, *failing)


def _failing(services: Services, proposal: Proposal) -> tuple[str, ...]:
    folder = services.settings.content.folder
    return panels.failing(proposal.failing, folder, services.wording)


def _refused(services: Services, error: KnowledgeError) -> tuple[str, ...]:
    return panels.refused(error, services.settings.content.folder, services.wording)


def _aside(context: Context, update: Update, work: Coroutine[Any, Any, None]) -> None:
    """Do what may take long beside the chat's other messages; the end of the bot waits for it."""
    context.application.create_task(work, update=update)
