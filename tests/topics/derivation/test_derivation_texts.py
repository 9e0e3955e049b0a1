"""The derivation's figures: words, units, titles, hover texts, rules and notes, each computed once more."""

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.plotting import theme
from core.spelling import plain, power, share
from core.topics.derivation.figures.activation_curve import activation_curve
from core.topics.derivation.figures.clip_rule import clip_rule
from core.topics.derivation.figures.entries import entries_figure
from core.topics.derivation.figures.factors import factors_figure
from core.topics.derivation.figures.flow_so_far import bounded_flow, leaky_flow, linear_flow, measured_flow
from core.topics.derivation.figures.one_update import one_update_figure
from core.topics.derivation.figures.terms import terms_figure
from core.topics.derivation.figures.unrolled import unrolled_figure
from core.training.record import GradientFlow
from tests.helpers.derivation_subjects import small, subject

# no two numbers alike, the last lag not the number of lags
FLOW = GradientFlow(np.array([1, 2, 7]), np.array([0.1, 0.2, -3.25]), np.array([0.5, 1.0, 3.5]),
                    np.array([-0.25, -0.5, -1.75]))
LAG = "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"


def words(fig):
    return fig.layout.meta["text"]


def trace(fig, name):
    return next(t for t in fig.data if t.name == name)


def titles(fig):
    return fig.layout.title.text, fig.layout.xaxis.title.text, fig.layout.yaxis.title.text


S = small(layers=1)
FIGURES = {
    "one": (one_update_figure(S.one), "<b>One letter, without recurrence</b>", "", ""),
    "forward": (unrolled_figure(S.word, 5, 2, backward=False), "<b>The network, unrolled</b>", "step t", ""),
    "backward": (unrolled_figure(S.word, 5, 2, backward=True), "<b>Back through the word: ‖∂L/∂h<sub>t</sub>‖</b>",
                 "step t", ""),
    "terms": (terms_figure(S.layer, S.word.letters, 5, 2), "<b>Every term of ∂L/∂W<sub>hh</sub></b>",
              "k: back to this letter", "t: from this letter"),
    "factors": (factors_figure(S.layer, S.word.letters, 1.0, 5),
                "<b>‖∂h<sub>t</sub>/∂h<sub>t−1</sub>‖ at each letter</b>", "step t", "stretches by"),
    "activation": (activation_curve(ACTIVATIONS["gelu"], np.zeros(2)), "<b>GELU: the value and the slope</b>", "a",
                   "φ and φ′"),
    "clip": (clip_rule(2.0, 0.5), "<b>Clipping, by the norm</b>", "‖g‖ before", "‖g‖ after"),
    "powers": (linear_flow(FLOW), "<b>Without the nonlinearity</b>", "lag l (steps)", "‖W<sub>hh</sub><sup>l</sup>‖"),
    "flow": (bounded_flow(FLOW), "<b>How far back it reaches</b>", "lag T − k (steps)",
             "‖∂h<sub>T</sub>/∂h<sub>k</sub>‖"),
    "vector": (entries_figure(np.ones(3), "v"), "<b>Entries of v</b>", "column", "row"),
    "letters": (entries_figure(np.ones(2), "L", ("n", "o")), "<b>L at each letter</b>", "step t", ""),
}


@pytest.mark.parametrize("name", FIGURES)
def test_title_and_axes(name):
    fig, *expected = FIGURES[name]
    assert titles(fig) == tuple(expected)


def test_a_flow_is_told_at_its_last_lag_with_no_more_than_was_drawn():
    assert words(measured_flow(FLOW)) == "At lag 7 the norm is 10^-3.2."
    assert words(linear_flow(FLOW)) == "At lag 7 the norm of the power is 10^-3.2, ρ to the lag 10^-1.8."
    assert words(bounded_flow(FLOW)) == "At lag 7 the norm is 10^-3.2, the bound 10^3.5, ρ to the lag 10^-1.8."
    assert words(measured_flow(None)) == "The states are not finite."
    assert trace(measured_flow(FLOW), "measured").hovertemplate == LAG


def test_leaky_units_are_told_after_plain_ones():
    fig = leaky_flow(FLOW, (np.array([1, 7]), np.array([-0.1, -0.6])), 0.85)
    assert words(fig) == "At lag 7 the norm is 10^-3.2 for plain units and 0.25 with α = 0.85."
    assert trace(fig, "α = 0.85").y.tolist() == [-0.1, -0.6]
    assert (trace(fig, "α = 0.85").hovertemplate, trace(fig, "plain units").line.dash) == (LAG, "dash")
    assert words(leaky_flow(None, None, 0.5)).endswith("is not a number for plain units and not a number with α = 0.5.")
    dead = GradientFlow(FLOW.lag, np.full(3, -np.inf), FLOW.log10_bound, FLOW.log10_rho)
    assert "exactly 0 for plain units" in words(leaky_flow(dead, (FLOW.lag, FLOW.log10_norm), 0.5))


