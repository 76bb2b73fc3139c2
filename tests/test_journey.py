"""A hand-off that outlives its process."""

from __future__ import annotations

from pathlib import Path

from fake_api import FakeApi
from journeys import killed


async def test_a_journey_of_twelve_messages_with_a_kill_in_the_middle(
    api: FakeApi, tmp_path: Path
) -> None:
    """Texts, photos, places and changes both ways: none is lost, and they come in order."""
    url = f"sqlite:///{tmp_path}/bulletin.db"
    said = await killed(api, tmp_path, url, kills=1, messages=12, longest=0.1, seed=7)
    assert said.startswith("1 kills, 12 messages, 3 changed")
