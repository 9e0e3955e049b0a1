"""Lanes side by side: each is the run that its experiment gives alone, whatever happens in the others."""

import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import core.topics.race.lane
from core.specs.recurrence import SEED_MAX
from core.tasks.base import tasks
from core.topics.jacobians.products import log10_product_norms
from core.topics.race.entrants import seeds_from
from core.topics.race.entries import lane_experiment
from core.topics.race.lag_norms import FEW_LAGS, MOST_LAGS
from core.topics.race.lane import CLOCKED, Lane
from core.topics.race.race import Race
from core.training.course import Course
from core.training.experiment import Experiment
from core.training.solved import SETTLED, solved
from core.training.trainer import Trainer
from tests.helpers.races import CLIPPED, SEEDS, SMALL, WILD, entrants, losses, played, race, trained
from tests.helpers.waiting import wait_until

ENDLESS = replace(SMALL, training=replace(SMALL.training, steps=20000))


def lane(made, slot):
    return next(one for one in made.view().lanes if one.slot == slot)


def test_a_new_race_is_ready_and_shows_the_initial_networks():
    view = race().view()
    assert (view.state, view.front, view.settled) == ("ready", 0, True)
    assert all(len(one.dL_dh.median) == len(one.flow.median) == 10 for one in view.lanes)


def test_a_new_race_shows_of_each_lane_what_its_experiment_gives_alone():
    """Lanes with the same network share what was measured on it; those with another leak, gate or matrix do not."""
    view = race(lanes="clip_norm,leaky,orthogonal_init,lstm,truncation+truncation_k2=3,leaky+leaky_fastest=0.5").view()
    for one in view.lanes:
        trainer = Trainer(one.experiment)
        record = trainer.measure()
        lags = one.flow.x.astype(int)
        np.testing.assert_array_equal(one.flow.median, log10_product_norms(trainer.jacobians(1), lags))
        np.testing.assert_array_equal(one.dL_dh.median, record.log10_dL_dh)
    flows = [one.flow.median for one in view.lanes]
    assert [np.array_equal(flow, flows[0]) for flow in flows] == [True, True, False, False, False, True, False]


@pytest.mark.parametrize("slot", [0, 1])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_lane_is_the_run_that_its_experiment_gives_alone(slot, seed):
    made = played(race(lanes="clip_norm+clip_norm_threshold=0.05", seeds=(seed,)))
    alone = trained(lane(made, slot).experiment, seed, 30)
    assert losses(made, slot) == [record.loss for record in alone]


def test_the_median_is_over_the_seeds():
    made = played(race())
    alone = [[record.loss for record in trained(SMALL, seed, 30)] for seed in SEEDS]
    np.testing.assert_array_equal(losses(made, 0), np.median(alone, axis=0))
    np.testing.assert_array_equal(lane(made, 0).loss.low, np.min(alone, axis=0))
    np.testing.assert_array_equal(lane(made, 0).loss.high, np.max(alone, axis=0))


def test_all_lanes_have_the_same_network_and_the_same_batches():
    """Clipping changes nothing before the first update, so that the first loss is the same number."""
    made = played(race(lanes="clip_norm+clip_norm_threshold=0.01,truncation"), to=1)
    assert len({losses(made, slot)[0] for slot in (0, 1, 2)}) == 1


def test_lanes_that_play_stand_at_the_same_update():
    made = race(ENDLESS, lanes="clip_norm,truncation")
    made.play()
    wait_until(lambda: made.front > 5)
    apart = []
    for _ in range(50):
        updates = [one.updates for one in made.view().lanes]
        apart.append(max(updates) - min(updates))
    made.pause()
    assert max(apart) <= 1


def stopped(stop):
    """A race in the midst of its updates that `stop` has brought to rest."""
    made = race(ENDLESS)
    made.play()
    wait_until(lambda: made.front > 3)
    stop(made)
    wait_until(lambda: made.settled)
    return made


def test_a_race_that_is_paused_makes_no_more_updates():
    made = stopped(Race.pause)
    front = made.front
    made._thread.join(60)
    assert (made.state, made._thread.is_alive(), made.front) == ("paused", False, front)


