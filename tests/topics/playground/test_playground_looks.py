"""Every chart of the playground as a whole: lines, signs, colours, hover, rules, words on it, axes and text, from
numbers in which no two are equal. The numbers themselves are computed once more in test_playground_figures.py."""

from dataclasses import replace

import numpy as np
import pytest

from core.live.history import Curves, Mark
from core.network.spectrum import Spectrum
from core.plotting.eigenvalues import eigenvalue_plane
from core.tasks.base import Baselines
from core.topics.jacobians.figures.gradient_flow import gradient_flow_figure
from core.topics.playground.figures.gradient_by_step import gradient_by_step
from core.topics.playground.figures.gradient_map import gradient_map
from core.topics.playground.figures.gradient_norm import gradient_norm
from core.topics.playground.figures.loss import STEEP, loss
from core.training.record import GradientFlow, StepRecord
from tests.helpers.looks import kept, look

NATS = Baselines(1.386, 0.97, "nats")
MARKS = (Mark(1, "lr 0.1"), Mark(4, "T 30\nrho 0.5"), Mark(5, "bias 1"), Mark(9, "seed 3"))


def curves(losses, norms, clipped, marks=()):
    return Curves(np.arange(1, len(losses) + 1), np.array(losses, float), np.array(norms, float),
                  np.array(clipped, float), np.full(len(losses), np.nan), marks)


TWO = curves([2.0, 1.5], [10.0, 100.0], [10.0, 1.0])
THREE = curves([2.0, 1.5, 1.25], [10.0, 0.0, 1000.0], [10.0, 0.0, 1000.0], MARKS)
FAR = curves([1.386, 1000.0, np.nan], [1.0, 0.5, np.inf], [1.0, 0.1, 0.1])
FLOW = GradientFlow(np.array([1, 2, 3]), np.array([-1.5, -300.0, -np.inf]), np.array([0.25, 0.5, 0.75]),
                    np.array([-0.125, -0.25, -0.375]))
NEAR = replace(FLOW, log10_norm=np.array([-0.5, -1.0, -5.0]))
PLANE = Spectrum(np.array([1.2 + 0.5j, 1.2 - 0.5j, 0.25 + 0j]), 1.3, 2.5, 0.5)


def record(log10, step=7, **more):
    more = {name: np.array(values, float) for name, values in more.items()}
    return StepRecord(step=step, loss=1.0, grad_norm=1.0, clipped_norm=1.0, log10_dL_dh=np.array(log10, float),
                      W_hh=np.eye(2), accuracy=None, seconds=0.0, **{"log10_dL_dh_full": None, **more})


CASES = {
    "loss of two updates": lambda: loss(TWO, NATS),
    "loss with changes": lambda: loss(THREE, Baselines(0.5, 0.07, "squared error")),
    "loss far above chance": lambda: loss(FAR, NATS),
    "norm clipped": lambda: gradient_norm(TWO, 5.0),
    "norm with changes": lambda: gradient_norm(THREE, None),
    "norm of none": lambda: gradient_norm(curves([], [], []), None),
    "flow to the floor": lambda: gradient_flow_figure(FLOW, 2, "So it is."),
    "flow": lambda: gradient_flow_figure(NEAR),
    "flow of a gated cell": lambda: gradient_flow_figure(
        replace(NEAR, log10_bound=np.full(3, np.nan), log10_rho=np.full(3, np.nan))),
    "flow, a rate far below": lambda: gradient_flow_figure(replace(NEAR, log10_rho=np.array([-9.0, -18.0, -27.0]))),
    "flow above 1": lambda: gradient_flow_figure(replace(FLOW, log10_norm=np.array([0.5, 1.5, -np.inf]))),
    "flow whose last bound is none": lambda: gradient_flow_figure(
        replace(NEAR, log10_bound=np.array([0.5, 0.25, np.nan]))),
    "no flow": lambda: gradient_flow_figure(None),
    "by step, truncated and lost": lambda: gradient_by_step(record(
        [-9.0, -46.0, -4.5, -1.5, -0.25], log10_dL_dh_full=[-8.0, -7.0, -6.0, -2.0, -0.25],
        log10_dL_dc=[-np.inf, -5.0, -4.0, -1.0, -0.5], log10_dL_dh_held=[-np.inf, -np.inf, -4.5, -1.5, -0.25])),
    "by step": lambda: gradient_by_step(record([-2.0, -1.0])),
    "by step, truncated": lambda: gradient_by_step(record([-np.inf, -2.0, -1.0], log10_dL_dh_full=[-12.0, -2.0, -1.0])),
    "by step, one exactly 0": lambda: gradient_by_step(record([-np.inf, -2.0, -1.0])),
    "by step, above 1": lambda: gradient_by_step(record([-np.inf, 0.5, 1.5])),
    "by step, a memory below": lambda: gradient_by_step(record([-2.0, -1.0], log10_dL_dc=[-9.0, -0.5])),
    "by step, nowhere finite": lambda: gradient_by_step(record([np.nan, np.inf])),
    "map": lambda: gradient_map([record([-1.0, -np.inf], 3), record([-9.0, -2.5, -3.5], 8)]),
    "map of a gradient at the mark": lambda: gradient_map([record([-3.0, -2.5], 8)]),
    "map of a long sequence": lambda: gradient_map([record(np.linspace(-9.0, -1.0, 250), 4)]),
    "no map": lambda: gradient_map([]),
    "plane": lambda: eigenvalue_plane(PLANE),
    "plane with its start": lambda: eigenvalue_plane(PLANE, np.array([0.5 + 0.25j, 0.75 + 0j]), "Another", 0.00125,
                                                     candidate=True),
    "plane too wide": lambda: eigenvalue_plane(Spectrum(np.array([1e31 + 0j]), 1e31, 2e31, 0.0)),
    "plane of a matrix that is not finite": lambda: eigenvalue_plane(Spectrum(np.array([np.nan + 0j]), np.nan, np.nan,
                                                                              np.nan)),
    "plane inside the unit circle": lambda: eigenvalue_plane(Spectrum(np.array([-0.5 + 0j]), 0.5, 1.0, 0.0)),
    "plane of an orthogonal matrix": lambda: eigenvalue_plane(Spectrum(np.array([1j, -1j]), 1.0, 1.0, 0.0), None, "",
                                                              2.5e-15),
    "plane on the unit circle": lambda: eigenvalue_plane(Spectrum(np.array([1j, -1j]), 1.0, 1.5, 0.0)),
}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_seen_of_it(name):
    assert look(CASES[name]()) == kept("playground")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("playground")) == list(CASES)


def test_a_loss_is_far_above_chance_beyond_twenty_times_it():
    axes = [loss(curves([1.0, STEEP * times], [1.0, 1.0], [1.0, 1.0]), Baselines(1.0, 0.5, "nats")).look["yaxis"]
            for times in (1.0, 1.001)]
    assert ["tickprefix" in axis for axis in axes] == [False, True]
    assert STEEP == 20.0


@pytest.mark.parametrize(("norm", "floored"), [(-263.0, False), (-264.0, True)])
def test_the_floor_of_float64_is_drawn_sixty_decades_above_it(norm, floored):
    fig = gradient_flow_figure(replace(FLOW, log10_norm=np.array([-1.0, -2.0, norm])))
    assert (len(fig.look["shapes"]), len(fig.look["annotations"])) == (floored, floored)
