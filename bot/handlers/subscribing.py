"""/subscribe and /unsubscribe: what announcements a resident wants in their private chat."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import Update

from bot import render
from bot.announcing.buttons import Op, Press, key, named, press, rows
from bot.announcing.panels import Panel
from bot.chats import ChatKind
from bot.handlers.visit import Visit, visit_of
from bot.reach import CATEGORY, STREET
from bot.services import Services

_TOPICS = {"c": CATEGORY, "s": STREET}


async def subscribe(services: Services, update: Update, _: object) -> None:
    """/subscribe: the categories and streets, ticked where subscribed."""
    visit = visit_of(update)
    if visit is not None:
        await _show(services, visit, fresh=True)


async def unsubscribe(services: Services, update: Update, _: object) -> None:
    """/unsubscribe: the same, or a word where there is nothing to end."""
    visit = visit_of(update)
    if visit is None:
        return
    if await services.writings.subscribed(visit.chat):
        await _show(services, visit, fresh=True)
        return
    said = services.wording.subscribing
    await services.delivery.send_all(visit.chat, render.notice(said.nothing))


async def press_subscription(services: Services, visit: Visit, pressed: Press) -> str:
    """A tick, the end of everything, or the one tap under an announcement; the sentence to
    acknowledge it with."""
    if pressed.op is Op.LEAVE:
        return await _left(services, visit, pressed.number)
    if pressed.op is Op.NONE:
        await services.writings.unsubscribe(visit.chat)
        await _show(services, visit, fresh=False)
        return services.wording.subscribing.ended
    topic, name = _meant(services, pressed.word)
    if name is None:
        return services.wording.notices.odd_button
    if (topic, name) in await services.writings.subscribed(visit.chat):
        await services.writings.unsubscribe(visit.chat, topic, name)
        toast = services.wording.subscribing.left.format(name=name)
    else:
        await _reachable(services, visit)
        await services.writings.subscribe(visit.chat, topic, name, datetime.now(UTC))
        toast = services.wording.subscribing.joined.format(name=name)
    await _show(services, visit, fresh=False)
    return toast


async def _reachable(services: Services, visit: Visit) -> None:
    """Whoever speaks to us in private takes messages from us."""
    now = datetime.now(UTC)
    await services.chatbook.meet(visit.chat, ChatKind.PRIVATE, "", now)
    await services.chatbook.regain(visit.chat, now)


async def _left(services: Services, visit: Visit, number: int) -> str:
    """No more of what an announcement came by."""
    said = services.wording.subscribing
    announcement = await services.archive.get(number)
    if announcement is None:
        return services.wording.notices.odd_button
    plan = announcement.plan
    topic, name = (STREET, plan.street) if plan.street else (CATEGORY, plan.category)
    if not await services.writings.unsubscribe(visit.chat, topic, name):
        return said.nothing
    sentence = said.left_for_good.format(name=name)
    await services.delivery.send_all(visit.chat, render.notice(sentence))
    return said.left.format(name=name)


def _meant(services: Services, word: str) -> tuple[str, str | None]:
    """The topic and the name on a button."""
    settings = services.settings.announcements
    sign, _, rest = word.partition("-")
    topic = _TOPICS.get(sign, CATEGORY)
    return topic, named(rest, settings.streets if topic == STREET else settings.categories)


async def _show(services: Services, visit: Visit, *, fresh: bool) -> None:
    panel = _panel(services, await services.writings.subscribed(visit.chat))
    await services.delivery.edit_all(
        visit.chat,
        () if fresh else (visit.message,),
        render.notice(*panel.paragraphs),
        keyboard=panel.keyboard,
    )


def _panel(services: Services, subscribed: frozenset[tuple[str, str]]) -> Panel:
    said, settings = services.wording.subscribing, services.settings.announcements
    keys = {}
    for sign, names in (("c", settings.categories), ("s", settings.streets)):
        keys[sign] = tuple(
            press(
                ("✓ " if (_TOPICS[sign], name) in subscribed else "") + name,
                Op.TOGGLE,
                0,
                f"{sign}-{key(name)}",
            )
            for name in names
        )
    end = ((press(said.end, Op.NONE, 0),),) if subscribed else ()
    return Panel(
        paragraphs=(said.choose, said.streets if settings.streets else ""),
        keyboard=(*rows(keys["c"], 3), *rows(keys["s"], 2), *end),
    )
