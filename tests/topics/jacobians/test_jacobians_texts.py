"""The Jacobians page's figures: words, units, titles, hover texts and rules, each computed once more."""

import numpy as np
import pytest

from core.network.cells.jacobians import PlainJacobians
from core.plotting import theme
from core.topics.jacobians.figures.lines import jacobian_lines
from core.topics.jacobians.figures.long_reach import long_reach_figure
from core.topics.jacobians.figures.map import jacobian_map_figure
from core.topics.jacobians.figures.one_step import one_step
from core.topics.jacobians.figures.singular_spectrum import singular_spectrum_figure
from core.topics.jacobians.figures.slopes import slopes_figure
from core.topics.jacobians.map import jacobian_map
from core.topics.jacobians.rates import NO_RATES, Rates
from core.training.record import JacobianMap, LongReach, SingularSpectrum
from tests.helpers.drawn import zeros
from tests.helpers.views import trace
from tests.topics.jacobians.test_jacobians_figures import found, lines, measured

RATES = Rates(2.0, "(1 − l) + l σ_max γ", 0.5, "ρ((1 − l) I + l γ W_hh)", 0.25, "ρ((1 − l) I + l W_hh)")
NORM = "‖∂h<sub>t</sub>/∂h<sub>k</sub>‖"
# three times 0, 4, 10: no two numbers alike
Z = np.array([[0.0, np.nan, np.nan], [-1.5, 0.0, np.nan], [-7.25, -0.5, 0.0]])
AT = np.array([0, 4, 10])


def mapped(z=Z, **more):
    return JacobianMap(AT, z, True, 3, **more)


def words(fig):
    return fig.layout.meta["text"]


def titles(fig):
    return fig.layout.title.text, fig.layout.xaxis.title.text, fig.layout.yaxis.title.text


@pytest.mark.parametrize(("fig", "expected"), [
    (jacobian_map_figure(mapped()), (f"<b>{NORM} for every pair</b>", "k: back to this step", "t: from this step")),
    (jacobian_lines(mapped(), 10, 4, RATES), ("<b>The chosen row and column</b>", "lag t − k (steps)", NORM)),
    (singular_spectrum_figure(None), ("<b>Singular values of ∂h<sub>T</sub>/∂h<sub>k</sub></b>", "lag T − k (steps)",
                                      "singular values")),
    (slopes_figure(np.ones((2, 3, 1)), 1.0), ("<b>Slopes φ′(a<sub>t</sub>) of the units</b>", "time step t", "φ′")),
    (one_step(np.ones(2), np.ones(2), 7), ("<b>One factor, ∂h<sub>7</sub>/∂h<sub>6</sub></b>", "rank", "σ and |λ|")),
    (long_reach_figure(None), ("<b>One long sequence</b>", "lag T − k (steps)", "‖∂h<sub>T</sub>/∂h<sub>k</sub>‖")),
], ids=lambda value: value[0] if isinstance(value, tuple) else "")
def test_title_and_axes_with_their_units(fig, expected):
    assert titles(fig) == expected


@pytest.mark.parametrize("fig", [jacobian_lines(mapped(), 10, 4, RATES), singular_spectrum_figure(None),
                                 one_step(np.ones(2), np.ones(2), 7), long_reach_figure(None)])
def test_a_logarithm_is_drawn_on_an_axis_that_reads_powers_of_ten(fig):
    assert (fig.layout.yaxis.tickprefix, fig.layout.yaxis.ticksuffix) == ("10<sup>", "</sup>")


