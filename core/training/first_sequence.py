r"""The reader's plain network over the first sequence of its first batch, before training, in float64.

What training does with it, on one sequence: the task with its options, and its output fed back where the task asks for
that. Remedies are left out, but for a teacher, who says how much of the output is fed back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.arrays import Floats
from core.bptt.closed_loop import Drive, driven
from core.network.cells.jacobians import Jacobians
from core.network.cells.leaky import Leaky
from core.network.cells.vanilla import VanillaTape
from core.network.spectrum import Complex, Spectrum, spectrum_of
from core.network.weights import Network
from core.remedies.base import remedy_of
from core.remedies.hooks import Hooks
from core.training.batches import sampled
from core.training.experiment import Experiment
from core.training.whole_pass import jacobians_on, states_on


@dataclass(frozen=True)
class FirstSequence:
    """One pass forward; index t of an array is step t + 1."""

    network: Network
    drive: Drive  # which weights act where
    tape: VanillaTape  # states and slopes, of one sequence
    asked: Complex | None  # (n,) eigenvalues that W_hh was made from; None where they are drawn

    @cached_property
    def spectrum(self) -> Spectrum:
        """Of W_hh."""
        return spectrum_of(self.network.W_hh, self.asked)

    @cached_property
    def jacobians(self) -> Jacobians:
        """dh_t/dh_{t-1}, t = 1..T."""
        return jacobians_on(self.tape, self.network.cell, self.drive)

    @property
    def finite(self) -> bool:
        """Whether every state is."""
        return bool(np.isfinite(self.tape.h).all())

    def weights(self, t: int) -> Floats:
        """[W_hh | W_xh | b_h] that act at step t, 1..T; after a cue they have the way through the output in them."""
        return self.drive.V if t <= self.drive.border else self.drive.fed

    def step(self, t: int, before: Floats) -> tuple[Floats, Floats]:
        """a_t and h_t from other states h_{t-1}, (n, m) -> (n, m) each, with what is read at step t."""
        cell = self.network.cell
        tape = cell.tape(1, before.shape[1], before.dtype)
        tape.load(self.tape.Z[[t - 1], cell.n:-1])
        tape.h_before[0][...] = before
        cell.forward(self.weights(t), tape, 0, 1)
        return tape.A[0], tape.h[0]


def without_remedies(experiment: Experiment) -> Experiment:
    """Without remedies, but for a teacher, who says how much of the output is fed back."""
    return replace(experiment, remedies=tuple(spec for spec in experiment.remedies if remedy_of(spec).feedback))


def first_sequence(experiment: Experiment, kept: float = 0.0) -> FirstSequence:
    """The pass through it.

    Args:
        kept: the share of its state that each unit keeps at a step; 0 is a plain unit.
    """
    kind, hooks = experiment.task.kind, Hooks(without_remedies(experiment).remedies)
    network = hooks.network(experiment.recurrence, kind, np.dtype(np.float64))
    if kept > 0.0:
        network.cell = Leaky(network.n, network.n_in, network.cell.activation, np.full(network.n, 1.0 - kept))
    drive = driven(network, kind.cue, hooks.mix)
    tape = states_on(network.cell, drive, sampled(experiment, 0).x[:, :, :1])
    return FirstSequence(network, drive, tape, Hooks().eigenvalues(experiment.recurrence))
