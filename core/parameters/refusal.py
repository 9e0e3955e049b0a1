"""The one line that refuses a value."""

from __future__ import annotations


class ParameterError(ValueError):
    """A value that is not allowed. The message is one line: name, what is allowed, what came."""


def shown(value: object, limit: int = 40) -> str:
    """What came, on one line and short enough to read."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except ValueError:  # an integer of thousands of digits
        text = "a number far too long"
    text = " ".join(text.split()) or "nothing"
    return text if len(text) <= limit else text[: limit - 1] + "…"