def test_the_map_is_told_with_pairs_sequences_and_extremes():
    assert words(jacobian_map_figure(mapped())) == \
        "3 pairs of time steps, exact, mean of log10 over 3 sequences: from 10^-7.2 to 0.32."
    dead = mapped(np.where(Z == -1.5, -np.inf, Z))
    assert words(jacobian_map_figure(dead, np.tri(3, k=-2, dtype=bool))) == (
        "3 pairs of time steps, exact, mean of log10 over 3 sequences: from 10^-7.2 to 0.32; 1 is exactly 0; "
        "truncation drops 1.")
    assert words(jacobian_map_figure(mapped(np.where(Z < -1, -np.inf, Z)))).endswith("; 2 are exactly 0.")
    one = JacobianMap(np.array([0, 1]), np.array([[0.0, np.nan], [-2.0, 0.0]]), False, 1)
    assert words(jacobian_map_figure(one)) == (
        "1 pair of time steps, approximate, mean of log10 over 1 sequence: from 10^-2.0 to 10^-2.0.")
    assert words(jacobian_map_figure(None)) == "The states are not finite."
    assert words(jacobian_map_figure(None, why_empty="measuring …")) == "Measuring."


def test_the_map_is_read_off_where_the_pointer_is():
    heat, zero = jacobian_map_figure(mapped()).data[:2]
    assert heat.hovertemplate == "t = %{y}, k = %{x}: 10<sup>%{z:.3f}</sup><extra></extra>"
    assert zero.hovertemplate == "t = %{y}, k = %{x}: exactly 0<extra></extra>"
    assert (heat.x.tolist(), heat.y.tolist()) == (AT.tolist(), AT.tolist())
    assert np.asarray(heat.z)[2, 0] == -7.25  # row t = 10, column k = 0


def test_where_some_sequences_are_dead_the_pointer_reads_over_how_many_the_mean_is():
    slopes = np.full((2, 2, 2), 0.1)
    slopes[1, :, 1] = 0.0
    heat = jacobian_map_figure(jacobian_map(PlainJacobians(slopes, np.eye(2)))).data[0]
    assert "<br>mean of %{customdata} of 2 sequences, 0 in the others<extra>" in heat.hovertemplate
    assert np.asarray(heat.customdata)[2].tolist() == [1, 1, 2]


def test_the_colour_bar_of_the_map_is_named_and_has_its_powers():
    bar = jacobian_map_figure(mapped()).data[0].colorbar
    assert bar.title.text == NORM
    assert list(bar.tickvals) == [-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0]
    assert bar.ticktext == tuple(f"10<sup>{tick:.0f}</sup>" for tick in bar.tickvals)


@pytest.mark.parametrize(("kind", "floor", "colour", "dash"), [
    ("float32", -44.853, theme.MEMORYLESS, "dash"), ("float64", -323.306, theme.DIVERGED, "solid")])
def test_the_floor_of_each_number_type_is_drawn_at_its_own_value(kind, floor, colour, dash):
    contour = trace(jacobian_map_figure(mapped(np.where(Z == -7.25, -400.0, Z))), f"{kind} ends")
    assert (contour.contours.start, contour.contours.end) == (pytest.approx(floor, abs=1e-3),) * 2
    assert (contour.line.color, contour.line.dash, contour.showlegend) == (colour, dash, True)


def test_the_row_and_the_column_are_told_from_their_own_ends():
    text = words(jacobian_lines(mapped(), 10, 4, RATES))
    assert text == "Back from step 10 to step 0 the norm comes to 10^-7.2; on from step 4 to step 10 to 0.32."
    dead = mapped(np.where(Z == -7.25, -np.inf, Z))
    assert "comes to exactly 0; on from" in words(jacobian_lines(dead, 10, 4, RATES))
    assert "on from step 10 to step 10 to nothing." in words(jacobian_lines(mapped(), 10, 10, RATES))


def test_the_row_and_the_column_run_over_their_own_lags():
    fig = jacobian_lines(mapped(), 10, 4, RATES)
    row, column = fig.data[2:4]
    assert (row.name, column.name) == ("back from t = 10", "on from k = 4")
    assert (row.x.tolist(), row.y.tolist()) == ([6.0, 10.0], [-0.5, -7.25])
    assert (column.x.tolist(), column.y.tolist()) == ([6.0], [-0.5])
    assert {row.hovertemplate, column.hovertemplate} == {
        "lag %{x}: 10<sup>%{y:.3f}</sup><extra>%{fullData.name}</extra>"}


