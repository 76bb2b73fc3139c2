"""jieba's dictionary, as the program keeps it."""

from __future__ import annotations

import logging
from pathlib import Path

import jieba
import pytest

from knowledge.dictionary import dictionary


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache file, in an empty home."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "bulletin-bot" / f"words-{jieba.__version__}"


def test_the_cache_gives_back_the_dictionary_that_jieba_builds(cached: Path) -> None:
    """Built or read from the cache, every word has the frequency that jieba counts with."""
    tokenizer = jieba.Tokenizer()
    expected, _ = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    built = dictionary.__wrapped__()
    assert cached.exists()
    read = dictionary.__wrapped__()
    assert built.frequencies == read.frequencies == expected
    assert built.total == read.total == sum(expected.values())


@pytest.mark.parametrize("damage", [b"", b"short", b"\xff" * 5000])
def test_a_damaged_cache_is_made_anew(
    cached: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever stands in the cache file, the words are right, and the file is mended."""
    cached.parent.mkdir()
    cached.write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        assert dictionary.__wrapped__().frequencies["人民"] > 0
    assert "damaged" in caplog.text
    assert cached.stat().st_size > 1_000_000


def test_without_a_place_for_the_cache_the_words_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A home that cannot be written to costs time, nothing else."""
    taken = tmp_path / "file"
    taken.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(taken))
    assert dictionary.__wrapped__().frequencies["人民"] > 0
    assert "cannot be kept" in caplog.text
