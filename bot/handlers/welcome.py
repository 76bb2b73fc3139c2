"""/start, /help, and the calm sentences for what is no question."""

from __future__ import annotations

from telegram import Update

from bot import buttons, render
from bot.commands import Scope, offered
from bot.handlers import handing
from bot.handlers.inline import START as FROM_INLINE
from bot.handlers.questions import ASKED, EXAMPLES, START, opened, respond
from bot.handlers.reading import article
from bot.handlers.visit import Context, Visit, visit_of
from bot.services import Services

_DIGITS = 19  # from which on a number is none of ours
_ALBUM = "album"  # in a chat's memory: the album last spoken of


async def start(services: Services, update: Update, context: Context) -> None:
    """/start: what this is, with examples; with a deep link's target, what stands behind it."""
    visit = visit_of(update)
    if visit is None:
        return
    await services.ledger.regain(visit.chat)
    payload = context.args[0] if context.args else ""
    if payload in (START, FROM_INLINE):
        payload = ""
    elif await handing.followed(services, visit, payload):
        return
    if not payload or not await _followed(services, visit, payload):
        await _greet(services, visit, gone=bool(payload))


async def _followed(services: Services, visit: Visit, payload: str) -> bool:
    """Open a deep link's target, or answer what its reader asked in a group; False when there is
    no such thing."""
    number = payload.removeprefix(ASKED)
    if number != payload and number.isascii() and number.isdecimal() and len(number) < _DIGITS:
        question = await services.ledger.question_of(int(number), visit.user)
        if question is not None:
            await respond(services, visit, question)
            return True
    if not buttons.is_target(payload):
        return False
    base = services.live.current
    return await article(services, visit, payload, base) or await opened(
        services, visit, payload, base
    )


async def _greet(services: Services, visit: Visit, *, gone: bool) -> None:
    said = services.wording.start
    base = services.live.current
    overviews = base.overviews()
    if not overviews:
        await _say(services, visit, said.welcome, said.empty)
        return
    await services.delivery.send_all(
        visit.chat,
        render.notice(
            said.gone if gone else "",
            said.welcome,
            said.current.format(issue=render.issue_name(overviews[0].source, services.wording)),
            said.invite,
        ),
        keyboard=render.start_buttons(base.examples(EXAMPLES), base.version, services.wording),
    )


async def help_command(services: Services, update: Update, _: object) -> None:
    """/help: how to use it, and the commands."""
    visit = visit_of(update)
    if visit is None:
        return
    lines = [services.wording.help.commands]
    role = await services.roles.of(visit.user)
    for command in offered(Scope.PRIVATE, role, staffed=services.handoff.room.configured):
        lines.append(f"/{command.name}  {services.wording.commands[command.name]}")
    await _say(services, visit, services.wording.help.how, "\n".join(lines))


async def not_text(services: Services, update: Update, context: Context) -> None:
    """A photo, a voice message, a place: asks to type. An album counts as one message."""
    visit = visit_of(update)
    message = update.effective_message
    if visit is None or visit.edited or message is None or context.chat_data is None:
        return
    album = message.media_group_id
    if album is None or context.chat_data.get(_ALBUM) != album:
        await _say(services, visit, services.wording.notices.not_text)
    if album is not None:
        context.chat_data[_ALBUM] = album


async def unknown_command(services: Services, update: Update, _: object) -> None:
    """A command that there is not."""
    visit = visit_of(update)
    if visit is not None:
        await _say(services, visit, services.wording.notices.unknown_command)


async def _say(services: Services, visit: Visit, *sentences: str) -> None:
    await services.delivery.send_all(
        visit.chat, render.notice(*sentences), thread=visit.thread, reply_to=visit.reply_to
    )
