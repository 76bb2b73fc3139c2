"""/export: an editor takes the log or the curated knowledge away as files."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from telegram import Update

from bot import render
from bot.buttons import Keyboard
from bot.figures import periods, summary
from bot.figures.aside import AsideError
from bot.figures.buttons import Op, press
from bot.figures.exports import Exported
from bot.handlers.visit import Context, Visit, visit_of
from bot.services import Services

ALL = "all"


async def export(services: Services, update: Update, _: Context) -> None:
    """/export: what of, and of which time."""
    visit = visit_of(update)
    if visit is None:
        return
    said = services.wording.figures.exporting
    await services.delivery.send_all(
        visit.chat, render.notice(said.which, said.what), keyboard=_keys(services)
    )


async def log(services: Services, visit: Visit, word: str) -> None:
    """The log of a period, without anybody in it."""
    today = periods.today(services.zone)
    period = periods.period(word, today, services.zone)
    if period is None:
        await _say(services, visit, services.wording.notices.odd_button)
        return
    name = summary.name(period, services.wording)
    caption = services.wording.figures.exporting.log.format(period=name, count="{count}")
    await _export(services, visit, services.exports.log(period), "export-log", word, caption)


async def knowledge(services: Services, visit: Visit) -> None:
    """The curated entries as they lie in the content folder."""
    caption = services.wording.figures.exporting.knowledge
    await _export(services, visit, services.exports.knowledge(), "export-knowledge", "", caption)


async def _export(
    services: Services,
    visit: Visit,
    exporting: AbstractAsyncContextManager[Exported],
    deed: str,
    subject: str,
    caption: str,
) -> None:
    """Note who exports what, write the files, send them."""
    said = services.wording.figures.exporting
    if services.exports.busy:
        await _say(services, visit, said.busy)
        return
    await services.audit.note(visit.user, deed, subject)
    waiting = await services.delivery.send_all(visit.chat, render.notice(said.waiting))
    try:
        async with exporting as exported:
            sentence = await _send(services, visit, exported, caption)
    except AsideError:
        sentence = said.failed
    await services.delivery.edit_all(visit.chat, waiting.messages, render.notice(sentence))


async def _send(services: Services, visit: Visit, exported: Exported, caption: str) -> str:
    """Send the files one after the other; what came of it in a sentence."""
    said = services.wording.figures.exporting
    if not exported.files:
        return said.nothing
    for number, file in enumerate(exported.files, start=1):
        part = said.part.format(number=number, of=len(exported.files))
        below = caption.format(count=exported.count)
        receipt = await services.uploads.document(
            visit.chat,
            file,
            name=_name(file, len(exported.files)),
            caption=f"{below}{part}" if len(exported.files) > 1 else below,
        )
        if receipt.message is None:
            return said.not_sent
    return said.done


def _name(file: Path, count: int) -> str:
    return file.name if count > 1 else file.name.replace("-1.csv", ".csv")


def _keys(services: Services) -> Keyboard:
    said, usual = services.wording.figures.exporting, services.wording.figures.buttons
    month = periods.month_of(periods.today(services.zone))
    spans = (
        (usual.week, periods.WEEK),
        (usual.thirty, periods.THIRTY),
        (usual.month, month),
        (said.ever, periods.EVER),
    )
    return (
        *((press(said.of.format(period=label), Op.LOG, word),) for label, word in spans),
        (press(said.qa, Op.QA, ALL),),
    )


async def _say(services: Services, visit: Visit, sentence: str) -> None:
    await services.delivery.send_all(visit.chat, render.notice(sentence))
