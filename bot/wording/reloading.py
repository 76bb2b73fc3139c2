"""What editors read when the content changes."""

from __future__ import annotations

from bot.wording.part import Part


class ReloadingButtons(Part):
    swap: str
    drop: str
    back: str


class VersionSaid(Part):
    """`deeds` are the ways in which a version came to be used, by the words of the program."""

    live: str
    since: str
    by: str
    nobody: str
    holds: str
    differs: str
    line: str
    deeds: dict[str, str]
    other: str


class Reloading(Part):
    reading: str
    waits: str
    progress: str
    same: str
    swapped: str
    back: str
    articles: str
    entries: str
    added: str
    changed: str
    gone: str
    more: str
    unnamed: str
    failing: str
    sure: str
    refused: str
    more_problems: str
    outdated: str
    lost: str
    dropped: str
    not_swapped: str
    unsure: str
    told: str
    failed: str
    choose: str
    no_versions: str
    watched: str
    watched_bad: str
    buttons: ReloadingButtons
    version: VersionSaid
