"""What is read in groups, and in the settings of one."""

from __future__ import annotations

from bot.wording.part import Part


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
