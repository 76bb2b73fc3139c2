"""What editors read of what was asked in vain, and residents who wait for an answer."""

from __future__ import annotations

from bot.wording.part import Part


class InboxButtons(Part):
    same: str
    other: str
    find: str
    write: str
    ignore: str
    earlier: str
    later: str
    next: str
    teach: str
    again: str
    name: str
    drop: str
    undo: str
    undone: str


class Whats(Part):
    """What was done, by the deed's name."""

    alias: str
    answer: str
    ignore: str


class Faults(Part):
    """Why something is not taught, by the fault's name."""

    empty: str
    long_question: str
    long_answer: str
    long_name: str
    taken: str
    not_found: str
    unanswered: str
    harmful: str
    unreadable: str
    outdated: str
    by_hand: str


class InboxSaid(Part):
    head: str
    question: str
    others: str
    counts: str
    complaints: str
    nearest: str
    further: str
    why: str
    no_candidate: str
    nothing: str
    settled: str
    ignored: str
    changed: str
    ask_answer: str
    ask_other: str
    ask_name: str
    dropped: str
    busy: str
    look: str
    failing: str
    numbers: str
    taught: str
    nothing_to_undo: str
    undone_taught: str
    undone_ignored: str
    other: str
    sure_undo: str
    whats: Whats
    faults: Faults
    failed: str
    buttons: InboxButtons
    waits: str
    waits_already: str
    was_told: str
    cannot_wait: str
    told: str
    file_head: str
