"""What the playground's stage shows, and what the reader's hand does to it, without Streamlit."""

from functools import partial

import numpy as np
import pytest

from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.training.experiment import Experiment, flat_parameters
from core.training.trainer import Trainer
from pages._kit.playing.scene import Scene
from pages._live.kept import Kept
from pages._parts.playground import picture
from tests.helpers.waiting import wait_until

DEFAULTS = {name: parameter.default for name, parameter in flat_parameters().items()}


@pytest.fixture
def run():
    made = LiveRun(Experiment(), UpdateSlot())
    yield made
    made.pause()


def scene_of(run, chosen=None):
    return Scene(run, partial(picture, Kept()), values=DEFAULTS, around="as it was", chosen=chosen)


def by_step(scene):
    """log10 ||dL/dh_t|| as the chart has it."""
    return scene.picture().parts["charts"]["by_step"].traces[1]["y"]


def measured(**values):
    return Trainer(Experiment.from_values(values), full=True).measure().log10_dL_dh


def test_a_value_that_is_held_is_drawn_and_the_run_stays_as_it_is(run):
    scene = scene_of(run)
    scene.order({"set": {"rho": "1.3"}, "drag": 1})
    np.testing.assert_allclose(by_step(scene), measured(rho=1.3))
    assert scene.picture().around == "as it was"
    assert run.experiment == Experiment()
    scene.order({"set": {"rho": "0.7", "alpha": "1"}, "drag": 1})
    np.testing.assert_allclose(by_step(scene), measured(rho=0.7, alpha=1.0))
    scene.order({"set": {}, "drag": 1})  # given up
    np.testing.assert_allclose(by_step(scene), measured())


@pytest.mark.parametrize("texts", [
    {"rho": "nonsense"}, {"rho": "-1"}, {"rho": "nan"}, {"rho": ""}, {"rho": 1.5}, {"none": "1"}, {"rho": None}, [],
    "x", None, 7, {"truncation_k1": "0"}, {"n_hidden": "1e9"}, {"look_at": "x"}, {"look_at": "9" * 40}])
def test_what_is_not_allowed_leaves_the_last_accepted_value(run, texts):
    scene = scene_of(run)
    scene.order({"set": {"rho": "1.3"}})
    scene.order({"set": texts, "drag": "x"})
    np.testing.assert_allclose(by_step(scene), measured(rho=1.3))


@pytest.mark.parametrize("deed", ["pause", "go on", "", "reset", None, 3, ["train"]])
def test_a_deed_that_is_not_the_runs_now_does_nothing(run, deed):
    scene_of(run).order({"do": deed})
    assert run.state == "ready"


def eigenvalues(scene):
    """Those that the chart draws, and the parameter that is written where one is taken hold of."""
    drawn = scene.picture().parts["charts"]["eigenvalues"]
    now = drawn.traces[3]
    points = [handle["points"]["name"] for handle in drawn.look["meta"]["handles"] if "points" in handle]
    return np.array(now["x"]) + 1j * np.array(now["y"]), *points


def test_an_eigenvalue_of_the_trained_matrix_is_moved_under_the_hand_and_put_back_when_it_is_given_up(run):
    scene = scene_of(run)
    assert eigenvalues(scene)[1] == "eigenvalues"
    run.step()
    values, name = eigenvalues(scene)
    assert name == "moved"
    z = complex(values[0])
    for to in (0.3 + 0.2j, 0.1 + 0.5j):
        scene.order({"set": {"moved": f"{z.real}+{z.imag}j, {to.real}+{to.imag}j"}, "drag": 1})
        assert np.abs(eigenvalues(scene)[0] - to).min() < 1e-6  # charts are float32
    assert run.experiment == Experiment()
    scene.order({"set": {}, "drag": 1})
    np.testing.assert_array_equal(eigenvalues(scene)[0], values)


def test_where_one_of_the_initial_matrix_was_moved_the_next_is_moved_too(run):
    """The list that it is made from is not what is drawn any more."""
    run.apply(run.experiment.changed(moved=(0.9, 0.5)))
    assert eigenvalues(scene_of(run))[1] == "moved"


def test_one_that_cannot_be_moved_stays_in_the_picture_and_in_the_run(run):
    scene = scene_of(run)
    run.step()
    W = run._trajectory.trainer.network.W_hh
    W[...] = np.diag(np.arange(len(W)) / len(W))
    W[0, 1] = 1e9
    before, there = eigenvalues(scene)[0], W.copy()
    for deed in ("", "go on"):
        scene.order({"set": {"moved": "0,0.5"}, "drag": 1, "do": deed})
        if not deed:
            np.testing.assert_array_equal(eigenvalues(scene)[0], before)
            assert np.array_equal(W, there)
    scene.order({"set": {"moved": "0,0.5"}, "drag": 1})
    scene.order({"do": "pause"})
    assert run.experiment.recurrence.moved == ()


def test_a_movement_while_the_run_plays_is_one_mark(run):
    scene = scene_of(run)
    scene.order({"do": "train"})
    wait_until(lambda: run.updates > 2)
    for to in ("0.8", "0.7", "0.6"):
        scene.order({"set": {"moved": f"0.9,{to}"}, "drag": 5})
        at = run.updates
        wait_until(lambda at=at: run.updates > at + 1)
    scene.order({"do": "pause"})
    assert run.experiment.recurrence.moved == (0.9, 0.6)
    (mark,) = run.view().curves.marks
    assert mark.text == "Eigenvalue to 0.6"


def test_an_order_trains_and_pauses_and_a_held_value_changes_the_run_as_it_plays(run):
    scene = scene_of(run)
    scene.order({"do": "train"})
    wait_until(lambda: run.updates > 3)
    for rho in ("1.1", "1.2"):
        scene.order({"set": {"rho": rho}, "drag": 5})
        at = run.updates
        wait_until(lambda at=at: run.updates > at + 2)
    assert run.experiment.recurrence.rho == 1.2
    scene.order({"do": "pause"})
    assert run.state == "paused"
    assert [mark.text for mark in run.view().curves.marks] == ["Spectral radius 1 → 1.2"]


def test_the_update_that_is_looked_at_is_drawn_while_the_run_rests(run):
    for _ in range(4):
        run.step()
    scene = scene_of(run)
    now = by_step(scene)
    scene.order({"set": {"look_at": "2"}})
    then = run.look_at(run.frame_at(2)).record.log10_dL_dh
    np.testing.assert_allclose(by_step(scene), then)
    assert not np.allclose(now, then)
    np.testing.assert_allclose(by_step(scene_of(run, 2)), then)
