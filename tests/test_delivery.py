"""Sending: every end that a message can come to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fake_api import TOKEN, FakeApi, Refusal
from telegram import Bot

from bot.connection import ApiRequest
from bot.delivery import Delivery, Outcome, Receipt

CHAT = 4201


@pytest.fixture(autouse=True)
def durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the composition root sets it."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def delivery(api: FakeApi) -> AsyncIterator[Delivery]:
    async with Bot(TOKEN, base_url=api.url, request=ApiRequest()) as bot:
        yield Delivery(bot, patience=3)


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        (Refusal(403, "Forbidden: bot was blocked by the user"), Outcome.GONE),
        (Refusal(403, "Forbidden: user is deactivated"), Outcome.GONE),
        (Refusal(400, "Bad Request: chat not found"), Outcome.GONE),
        (Refusal(400, "Bad Request: have no rights to send a message"), Outcome.GONE),
        (Refusal(400, "Bad Request: can't parse entities"), Outcome.REFUSED),
        (Refusal(400, "Bad Request: message is not modified"), Outcome.DELIVERED),
        (Refusal(401, "Unauthorized"), Outcome.REFUSED),
        (Refusal(429, "Too Many Requests", retry_after=60), Outcome.LATER),
    ],
)
async def test_what_will_not_change_is_not_tried_again(
    api: FakeApi, delivery: Delivery, refusal: Refusal, outcome: Outcome
) -> None:
    """One call, and the outcome says what is known."""
    api.fail("sendMessage", refusal=refusal)
    assert (await delivery.send(CHAT, "话")).outcome is outcome
    assert len(api.made("sendMessage")) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_server_error_is_tried_again(
    api: FakeApi, delivery: Delivery, status: int
) -> None:
    """The server said itself that it failed: nothing was delivered."""
    api.fail("sendMessage", refusal=Refusal(status, "Internal Server Error"))
    receipt = await delivery.send(CHAT, "话")
    assert receipt == Receipt(outcome=Outcome.DELIVERED, message=1)
    assert api.texts(CHAT) == ["话"]


async def test_a_flood_wait_of_several_calls_is_obeyed(api: FakeApi, delivery: Delivery) -> None:
    """The server sees no call before the time it told to wait is over."""
    api.fail("sendMessage", refusal=Refusal(429, "Too Many Requests", retry_after=1), times=2)
    assert (await delivery.send(CHAT, "话")).outcome is Outcome.DELIVERED
    assert len(api.made("sendMessage")) == 3


async def test_a_group_that_moved_is_followed(api: FakeApi, delivery: Delivery) -> None:
    """The message arrives under the group's new id."""
    moved = Refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1007)
    api.fail("sendMessage", chat=-7, refusal=moved)
    assert (await delivery.send(-7, "话")).outcome is Outcome.DELIVERED
    assert api.texts(-1007) == ["话"]


async def test_what_may_have_arrived_is_repeated_only_where_that_is_harmless(
    api: FakeApi, delivery: Delivery
) -> None:
    """A lost answer to a message is left alone, one to an edit is asked again."""
    api.fail("sendMessage", silent=True)
    assert (await delivery.send(CHAT, "话")).outcome is Outcome.UNCONFIRMED
    assert api.texts(CHAT) == ["话"]
    api.fail("editMessageText", silent=True)
    receipt = await delivery.edit(CHAT, 1, "新话")
    assert receipt == Receipt(outcome=Outcome.DELIVERED, message=1)
    assert (api.texts(CHAT), len(api.made("editMessageText"))) == (["新话"], 2)


async def test_a_server_that_cannot_be_reached_got_nothing() -> None:
    """Refused connections are `later`, once patience is used up."""
    async with FakeApi() as api:
        bot = Bot(TOKEN, base_url=api.url, request=ApiRequest())
        await bot.initialize()
    receipt = await Delivery(bot, patience=0.6).send(CHAT, "话")
    await bot.shutdown()
    assert receipt.outcome is Outcome.LATER


async def test_several_messages_end_at_the_first_that_fails(
    api: FakeApi, delivery: Delivery
) -> None:
    """What comes after a part that did not arrive would not make sense."""
    api.fail("sendMessage", delay=0)
    api.fail("sendMessage", refusal=Refusal(403, "Forbidden: bot was blocked by the user"))
    sent = await delivery.send_all(CHAT, ("一", "二", "三"))
    assert (sent.messages, sent.receipt.outcome) == ((1,), Outcome.GONE)
    assert len(api.made("sendMessage")) == 2
