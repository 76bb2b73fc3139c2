"""Settings: every kind of mistake is named with its place, in Chinese, all in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.config import ConfigError, load_settings, secrets_from_environment
from bot.settings import BUNDLED_CONTENT, Settings

EXAMPLE = Path(__file__).parent.parent / "config.yaml"
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz_0123"  # the form of one, nobody's
TEXT = st.characters(exclude_categories=("Cs",))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of the machine that it runs on."""
    monkeypatch.chdir(tmp_path)
    for name in ("BULLETIN__STORAGE__URL", "TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)


def _write(text: str) -> Path:
    file = Path("config.yaml")
    file.write_text(text, encoding="utf-8")
    return file


def _problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load_settings(_write(text))
    return caught.value.problems


def test_without_a_file_defaults_hold(tmp_path: Path) -> None:
    """A newcomer needs no config.yaml; the database lies beside where it would be."""
    loaded = load_settings()
    assert loaded.content.folder == BUNDLED_CONTENT
    assert loaded.storage.url == f"sqlite+aiosqlite:///{tmp_path}/data/bulletin.db"
    assert loaded.telegram.mode == "polling"
    assert loaded.sessions.idle_minutes == 30


@pytest.mark.parametrize("text", ["", "# nothing\n", "content:\n", "telegram:\n  webhook:\n"])
def test_empty_sections_are_defaults(text: str) -> None:
    """What is left out or left empty is the default."""
    assert load_settings(_write(text)) == load_settings()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("contnt:\n  path: a\n", "config.yaml:1: 没有 contnt 这个配置项，是不是 content？"),
        (
            "telegram:\n  mod: webhook\n",
            "config.yaml:2: 没有 telegram.mod 这个配置项，是不是 telegram.mode？",
        ),
        ("telegram:\n  xyzzy: 1\n", "config.yaml:2: 没有 telegram.xyzzy 这个配置项"),
        (
            "telegram:\n\n  mode: carrier-pigeon\n",
            "config.yaml:3: telegram.mode 只能是 polling 或 webhook",
        ),
        (
            "telegram:\n  mode: webhook\n",
            "config.yaml:2: telegram.mode 是 webhook 时，telegram.webhook.public_url 必须填写",
        ),
        (
            "telegram:\n  webhook:\n    port: 70000\n",
            "config.yaml:3: telegram.webhook.port 不能大于 65535",
        ),
        (
            "telegram:\n  webhook:\n    public_url: bot.example.org\n",
            "config.yaml:3: telegram.webhook.public_url 要写以 https:// 或 http:// 开头的完整网址",
        ),
        (
            "sessions:\n  idle_minutes: 0\n",
            "config.yaml:2: sessions.idle_minutes 不能小于 1",
        ),
        (
            "sessions:\n  idle_minutes: 1.5\n",
            "config.yaml:2: sessions.idle_minutes 要写整数",
        ),
        (
            "sessions:\n  idle_minutes: yes\n",
            "config.yaml:2: sessions.idle_minutes 要写整数",
        ),
        (
            "sessions:\n  idle_minutes: 半小时\n",
            "config.yaml:2: sessions.idle_minutes 要写整数",
        ),
        (
            "roles:\n  owners:\n    - 42\n    - 张三\n",
            "config.yaml:4: roles.owners[1] 要写整数",
        ),
        ("roles:\n  owners: 42\n", "config.yaml:2: roles.owners 要写成列表，例如 [42]"),
        (
            "roles:\n  owners: [99999999999999999999]\n",
            "config.yaml:2: roles.owners[0] 数字太大",
        ),
        (
            "storage:\n  url: mysql://root@localhost/a\n",
            "config.yaml:2: storage.url 要写 sqlite:///文件 或 postgresql://用户:密码@主机/库名",
        ),
        (
            "bulletin:\n  timezone: Nantong\n",
            (
                "config.yaml:2: bulletin.timezone"
                " 没有这个时区（写法如 Asia/Shanghai；精简系统要先安装 tzdata）"
            ),
        ),
        (
            "answers:\n  answered: 0.2\n  related: 0.2\n",
            "config.yaml:3: answers.related 要小于 answers.answered",
        ),
        ("answers:\n  answered: -0.1\n", "config.yaml:2: answers.answered 不能小于 0.0"),
        ("content: here\n", "config.yaml:1: content 下面要写成若干行“键: 值”"),
        ("content:\n  path: [a]\n", "config.yaml:2: content.path 要写路径"),
        (
            "logging:\n  level: LOUD\n",
            "config.yaml:2: logging.level 只能是 DEBUG, INFO, WARNING, ERROR 或 CRITICAL",
        ),
        (
            "telegram:\n  mode: webhook\n  mode: polling\n",
            "config.yaml:3: telegram.mode 写了两次，上一次在第 2 行",
        ),
        ("1: a\n", "config.yaml:1: 冒号左边的键要写成文字"),
        ("- a\n- b\n", "config.yaml:1: 配置文件要写成若干行“键: 值”"),
        ("a: [1\nb: 2\n", "config.yaml:2: YAML 写法有误，请检查缩进、冒号和引号"),
        ("a: b: c\n", "config.yaml:1: YAML 写法有误，请检查缩进、冒号和引号"),
        (
            "telegram:\n  token: abc\n",
            (
                "config.yaml:2: 令牌和密钥不能写在这里，只放环境变量"
                " TELEGRAM_BOT_TOKEN、TELEGRAM_WEBHOOK_SECRET"
            ),
        ),
    ],
)
def test_mistake_is_named_with_file_and_line(text: str, problem: str) -> None:
    """One mistake, one sentence: where, what, and what to write instead."""
    assert _problems(text) == (problem,)


