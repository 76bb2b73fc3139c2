"""Hand-offs under kill -9, with figures; run by `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_api import FakeApi
from journeys import killed

pytestmark = pytest.mark.soak


async def test_a_journey_killed_twenty_times(
    api: FakeApi, tmp_path: Path, database_url: str
) -> None:
    """At random moments, on SQLite and PostgreSQL: nothing is lost and the order is kept."""
    said = await killed(api, tmp_path, database_url, kills=20, messages=63, longest=0.5, seed=11)
    print(f"\n{said}")
