"""One of several names, or yes and no."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from core.parameters.parameter import Parameter


@dataclass(frozen=True, kw_only=True)
class Choice(Parameter):
    names: Callable[[], dict[str, str]]  # name -> title; called late, so that registries may fill

    @property
    def options(self) -> dict[str, str]:
        return self.names()

    @property
    def allowed(self) -> str:  # type: ignore[override]
        return "one of " + ", ".join(self.options)

    def check(self, name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise self.refuse(name, value)
        return value

    def legal(self) -> Iterable[str]:
        return tuple(self.options)

    def illegal(self) -> Iterable[Any]:
        return ("no such name", "", None, 1, math.nan)


@dataclass(frozen=True, kw_only=True)
class Flag(Parameter):
    allowed: ClassVar[str] = "true or false"
    words: ClassVar[dict[str, bool]] = {"true": True, "false": False, "1": True, "0": False}

    def check(self, name: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self.refuse(name, value)
        return value

    def parse(self, name: str, text: str) -> bool:
        try:
            return self.words[text.lower()]
        except (KeyError, AttributeError):
            raise self.refuse(name, text) from None

    def spell(self, value: bool) -> str:
        return "true" if value else "false"

    def legal(self) -> Iterable[bool]:
        return (True, False)

    def illegal(self) -> Iterable[Any]:
        return ("maybe", None, 2, math.nan)
