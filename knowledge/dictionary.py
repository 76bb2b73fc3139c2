"""jieba's dictionary: every word with its frequency, kept in a form that is read quickly.

jieba's own cache of half a million words takes four times as long to read as this one: all
words in one piece of text, their frequencies in one array.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from array import array
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.interpreter import not_collecting

logger = logging.getLogger(__name__)

_COUNT = "I"  # array type of a frequency: unsigned, at least 32 bits
_DIGEST = 16


@dataclass(frozen=True, slots=True)
class Dictionary:
    """`frequencies` holds every word and, with frequency 0, every beginning of a word; `total` is
    their sum."""

    frequencies: dict[str, int]
    total: int


def cache_folder() -> Path:
    """This user's own folder for derived files; not the shared temporary folder, where anybody
    could lay a poisoned dictionary."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "bulletin-bot"


@cache
def dictionary() -> Dictionary:
    """The dictionary of the installed jieba, from this user's cache where there is one."""
    import jieba

    file = cache_folder() / f"words-{jieba.__version__}"
    with not_collecting():
        frequencies = _cached(file)
        if frequencies is None:
            frequencies = _built(jieba)
            _keep(frequencies, file)
        return Dictionary(frequencies, sum(frequencies.values()))


def _built(jieba: Any) -> dict[str, int]:
    tokenizer = jieba.Tokenizer()
    frequencies, _ = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return dict(frequencies)


def _cached(file: Path) -> dict[str, int] | None:
    """What `_keep` wrote; None where nothing whole is there."""
    try:
        data = file.read_bytes()
    except OSError:
        return None
    digest, body = data[:_DIGEST], data[_DIGEST:]
    if hashlib.blake2b(body, digest_size=_DIGEST).digest() != digest:
        logger.warning("the word cache %s is damaged and is made anew", file)
        return None
    text, _, counts = body.partition(b"\0")
    frequencies = array(_COUNT)
    frequencies.frombytes(counts)
    return dict(zip(text.decode().split("\n"), frequencies, strict=True))


def _keep(frequencies: dict[str, int], file: Path) -> None:
    """Writes a cache beside its place and moves it there whole."""
    counts = array(_COUNT, frequencies.values())
    body = b"\0".join(("\n".join(frequencies).encode(), counts.tobytes()))
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, aside = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(descriptor, "wb") as out:
            out.write(hashlib.blake2b(body, digest_size=_DIGEST).digest())
            out.write(body)
        Path(aside).replace(file)
    except OSError as error:
        logger.warning("the word cache cannot be kept: %s", error)
