"""The settings as frozen values: every section of config.yaml, with its defaults and bounds.

What a key means stands in config.yaml; `bot.config` reads the file and the environment.
"""

from __future__ import annotations

import hashlib
import os
import re
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

import knowledge
from knowledge.dictionary import cache_folder

PREFIX = "BULLETIN__"
DELIMITER = "__"
BUNDLED_CONTENT = Path(knowledge.__file__).parent / "content"
SCHEMES = ("sqlite", "sqlite+aiosqlite", "postgresql", "postgres", "postgresql+asyncpg")
_SPAN = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", re.ASCII)
_HOUR, _DAY = 60, 24 * 60  # minutes
_LONGEST_NAME = 10  # characters that fit on a button


def _misfit(key: str, sentence: str) -> PydanticCustomError:
    """Two keys of a section do not fit together; `key` is the one to look at."""
    return PydanticCustomError("misfit", "{sentence}", {"key": key, "sentence": sentence})


def _integer(value: object) -> object:
    if isinstance(value, bool | float):
        raise ValueError("要写整数")
    return value


def _web_address(value: str) -> str:
    if not re.match(r"https?://[^\s/]+", value):
        raise ValueError("要写以 https:// 或 http:// 开头的完整网址")
    return value


def _database(value: str) -> str:
    if value.partition(":")[0] not in SCHEMES or "://" not in value:
        raise ValueError("要写 sqlite:///文件 或 postgresql://用户:密码@主机/库名")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError):
        raise ValueError("没有这个时区（写法如 Asia/Shanghai；精简系统要先安装 tzdata）") from None
    return value


def _name(value: str) -> str:
    if not value.strip() or len(value.strip()) > _LONGEST_NAME:
        raise ValueError(f"要写 1 到 {_LONGEST_NAME} 个字")
    return value.strip()


def _named_once(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(value)) < len(value):
        raise ValueError("里有重复的名字")
    return value


def _written_out(value: object) -> object:
    """YAML takes 20:30 without quotation marks for a number in sixties."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return f"{value // 60:02}:{value % 60:02}"
    return value


def _clock(value: str) -> str:
    found = re.fullmatch(r"([01]?\d|2[0-3])[:：]([0-5]\d)", value.strip(), re.ASCII)
    if found is None:
        raise ValueError('要写成几点几分，例如 "08:00"；不要就写 null')
    return f"{int(found[1]):02}:{found[2]}"


Whole = Annotated[int, BeforeValidator(_integer)]
Id = Annotated[Whole, Field(ge=-(2**63), lt=2**63)]
Address = Annotated[str, AfterValidator(_web_address)]
Name = Annotated[str, AfterValidator(_name)]
Share = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    """A section of config.yaml: unknown keys are errors; a section left empty is the default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _empty(cls, value: object) -> object:
        return {} if value is None else value


class Content(Section):
    path: Path | None = None
    keep_versions: Annotated[Whole, Field(ge=1, le=1000)] = 10
    copies: Path | None = None
    watch: bool = False

    @property
    def folder(self) -> Path:
        """The content folder: the one named, or the one that comes with the program."""
        return self.path or BUNDLED_CONTENT

    @property
    def copies_folder(self) -> Path:
        """Where copies of the versions in use are kept: in this user's cache, apart for each
        content folder, unless a place is named."""
        if self.copies is not None:
            return self.copies
        told = hashlib.blake2s(os.fsencode(self.folder.resolve()), digest_size=8).hexdigest()
        return cache_folder() / "copies" / told


class Store(Section):
    url: Annotated[str, AfterValidator(_database)] = "sqlite+aiosqlite:///data/bulletin.db"


class Webhook(Section):
    listen: str = "127.0.0.1"
    port: Annotated[Whole, Field(ge=1, le=65535)] = 8080
    public_url: Address | None = None


class Telegram(Section):
    base_url: Address = "https://api.telegram.org/bot"
    base_file_url: Address = "https://api.telegram.org/file/bot"
    mode: Literal["polling", "webhook"] = "polling"
    webhook: Webhook = Webhook()
    concurrent: Annotated[Whole, Field(ge=1, le=4096)] = 256

    @model_validator(mode="after")
    def _reachable(self) -> Telegram:
        if self.mode == "webhook" and self.webhook.public_url is None:
            raise _misfit("mode", "是 webhook 时，telegram.webhook.public_url 必须填写")
        return self


class Roles(Section):
    owners: tuple[Id, ...] = ()
    editors: tuple[Id, ...] = ()
    staff: tuple[Id, ...] = ()
    staff_chat: Id | None = None


class Sessions(Section):
    idle_minutes: Annotated[Whole, Field(ge=1, le=10080)] = 30


class Bulletin(Section):
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Answers(Section):
    answered: Share = 0.4
    related: Share = 0.2
    options: Annotated[Whole, Field(ge=1, le=10)] = 4

    @model_validator(mode="after")
    def _in_order(self) -> Answers:
        if self.related >= self.answered:
            raise _misfit("related", "要小于 answers.answered")
        return self


