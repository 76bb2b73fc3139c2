"""What residents and staff read of a matter that is handed over."""

from __future__ import annotations

from bot.handoff.cases import Closer
from bot.wording.part import Part


class HandoffButtons(Part):
    ask: str
    unnamed: str
    cancel: str
    end: str
    again: str
    ratings: dict[int, str]
    take: str
    release: str
    close: str
    bar: str
    bar_sure: str
    bar_not: str
    allow: str
    teach: str


class ToResident(Part):
    """`closed` by whom it was closed."""

    unreachable: str
    barred: str
    asks_name: str
    name_form: str
    asks_question: str
    goes_on: str
    cancelled: str
    received: str
    passed: str
    days: tuple[str, str]
    weekdays: tuple[str, str, str, str, str, str, str]
    day: str
    opens: str
    later: str
    answer: str
    edited: str
    sender: str
    closed: dict[Closer, str]
    rate: str
    thanks: str
    ended: str
    again: str
    not_passed: str
    failed: str
    slower: str
    no_contact: str
    no_kind: str
    sent_before: str
    gone: str
    in_group: str


class ToStaff(Part):
    """`states` says how a matter stands, `closed` who closed it."""

    named: str
    unnamed: str
    topic: str
    head: str
    question: str
    found: str
    nothing_found: str
    free: str
    taken: str
    ended: dict[Closer, str]
    in_topic: str
    by_reply: str
    wrote: str
    edited: str
    closed: dict[Closer, str]
    answers: str
    no_answer: str
    reopened: str
    rated: str
    overdue: str
    undelivered: str
    returned: str
    forgotten: str
    sure: str
    barred: str
    allowed: str
    taught: str
    more: str
    took: str
    has: str
    let_go: str
    stale: str
    editors_only: str
    nothing_to_teach: str
    failed: str
    no_kind: str
    lost: str
    name_kept: str
    name_form: str
    none_open: str
    open_head: str
    open_line: str
    waits: str
    new: str
    somebody: str
    wordless: str
    kinds: dict[str, str]


class HandoffSaid(Part):
    """What is said about hand-offs."""

    buttons: HandoffButtons
    resident: ToResident
    staff: ToStaff
