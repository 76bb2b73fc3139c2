"""The database: the same behaviour on an SQLite file and on PostgreSQL."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.belongings import Belongings, Stored
from bot.database import StorageError
from bot.migrations.tables import metadata
from bot.sessions import SessionKey
from bot.storage import AskedQuestion, Reply, Storage

NOW = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)
KEY = SessionKey(chat=-1001234567890, thread=7, user=42)
ASKED = AskedQuestion(
    chat=5,
    thread=0,
    user=42,
    question="那明年呢",
    resolved="明年要修几条路",
    status="answered",
    confidence=0.75,
    target="roads-2024",
    version="0123456789ab",
    issue="2024-01-14",
    asked_at=NOW,
)


async def test_session_comes_back_as_saved(storage: Storage) -> None:
    """A state of plain JSON values survives, Chinese and all, and a later one replaces it."""
    state = {"question": "谁说的😀", "shown": ["a", "b"], "touched": None, "n": 1.5}
    assert await storage.load_session(KEY) is None
    await storage.save_session(KEY, state, NOW)
    assert await storage.load_session(KEY) == state
    await storage.save_session(KEY, {"question": "新"}, NOW)
    assert await storage.load_session(KEY) == {"question": "新"}


@pytest.mark.parametrize(
    "other",
    [replace(KEY, chat=1), replace(KEY, thread=0), replace(KEY, user=43)],
    ids=["chat", "thread", "user"],
)
async def test_sessions_are_kept_apart(storage: Storage, other: SessionKey) -> None:
    """Chat, topic and user each make a conversation of their own."""
    await storage.save_session(KEY, {"question": "甲"}, NOW)
    await storage.save_session(other, {"question": "乙"}, NOW)
    assert await storage.load_session(KEY) == {"question": "甲"}


async def test_only_old_sessions_are_dropped(storage: Storage) -> None:
    """What was touched at the given moment or later stays."""
    await storage.save_session(replace(KEY, user=1), {}, NOW - timedelta(seconds=1))
    await storage.save_session(replace(KEY, user=2), {}, NOW)
    assert await storage.drop_sessions(NOW) == 1
    assert await storage.load_session(replace(KEY, user=1)) is None
    assert await storage.load_session(replace(KEY, user=2)) == {}


async def test_state_that_is_no_object_is_a_value_error(storage: Storage) -> None:
    """A damaged row is told apart from a missing one."""
    await storage.save_session(KEY, ["a", "list"], NOW)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="JSON object"):
        await storage.load_session(KEY)


async def test_question_comes_back_as_recorded(storage: Storage) -> None:
    """Every field of a logged question is kept, the time aware and in UTC."""
    number = await storage.record_question(ASKED)
    assert await storage.asked(number) == ASKED
    assert await storage.asked(number + 1) is None


async def test_times_are_stored_in_utc(storage: Storage) -> None:
    """A moment given in the time of Shanghai is the same moment in UTC."""
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    number = await storage.record_question(replace(ASKED, asked_at=shanghai))
    found = await storage.asked(number)
    assert found is not None
    assert (found.asked_at, found.asked_at.utcoffset()) == (NOW, timedelta(0))


async def test_time_without_zone_is_refused(storage: Storage) -> None:
    """A naive time is a mistake of the program and never stored."""
    with pytest.raises(StorageError):
        await storage.record_question(replace(ASKED, asked_at=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("有\0空字符", "有空字符"),
        ("半个\ud83d表情", "半个\ufffd表情"),
        ("'; DROP TABLE questions; --", "'; DROP TABLE questions; --"),
        ("长" * 4096, "长" * 4096),
        ("", ""),
        ("😀𠀀", "😀𠀀"),
    ],
)
async def test_any_text_can_be_stored(storage: Storage, typed: str, stored: str) -> None:
    """Characters that a database refuses are taken out or replaced; all others are kept."""
    number = await storage.record_question(replace(ASKED, question=typed))
    found = await storage.asked(number)
    assert found is not None
    assert found.question == stored


async def test_big_numbers_of_telegram_fit(storage: Storage) -> None:
    """Chat and user numbers use up to 52 bits."""
    asked = replace(ASKED, chat=-(2**52), user=2**52 - 1)
    assert await storage.asked(await storage.record_question(asked)) == asked


async def test_unanswered_are_listed_newest_first(storage: Storage) -> None:
    """Related and unknown questions since a moment, the newest first, no more than asked for."""
    for minute, status in enumerate(["unknown", "answered", "related", "chat", "unknown"]):
        await storage.record_question(
            replace(ASKED, status=status, asked_at=NOW + timedelta(minutes=minute))
        )
    found = await storage.unanswered(NOW + timedelta(minutes=1), limit=10)
    assert [asked.status for asked in found] == ["unknown", "related"]
    assert len(await storage.unanswered(NOW, limit=2)) == 2


async def test_replies_are_found_both_ways(storage: Storage) -> None:
    """From a message to the replies that answer it, in order, and from a reply to its question."""
    number = await storage.record_question(ASKED)
    assert await storage.remember_reply(5, 100, (103, 101, 102), number)
    assert await storage.reply_to(5, 100) == Reply(messages=(103, 101, 102), asked=number)
    assert await storage.asked_by_reply(5, 102) == number
    assert await storage.reply_to(6, 100) is None
    assert await storage.asked_by_reply(6, 102) is None


async def test_edited_message_gets_new_replies(storage: Storage) -> None:
    """What answers an edited message replaces what answered it before."""
    first, second = [await storage.record_question(ASKED) for _ in range(2)]
    await storage.remember_reply(5, 100, (101, 102), first)
    await storage.remember_reply(5, 100, (101,), second)
    assert await storage.reply_to(5, 100) == Reply(messages=(101,), asked=second)
    assert await storage.asked_by_reply(5, 102) is None


async def test_reply_to_an_erased_question_is_not_remembered(storage: Storage) -> None:
    """Who erases while the answer is on its way stays erased."""
    number = await storage.record_question(ASKED)
    await Belongings(storage).forget(42)
    assert not await storage.remember_reply(5, 100, (101,), number)
    assert not await storage.give_feedback(number, 42, 1, NOW)
    assert await storage.reply_to(5, 100) is None


async def test_second_verdict_replaces_the_first(storage: Storage) -> None:
    """One person has one verdict on one answer."""
    number = await storage.record_question(ASKED)
    assert await storage.give_feedback(number, 42, 1, NOW)
    assert await storage.give_feedback(number, 42, -1, NOW + timedelta(minutes=1))
    assert await Belongings(storage).of(42) == Stored(
        questions=1, feedback=1, first=NOW, last=NOW + timedelta(minutes=1)
    )


async def test_forget_erases_one_person_entirely(storage: Storage) -> None:
    """Conversations, questions with their replies, and verdicts go; those of others stay."""
    mine = await storage.record_question(ASKED)
    other = await storage.record_question(replace(ASKED, user=43))
    await storage.save_session(KEY, {}, NOW)
    await storage.save_session(replace(KEY, user=43), {}, NOW)
    await storage.remember_reply(5, 100, (101,), mine)
    await storage.remember_reply(5, 200, (201,), other)
    await storage.give_feedback(other, 42, 1, NOW)
    await storage.give_feedback(mine, 43, 1, NOW)

    assert await Belongings(storage).of(42) == Stored(
        sessions=1, questions=1, feedback=1, first=NOW, last=NOW
    )
    assert await Belongings(storage).forget(42) == 3
    assert await Belongings(storage).of(42) == Stored()
    assert await storage.asked(mine) is None
    assert await storage.reply_to(5, 100) is None
    assert await storage.load_session(KEY) is None
    assert await storage.asked(other) == replace(ASKED, user=43)
    assert await storage.reply_to(5, 200) == Reply(messages=(201,), asked=other)
    assert await Belongings(storage).of(43) == Stored(
        sessions=1, questions=1, feedback=0, first=NOW, last=NOW
    )
    assert await Belongings(storage).forget(42) == 0


async def test_number_of_an_erased_question_is_never_given_again(storage: Storage) -> None:
    """A verdict on an erased answer cannot land on somebody else's."""
    first = await storage.record_question(ASKED)
    await Belongings(storage).forget(42)
    assert await storage.record_question(ASKED) > first


