"""The network of one record over its whole sequences, as it is without truncation: h_0 = 0, and the state carried to T.

A chunk ends before T, and the states that it began with are those of earlier updates' weights, or 0 again. What the
network of now makes of the way from h_T back to h_1 takes a pass of its own. It is made where somebody asks, of what
was copied from the run: no update waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.arrays import Array
from core.bptt.closed_loop import Drive
from core.network.cells.base import Cell
from core.network.cells.jacobians import Jacobians, JoinedJacobians
from core.network.cells.tape import Tape


@dataclass(frozen=True)
class WholePass:
    """The weights of one record and the sequences that it was measured on; nothing here changes with the run."""

    cell: Cell
    drive: Drive
    x: Array  # (T, n_in, S) inputs

    @property
    def jacobians(self) -> Jacobians | None:
        """ds_t/ds_{t-1} for t = 1..T; None where a state is not finite."""
        return self._found[0]

    @property
    def lost_at(self) -> int | None:
        """The first t at which h_t is not finite; None where all are."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[Jacobians | None, int | None]:
        tape = states_on(self.cell, self.drive, self.x)
        lost = np.flatnonzero(~np.isfinite(tape.h).all(axis=(1, 2)))
        return (None, int(lost[0]) + 1) if len(lost) else (jacobians_on(tape, self.cell, self.drive), None)


def states_on(cell: Cell, drive: Drive, x: Array) -> Tape:
    """The states from h_0 = 0 on, of sequences (T, n_in, S)."""
    tape = cell.tape(len(x), x.shape[2], drive.V.dtype)
    tape.load(x)
    with np.errstate(over="ignore", invalid="ignore"):
        for V, start, stop in drive.parts(0, tape.T):
            cell.forward(V, tape, start, stop)
    return tape


def jacobians_on(tape: Tape, cell: Cell, drive: Drive, samples: slice = slice(0, None)) -> Jacobians:
    """ds_t/ds_{t-1} of the states on a tape, t = 1..T, of some of its sequences."""
    found = cell.jacobians(drive.V, tape, samples)
    if drive.border >= tape.T:
        return found
    return JoinedJacobians(found, cell.jacobians(drive.fed, tape, samples), drive.border)
