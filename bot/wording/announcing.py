"""What editors read when they announce, and residents when they subscribe."""

from __future__ import annotations

from pydantic import field_validator

from bot.announcements import Deed, State, Whom
from bot.wording.part import Part


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
