"""What one page of one browser session shows of something that moves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from core.live.bell import Bell
from pages._chart.frame import Parts, Told, as_json, frame

FASTEST = 1 / 30  # s between two frames of a stage
AT_ONCE = 1 / 60  # s, while a reader's hand moves something on it
SHARED = 1 / 130  # s, for each run and race that plays on this server: a full class gets fewer
Order = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class Picture:
    """What is to be seen at one moment; number, words and charts belong together."""

    parts: Parts
    around: Hashable = ()  # what the page around shows of it: where it changes, the page is run again
    moving: bool = False  # whether more is to come by itself
    players: int = 0  # what plays on this server, of all sessions


class Stage:
    """Its methods may be called from any thread: a script's, that of a line, and those that ring.

    Args:
        paint: makes a picture; it is called by one thread at a time.
    """

    def __init__(self, paint: Callable[[], Picture]) -> None:
        self.token = token_urlsafe(24)  # who has it sees this stage, and may order what it takes orders for
        self.paint = paint
        self.order: Order | None = None
        self.told: Told | None = None  # what was told last
        self.line: object | None = None  # the one that brings its frames now
        self.wakes: Callable[[], None] | None = None  # the line waits for news
        self.due = 0.0  # s, by the monotonic clock: no frame before
        self.hurries: Callable[[], None] | None = None  # the line waits until a frame is due
        self._made = 0.0  # when the last one was begun
        self._taken = 0  # the number of the last order
        self.ordered = False  # since the last frame
        self._around = ""
        self._number = 0
        self._painting, self._taking = threading.Lock(), threading.Lock()
        self._bells: tuple[Bell, ...] = ()

    # -- news ---------------------------------------------------------------------------------------------

    def follow(self, bells: Iterable[Bell]) -> None:
        """There is news when one of these rings; those followed before are left."""
        before, self._bells = self._bells, tuple(bells)
        for bell in before:
            if bell not in self._bells:
                bell.forget(self.ring)
        for bell in self._bells:
            bell.listen(self.ring)

    def ring(self) -> None:
        """There may be something new to see."""
        wakes = self.wakes
        if wakes is not None:
            wakes()

    def take(self, order: Mapping[str, Any]) -> None:
        """What a reader's hand says; its picture is due at once, and has the number "n" of the order."""
        with self._taking:
            if self.order is None:
                return
            self.order(order)
            self._taken = number if isinstance(number := order.get("n"), int) else 0
            self.ordered = True
            self.due = min(self.due, self._made + AT_ONCE)
        self.ring()
        if (hurries := self.hurries) is not None:
            hurries()

    def end(self) -> None:
        """Nobody looks any more, nor may order anything."""
        self.order = None
        self.follow(())
        self.line = None
        self.ring()

    # -- frames -------------------------------------------------------------------------------------------

    def known(self, number: object) -> Told | None:
        """What a browser knows that has the frame of this number; None where that is not the last one."""
        told = self.told
        return told if told is not None and told.number == number else None

    def frame(self, before: Told | None, *, always: bool = False) -> tuple[Told, str] | None:
        """What is known after the next frame, and the frame as JSON; None where nothing changed.

        Args:
            before: what the browser knows.
            always: a frame also where nothing changed.
        """
        with self._painting:
            self._made, taken, self.ordered = time.monotonic(), self._taken, False
            picture = self.paint()
            told, made = frame(before, self._number + 1, picture.parts)
            around = mark(picture.around)
            pace = max(FASTEST, SHARED * picture.players)
            self.due = max(self.due + pace, self._made + pace / 2)  # one that was late does not delay the others
            if before is not None and not always and not made["cells"] and "parts" not in made \
                    and around == self._around:
                return None
            self._number, self._around, self.told = told.number, around, told
        return told, as_json(made | {"around": around, "moving": picture.moving, "taken": taken})

    def around(self) -> str:
        """The mark of what the page around showed of the last frame."""
        return self._around


def mark(value: Hashable) -> str:
    """By which a browser knows two states of the page around from each other."""
    return sha256(repr(value).encode()).hexdigest()[:12]
