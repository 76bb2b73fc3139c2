"""The database's form as numbered steps, only ever appended; `upgrade` takes those still missing.

Run by the program itself when it opens the database; there is no alembic.ini.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

_LOCK = 0x62756C6C6574696E  # "bulletin": the number of the advisory lock on PostgreSQL


class SchemaTooNewError(Exception):
    """The database was already taken further by a newer version of the program."""


def upgrade(connection: Connection) -> None:
    """Bring the database to the newest form, inside the transaction that `connection` is in.

    Processes that start at once take turns: on PostgreSQL by an advisory lock that lasts as long
    as the transaction, on SQLite because the transaction began as a writing one.
    Raises SchemaTooNewError when the database has a step that this program does not know.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    known = {step.revision for step in script.walk_revisions()}
    done = set(MigrationContext.configure(connection).get_current_heads())
    if not done <= known:
        raise SchemaTooNewError
    if done != set(script.get_heads()):
        command.upgrade(config, "head")