def test_the_unrolled_network_is_told_at_its_letter():
    s = small()
    p = s.word.p[4, s.word.target[4]]
    assert words(unrolled_figure(s.word, 5, 2, backward=False)) == (
        f"o at step 5: loss {-np.log(p):.4g} nats, of {s.word.loss:.4g} for the word. What comes next gets {share(p)}.")
    ends = [[plain(np.linalg.norm(layer.dL_dh[i])) for i in (0, 5)] for layer in s.word.layers]
    assert words(unrolled_figure(s.word, 5, 2, backward=True)).endswith(
        f"the state is {ends[1][0]} at step 1 and {ends[1][1]} at step 6 in the upper layer, {ends[0][0]} at step 1 "
        f"and {ends[0][1]} at step 6 in the lower.")
    one = small(layers=1)
    ends = [plain(np.linalg.norm(one.layer.dL_dh[i])) for i in (0, 5)]
    assert ends[0] != ends[1]
    assert words(unrolled_figure(one.word, 5, 2, backward=True)).endswith(
        f"by the state is {ends[0]} at step 1 and {ends[1]} at step 6.")


def test_the_states_are_read_off_with_their_norms_in_order():
    s = small(layers=1)
    states = trace(unrolled_figure(s.word, 5, 2, backward=True), "states")
    assert states.hovertemplate == ("step %{x}: ‖h‖ = %{customdata[0]:.3g}, ‖∂L/∂h‖ = %{customdata[1]:.3g}"
                                    "<extra></extra>")
    expected = [[np.linalg.norm(h), np.linalg.norm(g)] for h, g in zip(s.layer.h, s.layer.dL_dh, strict=True)]
    np.testing.assert_allclose(states.customdata, expected)
    assert states.x.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


def test_the_terms_are_told_from_the_smallest_to_the_largest_and_the_longest_way():
    s = small(layers=1)
    sizes = np.array([[np.linalg.norm(np.outer(s.layer.dLt_da[t, k], s.layer.h_before[k])) if 0 < k <= t else np.nan
                       for k in range(6)] for t in range(6)])
    low, high, long = (power(np.log10(v)) for v in (np.nanmin(sizes), np.nanmax(sizes), sizes[5, 1]))
    text = f"Terms from {low} to {high}; the one from step 6 back to step 2 is {long}."
    assert words(terms_figure(s.layer, s.word.letters, 5, 2)) == text
    assert words(terms_figure(s.layer, s.word.letters, 5, 2, 5)) == f"{text} With k2 = 5, 1 of 21 terms is dropped."
    assert words(terms_figure(s.layer, s.word.letters, 5, 2, 4)) == f"{text} With k2 = 4, 3 of 21 terms are dropped."
    dead = subject("dead ReLU", t=4)
    assert words(terms_figure(dead.layer, dead.word.letters, 4, 2)) == "Every term is exactly 0."


def test_the_map_of_terms_is_read_off_by_row_and_column_and_marks_its_pair():
    s = small(layers=1)
    fig = terms_figure(s.layer, s.word.letters, 5, 2)
    assert fig.data[0].hovertemplate == "t = %{y}, k = %{x}: 10<sup>%{z:.2f}</sup><extra></extra>"
    assert fig.data[1].hovertemplate == "t = %{y}, k = %{x}: exactly 0<extra></extra>"
    pair = trace(fig, "the chosen pair")
    assert (pair.x.tolist(), pair.y.tolist()) == ([2.0], [5.0])
    row = trace(fig, "row t")
    assert (row.x.tolist(), row.y.tolist()) == ([0.5, 5.5, 5.5, 0.5, 0.5], [4.5, 4.5, 5.5, 5.5, 4.5])
    assert fig.layout.xaxis.ticktext == ("1 n", "2 e", "3 u", "4 r", "5 o", "6 n") == fig.layout.yaxis.ticktext
    (zero,) = fig.layout.annotations
    assert (zero.x, zero.y, zero.text) == (1, 6, "0")
    assert fig.data[0].colorbar.title.text == "term"


def test_the_factors_are_told_with_bound_and_eigenvalue_times_gamma():
    s = small("gelu", layers=1)
    W, gamma = s.layer.W_hh, ACTIVATIONS["gelu"].gamma
    sigma, rho = np.linalg.svd(W, compute_uv=False)[0], np.abs(np.linalg.eigvals(W)).max()
    norms = [np.linalg.svd(J, compute_uv=False)[0] for J in np.asarray(s.layer.jacobians)]
    fig = factors_figure(s.layer, s.word.letters, gamma, 5)
    assert words(fig) == (f"Step 5 stretches up to {plain(norms[4])} times; the bound, γ σ_max, is "
                          f"{plain(gamma * sigma)}, and γ ρ is {plain(gamma * rho)}.")
    assert trace(fig, "γ σ<sub>max</sub>").y.tolist() == pytest.approx([gamma * sigma] * 2)
    assert trace(fig, "γ ρ").y.tolist() == pytest.approx([gamma * rho] * 2)
    slopes = np.abs(s.layer.phi_prime).max(axis=1)
    assert trace(fig, "largest slope × σ<sub>max</sub>").y.tolist() == pytest.approx((slopes * sigma).tolist())
    here = trace(fig, "here")
    assert (here.x.tolist(), here.y.tolist()) == ([5.0], pytest.approx([norms[4]]))
    assert trace(fig, "measured").hovertemplate == "step %{x}: %{y:.4g}<extra>%{fullData.name}</extra>"
    assert fig.layout.xaxis.ticktext[4] == "5<br>o"


