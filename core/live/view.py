"""What a page draws of a run, taken at one moment."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.live.history import Curves, Frame
from core.network.cells.jacobians import Jacobians
from core.remedies.hooks import Hooks
from core.tasks.base import Baselines
from core.training.experiment import Experiment
from core.training.record import StepRecord
from core.training.whole_pass import WholePass

SEQUENCES = 7  # of a batch whose Jacobians a view carries at least; odd, so that one of them is in the middle
MOST_WORK = {True: 2**20, False: 2**29}  # multiplications for a product over all of them, while a run plays or not
GATES = 50_000  # multiplications that would take as long as to put the Jacobian of a gated cell together
PICTURES = 4  # that hold Jacobians at a time: of now, of the update looked at, and what is made of them


@dataclass(frozen=True)
class Past:
    """The run before this one: its curves stay on the page until this one has made an update."""

    experiment: Experiment  # the settings of its last update
    curves: Curves


@dataclass(frozen=True)
class View:
    """Everything a page draws."""

    state: str  # ready, playing, paused, finished, solved, diverged, suspended
    record: StepRecord  # the network now: the last update, or the next one measured but not applied
    jacobians: Jacobians | None  # dh_t/dh_{t-1} of the first sequences, up to the end of the record's chunk; None if
    # a state is not finite
    weights: NDArray[np.floating]  # (n, n + n_in + 1) [W_hh | W_xh | b_h] of the network of `record`
    experiment: Experiment
    curves: Curves
    frames: tuple[Frame, ...]  # evenly thinned
    baselines: Baselines
    seconds: float  # duration of the update shown, s
    measured_at: Experiment | None = None  # settings of the last update that the curves show; None before the first
    past: Past | None = None  # what the curves showed before the settings needed another network
    way: WholePass | None = None  # of the network of `record`; None where `jacobians` are of the whole sequence

    @property
    def whole(self) -> Jacobians | None:
        """dh_t/dh_{t-1} for t = 1..T, as without truncation; None if a state is not finite."""
        return self.jacobians if self.jacobians is None or self.way is None else self.way.jacobians

    def at(self, state: str) -> View:
        """The same picture of a run at rest, in another state: while it plays, of as many sequences as there is time
        for."""
        few, J, way = sequences_shown(self.experiment, playing=state == "playing"), self.jacobians, self.way
        if J is None or J.samples <= few:
            return replace(self, state=state)
        return replace(self, state=state, jacobians=J.first(few), way=way and replace(way, x=way.x[:, :, :few]))


def sequences_shown(experiment: Experiment, *, playing: bool) -> int:
    """Whose Jacobians a view carries: all of a batch, or as many as a picture has time for."""
    spec = experiment.task
    cell = Hooks(experiment.remedies).cell(experiment.recurrence, spec.kind.n_in)
    work = spec.seq_len * ((cell.states * cell.n) ** 3 + (GATES if cell.blocks > 1 else 0))
    return min(spec.batch, max(SEQUENCES, MOST_WORK[playing] // work))
