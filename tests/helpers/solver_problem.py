"""What a solver is given at one update, without a trainer."""

import numpy as np

from core.bptt.backprop import run_backward, run_forward
from core.bptt.update import Problem
from core.network.weights import Network
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.tasks.base import tasks

T, N, B = 12, 6, 5
RECURRENCE = {"n_hidden": N, "alpha": 0.5, "angle": 60.0, "bias": 0.1, "input_scale": 0.5}


def problem_on(network, task, batch, mix=0.0, dtype="float64"):
    """Of a network as it is, on one batch; `loss` leaves network and tape alone."""
    kind, steps, size = tasks()[task], len(batch.x), batch.x.shape[2]
    tape = network.cell.tape(steps, size, np.dtype(dtype))
    tape.load(batch.x)
    seen = run_backward(network, tape, run_forward(network, tape, batch, kind, 0, steps, mix), steps)
    other, spare = Network(network.cell, kind.n_out, np.dtype(dtype)), network.cell.tape(steps, size, dtype)

    def loss(theta):
        other.theta[...] = theta
        spare.load(batch.x)
        with np.errstate(over="ignore", invalid="ignore"):
            return run_forward(other, spare, batch, kind, 0, steps, mix).loss.value

    return Problem(network, tape, batch, kind, seen, seen.gradient, loss)


def problem(task, *, steps=T, size=B, seed=0, mix=0.0, dtype="float64", remedies=(), **recurrence):
    """Of a new network."""
    kind = tasks()[task]
    network = Hooks(remedies).network(Recurrence(**{**RECURRENCE, "seed": seed, **recurrence}), kind, np.dtype(dtype))
    network.U[:, -1] = 0.1
    return problem_on(network, task, kind.sample(np.random.default_rng(seed), steps, size), mix, dtype)
