"""What the reader's hand does to the stages of the session's run, without Streamlit."""

from functools import partial

import numpy as np
import pytest

from core.live.jobs import Jobs
from core.topics.jacobians.map import jacobian_map, quick_pieces
from core.topics.jacobians.view import JacobianView
from core.topics.truncation.view import TruncationView
from core.training.experiment import Experiment, flat_parameters
from core.training.trainer import Trainer
from pages._kit.playing.scene import Scene
from pages._live.kept import Kept
from pages._parts.jacobians.picture import picture as of_jacobians
from pages._parts.truncation.picture import picture as of_truncation
from tests.helpers.live_runs import SMALL, changed, live, stepped
from tests.helpers.waiting import wait_until

DEFAULTS = {name: parameter.default for name, parameter in flat_parameters().items()}


@pytest.fixture
def jobs():
    mine = Jobs()
    yield mine
    mine.end()


def scene_of(run, paint, jobs, look, held=False):
    """held: whether it draws quickly what is held, as the pages do."""
    whole = partial(paint, jobs, Kept())
    return Scene(run, whole, look, values=DEFAULTS | run.experiment.values() | look.values(), around="as it was",
                 quick=partial(whole, held=True) if held else None)


def exact(scene):
    """log10 ||dh_t/dh_k|| as it is drawn once nothing more is to come."""
    wait_until(lambda: not scene.picture().moving)
    return scene.picture().parts["map"]["jacobian_map"].traces[0]["z"]


def test_a_network_that_is_held_is_measured_and_the_run_stays_as_it_is(jobs):
    run = live(SMALL)
    scene = scene_of(run, of_jacobians, jobs, JacobianView(sequences=2))
    before = exact(scene)
    scene.order({"set": {"rho": "0.7"}, "drag": 1})
    trainer = Trainer(Experiment.from_values(SMALL.values() | {"rho": 0.7}))
    trainer.measure()
    assert np.array_equal(exact(scene), jacobian_map(trainer.jacobians(2)).log10_norm, equal_nan=True)
    assert scene.picture().around == "as it was"
    scene.order({"set": {}, "drag": 1})  # given up
    assert np.array_equal(exact(scene), before, equal_nan=True)
    assert scene.picture().around != "as it was"
    assert run.experiment == SMALL


def test_while_a_network_is_held_the_quick_map_is_drawn_and_the_exact_one_when_it_rests(jobs):
    run = live(SMALL)
    scene = scene_of(run, of_jacobians, jobs, JacobianView(sequences=2), held=True)
    scene.order({"set": {"rho": "0.7"}, "drag": 1})
    wait_until(lambda: "Approximate" in scene.picture().parts["verdict"]["verdict"].html)
    trainer = Trainer(Experiment.from_values(SMALL.values() | {"rho": 0.7}))
    trainer.measure()
    J = trainer.jacobians(2)
    *_, (_, quick) = quick_pieces(J, np.arange(len(J) + 1))
    picture = scene.picture()
    assert not picture.moving
    drawn = picture.parts["map"]["jacobian_map"]
    assert np.array_equal(drawn.traces[0]["z"], quick.log10_norm, equal_nan=True)
    assert "approximate" in drawn.layout["title"]["text"]
    assert "measured when the control rests" in str(picture.parts["singular"]["singular"].layout["annotations"])
    scene.order({"set": {}, "drag": 1})
    assert np.array_equal(exact(scene), jacobian_map(run.view().jacobians.first(2)).log10_norm, equal_nan=True)
    assert "control rests" not in str(scene.picture().parts["singular"]["singular"].layout)


def test_how_it_is_looked_at_can_be_held_and_so_can_the_history(jobs):
    run = stepped(SMALL, 4)
    scene = scene_of(run, of_jacobians, jobs, JacobianView(sequences=1))
    scene.order({"set": {"sequences": "4"}})
    assert np.array_equal(exact(scene), jacobian_map(run.view().jacobians.first(4)).log10_norm, equal_nan=True)
    scene.order({"set": {"sequences": "99"}})  # not allowed: the last one stays
    assert scene.picture().around == "as it was"
    scene.order({"set": {}})
    scene.order({"set": {"look_at": "2"}})
    earlier = run.look_at(run.frame_at(2)).jacobians.first(1)
    assert np.array_equal(exact(scene), jacobian_map(earlier).log10_norm, equal_nan=True)


def test_a_window_that_is_held_moves_what_is_seen_and_what_is_lost(jobs):
    run = live(changed(SMALL, truncation=True, truncation_k2=3))
    scene = scene_of(run, of_truncation, jobs, TruncationView())
    wait_until(lambda: not scene.picture().moving)
    scene.order({"set": {"truncation_k2": "6"}})
    wait_until(lambda: not scene.picture().moving)
    parts = scene.picture().parts
    assert "the last 6 steps" in parts["seen"]["seen"].html
    scene.order({"set": {}})
    assert "the last 3 steps" in scene.picture().parts["seen"]["seen"].html


def test_while_a_window_is_held_nothing_new_is_measured_and_that_is_said(jobs):
    run = live(changed(SMALL, truncation=True, truncation_k2=3))
    scene = scene_of(run, of_truncation, jobs, TruncationView(), held=True)
    wait_until(lambda: not scene.picture().moving)
    work, parts = jobs.current("lost"), scene.picture().parts
    lost, of = parts["lost"]["lost_by_lag"], parts["lost"]["lost_of"].html
    assert "before the control was held" not in of
    assert "is dropped" in parts["seen"]["seen"].html
    scene.order({"set": {"truncation_k2": "6"}})
    parts = scene.picture().parts
    assert jobs.current("lost") is work
    assert parts["lost"]["lost_by_lag"] is lost
    assert "As it was before the control was held" in parts["lost"]["lost_of"].html
    assert "the last 6 steps" in parts["seen"]["seen"].html
    assert "is dropped" not in parts["seen"]["seen"].html
    scene.order({"set": {}})
    assert scene.picture().parts["lost"]["lost_of"].html == of


def test_a_factor_that_is_held_moves_the_threshold_proposed(jobs):
    run = stepped(SMALL, 30)
    scene = scene_of(run, of_truncation, jobs, TruncationView())
    mean = run.view().curves.grad_norm.mean()
    for factor in (1.0, 2.0):
        if factor != 1.0:
            scene.order({"set": {"factor": str(factor)}})
        said = scene.picture().parts["advice"]["advice"].html
        assert f"{float(f'{factor * mean:.4g}'):g}" in said


def test_a_value_that_is_held_while_the_run_plays_changes_the_run(jobs):
    run = live(changed(SMALL, steps=20000), pace="60")
    scene = scene_of(run, of_jacobians, jobs, JacobianView())
    scene.order({"do": "train"})
    wait_until(lambda: run.updates > 2)
    scene.order({"set": {"lr": "0.5"}, "drag": 1})
    assert run.experiment.training.lr == 0.5
    assert scene.picture().around != "as it was"
    scene.order({"do": "pause"})
    assert run.state == "paused"
