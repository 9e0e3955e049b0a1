r"""The network of one unit: its error over (w, b), the gradient, and gradient descent across the cliffs.

    x_t = w phi(x_{t-1}) + b,  t = 1..T, x_0 given,      E = (phi(x_T) - target)^2

Source: Pascanu, Mikolov & Bengio 2013 (ICML), section 2.3 and figure 6, with the state before the nonlinearity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import Floats
from core.claims import Claim
from core.network.activations import ACTIVATIONS, activation_titles
from core.parameters import Spec, choice, number
from core.topics.landscape.words import say

BLOCK = 16384  # points worked on at a time: six arrays of them stay in the cache
FINEST = 400  # points along an axis of a surface
WORK = 60 * FINEST**2  # points times steps that a slider can wait for, at the price of the sigmoid
PRICE = {"softplus": 4.0, "gelu": 27.0}  # of one point and step, measured, in those of the sigmoid
TARGETS, TARGET_STEP = (-2.0, 2.0), 0.01  # the lowest and the highest
LEFT = ("left.w", "left.b", "left.error", "left.gradient")  # what may leave the finite numbers


@dataclass(frozen=True, kw_only=True)
class OneUnit(Spec):
    """The network of one unit, and what it should say after its last step."""

    w: float = number(4.69, -10.0, 10.0, step=0.01, label="Weight", symbol="w",
                      help="Of the unit to itself. Gradient descent starts here; a click on the map sets it.")
    b: float = number(-2.42, -10.0, 10.0, step=0.01, label="Bias", symbol="b",
                      help="Gradient descent starts here; a click on the map sets it.")
    x0: float = number(0.5, -10.0, 10.0, step=0.01, label="First state", symbol="x_0",
                       help="Where the unit is before the first step.")
    steps: int = number(50, 1, 500, step=1, log=True, label="Steps", symbol="T",
                        help="How often the unit is applied before its error is taken: the more, the steeper the wall.")
    target: float = number(0.7, *TARGETS, step=TARGET_STEP, label="Target",
                           help="What φ(x_T) should be.")
    activation: str = choice("sigmoid", activation_titles, label="Activation", symbol=r"\varphi",
                             help="The error is taken of φ(x_T), so that a target outside its range is out of reach.")


@dataclass(frozen=True)
class Surface:
    """The error over a grid of weights and biases. What left the finite numbers on its way is inf or nan."""

    w: Floats  # (W,)
    b: Floats  # (B,)
    error: Floats  # (B, W) E at (w, b)
    log10_gradient: Floats  # (B, W) log10 ||(dE/dw, dE/db)||; -inf: exactly zero


@dataclass(frozen=True)
class Descent:
    """Gradient descent on (w, b), from the start to the last point where error and gradient are finite."""

    w: Floats  # (U+1,) after 0, 1, ... U updates
    b: Floats  # (U+1,)
    error: Floats  # (U+1,) E there
    gradient: Floats  # (U+1,) ||(dE/dw, dE/db)|| there, before clipping
    threshold: float | None  # of the clipping; None: not clipped
    stopped: Claim | None  # what left the finite numbers, and when; None while all are finite

    @property
    def updates(self) -> int:
        return max(len(self.w) - 1, 0)

    @property
    def step(self) -> Floats:
        """(U,) length of every step in the plane of (w, b)."""
        return np.hypot(np.diff(self.w), np.diff(self.b))

    @property
    def longest(self) -> int:
        """The number of updates before the longest step. There must be a step."""
        return int(np.argmax(self.step))

    def until(self, update: int) -> Descent:
        """What was to be seen after so many updates."""
        end = update + 1
        return Descent(self.w[:end], self.b[:end], self.error[:end], self.gradient[:end], self.threshold,
                       self.stopped if update >= len(self.w) else None)


def error_and_gradient(spec: OneUnit, w: ArrayLike | None = None, b: ArrayLike | None = None,
                       ) -> tuple[Floats, Floats, Floats]:
    r"""E, dE/dw and dE/db in closed form, by the forward recursions

        dx_t/dw = phi(x_{t-1}) + w phi'(x_{t-1}) dx_{t-1}/dw,    dx_t/db = 1 + w phi'(x_{t-1}) dx_{t-1}/db

    Args:
        w, b: arrays that go together by broadcasting; those of the spec where None.

    Returns:
        Three arrays of the common shape (numbers, if both are). What overflows is inf or nan, without a warning.
    """
    w, b = np.broadcast_arrays(*(np.asarray(given if given is not None else own, np.float64)
                                 for given, own in ((w, spec.w), (b, spec.b))))
    out = np.empty((3, w.size))
    flat_w, flat_b = w.reshape(-1), b.reshape(-1)
    room = np.empty(6 * min(BLOCK, w.size))
    with np.errstate(all="ignore"):
        for start in range(0, w.size, BLOCK):
            part = slice(start, start + BLOCK)
            _block(spec, flat_w[part], flat_b[part], room, out[:, part])
    error, dw, db = (column.reshape(w.shape)[()] for column in out)
    return error, dw, db


def _block(spec: OneUnit, w: Floats, b: Floats, room: Floats, out: Floats) -> None:
    """`out` <- E, dE/dw, dE/db, (3, n). `slope` holds dx_t/dw and dx_t/db, `push` what a step adds to them."""
    phi, phi_prime = ACTIVATIONS[spec.activation].phi, ACTIVATIONS[spec.activation].phi_prime
    rows = room[:6 * len(w)].reshape(6, len(w))
    x, p, slope, push = rows[0], rows[1], rows[2:4], rows[4:6]
    h = push[0]
    x.fill(spec.x0)
    slope.fill(0.0)
    push[1] = 1.0
    phi(x, h)
    for _ in range(spec.steps):
        phi_prime(x, h, p)
        p *= w
        slope *= p
        slope += push
        np.multiply(w, h, out=x)
        x += b
        phi(x, h)
    phi_prime(x, h, p)
    h -= spec.target
    np.multiply(h, h, out=out[0])
    p *= h
    p *= 2.0
    np.multiply(slope, p, out=out[1:])


def finest(spec: OneUnit) -> int:
    """Points along an axis of a surface that can still follow a slider."""
    affordable = (WORK / (spec.steps * PRICE.get(spec.activation, 1.0))) ** 0.5
    return int(min(FINEST, affordable))


def surface(spec: OneUnit, ws: ArrayLike, bs: ArrayLike) -> Surface:
    """The error and its gradient for every pair of a weight in `ws`, (W,), and a bias in `bs`, (B,)."""
    ws, bs = np.asarray(ws, np.float64), np.asarray(bs, np.float64)
    error, dw, db = error_and_gradient(spec, ws[None, :], bs[:, None])
    with np.errstate(all="ignore"):
        return Surface(ws, bs, error, np.log10(np.hypot(dw, db)))


def descend(spec: OneUnit, lr: float, threshold: float | None, updates: int) -> Descent:
    """Gradient descent from (w, b) of the spec, with a gradient longer than `threshold` shortened to it.

    Source: Pascanu, Mikolov & Bengio 2013, algorithm 1.
    """
    return descents(spec, lr, (threshold,), updates)[0]


def descents(spec: OneUnit, lr: float, thresholds: Sequence[float | None], updates: int) -> tuple[Descent, ...]:
    """`descend` for several thresholds, side by side: as long as one takes."""
    limit = np.array([np.inf if threshold is None else threshold for threshold in thresholds])
    seen = np.full((updates + 1, 4, len(limit)), np.nan)  # w, b, error, gradient norm
    at = np.empty((2, len(limit)))
    at[0], at[1] = spec.w, spec.b
    with np.errstate(all="ignore"):
        for row in seen:
            error, *slopes = error_and_gradient(spec, *at)
            norm = np.hypot(*slopes)
            row[:2], row[2], row[3] = at, error, norm
            at -= lr * np.array(slopes) * np.where(norm > limit, limit / norm, 1.0)
    return tuple(_finite_part(seen[:, :, i], threshold) for i, threshold in enumerate(thresholds))


def _finite_part(seen: Floats, threshold: float | None) -> Descent:
    """Up to the first row that is not finite, which `stopped` names."""
    finite = np.isfinite(seen)
    end = len(seen) if finite.all() else int(np.argmin(finite.all(axis=1)))
    stopped = None
    if end < len(seen):
        first = int(np.argmin(finite[end]))
        stopped = say("left.later" if end else "left.at_start", {"update": end}, what=say(LEFT[first]),
                      value="nan" if np.isnan(seen[end, first]) else "inf")
    w, b, error, gradient = seen[:end].T
    return Descent(w, b, error, gradient, threshold, stopped)
