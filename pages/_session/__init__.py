"""What is kept of one browser session between two runs of a script. It may use nothing of the app.

A room that has something to keep declares a part, a dataclass whose fields all have defaults, and asks for it:

    @dataclass
    class Guesses:
        made: dict[str, str] = field(default_factory=dict)

    session(Guesses).made["horizon"] = "20 steps"

What a widget holds, Streamlit keeps under the widget's key.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

import streamlit as st

KEY = "session"  # of all parts, by the names of their classes
Part = TypeVar("Part")


def session(kind: type[Part]) -> Part:
    """This session's part of a kind; with its defaults where it is asked for the first time.

    Streamlit loads the modules anew when a file of theirs is changed, and with them the classes: of a part that was
    made before, what the class of now has fields for is taken over.
    """
    parts: dict[str, Any] = st.session_state.setdefault(KEY, {})
    name = f"{kind.__module__}.{kind.__qualname__}"
    before = parts.get(name)
    if type(before) is not kind:
        parts[name] = kind(**{one.name: getattr(before, one.name) for one in fields(kind) if hasattr(before, one.name)})
    return parts[name]