def test_bound_and_rate_are_drawn_and_called_what_they_are():
    bound, rate = jacobian_lines(mapped(), 10, 4, RATES).data[:2]
    assert bound.y.tolist() == pytest.approx([6 * np.log10(2.0), 10 * np.log10(2.0)])
    assert rate.y.tolist() == pytest.approx([6 * np.log10(0.5), 10 * np.log10(0.5)])
    assert bound.hovertemplate == ("lag %{x}: ((1 − l) + l σ<sub>max</sub> γ)<sup>lag</sup> = 10<sup>%{y:.3f}</sup>"
                                   "<extra></extra>")
    assert rate.name == "(ρ((1 − l) I + l γ W<sub>hh</sub>))<sup>lag</sup>"
    fed = Rates(2.0, "σ_max γ", 0.5, "ρ γ", 0.25, "ρ", fed=True)
    assert jacobian_lines(mapped(), 10, 4, fed).data[1].name == "(ρ γ)<sup>lag</sup>, output fed back"
    plain = jacobian_lines(mapped(), 10, 4, Rates(2.0, "σ_max γ", 0.5, "ρ γ", 0.25, "ρ")).data
    assert plain[1].name == "(ρ γ)<sup>lag</sup>"
    assert "lag %{x}: (σ<sub>max</sub> γ)<sup>lag</sup> = 10" in plain[0].hovertemplate


def test_a_cell_without_a_bound_has_none_in_the_legend():
    assert [t.showlegend for t in jacobian_lines(mapped(), 10, 4, NO_RATES).data[:2]] == [False, False]
    assert [t.showlegend for t in lines("initial").data[:2]] == [True, True]


def test_zeros_of_the_row_are_drawn_as_that():
    dead = mapped(np.where(Z == -7.25, -np.inf, Z))
    assert zeros(trace(jacobian_lines(dead, 10, 4, RATES), "back from t = 10")) == [10.0]


SPECTRUM = SingularSpectrum(np.array([1, 1500]), np.array([[0.5, -1.0, -2.0], [-3.25, -40.0, -np.inf]]), np.zeros(3))


def test_singular_values_are_told_at_the_last_lag_from_the_smallest_to_the_largest():
    fig = singular_spectrum_figure(SPECTRUM)
    assert words(fig) == ("At lag 1,500: 2 of 3 singular values are above 0, from 10^-40.0 to 10^-3.2; 1 is "
                          "0, exactly or up to rounding.")
    others, top, zero = fig.data
    assert (zero.name, zero.x.tolist(), zero.y.tolist()) == ("0, exactly or up to rounding", [1500.0], [-np.inf])
    assert (zero.showlegend, list(zero.customdata)) == (True, [1])
    assert zero.hovertemplate == "lag %{x}: %{customdata} of 3 are 0<extra></extra>"
    assert (top.name, others.name) == ("largest: the norm", "the others")
    assert top.y.tolist() == [0.5, -3.25]
    assert {others.hovertemplate, top.hovertemplate} == {
        "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"}
    gone = SingularSpectrum(np.array([7]), np.full((1, 1), -np.inf), np.zeros(1))
    assert words(singular_spectrum_figure(gone)) == "At lag 7: 0 of 1 singular values are above 0; 1 is 0, " \
        "exactly or up to rounding."
    assert words(singular_spectrum_figure(None)) == "The states are not finite."