async def test_many_writers_at_once_lose_nothing(storage: Storage) -> None:
    """Two hundred questions written side by side all arrive, each under a number of its own."""
    asked = [replace(ASKED, user=user) for user in range(1, 201)]
    numbers = await asyncio.gather(*map(storage.record_question, asked))
    assert len(set(numbers)) == 200
    found = [await storage.asked(number) for number in numbers]
    assert found == asked


async def test_two_openers_of_one_database_share_it(empty_url: str) -> None:
    """Several objects over one database, opened at the same time, see what each other wrote."""
    stores = await asyncio.gather(*(Storage.open(empty_url) for _ in range(6)))
    try:
        numbers = await asyncio.gather(
            *(store.record_question(ASKED) for store in stores for _ in range(10))
        )
        assert len(set(numbers)) == 60
        assert await stores[0].asked(numbers[-1]) == ASKED
    finally:
        for store in stores:
            await store.close()


def _write(url: str, user: int) -> int:
    """What one process does: open the database, perhaps make its tables, write."""

    async def write() -> int:
        storage = await Storage.open(url)
        try:
            for _ in range(10):
                await storage.record_question(replace(ASKED, user=user))
            return (await Belongings(storage).of(user)).questions
        finally:
            await storage.close()

    return asyncio.run(write())


