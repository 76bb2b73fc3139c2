"""Reloads of a large content under questions without a pause, and kills amid edits, with figures;
run by `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest
from kills import killed
from swaps import p99, swapped_under_load

pytestmark = pytest.mark.soak


async def test_twenty_reloads_of_a_hundred_thousand_sentences(tmp_path: Path) -> None:
    """Questions at the highest rate while 20 reloads run, 5 of them in vain: no error, each reply
    wholly of one version, and the slowest hundredth at most twice as slow as without reloads."""
    figures = await swapped_under_load(tmp_path, 100_000, reloads=20, invalid=5, quietly=60)
    print(f"\n{figures}")
    assert (figures.swapped, figures.refused) == (15, 5)
    assert figures.mixed == []
    assert len(figures.seen) >= 10
    assert p99(figures.meanwhile) <= 2 * p99(figures.quiet)


async def test_killed_twenty_times_the_content_is_old_or_new(
    tmp_path: Path, database_url: str
) -> None:
    """At random moments of proposals and edits, on SQLite and PostgreSQL alike."""
    print("\n" + await killed(tmp_path, database_url, kills=20, longest=0.1))
