"""A press of a button that counts once.

Streamlit (1.67): where a part of the page asks to be run at the same moment, as it does where no line brings its
frames, the browser may send a press along with that, and by itself right after it, or only one of the two. A button
that has said "Pause" and says "Go on" by then would pause and go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages._session import session

AGAIN = 0.5  # s in which the same press may come once more


@dataclass
class Pressed:
    """By this browser session, along with a part of the page."""

    until: float = 0.0  # s, by the monotonic clock: a press by itself is that one


def once(act: Callable[..., Any]) -> Callable[..., None]:
    """For `on_click` of a button that is in no fragment: its own message runs the whole page, and no fragment."""
    def pressed(*args: Any) -> None:
        run, before, now = get_script_run_ctx(), session(Pressed), time.monotonic()
        if run is not None and run.fragment_ids_this_run:
            before.until = now + AGAIN
        elif now < before.until:
            before.until = 0.0
            return
        act(*args)

    return pressed
