"""A task that a session brings is in no registry, and yet trained, measured, drawn and told as one that is."""

from dataclasses import fields, replace

import numpy as np
import pytest

from core.live.memory import trainer_need
from core.live.player import Playback
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.parameters import ParameterError
from core.specs.task import Task
from core.specs.training import Training
from core.tasks.base import Baselines, Batch, Dependency, TaskKind, tasks
from core.topics.playground.pytorch_code import pytorch_code
from core.topics.playground.view import reach_of_view, verdict_after, verdict_of
from core.topics.truncation.dropped_gradient import dropped_pieces
from core.topics.truncation.figures.dependency import dependency_figure
from core.training.experiment import Experiment, flat_parameters, read_spelled
from core.training.first_sequence import first_sequence
from core.training.replicas import Replicas
from core.training.train import train
from core.training.trainer import Trainer
from tests.helpers.live_runs import played
from tests.helpers.races import race
from tests.helpers.views import DRAWN

FIRST = np.array([[0.5], [-1.5]])
SMALL = {"n_hidden": 4, "seq_len": 8, "batch": 3, "steps": 12}
EACH = pytest.mark.parametrize("name", tasks())


def copied(name):
    """A registered task under another name: an own one of which the registry knows all that it should give."""
    return replace(tasks()[name], name="mine")


# y_T = x_1, one number
RECALL_A_NUMBER = TaskKind(
    name="recall_a_number", title="Recall a number", source=None, about="The first number is asked for at the end.",
    n_in=1, n_out=1, classes=False, draw=lambda rng, T, B: (rng.normal(size=(T, B)),),
    compose=lambda T, x: Batch(x[:, None], np.array([T]), x[:1, None]),
    baselines=lambda T: Baselines(1.0, 1.0, "squared error"), shortest=3, longest=20, limit_reason="a test is short",
    dependency=lambda T: Dependency(T - 1, T - 1, "the number at t = 1"))


def pair(name, **values):
    """The experiment on a registered task, and on one of a session's own that does the same."""
    values = {**SMALL, **values}
    return Experiment.from_values({**values, "task": name}), Experiment.from_values({**values, "task": copied(name)})


def measured(record):
    return [np.asarray(getattr(record, field.name)).tolist() for field in fields(record)
            if field.name != "seconds" and getattr(record, field.name) is not None]


@EACH
def test_it_trains_and_is_measured_as_the_registered_one(name):
    given, own = (Trainer(one, full=True) for one in pair(name, truncation=True, truncation_k1=5, truncation_k2=3))
    for _ in range(4):
        assert measured(own.update()) == measured(given.update())
    assert own.task.name == "mine"


@EACH
def test_seeds_are_trained_together_as_on_the_registered_one(name):
    given, own = (Replicas(one, (0, 3)) for one in pair(name))
    for _ in range(3):
        assert list(map(measured, own.update())) == list(map(measured, given.update()))


@EACH
def test_the_playground_says_of_it_what_it_says_of_the_registered_one(name):
    given, own = (verdict_after(one) for one in pair(name))
    assert own == given


@EACH
def test_what_has_no_effect_is_the_same(name):
    given, own = pair(name, rho=0.0, truncation=True, truncation_k1=2, truncation_carry=False)
    for upto in ("W_hh", "Jacobians", "gradient", "update"):
        assert own.without_effect(upto) == given.without_effect(upto)


@EACH
def test_what_it_needs_and_its_first_sequence_are_the_same(name):
    given, own = pair(name)
    assert trainer_need(own) == trainer_need(given)
    assert np.array_equal(first_sequence(own).tape.h, first_sequence(given).tape.h)


# -- one that is like none of the registry ----------------------------------------------------------------------------


def on_numbers(**values):
    return Experiment.from_values({**SMALL, "task": RECALL_A_NUMBER, "lr": 0.1, **values})


@pytest.fixture(scope="module")
def run():
    made = LiveRun(on_numbers(), UpdateSlot())
    made.playback = Playback(until_solved=False)
    for _ in range(6):
        made.step()
    return made


