"""What staff answered in a matter that is over, taught to the bot with one tap."""

from __future__ import annotations

from datetime import UTC, datetime

from bot import render
from bot.handlers import writing
from bot.handlers.visit import Visit
from bot.handoff.cases import Case, taught
from bot.inbox.teaching import TeachingError, teach_answer
from bot.roles import Role
from bot.services import Services


async def teach(services: Services, visit: Visit, case: Case, name: str) -> str:
    """The answer is the staff's from now on for whoever asks the same; `name` is who taught it.
    The sentence to acknowledge the press with, or none."""
    said, desk = services.wording.handoff.staff, services.handoff
    if not await services.roles.may(visit.user, Role.EDITOR):
        return said.editors_only
    if case.handoff.taught:
        return said.stale
    answers = await desk.mailbag.answers(case.handoff.id)
    if not answers:
        return said.nothing_to_teach
    text = "\n".join(letter.text for letter in answers)
    try:
        await teach_answer(
            services, await _question(services, case), text, answers[-1].name, visit.user
        )
    except TeachingError as error:
        sentence = writing.sentence(services, error)
        desk.postroom.besides(
            services.delivery.send_all(
                visit.chat,
                render.notice(sentence),
                thread=visit.thread,
                reply_to=visit.reply_to,
            )
        )
        return ""
    services.herald.stir()
    await desk.register.change(case.handoff.id, lambda case: taught(case, name), datetime.now(UTC))
    desk.postroom.stir()
    return ""


async def _question(services: Services, case: Case) -> str:
    """What was asked, in full where it was a follow-up."""
    number = case.handoff.asked
    asked = await services.storage.asked(number) if number is not None else None
    return asked.resolved if asked is not None else case.handoff.question