@pytest.mark.parametrize("slot", [0, 1, 2])
def test_a_race_that_is_paused_in_the_midst_of_an_update_makes_it_in_every_lane(monkeypatch, slot):
    made = race(ENDLESS, lanes="clip_norm,truncation")
    one, advance = made._lanes[slot], made._lanes[slot].advance

    def advance_and_pause():
        if one.updates == 4:
            made.pause()
        return advance()

    monkeypatch.setattr(one, "advance", advance_and_pause)
    made.play()
    wait_until(lambda: made.settled)
    assert (made.state, [lane.updates for lane in made.view().lanes]) == ("paused", [5, 5, 5])


def test_a_pause_does_not_wait_for_a_lane_that_catches_up():
    made = played(race(ENDLESS, lanes="clip_norm"), to=12)
    made.apply(entrants(ENDLESS, "clip_norm,truncation"), SEEDS, False)
    late = made._lanes[2]
    advance = late.advance
    late.advance = lambda: (made.pause(), advance())[1]
    made.play()
    wait_until(lambda: made.settled)
    assert [lane.updates for lane in made.view().lanes] == [12, 12, 1]


def test_a_race_that_is_paused_and_resumed_at_once_makes_every_update_once():
    """The thread that makes the update under way goes on: the curves are those of a race that was left alone."""
    made = race(replace(SMALL, training=replace(SMALL.training, steps=25)))
    made.play()
    while made.state != "finished":
        made.pause()
        made.play()
    wait_until(lambda: made.settled)
    alone = played(race(replace(SMALL, training=replace(SMALL.training, steps=25))))
    assert [losses(made, slot) for slot in (0, 1)] == [losses(alone, slot) for slot in (0, 1)]


def test_a_race_that_was_paused_goes_on_where_it_was():
    made = played(race(), to=11)
    assert (made.state, made.front) == ("paused", 11)
    played(made)
    assert losses(made, 1) == losses(played(race()), 1)


def test_a_step_is_one_update_of_every_lane():
    made = race()
    made.step()
    wait_until(lambda: made.settled)
    assert [one.updates for one in made.view().lanes] == [1, 1]
    assert made.state == "paused"


def test_a_step_is_waited_for_and_not_for_ever():
    made, waited = race(ENDLESS), []
    made.play = lambda to: waited.append(to)
    made._thread = SimpleNamespace(join=waited.append)
    made.step()
    assert waited == [1, 1.0]  # the update, and seconds


def test_a_session_that_went_away_leaves_the_race_as_a_pause_does():
    made = stopped(Race.suspend)
    assert (made.state, made.deed) == ("paused", "go on")


def test_a_race_ends_with_its_updates():
    made = played(race())
    assert (made.state, made.front) == ("finished", 30)


def test_a_lane_that_joins_late_begins_at_update_1_and_catches_up():
    made = played(race(lanes="truncation"), to=12)
    made.apply(entrants(SMALL, "truncation,clip_norm"), SEEDS, False)
    assert [one.updates for one in made.view().lanes] == [12, 12, 0]
    played(made, to=13)
    assert [one.updates for one in made.view().lanes] == [13, 13, 13]
    played(made)
    together = played(race(lanes="truncation,clip_norm"))
    assert losses(made, 2) == losses(together, 2)


def test_a_lane_that_joins_leaves_the_others_as_they_were():
    made = played(race(lanes="truncation"), to=12)
    made.apply(entrants(SMALL, "truncation,clip_norm"), SEEDS, False)
    assert losses(played(made), 1) == losses(played(race(lanes="truncation")), 1)


def test_a_lane_that_joins_while_the_race_is_on_catches_up():
    made = race(ENDLESS, lanes="truncation", pace="20")
    made.play()
    wait_until(lambda: made.front >= 5)
    made.apply(entrants(ENDLESS, "truncation,clip_norm"), SEEDS, False)
    wait_until(lambda: made.view().lanes[-1].updates >= 5)
    made.pause()
    updates = [one.updates for one in made.view().lanes]
    assert max(updates) - min(updates) <= 1


def test_a_lane_that_is_removed_leaves_the_others_their_places():
    made = played(race(lanes="truncation,clip_norm"), to=5)
    made.apply(entrants(SMALL, ",clip_norm"), SEEDS, False)
    assert [(one.slot, one.updates) for one in made.view().lanes] == [(0, 5), (2, 5)]


