"""What a reader sees of the playground's charts beside their curves: words, units, hover values, rules and labels, each
from numbers in which no two are equal."""

from dataclasses import replace

import numpy as np
import pytest

from core.live.history import Curves, Mark
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.plotting import theme
from core.tasks.base import Baselines
from core.topics.jacobians.figures.gradient_flow import gradient_flow_figure
from core.topics.playground.figures.gradient_by_step import gradient_by_step
from core.topics.playground.figures.gradient_map import HIGH, LOW, columns_of, gradient_map
from core.topics.playground.figures.gradient_norm import gradient_norm
from core.topics.playground.figures.loss import STEEP, loss
from core.topics.playground.view import reach_of_view, verdict_of
from core.training.experiment import Experiment
from core.training.record import GradientFlow, StepRecord
from pages._parts.playground import factor_names, flow_chart
from tests.helpers.live_runs import stepped

NATS = Baselines(1.386, 0.97, "nats")


def record(log10, full=None, dc=None, step=7):
    log10 = np.array(log10, float)
    return StepRecord(step=step, loss=1.0, grad_norm=1.0, clipped_norm=1.0, log10_dL_dh=log10, log10_dL_dh_full=full,
                      W_hh=np.eye(2), accuracy=None, seconds=0.0, log10_dL_dc=dc)


def curves(losses=(2.0, 1.5, 1.25, 1.125), norms=(10.0, 4.0, 2.0, 8.0), clipped=(1.0, 1.0, 2.0, 8.0), marks=()):
    N = len(losses)
    return Curves(np.arange(1, N + 1), np.array(losses, float), np.array(norms, float), np.array(clipped, float),
                  np.full(N, np.nan), marks)


def text(fig):
    return fig.layout.meta["text"]


def axes(fig):
    return fig.layout.title.text, fig.layout.xaxis.title.text, fig.layout.yaxis.title.text


def named(fig, name):
    return next(t for t in fig.data if t.name == name)


def legend(fig):
    return [t.name for t in fig.data if t.showlegend is not False]


# -- how far back it reaches ------------------------------------------------------------------------------

FLOW = GradientFlow(np.array([1, 2, 3]), np.array([-0.5, -1.25, -4.0]), np.array([0.25, 0.5, 0.75]),
                    np.array([-0.125, -0.25, -0.375]))


def test_the_flow_is_told_and_titled():
    fig = gradient_flow_figure(FLOW, told="The product is so.")
    assert axes(fig) == ("<b>How far back it reaches</b>", "lag T − k (steps)",
                         "‖∂h<sub>T</sub>/∂h<sub>k</sub>‖")
    assert text(fig) == "The product is so. At lag 3 the bound is 5.6, and the rate to the lag 0.42."
    assert text(gradient_flow_figure(FLOW)).startswith("The norm at lag 3 is 10^-4.0. At lag 3 the bound")
    assert legend(fig) == ["bound", "ρ<sup>lag</sup>", "measured"]
    assert [t.line.dash for t in fig.data[:3]] == ["dash", "dot", "solid"]


def test_the_flow_s_hover_says_lag_and_power():
    fig = gradient_flow_figure(FLOW)
    assert named(fig, "measured").hovertemplate == "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    assert named(fig, "bound").hovertemplate == (
        "lag %{x}: (σ<sub>max</sub> γ)<sup>lag</sup> = 10<sup>%{y:.2f}</sup><extra></extra>")


def test_what_is_drawn_around_it_is_called_what_it_is():
    fig = gradient_flow_figure(FLOW, bound_name="(1 − l + l σ)<sup>lag</sup>", rate_name="r<sup>lag</sup>")
    assert legend(fig) == ["bound", "r<sup>lag</sup>", "measured"]
    assert named(fig, "bound").hovertemplate == (
        "lag %{x}: (1 − l + l σ)<sup>lag</sup> = 10<sup>%{y:.2f}</sup><extra></extra>")


def test_a_gated_cell_has_neither_bound_nor_rate():
    nothing = np.full(3, np.nan)
    fig = gradient_flow_figure(replace(FLOW, log10_bound=nothing, log10_rho=nothing))
    assert text(fig) == ("The norm at lag 3 is 10^-4.0. There is no bound: this cell's gates change with every input.")
    assert legend(fig) == ["measured"]


