"""One lane by itself, on records that are made up: where it stands, and what of it is shown. What it computes is
compared with runs alone in test_race.py."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import core.topics.race.lane as module
from core.topics.race.first_look import FirstLooks
from core.topics.race.lag_norms import FEW_LAGS, MOST_LAGS
from core.topics.race.lane import CLOCKED, FEW, RECENT, Advance, Lane
from core.topics.race.records import Solve
from core.training.experiment import Experiment
from core.training.record import StepRecord
from core.training.solved import SETTLED
from tests.helpers.races import SMALL, trained

STEPS = 40
E = Experiment.from_values({"n_hidden": 2, "seq_len": 3, "batch": 1, "steps": STEPS})


TWO = ((0.0, 2.0), (1.0, 0.0))  # ||W'W - I||_F = 3


def record(step, loss=0.5, *, grad_norm=0.1, accuracy=0.5, stopped=None, W=TWO, log10=(-1.0, -2.0)):
    return StepRecord(step=step, loss=loss, grad_norm=grad_norm, clipped_norm=grad_norm, log10_dL_dh=np.array(log10),
                      log10_dL_dh_full=None, W_hh=np.array(W), accuracy=accuracy, seconds=9.0, stopped=stopped)


def lane(seeds=3, *, until_solved=False, experiment=E):
    return Lane(2, "its title", experiment, range(seeds), until_solved)


def given(made, *updates, alone=0.25):
    """Each update a list of the records of all seeds, or of their fields."""
    for one in updates:
        made.take(Advance([record(made.updates + 1, **more) for more in one], alone))
    return made


STOPPED = {"stopped": "loss is inf at update 2"}
RIGHT = {"accuracy": 1.0}


# -- what is kept of an update -----------------------------------------------------------------------------------------


def test_the_curves_are_medians_with_their_ends_of_loss_and_of_the_gradient_s_decade():
    made = given(lane(), [{"loss": 3.0, "grad_norm": 10.0}, {"loss": 1.0, "grad_norm": 0.01}, {"loss": 2.0}])
    seen = made.view("range")
    assert (seen.loss.median.tolist(), seen.loss.low.tolist(), seen.loss.high.tolist()) == ([2.0], [1.0], [3.0])
    assert (seen.grad_norm.median[0], seen.grad_norm.low[0], seen.grad_norm.high[0]) == (-1.0, -2.0, 1.0)
    quarter = made.view("quartiles")
    assert (quarter.loss.low[0], quarter.loss.high[0], quarter.grad_norm.low[0]) == (1.5, 2.5, -1.5)


def test_a_seed_that_has_left_the_finite_numbers_counts_as_infinite_and_a_gradient_of_0_as_minus_infinite():
    made = given(lane(), [{"loss": 7.0, **STOPPED}, {"loss": 2.0, "grad_norm": 0.0}, {"loss": 3.0}])
    seen = made.view("range")
    assert (seen.loss.low[0], seen.loss.median[0], seen.loss.high[0]) == (2.0, 3.0, np.inf)
    assert (seen.grad_norm.low[0], seen.grad_norm.median[0], seen.grad_norm.high[0]) == (-np.inf, -1.0, np.inf)


def test_what_is_drawn_over_the_steps_is_the_last_update_s_and_nothing_where_a_seed_has_none():
    made = lane(2)
    assert made.view("range").dL_dh.x.size == 0
    given(made, [{"log10": (-5.0, -6.0)}] * 2, [{"log10": (-1.0, -2.0)}, {"log10": (-3.0, -np.inf)}])
    seen = made.view("range")
    assert (seen.dL_dh.x.tolist(), seen.dL_dh.median.tolist()) == ([1.0, 2.0], [-2.0, -np.inf])
    assert seen.dL_dc is None
    made.take(Advance([replace(record(3), log10_dL_dc=np.array([-4.0])), replace(record(3), log10_dL_dc=None)], 0.1))
    assert made.view("range").dL_dc is None
    made.take(Advance([replace(record(4), log10_dL_dc=np.array([value])) for value in (-4.0, -2.0)], 0.1))
    assert made.view("range").dL_dc.median.tolist() == [-3.0]


# -- where it stands ---------------------------------------------------------------------------------------------------


def test_a_lane_races_until_its_updates_are_made():
    made = lane(1)
    for _ in range(STEPS - 1):
        given(made, [{}])
    assert (made.state, made.view("range").alive) == ("racing", True)
    given(made, [{}])
    assert (made.state, made.view("range").alive) == ("finished", False)


def test_a_seed_stops_at_its_first_update_that_is_not_finite_and_the_lane_with_the_last_of_them():
    made = given(lane(2), [{}, {}], [STOPPED, {}])
    assert (made.state, made.view("range").stopped_at) == ("racing", (2, None))
    given(made, [STOPPED, {}], [STOPPED, STOPPED])
    assert (made.state, made.view("range").stopped_at) == ("diverged", (2, 4))


@pytest.mark.parametrize(("until_solved", "state"), [(True, "solved"), (False, "racing")])
def test_a_lane_is_solved_when_each_seed_is_and_only_where_that_is_asked(until_solved, state):
    made = given(lane(2, until_solved=until_solved), *[[RIGHT, {}]] * SETTLED)
    assert made.state == "racing"
    given(made, *[[RIGHT, RIGHT]] * (SETTLED - 2))  # 95 % of the last ones: not more
    assert (made.state, made._solved[1]) == ("racing", None)
    given(made, [RIGHT, RIGHT])
    assert made.state == state
    assert [solve.update for solve in made._solved] == [SETTLED, 2 * SETTLED - 1]


@pytest.mark.parametrize(("until_solved", "state"), [(True, "over"), (False, "racing")])
def test_a_lane_is_over_where_some_seeds_are_solved_and_all_others_have_stopped(until_solved, state):
    made = given(lane(2, until_solved=until_solved), *[[RIGHT, {}]] * SETTLED, [RIGHT, STOPPED])
    assert made.state == state


def test_a_seed_that_is_solved_stays_solved_at_the_update_where_it_was():
    made = given(lane(1), *[[RIGHT]] * SETTLED, *[[{"accuracy": 0.0}]] * 3, *[[RIGHT]] * 17)
    assert [solve.update for solve in made._solved] == [SETTLED]


def test_a_seed_that_has_stopped_is_not_judged():
    made = given(lane(1, until_solved=True), *[[RIGHT]] * (SETTLED - 1), [RIGHT | STOPPED])
    assert (made.state, made._solved) == ("diverged", [None])


def test_a_lane_that_cannot_be_computed_ends_one_update_on_with_its_reason_for_every_seed():
    made = given(lane(2), [{}, {}], [STOPPED, {}])
    made.fail("no SVD")
    seen = made.view("range")
    assert (seen.state, seen.failed, seen.updates) == ("diverged", "no SVD", 2)
    assert seen.stopped_at == (2, 3)


def test_a_lane_without_an_update_has_not_stopped_though_its_first_measurement_is_not_finite():
    made = lane(1)
    made.records = [record(1, **STOPPED)]
    assert made.view("range").stopped_at == (None,)
    assert made.state == "racing"


def test_a_view_carries_what_the_lane_is_called_and_what_it_runs():
    seen = lane().view("range")
    assert (seen.slot, seen.title, seen.experiment, seen.updates) == (2, "its title", E, 0)
    assert (seen.solved, seen.stopped_at, seen.failed) == ((None,) * 3, (None,) * 3, None)
    assert (seen.flow.x.size, seen.horizon) == (0, ())
    assert np.isnan(seen.seconds)


# -- what an update costs ----------------------------------------------------------------------------------------------


def test_the_cost_is_the_median_of_the_last_updates_once_there_are_a_few():
    made = lane(1)
    for at in range(1, FEW):
        given(made, [{}], alone=float(at))
        assert np.isnan(made.view("range").seconds)
    given(made, [{}], alone=10.0)
    assert made.view("range").seconds == 2.0
    given(made, [{}], alone=np.nan)
    assert made.view("range").seconds == 2.0
    given(made, *[[{}]] * RECENT, alone=0.5)
    assert made.view("range").seconds == 0.5


def test_the_time_to_solve_is_that_of_the_updates_until_then():
    """Of one seed: its own. Of seeds that share their passes: so many times the median."""
    one = lane(1)
    for at in range(SETTLED + 2):
        given(one, [RIGHT], alone=float(at))
    assert one.view("range").solved == (Solve(SETTLED, sum(range(SETTLED))),)
    several = lane(2)
    for at in range(SETTLED):
        given(several, [RIGHT, {}], alone=float(at) if at < 4 else np.nan)
    assert several.view("range").solved == (Solve(SETTLED, SETTLED * 1.5), None)


def ticking(monkeypatch, *, share, seconds=6.0):
    """Every look at the clock is `seconds` after the last one."""
    now = [0.0]

    def clock():
        now[0] += seconds
        return now[0]
    monkeypatch.setattr(module, "clock", clock)
    made = lane(3)
    made.__dict__["replicas"] = SimpleNamespace(update=lambda: [record(1)] * 3, share_passes=share)
    return made


def test_seeds_that_share_nothing_cost_an_even_part_each_of_those_that_go_on(monkeypatch):
    made = ticking(monkeypatch, share=False)
    assert made.advance().alone == 2.0
    given(made, [STOPPED, {}, {}])
    assert made.advance().alone == 3.0
    given(made, [STOPPED] * 3)
    assert np.isnan(made.advance().alone)


def test_seeds_that_share_their_passes_are_clocked_on_one_network_for_the_first_updates(monkeypatch):
    made = ticking(monkeypatch, share=True)
    for _ in range(CLOCKED):
        found = made.advance()
        assert found.alone == 6.0
        made.take(found)
    assert np.isnan(made.advance().alone)
    assert made._clock is None


def test_the_network_that_is_clocked_is_the_first_seed_s_and_a_stopped_update_is_no_cost(monkeypatch):
    made, seeds = ticking(monkeypatch, share=True), []
    made.seeds = (7, 8, 9)
    monkeypatch.setattr(module, "Trainer", lambda experiment: seeds.append(experiment.recurrence.seed) or
                        SimpleNamespace(update=lambda: record(1, **STOPPED)))
    assert np.isnan(made.advance().alone)
    made.advance()
    assert seeds == [7]


# -- how far back it reaches -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("T", "most", "lags"), [
    (3, MOST_LAGS, [1, 2, 3]), (200, FEW_LAGS, None), (200, MOST_LAGS, None), (96, MOST_LAGS, list(range(1, 97)))])
def test_the_lags_are_evenly_spread_from_the_first_to_the_last(T, most, lags):
    made = lane(1, experiment=E.changed(seq_len=T))
    made.take(made.advance())
    found = made.reach(most)
    assert (found.lags[0], found.lags[-1], len(found.lags)) == (1, T, min(T, most))
    assert lags is None or found.lags.tolist() == lags
    assert max(np.diff(found.lags)) - min(np.diff(found.lags)) <= 1


def test_the_reach_is_that_of_the_seeds_that_go_on():
    made = lane(3, experiment=SMALL)
    made.take(made.advance())
    whole = made.reach(MOST_LAGS)
    made._stopped_at[1] = 1
    found = made.reach(MOST_LAGS)
    assert (whole.norms.shape, found.norms.shape) == ((3, 10), (2, 10))
    np.testing.assert_array_equal(found.norms, whole.norms[[0, 2]])
    assert found.horizon == (whole.horizon[0], whole.horizon[2])
    assert made.view("range").flow.x.size == 0  # nothing is stored by looking
    made.take_reach(found)
    seen = made.view("quartiles")
    np.testing.assert_allclose(seen.flow.median, found.norms.mean(axis=0), rtol=1e-12)
    assert (seen.flow.x.tolist(), seen.horizon) == (list(range(1, 11)), found.horizon)


def test_where_no_seed_goes_on_there_is_no_reach():
    made = lane(2)
    made.take(made.advance())
    made._stopped_at = [1, 1]
    found = made.reach(MOST_LAGS)
    assert (found.lags.size, found.norms.size, found.horizon) == (0, 0, ())


def test_the_first_look_is_at_the_first_seed_s_initial_network_and_shared_where_it_is_the_same():
    known, seen = FirstLooks(), []
    for values in ({}, {"clip_norm": True}, {"lstm": True}):
        made = Lane(1, "", SMALL.changed(seed=5, **values), (8, 9), False)
        found = made.preview(known)
        assert made.records == []  # nothing is stored by looking
        made.take_preview(found)
        seen.append(made)
    first, same, other = seen
    assert same._reach is first._reach
    assert other._reach is not first._reach
    (expected,) = trained(SMALL, 8, 1)
    assert [one.loss for one in first.records] == [expected.loss]


def test_a_first_look_that_is_not_finite_shows_nothing_and_is_not_shared():
    wild = Experiment.from_values({"n_hidden": 2, "seq_len": 1000, "batch": 1, "activation": "elu", "rho": 2.0,
                                   "shape": "identity", "bias": 3.0, "dtype": "float32"})
    made = Lane(1, "", wild, (0,), False)
    made.take_preview(made.preview(FirstLooks()))
    assert (made._reach.lags.size, len(made.records), made.rough) == (0, 1, False)


# -- what is orthogonal ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("remedy", ["orthogonal_init", "orthogonal_kept"])
def test_how_far_from_orthogonal_it_is_is_the_farthest_seed_s(remedy):
    made = lane(2, experiment=E.changed(**{remedy: True}))
    assert made.view("range").orthogonality is None
    given(made, [{"W": ((1.0, 0.0), (0.0, 1.0))}, {"W": TWO}])
    assert made.view("range").orthogonality == 3.0
    assert given(lane(2), [{}, {}]).view("range").orthogonality is None
