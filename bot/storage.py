"""The database: every SQL statement of the program, for SQLite and PostgreSQL alike.

Times go in and come out aware, in UTC. Whatever text people type can be stored: characters that
a database refuses (NUL, lone surrogates) are removed or replaced on the way in. Any failure of
the database is a StorageError whose text is one Chinese sentence without address or password.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import await_only

from bot import migrations
from bot.migrations.tables import FEEDBACK, QUESTIONS, REPLIES, SESSIONS
from bot.sessions import SessionKey

logger = logging.getLogger(__name__)

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
BUSY = 30  # seconds that a writer waits for another process on the same SQLite file
_TRIES = 20  # a second, to turn on write-ahead logging
CONNECT = 10  # seconds for PostgreSQL to answer


class StorageError(Exception):
    """The database cannot be opened or used; the text is one sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question as it was typed, in full after follow-ups were resolved, and what came of it.

    `status`, `lack` are the answer's, `version` names the knowledge asked, `issue` its source.
    """

    chat: int
    thread: int = 0
    user: int
    question: str
    resolved: str
    status: str
    confidence: float = 0.0
    target: str | None = None
    lack: str | None = None
    version: str = ""
    issue: str | None = None
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The bot's messages that answer one message, in the order sent, and the question's id."""

    messages: tuple[int, ...]
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAboutUser:
    """How much is stored of one person, and from when to when (None when nothing is)."""

    sessions: int = 0
    questions: int = 0
    feedback: int = 0
    first: datetime | None = None
    last: datetime | None = None


_COLUMNS = {"chat": "chat_id", "thread": "thread_id", "user": "user_id"}
_UNREACHABLE = "连不上数据库：请检查 storage.url 里的主机和端口，以及数据库是否在运行"
_REASONS = {  # by SQLSTATE of PostgreSQL or by name of SQLite's error
    "28P01": "数据库不接受 storage.url 里的用户名或密码",
    "28000": "数据库不接受 storage.url 里的用户名或密码",
    "3D000": "storage.url 里的数据库不存在，请先建好",
    "42501": "数据库用户没有足够的权限",
    "53300": "数据库的连接数已满",
    "SQLITE_CANTOPEN": "打不开数据库文件：请检查 storage.url 里的路径，以及有没有写入权限",
    "SQLITE_READONLY": "数据库文件不能写入：请检查它和所在文件夹的权限",
    "SQLITE_NOTADB": "storage.url 指的文件不是 SQLite 数据库",
    "SQLITE_CORRUPT": "数据库文件已损坏，请用备份恢复",
    "SQLITE_FULL": "磁盘已满，数据库无法写入",
    "SQLITE_BUSY": "数据库文件被别的程序占用得太久",
}
_FIELDS = fields(AskedQuestion)
_opening: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


