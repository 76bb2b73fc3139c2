"""What residents read of answers, articles and the bot itself, wherever they ask."""

from __future__ import annotations

from bot.wording.part import Part


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
    tell: str
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


class Inline(Part):
    ask: str
    none: str


class Privacy(Part):
    stored: str
    subscribed: str
    draft: str
    handoffs: str
    barred: str
    called: str
    waiting: str
    period: str
    day: str
    contact: str
    number: str
    nothing: str
    purpose: str
    erase: str
    failed: str


class Forget(Part):
    confirm: str
    handed: str
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
