"""What the figures of the Jacobians page draw and say is what was measured."""

from dataclasses import replace

import numpy as np
import pytest

from core.spelling import power
from core.topics.jacobians.figures.long_reach import long_reach_figure
from core.topics.jacobians.figures.map import jacobian_map_figure
from core.topics.jacobians.figures.one_step import one_step
from core.topics.jacobians.figures.singular_spectrum import MOST_LINES, singular_spectrum_figure
from core.topics.jacobians.figures.slopes import slopes_figure
from core.topics.jacobians.singular_spectrum import singular_spectrum
from core.training.record import JacobianMap, LongReach
from tests.helpers.drawn import zeros
from tests.helpers.views import trace
from tests.topics.jacobians.test_jacobians_figures import EACH_RUN, RUNS, figure, found, lines, measured

FINITE = [run for run in RUNS if run != "not finite"]


def drawn(t):
    return np.asarray(t.x, float), np.asarray(t.y, float)


@pytest.mark.parametrize(("t", "k"), [(30, 0), (7, 3), (1, 29)])
def test_one_row_and_one_column_of_the_map_are_drawn_against_the_lag(t, k):
    z = found("initial").log10_norm
    lag, row = drawn(trace(lines("initial", t, k), f"back from t = {t}"))
    assert lag.tolist() == list(range(1, t + 1))
    assert np.array_equal(row, z[t, t - lag.astype(int)])
    lag, column = drawn(trace(lines("initial", t, k), f"on from k = {k}"))
    assert lag.tolist() == list(range(1, 31 - k))
    assert np.array_equal(column, z[k + lag.astype(int), k])


@pytest.mark.parametrize("run", FINITE)
def test_the_bound_and_the_rate_are_drawn_at_every_lag_and_nothing_is_above_the_bound(run):
    _, spectrum, gamma = measured(run)
    fig = lines(run)
    for name, base in (("bound", spectrum.sigma_max * gamma), ("(ρ γ)<sup>lag</sup>", spectrum.rho * gamma)):
        lag, y = drawn(trace(fig, name))
        if base > 0:
            assert np.allclose(y, lag * np.log10(base), rtol=1e-12)
        else:
            assert np.isneginf(y).all()
    bound = dict(zip(*drawn(trace(fig, "bound")), strict=True))
    for t in fig.data[2:4]:
        lag, y = drawn(t)
        some = np.isfinite(y)
        assert np.all(y[some] <= np.array([bound[x] for x in lag[some]]) + 1e-9)


def test_what_is_exactly_zero_is_drawn_at_its_lag_and_named_in_words():
    fig = lines("dead")
    assert [zeros(t) for t in fig.data[2:]] == [list(range(1, 31))] * 2
    assert "exactly 0" in fig.layout.meta["text"]
    assert [zeros(t) for t in lines("initial").data[2:]] == [[], []]


def test_the_map_says_how_many_pairs_it_has_and_how_far_they_reach():
    values = found("initial").log10_norm[found("initial").pairs]
    text = figure("map", "initial").layout.meta["text"]
    assert text.startswith(f"{len(values)} pairs of time steps, exact, mean of log10 over 2 sequences")
    assert f": from {power(values.min())} to {power(values.max())}." in text


def test_the_approximate_map_is_called_so_in_the_title_and_in_words():
    quick = replace(found("initial"), exact=False)
    assert "approximate" in jacobian_map_figure(quick).layout.title.text
    assert "approximate" in jacobian_map_figure(quick).layout.meta["text"]
    assert "approximate" not in jacobian_map_figure(found("initial")).layout.title.text


def test_the_fixed_range_of_colours_is_the_same_for_every_map_and_the_recent_one_follows():
    assert {(figure("map", run).data[0].zmin, figure("map", run).data[0].zmax) for run in RUNS} == {(-6.0, 6.0)}
    for run in FINITE:
        z = found(run).log10_norm[found(run).pairs]
        reach = max(np.ceil(np.abs(z[np.isfinite(z)]).max(initial=0.0)), 1.0)
        assert figure("map, recent colours", run).data[0].zmax == reach


@EACH_RUN
def test_the_colour_bar_has_a_handful_of_whole_powers_with_1_among_them(run):
    bar = figure("map, recent colours", run).data[0].colorbar
    assert 3 <= len(bar.tickvals) <= 9
    assert 0.0 in bar.tickvals
    assert bar.ticktext[list(bar.tickvals).index(0.0)] == "10<sup>0</sup>"


def test_the_chosen_row_and_column_are_marked_on_the_map():
    x, y = drawn(trace(jacobian_map_figure(found("initial"), chosen=(20, 5)), "row and column"))
    assert [(a, b) for a, b in zip(x, y, strict=True) if a == a] == [(0, 20), (20, 20), (5, 5), (5, 30)]


