"""The charts and the words of the Jacobians page as a whole, from maps in which no two numbers are equal; the numbers
themselves are computed once more in test_jacobian_verdict.py and test_jacobians_drawn.py."""

from dataclasses import replace

import numpy as np
import pytest

from core.plotting.drawing import Drawing
from core.topics.jacobians.figures.lines import jacobian_lines
from core.topics.jacobians.figures.long_reach import long_reach_figure
from core.topics.jacobians.figures.map import jacobian_map_figure
from core.topics.jacobians.figures.one_step import one_step
from core.topics.jacobians.figures.singular_spectrum import singular_spectrum_figure
from core.topics.jacobians.figures.slopes import slopes_figure
from core.topics.jacobians.rates import NO_RATES, Rates
from core.topics.jacobians.verdict import NOT_FINITE, jacobian_verdict, long_run, trust
from core.training.record import JacobianMap, LongReach, Peak, SingularSpectrum
from pages._parts.jacobians.shown import map_csv
from tests.helpers.looks import kept, look

RATES = Rates(1.75, "σ_max γ", 0.5, "ρ γ", 0.25, "ρ")
LEAKY = Rates(1.5, "(1 − l) + l σ_max γ", 0.75, "ρ((1 − l) I + l γ W_hh)", 0.875, "ρ((1 − l) I + l W_hh)", fed=True)
AT = np.array([0, 4, 10])
NAN = np.nan


def mapped(*below, zero=None, **more):
    """(4, 0), (10, 0), (10, 4) of three sequences."""
    z = np.array([[0.0, NAN, NAN], [below[0], 0.0, NAN], [below[1], below[2], 0.0]])
    alive = np.array([[3, 0, 0], [3, 3, 0], [3, 3, 3]])
    for (row, column), left in (zero or {}).items():
        alive[row, column] = left
        z[row, column] = z[row, column] if left else -np.inf
    found = JacobianMap(AT, z, True, 3, not_zero=alive)
    return replace(found, **more)


SHRINKS = mapped(-1.5, -7.25, -0.5)
GROWS = mapped(0.75, 1.25, 0.25)
HUMP = mapped(0.5, -0.25, 0.625, peak=Peak(3, 0.875))
HIGH = mapped(1.5, -1.75, -6.0)  # exploding in parts
DEAD = mapped(-1.5, -7.25, -0.5, zero={(2, 0): 0, (1, 0): 2})
GONE = mapped(0.0, 0.0, 0.0, zero={(1, 0): 0, (2, 0): 0, (2, 1): 0})
FAR = mapped(-60.0, -400.0, 35.0)
ROUGH = mapped(-1.5, -7.25, -0.5, log10_rounding=np.array(
    [[-np.inf, NAN, NAN], [-9.5, -np.inf, NAN], [-2.5, -8.25, -np.inf]]))
DROPPED = np.array([[0, 0, 0], [1, 0, 0], [1, 0, 0]], bool)
SPECTRUM = SingularSpectrum(np.array([1, 20]), np.array([[0.5, -1.0, -2.0], [-3.25, -40.0, -np.inf]]),
                            np.array([-0.375, -4.5, -np.inf]))
MANY = SingularSpectrum(np.array([1, 5]), -np.arange(40.0).reshape(2, 20) / 8, -np.arange(20.0) / 16)
LONG = LongReach(4, np.array([-0.5, -30.0, -60.0, -400.0]))