def test_a_lane_whose_settings_change_begins_anew_and_the_others_go_on():
    made = played(race(lanes="truncation,clip_norm"), to=5)
    made.apply(entrants(SMALL, "truncation+truncation_k2=3,clip_norm"), SEEDS, False)
    assert [one.updates for one in made.view().lanes] == [5, 0, 5]


def test_more_updates_need_no_new_beginning():
    made = played(race())
    longer = replace(SMALL, training=replace(SMALL.training, steps=40))
    made.apply(entrants(longer, "clip_norm"), SEEDS, False)
    assert (made.state, made.front) == ("paused", 30)
    assert losses(played(made), 1) == losses(played(race(longer)), 1)


def test_other_seeds_begin_anew():
    made = played(race(), to=5)
    made.apply(entrants(SMALL, "clip_norm"), (7, 8), False)
    assert [one.updates for one in made.view().lanes] == [0, 0]
    assert made.view().seeds == (7, 8)


@pytest.mark.parametrize("until_solved", [True, False])
def test_a_reset_leaves_open_or_not_whether_lanes_stop_as_it_was(until_solved):
    made = race(lanes="clip_norm,lstm", until_solved=until_solved)
    before = [(one.slot, one.title, one.experiment, one.until_solved) for one in made._lanes]
    made.reset()
    assert [(one.slot, one.title, one.experiment, one.until_solved) for one in made._lanes] == before
    assert before[0][3] is until_solved


def test_reset_gives_the_same_race_again():
    made = played(race())
    before = losses(made, 1)
    made.reset()
    assert (made.state, made.front) == ("ready", 0)
    assert losses(played(made), 1) == before


def test_a_lane_that_diverges_stays_as_diverged_with_its_finite_updates():
    made = played(race(WILD, lanes=CLIPPED))
    wild = lane(made, 0)
    assert (wild.state, wild.updates) == ("diverged", max(wild.stopped_at))
    assert wild.updates < made.front == 25
    assert np.isfinite(wild.loss.median[0])


def test_a_lane_that_diverges_does_not_disturb_the_others():
    """The clipped lane's numbers are those of a race without the one that diverges."""
    clipped = lane_experiment(WILD, (("clip_norm", True), ("clip_norm_threshold", 0.01)))
    with_it, without = played(race(WILD, lanes=CLIPPED)), played(race(clipped, lanes=""))
    assert lane(with_it, 1).state == "finished"
    assert losses(with_it, 1) == losses(without, 0)


def test_a_lane_whose_update_cannot_be_computed_ends_with_the_reason(monkeypatch):
    made = race(lanes="clip_norm")
    broken = made._lanes[1]

    def fails():
        raise np.linalg.LinAlgError("did not converge")

    monkeypatch.setattr(broken, "advance", fails)
    played(made)
    assert (lane(made, 1).state, lane(made, 0).state, made.state) == ("diverged", "finished", "finished")
    assert lane(made, 1).failed.text == "the update could not be computed: did not converge"
    assert (lane(made, 1).updates, lane(made, 1).stopped_at) == (0, (1, 1, 1))


EASY = Experiment.from_values({"n_hidden": 16, "seq_len": 5, "batch": 32, "angle": 180.0, "optimizer": "adam",
                               "lr": 0.01, "steps": 200, "task": "recall"})


def test_a_seed_is_solved_at_the_update_that_the_rule_says():
    made = played(race(EASY, lanes="", until_solved=True))
    for seed, found in zip(SEEDS, lane(made, 0).solved, strict=True):
        records = trained(EASY, seed, found.update)
        loss, accuracy = [r.loss for r in records], [r.accuracy for r in records]
        at = next(n for n in range(SETTLED, len(records) + 1) if solved(tasks()["recall"], loss[:n], accuracy[:n]))
        assert found.update == at


def watched(monkeypatch):
    """What `Lane.take` is given, in order."""
    kept, take = [], Lane.take
    monkeypatch.setattr(Lane, "take", lambda self, made: (kept.append(made), take(self, made)))
    return kept


def test_the_seconds_to_solve_are_those_of_the_seed_s_own_updates(monkeypatch):
    made, kept = race(EASY, lanes="", until_solved=True, seeds=(1,)), watched(monkeypatch)
    (found,) = lane(played(made), 0).solved
    assert found.seconds == pytest.approx(sum(one.alone for one in kept[:found.update]), rel=1e-12)


