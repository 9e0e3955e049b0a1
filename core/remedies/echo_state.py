r"""Echo state network: a fixed recurrence that remembers, and a readout that is solved for by ridge regression.

    U = argmin sum over all states seen of ||y* - U [h; 1]||^2 + ridge ||W_hy||^2,    U = [W_hy | b_y]

The states of every batch at its target steps enter a triangular factor of the normal equations,
R^T R = sum [h; 1; y*] [h; 1; y*]^T, brought up to date by QR: as exact as least squares on all states at once, and of
fixed size. The readout is solved for again after every batch.

For classes y* is one-hot, so that U [h; 1] estimates probabilities and its largest entry is the answer. As logits such
numbers are far too small: softmax(1, 0, 0, 0) gives the answer 0.48. So they are multiplied by one positive number,
the sharpness, which changes no answer. It follows Newton's method on the cross-entropy of each new batch, before the
readout has learnt from that batch: fitted on states that the readout knows it would be overconfident.

Sources: Goodfellow, Bengio & Courville 2016, 10.8 and 10.9.2; Golub & Van Loan, Matrix Computations, 4th edition, 6.5
(QR brought up to date). One number for all logits is known as temperature scaling (Guo et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.bptt.losses import softmax
from core.bptt.update import Problem
from core.breath import breathe
from core.network.activations import ACTIVATIONS
from core.network.cells.leaky import Leaky
from core.network.spectrum import Complex
from core.parameters import Idle, Spec, number
from core.remedies.base import Held, Passes, Remedy, Sizes
from core.sources import GOODFELLOW_2016
from core.specs.recurrence import Recurrence, asked_eigenvalues, initial_W_hh

ROWS = 4096  # states that enter the factor at a time: bounds the memory that a long sequence takes


def _nothing_to_scale(experiment: Any) -> bool:
    r = experiment.recurrence
    return bool(r.eigenvalues) and not any(r.eigenvalues)


@dataclass(frozen=True, kw_only=True)
class EchoState(Spec):
    """Echo state network."""

    rho: float = number(0.99, 0.01, 2.0, step=0.01, label="Spectral radius of the reservoir", symbol=r"\rho(W_{hh})",
                        idle=(Idle(_nothing_to_scale, "all eigenvalues are 0"),),
                        help="W_hh is rescaled to it once, at the start. Near 1 the reservoir remembers longest.")
    leak: float = number(0.1, 0.001, 1.0, step=0.001, label="Leak of the reservoir", symbol=r"\ell",
                         acts="sequence",
                         help="Share of each unit's state that is replaced at a step: a small one remembers long. "
                              "1 is the plain cell.")
    ridge: float = number(1e-6, 1e-12, 100.0, step=1e-12, log=True, label="Ridge", symbol=r"\beta", hot=True,
                          acts="update",
                          help="What the readout's weights cost, beside the summed squared error over all states seen.")


def reservoir(spec: EchoState, recurrence: Recurrence, rng: np.random.Generator) -> Floats:
    """W_hh of the shape that was asked for, at the reservoir's spectral radius, (n, n)."""
    return _scale(spec, recurrence) * initial_W_hh(replace(recurrence, rho=spec.rho), rng)


def eigenvalues(spec: EchoState, recurrence: Recurrence) -> Complex | None:
    """(n,) of the reservoir; None where they are drawn."""
    asked = asked_eigenvalues(replace(recurrence, rho=spec.rho))
    return None if asked is None else _scale(spec, recurrence) * asked


def _scale(spec: EchoState, recurrence: Recurrence) -> float:
    """What brings the eigenvalues of a list to the radius; other shapes are made with it."""
    listed = max(map(abs, recurrence.eigenvalues), default=spec.rho)
    return spec.rho / listed if listed > 0.0 else 1.0


def cell(spec: EchoState, n: int, n_in: int, recurrence: Recurrence) -> Leaky:
    return Leaky(n, n_in, ACTIVATIONS[recurrence.activation], np.full(n, spec.leak))


def with_states(R: Floats, rows: Floats) -> Floats:
    """The triangular factor of the rows behind R, (at most c, c), and of some more, (N, c)."""
    for first in range(0, len(rows), ROWS):
        R = np.linalg.qr(np.vstack([R, rows[first:first + ROWS]]), mode="r")
        breathe()
    return R


def ridge_solution(R: Floats, ridge: float, n: int) -> Floats:
    """U, (n_out, n + 1), from the factor of [h; 1; y*]. ridge > 0; the bias is not held back."""
    held = np.zeros((n, R.shape[1]))
    held[:, :n] = np.sqrt(ridge) * np.eye(n)
    whole = with_states(R, held)
    return np.linalg.solve(whole[:n + 1, :n + 1], whole[:n + 1, n + 1:]).T


