"""How a run ended, in a sentence: each number computed once more from the curves."""

from dataclasses import replace

import numpy as np
import pytest

from core.live.ending import ending
from core.live.history import Curves
from core.topics.playground.presets import PRESETS
from core.training.experiment import Experiment
from tests.helpers.live_runs import SMALL, changed, live, played, stepped

ENDS = {  # a run that looks like one, and how it ended
    "playing": None, "ready": None, "paused": None, "suspended": None,
    "finished": "All updates made: 30 of 40.", "diverged": "Diverged at update 30.",
}


def view(state, **values):
    """30 updates, of which the first ten are quite unlike the last twenty."""
    shape = np.r_[np.full(10, 50.0), np.full(10, 3.0), np.full(10, 1.0)]
    curves = Curves(np.arange(1, 31), shape * 0.01, shape, shape, np.r_[np.zeros(10), np.full(10, 0.98),
                                                                      np.full(10, 0.96)])
    return replace(stepped(changed(SMALL, **values), 1).view(), state=state, curves=curves)


@pytest.mark.parametrize(("state", "words"), ENDS.items(), ids=ENDS)
def test_a_run_that_has_not_ended_says_nothing_and_one_that_has_says_where(state, words):
    found = ending(view(state))
    assert (found and found.text) == words


def test_a_task_with_classes_is_solved_by_the_share_that_was_right():
    found = ending(view("solved"))
    assert found.text == "Solved at update 30: 97.00% right, more than 95%, over the last 20 updates."
    assert found.numbers == {"update": 30, "over": 20, "right": pytest.approx(0.97, rel=1e-12), "mark": 0.95}


def test_a_task_with_numbers_is_solved_by_its_loss():
    found = ending(view("solved", task="adding"))
    assert found.numbers["loss"] == pytest.approx(0.02, rel=1e-12)
    assert found.text.startswith("Solved at update 30: mean loss 0.02, below 0.0")
    assert found.text.endswith(", over the last 20 updates.")


def test_a_solved_run_has_passed_the_mark_that_it_names():
    run = played(live(Experiment.from_values(PRESETS["critical"].values), until_solved=True))
    found, seen = ending(run.view()), run.view().curves
    assert found.numbers["right"] == sum(seen.accuracy[-20:]) / 20 > found.numbers["mark"]
    assert found.numbers["update"] == run.updates


def test_a_network_that_is_not_finite_at_its_start_says_so():
    nothing = replace(view("diverged"), curves=Curves(*[np.empty(0)] * 5))
    assert ending(nothing).text == "The initial network is not finite."


@pytest.mark.parametrize(("task", "value", "words"), [
    ("recall", 0.9501, "95.01% right, more than 95%"), ("adding", 0.01996, "mean loss 0.01996, below 0.02")])
def test_a_mean_that_has_just_passed_its_mark_does_not_read_like_it(task, value, words):
    one = np.full(30, value)
    near = replace(view("solved", task=task), curves=Curves(np.arange(1, 31), one, one, one, one))
    assert words in ending(near).text