def test_seeds_that_share_their_passes_solve_in_the_time_of_as_many_updates_made_alone(monkeypatch):
    made, kept = race(EASY, lanes="", until_solved=True), watched(monkeypatch)
    played(made)
    each = np.median([one.alone for one in kept[:CLOCKED]])
    for found in lane(made, 0).solved:
        assert found.seconds == pytest.approx(found.update * each, rel=1e-12)
    assert all(np.isnan(one.alone) for one in kept[CLOCKED:])


@pytest.mark.parametrize("seeds", [(0,), (0, 1), (0, 1, 2, 3, 4)])
def test_what_an_update_costs_does_not_depend_on_how_many_seeds_there_are(monkeypatch, seeds):
    """By a clock that goes on by one with every forward pass of a network, and of all seeds that share one by as many
    as there are. A solver's update makes more than one."""
    ticks = [0]
    monkeypatch.setattr(core.topics.race.lane, "clock", lambda: float(ticks[0]))

    measure = Course.measure

    def counted(course, **more):
        ticks[0] += 1 if course.network.theta.ndim == 1 else len(course.network.theta)
        return measure(course, **more)

    monkeypatch.setattr(Course, "measure", counted)
    made = played(race(EASY, lanes="clip_norm,hessian_free,orthogonal_kept", seeds=seeds), to=4)
    assert [one.seconds for one in made.view().lanes] == [1.0] * 4


def test_the_clock_of_a_race_is_that_of_its_thread():
    """What sleeps costs nothing; what computes does."""
    began = core.topics.race.lane.clock()
    time.sleep(0.05)
    assert core.topics.race.lane.clock() - began < 0.02
    began, wall = core.topics.race.lane.clock(), time.perf_counter()
    while core.topics.race.lane.clock() - began < 0.01 and time.perf_counter() - wall < 10.0:
        np.linalg.svd(np.eye(40))
    assert core.topics.race.lane.clock() - began >= 0.01


def test_a_lane_that_has_solved_on_every_seed_stops_if_asked_to():
    made = played(race(EASY, lanes="clip_norm", until_solved=True))
    ends = [max(solve.update for solve in one.solved) for one in made.view().lanes]
    assert [one.updates for one in made.view().lanes] == ends
    assert {one.state for one in made.view().lanes} == {"solved"}


def test_a_lane_goes_on_after_it_has_solved_if_asked_to():
    made = played(race(EASY, lanes="", until_solved=False))
    assert lane(made, 0).updates == 200
    assert all(lane(made, 0).solved)


@pytest.mark.parametrize(("rho", "lag"), [(0.8, 31), (0.5, 10), (0.95, np.inf)])
def test_the_horizon_of_a_linear_orthogonal_network_is_the_lag_at_which_rho_to_it_falls_below_a_thousandth(rho, lag):
    """||dh_T/dh_{T-l}|| = rho^l exactly: ceil(3 / -log10 rho)."""
    linear = Experiment.from_values({"n_hidden": 4, "seq_len": 40, "batch": 2, "activation": "linear", "rho": rho,
                                     "angle": 180.0})
    assert lane(race(linear, lanes=""), 0).horizon == (lag,)


def test_the_flow_that_rests_is_that_of_the_last_update_at_every_lag():
    made = played(race(seeds=(3,)), to=7)
    alone = Trainer(replace(SMALL, recurrence=replace(SMALL.recurrence, seed=3)))
    for _ in range(7):
        alone.update()
    np.testing.assert_array_equal(lane(made, 0).flow.median, log10_product_norms(alone.jacobians(1)))


def test_how_far_back_it_reaches_is_measured_now_and_then_at_few_lags_while_it_plays(monkeypatch):
    """By a clock of seconds: what takes 3 s is not done again before 20 more have gone by, 3 of them 15 %."""
    made, now, asked = race(SMALL.changed(seq_len=40), lanes=""), [100.0], []
    (one,) = made._lanes
    one.take(one.advance())
    reach = one.reach
    monkeypatch.setattr("core.topics.race.race.time.monotonic", lambda: now[0])
    monkeypatch.setattr(one, "reach", lambda most: (asked.append((now[0], most)), now.append(now.pop() + 3.0),
                                                    reach(most))[-1])
    for at in (100.0, 122.9, 123.0, 145.0, 146.0):
        now[0] = at
        made._follow(one)
    assert asked == [(100.0, 16), (123.0, 16), (146.0, 16)]
    assert (len(lane(made, 0).flow.x), made._slot._busy) == (16, False)
    made._thread = threading.current_thread()
    made._settle()
    assert (asked[3:], len(lane(made, 0).flow.x)) == ([(146.0 + 3.0, 96)], 40)


