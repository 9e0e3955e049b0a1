"""A control says that a change of it needs a new run where it does, and nowhere else."""

import pytest

from core.live.player import Playback
from core.parameters import ParameterError
from core.remedies.base import remedies
from core.training.experiment import Experiment, flat_parameters
from core.training.trainer import Trainer
from pages._kit.link.settings import Settings, parameters

SAYS = "A change starts a new run."
BASE = {"seq_len": 20, "n_hidden": 4, "batch": 2}


def around(name):
    """Two experiments that differ in this one setting."""
    remedy = next((remedy for remedy in remedies() if name.startswith(f"{remedy}_")), None)
    base = BASE | ({remedy: True} if remedy else {}) | ({"task": "generator"} if name in ("teacher_forcing", "waveform")
                                                        or remedy == "teacher_forcing" else {})
    base |= {"leaky_slowest": 0.2, "leaky_fastest": 0.8} if remedy == "leaky" else {}
    parameter = flat_parameters()[name]
    for value in (parameter.default + 0.05 if isinstance(parameter.default, float) else None, *parameter.legal(),
                  not parameter.default if isinstance(parameter.default, bool) else None):
        try:
            pair = Experiment.from_values(base), Experiment.from_values(base | {name: value})
        except ParameterError:
            continue
        if pair[0] != pair[1]:
            return pair
    raise AssertionError(f"{name} has no second value")


@pytest.mark.parametrize("name", flat_parameters())
def test_a_control_says_whether_a_trainer_can_take_its_change(name):
    before, after = around(name)
    trainer = Trainer(before)
    try:
        trainer.change(after)
    except ValueError:
        refused = True
    else:
        refused = False
    assert (SAYS in Settings({}).help_of(name)) == refused


@pytest.mark.parametrize("name", Playback.parameters())
def test_how_a_run_is_watched_needs_no_new_one(name):
    assert SAYS not in Settings({}).help_of(name)
    assert name in parameters()


def test_an_eigenvalue_that_the_run_refuses_to_move_is_said_under_its_control_and_stays():
    settings = Settings({"moved": "0.9,0.5"})
    asked = []

    def refusal(experiment):
        asked.append(experiment.recurrence.moved)
        return "moved must name another."

    settings.refusal = refusal
    settings.take_text("moved", "0.9,0.5,0.1,0.2")
    assert (settings.values["moved"], settings.refused["moved"]) == (
        (0.9, 0.5), "moved must name another. It stays 0.9,0.5.")
    settings.take_text("moved", "0.9,0.5,0.1")
    assert "pairs" in settings.refused["moved"]
    settings.take_text("rho", "0.7")
    assert asked == [(0.9, 0.5, 0.1, 0.2)]
    settings.refusal = lambda experiment: None
    settings.take_text("moved", "0.9,0.6")
    assert (settings.values["moved"], settings.refused) == ((0.9, 0.6), {})


def test_a_list_that_is_too_long_is_counted_and_a_long_one_that_stays_is_cut():
    settings = Settings({})
    many = ",".join(f"0.{i}1234567" for i in range(60))
    settings.take_text("moved", many)
    settings.take_text("moved", f"{many},0.1,0.2")
    assert ", got 62 of them; empty it to go on from here. It stays 0.01234567," in settings.refused["moved"]
    assert len(settings.refused["moved"]) < 200
