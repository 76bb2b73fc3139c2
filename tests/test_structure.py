"""The rooms and the direction of imports between them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TELEGRAM = {"telegram"}
DATABASE = {"sqlalchemy", "alembic"}
LANGUAGE = {"jieba", "opencc", "pypinyin"}


def imports(file: Path) -> Iterator[str]:
    """The top-level names of the packages that a module imports, at whatever depth."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("file", modules("knowledge"), ids=lambda file: file.name)
def test_the_core_knows_no_messenger_database_or_adapter(file: Path) -> None:
    """`knowledge/` imports neither `bot` nor Telegram nor a database."""
    assert not set(imports(file)) & ({"bot"} | TELEGRAM | DATABASE)


@pytest.mark.parametrize("name", ["dialogue.py", "sessions.py", "render.py", "jsonl.py"])
def test_pure_rooms_know_no_messenger_and_no_database(name: str) -> None:
    """What turns messages into answers can be tested without Telegram and without a database."""
    assert not set(imports(ROOT / "bot" / name)) & (TELEGRAM | DATABASE)


def test_only_one_module_touches_the_language_libraries() -> None:
    """jieba, opencc and pypinyin stay behind `knowledge/words.py`."""
    touching = {
        str(file.relative_to(ROOT))
        for room in ("knowledge", "bot")
        for file in modules(room)
        if set(imports(file)) & LANGUAGE
    }
    assert touching == {"knowledge/words.py"}


def test_only_storage_and_migrations_touch_the_database() -> None:
    """Every SQL statement stands in one place."""
    touching = {
        file.relative_to(ROOT).parts[:2]
        for file in modules("bot")
        if set(imports(file)) & DATABASE
    }
    assert touching == {("bot", "storage.py"), ("bot", "migrations")}