class Storage:
    """An open database. Close it: a connection left open keeps the process from ending."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writer = engine.execution_options(writing=True)

    @classmethod
    async def open(cls, url: str) -> Storage:
        """Connect to `url` and bring the tables to this program's form.

        `sqlite:///file` and `postgresql://…` find their drivers themselves; the folder of an
        SQLite file is made. Raises StorageError when the database cannot be reached, written or
        understood.
        """
        storage = cls(_engine(_address(url)))
        try:
            await storage._prepare()
        except BaseException:
            await storage.close()
            raise
        return storage

    async def close(self) -> None:
        """Close every connection and end the threads behind them."""
        await self._reader.dispose()

    async def load_session(self, key: SessionKey) -> dict[str, Any] | None:
        """The state last saved under `key`. Raises ValueError when it is not a JSON object."""
        query = sa.select(SESSIONS.c.state).where(
            SESSIONS.c.chat_id == key.chat,
            SESSIONS.c.thread_id == key.thread,
            SESSIONS.c.user_id == key.user,
        )
        async with self._reading() as connection:
            text = await connection.scalar(query)
        state = json.loads(text) if text is not None else None
        if state is not None and not isinstance(state, dict):
            raise ValueError("a session's state is a JSON object")
        return state

    async def save_session(self, key: SessionKey, state: dict[str, Any], now: datetime) -> None:
        """Keep `state` (plain JSON values) under `key`, in place of what was there."""
        values = {
            "chat_id": key.chat,
            "thread_id": key.thread,
            "user_id": key.user,
            "state": json.dumps(state, ensure_ascii=False),
            "touched_at": now,
        }
        async with self._writing() as connection:
            await _put(connection, SESSIONS, values)

    async def drop_sessions(self, before: datetime) -> int:
        """Forget conversations untouched since `before`; how many there were."""
        async with self._writing() as connection:
            return await _delete(connection, SESSIONS, SESSIONS.c.touched_at < before)

    async def record_question(self, asked: AskedQuestion) -> int:
        """Write a question into the log; its id."""
        values = {_COLUMNS.get(name, name): value for name, value in asdict(asked).items()}
        statement = sa.insert(QUESTIONS).values(values).returning(QUESTIONS.c.id)
        async with self._writing() as connection:
            return int((await connection.execute(statement)).scalar_one())

    async def asked(self, id: int) -> AskedQuestion | None:  # noqa: A002 - the caller's word for it
        """The question with that id, unless it was erased."""
        async with self._reading() as connection:
            query = sa.select(QUESTIONS).where(QUESTIONS.c.id == id)
            row = (await connection.execute(query)).one_or_none()
        return _question(row) if row is not None else None

    async def unanswered(self, since: datetime, limit: int) -> tuple[AskedQuestion, ...]:
        """What the bulletin could not answer (status related or unknown), newest first."""
        query = (
            sa.select(QUESTIONS)
            .where(QUESTIONS.c.status.in_(("related", "unknown")), QUESTIONS.c.asked_at >= since)
            .order_by(QUESTIONS.c.asked_at.desc(), QUESTIONS.c.id.desc())
            .limit(limit)
        )
        async with self._reading() as connection:
            return tuple(_question(row) for row in await connection.execute(query))

    async def remember_reply(
        self, chat: int, message: int, replies: tuple[int, ...], asked: int
    ) -> bool:
        """The message `message` was answered by `replies`, which replace what answered it before.

        False, and nothing remembered, when the question has been erased meanwhile.
        """
        rows = [
            {
                "chat_id": chat,
                "reply_id": reply,
                "message_id": message,
                "position": position,
                "asked_id": asked,
            }
            for position, reply in enumerate(dict.fromkeys(replies))
        ]
        old = sa.or_(REPLIES.c.message_id == message, REPLIES.c.reply_id.in_(replies))
        try:
            async with self._writing() as connection:
                await _delete(connection, REPLIES, REPLIES.c.chat_id == chat, old)
                if rows:
                    await connection.execute(sa.insert(REPLIES), rows)
        except StorageError as error:
            if isinstance(error.__cause__, IntegrityError):
                return False
            raise
        return True

    async def reply_to(self, chat: int, message: int) -> Reply | None:
        """What answered `message`, for when it is edited."""
        query = (
            sa.select(REPLIES.c.reply_id, REPLIES.c.asked_id)
            .where(REPLIES.c.chat_id == chat, REPLIES.c.message_id == message)
            .order_by(REPLIES.c.position)
        )
        async with self._reading() as connection:
            rows = (await connection.execute(query)).all()
        if not rows:
            return None
        return Reply(messages=tuple(row.reply_id for row in rows), asked=rows[0].asked_id)

    async def asked_by_reply(self, chat: int, reply_message: int) -> int | None:
        """The id of the question that the bot's message `reply_message` answers."""
        query = sa.select(REPLIES.c.asked_id).where(
            REPLIES.c.chat_id == chat, REPLIES.c.reply_id == reply_message
        )
        async with self._reading() as connection:
            found: int | None = await connection.scalar(query)
        return found

    async def give_feedback(self, asked: int, user: int, verdict: int, now: datetime) -> bool:
        """One person's verdict (+1 or -1) on one answer, in place of an earlier one.

        False when the question has been erased meanwhile.
        """
        values = {"asked_id": asked, "user_id": user, "verdict": verdict, "given_at": now}
        try:
            async with self._writing() as connection:
                await _put(connection, FEEDBACK, values)
        except StorageError as error:
            if isinstance(error.__cause__, IntegrityError):
                return False
            raise
        return True

    async def stored_about(self, user: int) -> StoredAboutUser:
        """How much is stored of a person: what `forget` would erase."""
        moments = (SESSIONS.c.touched_at, QUESTIONS.c.asked_at, FEEDBACK.c.given_at)
        counts: list[int] = []
        times: list[datetime] = []
        async with self._reading() as connection:
            for moment in moments:
                query = sa.select(sa.func.count(), sa.func.min(moment), sa.func.max(moment)).where(
                    moment.table.c.user_id == user
                )
                count, *ends = (await connection.execute(query)).one()
                counts.append(count)
                times.extend(end for end in ends if end is not None)
        return StoredAboutUser(
            sessions=counts[0],
            questions=counts[1],
            feedback=counts[2],
            first=min(times, default=None),
            last=max(times, default=None),
        )

    async def forget(self, user: int) -> int:
        """Erase everything of a person, all or nothing: conversations, questions with their
        replies and whatever feedback they got, and the feedback given. How many of the person's
        own conversations, questions and verdicts there were."""
        async with self._writing() as connection:
            erased = 0
            for table in (SESSIONS, FEEDBACK, QUESTIONS):  # replies go with their questions
                erased += await _delete(connection, table, table.c.user_id == user)
            return erased

    async def _prepare(self) -> None:
        lock = _opening.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        try:
            if self._reader.dialect.name == "sqlite" and not _in_memory(self._reader.url):
                await asyncio.to_thread(_probe, self._reader)
            async with self._reading():
                pass
        except (TypeError, ValueError):  # the driver does not know a parameter of the address
            raise StorageError("storage.url 问号后面的参数不能识别") from None
        try:
            async with lock, self._writing() as connection:  # Alembic's context is global
                await connection.run_sync(migrations.upgrade)
        except migrations.SchemaTooNewError:
            raise StorageError("数据库是由更新版本的程序建立的，请先升级本程序") from None

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        with _translated():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: all of it is kept, or nothing."""
        with _translated():
            async with self._writer.begin() as connection:
                yield connection


@contextmanager
def _translated() -> Iterator[None]:
    """Failures of the database as StorageError; the original is its cause."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise StorageError(_reason(error)) from error


