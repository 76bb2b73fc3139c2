"""The interpreter, set up so that questions wait neither for garbage to be looked for where there
is none, nor long for other threads."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_TURN = 0.0001  # seconds after which a thread that builds lets one that answers go on
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
    """Threads take short turns. What there is now is no longer looked through for garbage, and the
    rest seldom: a collection of all that a large content keeps at hand would hold up a question
    for many times its own length. For that only the first call counts: what comes later may be
    garbage."""
    sys.setswitchinterval(_TURN)
    if not gc.get_freeze_count():
        gc.freeze()
        gc.set_threshold(*_THRESHOLDS)
