"""Updates: in order within a chat, side by side across chats."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable
from datetime import UTC, datetime

import pytest
from telegram import CallbackQuery, Chat, InlineQuery, Message, Update, User

from bot.processing import WAITING, ChatOrderedProcessor, order_key

USER = User(id=42, first_name="甲", is_bot=False)


def _message(chat: int, number: int = 1) -> Update:
    message = Message(
        message_id=number,
        date=datetime(2024, 1, 15, tzinfo=UTC),
        chat=Chat(id=chat, type="private"),
        from_user=USER,
        text="问",
    )
    return Update(update_id=number, message=message)


def _button(chat: int) -> Update:
    message = _message(chat).message
    query = CallbackQuery(id="1", from_user=USER, chat_instance="1", message=message, data="g:")
    return Update(update_id=2, callback_query=query)


INLINE = Update(update_id=3, inline_query=InlineQuery(id="1", from_user=USER, query="", offset=""))


@pytest.mark.parametrize(
    ("update", "key"),
    [
        (_message(5), ("chat", 5)),
        (_button(5), ("chat", 5)),
        (INLINE, ("user", 42)),
        (Update(update_id=4), None),
        ("no update", None),
    ],
)
def test_an_update_is_ordered_by_its_chat(update: object, key: tuple[str, int] | None) -> None:
    """Messages and buttons of a chat share one order; inline queries are ordered by person."""
    assert order_key(update) == key


async def _run(processor: ChatOrderedProcessor, *work: tuple[object, Awaitable[None]]) -> None:
    await processor.initialize()
    await asyncio.gather(*(processor.process_update(update, job) for update, job in work))
    await processor.shutdown()


async def test_messages_of_one_chat_are_handled_in_order() -> None:
    """The second begins after the first has ended, however long the first takes."""
    events: list[str] = []

    async def handle(name: str, pauses: int) -> None:
        events.append(f"{name} begins")
        for _ in range(pauses):
            await asyncio.sleep(0)
        events.append(f"{name} ends")

    await _run(
        ChatOrderedProcessor(),
        (_message(5, 1), handle("first", 20)),
        (_button(5), handle("second", 3)),
        (_message(5, 3), handle("third", 0)),
    )
    assert events == [
        f"{name} {what}" for name in ("first", "second", "third") for what in ("begins", "ends")
    ]


async def test_a_slow_chat_holds_up_nobody() -> None:
    """Another chat is answered while the first waits, even behind a long queue of the first."""
    released = asyncio.Event()
    answered = asyncio.Event()

    async def wait() -> None:
        await released.wait()

    async def answer() -> None:
        answered.set()

    processor = ChatOrderedProcessor(running=2)
    waiting = [
        asyncio.create_task(processor.process_update(_message(5, number), wait()))
        for number in range(WAITING - 1)
    ]
    await asyncio.sleep(0)
    other = asyncio.create_task(processor.process_update(_message(6), answer()))
    await asyncio.wait_for(answered.wait(), timeout=30)
    assert not any(task.done() for task in waiting)
    released.set()
    await asyncio.gather(*waiting, other)


async def test_no_more_run_at_once_than_allowed() -> None:
    """Of many chats, `running` are handled at a time."""
    now = most = 0

    async def handle() -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        for _ in range(5):
            await asyncio.sleep(0)
        now -= 1

    await _run(
        ChatOrderedProcessor(running=3), *((_message(chat), handle()) for chat in range(1, 40))
    )
    assert most == 3


async def test_a_failing_update_lets_the_next_one_through() -> None:
    """An error in one update frees its chat."""
    done: list[int] = []

    async def fail() -> None:
        raise ValueError

    async def succeed() -> None:
        done.append(1)

    processor = ChatOrderedProcessor()
    first, _ = await asyncio.gather(
        processor.process_update(_message(5, 1), fail()),
        processor.process_update(_message(5, 2), succeed()),
        return_exceptions=True,
    )
    assert isinstance(first, ValueError)
    assert done == [1]


async def test_locks_do_not_pile_up() -> None:
    """A chat that has nothing running leaves nothing behind."""

    async def nothing() -> None:
        await asyncio.sleep(0)

    processor = ChatOrderedProcessor()
    await _run(processor, *((_message(chat), nothing()) for chat in range(1, 50)))
    gc.collect()
    assert processor.locks == 0