def newton_step(y: Floats, target: NDArray[np.int64]) -> float:
    """Of log c for the cross-entropy of c y at c = 1, with its Gauss-Newton curvature; at most a factor of 2.

    Args:
        y: (S, n_out, B).
        target: class numbers, (S, B).
    """
    p = softmax(y)[0]
    mean = (p * y).sum(axis=1, keepdims=True)
    slope = np.mean(mean - np.take_along_axis(y, target[:, None], axis=1))
    curvature = np.mean((p * (y - mean) ** 2).sum(axis=1))
    limit = np.log(2.0)
    return float(np.clip(-slope / curvature, -limit, limit)) if curvature > 0.0 else 0.0


def holds(sizes: Sizes) -> Held:
    """While the readout is solved for: h and y* at the targets, and [h; 1; y*] twice, in float64."""
    return Held(work=8 * sizes.targets * (3 * sizes.n + 3 * sizes.n_out + 2))


def seconds(spec: EchoState, passes: Passes) -> float:
    """The factor of all rows [h; 1; y*], some at a time, and twice that of the matrix itself."""
    sizes, prices = passes.sizes, passes.prices
    rows, c = sizes.targets * passes.B, sizes.n + 1 + sizes.n_out
    whole = prices.factorization("qr", c)  # 4/3 c^3; of N rows 2 N c^2
    return (2 + 1.5 * rows / c) * whole + prices.each(rows * c, 8)


class EchoStateSolver:
    """Remembers the factor, the reservoir whose states are in it, and the sharpness."""

    def __init__(self, spec: EchoState) -> None:
        self.spec = spec
        self.restore({})

    def step(self, problem: Problem) -> None:
        network, tape, at, classes = problem.network, problem.tape, problem.seen.at, problem.task.classes
        target = problem.batch.target[np.searchsorted(problem.batch.target_steps, at + 1)]
        h = tape.h[at].astype(np.float64)
        R, sharpness = self._R, self._sharpness
        if self._T != tape.T or not np.array_equal(self._V, network.V):  # other states: what is known of them is void
            R, sharpness = np.empty((0, network.n + 1 + network.n_out)), 1.0
        elif classes:
            sharpness *= np.exp(newton_step(network.U[:, :-1] @ h + network.U[:, -1:], target))
        wanted = np.moveaxis(np.eye(network.n_out)[target], -1, 1) if classes else target
        rows = np.concatenate([h, np.ones_like(h[:, :1]), wanted], axis=1).transpose(0, 2, 1)
        R = with_states(R, rows.reshape(-1, rows.shape[2]))
        U = sharpness * ridge_solution(R, self.spec.ridge, network.n)
        self._R, self._sharpness, self._V, self._T = R, sharpness, network.V.copy(), tape.T
        network.U[...] = U

    def set(self, lr: float, spec: EchoState) -> None:
        self.spec = spec

    def state(self) -> dict[str, Any]:
        if not self._T:
            return {}
        return {"R": self._R.copy(), "V": self._V.copy(), "T": self._T, "sharpness": self._sharpness}

    def restore(self, state: dict[str, Any]) -> None:
        self._R = state["R"].copy() if state else np.empty((0, 0))
        self._V = state["V"].copy() if state else np.empty((0, 0))
        self._T = state.get("T", 0)
        self._sharpness = state.get("sharpness", 1.0)


REMEDY = Remedy(
    name="echo_state", title="Echo state network", source=GOODFELLOW_2016, helps="both",
    taken="Sections 10.8 and 10.9.2: a fixed recurrence, and a linear readout alone that is learnt; for leaky "
          "units in it they name Jaeger, Lukoševičius, Popovici & Siewert 2007. The sharpness is this app's.",
    equation=r"\min_{W, b} \sum_t \lVert y^*_t - W h_t - b \rVert^2 + \beta \lVert W \rVert^2,\quad "
             r"W_{hy} = c\,W,\; b_y = c\,b\;\, (c = 1 \text{ for values}),\quad W_{hh}, W_{xh} \text{ fixed}",
    product="No gradient travels through the product. Spectral radius, leak and how far the units are saturated decide "
            "how long the states remember, and training changes none of it.",
    when="Where the past can be read off a large random reservoir with one linear map: in the demo 20 of 20 seeds, 0 "
         "with SGD + momentum on all weights. For classes the readout is multiplied by one positive number, the "
         "sharpness c, which changes no answer.",
    cost="Many units; radius, leak and input scale must fit the task, for they are not learnt.",
    harms="What the reservoir has lost cannot be read: in the demo, with a leak of 1, no seed of 20 names the order of "
          "two symbols that lie 25 to 44 steps back.",
    spec=EchoState, takes=("shape", "spread", "angle", "alpha", "eigenvalues"), cell=cell, initial=reservoir,
    eigenvalues=eigenvalues,
    solver=lambda spec: EchoStateSolver(spec), holds=holds, seconds=seconds,
    idle=(Idle(_nothing_to_scale, "all eigenvalues are 0", locks=False, upto="W_hh"),),
)
