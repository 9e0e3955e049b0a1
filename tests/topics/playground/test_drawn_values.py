"""The numbers that a figure draws are those of the record, point by point, and exactly zero has its own place."""

from dataclasses import replace

import numpy as np
import pytest

from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.plotting import theme
from core.topics.playground.figures.gradient_norm import gradient_norm
from core.topics.playground.figures.loss import loss
from core.training.experiment import Experiment
from tests.helpers.drawn import zeros
from tests.helpers.views import EACH_RUN, colours, figure, flow_of, trace, view


@EACH_RUN
def test_the_eigenvalues_drawn_are_those_of_the_record(run):
    drawn, seen = figure("eigenvalues", run).data[-1], view(run).record.eigenvalues
    assert np.array_equal(drawn.x, seen.real, equal_nan=True)
    assert np.array_equal(drawn.y, seen.imag, equal_nan=True)


@EACH_RUN
def test_the_circle_of_sigma_max_has_its_radius(run):
    drawn, sigma = figure("eigenvalues", run).data[1], view(run).record.sigma_max
    assert np.allclose(np.hypot(drawn.x, drawn.y), sigma, rtol=1e-14, atol=0)


@EACH_RUN
def test_the_norms_drawn_are_those_of_the_flow(run):
    flow = flow_of(view(run))
    if flow is None:
        assert len(trace(figure("flow", run), "measured").x) == 0
        return
    for name, seen in (("measured", flow.log10_norm), ("bound", flow.log10_bound)):
        drawn = trace(figure("flow", run), name)
        assert np.array_equal(drawn.x, flow.lag)
        assert np.array_equal(drawn.y, np.where(seen < np.inf, seen, np.nan), equal_nan=True)


@pytest.mark.parametrize("run", ["dead ReLU", "W_hh = 0"])
def test_lags_with_exactly_no_gradient_are_drawn(run):
    assert zeros(trace(figure("flow", run), "measured"))


@EACH_RUN
def test_the_gradient_drawn_at_each_step_is_that_of_the_record(run):
    seen = view(run).record.log10_dL_dh
    drawn = trace(figure("by_step", run), "this update")
    assert np.array_equal(drawn.x, np.arange(1, len(seen) + 1))
    assert np.array_equal(drawn.y, np.where(seen < np.inf, seen, np.nan), equal_nan=True)


def test_what_truncation_drops_is_drawn():
    seen, drawn = view("truncated").record.log10_dL_dh_full, trace(figure("by_step", "truncated"), "untruncated")
    assert np.array_equal(drawn.y, seen)
    assert len(seen) == 50


@EACH_RUN
def test_every_point_of_the_loss_is_one_of_the_curve(run):
    seen, drawn = view(run).curves.loss, figure("loss", run).data[0]
    seen = seen if drawn.hovertemplate.find("10<sup>") < 0 else np.log10(seen)
    at = np.asarray(drawn.x, int) - 1
    assert np.array_equal(drawn.y, np.where(np.isfinite(seen[at]), seen[at], np.nan), equal_nan=True)


def test_the_extremes_of_a_long_run_are_drawn():
    seen, drawn = view("trained").curves, figure("norm", "trained")
    finite = np.log10(seen.grad_norm)
    assert len(drawn.data[0].x) < len(seen.step)
    assert (np.nanmin(drawn.data[0].y), np.nanmax(drawn.data[0].y)) == (finite.min(), finite.max())


@EACH_RUN
def test_the_norms_before_and_after_clipping_are_those_of_the_curves(run):
    """The threshold of 0.5 asks for both lines, and comes last."""
    seen = view(run).curves
    for drawn, norm in zip(figure("norm", run).data[:2], (seen.grad_norm, seen.clipped_norm), strict=True):
        with np.errstate(divide="ignore"):
            values = np.log10(norm)[np.asarray(drawn.x, int) - 1]
        assert np.array_equal(drawn.y, np.where(np.isfinite(values), values, np.nan), equal_nan=True)


@EACH_RUN
def test_chance_is_drawn_at_the_task_s_value(run):
    drawn, v = figure("loss", run).data[1], view(run)
    chance = np.log10(v.baselines.chance) if "10<sup>" in figure("loss", run).data[0].hovertemplate else \
        v.baselines.chance
    assert list(drawn.y) == [chance, chance]


@EACH_RUN
def test_the_map_has_the_recorded_gradients(run):
    records = [f.record for f in view(run).frames] or [view(run).record]
    drawn = figure("map", run).data[0]
    z = np.asarray(drawn.z)
    assert list(drawn.x) == [record.step for record in records]
    for row, record in zip(z, records, strict=True):
        assert np.array_equal(row, record.log10_dL_dh[np.asarray(drawn.y, int) - 1], equal_nan=True)


@EACH_RUN
def test_cells_of_the_map_that_are_exactly_zero_have_a_trace_and_a_colour_of_their_own(run):
    gradient, zero = figure("map", run).data
    assert np.array_equal(np.asarray(zero.z) == 1.0, np.isneginf(np.asarray(gradient.z)))
    assert colours(zero.colorscale) == {theme.ZERO}


def test_a_long_sequence_is_drawn_with_its_last_step_in_sight():
    drawn = figure("map", "T = 1000")
    assert len(drawn.data[0].y) <= 100
    assert drawn.layout.yaxis.range[1] >= 1000


def test_a_threshold_is_drawn_at_its_value():
    assert list(figure("norm", "trained").data[-1].y) == [np.log10(0.5)] * 2


def test_no_threshold_is_drawn_where_there_is_none():
    drawn = gradient_norm(view("trained").curves, None).data
    assert len(drawn) < len(figure("norm", "trained").data)
    assert all(len(t.x) == len(drawn[0].x) for t in drawn)


def test_a_change_in_mid_run_is_marked_at_its_update():
    live = LiveRun(Experiment(), UpdateSlot())
    live.step()
    live.apply(replace(live.experiment, training=replace(live.experiment.training, lr=0.5)))
    for fig in (loss(live.view().curves, live.view().baselines), gradient_norm(live.view().curves, None)):
        assert [shape.x0 for shape in fig.layout.shapes] == [2]
