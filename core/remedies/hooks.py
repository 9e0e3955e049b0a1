"""The hooks of the active remedies, collected: what the trainer asks, without knowing a remedy by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.bptt.backprop import Pull, Sweep, Window
from core.bptt.update import Gradient, Solver
from core.network.activations import ACTIVATIONS, Activation
from core.network.cells.base import Carry, Cell
from core.network.cells.vanilla import Vanilla
from core.network.moved_eigenvalue import moves_since, with_moves
from core.network.spectrum import Complex
from core.network.weights import WEIGHTS, Network
from core.parameters import Spec
from core.remedies.base import Remedy, remedy_of
from core.specs.recurrence import Recurrence, asked_eigenvalues, initial_W_hh
from core.tasks.base import TaskKind


class Active(NamedTuple):
    """A remedy that is on."""

    remedy: Remedy
    spec: Spec


class Hooks:
    """Of some remedies that go together; without any, those of the plain network."""

    def __init__(self, active: Iterable[Spec] = ()) -> None:
        self._active = [Active(remedy_of(spec), spec) for spec in active]

    def _one(self, hook: str) -> Active | None:
        """Whose exclusive hook it is."""
        return next((one for one in self._active if getattr(one.remedy, hook) is not None), None)

    def _all(self, hook: str) -> list[Active]:
        """Those that fill an additive hook."""
        return [one for one in self._active if getattr(one.remedy, hook) is not None]

    # -- the network --------------------------------------------------------------------------------------

    def recurrence(self, recurrence: Recurrence) -> Recurrence:
        """With the activation that a remedy chose."""
        one = self._one("activation")
        return replace(recurrence, activation=one.remedy.activation(one.spec)) if one else recurrence

    def activation(self, recurrence: Recurrence) -> Activation:
        return ACTIVATIONS[self.recurrence(recurrence).activation]

    def cell(self, recurrence: Recurrence, n_in: int) -> Cell:
        one, n = self._one("cell"), recurrence.n_hidden
        if one is None:
            return Vanilla(n, n_in, self.activation(recurrence))
        return one.remedy.cell(one.spec, n, n_in, self.recurrence(recurrence))

    def W_hh(self, recurrence: Recurrence, rng: np.random.Generator) -> NDArray[np.float64]:
        """The initial one, (n, n)."""
        one = self._one("initial")
        W = one.remedy.initial(one.spec, recurrence, rng) if one else initial_W_hh(recurrence, rng)
        return with_moves(W, moves_since((), recurrence.moved)) if recurrence.moved else W

    def eigenvalues(self, recurrence: Recurrence) -> Complex | None:
        """(n,) those that the initial W_hh is made from; None where they are drawn, or moved."""
        if recurrence.moved:
            return None
        if self._one("initial") is None:
            return asked_eigenvalues(recurrence)
        one = self._one("eigenvalues")
        return one.remedy.eigenvalues(one.spec, recurrence) if one else None

    def network(self, recurrence: Recurrence, task: TaskKind, dtype: np.dtype, theta: Array | None = None) -> Network:
        """With these weights, (P,), which are copied; with those of the recurrence's seed where none are given."""
        network = Network(self.cell(recurrence, task.n_in), task.n_out, dtype)
        if theta is None:
            self.draw(network, recurrence)
        elif theta.shape != network.theta.shape:
            raise ValueError(f"This network has {network.theta.size} weights, got an array of shape {theta.shape}.")
        else:
            network.theta[...] = theta
        return network

    def draw(self, network: Network, recurrence: Recurrence) -> None:
        """The weights of the recurrence's seed, in place."""
        rng = np.random.default_rng([recurrence.seed, WEIGHTS])
        network.initialise(self.W_hh(recurrence, rng), recurrence.input_scale, recurrence.bias, rng)

    # -- one update ---------------------------------------------------------------------------------------

    def window(self, T: int) -> Window:
        """Of a sequence of T steps."""
        one = self._one("window")
        window = one.remedy.window(one.spec) if one else Window(T, T)
        return Window(min(window.k1, T), min(window.k2, T), window.carry)

    @property
    def mix(self) -> float:
        """Share of the teacher in the input of a task whose output is fed back."""
        one = self._one("feedback")
        return one.remedy.feedback(one.spec) if one else 0.0

    def carry(self) -> Carry | None:
        """What is done to each dL/dh_{t-1} as it is carried back; None if nothing is."""
        steps = [remedy.transform_vector(spec) for remedy, spec in self._all("transform_vector")]
        if len(steps) <= 1:
            return steps[0] if steps else None
        return lambda carried, g: [step(carried, g) for step in steps] and None

    def pulls(self, sweep: Callable[[], Sweep]) -> list[Pull]:
        """The gradients of the penalties; `sweep` is asked for if there are any."""
        penalties = self._all("penalty")
        seen = sweep() if penalties else None
        return [remedy.penalty(seen, spec) for remedy, spec in penalties]

    def transformed(self, gradient: Gradient) -> Gradient:
        """After every remedy that changes the gradient."""
        for remedy, spec in self._all("transform_gradient"):
            gradient = remedy.transform_gradient(gradient, spec)
        return gradient

    def constrain(self, W_hh: Array) -> None:
        """After an update, in place."""
        for remedy, spec in self._all("constrain"):
            remedy.constrain(W_hh, spec)

    def solver(self) -> Solver | None:
        """What makes the whole update; None where an optimizer does."""
        one = self._one("solver")
        return one.remedy.solver(one.spec) if one else None

    def set(self, solver: Solver, lr: float) -> None:
        """Settings that may have changed."""
        one = self._one("solver")
        solver.set(lr, one.spec if one else None)
