"""What the README says is so: every command, option and setting is documented, nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
import yaml

from bot.cli import app
from bot.commands import COMMANDS
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (.+?) \| .+ \|$", re.MULTILINE)
GROUP = typer.main.get_command(app)


def _table(heading: str) -> list[str]:
    """The first cells of the table whose first heading is `heading`."""
    _, _, rest = README.partition(f"| {heading} |")
    rows, _, _ = rest.partition("\n\n")
    return ROW.findall(rows)


def _options(command: str) -> set[str]:
    """The options of a command but those that every command has."""
    options = {name for parameter in GROUP.commands[command].params for name in parameter.opts}
    return {name for name in options if name.startswith("-")} - {"--config", "--help"}


def test_every_command_is_in_the_table() -> None:
    """The table lists the commands in the order of the help, and no other."""
    named = [cell.split()[1].rstrip("`") for cell in _table("命令")]
    assert named == list(GROUP.commands)


@pytest.mark.parametrize("cell", _table("命令"))
def test_every_option_is_in_the_table(cell: str) -> None:
    """A command's row shows its options, and no other."""
    command = cell.split()[1].rstrip("`")
    assert set(re.findall(r"--\w+", cell)) == _options(command)


def test_every_command_takes_a_config_file() -> None:
    """As the README says below the table."""
    for command in GROUP.commands.values():
        assert any("--config" in parameter.opts for parameter in command.params)


def test_every_telegram_command_is_in_its_table() -> None:
    """The commands that residents can send."""
    named = {cell.removeprefix("/") for cell in _table("Telegram 命令")}
    assert named == {command.name for command in COMMANDS}


def _keys() -> set[str]:
    """Every key of the settings that holds a value."""
    found = set()

    def walk(values: dict[str, object], above: str) -> None:
        for name, value in values.items():
            if isinstance(value, dict):
                walk(value, f"{above}{name}.")
            else:
                found.add(f"{above}{name}")

    walk(Settings().model_dump(), "")
    return found


def test_every_setting_is_in_the_table() -> None:
    """The settings' keys, and no other."""
    named = {key for cell in _table("配置项") for key in re.findall(r"`([\w.]+)`", cell)}
    assert named == _keys()


def test_every_variable_of_the_environment_is_named() -> None:
    """Secrets and overrides."""
    for name in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "BULLETIN__"):
        assert name in README


def test_make_targets_that_are_named_exist() -> None:
    """Each `make …` of the README is a target of the Makefile."""
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"(?:^ {4}|`)make (\w+)", README, re.M))
    assert named
    assert named <= targets


def test_files_that_are_named_exist() -> None:
    """The rooms of the architecture and the folders that editors are sent to."""
    for name in ("knowledge/weights.yaml", "knowledge/lexicon/synonyms", "config.yaml"):
        assert name in README
        assert (ROOT / name).exists()
    room = ""
    for line in README.partition("## 它怎样工作")[2].partition("## 开发")[0].splitlines():
        if found := re.match(r" {4}(bot|knowledge)/", line):
            room = found[1]
        for module in re.findall(r"\b\w+\.py\b", line):
            assert (ROOT / room / module).is_file(), module


def test_examples_of_content_load(tmp_path: Path) -> None:
    """The pieces of YAML in the README are what the content loader takes."""
    from knowledge.content import load

    blocks = [
        re.sub(r"^ {4}", "", block, flags=re.MULTILINE)
        for block in re.findall(r"(?:^ {4}.*\n)+", README, re.MULTILINE)
    ]
    issue, entry, check = (
        next(block for block in blocks if block.startswith(start))
        for start in ("date:", "- id:", "- question:")
    )
    quote = yaml.safe_load(entry)[0]["quote"]
    files = {
        "2024-01-14/issue.yaml": issue,
        "2024-01-14/a.txt": f"新图书馆开放\n\n3月5日,图书馆向公众开放。{quote},每天九点开门。\n",
        "qa/a.yaml": entry,
        "checks.yaml": check,
    }
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    content = load(tmp_path)
    assert (len(content.issues), len(content.entries), len(content.checks)) == (1, 1, 1)
