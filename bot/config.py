"""Reading the settings: config.yaml, overridden by the environment, as one frozen value.

Everything wrong is found in one go and reported in Chinese, each problem with its place:
`config.yaml:12: …` or the environment variable's name. Values are never repeated in an error,
because they may be secret. Secrets come from the environment only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import EnvSettingsSource, YamlConfigSettingsSource

from bot.logs import redact
from bot.settings import DELIMITER, PREFIX, Section, Settings, Store

Keys = tuple[str, ...]

DEFAULT_FILE = Path("config.yaml")
_RELATIVE_SQLITE = re.compile(r"(sqlite(?:\+aiosqlite)?:///)(?!file:)(?=[^/:?])")
_NOT_HERE = "令牌和密钥不能写在这里，只放环境变量 TELEGRAM_BOT_TOKEN、TELEGRAM_WEBHOOK_SECRET"
_SENTENCES = {
    "literal_error": "只能是 {expected}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "数字太大",
    "int_parsing_size": "数字太大",
    "bool_type": "要写 true 或 false",
    "bool_parsing": "要写 true 或 false",
    "int_type": "要写整数",
    "int_parsing": "要写整数",
    "float_type": "要写数字",
    "float_parsing": "要写数字",
    "finite_number": "要写数字",
    "string_type": "要写文字",
    "path_type": "要写路径",
    "tuple_type": "要写成列表，例如 [42]",
    "too_short": "至少要写一项",
    "model_type": "下面要写成若干行“键: 值”",
    "dict_type": "下面要写成若干行“键: 值”",
}


class ConfigError(Exception):
    """Settings that cannot be used; `problems` holds one Chinese sentence for each."""

    def __init__(self, *problems: str) -> None:
        self.problems = tuple(redact(problem) for problem in dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What must never be printed. `webhook_secret` is None where nobody set one."""

    token: SecretStr
    webhook_secret: SecretStr | None = None

    def all(self) -> tuple[SecretStr, ...]:
        return (self.token,) if self.webhook_secret is None else (self.token, self.webhook_secret)


def secrets_from_environment() -> Secrets:
    """The secrets in TELEGRAM_BOT_TOKEN and TELEGRAM_WEBHOOK_SECRET.

    Raises ConfigError when the token is missing or either cannot be one.
    """
    token = os.environ.get("TELEGRAM_BOT_TOKEN", "").strip()
    webhook = os.environ.get("TELEGRAM_WEBHOOK_SECRET", "").strip()
    problems = []
    if not token:
        problems.append("没有设置环境变量 TELEGRAM_BOT_TOKEN：请填 @BotFather 给的令牌")
    elif not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token):
        problems.append("环境变量 TELEGRAM_BOT_TOKEN 不像令牌：应当是“数字:字母数字”的样子")
    if webhook and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", webhook):
        problems.append(
            "环境变量 TELEGRAM_WEBHOOK_SECRET 只能用字母、数字、下划线和连字符，最多 256 个"
        )
    if problems:
        raise ConfigError(*problems)
    return Secrets(token=SecretStr(token), webhook_secret=SecretStr(webhook) if webhook else None)


def load_settings(path: Path | None = None) -> Settings:
    """The settings of `path`, with the environment on top.

    Without `path`, ./config.yaml is read if it is there; if not, defaults hold. Relative paths
    in the settings count from the file's folder. Raises ConfigError with every problem found.
    """
    if path is None and os.path.lexists(DEFAULT_FILE):
        path = DEFAULT_FILE
    file = _read_file(path) if path is not None else _File()
    variables = {
        name: tuple(name[len(PREFIX) :].lower().split(DELIMITER))
        for name, value in os.environ.items()
        if name.upper().startswith(PREFIX) and value
    }
    problems = [*file.problems, *_unusable(variables)]
    values = _merged(file.values, _Environment(Settings)())
    try:
        settings = Settings(**values)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            problems.append(_problem(details, file, variables))
    if problems:
        raise ConfigError(*problems)
    return _anchored(settings, (path or DEFAULT_FILE).absolute().parent)


