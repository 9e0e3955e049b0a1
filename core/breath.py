"""Where long work takes breath: between two of its pieces whoever started it may let others in, or give it up.

The engine calls `breathe` between its steps and knows nothing of who listens; where nobody does, as in a script, it
does nothing. A piece is a few milliseconds, whatever the sizes, so that the call is never seen in what the work takes.

What calls it leaves nothing half done: whatever is kept from one update to the next is written after the last breath.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

NUMBERS = 2**15  # that a piece of a pass through time works on


class Stopped(Exception):
    """Raised in the midst of work that is given up. What it had begun is as if it never had."""


class _Listener(threading.local):
    hears: Callable[[], None] | None = None


_of_this_thread = _Listener()


def breathe() -> None:
    """Between two pieces. May take as long as others have their turn, and may raise Stopped."""
    hears = _of_this_thread.hears
    if hears is not None:
        hears()


@contextmanager
def heard(hears: Callable[[], None]) -> Iterator[None]:
    """Call this at every breath that work in this thread takes inside."""
    before, _of_this_thread.hears = _of_this_thread.hears, hears
    try:
        yield
    finally:
        _of_this_thread.hears = before


def steps_a_piece(numbers: int) -> int:
    """Steps between two breaths.

    Args:
        numbers: that a step works on.
    """
    return max(NUMBERS // numbers, 1)
