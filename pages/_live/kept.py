"""What the pictures of a page are made of, kept while the same is asked for: a picture is painted anew for whatever
moved in it, and what did not move is the same object, which is not told again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pages._session import session

Made = TypeVar("Made")


class Same:
    """Stands for an object in what is asked: it is asked for the same where it is this very one."""

    def __init__(self, it: object) -> None:
        self._it = it  # as long as it lives here, no other one has its place

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self._it is other._it

    def __hash__(self) -> int:
        return id(self._it)


class Kept:
    """The last of each name. A script and those that paint share it: who asks for what is being made waits for it."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[Hashable, Any]] = {}  # what was asked for, and what was made
        self._making = threading.RLock()

    def grown(self, name: str, make: Callable[[Made | None], Made]) -> Made:
        """What is made of what was made last under this name, None at first: where that grew a little, of little."""
        with self._making:
            made = make(self._last[name][1] if name in self._last else None)
            self._last[name] = (Same(made), made)
            return made

    def __call__(self, name: str, asked: Hashable, make: Callable[[], Made]) -> Made:
        """What was made last under this name, or a new one where it was asked for something else.

        Args:
            asked: everything that it depends on.
        """
        with self._making:
            if name not in self._last or self._last[name][0] != asked:
                self._last[name] = (asked, make())
            return self._last[name][1]


@dataclass
class Pages:
    """Of one browser session."""

    kept: dict[str, Kept] = field(default_factory=dict)


def kept_on(page: str) -> Kept:
    """What this session keeps of a page. Only a script may ask for it: what is painted later is given it."""
    return session(Pages).kept.setdefault(page, Kept())