def test_a_race_that_has_been_resumed_is_not_measured_by_the_thread_that_left_it(monkeypatch):
    made = played(race(), to=3)
    monkeypatch.setattr(made._lanes[0], "reach", lambda most: pytest.fail("measured"))
    made._settle()  # of another thread than the one that plays


def test_only_lanes_with_an_update_are_measured_when_it_rests(monkeypatch):
    made, asked = played(race(lanes="clip_norm"), to=2), []
    made.apply(entrants(SMALL, "clip_norm,l2"), SEEDS, False)
    for one in made._lanes:
        monkeypatch.setattr(one, "reach", lambda most, one=one: asked.append(one.slot))
        monkeypatch.setattr(one, "take_reach", lambda found: None)
    made._thread = threading.current_thread()
    made._settle()
    assert asked == [0, 1]


@pytest.mark.parametrize("seeds", [(0,), (0, 1)])
def test_the_cost_of_an_update_is_the_median_of_those_that_were_measured(monkeypatch, seeds):
    made, kept = race(lanes="", seeds=seeds), watched(monkeypatch)
    played(made, to=10)
    assert lane(made, 0).seconds == pytest.approx(np.median([one.alone for one in kept]), rel=1e-12)


def test_the_cost_is_not_told_before_a_few_updates():
    made = race(lanes="clip_norm")
    for to in (1, 2, 3):
        known = np.isfinite([one.seconds for one in played(made, to).view().lanes])
        assert known.all() == known.any() == (to == 3)


def test_the_last_seed_there_is_is_followed_by_the_first():
    assert seeds_from(SEED_MAX, 3) == (SEED_MAX, 0, 1)
    assert seeds_from(SEED_MAX - 1, 2) == (SEED_MAX - 1, SEED_MAX)
    assert SEED_MAX == 2147483647


def test_w_transposed_w_minus_i_is_told_for_a_lane_that_is_about_it():
    made = played(race(lanes="orthogonal_kept,clip_norm"), to=5)
    assert lane(made, 1).orthogonality < 1e-8
    assert lane(made, 2).orthogonality is None


def test_the_memory_of_an_lstm_has_its_own_gradient():
    made = played(race(lanes="lstm"), to=2)
    assert len(lane(made, 1).dL_dc.median) == 10
    assert lane(made, 0).dL_dc is None


@pytest.mark.slow
def test_what_a_view_carries_does_not_grow_with_the_race():
    quick = Experiment.from_values({"n_hidden": 2, "seq_len": 5, "batch": 1, "steps": 1500})
    made = played(race(quick, lanes="", seeds=(0,)))
    found = lane(made, 0).loss
    assert lane(made, 0).updates == 1500
    assert len(found.x) <= 240
    assert len(found.edges) <= 80


# -- what its button does ----------------------------------------------------------------------------------------------


def test_the_button_of_a_race_says_what_it_will_do():
    made = race(ENDLESS)
    assert made.deed == "race"
    made.play()
    assert made.deed == "pause"
    made.pause()
    wait_until(lambda: made.settled)
    assert made.deed == "go on"
    ended = played(race())
    assert (ended.state, ended.deed) == ("finished", "race again")


def test_a_race_that_is_raced_again_is_the_same_from_its_beginning():
    made = played(race())
    before = losses(made, 1)
    made.do("race again")
    wait_until(lambda: made.settled)
    assert (made.state, made.front, losses(made, 1)) == ("finished", 30, before)


def test_pause_and_go_on_do_what_they_say_and_nothing_twice():
    made = race(ENDLESS)
    made.do("race")
    wait_until(lambda: made.front > 2)
    made.do("pause")
    wait_until(lambda: made.settled)
    front = made.front
    for late in ("pause", "race", "race again", ""):
        made.do(late)
        assert (made.state, made.front) == ("paused", front)
    made.do("go on")
    wait_until(lambda: made.front > front)
    made.pause()