def test_processes_that_start_together_take_turns(empty_url: str) -> None:
    """Four processes find an empty database: one makes the tables, all write, nothing is lost."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(4, mp_context=spawn) as pool:
        counts = list(pool.map(_write, [empty_url] * 4, range(1, 5)))
    assert counts == [10, 10, 10, 10]


async def test_database_survives_being_closed(empty_url: str) -> None:
    """What was written is there when the database is opened again."""
    storage = await Storage.open(empty_url)
    number = await storage.record_question(ASKED)
    await storage.close()
    storage = await Storage.open(empty_url)
    assert await storage.asked(number) == ASKED
    await storage.close()


async def _inspect(url: str, work: Any) -> Any:
    """The outcome of `work(connection)` on a connection of our own."""
    scheme, _, rest = url.partition("://")
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}[scheme]
    engine = create_async_engine(f"{driver}://{rest}")
    async with engine.begin() as connection:
        outcome = await connection.run_sync(work)
    await engine.dispose()
    return outcome


def _form(connection: sa.Connection) -> dict[str, Any]:
    """Tables with their columns, keys and indexes, as the database tells them."""
    inspector = sa.inspect(connection)
    return {
        table: (
            [(c["name"], c["nullable"], str(c["type"])) for c in inspector.get_columns(table)],
            inspector.get_pk_constraint(table)["constrained_columns"],
            sorted(
                (
                    key["name"] or "",
                    tuple(key["constrained_columns"]),
                    key["options"].get("ondelete"),
                )
                for key in inspector.get_foreign_keys(table)
            ),
            sorted(
                (i["name"] or "", tuple(i["column_names"])) for i in inspector.get_indexes(table)
            ),
        )
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


async def test_migrations_lead_to_the_tables_of_the_program(
    empty_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """An empty database taken through every step has the form that the statements count on."""
    await (await Storage.open(empty_url)).close()
    migrated = await _inspect(empty_url, _form)
    if empty_url.startswith("sqlite"):
        fresh = f"sqlite:///{tmp_path}/fresh.db"
    else:
        server = request.getfixturevalue("postgres")
        server.psql("CREATE DATABASE fresh")
        fresh = server.get_uri("fresh")
    await _inspect(fresh, metadata.create_all)
    assert migrated == await _inspect(fresh, _form)


async def test_database_of_a_newer_program_is_left_alone(empty_url: str) -> None:
    """A step that this program does not know: one sentence, and nothing is touched."""
    await (await Storage.open(empty_url)).close()

    def advance(connection: sa.Connection) -> None:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    await _inspect(empty_url, advance)
    with pytest.raises(StorageError, match=r"^数据库是由更新版本的程序建立的，请先升级本程序$"):
        await Storage.open(empty_url)


async def test_sqlite_reads_while_somebody_writes(tmp_path: Path) -> None:
    """The journal is a write-ahead log: a reader does not wait for the writer."""
    url = f"sqlite:///{tmp_path}/bulletin.db"
    storage = await Storage.open(url)
    mode = await _inspect(
        url, lambda connection: connection.scalar(sa.text("PRAGMA journal_mode"))
    )
    await storage.close()
    assert mode == "wal"


async def test_memory_is_a_database_too() -> None:
    """Without a file, everything lasts as long as the object."""
    storage = await Storage.open("sqlite://")
    assert await storage.asked(await storage.record_question(ASKED)) == ASKED
    await storage.close()


SECRET = "hunter2-geheim"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://u:{}@localhost/b", "storage.url 只能是 sqlite:/// 或 postgresql:// 开头"),
        ("postgresql://u:{}@localhost:port/b", "storage.url 的写法不对"),
        ("nonsense {}", "storage.url 的写法不对"),
        (
            "postgresql://u:{}@127.0.0.1:1/b",
            "连不上数据库：请检查 storage.url 里的主机和端口，以及数据库是否在运行",
        ),
        (
            "postgresql://u:{}@nowhere.invalid/b",
            "连不上数据库：请检查 storage.url 里的主机和端口，以及数据库是否在运行",
        ),
        ("postgresql://u:{}@localhost/b?colour=blue", "storage.url 问号后面的参数不能识别"),
        (
            "sqlite:////proc/nowhere/{}.db",
            "打不开数据库文件：请检查 storage.url 里的路径，以及有没有写入权限",
        ),
        (
            "sqlite:////proc",
            "打不开数据库文件：请检查 storage.url 里的路径，以及有没有写入权限",
        ),
    ],
)
async def test_bad_address_is_one_sentence_without_the_password(url: str, sentence: str) -> None:
    """What is wrong and what to look at, never the address itself."""
    with pytest.raises(StorageError) as caught:
        await Storage.open(url.format(SECRET))
    assert str(caught.value) == sentence
    assert SECRET not in str(caught.value)


async def test_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    """A text file under the name of the database is not overwritten."""
    file = tmp_path / "bulletin.db"
    file.write_text("这是一份名单\n" * 200, encoding="utf-8")
    with pytest.raises(StorageError, match=r"^storage.url 指的文件不是 SQLite 数据库$"):
        await Storage.open(f"sqlite:///{file}")
    assert file.read_text(encoding="utf-8").startswith("这是一份名单")


async def test_missing_postgres_database_is_one_sentence(postgres: Any) -> None:
    """The server runs, but nobody made the database."""
    with pytest.raises(StorageError, match=r"^storage.url 里的数据库不存在，请先建好$"):
        await Storage.open(postgres.get_uri("never_made"))


async def test_read_only_sqlite_is_one_sentence(tmp_path: Path) -> None:
    """A database that cannot be written is refused when it is opened."""
    url = f"sqlite:///file:{tmp_path}/bulletin.db"
    (tmp_path / "bulletin.db").touch()
    with pytest.raises(StorageError, match=r"^数据库文件不能写入：请检查它和所在文件夹的权限$"):
        await Storage.open(f"{url}?mode=ro&uri=true")