class _Environment(EnvSettingsSource):
    """A value that is not JSON is left as it is: validation then names its variable."""

    def decode_complex_value(self, field_name: str, field: Any, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """config.yaml as read; `lines` says where each key stands, counting from 1."""

    path: Path | None = None
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[Keys, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def place(self, keys: Keys) -> str:
        """The file and the line of the innermost of `keys` that the file holds."""
        for length in range(len(keys), 0, -1):
            if keys[:length] in self.lines:
                return f"{self.path}:{self.lines[keys[:length]]}"
        return str(self.path or "默认设置")


def _read_file(path: Path) -> _File:
    """The file's values and where they stand. Raises ConfigError when it cannot be parsed."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
        if root is None:
            return _File(path=path)
        if not isinstance(root, yaml.MappingNode):
            raise ConfigError(f"{path}:1: 配置文件要写成若干行“键: 值”")
        lines, problems = _survey(path, root)
        source = YamlConfigSettingsSource(Settings, yaml_file=path, yaml_file_encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"找不到配置文件：{path}") from None
    except OSError:
        raise ConfigError(f"读不了配置文件：{path}，请检查它是不是文件、有没有读取权限") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: 不是 UTF-8 编码的文本，请另存为 UTF-8") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ConfigError(f"{place}: YAML 写法有误，请检查缩进、冒号和引号") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ConfigError(f"{path}: YAML 写法有误，含有不能识别的内容") from None
    return _File(path=path, values=source(), lines=lines, problems=problems)


def _survey(path: Path, root: yaml.MappingNode) -> tuple[dict[Keys, int], tuple[str, ...]]:
    """The line of every key and list item, and what a parsed value no longer shows: keys written
    twice, tokens. Raises ConfigError for a key that is not text."""
    lines: dict[Keys, int] = {}
    problems = []
    for keys, marker, node in _walk(root, ()):
        place = f"{path}:{marker.start_mark.line + 1}"
        if marker is not node and marker.tag != "tag:yaml.org,2002:str":
            raise ConfigError(f"{place}: 冒号左边的键要写成文字")
        if keys in lines:
            problems.append(f"{place}: {_dotted(keys)} 写了两次，上一次在第 {lines[keys]} 行")
        if any(isinstance(n.value, str) and redact(n.value) != n.value for n in (marker, node)):
            problems.append(f"{place}: {_NOT_HERE}")
        lines.setdefault(keys, marker.start_mark.line + 1)
    return lines, tuple(problems)


def _walk(node: yaml.Node, above: Keys) -> Iterator[tuple[Keys, yaml.Node, yaml.Node]]:
    """Every key below `node` as (path, the node that marks its place, its value's node)."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = str(key.value) if above else str(key.value).lower()  # as sections are matched
            yield (*above, name), key, value
            yield from _walk(value, (*above, name))
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield (*above, str(number)), item, item
            yield from _walk(item, (*above, str(number)))


def _unusable(variables: Mapping[str, Keys]) -> Iterator[str]:
    """What validation cannot see: variables of sections that do not exist, tokens in values."""
    for name, keys in variables.items():
        if keys[0] not in Settings.model_fields:
            yield f"环境变量 {name}：{_unknown(keys)}"
        if redact(os.environ[name]) != os.environ[name]:
            yield f"环境变量 {name}：令牌只能放在 TELEGRAM_BOT_TOKEN 里"


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Both, key by key; where both have a value, that of `above`."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[key] = _merged(old, value) if both and old is not None else value
    return merged


def _problem(details: ErrorDetails, file: _File, variables: Mapping[str, Keys]) -> str:
    """One validation error as a sentence with its place."""
    context = details.get("ctx", {})
    keys = tuple(str(part) for part in details["loc"])
    if details["type"] == "misfit":
        keys = (*keys, context["key"])
    sentence = _sentence(details["type"], keys, context)
    for name, path in variables.items():
        length = min(len(path), len(keys))
        if path[:length] == keys[:length]:
            return f"环境变量 {name}：{sentence}"
    return f"{file.place(keys)}: {sentence}"


def _sentence(kind: str, keys: Keys, context: Mapping[str, Any]) -> str:
    if kind == "extra_forbidden":
        return _unknown(keys)
    if kind == "misfit":
        return f"{_dotted(keys)} {context['sentence']}"
    if kind == "value_error":
        return f"{_dotted(keys)} {context['error']}"
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", " 或 ")
    text = _SENTENCES.get(kind, f"取值不对（{kind}）")
    return f"{_dotted(keys)} {text.format(**{**context, 'expected': expected})}"


def _unknown(keys: Keys) -> str:
    if re.search("token|secret|password", keys[-1], re.IGNORECASE):
        return _NOT_HERE
    model: Any = Settings
    for key in keys[:-1]:
        model = model.model_fields[key].annotation if key in model.model_fields else Section
    near = get_close_matches(keys[-1], model.model_fields, n=1)
    hint = f"，是不是 {_dotted((*keys[:-1], near[0]))}？" if near else ""
    return f"没有 {_dotted(keys)} 这个配置项{hint}"


def _dotted(keys: Keys) -> str:
    """`roles.owners[0]` for ("roles", "owners", "0")."""
    return "".join(f"[{key}]" if key.isdecimal() else f".{key}" for key in keys).lstrip(".")


def _anchored(settings: Settings, folder: Path) -> Settings:
    """The settings with relative paths counted from `folder`."""
    url = settings.storage.url
    places = {
        name: folder / place.expanduser()
        for name in ("path", "copies")
        if (place := getattr(settings.content, name)) is not None
    }
    content = settings.content.model_copy(update=places)
    store = Store(url=_RELATIVE_SQLITE.sub(lambda found: f"{found[1]}{folder}/", url, count=1))
    return settings.model_copy(update={"content": content, "storage": store})
