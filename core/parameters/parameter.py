"""What every kind of parameter has: a check, a spelling, legal and illegal values, and on what its effect depends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from core.parameters.idle import Idle
from core.parameters.refusal import ParameterError, shown


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
