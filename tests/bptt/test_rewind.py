"""Going back in a live run: bit for bit the same again, with the settings of now."""

import numpy as np
import pytest

from core.bptt.optimizers import Optimizer
from core.specs.training import optimizer_titles
from tests.helpers.live_runs import LONG, SMALL, changed, curves, live, played, reference, same, stepped
from tests.helpers.waiting import wait_until


@pytest.mark.parametrize("optimizer", optimizer_titles())
@pytest.mark.parametrize("step", [1, 2, 17, 40])
def test_a_rewound_run_takes_the_same_way_again(optimizer, step):
    run = played(live(changed(SMALL, optimizer=optimizer, lr=0.01)))
    before = curves(run)
    run.rewind(run.frame_at(step))
    assert run.updates == step - 1
    assert same(curves(played(run)), before)


@pytest.mark.parametrize("k1", [3, 5])
def test_a_truncated_run_that_is_rewound_takes_the_same_way_again(k1):
    run = played(live(changed(SMALL, task="sine", optimizer="adam", truncation=True, truncation_k1=k1)))
    before = curves(run)
    run.rewind(run.frame_at(20))
    assert run.updates < 20
    assert same(curves(played(run)), before)


def test_a_run_rewound_twice_takes_the_same_way_again():
    run = played(live(changed(SMALL, optimizer="adam", lr=0.01)))
    before = curves(run)
    for step in (30, 12):
        run.rewind(run.frame_at(step))
    assert same(curves(played(run)), before)


def test_a_rewound_run_is_paused_and_shows_the_update_it_would_do_again():
    run = stepped()
    frame = run.frame_at(4)
    run.rewind(frame)
    view = run.view()
    assert (view.state, len(view.curves.step), view.record.step) == ("paused", 3, 4)
    assert view.record.loss == frame.record.loss


def test_a_run_rewound_to_its_first_update_is_ready():
    run = stepped()
    run.rewind(run.frame_at(1))
    assert run.state == "ready"


def test_a_playing_run_can_be_rewound():
    run = live(LONG)
    run.play()
    wait_until(lambda: run.updates >= 10)
    run.rewind(run.frame_at(5))
    assert (run.state, run.updates) == ("paused", 4)


@pytest.mark.parametrize("step", [1, 7, 10])
def test_looking_at_an_update_shows_what_was_recorded_then(step):
    run = stepped(changed(SMALL, optimizer="adam"))
    frame = run.frame_at(step)
    seen = run.look_at(frame).record
    assert (seen.step, seen.loss, seen.grad_norm) == (step, frame.record.loss, frame.record.grad_norm)
    assert np.array_equal(seen.log10_dL_dh, frame.record.log10_dL_dh)
    assert np.array_equal(seen.W_hh, frame.record.W_hh)


def test_looking_at_an_update_changes_nothing_in_the_run():
    run = stepped()
    run.look_at(run.frame_at(3))
    assert same(curves(played(run)), reference(SMALL))


def test_looking_at_an_update_before_a_change_shows_it_with_the_settings_of_then():
    run = stepped()
    run.apply(changed(SMALL, seq_len=14))
    run.step()
    assert len(run.look_at(run.frame_at(5)).jacobians) == SMALL.task.seq_len


def test_a_setting_changed_after_the_update_that_a_run_goes_back_to_is_marked_there():
    """Settings stay as they are now: from update 5 on the learning rate is another one than before."""
    run = stepped()
    run.apply(changed(SMALL, lr=0.7))
    run.step()
    run.rewind(run.frame_at(5))
    (mark,) = run.view().curves.marks
    assert mark.step == 5
    assert "Learning rate" in mark.text


def test_the_mark_of_the_very_update_that_a_run_goes_back_to_stays():
    run = stepped()
    run.apply(changed(SMALL, lr=0.7))
    run.step()
    before = run.view().curves.marks
    run.rewind(run.frame_at(11))
    assert run.view().curves.marks == before


def test_a_radius_changed_after_the_update_that_a_run_goes_back_to_holds_there_too():
    run = stepped()
    run.apply(changed(SMALL, rho=0.5))
    run.step()
    run.rewind(run.frame_at(5))
    assert run.experiment.recurrence.rho == 0.5
    assert run.view().record.rho == pytest.approx(0.5, rel=1e-12)  # eigenvalues of a 4 x 4 matrix: a few eps


@pytest.mark.parametrize(("values", "state"), [({}, "paused"), ({"steps": 4}, "finished"), ({"steps": 5}, "paused"),
                                               ({"rho": 2.0}, "diverged")], ids=str)
def test_a_rewound_run_stands_as_the_settings_that_it_is_given_let_it(values, state):
    """At a radius of 2 the states of 300 steps leave float32."""
    run = stepped(changed(SMALL, rho=0.1, activation="linear", seq_len=300, dtype="float32", batch=1), 6)
    run.rewind(run.frame_at(5), changed(run.experiment, **values))
    assert (run.state, run.view().record.step, run.experiment) == (state, 5, changed(run.experiment, **values))
    run = stepped(run.experiment.changed(rho=0.1, steps=40), 2)
    run.apply(changed(run.experiment, **values | ({"steps": 2} if "steps" in values else {})))
    assert run.state == ("finished" if "steps" in values else state)


def test_an_optimizer_restored_after_its_first_use_forgets_what_it_saw_since():
    theta, gradient = np.zeros(3), np.ones(3)
    optimizer = Optimizer("adam", theta, 0.1)
    optimizer.step(gradient)
    state, there = optimizer.state(), theta.copy()
    optimizer.step(5 * gradient)
    after = theta.copy()
    theta[...] = there
    optimizer.restore(state)
    optimizer.step(5 * gradient)
    assert np.array_equal(theta, after)
