"""The adviser: counted from the norms of a run, and its re-runs are the run itself."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.live.history import Curves
from core.live.player import Playback
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.remedies.clip_norm import ClipNorm
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.topics.playground.presets import PRESETS
from core.topics.truncation.recorded_norms import ALLOWED, proposal, recorded_norms
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch, grid, search_pieces
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
