"""Live runs that leave the finite numbers, what can be done about them, and runs that are solved."""

import re

import numpy as np
import pytest

from core.remedies.clip_norm import ClipNorm
from core.topics.playground.presets import PRESETS
from core.training.experiment import Experiment
from tests.helpers.live_runs import curves, live, played, same

DIVERGING = {
    "exploding": Experiment.from_values({**PRESETS["exploding"].values, "seed": 2000, "steps": 120}),
    "clip_saves without clip": Experiment.from_values(
        {**PRESETS["clip_saves"].values, "clip_norm": False, "seed": 2000, "steps": 120}),
}
EACH = pytest.mark.parametrize("experiment", DIVERGING.values(), ids=DIVERGING)


@EACH
def test_a_run_that_diverges_stops_and_says_where(experiment):
    run = played(live(experiment))
    record = run.view().record
    assert (run.state, record.step) == ("diverged", run.updates)
    assert re.search(rf"is (inf|nan|-inf) at update {record.step};", record.stopped.text)


@EACH
def test_the_finite_history_of_a_diverged_run_stays(experiment):
    seen = played(live(experiment)).view().curves
    assert len(seen.step) > 1
    assert np.isfinite(seen.loss[:-1]).all()
    assert np.isfinite(seen.grad_norm[:-1]).all()


@EACH
def test_the_view_of_a_diverged_run_has_no_jacobians_and_all_its_frames(experiment):
    view = played(live(experiment)).view()
    assert view.jacobians is None
    assert view.frames[0].record.step == 1


@EACH
def test_a_diverged_run_does_nothing_until_it_is_rewound(experiment):
    run = played(live(experiment))
    updates = run.updates
    run.step()
    run.play()
    assert (run.state, run.updates) == ("diverged", updates)


@EACH
def test_the_last_finite_frame_is_the_update_before_the_run_left_the_finite_numbers(experiment):
    run = played(live(experiment))
    assert run.last_finite().record.step == run.updates - 1


@EACH
def test_the_last_healthy_frame_has_a_gradient_of_the_usual_size(experiment):
    run = played(live(experiment))
    frame, norms = run.last_healthy(), run.view().curves.grad_norm
    assert frame.record.step <= run.last_finite().record.step
    assert frame.record.grad_norm <= 10 * np.median(norms[:frame.record.step])


@EACH
def test_a_diverged_run_goes_on_from_the_last_healthy_update_with_clipping(experiment):
    run = played(live(experiment))
    healthy = run.last_healthy()
    run.rewind(healthy, run.experiment.with_remedy(ClipNorm(threshold=1.0)))
    assert played(run).state == "finished"
    assert run.updates == experiment.training.steps
    assert np.isfinite(curves(run)).all()


@EACH
def test_clipping_switched_on_by_a_rewind_is_marked(experiment):
    run = played(live(experiment))
    healthy = run.last_healthy()
    run.rewind(healthy, run.experiment.with_remedy(ClipNorm(threshold=1.0)))
    (mark,) = run.view().curves.marks
    assert mark.step == healthy.record.step
    assert "clipping on" in mark.text


@EACH
def test_clipping_switched_on_after_the_end_is_marked_where_the_run_is_taken_up(experiment):
    run = played(live(experiment))
    run.apply(run.experiment.with_remedy(ClipNorm(threshold=1.0)))
    run.rewind(run.last_healthy())
    assert [mark.step for mark in run.view().curves.marks] == [run.updates + 1]


def test_a_diverged_run_rewound_without_a_change_diverges_again_at_the_same_update():
    run = played(live(DIVERGING["exploding"]))
    before = curves(run)
    run.rewind(run.last_finite())
    assert played(run).state == "diverged"
    assert same(curves(run), before)


def test_a_network_that_is_not_finite_at_the_start_is_diverged_and_has_nothing_to_go_back_to():
    run = live(Experiment.from_values({"shape": "identity", "rho": 2.0, "activation": "leaky_relu", "bias": 3.0,
                                       "seq_len": 1000, "n_hidden": 32, "input_scale": 3.0, "dtype": "float32"}))
    assert (run.state, run.last_finite(), run.last_healthy()) == ("diverged", None, None)


def test_a_run_stops_when_the_task_is_solved():
    run = live(Experiment.from_values({**PRESETS["critical"].values, "seed": 2000}), until_solved=True)
    played(run)
    assert run.state == "solved"
    assert run.view().curves.accuracy[-20:].mean() > 0.95


def test_a_solved_task_does_not_stop_a_run_that_is_not_asked_to():
    values = {**PRESETS["critical"].values, "seed": 2000, "steps": 100}
    assert played(live(Experiment.from_values(values))).state == "finished"
