r"""The reader's plain network over the first sequence of its first batch, before training, in float64.

What training does with it, on one sequence: the task with its options, and its output fed back where the task asks for
that. Remedies are left out, but for a teacher, who says how much of the output is fed back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.bptt.feedback import Drive, driven
from core.network.cells.jacobians import Jacobians, JoinedJacobians
from core.network.cells.leaky import Leaky
from core.network.cells.vanilla import VanillaTape
from core.network.spectrum import Complex, Spectrum, spectrum_of
from core.network.weights import Network
from core.remedies.base import remedy_of
from core.remedies.hooks import Hooks
from core.training.batches import sampled
from core.training.experiment import Experiment

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FirstSequence:
    """One pass forward; index t of an array is step t + 1."""

    network: Network
    drive: Drive  # which weights act where
    tape: VanillaTape  # states and slopes, of one sequence
    jacobians: Jacobians  # dh_t/dh_{t-1}, t = 1..T
    asked: Complex | None  # (n,) eigenvalues that W_hh was made from; None where they are drawn

    @cached_property
    def spectrum(self) -> Spectrum:
        """Of W_hh."""
        return spectrum_of(self.network.W_hh, self.asked)

    @property
    def finite(self) -> bool:
        """Whether every state is."""
        return bool(np.isfinite(self.tape.h).all())

    def weights(self, t: int) -> Floats:
        """[W_hh | W_xh | b_h] that act at step t, 1..T; after a cue they have the way through the output in them."""
        return self.drive.V if t <= self.drive.border else self.drive.fed

    def reads(self, t: int) -> Floats:
        """What is read at step t: [x_t; 1]."""
        return self.tape.Z[t - 1, self.network.n:, 0]


def first_sequence(experiment: Experiment, kept: float = 0.0) -> FirstSequence:
    """The pass through it.

    Args:
        kept: the share of its state that each unit keeps at a step; 0 is a plain unit.
    """
    kind, recurrence = experiment.task.kind, experiment.recurrence
    hooks = Hooks(spec for spec in experiment.remedies if remedy_of(spec).feedback is not None)
    network = Hooks().network(recurrence, kind, np.dtype(np.float64))
    cell = network.cell
    if kept > 0.0:
        cell = Leaky(network.n, network.n_in, cell.activation, np.full(network.n, 1.0 - kept))
    tape = cell.tape(experiment.task.seq_len, 1, np.dtype(np.float64))
    tape.load(sampled(experiment, 0).x[:, :, :1])
    drive = driven(network, kind.cue, hooks.mix)
    with np.errstate(over="ignore", invalid="ignore"):
        for V, start, stop in drive.parts(0, tape.T):
            cell.forward(V, tape, start, stop)
    J = cell.jacobians(drive.V, tape)
    if kind.cue is not None:
        J = JoinedJacobians(J, cell.jacobians(drive.fed, tape), min(drive.border, tape.T))
    return FirstSequence(network, drive, tape, J, Hooks().eigenvalues(recurrence))
