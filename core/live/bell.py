"""What tells whoever waits that there is something new to see. It knows nothing of what waits, nor of what is new."""

from __future__ import annotations

import threading
from collections.abc import Callable

Ear = Callable[[], None]


class Bell:
    """Rung from any thread. An ear is called at once, in the thread that rings: it must be quick and take no lock."""

    def __init__(self) -> None:
        self._ears: tuple[Ear, ...] = ()
        self._guard = threading.Lock()

    def ring(self) -> None:
        for ear in self._ears:
            ear()

    def listen(self, ear: Ear) -> None:
        """Call it at every ring; once, however often it is told so."""
        with self._guard:
            if ear not in self._ears:
                self._ears = (*self._ears, ear)

    def forget(self, ear: Ear) -> None:
        with self._guard:
            self._ears = tuple(other for other in self._ears if other != ear)
