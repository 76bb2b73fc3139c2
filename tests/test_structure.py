"""The rooms: who may import whom, and that importing does nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for room in ("bot", "knowledge")
    for file in sorted((ROOT / room).rglob("*.py"))
}
LANGUAGE = {"jieba", "opencc", "pypinyin"}
DATABASE = {"sqlalchemy", "alembic", "aiosqlite", "asyncpg"}
STORES = {  # modules with SQL statements
    "bot.afterwards",
    "bot.archive",
    "bot.audit",
    "bot.belongings",
    "bot.chatbook",
    "bot.database",
    "bot.handoff.erasure",
    "bot.handoff.intake",
    "bot.handoff.mailbag",
    "bot.handoff.register",
    "bot.figures.counts",
    "bot.figures.digests",
    "bot.figures.log",
    "bot.grants",
    "bot.importing.shelf",
    "bot.inbox.register",
    "bot.inbox.waitlist",
    "bot.orders",
    "bot.outbox",
    "bot.reach",
    "bot.reloading.versions",
    "bot.storage",
    "bot.writings",
}
FOR_TYPES = "TYPE_CHECKING"
TELEGRAM = {  # modules that speak with Telegram's library; all others do without
    "bot.admins",
    "bot.app",
    "bot.commands",
    "bot.connection",
    "bot.delivery",
    "bot.handlers",
    "bot.handoff.courier",
    "bot.handoff.desk",
    "bot.handoff.intake",
    "bot.handoff.members",
    "bot.mending",
    "bot.posting",
    "bot.processing",
    "bot.service",
    "bot.uploads",
}


def _imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, anywhere in it but for types only."""
    waiting: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.If) and FOR_TYPES in ast.dump(node.test):
            waiting.extend(node.orelse)
            continue
        waiting.extend(ast.iter_child_nodes(node))


def _reach(module: str) -> set[str]:
    """Every module that comes along when `module` is imported, ours followed further."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            if name in MODULES:
                waiting.extend(_imports(MODULES[name]))
    return seen


def _packages(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("knowledge")])
def test_the_core_knows_nothing_of_the_messenger(module: str) -> None:
    """knowledge/ imports neither bot nor Telegram's library nor a database."""
    assert _packages(_reach(module)) & ({"bot", "telegram"} | DATABASE) == set()


@pytest.mark.parametrize(
    "module",
    [
        "bot.dialogue",
        "bot.render",
        "bot.sessions",
        "bot.jsonl",
        "bot.evaluating",
        "bot.report",
    ],
)
def test_conversation_and_rendering_are_pure(module: str) -> None:
    """What the terminal and Telegram share comes without Telegram's library and the database."""
    assert _packages(_reach(module)) & ({"telegram"} | DATABASE) == set()


@pytest.mark.parametrize("module", MODULES)
def test_libraries_stay_in_their_rooms(module: str) -> None:
    """Language libraries only in words and its dictionary, the database only in the
    stores and the migrations, Telegram's library only in the modules that speak with it."""
    direct = _packages(set(_imports(MODULES[module])))
    if module not in {"knowledge.words", "knowledge.dictionary"}:
        assert direct & LANGUAGE == set()
    if module not in STORES and not module.startswith("bot.migrations"):
        assert direct & DATABASE == set()
    if not any(module == room or module.startswith(f"{room}.") for room in TELEGRAM):
        assert "telegram" not in direct


@pytest.mark.parametrize("module", MODULES)
def test_modules_say_what_they_are_for(module: str) -> None:
    """Each begins with a docstring."""
    assert ast.get_docstring(ast.parse(MODULES[module].read_text(encoding="utf-8")))


IMPORT_ALL = """
import importlib, logging, sys, threading

opened = []
def watch(event, arguments):
    if event in {"socket.connect", "subprocess.Popen", "sqlite3.connect"}:
        opened.append(event)
    if event == "open" and str(arguments[0]).endswith((".yaml", ".txt", ".json", ".db", ".big")):
        opened.append(arguments[0])
for name in sys.argv[1:]:  # their own data is their own affair
    if name.startswith("+"):
        importlib.import_module(name[1:])
sys.addaudithook(watch)
level, handlers = logging.root.level, list(logging.root.handlers)
threads = threading.active_count()
for name in sys.argv[1:]:
    if not name.startswith("+"):
        importlib.import_module(name)
assert not opened, opened
assert (logging.root.level, logging.root.handlers) == (level, handlers)
assert threading.active_count() == threads
import jieba
assert not jieba.dt.initialized
"""


def test_importing_has_no_effect() -> None:
    """No dictionary or word list is read, nothing connected, no logging set up, no thread begun
    and nothing printed when any module is imported."""
    others = [
        "telegram.ext",
        "sqlalchemy",
        "alembic.command",
        "pydantic_settings",
        "typer",
        "rich",
    ]
    ours = [
        name
        for name in MODULES
        if name not in ("bot.__main__", "bot.migrations.env") and ".versions." not in name
    ]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *(f"+{name}" for name in others), *ours],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize(
    "module", ["bot.cli", "bot.asking", "bot.jsonl", "bot.checking", "bot.evaluating"]
)
def test_commands_start_lean(module: str) -> None:
    """What the terminal's commands load on the way to an answer."""
    program = f"import sys, {module}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = _packages(set(done.stdout.split()))
    assert loaded & {"telegram", "sqlalchemy", "alembic", "rich", "httpx", "asyncpg"} == set()
