r"""Products with the Gauss-Newton matrix of a plain recurrent network, without the matrix.

    G = J^T H J,    J = dy/dtheta at the target steps,    H = d2L/dy2

is what remains of the Hessian when y is taken as linear in theta: symmetric and positive semi-definite. A product is
one sweep forward, which carries the derivative R{.} in the direction v, and one sweep back:

    R{h_t} = phi'(a_t) (W_hh R{h_{t-1}} + v_V [h_{t-1}; x_t; 1])
    R{y_t} = W_hy R{h_t} + v_U [h_t; 1],    then H R{y_t} goes back as dL/dy_t does

Structural damping asks how far the hidden states move, 1/2 sum over t of ||R{h_t}||^2, mean over the batch. Its
Gauss-Newton matrix is S = J_h^T J_h / B, and a product with G + c S only adds c R{h_t} / B at each step of the sweep
back.

Where the output is fed back, V' of `core.bptt.closed_loop` takes the place of V, and R{V'} that of v_V.

Source: the programs hf-rnn and theano-hf (a product with G + c S in two sweeps). The first, as they and others name
them: Pearlmutter 1994 for R{.}, Schraudolph 2002 for G, Martens & Sutskever 2011 for S.
"""

from __future__ import annotations

import numpy as np

from core.arrays import Array
from core.bptt.closed_loop import chain_back
from core.bptt.losses import softmax
from core.bptt.update import Problem
from core.breath import breathe, steps_a_piece
from core.remedies.base import Passes


def output_curvature(Ry: Array, y: Array, classes: bool) -> Array:
    """H R{y}, all (S, n_out, B), of the mean loss over steps and batch (and output units, for values).

    Cross-entropy: diag(p) - p p^T for every answer, p = softmax(y). Squared error: 2.
    """
    if not classes:
        return Ry * (2.0 / Ry.size)
    p = softmax(y)[0]
    weighted = p * Ry
    weighted -= p * weighted.sum(axis=1, keepdims=True)
    return weighted / (y.shape[0] * y.shape[2])


def product_seconds(passes: Passes) -> float:
    """Of one product: a step forward is one with [W_hh | v_V], a step back as in back-propagation."""
    prices, sizes, B = passes.prices, passes.sizes, passes.B
    n, m = sizes.n, sizes.n + sizes.n_in + 1
    forward = prices.product(n, n + m, B) + prices.each(n * B)
    back = prices.product(n, n, B) + prices.product(n, B, m) + prices.each(n * B, 3) + prices.each(n * m)
    at_targets = 5 * prices.product(sizes.n_out, n, B) + prices.each(sizes.n_out * B, 8)
    return sizes.T * (forward + back) + sizes.targets * at_targets