def test_the_cut_of_a_truncation_is_a_rule_at_k2_and_says_so():
    fig = gradient_flow_figure(FLOW, 2)
    (rule,), (label,) = fig.layout.shapes, fig.layout.annotations
    assert (rule.x0, rule.x1, rule.y0, rule.y1, rule.yref) == (2, 2, 0, 1, "paper")
    assert (label.x, label.text) == (2, "cut at k<sub>2</sub>")
    assert (rule.line.color, label.font.color) == (theme.THRESHOLD, theme.THRESHOLD)


def test_the_floor_of_float64_is_drawn_when_it_is_near():
    far = gradient_flow_figure(replace(FLOW, log10_norm=np.array([-1.0, -200.0, -300.0])))
    (rule,), (label,) = far.layout.shapes, far.layout.annotations
    assert rule.y0 == rule.y1 == label.y == pytest.approx(np.log10(5e-324))
    assert label.text == "float64 ends here"
    assert not gradient_flow_figure(FLOW).layout.shapes


def test_lags_with_exactly_nothing_are_drawn_as_that():
    fig = gradient_flow_figure(replace(FLOW, log10_norm=np.array([-1.0, -3.5, -np.inf])))
    assert named(fig, "measured").y.tolist() == [-1.0, -3.5, -np.inf]


def test_states_that_are_not_finite_are_said_to_be():
    fig = gradient_flow_figure(None)
    assert text(fig) == "The states are not finite."
    assert [note.text for note in fig.layout.annotations] == ["the states are not finite"]


SINE = {"task": "sine", "seq_len": 25, "batch": 3, "n_hidden": 4, "truncation": True}


@pytest.mark.parametrize(("values", "cut", "label", "name"), [
    ({"truncation_k1": 10, "truncation_k2": 7}, 7, "cut at k<sub>2</sub>", "untruncated"),
    ({"truncation_k1": 10, "truncation_k2": 24}, 24, "cut at k<sub>2</sub>", "untruncated"),
    ({"truncation_k1": 10, "truncation_k2": 3, "truncation_carry": False}, 3, "cut at k<sub>2</sub>", "untruncated"),
    ({"truncation_k1": 10, "truncation_k2": 7, "truncation_carry": False}, 5, "the chunk begins", "untruncated"),
    ({"truncation_k1": 10, "truncation_k2": 25}, None, None, "measured"),
    ({"truncation": False}, None, None, "measured"),
])
@pytest.mark.parametrize("updates", [0, 2])
def test_the_chart_draws_the_whole_sequence_and_where_the_last_loss_is_cut(values, cut, label, name, updates):
    """25 steps: the last chunk has five. The curve ends with the number that the sentence above the charts says."""
    run = stepped(Experiment.from_values(SINE | values), updates)
    view = run.view()
    reach = reach_of_view(view)
    fig = flow_chart(view, reach)
    assert legend(fig)[-1] == name
    measured = named(fig, name)
    assert measured.x.tolist() == list(range(25, 0, -1)) or measured.x.tolist() == list(range(1, 26))
    at_24 = measured.y[measured.x.tolist().index(24)]
    assert at_24 == pytest.approx(verdict_of(run, view, reach).claim("product").numbers["log10"], abs=1e-9)
    assert [rule.x0 for rule in fig.layout.shapes] == ([] if cut is None else [cut])
    assert [note.text for note in fig.layout.annotations] == ([] if cut is None else [label])
    assert text(fig).startswith(verdict_of(run, view, reach).claim("product").text)


# -- the gradient at each step ----------------------------------------------------------------------------


def test_the_gradient_at_each_step_is_told_from_its_last_step_back():
    fig = gradient_by_step(record([-np.inf, -4.5, -1.5, -0.25]))
    assert axes(fig) == ("<b>Gradient at each time step, now</b>", "time step t", "‖∂L/∂h<sub>t</sub>‖")
    assert text(fig) == ("Update 7: ∂L/∂h_t is 0.56 at t = 4, the last step that it reaches, and 10^-4.5 at t = 2, the "
                         "first; 1 of 4 steps get exactly none.")
    assert named(fig, "this update").y.tolist() == [-np.inf, -4.5, -1.5, -0.25]
    assert named(fig, "this update").hovertemplate == "t = %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    assert legend(fig) == ["this update"]