CASES = {
    "map": lambda: jacobian_map_figure(SHRINKS),
    "map, with all marks": lambda: jacobian_map_figure(DEAD, DROPPED, fixed=False, chosen=(10, 4)),
    "map, far away": lambda: jacobian_map_figure(replace(FAR, exact=False), fixed=False),
    "map, exactly 0": lambda: jacobian_map_figure(GONE, DROPPED),
    "map, not finite": lambda: jacobian_map_figure(None),
    "map, measuring": lambda: jacobian_map_figure(None, why_empty="measuring …"),
    "lines": lambda: jacobian_lines(SHRINKS, 10, 4, RATES),
    "lines of a leaky cell, some exactly 0": lambda: jacobian_lines(DEAD, 10, 0, LEAKY),
    "lines of a gated cell": lambda: jacobian_lines(GROWS, 4, 0, NO_RATES),
    "lines, measuring": lambda: jacobian_lines(None, 10, 0, NO_RATES, "measuring …"),
    "singular values": lambda: singular_spectrum_figure(SPECTRUM),
    "singular values, one left": lambda: singular_spectrum_figure(replace(SPECTRUM, log10_singular_values=np.array(
        [[0.5, -1.0, -np.inf], [-3.25, -np.inf, -np.inf]]))),
    "singular values of many units": lambda: singular_spectrum_figure(MANY),
    "singular values, not finite": lambda: singular_spectrum_figure(None),
    "singular values, measuring": lambda: singular_spectrum_figure(None, "measuring …"),
    "slopes": lambda: slopes_figure(np.array([[[0.25, 0.5]], [[0.75, 0.0625]]]), 1.0),
    "slopes that fall": lambda: slopes_figure(np.array([[[-0.125, 1.125]]]), 1.129),
    "slopes of a long sequence": lambda: slopes_figure(np.full((201, 1, 1), 0.5), 1.0),
    "slopes of a gated cell": lambda: slopes_figure(np.empty((0, 2, 1)), 1.0, "the gates of this cell have no one φ"),
    "one step": lambda: one_step(np.array([4.0, 0.5, 1e-17]), np.array([2.0, 0.25, 1e-18]), 12),
    "one step, full": lambda: one_step(np.array([4.0, 0.5]), np.array([2.0, 1.0]), 3),
    "one step, two gone": lambda: one_step(np.array([4.0, 0.0, 0.0]), np.array([2.0, 0.0, 0.0]), 3),
    "one step, not finite": lambda: one_step(np.empty(0), np.empty(0), 3),
    "long": lambda: long_reach_figure(LONG, RATES),
    "long, near": lambda: long_reach_figure(LongReach(2, np.array([-0.5, -0.75])), LEAKY),
    "long, exactly 0": lambda: long_reach_figure(LongReach(3, np.array([-0.5, -np.inf, -np.inf])), RATES),
    "long, not there": lambda: long_reach_figure(None),
    "words": lambda: [told(verdict) for verdict in (
        jacobian_verdict(SHRINKS, RATES), jacobian_verdict(GROWS, RATES, 0.25), jacobian_verdict(HUMP, LEAKY),
        jacobian_verdict(replace(HIGH, exact=False), NO_RATES), jacobian_verdict(DEAD, RATES),
        jacobian_verdict(GONE, RATES), jacobian_verdict(FAR, RATES),
        jacobian_verdict(mapped(0.5, 1.0, -2.0, peak=Peak(6, 4.5)), RATES),
        jacobian_verdict(mapped(-0.5, -9.0, -0.5, peak=Peak(2, 0.75)), RATES),
        jacobian_verdict(mapped(-0.5, -9.0, -0.5, peak=Peak(2, 1.75)), RATES), NOT_FINITE)],
    "rounding": lambda: [f"{claim.text} | {named(claim)}" for found in (None, SHRINKS, ROUGH, replace(
        ROUGH, log10_rounding=np.full((3, 3), -np.inf))) for claim in trust(found)],
    "in the long run": lambda: [f"{claim.text} | {named(claim)}" for claim in map(long_run, (
        None, SPECTRUM, MANY, SingularSpectrum(np.array([1]), np.full((1, 2), -np.inf), np.full(2, -np.inf))))],
    "file": lambda: map_csv(replace(DEAD, exact=False)).splitlines(),
}


def told(verdict):
    return f"{verdict.kind} | {verdict.headline}. {verdict.sentence} | {', '.join(map(named, verdict.claims))}"


def named(claim):
    """What the claim and its numbers are called, as the headless command prints them."""
    return f"{claim.name} ({', '.join(claim.numbers)})"


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_seen_of_it(name):
    found = CASES[name]()
    assert (look(found) if isinstance(found, Drawing) else found) == kept("jacobians")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("jacobians")) == list(CASES)