def test_slopes_are_told_with_their_share_and_mean():
    slopes = np.array([[0.3, 0.05, 0.6, 0.1], [0.9, 1.1, 0.02, 0.4]])[:, :, None]
    fig = slopes_figure(slopes, 1.129)
    assert words(fig) == ("38% of the units, over all steps, have a slope below a tenth of γ = 1.129; the mean slope "
                          f"is {slopes.mean():.3g}.")
    assert fig.data[0].hovertemplate == "t = %{x}, φ′ near %{y:.2f}: %{z:.3~%} of the units<extra></extra>"
    assert fig.data[0].x.tolist() == [1.0, 2.0]
    share = np.asarray(fig.data[0].z)
    for column, at in enumerate(slopes[:, :, 0]):
        counted = [sum(low <= value < low + 1.129 / 24 + 1e-9 for value in at) / 4 for low in
                   np.asarray(fig.data[0].y) - 1.129 / 48]
        assert share[:, column] == pytest.approx(counted)
    assert fig.data[0].colorbar.title.text == "units"
    one = np.ones((1, 200, 1))
    one[0, 0] = 0.0
    assert words(slopes_figure(one, 1.0)).startswith("less than 1% of the units")
    assert words(slopes_figure(np.empty((0, 2, 1)), 1.0, "the gates of this cell have no one φ")) == \
        "The gates of this cell have no one φ."


def test_one_factor_is_told_from_the_largest_to_the_smallest_above_rounding():
    fig = one_step(np.array([4.0, 0.5, 1e-17]), np.array([2.0, 0.25, 1e-18]), 12)
    assert words(fig) == ("Step 12: singular values from 4 down to 0.5, largest |eigenvalue| 2; 1 of 3 singular values "
                          "is 0, up to rounding.")
    sigma, size = fig.data
    assert sigma.y[:2].tolist() == pytest.approx([np.log10(4.0), np.log10(0.5)])
    assert np.isnan([sigma.y[2], size.y[2]]).all()
    assert sigma.x.tolist() == [1.0, 2.0, 3.0]
    assert sigma.hovertemplate == "rank %{x}: 10<sup>%{y:.3f}</sup><extra>%{fullData.name}</extra>"
    assert words(one_step(np.array([4.0, 0.5]), np.array([2.0, 1.0]), 3)).endswith("; none is 0.")
    assert words(one_step(np.zeros(2), np.zeros(2), 3)) == "Step 3: all singular values are exactly 0."
    assert words(one_step(np.empty(0), np.empty(0), 3)) == "The states are not finite."


def test_a_singular_value_of_an_exact_eigenvalue_0_is_not_drawn_at_its_rounding():
    J = measured("W_hh = 0")[0][-1]
    assert "all singular values are exactly 0" in words(one_step(np.linalg.svd(J, compute_uv=False), np.zeros(6), 30))


def test_the_long_sequence_has_its_floors_where_the_norms_come_near():
    far = long_reach_figure(LongReach(3, np.array([-30.0, -60.0, -400.0])), RATES)
    assert [(s.y0, s.y1, s.line.color) for s in far.layout.shapes] == [
        (pytest.approx(-44.853, abs=1e-3),) * 2 + (theme.MEMORYLESS,),
        (pytest.approx(-323.306, abs=1e-3),) * 2 + (theme.DIVERGED,)]
    assert [(a.text, a.y) for a in far.layout.annotations] == [
        ("float32 ends here", pytest.approx(-44.853, abs=1e-3)),
        ("float64 ends here", pytest.approx(-323.306, abs=1e-3))]
    near = long_reach_figure(LongReach(2, np.array([-1.0, -2.0])), RATES)
    assert [a.text for a in near.layout.annotations] == ["float32 ends here"][:len(near.layout.shapes)]
    rate = near.data[0]
    assert (rate.x.tolist(), rate.y.tolist()) == ([1.0, 2.0], pytest.approx([np.log10(0.5), 2 * np.log10(0.5)]))
    assert rate.name == "(ρ((1 − l) I + l γ W<sub>hh</sub>))<sup>lag</sup>"
    assert [a.text for a in long_reach_figure(None).layout.annotations] == ["press Measure"]


def test_a_map_of_one_dead_and_two_living_sequences_is_drawn_by_the_living():
    assert np.array_equal(jacobian_map_figure(found("initial")).data[0].z, found("initial").log10_norm, equal_nan=True)