def test_entrants_that_take_too_much_memory_begin_nothing_and_say_so(monkeypatch):
    made = played(race(ENDLESS), to=3)
    monkeypatch.setattr("core.live.host.allowed_bytes", lambda: 1e6)
    made.apply(entrants(ENDLESS, "clip_norm,lstm"), SEEDS, False)
    assert made.refused
    assert "\n" not in made.refused
    assert made.deed == ""
    made.play()
    assert (made.state, [one.updates for one in made.view().lanes]) == ("paused", [3, 3, 0])
    monkeypatch.undo()
    made.apply(entrants(ENDLESS, "clip_norm,lstm"), SEEDS, False)
    assert (made.refused, made.deed) == (None, "go on")
    assert len(lane(made, 2).dL_dh.median) == 10  # measured now that it may


def test_a_race_that_is_on_pauses_where_its_new_entrants_take_too_much_memory(monkeypatch):
    made = race(ENDLESS)
    made.play()
    wait_until(lambda: made.front > 2)
    monkeypatch.setattr("core.live.host.allowed_bytes", lambda: 1e6)
    made.apply(entrants(ENDLESS, "clip_norm,lstm"), SEEDS, False)
    wait_until(lambda: made.settled)
    assert made.state == "paused"
    assert lane(made, 2).updates == 0


def test_entrants_that_are_applied_anew_begin_anew_though_they_are_the_same():
    made = played(race(), to=5)
    made.apply(entrants(SMALL, "clip_norm"), SEEDS, False, anew=True)
    assert (made.state, [one.updates for one in made.view().lanes]) == ("ready", [0, 0])
    made.apply(entrants(SMALL, "clip_norm"), SEEDS, False)
    assert made.state == "ready"


def test_more_updates_than_there_are_end_the_race_and_a_step_after_it_makes_none():
    made = played(race())
    made.step()
    assert (made.state, made.front) == ("finished", 30)
    made.play(to=31)
    assert (made.state, made.front) == ("finished", 30)


def test_each_lane_is_measured_once_before_its_first_update_and_none_while_it_plays_or_is_refused(monkeypatch):
    """A page applies what it shows at every picture."""
    made, seen = race(lanes="clip_norm"), []
    preview = Lane.preview
    monkeypatch.setattr(Lane, "preview", lambda self, known: (seen.append(self.slot), preview(self, known))[1])

    def measured(lanes):
        seen.clear()
        made.apply(entrants(SMALL, lanes), SEEDS, False)
        return seen

    assert measured("clip_norm") == []
    assert measured("clip_norm,lstm") == [2]
    monkeypatch.setattr(made, "state", "playing")
    assert measured("clip_norm,lstm,gru") == []
    monkeypatch.setattr(made, "state", "paused")
    monkeypatch.setattr(made, "_rests", False)  # the update under way may be that lane's first
    assert measured("clip_norm,lstm,gru") == []
    monkeypatch.setattr(made, "_rests", True)
    assert measured("clip_norm,lstm,gru") == [3]
    monkeypatch.setattr("core.live.host.allowed_bytes", lambda: 1e6)
    assert measured("clip_norm,lstm,gru,l2") == []
    monkeypatch.undo()


def test_a_title_that_changes_goes_along_and_begins_nothing():
    made = played(race(), to=4)
    named = [replace(one, title=f"new {one.slot}") for one in entrants(SMALL, "clip_norm")]
    made.apply(named, SEEDS, True)
    assert [(one.title, one.updates) for one in made.view().lanes] == [("new 0", 4), ("new 1", 4)]
    assert all(one.until_solved for one in made._lanes)


def test_a_view_says_how_long_the_race_and_its_sequences_are_and_whose_seeds_run():
    view = race(lanes="clip_norm", seeds=(4, 5)).view()
    assert (view.steps, view.T, view.seeds, view.front) == (30, 10, (4, 5), 0)
    assert [(one.slot, one.title) for one in view.lanes] == [(0, "base"), (1, "clip norm")]
    assert view.baselines.chance == pytest.approx(np.log(4))


def test_the_band_of_a_view_is_the_one_that_is_asked_for():
    made = played(race(seeds=(0, 1, 2, 3)), to=3)
    alone = [[record.loss for record in trained(SMALL, seed, 3)] for seed in range(4)]
    for band, low, high in (("range", 0.0, 1.0), ("quartiles", 0.25, 0.75)):
        seen = made.view(band).lanes[0].loss
        np.testing.assert_allclose(seen.low, np.quantile(alone, low, axis=0), rtol=1e-12)
        np.testing.assert_allclose(seen.high, np.quantile(alone, high, axis=0), rtol=1e-12)


