"""A number of a range."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from core.parameters.parameter import Parameter


@dataclass(frozen=True, kw_only=True)
class Number(Parameter):
    low: float
    high: float
    step: float
    log: bool = False  # the slider moves by factors

    @property
    def whole(self) -> bool:
        return isinstance(self.default, int)

    @property
    def allowed(self) -> str:  # type: ignore[override]
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.low:.10g} to {self.high:.10g}"

    def check(self, name: str, value: Any) -> float | int:
        kind = Integral if self.whole else Real
        if isinstance(value, bool) or not isinstance(value, kind):
            raise self.refuse(name, value)
        if not self.low <= value <= self.high:  # nan fails this too
            raise self.refuse(name, value)
        return int(value) if self.whole else float(value)

    def parse(self, name: str, text: str) -> float | int:
        try:
            return self.check(name, int(text) if self.whole else float(text))
        except (TypeError, ValueError):  # ParameterError is one; the text says better than its value what came
            raise self.refuse(name, text) from None

    def legal(self) -> Iterable[float | int]:
        return (self.low, self.high, self.default)

    def illegal(self) -> Iterable[Any]:
        outside = (self.low - 1, self.high + 1) if self.whole else (
            math.nextafter(self.low, -math.inf), math.nextafter(self.high, math.inf))
        return (*outside, math.nan, math.inf, -math.inf, "text", None, True, *((self.low + 0.5,) if self.whole else ()))


def numbers(parameters: Mapping[str, Parameter]) -> frozenset[str]:
    """The names of those that are numbers."""
    return frozenset(name for name, parameter in parameters.items() if isinstance(parameter, Number))
