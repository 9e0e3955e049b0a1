"""A frozen set of parameters that is valid while it exists, and how its fields are declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from core.parameters.choices import Choice, Flag
from core.parameters.numeric import Number
from core.parameters.parameter import Parameter
from core.parameters.text import ComplexList, Word

SpecType = TypeVar("SpecType", bound="Spec")


def declare(parameter: Parameter) -> Any:
    """A field of a spec."""
    return field(default=parameter.default, metadata={"parameter": parameter})


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

    @classmethod
    def from_values(cls: type[SpecType], values: Mapping[str, Any]) -> SpecType:
        """From flat values, others among them; what is missing takes its default."""
        return cls(**{name: values[name] for name in cls.parameters() if name in values})

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.parameters()}
