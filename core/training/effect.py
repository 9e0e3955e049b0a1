"""What has no effect in an experiment, and why: from what each parameter declares, and the hooks that remedies fill.

    without_effect(experiment, flat_parameters())["rho"].told("rho")
    "--rho has no effect because it is set by Orthogonal initialisation."

A run makes W_hh first, then the Jacobians and the loss of the first batch, then updates. A command that stops earlier
makes no use of what acts later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from core.claims import Claim
from core.parameters import Idle, Parameter, Spec
from core.remedies.base import Remedy, remedies, remedy_of
from core.training.words import say


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

    why: Claim | str  # "it is set by Orthogonal initialisation", "the task draws no waveform"
    switch: str = ""  # flat name of the switch that it needs, where that is off
    late: bool = False  # whether it acts in a later part of a run
    locks: bool = True  # whether another value would have no effect either
    limit: int | None = None  # where smaller values have one: what is more than this has the same

    @property
    def reason(self) -> str:
        """A few words beside the control: "set by Orthogonal initialisation", "no effect: all eigenvalues are 0"."""
        if isinstance(self.why, Claim) and self.why.statement == "why.set_by":
            return say("beside.set_by", **self.why.names).text
        return say("beside" if self.limit is None else "beside.beyond", limit=self.limit, why=self.why).text

    def told(self, name: str, command: str = "") -> str:
        """One line for who has given the flag."""
        if self.late:
            return say("flag.later", name=name, command=command).text
        if self.switch:
            return say("flag.off", name=name, switch=self.switch).text
        return say("flag" if self.limit is None else "flag.beyond", name=name, limit=self.limit, why=self.why).text


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
        return NoEffect(say("why.set_by", by=maker.title))
    if PARTS.index(parameter.acts) > PARTS.index(upto):
        return NoEffect(say("why.later"), late=True)
    if parameter.needs and parameter.needs not in active:
        return NoEffect(say("why.off", remedy=remedies()[parameter.needs].title), parameter.needs)
    if name in remedies() and name not in active:
        return None
    return idle_by_rule(parameter.idle, experiment, values.get(name), upto)


def idle_by_rule(rules: Iterable[Idle], experiment: Chosen, value: Any, upto: str = "update") -> NoEffect | None:
    """The first of a parameter's rules that holds for this value where the parts of a run up to `upto` are made."""
    for idle in rules:
        if PARTS.index(upto) <= PARTS.index(idle.upto) and idle.when(experiment):
            limit = idle.beyond(experiment) if idle.beyond else None
            if limit is None or value > limit:
                return NoEffect(say("why.set_by", by=idle.by) if idle.by else idle.why, locks=idle.locks, limit=limit)
    return None
