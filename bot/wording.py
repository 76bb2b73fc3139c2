"""The sentences of locales/zh.yaml as one frozen value; a key too many or too few is an error."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from bot.announcements import Deed, State, Whom
from knowledge.model import Chat, Lack


class Part(BaseModel):
    """A section of the locale file: unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Silence(Part):
    """What is said of the bulletin's silence; `named` where the lacking words are known."""

    plain: str
    named: str | None = None


class Stances(Part):
    plan: str
    proposal: str
    delegate: str


class Citation(Part):
    lead: str
    article: str
    section: str
    paragraph: str
    date: str
    no_date: str
    byline: str
    staff: str


class Buttons(Part):
    passage: str
    good: str
    bad: str
    articles: str
    erase: str
    keep: str


class Start(Part):
    welcome: str
    current: str
    invite: str
    empty: str
    group: str
    group_plain: str
    gone: str


class Help(Part):
    how: str
    commands: str


class Contents(Part):
    heading: str
    sections: str
    empty: str


class Asking(Part):
    missing: str
    missing_plain: str


class Groups(Part):
    welcome: str
    welcome_plain: str
    miss: str
    which: str
    private: str
    slower: str
    busy: str
    voice: str
    not_yours: str


class SettingsMenu(Part):
    title: str
    answers: str
    announcements: str
    categories: str
    hours: str
    sound: str
    topic: str
    on: str
    off: str
    all_categories: str
    no_categories: str
    no_hours: str
    span: str
    sounding: str
    soundless: str
    topic_here: str
    topic_general: str
    topic_other: str
    stop_answers: str
    start_answers: str
    stop_announcements: str
    start_announcements: str
    change_categories: str
    change_hours: str
    make_silent: str
    make_sound: str
    move_here: str
    move_general: str
    finish: str
    back: str
    chosen: str
    unchosen: str
    choose_all: str
    choose_none: str
    choose_categories: str
    choose_hours: str
    kept: str
    admins_only: str
    unknown: str
    failed: str
    hours_form: str


class Inline(Part):
    ask: str
    none: str


class Privacy(Part):
    stored: str
    subscribed: str
    draft: str
    period: str
    day: str
    contact: str
    nothing: str
    purpose: str
    erase: str
    failed: str


class Forget(Part):
    confirm: str
    done: str
    nothing: str
    kept: str
    failed: str


class Feedback(Part):
    good: str
    bad: str
    gone: str
    failed: str


class Notices(Part):
    changed: str
    updated: str
    odd_button: str
    no_passage: str
    not_text: str
    unknown_command: str
    apology: str


class Spans(Part):
    minute: str
    minutes: str
    hours: str


class ProgressSaid(Part):
    head: dict[Deed, str]
    counts: str
    left: str


class ReportSaid(Part):
    """`sorts` are the sorts of chats that were missed, or not surely reached once, `reasons` what
    Telegram's words mean."""

    head: dict[Deed, str]
    nobody: str
    done: str
    done_rows: str
    cancelled: str
    more: str
    no_misses: str
    sorts: dict[str, str]
    reasons: dict[str, str]

    @field_validator("sorts")
    @classmethod
    def _complete(cls, value: dict[str, str]) -> dict[str, str]:
        if set(value) != {"unconfirmed", "doubled", "refused", "gone"}:
            raise ValueError("sorts")
        return value


class AnnouncingButtons(Part):
    resend: str
    misses: str
    leave: str
    ask: str
    digest: str
    next: str
    afresh: str
    drop: str
    all: str
    only: str
    groups: str
    street: str
    chosen: str
    back: str
    earlier: str
    later: str
    now: str
    confirm: str
    reword: str
    content: str
    whom: str
    time: str
    older: str
    stop: str
    edit: str
    recall: str
    pin: str
    unpin: str
    recall_sure: str
    stop_sure: str
    leave_it: str


class Wizard(Part):
    content: str
    taken: str
    category: str
    whom: str
    groups: str
    no_groups: str
    street: str
    time: str
    look: str
    is_category: str
    reaches: str
    at: str
    now: str
    repeats: str
    lasts: str
    urgent: str
    nobody: str
    sure: str
    confirmed: str
    dropped: str
    reword: str
    reworded: str
    rewording: str
    too_late: str
    busy: str
    untitled: str
    no_content: str
    faults: dict[str, str]
    times: dict[str, str]


class OverviewSaid(Part):
    none: str
    head: str
    line: str
    open: str
    is_state: str
    is_for: str
    counts: str
    deed: str
    due: str
    street: str
    states: dict[State, str]
    whom: dict[Whom, str]
    deeds: dict[Deed, str]
    part: str
    which_part: str
    sure_recall: str
    sure_stop: str
    recalling: str
    stopped: str
    pinning: str
    resending: str
    cannot: str


class Announcing(Part):
    """What editors read when they announce."""

    spans: Spans
    progress: ProgressSaid
    report: ReportSaid
    buttons: AnnouncingButtons
    digest: str
    withdrawn: str
    failed: str
    wizard: Wizard
    overview: OverviewSaid


class Subscribing(Part):
    """What residents read when they subscribe to announcements."""

    choose: str
    streets: str
    end: str
    joined: str
    left: str
    left_for_good: str
    ended: str
    nothing: str


class Terminal(Part):
    """What a conversation in the terminal says; `leave` are the words that end it."""

    welcome: str
    prompt: str
    leave: tuple[str, ...]


class Operator(Part):
    token_refused: str
    not_listening: str


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
        return cls.model_validate(yaml.safe_load(source))

    def moment(self, value: datetime) -> str:
        """A moment in words, in the time of its zone."""
        return f"{self.date(value.date())}{value:%H:%M}"

    def date(self, value: date | None) -> str:
        """A date in words, or that it is not known."""
        if value is None:
            return self.citation.no_date
        return self.citation.date.format(year=value.year, month=value.month, day=value.day)
