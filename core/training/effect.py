"""What has no effect in an experiment, and why: from what each parameter declares, and the hooks that remedies fill.

    without_effect(experiment, flat_parameters())["rho"].told("rho")
    "--rho has no effect: set by Orthogonal initialisation."

A run makes W_hh first, then the Jacobians and the loss of the first batch, then updates. A command that stops earlier
makes no use of what acts later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from core.parameters import Idle, Parameter, Spec
from core.remedies.base import Remedy, remedies, remedy_of


class Chosen(Protocol):
    """What is asked of an experiment here; the rules of the parameters look at its parts."""

    remedies: tuple[Spec, ...]  # specs of the active ones

    def values(self) -> dict[str, Any]:
        """Flat values of all that is active."""

    def maker(self, hook: str) -> Remedy | None:
        """The remedy that stands in the place of what the settings would make."""


# Of a run, in the order in which they are made: the initial matrix; the Jacobians of the first sequence of the first
# batch, and of several; the states and the loss; the gradient, as the record of the first update has it; all else.
PARTS = ("W_hh", "sequence", "Jacobians", "states", "gradient", "update")


@dataclass(frozen=True)
class NoEffect:
    """Why a parameter has no effect."""

    why: str  # "set by Orthogonal initialisation", "the task draws no waveform", "it acts in updates alone"
    switch: str = ""  # flat name of the switch that it needs, where that is off
    late: bool = False  # whether it acts in a later part of a run
    locks: bool = True  # whether another value would have no effect either
    limit: int | None = None  # where smaller values have one: what is more than this has the same

    @property
    def reason(self) -> str:
        """A few words beside the control: "set by Orthogonal initialisation", "no effect: all eigenvalues are 0"."""
        if self.why.startswith("it is set by"):
            return self.why.removeprefix("it is ")
        return f"no effect{self._beyond}: {self.why}"

    @property
    def _beyond(self) -> str:
        return "" if self.limit is None else f" beyond {self.limit}"

    def told(self, name: str, command: str = "") -> str:
        """One line for who has given the flag."""
        if self.late:
            return f"--{name} has no effect on `{command}`."
        because = f"without --{self.switch}" if self.switch else f"because {self.why}"
        return f"--{name} has no effect{self._beyond} {because}."


def without_effect(experiment: Chosen, parameters: Mapping[str, Parameter],
                   upto: str = "update") -> dict[str, NoEffect]:
    """Flat name -> why; what has an effect is not among them.

    Args:
        parameters: all flat ones.
        upto: the last part of a run that is made.
    """
    active = {remedy_of(spec).name for spec in experiment.remedies}
    values = experiment.values()
    found = {name: _reason(name, parameter, experiment, active, values, upto) for name, parameter in parameters.items()}
    return {name: reason for name, reason in found.items() if reason is not None}


def _reason(name: str, parameter: Parameter, experiment: Chosen, active: set[str], values: Mapping[str, Any],
            upto: str) -> NoEffect | None:
    maker = experiment.maker(parameter.made_by) if parameter.made_by else None
    if maker is not None and name not in maker.takes:
        return NoEffect(f"it is set by {maker.title}")
    if PARTS.index(parameter.acts) > PARTS.index(upto):
        return NoEffect("it acts later", late=True)
    if parameter.needs and parameter.needs not in active:
        return NoEffect(f"{remedies()[parameter.needs].title} is off", parameter.needs)
    if name in remedies() and name not in active:
        return None
    return idle_by_rule(parameter.idle, experiment, values.get(name), upto)


def idle_by_rule(rules: Iterable[Idle], experiment: Chosen, value: Any, upto: str = "update") -> NoEffect | None:
    """The first of a parameter's rules that holds for this value where the parts of a run up to `upto` are made."""
    for idle in rules:
        if PARTS.index(upto) <= PARTS.index(idle.upto) and idle.when(experiment):
            limit = idle.beyond(experiment) if idle.beyond else None
            if limit is None or value > limit:
                return NoEffect(idle.why, locks=idle.locks, limit=limit)
    return None
