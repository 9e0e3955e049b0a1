"""The adviser: counted from the norms of a run, and its re-runs are the run itself."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.live.history import Curves
from core.live.player import Playback
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.parameters import ParameterError
from core.remedies.clip_norm import ClipNorm
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.topics.playground.presets import PRESETS
from core.topics.truncation.recorded_norms import ALLOWED, proposal, recorded_norms
from core.topics.truncation.threshold_search import (
    Rerun,
    ThresholdSearch,
    _thresholds,
    grid,
    search_cost,
    search_pieces,
)
from core.training.experiment import Experiment
from core.training.trainer import Trainer

EXPLODING = PRESETS["exploding"].experiment
SMALL = Experiment(Recurrence(n_hidden=4), Task(seq_len=10, batch=4), Training())


def curves(norms):
    norms = np.array(norms, float)
    return Curves(np.arange(1, len(norms) + 1), *(np.ones(len(norms)),), norms, norms, np.ones(len(norms)))


def searched(experiment, updates, also=()):
    pieces = list(search_pieces(experiment, updates, also))
    assert [share for share, _ in pieces] == sorted(share for share, _ in pieces)
    assert pieces[-1][0] == 1.0
    return pieces[-1][1]


# -- the norms ------------------------------------------------------------------------------------------------


def test_the_norms_are_those_of_the_run_before_clipping():
    run = LiveRun(SMALL.with_remedy(ClipNorm(threshold=1e-3)), UpdateSlot())
    run.playback = Playback(until_solved=False)
    for _ in range(6):
        run.step()
    trainer = Trainer(SMALL.with_remedy(ClipNorm(threshold=1e-3)))
    expected = sorted(trainer.update().grad_norm for _ in range(6))
    found = recorded_norms(run.view().curves)
    assert np.array_equal(found.norms, expected)
    assert found.mean == pytest.approx(np.mean(expected), rel=1e-15)
    assert found.centre("median") == pytest.approx(np.median(expected), rel=1e-15)


@pytest.mark.parametrize("norms", [[3.0, 1.0, 2.0], [5.0], [1.0, 1.0, 1.0, 7.0], [0.0, 1.0, 2.0],
                                   [1.0, 2.0, math.inf], [1.0, math.nan]])
@pytest.mark.parametrize("threshold", [0.5, 1.0, 1.5, 2.0, 100.0])
def test_the_share_clipped_is_counted(norms, threshold):
    """Where the rule would shorten: a norm above the threshold; one that is not finite would not have gone through."""
    expected = np.mean([norm > threshold or not math.isfinite(norm) for norm in norms])
    assert recorded_norms(curves(norms)).clipped_share(threshold) == pytest.approx(expected)


def test_the_share_is_that_of_a_run_clipped_at_that_threshold_in_its_first_update():
    """The clip itself says so: clipped_norm < grad_norm, on the same gradients."""
    record = Trainer(SMALL).update()
    for threshold in (record.grad_norm / 2, record.grad_norm, record.grad_norm * 2):
        clipped = Trainer(SMALL.with_remedy(ClipNorm(threshold=threshold))).update().clipped
        assert recorded_norms(curves([record.grad_norm])).clipped_share(threshold) == float(clipped)


def test_zero_and_not_finite_norms_are_counted_apart():
    found = recorded_norms(curves([0.0, 1.0, math.inf, math.nan, 2.0]))
    assert (found.norms.tolist(), found.zero, found.not_finite, found.updates) == ([1.0, 2.0], 1, 2, 5)


def test_one_update_that_makes_the_mean_is_named():
    assert recorded_norms(curves([1.0, 1.0, 98.0])).dominated == pytest.approx(0.98)


def test_norms_whose_sum_leaves_float64_have_a_mean_all_the_same_and_no_warning():
    found = recorded_norms(curves([1e308, 1.5e308, 1e308]))
    assert found.mean == pytest.approx(3.5 / 3 * 1e308)
    assert found.centre("median") == 1e308
    assert found.dominated == pytest.approx(1.5 / 3.5)
    assert proposal(found, "mean", 1.0).refused is not None


@pytest.mark.parametrize(("centre", "factor", "expected"), [
    ("mean", 1.0, 4.0), ("mean", 0.5, 2.0), ("mean", 10.0, 40.0), ("median", 2.0, 4.0)])
def test_the_proposal_is_the_factor_times_the_centre(centre, factor, expected):
    found = proposal(recorded_norms(curves([1.0, 2.0, 9.0])), centre, factor)
    assert (found.threshold, found.refused) == (expected, None)


@pytest.mark.parametrize("norms", [[], [0.0], [math.nan], [1e300], [1e-9]])
def test_a_proposal_that_clipping_does_not_allow_is_refused_with_a_reason(norms):
    assert proposal(recorded_norms(curves(norms)), "mean", 1.0).refused


# -- the search -----------------------------------------------------------------------------------------------


def test_the_grid_is_allowed_and_ascends():
    steps = grid()
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (ALLOWED.low, ALLOWED.high)


def test_a_run_that_stays_finite_needs_no_clip_and_is_run_once():
    found = searched(SMALL, 20)
    assert (found.needed, found.highest, len(found.reruns), found.done) == (False, None, 1, True)


def test_without_a_clip_the_rerun_is_the_run_itself():
    trainer, losses = Trainer(EXPLODING), []
    while (record := trainer.update()).stopped is None:
        losses.append(record.loss)
    rerun = searched(EXPLODING, 30).reruns[0]
    assert (rerun.updates, rerun.stopped, rerun.threshold) == (len(losses), record.stopped, math.inf)
    assert rerun.loss == np.mean(losses)


def test_its_own_clip_is_left_out():
    assert searched(EXPLODING.with_remedy(ClipNorm(threshold=0.1)), 30).reruns == searched(EXPLODING, 30).reruns


def test_every_rerun_is_a_run_with_that_threshold():
    for rerun in searched(EXPLODING, 15, also=(1.0,)).reruns[1:]:
        trainer = Trainer(EXPLODING.with_remedy(ClipNorm(threshold=rerun.threshold)))
        records = [trainer.update() for _ in range(15)]
        stopped = next((r.stopped for r in records if r.stopped), None)
        assert rerun.stopped == stopped
        if rerun.finite:
            assert rerun.loss == np.mean([r.loss for r in records][-20:])
            assert rerun.longest == max(r.grad_norm for r in records)


WILD = replace(EXPLODING, training=Training(dtype="float32"))  # leaves its numbers sooner


def test_the_highest_finite_threshold_has_a_neighbour_on_the_grid_that_is_not_finite():
    found = searched(WILD, 40)
    finite = {r.threshold: r.finite for r in found.reruns}
    steps, at = grid(), grid().index(found.highest)
    assert found.needed
    assert found.highest < steps[-1]
    assert finite[found.highest]
    assert finite[steps[at + 1]] is False


def test_thresholds_above_the_one_found_are_tried_too():
    found = searched(WILD, 40)
    assert sum(found.highest < r.threshold < math.inf for r in found.reruns) >= 3


def test_the_highest_sound_threshold_ends_no_worse_than_chance():
    found = searched(EXPLODING, 60, also=(10.0,))
    (rerun,) = [r for r in found.reruns if r.threshold == found.highest_sound]
    assert rerun.loss <= 1.05 * math.log(4)
    assert all(not found.sound(r) for r in found.reruns if r.threshold > found.highest_sound)


def test_what_is_tried_besides_is_tried_where_it_is_allowed():
    tried = [r.threshold for r in searched(EXPLODING, 15, also=(0.5, 1e9, math.nan, math.inf, 0.5)).reruns]
    assert tried.count(0.5) == 1
    assert 1e9 not in tried
    assert tried.count(math.inf) == 1


def test_no_threshold_is_tried_twice():
    tried = [r.threshold for r in searched(EXPLODING, 15, also=grid()[::9]).reruns]
    assert len(tried) == len(set(tried))


def rerun(threshold, finite=True, loss=1.0):
    return Rerun(threshold, 10, None if finite else "loss is nan", loss, 1.0)


def test_finiteness_that_is_not_monotone_is_told():
    none = rerun(math.inf, False)
    assert ThresholdSearch(10, 1.0, (none, rerun(1.0), rerun(0.1))).orderly
    found = ThresholdSearch(10, 1.0, (none, rerun(1.0), rerun(0.1, False), rerun(2.0, False)))
    assert (found.orderly, found.highest) == (False, 1.0)


def test_a_search_in_which_nothing_stays_finite_finds_nothing():
    found = ThresholdSearch(10, 1.0, (rerun(math.inf, False), rerun(1.0, False)))
    assert (found.highest, found.highest_sound, found.needed) == (None, None, True)


@pytest.mark.parametrize(("finite", "loss", "first", "sound", "ruined"), [
    (True, 1.0, 3.0, True, False), (True, 2.0 * 1.05, 2.0, True, False), (True, 2.2, 2.0, False, True),
    (True, 2.2, 2.2, False, False), (True, 2.2, 2.3, False, False), (True, 2.2, math.nan, False, True),
    (False, 1.0, 0.5, False, False), (False, 2.2, 2.0, False, False)])
def test_a_run_is_sound_up_to_chance_and_ruined_where_it_ends_above_that_and_above_its_beginning(
        finite, loss, first, sound, ruined):
    alone = replace(rerun(math.inf, finite, loss), first=first)
    found = ThresholdSearch(10, 2.0, (alone,))
    assert (found.sound(alone), found.ruined, found.needed) == (sound, ruined, not finite)
    assert ThresholdSearch(10, 2.0, ()).needed is None


def test_the_highest_are_those_of_the_thresholds_and_no_run_without_a_clip():
    found = ThresholdSearch(10, 1.0, (rerun(math.inf), rerun(0.5), rerun(4.0, loss=9.0), rerun(2.0), rerun(8.0, False)))
    assert (found.highest, found.highest_sound, found.orderly) == (4.0, 2.0, True)


def test_the_grid_has_eight_thresholds_a_decade_to_three_digits():
    steps = grid()
    assert len(steps) == round(8 * math.log10(ALLOWED.high / ALLOWED.low)) + 1
    assert all(step == float(f"{step:.3g}") for step in steps)
    assert np.diff(np.log10(steps)) == pytest.approx(1 / 8, abs=0.005)


def asked(outcome, also=(), longest=500.0, first=math.nan):
    """Which thresholds are tried where each run has this outcome: (finite, loss); chance is 1."""
    tried, reruns, search = [], [], _thresholds(also)
    threshold = next(search)
    while True:
        tried.append(threshold)
        assert len(tried) < 60
        finite, loss = outcome(threshold)
        reruns.append(Rerun(threshold, 10, None if finite else "loss is nan", loss, longest, first))
        try:
            threshold = search.send(ThresholdSearch(10, 1.0, tuple(reruns)))
        except StopIteration:
            return tried, ThresholdSearch(10, 1.0, tuple(reruns))


BELOW = [step for step in grid() if step < 500.0]  # that can change anything where the longest norm is 500


def test_nothing_is_tried_where_no_clip_is_needed():
    assert asked(lambda threshold: (True, 0.5))[0] == [math.inf]


@pytest.mark.parametrize("edge", [BELOW[0], 0.02, 1.0, 3.3, BELOW[-1]])
def test_the_grid_is_halved_until_the_highest_finite_threshold_is_found_and_three_above_it_are_tried(edge):
    tried, found = asked(lambda threshold: (threshold <= edge, 0.5))
    highest = max(step for step in BELOW if step <= edge)
    assert (tried[0], tried[1], found.highest, found.highest_sound) == (
        math.inf, BELOW[(len(BELOW) - 1) // 2], highest, highest)
    above = [step for step in BELOW if step > edge]
    spread = [above[len(above) // 4], above[len(above) // 2], above[3 * len(above) // 4]] if len(above) > 3 else above
    assert set(spread) <= set(tried)
    halvings = [step for step in tried[1:] if step not in spread]
    assert len(halvings) <= math.ceil(math.log2(len(BELOW) + 1))
    assert set(tried[1:]) <= set(BELOW)
    assert len(tried) == len(set(tried))


def test_where_nothing_stays_finite_the_lowest_was_tried_and_nothing_is_found():
    tried, found = asked(lambda threshold: (False, math.nan))
    assert (BELOW[0] in tried, found.highest, found.highest_sound) == (True, None, None)


def test_where_few_are_left_above_all_of_them_are_tried():
    tried, _ = asked(lambda threshold: (threshold <= BELOW[-4], 0.5))
    assert set(BELOW[-4:]) <= set(tried)


@pytest.mark.parametrize("needed", [True, False])
def test_from_one_that_is_sound_the_search_goes_up_to_the_highest_that_is(needed):
    """Finite up to 10 or everywhere, sound up to 0.5: what is told besides is where it begins."""
    tried, found = asked(lambda threshold: (threshold <= 10.0 or not needed, 0.5 if threshold <= 0.5 else 7.0),
                         also=(0.02,), first=1.0)
    assert found.ruined is not needed
    assert found.highest_sound == max(step for step in BELOW if step <= 0.5)
    assert BELOW[BELOW.index(found.highest_sound) + 1] in tried
    assert tried[4] == (0.02 if not needed else tried[4])  # without a clip it is finite: nothing is halved


def test_what_is_tried_besides_must_be_allowed_its_ends_among_it():
    also = (ALLOWED.low, ALLOWED.high, ALLOWED.low / 1.01, ALLOWED.high * 1.01, math.nan, math.inf)
    tried, _ = asked(lambda threshold: (threshold <= 1.0, 0.5), also=also)
    assert {ALLOWED.low, ALLOWED.high} <= set(tried)
    assert sum(not ALLOWED.low <= threshold <= ALLOWED.high for threshold in tried) == 1  # the run without a clip


def test_the_share_of_the_work_that_is_done_grows_with_every_update():
    """Expected are two runs, the halvings there and back of the grid, and three more; the update that leaves the finite
    numbers does not count."""
    *pieces, (whole, last) = search_pieces(WILD, 5)
    expected = 2 + 2 * math.log2(len(grid())) + 3
    shares = [number + part for number, one in enumerate(last.reruns) for part in (
        *(min(update, one.updates) / 5 for update in range(1, one.updates + 1 + (not one.finite))), 1.0)]
    assert [share for share, _ in pieces] == pytest.approx([min(share / expected, 0.99) for share in shares])
    told = [found for _, found in pieces if found is not None]
    assert [(len(found.reruns), found.done) for found in told] == [(n + 1, False) for n in range(len(last.reruns))]
    assert (whole, last.done, last.updates, last.reruns) == (1.0, True, 5, told[-1].reruns)


def test_the_loss_before_the_first_update_and_the_longest_norm_are_kept():
    first, *_, last = searched(EXPLODING, 12).reruns
    record = Trainer(EXPLODING).update()
    assert first.first == last.first == record.loss
    norms = [Trainer(EXPLODING).update().grad_norm]
    assert first.longest >= norms[0]


def test_a_search_that_would_take_too_long_is_one_line_that_says_how_many_updates_may_be_made(monkeypatch):
    asked = Experiment.from_values({"n_hidden": 8, "seq_len": 20})
    each = search_cost(asked, 1).seconds
    assert search_cost(asked, 70).seconds == pytest.approx(70 * each)
    monkeypatch.setenv("VISITOR_UPDATE_SECONDS", repr(100.5 * each / 20.0))
    with pytest.raises(ParameterError, match=r"^reruns must be at most 100 updates for these sizes \(a search may take "
                                             r"\S+ \w+ here\), got 101\.$"):
        next(search_pieces(asked, 101))
    share, _ = next(search_pieces(asked, 100))
    assert 0.0 <= share < 1.0
