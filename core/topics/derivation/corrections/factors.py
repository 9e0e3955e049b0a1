r"""The order of the factors in the Jacobian of one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.arrays import Floats
from core.claims import Claim
from core.network.activations import Activation
from core.sources import PASCANU_2013
from core.topics.derivation.corrections.base import Correction
from core.topics.derivation.corrections.bounded import bounded, finite_or_why
from core.topics.derivation.words import say
from core.training.experiment import Experiment
from core.training.first_sequence import FirstSequence, first_sequence, without_remedies
from core.training.trainer import Trainer

STEP = np.finfo(np.float64).eps ** (1 / 3)  # of a central difference, relative to the state: its error is STEP^2
ALIKE = 1e-6  # a share of the norm below which two matrices are the same
CORNER = 1e-3  # a slope that changes by more than this within a difference has a corner inside it


def order_of_the_factors(experiment: Experiment) -> Claim:
    """Central differences of one step of the reader's network against three forms of its Jacobian.

    The step is written in both conventions: from h_{t-1} to h_t, and from a_{t-1} to a_t, the states before the
    nonlinearity that Pascanu et al. take.
    """
    one = without_remedies(replace(experiment, task=replace(experiment.task, batch=1),
                                   training=replace(experiment.training, dtype="float64")))
    small, note = bounded(one)
    if (why := finite_or_why(Trainer(small))) is not None:
        return why
    seen = first_sequence(small)
    t, activation, n = _best_step(seen), seen.network.cell.activation, seen.network.n
    if t is None:
        return say("order.none")
    a, slopes, W = seen.tape.A[:, :, 0], seen.tape.P[:, :, 0], seen.weights(t)[:, :n]
    theirs = _differences(lambda z: seen.step(t, activation.phi(z, np.empty_like(z)))[0], a[t - 2])
    ours = _differences(lambda z: seen.step(t, z)[1], seen.tape.h[t - 2, :, 0])
    printed = W.T * slopes[t - 2]
    off = {"off_right": _off(slopes[t - 1][:, None] * W, ours), "off_theirs": _off(W * slopes[t - 2], theirs),
           "off_printed": _off(printed, theirs), "off_transposed": _off(printed, theirs.T)}
    here = say("order.symmetric") if off["off_printed"] < ALIKE else (
        say("order.same_slopes") if off["off_transposed"] < ALIKE else "")
    return say("order", {"count_t": t, **off}, here=here, note=note)


def _off(form: Floats, found: Floats) -> float:
    """How far a form is from what was found by differences, as a share of its norm."""
    return float(np.linalg.norm(form - found) / np.linalg.norm(found))


def _slopes(a: Floats, activation: Activation) -> Floats:
    """phi'(a); an intermediate square may leave float64 where the slope does not."""
    with np.errstate(over="ignore"):
        return activation.phi_prime(a, activation.phi(a, np.empty_like(a)), np.empty_like(a))


def _width(h: Floats) -> float:
    """Of a difference around h."""
    return STEP * max(float(np.abs(h).max(initial=0.0)), 1e-3)


def _best_step(seen: FirstSequence) -> int | None:
    """The step t >= 2 with the largest Jacobian among those without a corner of phi nearby, at t and at t - 1, where
    neither form is 0; None if there is none."""
    best, found, n, activation = 0.0, None, seen.network.n, seen.network.cell.activation
    a, h, slopes = (of_one[:, :, 0] for of_one in (seen.tape.A, seen.tape.h, seen.tape.P))
    for t in range(2, len(a) + 1):
        W = seen.weights(t)[:, :n]
        if _has_corner(a[t - 1], _width(h[t - 2]) * np.abs(W).max(axis=1), activation) or \
                _has_corner(a[t - 2], _width(a[t - 2]), activation):
            continue
        size = np.linalg.norm(slopes[t - 1][:, None] * W)
        if size > best and np.any(W * slopes[t - 2]):
            best, found = size, t
    return found


def _has_corner(a: Floats, reach: Floats | float, activation: Activation) -> bool:
    """Whether a slope changes within a difference."""
    return bool(np.abs(_slopes(a + reach, activation) - _slopes(a - reach, activation)).max() > CORNER)


def _differences(step: Callable[[Floats], Floats], before: Floats) -> Floats:
    """The Jacobian of a step, (n, m) -> (n, m) column by column, by central differences, one column a unit, (n, n)."""
    width = _width(before)
    d = width * np.eye(len(before))
    return (step(before[:, None] + d) - step(before[:, None] - d)) / (2.0 * width)


CORRECTIONS = (
    Correction(
        4, "The order of the factors",
        r"$\partial h_t / \partial h_{t-1} = W_{hh}^{\top}\,\mathrm{diag}(\varphi'(h_{t-1}))$.",
        r"With $h_t = \varphi(a_t)$, $a_t = W_{hh} h_{t-1} + W_{xh} x_t + b_h$, it is "
        r"$\mathrm{diag}(\varphi'(a_t))\,W_{hh}$. Pascanu et al. take the state before the nonlinearity, and there it "
        r"is $\partial a_t / \partial a_{t-1} = W_{hh}\,\mathrm{diag}(\varphi'(a_{t-1}))$. The transpose that is "
        r"printed there is a slip: where the slopes differ, it makes neither that Jacobian nor its transpose.",
        PASCANU_2013, order_of_the_factors),
)
