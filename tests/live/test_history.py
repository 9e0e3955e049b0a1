"""What is kept of a run: all scalars, and frames whose number and memory are bounded."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.live.history import MOST_BYTES, MOST_FRAMES, RECENT, History, Mark
from core.live.replay import Change
from core.training.checkpoint import Checkpoint
from core.training.experiment import Experiment
from core.training.record import StepRecord

FEWEST = 16  # frames kept however large a checkpoint is


def record(step, *, grad_norm=2.0, clipped_norm=1.0, accuracy=0.5, loss=None):
    return StepRecord(step=step, loss=float(step) if loss is None else loss, grad_norm=grad_norm,
                      clipped_norm=clipped_norm, log10_dL_dh=np.zeros(2), log10_dL_dh_full=None, W_hh=np.eye(2),
                      accuracy=accuracy, seconds=0.0)


def checkpoint(step, nbytes=80):
    """It weighs what it says, and takes no memory here."""
    return Checkpoint(step, step - 1, np.broadcast_to(np.float64(0.0), nbytes // 8), {})


def history(updates, nbytes=80, kept=lambda step: True, **more):
    out = History()
    for step in range(1, updates + 1):
        out.append(record(step, **more), Experiment(), checkpoint(step, nbytes) if kept(step) else None)
    return out


def steps(frames):
    return [frame.record.step for frame in frames]


@settings(max_examples=30)
@given(updates=st.integers(1, 3000))
def test_no_run_keeps_more_frames_than_the_bound(updates):
    assert len(list(history(updates).frames())) <= MOST_FRAMES + RECENT


@pytest.mark.parametrize("updates", [1, 5, 8, 199, 200, 201, 1000, 2999])
def test_the_most_recent_updates_are_all_kept(updates):
    assert steps(history(updates).frames())[-RECENT:] == list(range(max(updates - RECENT, 0) + 1, updates + 1))


@pytest.mark.parametrize("updates", [3, 201, 1500])
def test_the_first_update_is_always_kept(updates):
    assert steps(history(updates).kept())[0] == 1


@pytest.mark.parametrize("updates", [150, 401, 2345])
def test_the_kept_frames_are_evenly_spread(updates):
    assert len(set(np.diff(steps(history(updates).kept())))) == 1


def test_as_many_frames_as_are_allowed_are_all_kept_and_one_more_halves_them():
    assert steps(history(MOST_FRAMES).kept()) == list(range(1, MOST_FRAMES + 1))
    assert steps(history(MOST_FRAMES + 1).kept()) == list(range(1, MOST_FRAMES + 2, 2))


@pytest.mark.parametrize("updates", [401, 2345])
def test_thinning_leaves_at_least_a_third_of_the_frames_allowed(updates):
    """The stride doubles when there is one too many: just over half of them stay."""
    assert len(history(updates).kept()) >= MOST_FRAMES // 3


@pytest.mark.parametrize("updates", [7, 300, 2000])
def test_frames_come_in_order_and_none_twice(updates):
    seen = steps(history(updates).frames())
    assert seen == sorted(set(seen))


@pytest.mark.parametrize("nbytes", [10**5, 4 * 10**5, 10**6])
def test_the_evenly_spread_checkpoints_stay_within_their_memory(nbytes):
    assert sum(frame.nbytes for frame in history(1000, nbytes).kept()) <= MOST_BYTES


def test_checkpoints_larger_than_their_memory_still_leave_a_few_frames():
    assert FEWEST // 2 <= len(history(300, 10 * MOST_BYTES).kept()) <= FEWEST


def test_an_update_in_the_middle_of_a_sequence_leaves_no_frame():
    assert steps(history(20, kept=lambda step: step % 5 == 1).frames()) == [1, 6, 11, 16]


def test_an_update_in_the_middle_of_a_sequence_is_in_the_curves():
    assert list(history(20, kept=lambda step: step % 5 == 1).curves().step) == list(range(1, 21))


@pytest.mark.parametrize("change", [202, 203, 405])
def test_frames_go_on_being_kept_when_sequences_begin_at_other_updates(change):
    """k1 halved during a run: from then on only every other update begins a sequence."""
    kept = steps(history(1000, kept=lambda step: step < change or (step - change) % 2 == 0).kept())
    assert sum(step > change for step in kept) >= 20


@pytest.mark.parametrize("cut", [1, 2, 150, 299, 300])
def test_a_cut_forgets_the_update_and_all_later_ones(cut):
    cut_short = history(300)
    cut_short.cut(cut)
    assert list(cut_short.curves().loss) == list(range(1, cut))
    assert all(step < cut for step in steps(cut_short.frames()))


def test_a_cut_leaves_the_most_recent_updates_before_it():
    cut_short = history(1000)
    cut_short.cut(998)
    assert steps(cut_short.frames())[-6:] == [985, 993, 994, 995, 996, 997]  # one in eight, and the last ones


@pytest.mark.parametrize(("most", "found"), [(np.inf, 4), (3.0, 3), (2.5, 2), (2.0, 2), (0.5, None)])
def test_the_last_finite_frame_is_the_latest_with_a_loss_at_most_so_high(most, found):
    ended = history(0)
    for step, loss, stopped in ((1, 1.0, None), (2, 2.0, None), (3, 3.0, None), (4, 4.0, None), (5, 0.1, "h is nan")):
        ended.append(replace(record(step, loss=loss), stopped=stopped), Experiment(), checkpoint(step))
    frame = ended.last_finite(most)
    assert (frame and frame.record.step) == found
    assert ended.last_finite().record.step == 4
    assert History().last_finite() is None


def test_after_a_cut_the_history_grows_on_as_if_nothing_had_been():
    grown, plain = history(150), history(150)
    grown.cut(101)
    for step in range(101, 151):
        grown.append(record(step), Experiment(), checkpoint(step))
    assert np.array_equal(grown.curves().loss, plain.curves().loss)
    assert steps(grown.frames()) == steps(plain.frames())


@pytest.mark.parametrize(("step", "found"), [(1, 1), (7, 6), (6, 6), (16, 16), (1000, 16)])
def test_frame_at_gives_the_latest_frame_at_or_before_an_update(step, found):
    assert history(20, kept=lambda s: s % 5 == 1).frame_at(step).record.step == found


@pytest.mark.parametrize("step", [0, -3])
def test_frame_at_gives_nothing_before_the_first_update(step):
    assert history(20).frame_at(step) is None


def test_an_empty_history_has_no_frame():
    assert History().frame_at(10) is None


def lr(value):
    return Experiment.from_values({"lr": value})


def test_changes_to_the_same_update_are_one_from_the_first_to_the_last():
    marked = history(5)
    for step, before, after in ((4, 1.0, 2.0), (6, 2.0, 3.0), (6, 3.0, 0.5)):
        marked.change(step, lr(before), lr(after))
    assert marked.curves().marks == (Mark(4, "Learning rate 1 → 2"), Mark(6, "Learning rate 2 → 0.5"))


def test_a_change_that_is_taken_back_before_the_update_is_told():
    marked = history(5)
    for before, after in ((1.0, 2.0), (2.0, 1.0)):
        marked.change(6, lr(before), lr(after))
    assert marked.curves().marks == (Mark(6, "Learning rate back at 1"),)


def test_a_cut_forgets_the_marks_of_what_it_forgets():
    marked = history(10)
    marked.change(3, lr(1.0), lr(2.0))
    marked.change(9, lr(2.0), lr(3.0))
    marked.cut(7)
    assert marked.curves().marks == (Mark(3, "Learning rate 1 → 2"),)


def test_the_curves_are_a_copy():
    growing = history(3)
    curves = growing.curves()
    growing.append(record(4), Experiment(), None)
    assert [len(values) for values in (curves.step, curves.loss, curves.accuracy)] == [3, 3, 3]


def test_every_scalar_of_every_update_is_in_the_curves():
    seen = np.random.default_rng(0).random((50, 4))
    filled = History()
    for step, (loss, before, after, accuracy) in enumerate(seen, start=1):
        filled.append(record(step, loss=loss, grad_norm=before, clipped_norm=after, accuracy=accuracy),
                      Experiment(), None)
    curves = filled.curves()
    assert np.array_equal(np.column_stack([curves.loss, curves.grad_norm, curves.clipped_norm, curves.accuracy]), seen)


def test_a_task_without_classes_has_nan_for_accuracy():
    assert np.isnan(history(3, accuracy=None).curves().accuracy).all()


def test_the_clipped_share_counts_the_updates_that_were_shortened():
    mixed = history(3)
    mixed.append(record(4, grad_norm=1.0, clipped_norm=1.0), Experiment(), None)
    assert mixed.curves().clipped_share == 0.75


def test_nothing_is_known_about_a_run_without_updates():
    curves = History().curves()
    assert np.isnan(curves.clipped_share)


def test_the_tail_is_the_mean_over_the_last_updates():
    assert list(history(100).last("loss", 4)) == [97.0, 98.0, 99.0, 100.0]


def test_the_curves_until_an_update_are_those_of_then():
    marked = history(10)
    for step in (3, 7, 8):
        marked.change(step, lr(1.0), lr(float(step)))
    seen = marked.curves().until(7)
    assert seen.step.tolist() == list(range(1, 8))
    for name in ("loss", "grad_norm", "clipped_norm", "accuracy"):
        assert np.array_equal(getattr(seen, name), getattr(marked.curves(), name)[:7])
    assert [mark.step for mark in seen.marks] == [3, 7]


def test_a_frame_weighs_its_checkpoint_its_matrix_and_two_rows_of_its_map():
    (frame,) = history(1, nbytes=800).kept()
    assert frame.nbytes == 800 + np.eye(2).nbytes + 2 * np.zeros(2).nbytes


def test_the_story_of_a_run_is_how_it_began_and_what_acted():
    told = history(0)
    assert told.story() == (None, ())
    assert told.measured_at() is None
    assert told.last_change == 1
    for step in range(1, 9):
        if step == 4:
            assert told.measured_at() == lr(1.0)
            told.change(4, lr(1.0), lr(2.0))
        told.append(record(step), lr(1.0 if step < 4 else 2.0), None)
    told.change(9, lr(2.0), lr(3.0))
    assert told.story() == (lr(1.0), (Change(4, lr(2.0)), Change(9, lr(3.0))))
    assert told.measured_at() == lr(2.0)  # the last one is due
    assert told.last_change == 9
    told.append(record(9), lr(3.0), None)
    assert told.measured_at() == lr(3.0)


def test_a_change_before_the_first_update_belongs_to_how_it_began():
    told = History()
    told.change(1, lr(1.0), lr(2.0))
    told.append(record(1), lr(2.0), None)
    assert told.story() == (lr(1.0), (Change(1, lr(2.0)),))
    assert told.measured_at() == lr(2.0)


def rho(value, **more):
    return Experiment.from_values({"rho": value, **more})


@pytest.mark.parametrize(("step", "acted"), [(5, [0.5, 1.0]), (2, [0.5, 1.0]), (1, [1.0])])
def test_a_radius_that_was_set_and_set_back_acted_on_the_way(step, acted):
    """It has rescaled W_hh; before the first update there is a new network at every value."""
    told = history(step - 1)
    for before, after in ((1.0, 0.7), (0.7, 0.5), (0.5, 1.0)):
        told.change(step, rho(before), rho(after))
    told.append(record(step), rho(1.0), None)
    assert told.story()[1] == tuple(Change(step, rho(value)) for value in acted)
    assert told.curves().marks == (Mark(step, "Spectral radius back at 1"),)


def test_a_radius_passed_on_the_way_is_told_with_the_settings_of_before():
    told = history(4)
    told.change(5, rho(1.0, lr=0.1), rho(0.5, lr=0.1))
    told.change(5, rho(0.5, lr=0.1), rho(0.5, lr=0.2))
    told.change(5, rho(0.5, lr=0.2), rho(1.0, lr=0.2))
    assert told.story()[1] == (Change(5, rho(0.5, lr=0.1)), Change(5, rho(1.0, lr=0.2)))


def test_what_is_changed_to_the_same_is_no_change():
    told = history(4)
    told.change(5, lr(1.0), lr(1.0))
    assert (told.curves().marks, told.story()[1], told.last_change) == ((), (), 1)


def test_a_change_without_effect_today_is_kept_and_not_told():
    """The spread of eigenvalues that are all 0: it acts after a later change of the radius."""
    told = history(4)
    told.change(3, rho(0.0, spread=0.2), rho(0.0, spread=0.5))
    told.change(5, rho(0.0, spread=0.5), rho(0.0, spread=0.7))
    assert (told.curves().marks, told.last_change) == ((), 1)
    assert told.story()[1] == (Change(3, rho(0.0, spread=0.5)), Change(5, rho(0.0, spread=0.7)))


def test_a_cut_leaves_the_change_that_is_due_then_and_the_newest_frames_before():
    cut = history(30)
    cut.change(12, lr(1.0), lr(2.0))
    cut.change(13, lr(2.0), lr(3.0))
    cut.cut(12)
    assert [mark.step for mark in cut.curves().marks] == [12]
    assert len(cut) == 11
    cut.append(record(12), Experiment(), checkpoint(12))
    assert steps(cut.frames()) == list(range(1, 13))


def test_the_clipped_share_is_of_these_updates_alone():
    mixed = History()
    for step, (before, after) in enumerate([(2.0, 1.0), (1.0, 1.0), (3.0, 2.5), (1.0, 1.5)], start=1):
        mixed.append(record(step, grad_norm=before, clipped_norm=after), Experiment(), None)
    assert mixed.curves().clipped_share == 0.5
    assert mixed.curves().until(3).clipped_share == 2 / 3
