"""Imports killed at random moments, on both databases; run by `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_api import FakeApi
from killings import killed

pytestmark = pytest.mark.soak


async def test_twenty_kills(api: FakeApi, tmp_path: Path, database_url: str) -> None:
    """After each, the content is the old or the new whole, and `check` finds nothing wrong."""
    settings = {"BULLETIN__STORAGE__URL": database_url}
    print(await killed(tmp_path, api, kills=20, seed=20, check=True, **settings))