def test_all_mistakes_are_found_in_one_go() -> None:
    """An editor corrects everything at once."""
    text = (
        "telegram:\n  mode: fax\n  webhook:\n    port: 0\nnope: 1\nsessions:\n  idle_minutes: x\n"
    )
    lines = sorted(problem.split(":")[1] for problem in _problems(text))
    assert lines == ["2", "4", "5", "7"]


@pytest.mark.parametrize(
    "text",
    [
        f"telegram:\n  base_url: https://api.telegram.org/bot{TOKEN}\n",
        f"{TOKEN}: 1\n",
        f"telegram:\n  mode: {TOKEN}\n",
        f"roles:\n  owners: ['{TOKEN}']\n",
    ],
)
def test_token_in_the_file_is_refused_and_never_repeated(text: str) -> None:
    """A token that was written into config.yaml is an error that does not show it."""
    problems = _problems(text)
    assert any("令牌" in problem for problem in problems)
    assert TOKEN not in "".join(problems)


def test_password_of_a_refused_address_is_not_repeated() -> None:
    """No value stands in an error."""
    assert "hunter2" not in "".join(_problems("storage:\n  url: mysql://u:hunter2@h/b\n"))


def test_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    """Missing, a folder, not UTF-8."""
    (tmp_path / "gb.yaml").write_bytes("键: 值".encode("gb18030"))
    for name, sentence in {
        "none.yaml": "找不到配置文件：none.yaml",
        ".": "读不了配置文件：.，请检查它是不是文件、有没有读取权限",
        "gb.yaml": "gb.yaml: 不是 UTF-8 编码的文本，请另存为 UTF-8",
    }.items():
        with pytest.raises(ConfigError) as caught:
            load_settings(Path(name))
        assert caught.value.problems == (sentence,)


def test_environment_goes_above_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Single keys, lists as JSON, null, in any case; an empty variable counts as none."""
    monkeypatch.setenv("BULLETIN__TELEGRAM__WEBHOOK__PORT", "9000")
    monkeypatch.setenv("BULLETIN__ROLES__OWNERS", "[42, 43]")
    monkeypatch.setenv("bulletin__logging__level", "debug")
    monkeypatch.setenv("BULLETIN__CONTENT__PATH", "null")
    monkeypatch.setenv("BULLETIN__SESSIONS__IDLE_MINUTES", "")
    loaded = load_settings(
        _write(
            "telegram:\n  webhook:\n    port: 1\n    listen: 0.0.0.0\n"
            "content:\n  path: x\nsessions:\n  idle_minutes: 5\n"
        )
    )
    assert loaded.telegram.webhook.port == 9000
    assert loaded.telegram.webhook.listen == "0.0.0.0"
    assert loaded.roles.owners == (42, 43)
    assert loaded.logging.level == "DEBUG"
    assert loaded.content.folder == BUNDLED_CONTENT
    assert loaded.sessions.idle_minutes == 5


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("BULLETIN__TELEGRAM__MODE", "fax", "telegram.mode 只能是 polling 或 webhook"),
        ("BULLETIN__TELEGRAM__MOD", "fax", "没有 telegram.mod 这个配置项，是不是 telegram.mode？"),
        ("BULLETIN__NOPE__X", "1", "没有 nope.x 这个配置项"),
        ("BULLETIN__ROLES__OWNERS", "42", "roles.owners 要写成列表，例如 [42]"),
        ("BULLETIN__ROLES__OWNERS", "[42", "roles.owners 要写成列表，例如 [42]"),
        ("BULLETIN__LOGGING__LEVEL", TOKEN, "令牌只能放在 TELEGRAM_BOT_TOKEN 里"),
    ],
)
def test_mistake_in_the_environment_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    """The place of such a mistake is its variable."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert f"环境变量 {name}：{sentence}" in caught.value.problems
    assert TOKEN not in str(caught.value)