def test_what_truncation_drops_is_dashed_and_what_an_lstm_keeps_is_dotted():
    fig = gradient_by_step(record([-np.inf, -1.0], np.array([-3.0, -1.0]), np.array([-np.inf, -0.5])))
    assert (named(fig, "untruncated").line.dash, named(fig, "∂L/∂c<sub>t</sub>").line.dash) == ("dash", "dot")
    assert named(fig, "untruncated").y.tolist() == [-3.0, -1.0]
    assert named(fig, "∂L/∂c<sub>t</sub>").y.tolist()[1] == -0.5
    alone = gradient_by_step(record([-2.0, -1.0]))
    assert [t.showlegend for t in alone.data if t.name != "this update"] == [False] * 3


def test_a_gradient_that_is_nowhere_finite_is_said_to_be():
    fig = gradient_by_step(record([np.nan, np.inf]))
    assert text(fig) == "Update 7: no step has a finite gradient."
    assert [note.text for note in fig.layout.annotations] == ["inf or nan at this update"]


# -- the map ----------------------------------------------------------------------------------------------


def test_the_map_is_told_by_its_last_update():
    fig = gradient_map([record([-1.0, -1.0, -1.0], step=3), record([-9.0, -2.5, -3.5], step=8)])
    assert axes(fig)[1:] == ("update", "time step t")
    assert text(fig) == ("2 updates drawn, up to update 8. At that one ∂L/∂h_t is above 10^-3 at 1 of 3 time steps, "
                         "first at t = 2.")
    assert text(gradient_map([record([-9.0, -8.0], step=1)])) == (
        "1 update drawn, up to update 1. At that one ∂L/∂h_t is above 10^-3 at 0 of 2 time steps.")
    assert text(gradient_map([])) == "No update yet."


@pytest.mark.parametrize("steps", [(3, 3, 3), (3, 5, 3), (150, 150), (90, 250, 90)])
def test_columns_that_are_added_to_others_are_those_that_are_made_at_once(steps):
    """A longer sequence brings rows, and one of more than a hundred steps leaves some out."""
    records, grown = [record(np.linspace(-9.0, -1.0, T), step=step) for step, T in enumerate(steps)], None
    for updates in range(len(records) + 1):
        grown, whole = columns_of(records[:updates], grown), columns_of(records[:updates])
        assert (grown.records, grown.T, grown.every) == (whole.records, whole.T, whole.every)
        np.testing.assert_array_equal(grown.log10, whole.log10)
    for others in (records[1:], records[:1], [*records[:-1], record([-1.0, -2.0], step=9)]):
        np.testing.assert_array_equal(columns_of(others, grown).log10, columns_of(others).log10)


def test_the_map_s_colours_and_hover_are_those_of_powers_of_ten():
    values, zeros = gradient_map([record([-1.0, -np.inf])]).data
    assert (values.zmin, values.zmax) == (LOW, HIGH) == (-12.0, 1.0)
    assert values.hovertemplate == "update %{x}, t = %{y}: 10<sup>%{z:.2f}</sup><extra></extra>"
    assert zeros.hovertemplate == "update %{x}, t = %{y}: exactly 0<extra></extra>"
    assert list(values.colorbar.tickvals) == [-12, -9, -6, -3, 0]
    assert list(values.colorbar.ticktext) == [f"10<sup>{tick}</sup>" for tick in (-12, -9, -6, -3, 0)]
    assert values.colorbar.title.text == "‖∂L/∂h<sub>t</sub>‖"


# -- the norm ---------------------------------------------------------------------------------------------


def test_the_norm_is_told_before_and_after_clipping():
    fig = gradient_norm(curves(), 1.0)
    assert axes(fig) == ("<b>Gradient norm</b>", "update", "‖∂L/∂θ‖")
    assert text(gradient_norm(curves(norms=(10.0, 4.0, 2.0, 8.0), clipped=(1.0, 1.0, 2.0, 5.0)), 5.0)) == (
        "Update 4: gradient norm 8 before and 5 after clipping; 75% of the updates were clipped.")
    assert legend(fig) == ["before clipping", "after", "clip at 1"]
    assert named(fig, "before clipping").y.tolist() == pytest.approx(np.log10([10.0, 4.0, 2.0, 8.0]))
    assert named(fig, "after").y.tolist() == pytest.approx(np.log10([1.0, 1.0, 2.0, 8.0]))
    assert named(fig, "after").hovertemplate == "update %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"


def test_the_norm_of_a_run_without_a_clip_is_one_line():
    fig = gradient_norm(curves(clipped=(10.0, 4.0, 2.0, 8.0)), None)
    assert text(fig) == "Update 4: gradient norm 8; nothing is clipped."
    assert legend(fig) == ["not clipped"]
    assert text(gradient_norm(curves((), (), ()), None)) == "No update yet."