def test_a_run_of_it_is_what_train_gives(run):
    alone = train(on_numbers().recurrence, Task(task=RECALL_A_NUMBER, seq_len=8, batch=3), Training(steps=6, lr=0.1))
    assert run.view().curves.loss.tolist() == [record.loss for record in alone]


def test_the_verdict_speaks_of_its_chance(run):
    view = run.view()
    claim = verdict_of(run, view, reach_of_view(view)).claim("loss")
    assert claim.numbers["chance"] == 1.0
    assert view.baselines.unit == "squared error"


@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_of_the_playground_is_drawn(run, name):
    assert DRAWN[name](run.view()).to_plotly_json()["layout"]["meta"]["text"]


def test_its_dependency_is_drawn():
    assert "needs 7 steps back" in dependency_figure(RECALL_A_NUMBER, 8, None, 1.0).layout.meta["text"]


def test_it_may_do_without_a_mark_for_solved_and_without_a_dependency():
    bare = replace(RECALL_A_NUMBER, dependency=None)
    found = verdict_after(on_numbers(task=bare, n_hidden=8, seq_len=3, batch=64, lr=0.2, steps=400))
    assert not found["solved"]
    told = next(claim["text"] for claim in found["claims"] if claim["claim"] == "loss")
    assert told == "The loss has fallen to 0.03519, below a tenth of chance, 1."


def test_lanes_race_on_it():
    made = played(race(on_numbers(), seeds=(0, 1)))
    assert [(one.updates, one.failed, one.experiment.task.kind) for one in made.view().lanes] == \
        [(12, None, RECALL_A_NUMBER)] * 2


def test_what_truncation_drops_of_it_is_measured():
    *_, (share, found) = dropped_pieces(on_numbers(truncation=True, truncation_k2=2))
    assert share == 1.0
    assert found.dropped > 0.0


# -- as a value -------------------------------------------------------------------------------------------------------


def test_an_experiment_keeps_it_through_every_change_of_the_rest():
    base = on_numbers()
    for one in (base.changed(lr=0.2), replace(base, task=replace(base.task, seq_len=9)),
                Experiment.from_values(base.values())):
        assert one.task.kind is RECALL_A_NUMBER
    assert base.changed(task="copy").task.kind is tasks()["copy"]
    assert Experiment.from_values(base.values()) == base


def test_another_task_needs_a_restart():
    assert not on_numbers().hot_from(on_numbers(task=replace(RECALL_A_NUMBER)))
    assert on_numbers(lr=0.2).hot_from(on_numbers())


def test_its_own_lengths_are_kept():
    with pytest.raises(ParameterError, match=r"^seq_len must be a whole number from 3 to 20 for the task "
                                             r"recall_a_number \(a test is short\), got 21\.$"):
        Task(task=RECALL_A_NUMBER, seq_len=21)


@EACH
def test_a_task_takes_its_shortest_and_its_longest_sequence_and_none_beyond(name):
    kind = tasks()[name]
    assert [Task(task=name, seq_len=T).seq_len for T in (kind.shortest, kind.longest)] == [kind.shortest, kind.longest]
    for T in {kind.shortest - 1, kind.longest + 1} - {1, 1001}:  # those no sequence may have
        with pytest.raises(ParameterError) as caught:
            Task(task=name, seq_len=T)
        assert str(caught.value) == (f"seq_len must be a whole number from {kind.shortest} to {kind.longest} for the "
                                     f"task {name} ({kind.limit_reason}), got {T}.")


@EACH
def test_a_registered_one_that_is_given_as_a_value_is_its_name(name):
    assert Task(task=tasks()[name]) == Task(task=name)


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(ParameterError, match=r"^task must have a name of its own, got another copy\.$"):
        Task(task=replace(tasks()["copy"]))


def test_a_link_to_it_is_one_clear_line_for_who_does_not_have_it():
    said = on_numbers().spelled()
    assert said["task"] == "recall_a_number"
    values, problems = read_spelled(said, flat_parameters())
    assert "task" not in values
    assert problems == [f"task must be one of {', '.join(tasks())}, got recall_a_number. The default, recall, is used."]


def test_a_script_names_it():
    assert "'task': 'recall_a_number'," in pytorch_code(on_numbers())
