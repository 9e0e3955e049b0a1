r"""The order of the factors in the Jacobian of one step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.activations import ACTIVATIONS, Activation
from core.corrections import Correction, Measurement, measured
from core.corrections.bounded import bounded, finite_or_why
from core.experiment import Experiment
from core.network import BATCHES, Network
from core.sources import PASCANU_2013
from core.tasks import tasks
from core.training import Trainer

Floats = NDArray[np.float64]
STEP = np.finfo(np.float64).eps ** (1 / 3)  # of a central difference, relative to the state: its error is STEP^2
CORNER = 1e-3  # a slope that changes by more than this within a difference has a corner inside it


def order_of_the_factors(experiment: Experiment) -> Measurement:
    """Central differences of one step of the reader's network against two forms of its Jacobian."""
    one = replace(experiment, task=replace(experiment.task, batch=1), remedies=(),
                  training=replace(experiment.training, dtype="float64"))
    small, note = bounded(one)
    if (why := finite_or_why(Trainer(small))) is not None:
        return why
    recurrence, kind = small.recurrence, tasks()[small.task.task]
    network, activation = Network(recurrence, kind, np.dtype(np.float64)), ACTIVATIONS[recurrence.activation]
    x = kind.sample(np.random.default_rng([recurrence.seed, BATCHES, 0]), small.task.seq_len, 1).x[:, :, 0]
    W, drive = network.W_hh, x @ network.V[:, network.n:-1].T + network.V[:, -1]  # W_xh x_t + b_h
    h = [np.zeros(network.n)]
    for u in drive:
        h.append(activation.phi(W @ h[-1] + u, np.empty(network.n)))
    t = _best_step(W, drive, h, activation)
    if t is None:
        return Measurement("At no step of your network is there a Jacobian to difference: it is 0, or the activation "
                           "has a corner there.", {})
    before, u = h[t - 1], drive[t - 1]
    measured_J = _differences(W, before, u, activation)
    size = np.linalg.norm(measured_J)
    right = _slopes(W @ before + u, activation)[:, None] * W
    wrong = W.T * _slopes(before, activation)
    off = {"off_right": np.linalg.norm(right - measured_J) / size,
           "off_wrong": np.linalg.norm(wrong - measured_J) / size}
    text = ("At t = {count_t} of your network, diag(φ'(a_t)) W_hh differs from the Jacobian by central differences by "
            "{off_right} of its norm, and W_hh^T diag(φ'(h_(t-1))) by {off_wrong}.")
    if off["off_wrong"] < 1e-6:
        text += " Your W_hh is symmetric and φ' the same everywhere, so that here both are the same matrix."
    return measured(text + note, count_t=t, **off)


def _slopes(a: Floats, activation: Activation) -> Floats:
    """phi'(a); an intermediate square may leave float64 where the slope does not."""
    with np.errstate(over="ignore"):
        return activation.phi_prime(a, activation.phi(a, np.empty_like(a)), np.empty_like(a))


def _width(h: Floats) -> float:
    """Of a difference around h."""
    return STEP * max(float(np.abs(h).max(initial=0.0)), 1e-3)


def _best_step(W: Floats, drive: Floats, h: list[Floats], activation: Activation) -> int | None:
    """The step t >= 2 with the largest Jacobian among those without a corner of phi nearby; None if it is 0 there."""
    best, found = 0.0, None
    for t in range(2, len(h)):
        a = W @ h[t - 1] + drive[t - 1]
        reach = _width(h[t - 1]) * np.abs(W).max(axis=1)
        if np.abs(_slopes(a + reach, activation) - _slopes(a - reach, activation)).max() > CORNER:
            continue
        size = np.linalg.norm(_slopes(a, activation)[:, None] * W)
        if size > best:
            best, found = size, t
    return found


def _differences(W: Floats, before: Floats, u: Floats, activation: Activation) -> Floats:
    """dh_t/dh_{t-1} by central differences, one column a unit, (n, n)."""
    d = _width(before) * np.eye(len(W))
    ahead, behind = (W @ (before[:, None] + s * d) + u[:, None] for s in (1.0, -1.0))
    return (activation.phi(ahead, np.empty_like(ahead)) - activation.phi(behind, np.empty_like(behind))) / (
        2.0 * _width(before))


CORRECTIONS = (
    Correction(
        4, "The order of the factors",
        r"$\partial h_t / \partial h_{t-1} = W_{hh}^{\top}\,\mathrm{diag}(\varphi'(h_{t-1}))$.",
        r"With $h_t = \varphi(a_t)$, $a_t = W_{hh} h_{t-1} + W_{xh} x_t + b_h$, it is "
        r"$\mathrm{diag}(\varphi'(a_t))\,W_{hh}$. The other form belongs to the convention of Pascanu et al., where "
        r"the state is taken before the nonlinearity, and it is transposed.",
        PASCANU_2013, order_of_the_factors),
)
