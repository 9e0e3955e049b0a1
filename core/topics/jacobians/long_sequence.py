"""||dh_T/dh_k|| for every k of one very long sequence: a sensor's 65,536 steps, in seconds.

The forward pass goes in stretches and keeps phi' alone; the product of Jacobians goes back from the end with its
exponent kept apart. Memory grows with T n, never with T^2, and time with T n^3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.live.host import allowed_bytes
from core.network.cells.jacobians import Jacobians
from core.network.cells.vanilla import Vanilla
from core.network.weights import BATCHES
from core.parameters import ParameterError, Spec, number
from core.remedies.hooks import Hooks
from core.specs.task import Task
from core.spelling import memory
from core.tasks.base import TaskKind
from core.topics.jacobians.cost import STRETCH, long_bytes
from core.topics.jacobians.products import product_norms
from core.training.experiment import Experiment
from core.training.record import LongReach


@dataclass(frozen=True, kw_only=True)
class LongSequence(Spec):
    """One long sequence."""

    length: int = number(65536, 2, 2**17, step=1, log=True, label="Length of the sequence", symbol="T", unit="steps",
                         help="A sensor that is read 65,536 times makes one such sequence.")


def long_reach(experiment: Experiment, length: int,
               V: NDArray[np.floating]) -> Iterator[tuple[float, LongReach | None]]:
    """How far back the gradient reaches, in pieces: (share of the work done, what is known so far or None).

    Args:
        experiment: its task, activation and seed make the input.
        length: T.
        V: [W_hh | W_xh | b_h] of the network.

    Raises:
        ParameterError: if the cell is a gated one, the task has no such sequence, or a state is not finite.
    """
    task = experiment.task.kind
    limited = task.longest < Task.parameters()["seq_len"].high  # else it is training that ends there, not the task
    if length < task.shortest or (limited and length > task.longest):
        allowed = f"at least {task.shortest}" if length < task.shortest else f"at most {task.longest}"
        raise ParameterError(f"length must be {allowed} for the task {task.name} ({task.limit_reason}), got {length}.")
    n, allowed = experiment.recurrence.n_hidden, allowed_bytes()
    most = longest(n, task, allowed)
    if length > most:
        raise ParameterError(f"length must be at most {most} for n_hidden = {n} ({memory(allowed, 'down')} are allowed "
                             f"here), got {length}.")
    J = None
    for share, J in _slopes(experiment, length, V):  # noqa: B007
        yield 0.1 * share, None
    norms = np.full(length, -np.inf)
    for done, found in product_norms(J):
        norms[done:done + len(found)] = found
        yield 0.1 + 0.9 * done / length, LongReach(length, norms[:done + len(found)])
    yield 1.0, LongReach(length, norms)


def longest(n: int, task: TaskKind, room: float) -> int:
    """The most steps that can be held."""
    none, one = (long_bytes(length, n, task) for length in (0, 1))
    return max(int((room - none) / (one - none)), 0)


def _slopes(experiment: Experiment, length: int, V: NDArray[np.floating]) -> Iterator[tuple[float, Jacobians | None]]:
    """Forward in stretches; the Jacobians come with the last piece."""
    task = experiment.task.kind
    cell = Hooks(experiment.remedies).cell(experiment.recurrence, task.n_in)
    if not isinstance(cell, Vanilla) or task.cue is not None:
        raise ParameterError(f"Long sequences must be of a plain or a leaky cell whose inputs are given, got "
                             f"{cell.name} on the task {task.name}.")
    rng = np.random.default_rng([experiment.recurrence.seed, BATCHES, 0])
    x = task.sample(rng, length, 1).x
    n, V = len(V), V.astype(np.float64)
    slopes = np.empty((length, n, 1))
    tape = cell.tape(min(STRETCH, length), 1, np.dtype(np.float64))
    state = np.zeros((n, 1))
    for start in range(0, length, STRETCH):
        steps = min(STRETCH, length - start)
        tape.Z[:steps, n:-1] = x[start:start + steps]
        tape.Z[0, :n] = state
        with np.errstate(over="ignore", invalid="ignore"):
            cell.forward(V, tape, 0, steps)
        state = tape.h[steps - 1].copy()
        if not np.isfinite(tape.h[:steps]).all():
            first = start + int(np.argmin(np.isfinite(tape.h[:steps]).all(axis=(1, 2)))) + 1
            raise ParameterError(f"length must be at most {first - 1}, where the last finite state of this network is, "
                                 f"got {length}.")
        slopes[start:start + steps] = tape.P[:steps]
        yield (start + steps) / length, None
    yield 1.0, replace(cell.jacobians(V, tape), slopes=slopes)