def test_relative_paths_count_from_the_file(tmp_path: Path) -> None:
    """However the program was started, the content and the database stay where they are."""
    folder = tmp_path / "etc"
    folder.mkdir()
    file = folder / "bot.yaml"
    file.write_text(
        "content:\n  path: pages\nstorage:\n  url: sqlite:///a/b.db\n", encoding="utf-8"
    )
    loaded = load_settings(file)
    assert loaded.content.folder == folder / "pages"
    assert loaded.storage.url == f"sqlite:///{folder}/a/b.db"


@pytest.mark.parametrize(
    "url", ["sqlite:////var/lib/b.db", "sqlite://", "postgresql://u:p@h/b", "sqlite:///:memory:"]
)
def test_other_addresses_are_left_as_they_are(url: str) -> None:
    """Absolute files, databases in memory and servers."""
    assert load_settings(_write(f"storage:\n  url: '{url}'\n")).storage.url == url


def test_secrets_come_from_the_environment_and_hide_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither shows when printed."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", f" {TOKEN}\n")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "s3cret_-")
    secrets = secrets_from_environment()
    assert [secret.get_secret_value() for secret in secrets.all()] == [TOKEN, "s3cret_-"]
    assert TOKEN not in f"{secrets!r} {secrets}"
    assert "s3cret" not in f"{secrets!r} {secrets}"


@pytest.mark.parametrize(
    ("token", "webhook", "sentence"),
    [
        ("", "", "没有设置环境变量 TELEGRAM_BOT_TOKEN：请填 @BotFather 给的令牌"),
        (
            "nonsense",
            "",
            "环境变量 TELEGRAM_BOT_TOKEN 不像令牌：应当是“数字:字母数字”的样子",
        ),
        (
            TOKEN,
            "with space",
            "环境变量 TELEGRAM_WEBHOOK_SECRET 只能用字母、数字、下划线和连字符，最多 256 个",
        ),
    ],
)
def test_unusable_secret_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, token: str, webhook: str, sentence: str
) -> None:
    """Missing or malformed, without the value."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", webhook)
    with pytest.raises(ConfigError) as caught:
        secrets_from_environment()
    assert caught.value.problems == (sentence,)


def _keys(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every key of the settings that holds a value, with its default."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _keys(inner, f"{above}{name}.")
        else:
            yield f"{above}{name}", field.default


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", tuple(value) if isinstance(value, list) else value


def test_the_bundled_file_holds_every_key_at_its_default() -> None:
    """config.yaml shows what can be set, nothing else, and changes nothing."""
    written = dict(_flat(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))))
    assert written == dict(_keys(Settings))


def test_every_key_of_the_bundled_file_has_its_comment() -> None:
    """Each line with a value says behind it what it is for."""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        key, _, rest = line.partition(": ")
        if rest and not line.lstrip().startswith("#"):
            _, _, comment = rest.partition("  # ")
            assert comment, key


@given(st.binary(max_size=200) | st.text(TEXT, max_size=200).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_file_breaks_the_reader(tmp_path: Path, data: bytes) -> None:
    """Whatever stands in the file, the outcome is settings or ConfigError."""
    file = tmp_path / "any.yaml"
    file.write_bytes(data)
    outcome: Settings | tuple[str, ...]
    try:
        outcome = load_settings(file)
    except ConfigError as error:
        outcome = error.problems
    assert outcome