class GaussNewton:
    """G and S at the problem that `linearise` was given last. Buffers are kept between updates."""

    def __init__(self) -> None:
        self.R = np.empty((0, 0, 0))

    def linearise(self, problem: Problem) -> None:
        """Take on a problem's network, states and slopes; they must stay as they are while products are made."""
        self.problem, tape = problem, problem.tape
        self.steps = steps_a_piece(tape.G[0].size)  # at a time
        n, shape = tape.n, (tape.T + 1, tape.n + tape.Z.shape[1], tape.B)
        if self.R.shape != shape or self.R.dtype != tape.dtype:
            # [R{h_{t-1}}; h_{t-1}; x_t; 1]: a step forward is then one product with [W_hh | v_V]
            self.R = np.zeros(shape, tape.dtype)
            self.R_at, self.Rh_at, self.z_T_at = list(self.R), list(self.R[:, :n]), [r[n:].T for r in self.R]
            self.a, self.d, self.g = (np.empty((n, tape.B), tape.dtype) for _ in range(3))
        self.R[:, n:] = tape.Z
        self.h = tape.h[problem.seen.at]
        self.y = np.matmul(problem.network.U[:, :-1], self.h) + problem.network.U[:, -1:]

    def release(self) -> None:
        """The problem, whose trainer holds this: what refers to itself is given back only by a collection."""
        del self.problem

    def product(self, v: Array, structural: float = 0.0) -> Array:
        """(G + structural S) v, (P,), in the type of v; the sweeps are in the type of the network."""
        HRy = output_curvature(self._forward(v), self.y, self.problem.task.classes)
        out = np.zeros_like(self.problem.network.theta)
        out_V, out_U = self.problem.network.views(out)
        out_U[:, :-1] = np.matmul(HRy, self.h.transpose(0, 2, 1)).sum(axis=0)
        out_U[:, -1] = HRy.sum(axis=(0, 2))
        self._backward(HRy, structural / self.problem.tape.B, out_V, out_U)
        return out.astype(v.dtype, copy=False)

    def quadratic(self, v: Array) -> float:
        """v^T G v, from the sweep forward alone."""
        Ry = self._forward(v)
        return float(np.sum(Ry * output_curvature(Ry, self.y, self.problem.task.classes)))

    def _forward(self, v: Array) -> Array:
        """R{h_t} into the buffer; R{y_t} at the target steps, (S, n_out, B)."""
        network, tape, drive = self.problem.network, self.problem.tape, self.problem.seen.drive
        v_V, v_U = network.views(v.astype(tape.dtype, copy=False))
        n, multiply, a = tape.n, np.multiply, self.a
        for W, first, last in drive.parts(0, tape.T):
            along = v_V if W is drive.V else self._fed_along(v_V, v_U)
            dot = np.hstack([W[:, :n], along]).dot
            for begin in range(first, last, self.steps):
                for t in range(begin, min(begin + self.steps, last)):
                    dot(self.R_at[t], a)
                    multiply(a, tape.P_at[t], self.Rh_at[t + 1])
                breathe()
        Rh = self.R[self.problem.seen.at + 1, :n]
        return np.matmul(network.U[:, :-1], Rh) + np.matmul(v_U[:, :-1], self.h) + v_U[:, -1:]

    def _fed_along(self, v_V: Array, v_U: Array) -> Array:
        """R{V'}: the derivative of the weights that act where the output is fed back."""
        network, mix = self.problem.network, self.problem.seen.drive.mix
        n, W_xh, v_xh = network.n, network.V[:, network.n:-1], v_V[:, network.n:-1]
        through = (1.0 - mix) * (v_xh @ network.U + W_xh @ v_U)
        return v_V + np.hstack([through[:, :n], (mix - 1.0) * v_xh, through[:, n:]])

    def _backward(self, HRy: Array, structural: float, out_V: Array, out_U: Array) -> None:
        """Add sum over t of dL/da_t [h_{t-1}; x_t; 1]^T, with H R{y_t} in the place of dL/dy_t."""
        network, tape, drive = self.problem.network, self.problem.tape, self.problem.seen.drive
        direct = dict(zip(self.problem.seen.at.tolist(), np.matmul(network.U[:, :-1].T, HRy), strict=True))
        a, d, g, multiply, term = self.a, self.d, self.g, np.multiply, np.empty_like(out_V)
        g.fill(0.0)
        for W, first, last in reversed(drive.parts(0, tape.T)):
            W_T_dot, total = np.ascontiguousarray(W[:, :tape.n].T).dot, np.zeros_like(out_V)
            for end in range(last, first, -self.steps):
                for t in range(end - 1, max(end - self.steps, first) - 1, -1):
                    if t in direct:
                        g += direct[t]
                    if structural:
                        multiply(self.Rh_at[t + 1], structural, a)
                        g += a
                    multiply(g, tape.P_at[t], d)
                    d.dot(self.z_T_at[t], term)
                    total += term
                    W_T_dot(d, g)
                breathe()
            if W is drive.V:
                out_V += total
            else:
                chain_back(network, drive, total, out_V, out_U)
