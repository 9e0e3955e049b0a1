r"""Hessian-free optimization: a whole update by conjugate gradients on a damped model of the loss.

    q(d) = L(theta) + g^T d + 1/2 d^T G d,    minimised with 1/2 lambda (||d||^2 + mu d^T S d) added

G is the Gauss-Newton matrix and S that of structural damping (gauss_newton); L, g, G and S are of the batch of
this update, and a fresh one comes with every update. CG starts at 0.95 of where it ended last time, a line search
shortens its answer until the loss itself falls, and lambda follows how well q foretold that fall:

    ratio = (L(theta + d) - L(theta)) / (q(d) - q(0)):    above 3/4 lambda * 2/3, below 1/4 lambda * 3/2

A diagonal preconditioner and walking back over earlier iterates of CG, which such programs have, are left out: tried,
they cost products and losses and saved no update.

Sources: the programs hf-rnn (the rule for lambda, and mu), theano-hf (structural damping) and hessianfree (0.95, the
line search), written after Martens 2010 and Martens & Sutskever 2011.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.arrays import Floats
from core.bptt.update import Problem
from core.parameters import Spec, number
from core.remedies.base import Held, Passes, Sizes
from core.remedies.hessian_free.conjugate_gradient import conjugate_gradient
from core.remedies.hessian_free.gauss_newton import GaussNewton, product_seconds

DECAY = 0.95  # of the last direction, where CG starts
BADLY, WELL, FACTOR = 0.25, 0.75, 1.5  # Levenberg-Marquardt
LARGEST = 1e12  # of lambda, and 1/LARGEST the smallest
SUFFICIENT, SHRINK, SHORTEST = 0.01, 0.8, 1e-3  # of the line search: Armijo's constant, then factors of the direction


@dataclass(frozen=True, kw_only=True)
class HessianFree(Spec):
    """Hessian-free optimization."""

    damping: float = number(1.0, 1e-6, 1e4, step=1e-6, log=True, label="Initial damping", symbol=r"\lambda", hot=True,
                            help="Shortens the step where the quadratic model is not to be trusted. It follows how "
                                 "well the model foretells the loss; a new value starts it anew from there.")
    structural: float = number(0.03, 0.0, 10.0, step=0.01, label="Structural damping", symbol=r"\mu", hot=True,
                               help="What a move of the hidden states costs, in units of lambda. At 0 a step that is "
                                    "short in the weights may still carry the states far away.")
    cg_iterations: int = number(50, 1, 300, step=1, log=True, label="Most CG iterations", unit="products", hot=True,
                                help="Conjugate gradients stop here at the latest. Each is one product with G: "
                                     "a sweep forward and one back.")


def next_damping(damping: float, ratio: float) -> float:
    """Levenberg-Marquardt: less of it where the model foretold the loss well, more where badly or not at all (nan).

    0 stays 0.
    """
    if ratio > WELL:
        return max(damping / FACTOR, min(damping, 1.0 / LARGEST))
    return damping if ratio >= BADLY else min(damping * FACTOR, LARGEST)


def line_search(loss: Callable[[Floats], float], d: Floats, before: float, slope: float, found: float) -> float:
    """The first of 1, 0.8, 0.64, ... by which a direction, shortened, lowers the loss enough; 0 if none does.

    Args:
        loss: of theta plus what is given.
        before: the loss at theta.
        slope: of the loss along d at theta, g^T d.
        found: loss(d), known already.
    """
    size = 1.0
    while not found <= before + SUFFICIENT * size * min(slope, 0.0):  # inf and nan are never low enough
        size *= SHRINK
        if size < SHORTEST:
            return 0.0
        found = loss(size * d)
    return size


def holds(sizes: Sizes) -> Held:
    """R{h} beside all that is read, and h and y at the targets; while a product is made R{h} and dL/dh there."""
    R, at_targets = (sizes.T + 1) * (2 * sizes.n + sizes.n_in + 1), sizes.targets * (sizes.n + sizes.n_out)
    return Held(kept=sizes.number * (R + at_targets), work=sizes.number * 2 * at_targets, losses=True)


def seconds(spec: HessianFree, passes: Passes) -> float:
    """At most: so many products with G as CG may make, with one for its start and half of one for the model, and losses
    down to the shortest step."""
    losses = 2 + math.log(SHORTEST) / math.log(SHRINK)
    return (spec.cg_iterations + 1.5) * product_seconds(passes) + losses * passes.forward


class HessianFreeSolver:
    """Remembers lambda and the last direction."""

    def __init__(self, spec: HessianFree) -> None:
        self.spec = spec
        self._matrices = GaussNewton()
        self.restore({})

    def step(self, problem: Problem) -> None:
        theta, before = problem.network.theta, problem.seen.loss.value
        g = problem.gradient.astype(np.float64)
        spec = self.spec
        damping, mu = self._damping if spec.damping == self._asked else spec.damping, spec.structural
        matrices = self._matrices
        matrices.linearise(problem)

        def damped(v: Floats) -> Floats:
            out = matrices.product(v, damping * mu)
            out += damping * v
            return out

        def loss(d: Floats) -> float:
            return problem.loss((theta + d).astype(theta.dtype))

        start = None if self._direction is None else DECAY * self._direction
        d = conjugate_gradient(damped, -g, start, limit=spec.cg_iterations).x
        slope = float(g @ d)
        foretold = slope + 0.5 * matrices.quadratic(d)
        found = loss(d)
        size = line_search(loss, d, before, slope, found)
        if d.any():
            damping = next_damping(damping, (found - before) / foretold if foretold < 0.0 else np.nan)
        self._damping, self._asked, self._direction = damping, spec.damping, d
        if size:
            theta[...] = theta + size * d
        matrices.release()

    def set(self, lr: float, spec: HessianFree) -> None:
        """A new damping takes the place of the lambda reached so far, once a step is made with it."""
        self.spec = spec

    def state(self) -> dict[str, Any]:
        if self._direction is None:
            return {}
        return {"damping": self._damping, "asked": self._asked, "direction": self._direction.copy()}

    def restore(self, state: dict[str, Any]) -> None:
        self._damping = state.get("damping", self.spec.damping)  # lambda as it is now
        self._asked = state.get("asked", self.spec.damping)  # and where it started from
        self._direction = state["direction"].copy() if state else None
