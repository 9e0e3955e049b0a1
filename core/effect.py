"""What has no effect in an experiment, and why: from what each parameter declares, and the hooks that remedies fill.

    without_effect(experiment, flat_parameters())["rho"].told("rho")
    "--rho has no effect: set by Orthogonal initialisation."

A run makes W_hh first, then the states of the first batch, then updates. A command that stops earlier makes no use of
what acts later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from core.parameters import Parameter, Spec
from core.remedies import Remedy, remedies, remedy_of


class Chosen(Protocol):
    """What is asked of an experiment here; the rules of the parameters look at its parts."""

    remedies: tuple[Spec, ...]  # specs of the active ones

    def maker(self, hook: str) -> Remedy | None:
        """The remedy that stands in the place of what the settings would make."""


PARTS = ("W_hh", "states", "update")  # of a run, in the order in which they are made


@dataclass(frozen=True)
class NoEffect:
    """Why a parameter has no effect."""

    why: str  # "set by Orthogonal initialisation", "the task draws no waveform", "it acts in updates alone"
    switch: str = ""  # flat name of the switch that it needs, where that is off
    late: bool = False  # whether it acts in a later part of a run
    locks: bool = True  # whether another value would have no effect either

    @property
    def reason(self) -> str:
        """A few words beside the control: "set by Orthogonal initialisation", "no effect: all eigenvalues are 0"."""
        return self.why.removeprefix("it is ") if self.why.startswith("it is set by") else f"no effect: {self.why}"

    def told(self, name: str, command: str = "") -> str:
        """One line for who has given the flag."""
        if self.late:
            return f"--{name} has no effect on `{command}`."
        return f"--{name} has no effect " + (f"without --{self.switch}." if self.switch else f"because {self.why}.")


def without_effect(experiment: Chosen, parameters: Mapping[str, Parameter],
                   upto: str = "update") -> dict[str, NoEffect]:
    """Flat name -> why; what has an effect is not among them.

    Args:
        parameters: all flat ones.
        upto: the last part of a run that is made.
    """
    active = {remedy_of(spec).name for spec in experiment.remedies}
    made = PARTS.index(upto)
    found = {name: _reason(name, parameter, experiment, active, made) for name, parameter in parameters.items()}
    return {name: reason for name, reason in found.items() if reason is not None}


def _reason(name: str, parameter: Parameter, experiment: Chosen, active: set[str], made: int) -> NoEffect | None:
    if PARTS.index(parameter.acts) > made:
        return NoEffect("it acts later", late=True)
    if parameter.needs and parameter.needs not in active:
        return NoEffect(f"{remedies()[parameter.needs].title} is off", parameter.needs)
    maker = experiment.maker(parameter.made_by) if parameter.made_by else None
    if maker is not None and name not in maker.takes:
        return NoEffect(f"it is set by {maker.title}")
    if name in remedies() and name not in active:
        return None
    return idle_by_rule(parameter, experiment, made)


def idle_by_rule(parameter: Parameter, experiment: Chosen, made: int = len(PARTS) - 1) -> NoEffect | None:
    """The first of the parameter's own rules that holds where the parts of a run up to number `made` are made."""
    return next((NoEffect(idle.why, locks=idle.locks) for idle in parameter.idle
                 if made <= PARTS.index(idle.upto) and idle.when(experiment)), None)
