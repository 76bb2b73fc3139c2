"""A conversation's memory: how long it lasts, and that it outlives a restart."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sessions import Session, SessionKey, SessionStore
from bot.storage import Storage
from knowledge.model import Option

NOW = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)
IDLE = timedelta(minutes=30)
KEY = SessionKey(chat=5, user=42)
SESSION = Session(
    question="谁提的建议",
    target="card-proposal",
    shown=("card-proposal", "other"),
    options=(Option(target="a-1", label="甲"), Option(target="b_2", label="乙")),
    person="李某",
    version="0123456789ab",
)


@pytest.mark.parametrize(
    ("silence", "expired"),
    [
        (timedelta(0), False),
        (IDLE, False),
        (IDLE + timedelta(microseconds=1), True),
        (timedelta(days=400), True),
        (-timedelta(hours=1), False),
    ],
)
def test_conversation_ends_after_idle_silence(silence: timedelta, expired: bool) -> None:
    """Exactly `idle` is still the same conversation; a clock that was set back ends nothing."""
    assert replace(SESSION, touched=NOW).expired(NOW + silence, IDLE) is expired


def test_fresh_conversation_never_expires() -> None:
    """What was never touched has nothing to forget."""
    assert not Session().expired(NOW, IDLE)


TEXT = st.text(max_size=20)
SESSIONS = st.builds(
    Session,
    question=TEXT,
    target=st.none() | TEXT,
    shown=st.lists(TEXT, max_size=3).map(tuple),
    options=st.lists(st.builds(Option, target=TEXT, label=TEXT), max_size=3).map(tuple),
    person=st.none() | TEXT,
    version=TEXT,
    touched=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(SESSIONS)
def test_session_survives_as_json(session: Session) -> None:
    """Through its state, and that through JSON, a session comes back equal."""
    assert Session.from_state(json.loads(json.dumps(session.to_state()))) == session


def test_keys_of_another_program_version_are_ignored() -> None:
    """A state with more or fewer keys than ours is read as far as we know it."""
    assert Session.from_state({"question": "问", "mood": "good"}) == Session(question="问")
    assert Session.from_state({}) == Session()


@pytest.mark.parametrize(
    "state",
    [
        {"options": [{"target": "a"}]},
        {"options": [{"target": "a", "label": "甲", "colour": "red"}]},
        {"options": ["a"]},
        {"shown": 3},
        {"touched": "yesterday"},
        {"touched": 20240115},
    ],
)
def test_damaged_state_is_an_error_of_three_kinds(state: dict[str, Any]) -> None:
    """What cannot be read is ValueError, KeyError or TypeError, as promised."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        Session.from_state(state)


async def test_unknown_key_is_a_fresh_conversation(storage: Storage) -> None:
    """Who never wrote has an empty memory."""
    assert await SessionStore(storage, IDLE).get(KEY, NOW) == Session()


async def test_conversation_outlives_a_restart(database_url: str) -> None:
    """A store over the same database, opened again, goes on where the first left off."""
    storage = await Storage.open(database_url)
    await SessionStore(storage, IDLE).put(KEY, SESSION, NOW)
    await storage.close()
    storage = await Storage.open(database_url)
    assert await SessionStore(storage, IDLE).get(KEY, NOW) == replace(SESSION, touched=NOW)
    await storage.close()


async def test_store_forgets_after_idle(storage: Storage) -> None:
    """After the time of silence the conversation begins anew."""
    store = SessionStore(storage, IDLE)
    await store.put(KEY, SESSION, NOW)
    assert await store.get(KEY, NOW + IDLE) == replace(SESSION, touched=NOW)
    assert await store.get(KEY, NOW + IDLE + timedelta(seconds=1)) == Session()


async def test_sweep_deletes_what_has_ended(storage: Storage) -> None:
    """Only conversations that have ended are deleted, and counted."""
    store = SessionStore(storage, IDLE)
    await store.put(KEY, SESSION, NOW)
    await store.put(replace(KEY, user=43), SESSION, NOW + timedelta(minutes=20))
    assert await store.sweep(NOW + timedelta(minutes=40)) == 1
    assert await store.get(KEY, NOW) == Session()
    assert (await store.get(replace(KEY, user=43), NOW)).question == SESSION.question


@pytest.mark.parametrize(
    "damage", [{"shown": 3}, ["a", "list"], {"options": [1]}, {"touched": "gestern"}]
)
async def test_damaged_row_counts_as_none(
    storage: Storage, damage: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A row that cannot be read starts a fresh conversation; it is logged once, not each time."""
    await storage.save_session(KEY, damage, NOW)
    store = SessionStore(storage, IDLE)
    with caplog.at_level(logging.WARNING):
        assert [await store.get(KEY, NOW) for _ in range(2)] == [Session(), Session()]
    assert len(caplog.records) == 1