def test_an_activation_is_told_with_gamma_and_the_slopes_of_the_units():
    at = np.array([-6.0, -0.5, 0.25, 7.0])
    fig = activation_curve(ACTIVATIONS["tanh"], at)
    slopes = 1 / np.cosh(at) ** 2
    assert words(fig) == (f"tanh: largest slope 1; the units at this step have slopes from {plain(slopes.min())} to "
                          f"{plain(slopes.max())}; 2 of 4 stand outside the chart.")
    assert words(activation_curve(ACTIVATIONS["tanh"], at[1:3])).endswith(f"to {plain(slopes.max())}.")
    assert trace(fig, "φ′(a)").hovertemplate == "a = %{x:.2f}: %{y:.4g}<extra>%{fullData.name}</extra>"
    assert trace(fig, "φ′ of the others").hovertemplate == "%{text}: a = %{x:.2f}, φ′ = %{y:.3g}<extra></extra>"
    units = trace(fig, "your units at t")
    assert (units.x.tolist(), units.y.tolist()) == (at.tolist(), pytest.approx(slopes.tolist()))
    gamma = trace(activation_curve(ACTIVATIONS["gelu"], at), "γ = 1.129")
    assert gamma.y.tolist() == pytest.approx([1.1289] * 2, abs=1e-4)


@pytest.mark.parametrize(("norm", "threshold", "text"), [
    (12345.0, 0.5, "Your gradient has norm 10^4.1 and leaves the clip at 0.5 with 0.5."),
    (0.02, 0.5, "Your gradient has norm 0.02 and leaves the clip at 0.5 with 0.02."),
    (0.0, 0.5, "The gradient is exactly 0."), (np.inf, 0.5, "The gradient is not finite.")])
def test_the_clip_is_told_with_what_comes_out(norm, threshold, text):
    assert words(clip_rule(norm, threshold)) == text


def test_the_threshold_stands_where_it_is_and_both_axes_are_powers_of_ten():
    fig = clip_rule(12.0, 0.5)
    at = np.log10(0.5)
    assert trace(fig, "θ").x.tolist() == pytest.approx([at, at])
    assert trace(fig, "max: a misprint").y.tolist() == pytest.approx([max(x, at) for x in
                                                                      trace(fig, "max: a misprint").x])
    assert fig.layout.xaxis.tickprefix == fig.layout.yaxis.tickprefix == "10<sup>"
    assert trace(fig, "min: the rule").hovertemplate == (
        "‖g‖ before 10<sup>%{x:.2f}</sup>, after 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>")


def test_one_update_has_its_norms_where_they_belong():
    one = small(layers=1).one
    fig = one_update_figure(one)
    written = [text for t in fig.data if t.mode == "text" for text in t.text]
    norm = np.linalg.norm
    assert written == ["one-hot", f"‖h‖ = {norm(one.h):.3g}", f"‖y‖ = {norm(one.y):.3g}", f"L = {one.loss:.3g}",
                       "W<sub>xh</sub>", "W<sub>hy</sub>", f"‖∂L/∂y‖ = {norm(one.dL_dy):.3g}",
                       f"‖∂L/∂h‖ = {norm(one.dL_dh):.3g}", f"‖∂L/∂W<sub>xh</sub>‖ = {norm(one.dL_da):.3g}"]
    assert len(set(written)) == 9
    assert words(fig) == (f"Letter o, to be named n: loss {one.loss:.4g} nats, after one update {one.loss_after:.4g}.")
    assert one.loss != pytest.approx(one.loss_after, rel=1e-3)
    assert fig.layout.xaxis.ticktext == ("<b>o</b>", "state", "output", "loss on<br>n")


def test_entries_are_told_with_shape_and_largest_magnitude():
    fig = entries_figure(np.array([[1.0, -4.56], [0.0, 2.0], [3.0, 1.0]]), "W")
    assert words(fig) == "3 × 2 entries, the largest of magnitude 4.56."
    assert fig.data[0].hovertemplate == "row %{y}, column %{x}: %{customdata:.5g}<extra></extra>"
    assert [list(row) for row in fig.data[0].text] == [["1", "-4.56"], ["0", "2"], ["3", "1"]]
    assert fig.layout.yaxis.autorange == "reversed"
    assert entries_figure(np.ones(2), "L", ("n", "o")).layout.xaxis.ticktext == ("1 n", "2 o")
    assert entries_figure(np.ones(9), "v").data[0].texttemplate == ""
    assert fig.layout.xaxis.dtick == 1
    assert entries_figure(np.ones(41), "v").layout.xaxis.dtick == 10


def test_the_colours_of_the_lines_are_those_of_their_quantities():
    fig = bounded_flow(FLOW)
    assert [t.line.color for t in fig.data[:3]] == [theme.BOUND, theme.RHO, theme.MEASURED]