class Evaluation(Section):
    """What `eval` demands of its figures: shares from 0 to 1, None where nothing is demanded."""

    longest: Annotated[Whole, Field(ge=1, le=10000)] = 320
    right_min: Share | None = None
    follow_ups_min: Share | None = None
    auroc_min: Share | None = None
    near_max: Share | None = None
    other_max: Share | None = None
    chat_max: Share | None = None
    strays_max: Annotated[Whole, Field(ge=0)] | None = None


class Groups(Section):
    """How much of a group's talk the bot takes on."""

    user_per_minute: Annotated[Whole, Field(ge=1, le=1000)] = 10
    chat_per_minute: Annotated[Whole, Field(ge=1, le=1000)] = 18


class Inbox(Section):
    days: Annotated[Whole, Field(ge=1, le=3650)] = 90


class Announcements(Section):
    """What announcements are about: `categories` are names that people read on buttons."""

    categories: Annotated[tuple[Name, ...], AfterValidator(_named_once), Field(min_length=1)] = (
        "政策",
        "医疗",
        "教育",
        "好人",
        "活动",
        "应急",
    )
    urgent: tuple[Name, ...] = ("应急",)
    streets: Annotated[tuple[Name, ...], AfterValidator(_named_once)] = ()
    per_second: Annotated[Whole, Field(ge=2, le=1000)] = 30
    resend_unconfirmed: bool = True
    lease_seconds: Annotated[Whole, Field(ge=5, le=3600)] = 60
    give_up_hours: Annotated[Whole, Field(ge=1, le=168)] = 24

    @model_validator(mode="after")
    def _known(self) -> Announcements:
        if not set(self.urgent) <= set(self.categories):
            raise _misfit("urgent", "里的每一项都要在 announcements.categories 里")
        return self


class Importing(Section):
    """How much of a file that an editor sends is read; 20 MB are all that Telegram hands out."""

    largest_mb: Annotated[Whole, Field(ge=1, le=20)] = 20
    seconds: Annotated[Whole, Field(ge=5, le=300)] = 30
    memory_mb: Annotated[Whole, Field(ge=384, le=8192)] = 768


class Digest(Section):
    """When editors are told every day what was asked; None is never."""

    at: Annotated[str, BeforeValidator(_written_out), AfterValidator(_clock)] | None = "08:00"

    @property
    def time(self) -> time | None:
        return time.fromisoformat(self.at) if self.at is not None else None


def _spans(value: tuple[str, ...]) -> tuple[str, ...]:
    spans = [span_of(text) for text in value]
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        raise ValueError("里的几段时间要按先后写，不能重叠")
    return value


def span_of(text: str) -> tuple[int, int]:
    """A span of a day such as 9:00-17:30, as minutes from midnight. Raises ValueError."""
    found = _SPAN.fullmatch(text)
    if found is not None:
        numbers = [int(number) for number in found.groups()]
        start, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
        if start < end <= _DAY and max(numbers[1], numbers[3]) < _HOUR:
            return start, end
    raise ValueError("要写成 9:00-17:30 这样的时间")


Spans = Annotated[tuple[str, ...], AfterValidator(_spans)]


class Week(Section):
    """Office hours of each day of the week; an empty day has none."""

    monday: Spans = ("9:00-17:30",)
    tuesday: Spans = ("9:00-17:30",)
    wednesday: Spans = ("9:00-17:30",)
    thursday: Spans = ("9:00-17:30",)
    friday: Spans = ("9:00-17:30",)
    saturday: Spans = ()
    sunday: Spans = ()

    @property
    def days(self) -> tuple[Spans, ...]:
        """The spans of Monday to Sunday."""
        return (
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        )

    @model_validator(mode="after")
    def _some(self) -> Week:
        if not any(self.days):
            raise _misfit("monday", "到 sunday 至少要有一天写上时间")
        return self


def _ascending(value: tuple[float, ...]) -> tuple[float, ...]:
    if any(before >= after for before, after in pairwise(value)):
        raise ValueError("里的小时数要从小到大写")
    return value


Hours = Annotated[float, Field(gt=0, le=1000)]


class Handoff(Section):
    """When staff look at what residents hand over, and how long a hand-off lasts."""

    hours: Week = Week()
    holidays: tuple[date, ...] = ()
    remind_hours: Annotated[tuple[Hours, ...], AfterValidator(_ascending)] = (2, 8, 24)
    close_days: Annotated[Whole, Field(ge=1, le=90)] = 3
    reopen_days: Annotated[Whole, Field(ge=1, le=90)] = 7
    per_minute: Annotated[Whole, Field(ge=1, le=1000)] = 20


class Logging(Section):
    level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
        BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
    ] = "INFO"


class Settings(BaseSettings):
    """Every setting that is not secret. Making one reads nothing: `load_settings` reads."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
        env_ignore_empty=True,
        env_parse_none_str="null",
    )

    content: Content = Content()
    storage: Store = Store()
    telegram: Telegram = Telegram()
    roles: Roles = Roles()
    sessions: Sessions = Sessions()
    bulletin: Bulletin = Bulletin()
    answers: Answers = Answers()
    eval: Evaluation = Evaluation()
    groups: Groups = Groups()
    announcements: Announcements = Announcements()
    importing: Importing = Importing()
    digest: Digest = Digest()
    handoff: Handoff = Handoff()
    inbox: Inbox = Inbox()
    logging: Logging = Logging()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)
