"""The sentences of locales/zh.yaml as one frozen value; a key too many or too few is an error."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources import files

from pydantic import field_validator

from bot.wording.announcing import Announcing, Subscribing
from bot.wording.answers import (
    Asking,
    Buttons,
    Citation,
    Contents,
    Feedback,
    Forget,
    Help,
    Inline,
    Notices,
    Privacy,
    Silence,
    Stances,
    Start,
)
from bot.wording.figures import FiguresSaid
from bot.wording.groups import Groups, SettingsMenu
from bot.wording.handoff import HandoffSaid
from bot.wording.importing import Importing
from bot.wording.inbox import InboxSaid
from bot.wording.part import Part
from bot.wording.reloading import Reloading
from bot.wording.roles import RolesSaid
from knowledge.model import Chat, Lack
from knowledge.own_yaml import read_own


class Terminal(Part):
    """What a conversation in the terminal says; `leave` are the words that end it."""

    welcome: str
    prompt: str
    leave: tuple[str, ...]


class Operator(Part):
    token_refused: str
    not_listening: str
    no_watching: str


class Wording(Part):
    """Every sentence that people read. `Wording.load()` reads the bundled file."""

    silence: dict[Lack, Silence]
    nearest: str
    chat: dict[Chat, str]
    stance: Stances
    citation: Citation
    asked: str
    options: str
    choose: str
    again: str
    passage: str
    buttons: Buttons
    start: Start
    help: Help
    issue: Contents
    ask: Asking
    groups: Groups
    settings: SettingsMenu
    inline: Inline
    privacy: Privacy
    forget: Forget
    feedback: Feedback
    notices: Notices
    announcing: Announcing
    subscribing: Subscribing
    handoff: HandoffSaid
    figures: FiguresSaid
    roles: RolesSaid
    importing: Importing
    inbox: InboxSaid
    reloading: Reloading
    commands: dict[str, str]
    terminal: Terminal
    operator: Operator

    @field_validator("silence", "chat")
    @classmethod
    def _complete(cls, value: dict[Lack, Silence] | dict[Chat, str]) -> object:
        expected = set(Lack) if any(isinstance(key, Lack) for key in value) else set(Chat)
        if lacking := expected - set(value):
            raise ValueError(f"missing: {', '.join(sorted(lacking))}")
        return value

    @classmethod
    def load(cls) -> Wording:
        """The wording that comes with the program. Raises ValidationError when it is not whole."""
        source = files("bot").joinpath("locales/zh.yaml").read_text(encoding="utf-8")
        return cls.model_validate(read_own(source))

    def moment(self, value: datetime) -> str:
        """A moment in words, in the time of its zone."""
        return f"{self.date(value.date())}{value:%H:%M}"

    def date(self, value: date | None) -> str:
        """A date in words, or that it is not known."""
        if value is None:
            return self.citation.no_date
        return self.citation.date.format(year=value.year, month=value.month, day=value.day)
