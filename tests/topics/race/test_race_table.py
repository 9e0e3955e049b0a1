"""The race in numbers, and the bands over seeds that they come from."""

from dataclasses import replace

import numpy as np
import pytest

from core.remedies.base import remedies
from core.topics.race.records import MOST, MOST_EDGES, SHARES, band_over_seeds, quantiles, thinned_band
from core.topics.race.table import columns, notes, rows
from tests.helpers.races import SMALL, played, race, solves, with_lanes

VIEW = played(race(SMALL, "clip_norm,truncation"), to=8).view()


# -- bands ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seeds", range(1, 9))
def test_quantiles_are_those_of_numpy(seeds):
    values = np.random.default_rng(seeds).normal(size=(seeds, 50))
    np.testing.assert_allclose(quantiles(values, SHARES), np.quantile(values, SHARES, axis=0), rtol=1e-15, atol=1e-15)


def test_a_seed_that_is_infinite_counts_as_the_largest():
    found = band_over_seeds(np.array([1.0]), np.array([[1.0], [np.nan], [3.0]]), "range")
    assert (found.median[0], found.low[0], found.high[0]) == (3.0, 1.0, np.inf)


def test_a_gradient_that_is_exactly_zero_on_a_seed_counts_as_the_smallest():
    found = band_over_seeds(np.array([1.0]), np.array([[-np.inf], [-2.0], [-1.0]]), "range")
    assert (found.low[0], found.median[0], found.high[0]) == (-np.inf, -2.0, -1.0)


@pytest.mark.parametrize("N", [0, 1, 80, 81, 241, 5000])
@pytest.mark.parametrize(("band", "low", "high"), [("range", 0, 4), ("quartiles", 1, 3)])
def test_a_thinned_band_is_small_and_keeps_the_extremes(N, band, low, high):
    found = np.sort(np.random.default_rng(N).normal(size=(N, 5)), axis=1)
    thin = thinned_band(found, band)
    assert len(thin.x) == len(thin.median) <= min(N, MOST + 2)
    assert len(thin.edges) == len(thin.low) == len(thin.high) <= MOST_EDGES
    if N:
        assert (thin.median.min(), thin.median.max()) == (found[:, 2].min(), found[:, 2].max())
        assert (thin.low.min(), thin.high.max()) == (found[:, low].min(), found[:, high].max())
        assert (thin.edges[0], thin.edges[-1]) == (1.0, N)
        assert (np.diff(thin.x) >= 0).all()
        assert (thin.x[0], thin.x[-1]) == (1, N)
        assert (thin.median[0], thin.median[-1]) == (found[0, 2], found[-1, 2])


def test_every_point_of_a_thinned_median_is_a_point_of_the_curve():
    found = np.sort(np.random.default_rng(0).normal(size=(3000, 5)), axis=1)
    thin = thinned_band(found, "range")
    np.testing.assert_array_equal(thin.median, found[thin.x.astype(int) - 1, 2])


def test_a_thinned_curve_that_grows_keeps_the_points_it_has():
    found = np.sort(np.random.default_rng(1).normal(size=(1000, 5)), axis=1)
    before, after = (thinned_band(found[:n], "range") for n in (900, 950))
    kept = len(before.x) - 2  # the last bucket was not full
    np.testing.assert_array_equal(before.x[:kept], after.x[:kept])


# -- rows -------------------------------------------------------------------------------------------------


def test_there_is_a_row_for_each_lane_and_as_many_columns_as_titles():
    assert [(row.slot, row.title) for row in rows(VIEW)] == [(0, "base"), (1, "clip norm"), (2, "truncation")]
    assert columns(VIEW) == ("Lane", "Solved (seeds)", "Updates to solve", "Time to solve (s)",
                             "One update / baseline's", "Horizon at 0.001 (lag)", "What it costs")


def test_updates_and_seconds_to_solve_are_the_median_with_the_lowest_and_the_highest():
    row = rows(with_lanes(VIEW, lane1=solves(100, 150, 300)))[1]
    assert (row.solved, row.updates, row.seconds) == ("3 of 3", "150 (100–300)", "1.5 (1–3)")


def test_a_lane_that_has_not_solved_shows_no_number():
    row = rows(with_lanes(VIEW, lane1=solves(None, None, None)))[1]
    assert (row.solved, row.updates, row.seconds) == ("0 of 3", "–", "–")


def test_seeds_that_diverged_are_counted():
    lost = {"stopped_at": (None, 4, 9)}
    row = rows(with_lanes(VIEW, lane1=solves(90, None, None) | lost))[1]
    assert row.solved == "1 of 3, 2 diverged"
    assert rows(with_lanes(VIEW, lane1=solves(90, None, None) | lost | {"failed": "why"}))[1].solved == (
        "1 of 3, 2 stopped")


def test_an_even_number_of_seeds_has_its_median_between_two():
    row = rows(with_lanes(VIEW, lane1=solves(100, None, 161) | {"horizon": (6.0, 7.0)}))[1]
    assert (row.solved, row.updates, row.horizon) == ("2 of 3", "130.5 (100–161)", "6.5")
    assert row.seconds == "1.3 (1–1.6)"


