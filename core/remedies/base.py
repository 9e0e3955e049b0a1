"""Remedies: one file each, found by scanning this folder. A file defines `REMEDY`.

A remedy is a spec and the hooks it fills; the trainer asks whether a hook is set and never names a remedy.
`core.remedies.hooks` collects those of the active ones.

    exclusive  (at most one active remedy fills each)   cell, activation, initial, window, feedback, solver
    additive   (applied in the registry's order)        penalty, transform_gradient, transform_vector, constrain
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from core.arrays import Array
from core.bptt.backprop import Pull, Sweep, Window
from core.bptt.update import Gradient, Solver
from core.cost import Prices
from core.network.cells.base import Carry, Cell
from core.network.spectrum import Complex
from core.parameters import Idle, ParameterError, Spec
from core.registry import entries
from core.sources import Source
from core.specs.recurrence import Recurrence


@dataclass(frozen=True)
class Sizes:
    """What the memory of one sequence is counted from."""

    T: int  # steps
    back: int  # that a loss is carried back, at most T
    targets: int  # steps with a target between two updates
    n: int  # units
    n_in: int
    n_out: int
    number: int  # bytes of one number of the network


@dataclass(frozen=True)
class Held:
    """What a remedy has beside the network's own arrays, in bytes for each sequence."""

    kept: int = 0  # from one update to the next
    work: int = 0  # more while it does its part of an update
    losses: bool = False  # whether it asks for the loss at other weights, which takes another tape


@dataclass(frozen=True)
class Passes:
    """What the time of one update is counted from."""

    prices: Prices
    sizes: Sizes
    B: int  # sequences
    forward: float  # s of a pass forward over all steps, its loss included
    steps_back: int  # that the gradient is carried back


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """One remedy of the field."""

    name: str
    title: str
    source: Source | None  # the text that the rule was read in; None where none that has it was read
    taken: str  # what is taken from there, and whom it names as the first
    helps: str  # exploding, vanishing, both or neither
    equation: str  # TeX
    product: str  # what it does to the product of Jacobians, in one sentence
    when: str  # when it helps, in one sentence
    cost: str  # what it costs, in one sentence; how long an update takes is measured, core.remedies.costs
    harms: str  # when it harms, in one sentence
    spec: type[Spec]
    torch: str = ""  # what torch's own does otherwise, in one sentence
    plain_cell: bool = False  # its derivation holds for the vanilla cell alone
    takes: tuple[str, ...] = ()  # of what its hooks stand in the place of, the parameters that they still look at
    draws: bool = True  # whether the W_hh that it makes is random
    idle: tuple[Idle, ...] = ()  # when its switch has no effect
    # exclusive
    cell: Callable[[Any, int, int, Recurrence], Cell] | None = None  # (spec, n, n_in, recurrence)
    activation: Callable[[Any], str] | None = None  # the name of phi
    initial: Callable[[Any, Recurrence, np.random.Generator], Array] | None = None  # W_hh (n, n)
    eigenvalues: Callable[[Any, Recurrence], Complex | None] | None = None  # (n,) that W_hh is made from, if not drawn
    window: Callable[[Any], Window] | None = None
    feedback: Callable[[Any], float] | None = None  # share of the input that is the teacher's, 0..1
    solver: Callable[[Any], Solver] | None = None  # the whole update
    # additive
    penalty: Callable[[Sweep, Any], Pull] | None = None  # a term of the loss, by its gradient
    transform_gradient: Callable[[Gradient, Any], Gradient] | None = None
    transform_vector: Callable[[Any], Carry] | None = None  # dL/dh_{t-1} as it is carried back
    constrain: Callable[[Array, Any], None] | None = None  # W_hh ([R,] n, n) after an update, in place
    # what it costs
    holds: Callable[[Sizes], Held] | None = None  # arrays of its own that grow with the steps; None without any
    seconds: Callable[[Any, Passes], float] | None = None  # more that an update takes; None where it hardly does

    @property
    def acts(self) -> str:
        """The first part of a run that it has a say in, as `Parameter.acts`."""
        if self.initial:
            return "W_hh"
        if self.cell or self.activation or self.window or self.feedback:
            return "sequence"
        return "update" if self.solver else "gradient"

    @property
    def cites(self) -> str:
        """Its source in a word."""
        return self.source.short if self.source else "no source"

    @property
    def hot(self) -> bool:
        """Whether it can be switched during a run: it can where it leaves the network and the solver alone."""
        return not (self.cell or self.activation or self.initial or self.solver or self.constrain)


EXCLUSIVE = {"cell": "the cell", "activation": "the activation", "initial": "the initial recurrent matrix",
             "window": "the window of back-propagation", "feedback": "what is fed back", "solver": "the whole update"}
# what has no effect where a remedy makes the whole update
STEPS = {"window": "cuts the back-propagation", "penalty": "adds to the gradient",
         "transform_gradient": "changes the gradient", "transform_vector": "changes what is carried back",
         "constrain": "moves the weights after the update"}


@cache
def remedies() -> dict[str, Remedy]:
    """Name -> remedy, all that the folder holds."""
    return {remedy.name: remedy for remedy in sorted(entries("core.remedies", "REMEDY"), key=lambda one: one.name)}


def remedy_of(spec: Spec) -> Remedy:
    """The remedy that a spec belongs to."""
    return next(remedy for remedy in remedies().values() if remedy.spec is type(spec))


def check_together(active: Iterable[Spec]) -> None:
    """Raises ParameterError if two active remedies cannot go together, with one line that says why."""
    assert set(EXCLUSIVE) | set(STEPS) <= {f.name for f in fields(Remedy)}
    for one, other in combinations([remedy_of(spec) for spec in active], 2):
        why = _collision(one, other) or _collision(other, one)
        if why is not None:
            raise ParameterError(f"{why}; switch one off.")


def _collision(one: Remedy, other: Remedy) -> str | None:
    for hook, words in EXCLUSIVE.items():
        if getattr(one, hook) is not None and getattr(other, hook) is not None:
            return f"{one.name} and {other.name} both choose {words}"
    if one.plain_cell and other.cell is not None:
        return f"{one.name} is derived for the plain cell, and {other.name} chooses another"
    if one.solver is not None:
        for hook, words in STEPS.items():
            if getattr(other, hook) is not None:
                return f"{one.name} makes the whole update by itself, and {other.name} {words}"
    return None
