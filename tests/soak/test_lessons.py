"""Teaching by the installed program, killed at many moments; run by `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest
from lessons import taught_and_killed

pytestmark = pytest.mark.soak


async def test_taught_and_killed_twenty_times(tmp_path: Path, database_url: str) -> None:
    """On SQLite and PostgreSQL alike."""
    print("\n" + await taught_and_killed(tmp_path, database_url, kills=20, longest=1.0))
