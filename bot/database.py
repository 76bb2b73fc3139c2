"""The database itself: how it is opened, its transactions, and its failures in plain words.

Works alike on SQLite and PostgreSQL. Any failure of the database is a StorageError whose text is
one Chinese sentence without address or password.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any, Self
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import await_only

from bot import migrations

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
BUSY = 30  # seconds that a writer waits for another process on the same SQLite file
_TRIES = 20  # a second, to turn on write-ahead logging
CONNECT = 10  # seconds for PostgreSQL to answer
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
_opening: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


class StorageError(Exception):
    """The database cannot be opened or used; the text is one sentence for the operator."""


class Database:
    """An open database. Close it: a connection left open keeps the process from ending."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writer = engine.execution_options(writing=True)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect to `url` and bring the tables to this program's form.

        `sqlite:///file` and `postgresql://…` find their drivers themselves; the folder of an
        SQLite file is made. Raises StorageError when the database cannot be reached, written or
        understood.
        """
        database = cls(_engine(_address(url)))
        try:
            await database._prepare()
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    def attached(cls, url: str) -> Self:
        """The database of a program that has opened it, for a process beside that program."""
        return cls(_engine(_address(url)))

    async def close(self) -> None:
        """Close every connection and end the threads behind them."""
        await self._reader.dispose()

    async def _prepare(self) -> None:
        lock = _opening.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        try:
            if self._reader.dialect.name == "sqlite" and not _in_memory(self._reader.url):
                await asyncio.to_thread(_probe, self._reader)
            async with self.reading():
                pass
        except (TypeError, ValueError):  # the driver does not know a parameter of the address
            raise StorageError("storage.url 问号后面的参数不能识别") from None
        try:
            async with lock, self.writing() as connection:  # Alembic's context is global
                await connection.run_sync(migrations.upgrade)
        except migrations.SchemaTooNewError:
            raise StorageError("数据库是由更新版本的程序建立的，请先升级本程序") from None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read with."""
        with _translated():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that writes: all of it is kept, or nothing."""
        with _translated():
            async with self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def listening(
        self, channel: str, heard: Callable[[], None]
    ) -> AsyncIterator[Callable[[], bool]]:
        """Meanwhile `heard` is called for each notification on a channel of PostgreSQL; SQLite
        tells nobody. What is yielded says whether the connection still lives."""
        if self._reader.dialect.name != "postgresql":
            yield lambda: True
            return
        from asyncpg import InterfaceError, PostgresError

        def hear(*_: object) -> None:
            heard()

        async with self.reading() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            try:
                await driver.add_listener(channel, hear)
            except (InterfaceError, PostgresError) as error:
                raise StorageError(_reason(error)) from error
            try:
                yield lambda: not driver.is_closed()
            finally:
                if not driver.is_closed():
                    await driver.remove_listener(channel, hear)


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


async def put(connection: AsyncConnection, table: sa.Table, values: dict[str, Any]) -> None:
    """Insert a row, or replace the one with the same primary key."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    keys = [column.name for column in table.primary_key]
    fresh = {name: value for name, value in values.items() if name not in keys}
    statement = insert(table).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh))


async def delete(
    connection: AsyncConnection, table: sa.Table, *conditions: sa.ColumnElement[bool]
) -> int:
    """Delete the rows that meet every condition; how many there were."""
    return (await connection.execute(sa.delete(table).where(*conditions))).rowcount
