"""Settings changed in the middle of a live run: marked, and acting from exactly that update on."""

import pytest

from core.live.history import Mark
from core.remedies.clip_norm import ClipNorm
from core.training.experiment import flat_parameters
from tests.helpers.live_runs import LONG, SMALL, changed, curves, live, played, reference, same, scalars, stepped
from tests.helpers.waiting import wait_until

HOT = {"lr": {"lr": 0.5}, "rho": {"rho": 0.7}, "seq_len": {"seq_len": 14}, "batch": {"batch": 7},
       "steps": {"steps": 60}, "clip on": {"clip_norm": True, "clip_norm_threshold": 0.01},
       "truncation on": {"truncation": True, "truncation_k1": 5, "truncation_k2": 3}}
COLD = {"n_hidden": 6, "seed": 6, "activation": "relu", "optimizer": "adam", "dtype": "float32", "task": "adding",
        "shape": "identity", "eigenvalues": (0.5 + 0j,)}


@pytest.mark.parametrize("values", HOT.values(), ids=HOT)
def test_a_hot_change_acts_from_the_next_update_and_keeps_the_history(values):
    run, then = stepped(updates=10), changed(SMALL, **values)
    assert run.apply(then)
    assert same(curves(played(run)), reference(SMALL, 10, then))


@pytest.mark.parametrize("values", HOT.values(), ids=HOT)
def test_a_hot_change_is_marked_at_the_update_it_acts_from(values):
    run = stepped(updates=10)
    run.apply(changed(SMALL, **values))
    (mark,) = run.view().curves.marks
    assert mark.step == 11
    assert flat_parameters()[next(iter(values))].label in mark.text


def test_a_hot_change_while_playing_acts_exactly_from_its_mark():
    run, then = live(changed(LONG, steps=600)), changed(LONG, steps=600, lr=0.3)
    run.play()
    wait_until(lambda: run.updates > 20)
    run.apply(then)
    wait_until(lambda: run.state != "playing")
    (mark,) = run.view().curves.marks
    assert 20 < mark.step <= 600
    assert same(curves(run), reference(changed(LONG, steps=600), mark.step - 1, then))


@pytest.mark.parametrize(("name", "value"), COLD.items(), ids=COLD)
def test_any_other_change_begins_a_new_run(name, value):
    run = stepped()
    assert not run.apply(changed(SMALL, **{name: value}))
    assert (run.state, run.updates, run.view().curves.marks) == ("ready", 0, ())


def test_a_playing_run_that_has_to_begin_again_plays_on():
    run, then = live(LONG), changed(SMALL, seed=6)
    run.play()
    wait_until(lambda: run.updates > 5)
    run.apply(then)
    wait_until(lambda: run.state != "playing")
    assert same(curves(run), reference(then))


def test_the_same_settings_again_change_nothing():
    run = stepped()
    assert run.apply(changed(SMALL))
    assert (run.updates, run.view().curves.marks, run.view().record.step) == (10, (), 10)


def test_settings_before_the_first_update_are_no_change():
    run = live()
    assert run.apply(changed(SMALL, seed=6, lr=0.5))
    assert (run.state, run.view().curves.marks) == ("ready", ())


def test_a_paused_run_shows_a_change_at_once():
    run = stepped()
    run.apply(changed(SMALL, rho=0.5))
    view = run.view()
    assert (len(view.curves.step), view.record.step) == (10, 11)
    assert view.record.rho == pytest.approx(0.5, rel=1e-12)  # eigenvalues of a 4 x 4 matrix: a few eps


def test_what_a_paused_run_shows_is_the_update_that_it_makes_next():
    run = stepped()
    run.apply(changed(SMALL, rho=0.5))
    shown = run.view().record
    run.step()
    assert same(scalars([shown]), scalars([run.view().record]))


def test_a_second_change_of_the_sequence_length_while_paused_shows_at_once_too():
    run = stepped()
    for seq_len in (14, 18):
        run.apply(changed(SMALL, seq_len=seq_len))
    assert len(run.view().jacobians) == 18


@pytest.mark.parametrize(("name", "values"), [("seq_len", (14, 18)), ("batch", (7, 9)), ("lr", (0.2, 0.3))])
def test_the_last_of_several_changes_while_paused_is_the_one_that_acts(name, values):
    run = stepped()
    for value in values:
        run.apply(changed(SMALL, **{name: value}))
    assert same(curves(played(run)), reference(SMALL, 10, changed(SMALL, **{name: values[-1]})))


def test_a_change_of_the_batch_size_after_a_rewind_acts_on_the_next_update():
    run, then = stepped(), changed(SMALL, batch=9)
    run.rewind(run.frame_at(6))
    run.apply(then)
    assert same(curves(played(run)), reference(SMALL, 5, then))


def test_the_marks_of_several_changes_are_in_order():
    run = stepped()
    run.apply(changed(SMALL, lr=0.2))
    run.step()
    run.apply(changed(SMALL, lr=0.3))
    assert [mark.step for mark in run.view().curves.marks] == [11, 12]
    assert all(isinstance(mark, Mark) and "Learning rate" in mark.text for mark in run.view().curves.marks)


def test_a_slider_dragged_while_a_run_is_paused_is_one_mark():
    run = stepped()
    for lr in (0.2, 0.3, 0.4):
        run.apply(changed(SMALL, lr=lr))
    (mark,) = run.view().curves.marks
    assert mark.text == f"Learning rate {SMALL.training.lr:g} → 0.4"
    run.apply(changed(SMALL))
    assert [mark.text for mark in run.view().curves.marks] == [f"Learning rate back at {SMALL.training.lr:g}"]


def test_a_radius_set_and_set_back_is_told_beside_other_changes():
    """W_hh of the trained network has been rescaled to it, and is another one."""
    run = stepped()
    trained, rho = run.view().record.W_hh.copy(), SMALL.recurrence.rho
    for values in ({"rho": 0.5}, {"rho": rho}, {"lr": 0.7}):
        run.apply(changed(SMALL, **values))
    assert abs(run.view().record.W_hh - trained).max() > 1e-6
    (mark,) = run.view().curves.marks
    assert mark.text == f"Learning rate {SMALL.training.lr:g} → 0.7\nSpectral radius back at {rho:g}"


def test_a_run_taken_up_at_a_change_tells_what_was_before_it():
    """The change at update 11 and the one made after it act from the same update on now."""
    run = stepped()
    run.apply(changed(SMALL, lr=0.2))
    run.step()
    run.apply(changed(SMALL, lr=0.3))
    run.rewind(run.frame_at(11))
    (mark,) = run.view().curves.marks
    assert (mark.step, mark.text) == (11, f"Learning rate {SMALL.training.lr:g} → 0.3")


def test_a_remedy_switched_on_is_marked_once():
    run = stepped()
    run.apply(SMALL.with_remedy(ClipNorm(threshold=0.5)))
    (mark,) = run.view().curves.marks
    assert mark.text.count("clipping") == 1
