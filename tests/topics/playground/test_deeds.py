"""What the button of a run says that it will do, and that it does it; what stays of the run before."""

import numpy as np
import pytest

from core.live.player import Playback
from core.live.trajectory import Trajectory
from core.remedies.clip_norm import ClipNorm
from core.topics.playground.presets import PRESETS
from core.topics.playground.view import reach_of_view, verdict_of
from core.training.experiment import Experiment
from tests.helpers.live_runs import LONG, SMALL, changed, curves, live, played, reference, same, stepped
from tests.helpers.waiting import wait_until

SOLVED = Experiment.from_values({**PRESETS["critical"].values, "seq_len": 10, "batch": 16, "n_hidden": 8, "lr": 0.02})
WILD = Experiment.from_values({**PRESETS["exploding"].values, "seed": 2000, "steps": 60})
NOT_FINITE = Experiment.from_values({"shape": "identity", "rho": 2.0, "activation": "leaky_relu", "bias": 3.0,
                                     "seq_len": 1000, "n_hidden": 32, "input_scale": 3.0, "dtype": "float32"})


def solved_run():
    run = played(live(SOLVED, until_solved=True))
    assert (run.state, run.updates < SOLVED.training.steps) == ("solved", True)
    return run


def wild_run():
    run = played(live(WILD))
    assert run.state == "diverged"
    return run


def suspended():
    run = live(LONG)
    run.play()
    wait_until(lambda: run.updates > 2)
    run.suspend()
    return run


@pytest.mark.parametrize(("made", "then", "deed"), [
    (lambda: live(), {}, "train"),
    (lambda: live(), {"n_hidden": 6}, "train"),
    (lambda: stepped(), {}, "go on"),
    (lambda: stepped(), {"rho": 0.5}, "go on"),
    (lambda: stepped(), {"n_hidden": 6}, "train anew"),
    (lambda: stepped(), {"steps": 10}, "train anew"),
    (lambda: stepped(), {"steps": 11}, "go on"),
    (suspended, {}, "resume"),
    (suspended, {"seed": 3}, "train anew"),
    (lambda: played(live()), {}, "train again"),
    (lambda: played(live()), {"rho": 0.5}, "train anew"),
    (lambda: played(live()), {"steps": 41}, "go on"),
    (lambda: played(live()), {"rho": 0.5, "steps": 41}, "go on"),
    (lambda: played(live()), {"activation": "relu"}, "train anew"),
    (solved_run, {}, "train again"),
    (solved_run, {"lr": 0.5}, "go on"),
    (solved_run, {"dtype": "float32"}, "train anew"),
    (wild_run, {}, "train again"),
    (wild_run, {"rho": 0.5}, "train anew"),
    (wild_run, {"activation": "tanh"}, "train anew"),
    (lambda: live(NOT_FINITE), {}, ""),
], ids=str)
def test_the_button_says(made, then, deed):
    run = made()
    run.apply(changed(run.experiment, **then))
    assert run.deed == deed


def test_a_run_that_plays_can_be_paused_by_its_button():
    run = live(LONG)
    run.do("train")
    wait_until(lambda: run.updates > 2)
    assert run.deed == "pause"
    run.do("pause")
    assert (run.state, run.deed) == ("paused", "go on")


def test_a_solved_run_that_is_no_longer_asked_to_stop_goes_on():
    run = solved_run()
    run.playback = Playback(pace="max", until_solved=False)
    assert run.deed == "go on"
    before = curves(run)
    run.do("go on")
    wait_until(lambda: run.updates > len(before) + 5)
    run.pause()
    assert same(curves(run)[:len(before)], before)


def test_go_on_after_a_finished_run_with_more_updates_and_another_radius_keeps_what_was_made():
    run, then = played(live()), changed(SMALL, rho=0.6, steps=60)
    run.apply(then)
    run.do(run.deed)
    wait_until(lambda: run.state == "finished")
    assert same(curves(run), reference(SMALL, 40, then))


def test_train_anew_after_a_finished_run_with_another_radius_begins_with_it():
    run, then = played(live()), changed(SMALL, rho=0.6)
    run.apply(then)
    assert (run.state, run.updates) == ("finished", 40)
    run.do("train anew")
    wait_until(lambda: run.state == "finished")
    assert same(curves(run), reference(then))
    assert run.view().curves.marks == ()


def test_train_again_is_the_same_run_from_its_beginning():
    run = played(live())
    before = curves(run)
    run.do("train again")
    wait_until(lambda: run.state == "finished")
    assert same(curves(run), before)


def test_train_again_after_a_solved_run_trains_until_it_is_solved_again():
    run = solved_run()
    at = run.updates
    run.do("train again")
    wait_until(lambda: run.state == "solved" and run.updates == at)


def test_train_anew_after_a_run_that_diverged_begins_with_the_settings_of_now():
    run = wild_run()
    then = run.experiment.with_remedy(ClipNorm())
    run.apply(then)
    run.do("train anew")
    wait_until(lambda: run.state == "finished")
    assert same(curves(run), reference(then))