def test_those_who_play_are_counted_by_all():
    made = race(ENDLESS)
    assert made.players == 0
    made.play()
    wait_until(lambda: made.front > 0)
    assert made.players == 1
    made.pause()
    wait_until(lambda: made.settled)
    assert made.players == 0


def test_a_race_that_is_on_does_not_keep_the_server_from_ending():
    made = race(ENDLESS)
    made.play()
    assert {thread.daemon for thread in threading.enumerate() if thread.name == "Race"} == {True}
    made.pause()


# -- when its browser session goes away --------------------------------------------------------------------------------


def measurings(monkeypatch, made, during=lambda: None):
    """The slot and the lags of every ||dh_T/dh_k|| that this race measures from now on; `during` is called in each. The
    race of a test before may be at its own still."""
    found, reach = [], Lane.reach

    def noted(lane, most):
        if lane in made._lanes:
            found.append((lane.slot, most))
            during()
        return reach(lane, most)

    monkeypatch.setattr(Lane, "reach", noted)
    return found


def test_a_race_whose_browser_session_is_gone_measures_all_lags_only_once_it_is_back(monkeypatch):
    made = race(ENDLESS, seeds=(3,))
    measured = measurings(monkeypatch, made)
    made.play()
    wait_until(lambda: made.front > 3)
    made.suspend()
    wait_until(lambda: made.settled)
    front = made.front
    assert (made.state, {most for _, most in measured}) == ("paused", {FEW_LAGS})

    del measured[:]
    made.apply(entrants(ENDLESS, "clip_norm"), (3,), False)
    wait_until(lambda: made.settled)
    assert (made.state, made.front, measured) == ("paused", front, [(0, MOST_LAGS), (1, MOST_LAGS)])
    alone = Trainer(replace(ENDLESS, recurrence=replace(ENDLESS.recurrence, seed=3)))
    for _ in range(front):
        alone.update()
    np.testing.assert_array_equal(lane(made, 0).flow.median, log10_product_norms(alone.jacobians(1)))

    del measured[:]
    made.apply(entrants(ENDLESS, "clip_norm"), (3,), False)
    assert (made.settled, measured) == (True, [])


def test_a_session_that_goes_away_in_the_midst_of_the_measuring_ends_it(monkeypatch):
    made = race(lanes="clip_norm,truncation")
    measured = measurings(monkeypatch, made, lambda: made.suspend() if made.state == "finished" else None)
    played(made)
    assert [slot for slot, most in measured if most == MOST_LAGS] == [0]


def test_a_race_that_was_not_begun_has_nothing_to_measure_when_its_session_is_back():
    made = race()
    made.suspend()
    made.apply(entrants(SMALL, "clip_norm"), SEEDS, False)
    assert (made.state, made._thread) == ("ready", None)


# -- what it shows before its first update -----------------------------------------------------------------------------


def test_the_first_look_is_measured_beside_the_race_and_stored_while_nobody_reads_it(monkeypatch):
    held, made = [], race(lanes="")
    preview, take_preview = Lane.preview, Lane.take_preview
    monkeypatch.setattr(Lane, "preview", lambda *given: (held.append(made._lock._is_owned()), preview(*given))[1])
    monkeypatch.setattr(Lane, "take_preview", lambda *given: (held.append(made._lock._is_owned()),
                                                              take_preview(*given))[1])
    made.apply(entrants(SMALL, ""), SEEDS, False, anew=True)
    assert held == [False, True]


def test_the_first_look_does_not_take_the_place_of_a_first_update_that_came_in_between(monkeypatch):
    made, preview, updates = race(), Lane.preview, []

    def updated_meanwhile(lane, known):
        found = preview(lane, known)
        lane.take(lane.advance())
        updates.append(lane.records)
        return found

    monkeypatch.setattr(Lane, "preview", updated_meanwhile)
    made.apply(entrants(SMALL, "clip_norm"), SEEDS, False, anew=True)
    assert [len(records) for records in updates] == [len(SEEDS)] * 2
    assert all(one.records is records for one, records in zip(made._lanes, updates, strict=True))
