"""The settings of a group as one message with buttons: what it shows, and what a press sets.

A button says what will hold after it is pressed, not "the other of two", so that pressing an old
message twice does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from zlib import crc32

from bot.buttons import Action, Button, Keyboard, button
from bot.chats import Chat, Quiet
from bot.wording import Wording

MAIN, CATEGORIES, HOURS, DONE = "main", "cats", "hours", "done"
_ON, _OFF = "on", "off"
_HOURS = ("20:00-08:00", "21:00-07:00", "22:00-07:00", "22:00-08:00", "23:00-06:00")
_CLOCK = r"(\d{1,2})(?:[:：](\d{2})|[点时](半)?)?"
_SPAN = re.compile(rf"\s*{_CLOCK}\s*(?:-|–|—|－|~|～|到|至)+\s*{_CLOCK}\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the menu stands: the topic it is in (0 for the general one), whether the group has
    topics, and for whom it was made (0 for any administrator)."""

    thread: int = 0
    forum: bool = False
    owner: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the message shows."""

    sentences: tuple[str, ...]
    keyboard: Keyboard = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """The settings that there are: `categories` are those of the bulletin."""

    categories: tuple[str, ...]
    wording: Wording

    def page(self, chat: Chat, place: Place, name: str = MAIN) -> Page:
        """One page of the menu; the last, DONE, has no buttons any more."""
        said = self.wording.settings
        summary = (said.title, self._summary(chat, place))
        if name == CATEGORIES:
            return Page(
                sentences=(said.choose_categories,), keyboard=self._category_keys(chat, place)
            )
        if name == HOURS:
            return Page(sentences=(said.choose_hours,), keyboard=self._hour_keys(chat, place))
        if name == DONE:
            return Page(sentences=(*summary, said.kept))
        return Page(sentences=summary, keyboard=self._main_keys(chat, place))

    def chosen(self, target: str, place: Place) -> tuple[str, Change | None] | None:
        """What a pressed button asks for: the page to show, and what to set if anything. None for
        what no button of ours says."""
        if target in (MAIN, CATEGORIES, HOURS, DONE):
            return target, None
        name, _, value = target.rpartition("-")
        if name == "hours":
            quiet = parse_hours(f"{value[:2]}:{value[2:4]}-{value[4:6]}:{value[6:]}")
            if value == _OFF or (quiet is not None and len(value) == 8):
                return MAIN, lambda chat: replace(chat, quiet=quiet)
            return None
        if value not in (_ON, _OFF):
            return None
        on = value == _ON
        match name:
            case "answers":
                return MAIN, lambda chat: replace(chat, answers=on)
            case "news":
                return MAIN, lambda chat: replace(chat, announcements=on)
            case "silent":
                return MAIN, lambda chat: replace(chat, silent=on)
            case "here":
                topic = (place.thread or None) if on else None
                return MAIN, lambda chat: replace(chat, topic=topic, topic_closed=False)
            case "all":
                return CATEGORIES, lambda chat: replace(chat, categories=None if on else ())
        category = next((one for one in self.categories if _code(one) == name), None)
        if category is None:
            return None
        return CATEGORIES, lambda chat: replace(chat, categories=self._with(chat, category, on))

    def _with(self, chat: Chat, category: str, on: bool) -> tuple[str, ...] | None:
        """The chosen categories with or without one; None when that is all there are."""
        chosen = set(self.categories if chat.categories is None else chat.categories)
        chosen = chosen | {category} if on else chosen - {category}
        if chosen.issuperset(self.categories):
            return None
        return tuple(one for one in self.categories if one in chosen)

    def _summary(self, chat: Chat, place: Place) -> str:
        said = self.wording.settings
        lines = [
            said.answers.format(value=self._switch(chat.answers)),
            said.announcements.format(value=self._switch(chat.announcements)),
            said.categories.format(value=self._categories(chat)),
            said.hours.format(value=self._hours(chat)),
            said.sound.format(value=said.soundless if chat.silent else said.sounding),
        ]
        if place.forum:
            here = (chat.topic or 0) == place.thread
            general = said.topic_general if chat.topic is None else said.topic_other
            lines.append(said.topic.format(value=said.topic_here if here else general))
        return "\n".join(lines)

    def _categories(self, chat: Chat) -> str:
        if chat.categories is None:
            return self.wording.settings.all_categories
        shown = [one for one in self.categories if one in chat.categories]
        return "、".join(shown) or self.wording.settings.no_categories

    def _hours(self, chat: Chat) -> str:
        if chat.quiet is None:
            return self.wording.settings.no_hours
        return self.wording.settings.span.format(
            start=f"{chat.quiet.start:%H:%M}", end=f"{chat.quiet.end:%H:%M}"
        )

    def _switch(self, on: bool) -> str:
        return self.wording.settings.on if on else self.wording.settings.off

    def _main_keys(self, chat: Chat, place: Place) -> Keyboard:
        said = self.wording.settings
        rows: list[tuple[Button, ...]] = [
            (
                _key(place, said.stop_answers, "answers-off")
                if chat.answers
                else _key(place, said.start_answers, "answers-on"),
                _key(place, said.stop_announcements, "news-off")
                if chat.announcements
                else _key(place, said.start_announcements, "news-on"),
            ),
            (
                _key(place, said.change_categories, CATEGORIES),
                _key(place, said.change_hours, HOURS),
            ),
            (
                _key(place, said.make_sound, "silent-off")
                if chat.silent
                else _key(place, said.make_silent, "silent-on"),
            ),
        ]
        if place.forum and (chat.topic or 0) != place.thread:
            rows.append((_key(place, said.move_here, "here-on"),))
        elif chat.topic is not None:
            rows.append((_key(place, said.move_general, "here-off"),))
        return (*rows, (_key(place, said.finish, DONE),))

    def _category_keys(self, chat: Chat, place: Place) -> Keyboard:
        said = self.wording.settings
        keys = []
        for category in self.categories:
            on = chat.categories is None or category in chat.categories
            label = (said.chosen if on else said.unchosen).format(value=category)
            keys.append(_key(place, label, f"{_code(category)}-{_OFF if on else _ON}"))
        everything = (
            _key(place, said.choose_all, "all-on")
            if chat.categories is not None
            else _key(place, said.choose_none, "all-off")
        )
        return (*_in_twos(keys), (everything, _key(place, said.back, MAIN)))

    def _hour_keys(self, chat: Chat, place: Place) -> Keyboard:
        said = self.wording.settings
        keys = [
            _key(
                place,
                said.span.format(start=span[:5], end=span[6:]),
                f"hours-{span.replace(':', '').replace('-', '')}",
            )
            for span in _HOURS
        ]
        keys.append(_key(place, said.no_hours, f"hours-{_OFF}"))
        return (*_in_twos(keys), (_key(place, said.back, MAIN),))


Change = Callable[[Chat], Chat]


def parse_hours(text: str) -> Quiet | None:
    """Quiet hours as people write them: 22:00-7:00, 22点到7点半; None for anything else."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    numbers = [(int(found[at]), 30 if found[at + 2] else int(found[at + 1] or 0)) for at in (1, 4)]
    if not all(hour < 24 and minute < 60 for hour, minute in numbers):
        return None
    start, end = (time(hour, minute) for hour, minute in numbers)
    return Quiet(start=start, end=end) if start != end else None


def _code(category: str) -> str:
    """A category on a button, whatever its name and its place in the settings."""
    return f"c{crc32(category.encode()):08x}"


def _key(place: Place, label: str, target: str) -> Button:
    return button(label, Action.SETTING, target, owner=place.owner)


def _in_twos(keys: list[Button]) -> Keyboard:
    return tuple(tuple(keys[at : at + 2]) for at in range(0, len(keys), 2))