def test_a_task_that_is_solved_with_the_last_update_is_solved(monkeypatch):
    monkeypatch.setattr(Trajectory, "solved", True)
    run = stepped(changed(SMALL, steps=3), 3, until_solved=True)
    assert (run.state, run.deed) == ("solved", "train again")


def test_what_the_button_said_and_is_no_longer_so_does_nothing():
    """The run has ended while the reader pressed."""
    run = played(live())
    before = curves(run)
    for deed in ("pause", "go on", "train", "train anew", "resume", ""):
        run.do(deed)
    assert (run.state, same(curves(run), before)) == ("finished", True)


def test_a_change_after_solved_is_no_longer_solved_and_go_on_has_to_solve_it_anew():
    run = solved_run()
    at, before = run.updates, curves(run)
    run.apply(changed(run.experiment, lr=0.021))
    assert run.state == "paused"
    run.do("go on")
    wait_until(lambda: run.state == "solved")
    assert run.updates == at + 20  # what it is judged over
    assert same(curves(run)[:at], before)


def test_fewer_updates_than_a_playing_run_has_made_end_it():
    run = live(LONG)
    run.play()
    wait_until(lambda: run.updates > 20)
    run.apply(changed(LONG, steps=5))
    assert run.state == "finished"


# -- what the numbers were measured with ---------------------------------------------------------------------------

def test_before_the_first_update_nothing_was_measured():
    run = live()
    assert (run.view().measured_at, run.changed) == (None, False)


def test_a_paused_run_with_changed_settings_says_what_its_curves_were_measured_with():
    run, then = stepped(), changed(SMALL, rho=0.5)
    run.apply(then)
    assert (run.view().measured_at, run.view().experiment, run.changed) == (SMALL, then, True)
    run.step()
    assert (run.view().measured_at, run.changed) == (then, False)


def test_a_finished_run_with_changed_settings_says_so_too():
    run = played(live())
    run.apply(changed(SMALL, rho=0.5))
    view = run.view()
    assert (view.measured_at, view.experiment.recurrence.rho, view.record.step) == (SMALL, 0.5, 41)


def test_after_a_rewind_it_is_what_the_update_before_was_measured_with():
    run, then = stepped(), changed(SMALL, lr=0.7)
    run.apply(then)
    run.step()
    run.step()
    run.rewind(run.frame_at(11))
    assert (run.view().measured_at, run.view().experiment) == (SMALL, then)
    run.rewind(run.frame_at(1))
    assert run.view().measured_at is None


def test_an_update_that_is_looked_at_was_measured_with_the_settings_of_then():
    run = stepped()
    run.apply(changed(SMALL, lr=0.7))
    run.step()
    assert run.look_at(run.frame_at(10)).measured_at == SMALL
    assert run.look_at(run.frame_at(11)).measured_at == changed(SMALL, lr=0.7)


# -- the run before ------------------------------------------------------------------------------------------------

def shown_past(run):
    past = run.view().past
    return None if past is None else np.column_stack(
        [past.curves.loss, past.curves.grad_norm, past.curves.clipped_norm, past.curves.accuracy])


def test_what_another_network_takes_the_place_of_stays_until_its_first_update():
    run = stepped()
    before = curves(run)
    run.apply(changed(SMALL, seed=6))
    run.apply(changed(SMALL, seed=7))
    view = run.view()
    assert same(shown_past(run), before)
    assert (view.past.experiment, view.experiment, len(view.curves.step)) == (SMALL, changed(SMALL, seed=7), 0)
    run.step()
    assert run.view().past is None


def test_train_anew_keeps_the_curves_until_the_first_update():
    run = played(live())
    before = curves(run)
    run.apply(changed(SMALL, rho=0.5))
    run.reset(keep_past=True)
    assert same(shown_past(run), before)
    assert run.view().past.experiment == SMALL


def test_train_again_keeps_the_curves_until_the_first_update_too(monkeypatch):
    run = played(live())
    before = curves(run)
    monkeypatch.setattr(run, "play", lambda: None)
    run.do("train again")
    assert (run.state, run.updates, same(shown_past(run), before)) == ("ready", 0, True)


def test_a_link_to_a_run_that_diverged_does_not_know_what_was_set_afterwards():
    run = wild_run()
    made = run.story()
    run.apply(changed(run.experiment, lr=0.5))
    assert run.story() == made
    assert run.view().measured_at == WILD


def test_reset_and_a_preset_leave_nothing_behind():
    run = stepped()
    run.reset()
    assert run.view().past is None
    run.step()
    run.reset(changed(SMALL, n_hidden=6))
    assert run.view().past is None


def test_the_verdict_speaks_of_a_loss_with_the_settings_that_it_was_measured_at():
    """60 updates at rho = 0.8, then rho = 1 typed: the loss is not that of the network that is shown."""
    run = played(live(changed(SMALL, rho=0.8)))

    def told():
        view = run.view()
        return verdict_of(run, view, reach_of_view(view)).claim("loss").text

    before = told()
    run.apply(changed(run.experiment, rho=1.0))
    assert told().startswith("Measured before the settings changed: ")
    assert not before.startswith("Measured")
    run.apply(changed(run.experiment, rho=0.8))
    assert told() == before
