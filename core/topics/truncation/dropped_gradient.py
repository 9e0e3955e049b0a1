r"""What truncation loses of dL/dV: on one batch, with weights that stay as they are.

    kept = sum over the chunks of one sequence, each weighted by its share of the targets
    dropped = dL/dV of full back-propagation - kept

No update is made between the chunks, so that nothing but the window tells the two apart. A split by lag, where
the cell has one (core.bptt.gradient_by_lag), says at which lags the lost part lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.bptt.gradient_by_lag import GradientByLag, lag_pieces
from core.cost import Prices, prices
from core.live.host import allowed_bytes
from core.live.limits import largest_batch, with_batch
from core.live.memory import FLOAT, run_bytes, tape_bytes, trainer_need
from core.live.seconds import update_seconds
from core.network.cells.vanilla import Vanilla
from core.network.weights import Network
from core.norms import euclidean_norm
from core.parameters import Spec
from core.remedies.base import remedy_of
from core.remedies.hooks import Hooks
from core.training.course import Course
from core.training.experiment import Experiment, network_alone
from core.training.trainer import Trainer
from core.training.truncated_pairs import TruncationMap, map_of, target_steps

NEW = 2  # times as long as an update takes one whose arrays are new
PAGE_WORK = 3e9  # multiplications of a split by lag: some seconds


@dataclass(frozen=True)
class DroppedGradient:
    """||.|| is the Frobenius norm over V = [W_hh | W_xh | b_h]."""

    full: float  # ||dL/dV|| of full back-propagation
    kept: float  # of what truncation keeps
    dropped: float  # of the difference
    cosine: float  # between the two; nan where one is 0
    sequences: int  # of the batch that it was measured on
    by_lag: GradientByLag | None = None  # while the work is under way its first lags
    no_split: str | None = None  # why there is no split by lag; None where there is

    @property
    def share(self) -> float:
        """||dropped|| / ||dL/dV||; nan where the whole is 0."""
        return self.dropped / self.full if self.full > 0.0 else float("nan")


def truncation_of(experiment: Experiment) -> tuple[Spec, ...]:
    """The remedies that choose the window of back-propagation: one, or none."""
    return tuple(spec for spec in experiment.remedies if remedy_of(spec).window)


def bounded_batch(experiment: Experiment, chunks: TruncationMap) -> Experiment:
    """With so few sequences that the split by lag takes seconds, and fits beside the run that it is made of."""
    n, task = experiment.recurrence.n_hidden, experiment.task
    batch = int(PAGE_WORK / (len(chunks.targets) * task.seq_len * n * (n + 8)))
    room = allowed_bytes() - run_bytes(experiment) + trainer_need(experiment).peak  # the place of the run's second one
    return with_batch(experiment, largest_batch(experiment, min(max(batch, 1), task.batch), split_bytes, room) or 1)


def split_bytes(experiment: Experiment) -> int:
    """What the measurement holds: a trainer, a tape for the chunks, and for the split by lag, in float64, another tape
    and its arrays side by side."""
    task, n = experiment.task, experiment.recurrence.n_hidden
    tapes = trainer_need(experiment).peak + tape_bytes(experiment)
    if _splits(experiment):
        tape = FLOAT * Hooks(experiment.remedies).cell(experiment.recurrence, 0).tape_numbers(task.seq_len) * task.batch
        tapes += tape + FLOAT * task.seq_len * task.batch * (7 * n + 2 * task.kind.n_in + 2)
    return tapes


def split_seconds(experiment: Experiment, at: Prices | None = None) -> float:
    """Of the measurement: a gradient, one of each chunk, and for the split by lag a product a target step and lag."""
    task, n = experiment.task, experiment.recurrence.n_hidden
    whole = 3 * NEW * update_seconds(network_alone(experiment), at=at)
    if not _splits(experiment):
        return whole
    own, targets = (at or prices()).of(FLOAT, 1, 0), len(target_steps(experiment))
    lags = own.product(n, n, task.batch) + own.product(n, task.batch, n + task.kind.n_in + 1) + own.each(
        n * task.batch, 3)
    return whole + 0.5 * targets * task.seq_len * lags  # none goes beyond the first step


def _splits(experiment: Experiment) -> bool:
    """Whether there is a split by lag."""
    cell = Hooks(experiment.remedies).cell(experiment.recurrence, 0)
    return type(cell) is Vanilla and experiment.task.kind.cue is None


def dropped_pieces(experiment: Experiment, theta: NDArray[np.floating] | None = None,
                   ) -> Iterator[tuple[float, DroppedGradient | None]]:
    """In pieces: (share of the work done 0..1, what is known so far).

    Args:
        experiment: its truncation is what is measured; its clipping plays no part.
        theta: weights, (P,); those of the beginning when None.

    Raises:
        ValueError: if a state or the gradient is not finite.
    """
    chunks = map_of(experiment)
    small = bounded_batch(experiment, chunks)
    whole = Trainer(network_alone(small), theta)
    flat, batch = whole.gradient()
    full = _recurrent(whole.network, flat)
    kept = np.zeros_like(full)
    for done, part in enumerate(_chunk_gradients(network_alone(small, *truncation_of(small)), whole.network)):
        kept += part
        yield 0.2 * (done + 1) / chunks.updates, None
    found = _compared(full, kept, small.task.batch)
    yield 0.2, found
    try:
        for share, by_lag in lag_pieces(whole.network, batch, whole.task, chunks.k2):
            yield 0.2 + 0.8 * share, replace(found, by_lag=by_lag)
    except ValueError as error:
        yield 1.0, replace(found, no_split=str(error))


def _chunk_gradients(experiment: Experiment, network: Network) -> Iterator[Floats]:
    """dL/dV of each chunk of the first sequence, weighted by its share of the targets."""
    course = Course(experiment, network)
    while course.sequence == 0:
        chunk = course.measure()
        yield _recurrent(network, chunk.found.gradient) * (len(chunk.found.at) / len(course.batch.target_steps))
        course.advance(chunk.stop)


def _recurrent(network: Network, flat: NDArray[np.floating]) -> Floats:
    """The part of V, in float64; raises ValueError where it is not finite."""
    found = network.views(flat)[0].astype(np.float64)
    if not np.isfinite(found).all():
        raise ValueError("The gradient is not finite, so there is nothing to split.")
    return found


def _compared(full: Floats, kept: Floats, sequences: int) -> DroppedGradient:
    norms = [euclidean_norm(part.reshape(-1)) for part in (full, kept, full - kept)]
    both = norms[0] > 0.0 and norms[1] > 0.0
    cosine = float(np.vdot(full / norms[0], kept / norms[1])) if both else float("nan")
    return DroppedGradient(*norms, cosine, sequences)
