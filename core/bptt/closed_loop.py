r"""A network whose output is its next input, in closed form.

    x_{t+1} = mix x*_{t+1} + (1 - mix) y_t,    y_t = W_hy h_t + b_y

with x* what a teacher gives. The preactivations are linear in [h; x; 1], so that one step is an ordinary one with

    V' = [W_hh + (1 - mix) W_xh W_hy | mix W_xh | b_h + (1 - mix) W_xh b_y]

and dL/dV, dL/dU follow from dL/dV' by the chain rule. mix = 1 is teacher forcing, mix = 0 a network that runs freely:
its Jacobian is diag(phi'(a_t)) (W_hh + W_xh W_hy), and the gradient goes back through its own output.

Sources: Goodfellow, Bengio & Courville 2016, 10.2.1 (teacher forcing); Pascanu, Mikolov & Bengio 2013, sections 2.2 and
3.1 (bifurcations, and what a teacher does about them).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.network.weights import Network


@dataclass(frozen=True)
class Drive:
    """Which weights act at which index of a sequence."""

    V: Array  # below `border`: the input is given
    fed: Array  # from `border` on: V'
    border: int
    mix: float

    def replica(self, r: int) -> Drive:
        """One replica's."""
        return Drive(self.V[r], self.fed[r], self.border, self.mix)

    def parts(self, start: int, stop: int) -> list[tuple[Array, int, int]]:
        """(weights, first index, last index + 1) in order of time."""
        border = min(max(self.border, start), stop)
        return [(W, a, b) for W, a, b in ((self.V, start, border), (self.fed, border, stop)) if b > a]


def driven(network: Network, border: int | None, mix: float) -> Drive:
    """Of a sequence whose inputs from index `border` on are fed back; all are given where it is None."""
    V, n = network.V, network.n
    if border is None:
        return Drive(V, V, np.iinfo(np.int64).max, 1.0)
    fed = V.copy()
    if mix < 1.0:
        W_xh, share = V[..., n:-1], V.dtype.type(1.0 - mix)
        fed[..., :n] += share * (W_xh @ network.U[..., :n])
        fed[..., -1:] += share * (W_xh @ network.U[..., n:])
        fed[..., n:-1] *= V.dtype.type(mix)
    return Drive(V, fed, border, mix)


def chain_back(network: Network, drive: Drive, dfed: Array, dV: Array, dU: Array) -> None:
    """Add what dL/dV' is worth to dL/dV and dL/dU."""
    n, share = network.n, dfed.dtype.type(1.0 - drive.mix)
    W_xh, dW, db = network.V[..., n:-1], dfed[..., :n], dfed[..., -1:]
    dV[..., :n] += dW
    dV[..., -1:] += db
    dV[..., n:-1] += dfed.dtype.type(drive.mix) * dfed[..., n:-1]
    if drive.mix < 1.0:
        W_hy, b_y = network.U[..., :n], network.U[..., n:]
        dV[..., n:-1] += share * (dW @ np.swapaxes(W_hy, -1, -2) + db @ np.swapaxes(b_y, -1, -2))
        dU[..., :n] += share * (np.swapaxes(W_xh, -1, -2) @ dW)
        dU[..., n:] += share * (np.swapaxes(W_xh, -1, -2) @ db)
