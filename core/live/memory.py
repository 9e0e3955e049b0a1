"""What an experiment holds in memory, counted from its sizes before anything is allocated.

What is large grows with steps x sequences x numbers a step. How many numbers those are is not written down here: a
tape of one step and one of two tell what a step adds (`Cell.tape_numbers`), a batch of one sequence what a sequence
adds, and a remedy that has arrays of its own declares them (`Remedy.holds`). Counted by hand is what an update has
beside them while it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from core.breath import steps_a_piece
from core.live.history import FEWEST_FRAMES, MOST_BYTES, RECENT
from core.live.view import PICTURES, sequences_shown
from core.network.cells.products import BLOCK
from core.network.cells.vanilla import SLOPES
from core.parameters import Spec
from core.remedies.base import Sizes, remedy_of
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.training.batches import sampled
from core.training.experiment import Experiment
from core.training.own_batch import LOOKED_AT
from core.training.truncated_pairs import target_steps, window_of

FLOAT = 8  # bytes of a float64
OBJECTS = 8000  # bytes a step: the views and calls that a tape has ready for each step of every update
PHI = 64  # bytes that phi' takes beside each of its numbers, at most: GELU's
GATES = 12  # steps whose factors a gated cell makes at a time
DRAWN = 12  # numbers a step and sequence beside the inputs while a batch is drawn
VECTORS = 12  # as long as there are parameters: weights, gradient, moments, directions
SCALARS = 100  # bytes that are kept of each update


@dataclass(frozen=True)
class Need:
    """Bytes."""

    kept: int  # from one update to the next
    work: int  # more while one is made

    @property
    def peak(self) -> int:
        return self.kept + self.work


def trainer_need(experiment: Experiment, seeds: int = 1) -> Need:
    """Of a trainer, or of so many seeds that go through one pass."""
    return _trainer_need(_sizes(experiment), seeds)


def _sizes(experiment: Experiment) -> Experiment:
    """One of the same sizes: what a slider moves has the same again and again."""
    now = experiment.recurrence
    return _sized(now.n_hidden, now.activation, experiment.task, experiment.training.dtype, experiment.remedies)


@lru_cache(maxsize=256)
def _sized(n_hidden: int, activation: str, task: Task, dtype: str, remedies: tuple[Spec, ...]) -> Experiment:
    return Experiment(Recurrence(n_hidden=n_hidden, activation=activation), task, Training(dtype=dtype), remedies)


def numbers_of(experiment: Experiment) -> Sizes:
    """What one sequence is counted from."""
    kind, window = experiment.task.kind, Hooks(experiment.remedies).window(experiment.task.seq_len)
    targets = min(len(target_steps(_sizes(experiment))), window.k1)
    return Sizes(experiment.task.seq_len, window.k2, targets, experiment.recurrence.n_hidden, kind.n_in, kind.n_out,
                 np.dtype(experiment.training.dtype).itemsize)


@lru_cache(maxsize=256)
def _trainer_need(experiment: Experiment, seeds: int) -> Need:
    hooks, kind, spec = Hooks(experiment.remedies), experiment.task.kind, experiment.task
    cell, sizes, columns = hooks.cell(experiment.recurrence, kind.n_in), numbers_of(experiment), spec.batch * seeds
    one = sampled(replace(experiment, task=replace(spec, batch=1)), 0)
    T, S, n, number, (rows, m) = sizes.T, sizes.targets, sizes.n, sizes.number, cell.shape
    remedies = [remedy_of(spec).holds(sizes) for spec in experiment.remedies if remedy_of(spec).holds]
    tapes = 2 if (kind.cue is not None and hooks.mix > 0.0) or any(held.losses for held in remedies) else 1

    each = number * tapes * cell.tape_numbers(T) + one.x.nbytes + one.target.nbytes + sum(r.kept for r in remedies)
    vectors = VECTORS * FLOAT * (rows * m + kind.n_out * (n + 1)) * seeds
    drawing = FLOAT * T * (kind.n_in + DRAWN) * columns
    slopes = PHI * max(min(T * n * columns, SLOPES), min(T, GATES) * n * columns)
    block, piece = min(T, BLOCK), steps_a_piece(n * columns)  # a block is put together from such, where it has several
    piece = piece if piece < block else 0
    products = (block + piece) * rows * m + (S + piece) * kind.n_out * n  # of dL/dV and dL/dU, one a step
    back = number * (S * (2 * n + 5 * kind.n_out + 2) * columns + products * seeds)
    own = max((held.work for held in remedies), default=0) * columns
    return Need(each * columns + OBJECTS * T * tapes + vectors, max(drawing, back + slopes + own))


def jacobians_bytes(experiment: Experiment, sequences: int) -> int:
    """Of ds_t/ds_{t-1} of the first sequences, kept as slopes or factors of the gates."""
    spec = experiment.task
    passes = 1 if spec.kind.cue is None else 2  # with the input given, and fed back
    return _factor_bytes(_sizes(experiment)) * spec.seq_len * min(sequences, spec.batch) * passes


@lru_cache(maxsize=256)
def _factor_bytes(experiment: Experiment) -> int:
    """Of one step of one sequence."""
    cell = Hooks(experiment.remedies).cell(experiment.recurrence, experiment.task.kind.n_in)
    return cell.jacobians(np.zeros(cell.shape), cell.tape(1, 1, np.dtype(np.float64))).nbytes


def tape_bytes(experiment: Experiment) -> int:
    """Of one tape."""
    kind, spec = experiment.task.kind, experiment.task
    cell = Hooks(experiment.remedies).cell(experiment.recurrence, kind.n_in)
    return np.dtype(experiment.training.dtype).itemsize * cell.tape_numbers(spec.seq_len) * spec.batch


def frames_bytes(experiment: Experiment) -> int:
    """Of the updates of a run that can be gone back to, of those whose steps are measured, and of the curves."""
    kind, n = experiment.task.kind, experiment.recurrence.n_hidden
    rows, m = Hooks(experiment.remedies).cell(experiment.recurrence, kind.n_in).shape
    weights = FLOAT * (rows * m + kind.n_out * (n + 1))
    frame = 4 * weights + 2 * FLOAT * experiment.task.seq_len  # weights, moments, W_hh; dL/dh_t twice
    return (max(MOST_BYTES, FEWEST_FRAMES * frame) + RECENT * frame + 2 * LOOKED_AT * weights
            + SCALARS * experiment.training.steps)


def run_bytes(experiment: Experiment) -> int:
    """What a run may hold: itself, the tape on which its last steps are measured, another trainer that looks at an
    earlier update or tries a threshold, and the pictures; of chunks also those of the whole sequence, on a tape of
    their own."""
    window = window_of(experiment)
    passes = 1 if window is None or window.k1 >= experiment.task.seq_len else 2
    pictures = PICTURES * passes * jacobians_bytes(experiment, sequences_shown(experiment, playing=False))
    return 2 * trainer_need(experiment).peak + passes * tape_bytes(experiment) + pictures + frames_bytes(experiment)


def race_bytes(experiments: Sequence[Experiment], seeds: int) -> int:
    """Of a race with these lanes: all keep their arrays, one at a time makes an update. Where seeds share their passes,
    a network alone makes some updates beside them, which tell what one costs."""
    kept, work = 0, 0
    for experiment in experiments:
        alone = seeds == 1 or any(remedy_of(spec).solver for spec in experiment.remedies)
        need = trainer_need(experiment, 1 if alone else seeds)
        kept += need.kept * seeds if alone else need.kept + trainer_need(experiment).kept
        kept += SCALARS * experiment.training.steps
        work = max(work, need.work + seeds * jacobians_bytes(experiment, 1))
    return kept + work
