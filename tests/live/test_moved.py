"""An eigenvalue of a live run's W_hh that is moved: told, refused, forgotten with the way on which it was made."""

import numpy as np
import pytest

from core.live.player import Playback
from core.network.spectrum import spectrum_of
from tests.helpers.live_runs import SMALL, changed, curves, live, played, same, stepped

MOVED = (0.9, 0.5)


def marks(run):
    return [(mark.step, mark.text) for mark in run.view().curves.marks]


def move(run, *moved, drag=None, **more):
    return run.apply(changed(run.experiment, moved=moved, **more), drag)


def test_it_is_there_at_once_where_the_run_rests_and_marked_where_it_acts():
    run = stepped()
    z = complex(run.view().record.spectrum.eigenvalues[0])
    assert z.imag
    assert move(run, z, 0.3 + 0.2j)
    assert np.abs(run.view().record.spectrum.eigenvalues - (0.3 + 0.2j)).min() < 1e-13
    assert marks(run) == [(11, "Eigenvalue to 0.3 + 0.2i")]
    assert run.view().record.step == 11


def test_every_movement_of_the_hand_has_one_mark_where_it_ends():
    run = stepped()
    for drag, start, places in ((1, 0.9, (0.8, 0.7, 0.6)), (2, 0.6, (0.5, 0.4))):
        before = run.experiment.recurrence.moved
        for to in places:
            move(run, *before, start, to, drag=drag)
            run.step()
    assert marks(run) == [(11, "Eigenvalue to 0.6"), (14, "Eigenvalue to 0.4")]


def test_several_before_one_update_have_one_mark_and_what_is_put_back_none():
    run = stepped()
    move(run, *MOVED)
    move(run, *MOVED, 0.1, 0.2j)
    assert marks(run) == [(11, "Eigenvalues moved, the last to 0 + 0.2i")]
    move(run)
    assert marks(run) == []
    assert not run.changed
    move(run, *MOVED, rho=0.7, lr=0.3)
    assert marks(run) == [(11, f"Spectral radius {SMALL.recurrence.rho:g} → 0.7\nEigenvalue to 0.5\n"
                               f"Learning rate {SMALL.training.lr:g} → 0.3")]


def test_before_the_first_update_it_is_of_the_initial_network():
    run = live()
    z = complex(run.view().record.spectrum.eigenvalues[0])
    move(run, z, 0.3 + 0.2j)
    assert (run.state, marks(run)) == ("ready", [])
    assert np.abs(run.view().record.spectrum.eigenvalues - (0.3 + 0.2j)).min() < 1e-13


@pytest.mark.parametrize("deed", ["reset", "rewind", "rewind to the first", "seed", "train again"])
def test_what_was_moved_is_forgotten_with_the_way_on_which_it_was(deed):
    """Also by a page that does not know yet, and only once: asked for again it is made again."""
    experiment = changed(SMALL, moved=(0.1, 0.2), steps=14)
    run, other = (stepped(experiment) for _ in range(2))
    move(run, 0.1, 0.2, *MOVED)
    run.step()
    told = run.experiment
    if deed == "reset":
        run.reset()
    elif deed == "rewind":
        run.rewind(run.frame_at(8))
    elif deed == "rewind to the first":
        run.rewind(run.frame_at(1))
    elif deed == "seed":
        run.apply(told := changed(told, seed=9))
    else:
        played(run)
        run.do("train again")
        run.pause()
        run.reset()
    assert run.experiment.recurrence.moved == (0.1, 0.2)
    assert run.apply(told)
    assert run.as_if(told) is run
    assert run.experiment.recurrence.moved == (0.1, 0.2)
    if deed != "seed":
        assert same(curves(played(run)), curves(played(other)))
    run.apply(run.experiment)
    move(run, 0.1, 0.2, *MOVED)
    assert run.experiment.recurrence.moved == (0.1, 0.2, *MOVED)


def test_a_preset_that_moves_one_does():
    run = stepped()
    move(run, *MOVED)
    run.reset(changed(SMALL, moved=MOVED))
    assert run.experiment.recurrence.moved == MOVED


def test_going_back_to_the_update_of_a_move_keeps_it():
    run = stepped()
    move(run, *MOVED)
    for _ in range(3):
        run.step()
    run.playback = Playback(pace="max", until_solved=False)
    before = curves(played(run))
    run.rewind(run.frame_at(11))
    assert run.experiment.recurrence.moved == MOVED
    assert marks(run) == [(11, "Eigenvalue to 0.5")]
    assert same(curves(played(run)), before)


def test_one_that_cannot_be_moved_is_refused_and_asks_nothing_of_a_run_that_has_not_begun():
    run = stepped()
    W = np.diag([0.5, 0.9, 0.1, 0.2])
    W[0, 1] = 0.4e9
    run._trajectory.trainer.network.W_hh[...] = W
    assert run.refusal(changed(run.experiment, moved=(0.5, 0.6))).endswith("at most 10^8, got one of 10^9.0.")
    assert run.refusal(changed(run.experiment, moved=(0.1, 0.6))) is None
    assert run.refusal(changed(run.experiment, lr=0.3)) is None
    assert run.refusal(changed(run.experiment, moved=(0.5, 0.6), seed=9)) is None
    assert live().refusal(changed(SMALL, moved=(0.5, 0.6))) is None


def test_a_picture_of_it_is_what_it_is_once_it_is_meant_and_leaves_the_run_alone():
    run, untouched = stepped(), stepped()
    run.apply(changed(run.experiment, rho=0.8))
    untouched.apply(changed(untouched.experiment, rho=0.8))
    for to in (0.3, 0.1 + 0.5j):
        beside = run.as_if(changed(run.experiment, moved=(0.9, to)))
    assert same(curves(run), curves(untouched))
    assert np.array_equal(run.view().weights, untouched.view().weights)
    move(run, 0.9, 0.1 + 0.5j)
    assert np.array_equal(beside.view().weights, run.view().weights)
    assert beside.view().curves.marks == run.view().curves.marks
    assert spectrum_of(run.view().record.W_hh).rho == beside.view().record.rho