@pytest.mark.parametrize("run", FINITE)
def test_the_slopes_of_all_units_are_counted_at_every_step(run):
    J, _, gamma = measured(run)
    heat = figure("slopes", run).data[0]
    share = np.asarray(heat.z, float)
    assert np.allclose(share.sum(axis=0), 1.0)
    assert len(heat.x) <= 100
    near = np.asarray(heat.y, float)
    for column in (0, len(heat.x) - 1):
        mean = J.slopes[int(heat.x[column]) - 1].mean()
        assert abs(share[:, column] @ near - mean) <= (gamma + 0.13) / 24  # a bin's width


def test_saturated_units_are_told_in_words():
    slopes = np.array([1.0, 0.05, 0.0, 0.5]).reshape(1, 4, 1)
    assert "50% of the units" in slopes_figure(slopes, 1.0).layout.meta["text"]


@pytest.mark.parametrize("run", ["initial", "n = 24", "some dead"])
def test_the_singular_values_are_drawn_the_largest_by_itself(run):
    J = measured(run)[0]
    seen = singular_spectrum(J)
    others, top, zero = figure("singular", run).data
    gone = np.isneginf(seen.log10_singular_values).sum(axis=1)
    assert drawn(zero)[0].tolist() == seen.lag[gone > 0].tolist()
    assert zero.showlegend == gone.any() == (run == "some dead")
    assert np.array_equal(drawn(top)[1], np.where(np.isfinite(seen.log10_singular_values[:, 0]),
                                                  seen.log10_singular_values[:, 0], np.nan), equal_nan=True)
    n = J.shape[1]
    assert len(others.x) == (min(n, MOST_LINES) - 1) * (len(J) + 1)
    assert np.array_equal(drawn(others)[1][-len(J) - 1:-1], np.where(np.isfinite(seen.log10_singular_values[:, -1]),
                                                                     seen.log10_singular_values[:, -1], np.nan),
                          equal_nan=True)
    alive = int(np.isfinite(seen.log10_singular_values[-1]).sum())
    assert f"At lag {len(J)}: {alive} of {n}" in singular_spectrum_figure(seen).layout.meta["text"]


def test_one_factor_shows_its_singular_values_and_its_eigenvalues():
    J = measured("non-normal")[0][-1]
    sigma, size = (trace(figure("one step", "non-normal"), name) for name in ("singular values σ", "eigenvalues |λ|"))
    assert np.allclose(10.0 ** drawn(sigma)[1], np.linalg.svd(J, compute_uv=False))
    assert np.allclose(10.0 ** drawn(size)[1], np.sort(np.abs(np.linalg.eigvals(J)))[::-1])
    assert "2 of 3 singular values are 0" in one_step(np.array([1.0, 0, 0]), np.array([1.0, 0, 0]),
                                                      4).layout.meta["text"]


@pytest.mark.parametrize(("norms", "said"), [
    ([-1.0, -2.0, -3.0], "At lag 3 the norm is 10^-3.0."),
    ([-1.0, -np.inf, -np.inf], "At lag 1 the norm is 10^-1.0; it is exactly 0 from lag 2 on; "
                               "float32 ends at lag 2; float64 ends at lag 2."),
    ([-np.inf, -np.inf], "It is exactly 0 from lag 1 on; float32 ends at lag 1; float64 ends at lag 1."),
    ([-30.0, -60.0, -400.0], "At lag 3 the norm is 10^-400.0; float32 ends at lag 2; float64 ends at lag 3."),
    ([-0.01] * 1233 + [-0.5], "At lag 1,234 the norm is 0.32."),
])
def test_the_long_sequence_says_how_far_it_reaches_and_where_numbers_end(norms, said):
    assert long_reach_figure(LongReach(len(norms), np.array(norms))).layout.meta["text"] == said


def test_a_long_curve_is_drawn_by_few_points_with_its_extremes():
    rng = np.random.default_rng(0)
    norms = -np.linspace(0, 3000, 65536) + rng.normal(size=65536)
    x, y = drawn(trace(long_reach_figure(LongReach(65536, norms)), "measured"))
    assert len(x) <= 1000
    assert (y.min(), y.max()) == (norms.min(), norms.max())
    assert np.array_equal(y, norms[x.astype(int) - 1])


def test_a_map_without_any_finite_norm_still_has_words_and_colours():
    empty = JacobianMap(np.arange(2), np.array([[0.0, np.nan], [-np.inf, 0.0]]), True, 1)
    fig = jacobian_map_figure(empty, fixed=False)
    assert "exactly 0" in fig.layout.meta["text"]
    assert ": from" not in fig.layout.meta["text"]
    assert fig.data[0].zmax == 1.0
