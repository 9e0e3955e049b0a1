"""The race in numbers and in a sentence, and the bands over seeds that they come from."""

from dataclasses import replace

import numpy as np
import pytest
from races import CLIPPED, SMALL, WILD, played, race

from core.experiment import Experiment
from core.race_records import MOST, MOST_EDGES, SHARES, Solve, band_over_seeds, quantiles, thinned_band
from core.race_table import COLUMNS, race_verdict, rows
from core.remedies import remedies

VIEW = played(race(SMALL, "clip_norm,truncation"), to=8).view()


def with_lanes(view=VIEW, state="finished", **lanes):
    """The view with other numbers: `lane0={...}` for the fields of lane 0."""
    changed = tuple(replace(lane, **lanes.get(f"lane{lane.slot}", {})) for lane in view.lanes)
    return replace(view, state=state, front=400, lanes=changed)


def solves(*updates):
    return {"solved": tuple(None if at is None else Solve(at, at / 100) for at in updates)}


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
    assert len(thin.x) == len(thin.median) <= max(MOST, min(N, MOST))
    assert len(thin.edges) == len(thin.low) == len(thin.high) <= MOST_EDGES
    if N:
        assert (thin.median.min(), thin.median.max()) == (found[:, 2].min(), found[:, 2].max())
        assert (thin.low.min(), thin.high.max()) == (found[:, low].min(), found[:, high].max())
        assert (thin.edges[0], thin.edges[-1]) == (1.0, N)
        assert (np.diff(thin.x) >= 0).all()


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
    assert [row.slot for row in rows(VIEW)] == [0, 1, 2]
    assert len(COLUMNS) == 7


def test_updates_and_seconds_to_solve_are_the_median_with_the_lowest_and_the_highest():
    row = rows(with_lanes(lane1=solves(100, 150, 300)))[1]
    assert (row.solved, row.updates, row.seconds) == ("3 of 3", "150 (100–300)", "1.5 (1–3)")


def test_a_lane_that_has_not_solved_shows_no_number():
    row = rows(with_lanes(lane1=solves(None, None, None)))[1]
    assert (row.solved, row.updates, row.seconds) == ("0 of 3", "–", "–")


def test_seeds_that_diverged_are_counted():
    row = rows(with_lanes(lane1=solves(90, None, None) | {"stopped_at": (None, 4, 9)}))[1]
    assert row.solved == "1 of 3, 2 diverged"


def test_the_cost_of_an_update_is_against_the_baseline_in_the_same_race():
    found = rows(with_lanes(lane0={"seconds": 0.002}, lane1={"seconds": 0.003}, lane2={"seconds": np.nan}))
    assert [row.cost for row in found] == ["2 ms", "1.5 × (3 ms)", "–"]


def test_a_horizon_beyond_the_sequence_says_so():
    found = rows(with_lanes(lane0={"horizon": (4.0, 6.0, 8.0)}, lane1={"horizon": (np.inf, np.inf, 3.0)}))
    assert [row.horizon for row in found][:2] == ["6", "> 10"]


def test_what_a_lane_costs_is_told_for_what_it_has_beside_the_baseline():
    assert rows(VIEW)[0].price == ""
    assert rows(VIEW)[1].price == remedies()["clip_norm"].cost


# -- the sentence -----------------------------------------------------------------------------------------


def test_the_sentence_has_the_numbers_of_every_lane_and_names_the_baseline():
    found = race_verdict(with_lanes(lane0=solves(None, None, None) | {"updates": 400, "title": "SGD"},
                                    lane1=solves(100, 150, 300), lane2=solves(None, None, None)))
    assert found.headline == "A remedy makes the difference"
    assert found.sentence == "Clip norm solved 3 of 3 in 150 updates; truncation: 0 of 3 after 400; the baseline, " \
                             "SGD, 0 of 3 after 400."


def test_as_many_seeds_in_fewer_updates_is_quicker():
    found = race_verdict(with_lanes(lane0=solves(200, 200, 200), lane1=solves(100, 100, 100),
                                    lane2=solves(150, None, None)))
    assert found.headline == "Solved either way, 2.0 times as fast with a remedy"


def test_a_remedy_that_is_no_quicker_makes_no_difference():
    found = race_verdict(with_lanes(lane0=solves(100, 100, 100), lane1=solves(95, 100, 110),
                                    lane2=solves(None, None, None)))
    assert found.headline == "The baseline solves it as well"


def test_a_remedy_that_harms_is_seen():
    found = race_verdict(with_lanes(lane0=solves(100, 100, 100), lane1=solves(90, None, None),
                                    lane2=solves(None, None, None)))
    assert found.headline == "The baseline does best"


def test_where_nothing_solves_it_nobody_wins():
    nothing = solves(None, None, None)
    found = race_verdict(with_lanes(lane0=nothing, lane1=nothing, lane2=nothing))
    assert found.headline == "No lane solved it in these updates"


def test_a_baseline_that_diverged_on_every_seed_says_when():
    found = race_verdict(played(race(WILD, CLIPPED)).view())
    assert found.headline == "The baseline diverged"
    assert "diverged on all 3 by update 3" in found.sentence


@pytest.mark.parametrize("state", ["ready", "playing", "paused", "finished"])
def test_no_sentence_has_a_nan_or_says_cannot(state):
    sentence = race_verdict(replace(VIEW, state=state)).sentence
    assert "nan" not in sentence
    assert "cannot" not in sentence


def test_a_race_before_its_first_update_says_who_races():
    found = race_verdict(race(SMALL, "clip_norm", seeds=(4,)).view())
    assert found.sentence == "1 lane beside the baseline, base; 1 seed each."


def test_the_baseline_alone_is_no_contest():
    alone = Experiment.from_values({**SMALL.values(), "steps": 3})
    assert race_verdict(played(race(alone, "")).view()).headline == "The baseline alone"
