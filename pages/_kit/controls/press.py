"""A press of a button that counts once.

Streamlit (1.67): while a fragment has a timer, the browser may send a press twice, along with the fragment's tick and
by itself right after it. A button that has said "Pause" and says "Go on" by then would pause and go on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx


def once(act: Callable[..., Any]) -> Callable[..., None]:
    """For `on_click` of a button that is in no fragment: its own message runs the whole page, and no fragment."""
    def pressed(*args: Any) -> None:
        run = get_script_run_ctx()
        if run is None or not run.fragment_ids_this_run:
            act(*args)

    return pressed
