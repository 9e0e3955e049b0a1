"""What a run would be with other settings, tried on a picture: exactly what it is once they are taken over."""

import random

import numpy as np
import pytest

from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.topics.playground.view import reach_of_view, verdict_of
from core.training.experiment import Experiment, flat_parameters
from tests.helpers.random_experiments import random_experiment

HOT = [name for name, parameter in flat_parameters().items() if parameter.hot]


def changed(experiment, rng):
    """The same with one or two settings as another experiment has them."""
    for _ in range(100):
        other = random_experiment(rng.randrange(10**6)).values()
        names = rng.sample([name for name in (HOT if rng.random() < 0.7 else list(experiment.values()))
                            if name in other and name in experiment.values()], rng.choice((1, 2)))
        values = {name: other[name] for name in names}
        if rng.random() < 0.5:
            values["moved"] = tuple(rng.choice((0.9, -0.2, 0.3 + 0.6j, 0.5)) for _ in range(rng.choice((2, 4))))
        try:
            after = Experiment.from_values(experiment.values() | values)
        except ValueError:
            continue
        if after != experiment:
            return after
    return experiment.changed(lr=experiment.training.lr / 2)


def same(a, b):
    """Two views, and what is said of them."""
    view_a, view_b = a[1], b[1]
    np.testing.assert_array_equal(view_a.record.log10_dL_dh, view_b.record.log10_dL_dh)
    np.testing.assert_array_equal(view_a.weights, view_b.weights)
    np.testing.assert_array_equal(view_a.curves.loss, view_b.curves.loss)
    assert view_a.curves.marks == view_b.curves.marks
    assert (view_a.state, view_a.record.step) == (view_b.state, view_b.record.step)
    assert view_a.experiment == view_b.experiment
    assert view_a.measured_at == view_b.measured_at
    assert (view_a.past is None) == (view_b.past is None)
    said = [verdict_of(run, view, reach_of_view(view), 0.0).sentence for run, view in (a, b)]
    assert said[0] == said[1]


@pytest.mark.parametrize("seed", range(60))
def test_it_is_what_the_run_is_once_it_takes_them_over_and_the_run_stays_as_it_is(seed):
    rng = random.Random(seed)
    experiment = random_experiment(seed)
    run, untouched = (LiveRun(experiment, UpdateSlot()) for _ in range(2))
    for _ in range(rng.choice((0, 1, 4))):
        run.step()
        untouched.step()
    after = changed(experiment, rng)
    beside = run.as_if(after)
    tried = beside, beside.view()
    run.step()
    untouched.step()
    np.testing.assert_array_equal(run.view().record.log10_dL_dh, untouched.view().record.log10_dL_dh)
    assert run.view().curves.marks == ()
    again = LiveRun(experiment, UpdateSlot())
    for _ in range(len(tried[1].curves.step) if tried[1].past is None else len(tried[1].past.curves.step)):
        again.step()
    again.apply(after)
    same(tried, (again, again.view()))


def test_settings_that_do_not_fit_leave_the_picture_as_it_is():
    run = LiveRun(Experiment(), UpdateSlot())
    assert run.as_if(Experiment.from_values({"n_hidden": 128, "seq_len": 1000, "batch": 256, "lstm": True})) is run
    assert run.refused is None


def test_a_movement_of_the_hand_has_one_mark_and_the_link_all_that_acted():
    run = LiveRun(Experiment(), UpdateSlot())
    run.step()
    for rho in (1.1, 1.2, 1.3):
        run.apply(run.experiment.changed(rho=rho), drag=7)
        run.step()
    run.apply(run.experiment.changed(lr=0.1))
    run.step()
    run.apply(run.experiment.changed(rho=0.5), drag=8)
    run.step()
    assert [(mark.step, mark.text) for mark in run.view().curves.marks] == [
        (2, "Spectral radius 1 → 1.3"), (5, "Learning rate 0.03 → 0.1"), (6, "Spectral radius 1.3 → 0.5")]
    _, start, changes = run.story()
    assert [change.step for change in changes] == [2, 3, 4, 5, 6]
    again = LiveRun(start, UpdateSlot(), changes)
    for _ in range(6):
        again.step()
    np.testing.assert_array_equal(again.view().curves.loss, run.view().curves.loss)


def test_a_movement_that_comes_back_says_so():
    run = LiveRun(Experiment(), UpdateSlot())
    run.step()
    for rho in (1.1, 1.0):
        run.apply(run.experiment.changed(rho=rho), drag=7)
        run.step()
    assert [mark.text for mark in run.view().curves.marks] == ["Spectral radius back at 1"]
