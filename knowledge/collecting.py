"""Python's garbage collection, kept away from work that makes no garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (50_000, 50, 100)  # objects made, and collections of the younger, between two


@contextmanager
def not_collecting() -> Iterator[None]:
    """Collection put off: what is being built is all kept, and looking through it again and again
    only takes time."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


def settle() -> None:
    """What there is now is no longer looked through, and the rest seldom: a collection of all that
    a large content keeps at hand would hold up a question for many times its own length. Only
    the first call counts: what comes later may be garbage."""
    if not gc.get_freeze_count():
        gc.freeze()
        gc.set_threshold(*_THRESHOLDS)