def _reason(error: Exception) -> str:
    """What went wrong, without address, statement, parameters or password."""
    origin = getattr(error, "orig", None) or error
    driver = origin.__cause__ or origin  # SQLAlchemy stands between for asyncpg, not for SQLite
    state = getattr(driver, "sqlstate", None) or getattr(driver, "sqlite_errorname", None) or ""
    for code, sentence in _REASONS.items():
        if state.startswith(code):
            return sentence
    if isinstance(error, OSError):  # TimeoutError is one
        return _UNREACHABLE
    return f"数据库出错（{state or type(driver).__name__}）"


def _address(url: str) -> URL:
    """The address with its asynchronous driver; the folder of an SQLite file is made."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise StorageError("storage.url 的写法不对") from None
    address = address.set(drivername=DRIVERS.get(address.drivername, address.drivername))
    if address.drivername not in DRIVERS.values():
        raise StorageError("storage.url 只能是 sqlite:/// 或 postgresql:// 开头")
    if "sslmode" in address.query:  # as psql writes it; asyncpg says ssl
        ssl = address.query["sslmode"]
        address = address.difference_update_query(["sslmode"]).update_query_dict({"ssl": ssl})
    if address.get_backend_name() == "sqlite" and not _in_memory(address):
        try:
            Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise StorageError(_REASONS["SQLITE_CANTOPEN"]) from None
    return address


def _in_memory(address: URL) -> bool:
    return address.database in (None, "", ":memory:")


def _engine(address: URL) -> AsyncEngine:
    """An engine that opens connections as they are needed, so making it never fails on the
    database itself."""
    if address.get_backend_name() == "sqlite":
        engine = create_async_engine(
            address,
            hide_parameters=True,
            poolclass=AsyncAdaptedQueuePool,
            pool_size=1 if _in_memory(address) else 4,  # in memory, a connection is the database
            max_overflow=0,
            pool_timeout=2 * BUSY,
        )
        sa.event.listen(engine.sync_engine, "connect", _set_up)
        sa.event.listen(engine.sync_engine, "begin", _begin)
        return engine
    try:
        return create_async_engine(
            address,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"timeout": CONNECT},
        )
    except ModuleNotFoundError:
        raise StorageError(
            "用 PostgreSQL 要先安装：pip install 'bulletin-bot[postgres]'"
        ) from None


def _probe(engine: AsyncEngine) -> None:
    """Open the SQLite file once by hand: aiosqlite leaves a thread behind when opening fails,
    which cries out when the event loop ends soon after."""
    arguments, options = engine.dialect.create_connect_args(engine.url)
    with _translated(), closing(sqlite3.connect(arguments[0], **options)) as connection:
        connection.execute("PRAGMA schema_version")


def _set_up(connection: Any, record: object) -> None:
    """A new SQLite connection: readers beside a writer, patience, foreign keys, and transactions
    that begin where SQLAlchemy says instead of where the driver guesses."""
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY * 1000}")
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error:
        connection.close()  # SQLAlchemy drops it as it is, with its thread
        raise
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Turn write-ahead logging on. While another connection does so, SQLite refuses at once
    instead of waiting as long as busy_timeout says, so the waiting is done here."""
    for attempt in range(BUSY * _TRIES):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or attempt == BUSY * _TRIES - 1:
                raise
            await_only(asyncio.sleep(1 / _TRIES))
        else:
            return


def _begin(connection: sa.Connection) -> None:
    """Who will write takes the lock at once: a reader that turns into a writer cannot wait."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


async def _put(connection: AsyncConnection, table: sa.Table, values: dict[str, Any]) -> None:
    """Insert a row, or replace the one with the same primary key."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    keys = [column.name for column in table.primary_key]
    fresh = {name: value for name, value in values.items() if name not in keys}
    statement = insert(table).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh))


async def _delete(
    connection: AsyncConnection, table: sa.Table, *conditions: sa.ColumnElement[bool]
) -> int:
    return (await connection.execute(sa.delete(table).where(*conditions))).rowcount


def _question(row: sa.Row[Any]) -> AskedQuestion:
    values = {item.name: getattr(row, _COLUMNS.get(item.name, item.name)) for item in _FIELDS}
    return AskedQuestion(**values)