def test_the_cost_of_an_update_is_against_the_baseline_in_the_same_race():
    found = rows(with_lanes(VIEW, lane0={"seconds": 0.002}, lane1={"seconds": 0.003}, lane2={"seconds": np.nan}))
    assert [row.cost for row in found] == ["2 ms", "1.5 × (3 ms)", "–"]
    found = rows(with_lanes(VIEW, lane0={"seconds": 0.00251}, lane1={"seconds": 0.5643}, lane2={"seconds": 0.0}))
    assert [row.cost for row in found] == ["2.5 ms", "220 × (560 ms)", "–"]
    found = rows(with_lanes(VIEW, lane0={"seconds": 0.0}, lane1={"seconds": 0.003}, lane2={"seconds": 0.00994}))
    assert [row.cost for row in found] == ["–"] * 3
    assert rows(with_lanes(VIEW, lane0={"seconds": 0.009945}))[0].cost == "9.9 ms"


def test_a_horizon_beyond_what_was_measured_says_so():
    flow = VIEW.lanes[2].flow
    short = replace(flow, x=flow.x[:4], median=flow.median[:4])  # a chunk of four steps
    found = rows(with_lanes(VIEW, lane0={"horizon": (4.0, 6.0, 8.0)}, lane1={"horizon": (np.inf, np.inf, 3.0)},
                            lane2={"horizon": (np.inf,) * 3, "flow": short}))
    assert [row.horizon for row in found] == ["6", "> 10", "> 4"]
    assert rows(with_lanes(VIEW, lane0={"horizon": ()}))[0].horizon == "–"


def test_an_orthogonal_lane_says_how_far_it_is_from_it():
    found = rows(with_lanes(VIEW, lane1={"orthogonality": 2.34e-9}))
    assert [row.orthogonality for row in found] == ["", "‖W′W − I‖ = 10^-8.6.", ""]


def test_the_notes_say_where_the_horizon_is():
    assert notes(VIEW).text == (
        "Updates, times and the horizon are medians over the seeds (lowest–highest); of those that solved it, where it "
        "is to solve. A time is the processor's, of one network by itself: it depends neither on the number of seeds "
        "nor on who else computes here. Horizon: the first lag at which ‖∂h_T/∂h_k‖, of the first sequence of a batch, "
        "is below 0.001.")


def test_what_a_lane_costs_is_told_for_what_it_has_beside_the_baseline():
    assert rows(VIEW)[0].price == ""
    assert rows(VIEW)[1].price == remedies()["clip_norm"].cost
    both = rows(race(SMALL, "clip_norm+leaky").view())[1].price
    assert both == f"{remedies()['clip_norm'].cost} {remedies()['leaky'].cost}"


@pytest.mark.parametrize(("N", "wide", "narrow"), [(30, 1, 1), (60, 1, 1), (61, 4, 1), (130, 8, 1), (160, 8, 1),
                                                   (161, 8, 4), (500, 32, 8)])
@pytest.mark.parametrize(("band", "low", "high"), [("range", 0, 4), ("quartiles", 1, 3)])
def test_a_thinned_band_goes_from_the_first_to_the_last_of_each_of_its_buckets(N, wide, narrow, band, low, high):
    """Bucket by bucket, in plain Python; where the values stand is not where they are counted."""
    found = np.sort(np.random.default_rng(N).normal(size=(N, 5)), axis=1)
    x = 3.0 * np.arange(N) + 10.0
    thin = thinned_band(found, band, x)
    edges, lows, highs = [], [], []
    for first in range(0, N, wide):
        rows = found[first:first + wide]
        edges += [x[first], x[first + len(rows) - 1]] if wide > 1 else [x[first]]
        lows += [rows[:, low].min()] * (2 if wide > 1 else 1)
        highs += [rows[:, high].max()] * (2 if wide > 1 else 1)
    assert (thin.edges.tolist(), thin.low.tolist(), thin.high.tolist()) == (edges, lows, highs)
    at = {0, N - 1}
    for first in range(0, N, narrow):
        median = found[first:first + narrow, 2]
        at |= {first + int(median.argmin()), first + int(median.argmax())}
    assert sorted(set(thin.x.tolist())) == [x[i] for i in sorted(at)]
    assert thin.median.tolist() == [found[int((value - 10.0) / 3.0), 2] for value in thin.x]


def test_a_median_that_is_no_number_is_drawn_as_the_highest_of_its_bucket_and_only_that():
    """Between -inf and +inf there is none; what is none of the upper quartile alone changes nothing of the median."""
    found = np.tile(np.arange(5.0), (400, 1)) + np.arange(400.0)[:, None] / 1000
    found[101] = -np.inf, -np.inf, np.nan, np.inf, np.inf
    found[202, 3:] = np.nan, np.inf
    thin = thinned_band(found, "range")
    width = 8  # 2 * 400 / 8 = 100 points of at most 160
    expected = sorted({at for first in range(0, 400, width) for at in (first, first + width - 1)} - {103} | {101})
    assert thin.x.tolist() == [at + 1 for at in expected]
    assert np.isnan(thin.median[thin.x == 102]).all()
    assert np.isfinite(thin.median[thin.x != 102]).all()


def test_updates_are_counted_from_1_where_nothing_else_is_said():
    found = np.arange(15.0).reshape(3, 5)
    thin = thinned_band(found, "range")
    assert (thin.x.tolist(), thin.edges.tolist()) == ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    assert (thin.low.tolist(), thin.median.tolist(), thin.high.tolist()) == ([0, 5, 10], [2, 7, 12], [4, 9, 14])


def test_between_minus_and_plus_infinity_there_is_no_number_and_between_equals_there_is():
    found = quantiles(np.array([[-np.inf, np.inf], [np.inf, np.inf]]), (0.0, 0.5, 1.0))
    np.testing.assert_array_equal(found, [[-np.inf, np.inf], [np.nan, np.inf], [np.inf, np.inf]])