def test_a_clip_that_was_switched_off_is_still_told_of():
    assert text(gradient_norm(curves(), None)) == (
        "Update 4: gradient norm 8 before and 8 after clipping; 50% of the updates were clipped.")


def test_one_clipped_update_of_many_is_not_none():
    many = curves((1.0,) * 300, (2.0,) * 300, (1.0,) + (2.0,) * 299)
    assert text(gradient_norm(many, 1.0)).endswith("; less than 1% of the updates were clipped.")


# -- the loss ---------------------------------------------------------------------------------------------


def test_the_loss_is_told_beside_chance_and_memory():
    fig = loss(curves(), NATS)
    assert axes(fig) == ("<b>Loss</b>", "update", "loss (nats)")
    assert text(fig) == "Update 4: loss 1.125, chance 1.386, best guess without memory 0.97 nats."
    assert text(loss(curves(()), NATS)) == "No update yet; chance 1.386, best guess without memory 0.97 nats."
    assert legend(fig) == ["chance 1.386", "without memory 0.97"]
    assert named(fig, "chance 1.386").y.tolist() == [1.386] * 2
    assert named(fig, "without memory 0.97").y.tolist() == [0.97] * 2
    assert named(fig, "loss").hovertemplate == "update %{x}: %{y:.4g}<extra>loss</extra>"


def test_a_loss_far_above_chance_has_a_log_axis_and_says_so_where_it_is_pointed_at():
    fig = loss(curves((1.0, STEEP * 1.386 * 1.01)), NATS)
    assert named(fig, "loss").hovertemplate == "update %{x}: 10<sup>%{y:.2f}</sup><extra>loss</extra>"
    assert fig.layout.yaxis.tickprefix == "10<sup>"
    assert named(fig, "chance 1.386").y.tolist() == pytest.approx([np.log10(1.386)] * 2)
    assert loss(curves((1.0, STEEP * 1.386 * 0.99)), NATS).layout.yaxis.tickprefix is None


def test_a_squared_error_has_its_own_unit():
    fig = loss(curves(), Baselines(0.5, 0.07, "squared error"))
    assert axes(fig)[2] == "loss (squared error)"
    assert text(fig).endswith("0.07 squared error.")


# -- changes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("figure", [lambda c: loss(c, NATS), lambda c: gradient_norm(c, None)])
def test_a_change_is_a_dotted_line_at_its_update_and_only_the_latest_three_are_in_words(figure):
    marks = tuple(Mark(step, f"change at {step}\nand more") for step in (2, 5, 7, 30))
    fig = figure(curves((1.0,) * 40, (2.0,) * 40, (1.0,) * 40, marks))
    assert [(line.x0, line.x1, line.line.dash) for line in fig.layout.shapes] == [
        (step, step, "dot") for step in (2, 5, 7, 30)]
    assert [note.text for note in fig.layout.annotations] == [
        f"change at {step}<br>and more" for step in (5, 7, 30)]
    assert [note.x for note in fig.layout.annotations] == [5, 7, 30]
    assert [note.xanchor for note in fig.layout.annotations] == ["left", "left", "right"]
    heights = [note.y for note in fig.layout.annotations]
    assert heights == sorted(heights)
    assert len(set(heights)) == 3


def test_an_empty_chart_says_how_to_fill_it():
    assert [note.text for note in loss(curves(()), NATS).layout.annotations] == ["press Train to fill this chart"]


@pytest.mark.parametrize(("values", "names"), [
    ({}, ("(σ<sub>max</sub> γ)<sup>lag</sup>", "ρ<sup>lag</sup>")),
    ({"leaky": True}, ("((1 − l) + l σ<sub>max</sub> γ)<sup>lag</sup>",
                       "ρ((1 − l) I + l W<sub>hh</sub>)<sup>lag</sup>")),
    ({"task": "generator"}, ("(σ<sub>max</sub> γ)<sup>lag</sup>", "ρ<sup>lag</sup>, output fed back")),
    ({"lstm": True}, None)])
def test_the_playground_names_bound_and_rate_as_its_cell_has_them(values, names):
    found = factor_names(LiveRun(Experiment.from_values({"batch": 2, "seq_len": 8} | values), UpdateSlot()).view())
    assert found == ({} if names is None else dict(zip(("bound_name", "rate_name"), names, strict=True)))
