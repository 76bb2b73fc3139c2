"""Databases in this program's form, copied from one that was migrated: tests that are not about
migrations need not each do them."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from bot.storage import Storage

PREPARED = "prepared"  # the database on PostgreSQL that others are copied from
_SQLITE = "sqlite:///"


def prepare(url: str) -> None:
    """Where an SQLite file is to be made, put one that needs no migration."""
    path = Path(url.removeprefix(_SQLITE))
    if not url.startswith(_SQLITE) or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template(), path)


@cache
def _template() -> Path:
    template = Path(tempfile.mkdtemp(prefix="bulletin-tests-")) / "template.db"
    atexit.register(shutil.rmtree, template.parent)
    _migrate(f"{_SQLITE}{template}")
    return template


def prepare_postgres(server: Any) -> None:
    """Migrate the database that others are copied from."""
    server.psql(f"CREATE DATABASE {PREPARED}")
    _migrate(str(server.get_uri(PREPARED)))


def _migrate(url: str) -> None:
    """In a thread of its own, for whoever asks may be in an event loop."""

    async def migrate() -> None:
        await (await Storage.open(url)).close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, migrate()).result()
