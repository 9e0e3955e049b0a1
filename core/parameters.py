"""Declare a parameter once: its range, unit, symbol and help become widget, URL key, flag, check and error text.

    @dataclass(frozen=True, kw_only=True)
    class Recurrence(Spec):
        rho: float = number(1.0, 0.0, 2.0, step=0.01, label="Spectral radius", symbol=r"\\rho(W_{hh})", help="...")

An instance that exists is valid: `Spec.__post_init__` checks every field and then `Spec.check` what joins them.
"""

from __future__ import annotations

import cmath
import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from numbers import Integral, Real
from typing import Any, ClassVar, TypeVar

SpecType = TypeVar("SpecType", bound="Spec")


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


@dataclass(frozen=True)
class Idle:
    """When a parameter of an experiment has no effect, whatever its value; `core.training.effect` asks."""

    when: Callable[[Any], bool]  # of the experiment
    why: str  # completes "It has no effect because ...": "it is set by the eigenvalues, one by one"
    locks: bool = True  # False where its own value decides: what is set to nothing must be free to be set to something
    upto: str = "update"  # the last part of a run for which this holds: see `Parameter.acts`
    beyond: Callable[[Any], int] | None = None  # of the experiment: only a larger value has no more effect than this


def idle_beyond(limit: Callable[[Any], int], why: str, upto: str = "update") -> Idle:
    """A number of which more than the limit does what the limit does."""
    return Idle(lambda _: True, why, locks=False, upto=upto, beyond=limit)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """What every kind of parameter has.

    The last four say on what its effect depends, where it is one of an experiment.
    """

    default: Any
    label: str
    symbol: str = ""  # TeX
    unit: str = ""
    help: str = ""
    hot: bool = False  # may change between two updates of a run without a restart
    acts: str = ""  # the first part of a run that it has a say in: see `core.training.effect.PARTS`
    needs: str = ""  # the switch without which it has none
    made_by: str = ""  # the hook of a remedy that takes its place
    idle: tuple[Idle, ...] = ()

    allowed: ClassVar[str] = ""

    def refuse(self, name: str, value: object) -> ParameterError:
        return ParameterError(f"{name} must be {self.allowed}, got {shown(value)}.")

    def check(self, name: str, value: Any) -> Any:
        """The value in its canonical type; raises ParameterError."""
        raise NotImplementedError

    def parse(self, name: str, text: str) -> Any:
        """The value that a URL or a command line spells."""
        return self.check(name, text)

    def spell(self, value: Any) -> str:
        """The text that `parse` turns back into exactly this value."""
        return str(value)

    def legal(self) -> Iterable[Any]:
        """Legal values at every edge, for the generated tests."""
        return (self.default,)

    def illegal(self) -> Iterable[Any]:
        """Values just outside, for the generated tests."""
        return (None,)


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


@dataclass(frozen=True, kw_only=True)
class ComplexList(Parameter):
    """A list such as `1.2, 0.9, 0.5+0.5j`; may be empty."""

    high: float  # largest magnitude
    longest: int

    @property
    def allowed(self) -> str:  # type: ignore[override]
        return (f"at most {self.longest} numbers such as 1.2, 0.9, 0.5+0.5j "
                f"with magnitudes up to {self.high:g}")

    def check(self, name: str, value: Any) -> tuple[complex, ...]:
        if isinstance(value, str):
            return self.parse(name, value)
        if not isinstance(value, (tuple, list)) or len(value) > self.longest:
            raise self.refuse(name, value)
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
        return ((), (self.high,), (cmath.rect(self.high * 0.5, 1.0),), "1.2, 0.9, 0.5+0.5j", "0.5 - 0.5i")

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


def declare(parameter: Parameter) -> Any:
    """A field of a spec."""
    return field(default=parameter.default, metadata={"parameter": parameter})


def numbers(parameters: Mapping[str, Parameter]) -> frozenset[str]:
    """The names of those that are numbers."""
    return frozenset(name for name, parameter in parameters.items() if isinstance(parameter, Number))


def number(default: float, low: float, high: float, *, step: float, label: str, **more: Any) -> Any:
    """A number from low to high, both allowed; whole if the default is an int."""
    return declare(Number(default=default, low=low, high=high, step=step, label=label, **more))


def choice(default: str, names: Callable[[], dict[str, str]], *, label: str, **more: Any) -> Any:
    """One of the names that `names()` gives, each with its title."""
    return declare(Choice(default=default, names=names, label=label, **more))


def flag(default: bool, *, label: str, **more: Any) -> Any:
    return declare(Flag(default=default, label=label, **more))


def complex_list(*, high: float, longest: int, label: str, **more: Any) -> Any:
    return declare(ComplexList(default=(), high=high, longest=longest, label=label, **more))


def word(default: str, *, shortest: int, longest: int, label: str, **more: Any) -> Any:
    """One word of letters."""
    return declare(Word(default=default, shortest=shortest, longest=longest, label=label, **more))


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A frozen, always valid set of parameters. Subclasses declare their fields with `number`, `choice`, `flag`, ..."""

    def __post_init__(self) -> None:
        for name, parameter in self.parameters().items():
            object.__setattr__(self, name, parameter.check(name, getattr(self, name)))
        self.check()

    def check(self) -> None:
        """What joins several fields; raises ParameterError."""

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        """Name -> Parameter, in the order of declaration."""
        return {f.name: f.metadata["parameter"] for f in fields(cls) if "parameter" in f.metadata}

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.parameters()}
