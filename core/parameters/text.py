"""What is spelled out: a list of complex numbers, a word."""

from __future__ import annotations

import cmath
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.parameters.parameter import Parameter


@dataclass(frozen=True, kw_only=True)
class ComplexList(Parameter):
    """A list such as `1.2, 0.9, 0.5+0.5j`; may be empty."""

    high: float  # largest magnitude
    longest: int
    when_full: str = ""  # what to do where there are more

    @property
    def allowed(self) -> str:  # type: ignore[override]
        return (f"at most {self.longest} numbers such as 1.2, 0.9, 0.5+0.5j "
                f"with magnitudes up to {self.high:g}")

    def check(self, name: str, value: Any) -> tuple[complex, ...]:
        if isinstance(value, str):
            return self.parse(name, value)
        if not isinstance(value, (tuple, list)):
            raise self.refuse(name, value)
        if len(value) > self.longest:
            raise self.refuse(name, f"{len(value)} of them{self.when_full and f'; {self.when_full}'}")
        for item in value:
            if isinstance(item, bool) or not isinstance(item, (int, float, complex)):
                raise self.refuse(name, item)
            try:
                inside = abs(item) <= self.high  # nan is not
            except OverflowError:
                inside = False
            if not inside:
                raise self.refuse(name, item)
        return tuple(complex(item) for item in value)

    def parse(self, name: str, text: str) -> tuple[complex, ...]:
        if not isinstance(text, str):
            raise self.refuse(name, text)
        parts = [part.replace(" ", "").replace("i", "j") for part in text.split(",") if part.strip()]
        try:
            values = [complex(part) for part in parts]
        except ValueError:
            raise self.refuse(name, text) from None
        return self.check(name, values)

    def spell(self, value: tuple[complex, ...]) -> str:
        def one(z: complex) -> str:
            return repr(z.real) if z.imag == 0 else repr(z).strip("()")
        return ",".join(one(z) for z in value)

    def legal(self) -> Iterable[Any]:
        return ((), (self.high,), (cmath.rect(self.high * 0.5, 1.0),), "0.9, 0.5", "1.2, 0.9, 0.5+0.5j", "0.5 - 0.5i")

    def illegal(self) -> Iterable[Any]:
        return ("one", "1,,x", (math.nan,), (math.inf,), (self.high * 1.001,), (0.1,) * (self.longest + 1), None, 3)


@dataclass(frozen=True, kw_only=True)
class Word(Parameter):
    """One word of letters, of any alphabet."""

    shortest: int
    longest: int

    @property
    def allowed(self) -> str:  # type: ignore[override]
        return f"a word of {self.shortest} to {self.longest} letters"

    def check(self, name: str, value: Any) -> str:
        if not isinstance(value, str):
            raise self.refuse(name, value)
        word = unicodedata.normalize("NFC", value.strip())  # a letter and its accent count as one
        if not (self.shortest <= len(word) <= self.longest and word.isalpha()):
            raise self.refuse(name, value)
        return word

    def legal(self) -> Iterable[Any]:
        return ("a" * self.shortest, "ñ" * self.longest, "слово", self.default)

    def illegal(self) -> Iterable[Any]:
        return ("a" * (self.shortest - 1), "a" * (self.longest + 1), "\U0001f600" * 4, "two words", "a1b2", "<b>x</b>",
                "", None, 3)
