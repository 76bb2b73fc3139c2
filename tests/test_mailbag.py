"""Hand-offs in the database: SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from bot import audit
from bot.belongings import Belongings
from bot.handoff.cases import (
    Handoff,
    Kind,
    Letter,
    Person,
    Resident,
    Side,
    Source,
    Step,
    begun,
    once,
    taken,
)
from bot.handoff.mailbag import Fate, Mailbag, Sealed
from bot.handoff.register import Register
from bot.migrations.tables import metadata
from bot.storage import Storage

ANNA, WANG, LI = 4201, 501, 502
NOW = datetime(2024, 3, 5, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


async def known(storage: Storage, user: int = ANNA) -> Resident:
    """A resident with a name."""
    register = Register(storage)
    await register.ask(user, Step.NAME, None, NOW)
    await register.told(user, "张阿姨")
    resident = await register.resident(user)
    assert resident is not None
    return resident


async def opened(storage: Storage, resident: Resident) -> int | None:
    handoff = Handoff(resident=resident.number, question="路灯", opened=NOW, heard=NOW)
    return await Register(storage).open(begun(handoff, (), ""), NOW)


def words(text: str, message: int, side: Side = Side.STAFF) -> Letter:
    source = Source(chat=ANNA, message=message)
    return Letter(side=side, kind=Kind.WORDS, text=text, source=source, once=once(source, 0))


async def line(storage: Storage, side: Side) -> list[Sealed]:
    """Take and send everything that goes to a side; the letters in the order sent."""
    bag, sent = Mailbag(storage), []
    while (sealed := await bag.next(side, LATER, ())) is not None:
        assert await bag.claim(sealed, "one", LATER)
        await bag.sent(sealed, Source(chat=1, message=sealed.id))
        sent.append(sealed)
    return sent


async def test_one_matter_at_a_time(storage: Storage) -> None:
    """Of several begun at once for the same resident, one is."""
    resident = await known(storage)
    numbers = await asyncio.gather(*(opened(storage, resident) for _ in range(4)))
    assert sorted(numbers, key=str) == [1, None, None, None]


async def test_one_takes_it(storage: Storage) -> None:
    """Of many who take it on at once, one does, and one act is noted."""
    number = await opened(storage, await known(storage))
    assert number is not None
    register = Register(storage)
    done = await asyncio.gather(
        *(
            register.change(
                number,
                partial(taken, staff=Person(user=user, name=str(user))),
                NOW,
                audit.row(user, "handoff.take"),
            )
            for user in (WANG, LI) * 3
        )
    )
    assert sum(case is not None for case in done) == 1
    case = await register.case(number)
    assert case is not None
    acts = await audit.Audit(storage).recent(9)
    assert case.handoff.staff is not None
    assert [act.user for act in acts] == [case.handoff.staff.user]


async def test_letters_keep_their_order_and_come_once(storage: Storage) -> None:
    """In each direction by themselves; the same message is stored once."""
    number = await opened(storage, await known(storage))
    register = Register(storage)
    case = await register.case(number or 0)
    assert case is not None
    for message in (1, 2, 2, 3, 1):
        await register.write(case.handoff, (words(str(message), message),), NOW)
    await register.write(case.handoff, (words("答", 9, Side.RESIDENT),), NOW)
    assert [one.letter.text for one in await line(storage, Side.STAFF)] == ["", "1", "2", "3"]
    kinds = [one.letter.kind for one in await line(storage, Side.RESIDENT)]
    assert kinds == [Kind.RECEIVED, Kind.WORDS]
    arrived = await Mailbag(storage).arrived(Source(chat=1, message=2))
    assert arrived is not None
    assert arrived.state is Fate.SENT


async def test_a_letter_that_was_left_lying_goes_out_again(storage: Storage) -> None:
    """What follows it waits; two processes never have the same letter."""
    number = await opened(storage, await known(storage))
    bag = Mailbag(storage)
    case = await Register(storage).case(number or 0)
    assert case is not None
    await Register(storage).write(case.handoff, (words("一", 1), words("二", 2)), NOW)
    first = await bag.next(Side.STAFF, LATER, ())
    assert first is not None
    taken_by = await asyncio.gather(*(bag.claim(first, str(n), LATER) for n in range(3)))
    assert sorted(taken_by) == [False, False, True]
    assert await bag.next(Side.STAFF, LATER, ()) is None
    other = await bag.next(Side.RESIDENT, LATER, ())
    assert other is not None
    assert await bag.next(Side.RESIDENT, LATER, (other.id,)) is None
    assert not await bag.any_expired(LATER)
    assert await bag.expire(LATER + timedelta(seconds=1)) == 1
    texts = [one.letter.kind for one in await line(storage, Side.STAFF)]
    assert texts == [Kind.CARD, Kind.WORDS, Kind.WORDS]


async def test_nothing_of_a_resident_is_left(storage: Storage) -> None:
    """After being forgotten no table holds their id, their name or their words; of who was barred
    the id alone."""
    for user in (ANNA, LI):
        resident = await known(storage, user)
        number = await opened(storage, resident)
        case = await Register(storage).case(number or 0)
        assert case is not None
        await Register(storage).write(case.handoff, (words("我的话", user),), NOW)
        await Register(storage).ask(user, Step.QUESTION, '{"question": "我的话"}', NOW)
    await Register(storage).bar(resident.number, barred=True, also=audit.row(WANG, "handoff.bar"))
    assert await Belongings(storage).forget(ANNA) == 1
    await Belongings(storage).forget(LI)
    held = await dumped(storage)
    assert str(ANNA) not in held
    assert "张阿姨" not in held
    assert "我的话" not in held
    assert held.count(str(LI)) == 1


async def dumped(storage: Storage) -> str:
    """Everything in every table."""
    async with storage.reading() as connection:
        rows = []
        for table in metadata.sorted_tables:
            found = (await connection.execute(sa.select(table))).all()
            rows.extend([str(value) for value in row] for row in found)
    return json.dumps(rows, ensure_ascii=False)


async def test_the_name_of_staff_is_told_and_erased(storage: Storage) -> None:
    """As anything that is stored of a person."""
    await Register(storage).call_staff(WANG, "王姐")
    assert (await Belongings(storage).of(WANG)).called == "王姐"
    assert await Belongings(storage).forget(WANG) == 1
    assert (await Belongings(storage).of(WANG)).called is None
