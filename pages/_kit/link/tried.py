"""Values that a reader's hand tries over the live channel, before one of them is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.parameters import Parameter, ParameterError
from pages._kit.link.each_eigenvalue import listed


def tried(parameters: Mapping[str, Parameter], values: Mapping[str, Any], texts: object) -> dict[str, Any] | None:
    """The values with these over them; None where one of them is none of ours, or not allowed.

    Args:
        texts: what came from a browser: {name: text}.
    """
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        return None
    try:
        given = listed(values, texts) if "eigenvalues" in parameters else texts
        return {**values, **{name: parameters[name].parse(name, text) for name, text in given.items()}}
    except (KeyError, ParameterError):
        return None
