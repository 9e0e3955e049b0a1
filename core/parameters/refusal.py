"""The one line that refuses a value."""

from __future__ import annotations

UNSEEN = "\ufffd"  # in the place of a control character, of half a character, of what turns the order of writing


class ParameterError(ValueError):
    """A value that is not allowed. The message is one line: name, what is allowed, what came."""


def shown(value: object, limit: int = 40) -> str:
    """What came, as text: on one line, short enough to read, and without a sign that acts where it is shown."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except ValueError:  # an integer of thousands of digits
        text = "a number far too long"
    text = "".join(sign if sign.isprintable() else UNSEEN for sign in " ".join(text.split())) or "nothing"
    return text if len(text) <= limit else text[: limit - 1] + "…"
