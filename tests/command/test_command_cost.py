"""`python -m core cost`: the same numbers that decide what a page begins, and which flags have a say in them."""

import json

import pytest

from core.command.cost import COUNTED, uncounted
from core.command.main import main
from core.live.seconds import run_cost
from core.parameters import ParameterError
from core.remedies.base import remedies
from core.topics.playground.cost import picture_seconds
from core.training.experiment import Experiment, flat_parameters


def told(capsys, *flags):
    assert main(["cost", *flags]) == 0
    said = capsys.readouterr()
    return json.loads(said.out), said.err


def test_it_prints_what_a_run_of_these_settings_costs(capsys):
    found, said = told(capsys, "--lstm", "--seq_len=300", "--batch", "64")
    asked = Experiment.from_values({"lstm": True, "seq_len": 300, "batch": 64})
    assert found == {"bytes": run_cost(asked).bytes, "seconds_update": run_cost(asked).seconds,
                     "seconds_picture": picture_seconds(asked)}
    assert said == ""


def test_of_changes_during_the_run_the_dearest_counts(capsys):
    found, _ = told(capsys, "--steps", "60", "--at", "31:steps=9000")
    assert found["bytes"] == run_cost(Experiment.from_values({"steps": 9000})).bytes


def test_it_allocates_nothing_and_refuses_nothing(capsys):
    found, _ = told(capsys, "--lstm", "--n_hidden=128", "--seq_len=1000", "--batch=256")
    assert found["bytes"] > 3e9
    assert found["seconds_update"] > 0.5


def test_what_has_no_say_in_it_is_a_line(capsys):
    _, said = told(capsys, "--rho=0.5", "--clip_norm", "--n_hidden=20", "--full")
    lines = said.splitlines()
    assert sorted(line.split()[0] for line in lines) == ["--clip_norm", "--full", "--rho"]
    assert all("counted from the sizes alone" in line or "a run on a page has it" in line for line in lines)


OTHER = {"n_hidden": 20, "activation": "gelu", "dtype": "float32", "steps": 900, "seq_len": 70, "batch": 40,
         "task": "sine", "lstm": True, "omega": True, "identity_relu": True, "truncation": True, "truncation_k1": 10,
         "truncation_k2": 3, "hessian_free": True, "hessian_free_cg_iterations": 20, "teacher_forcing_share": 0.0}
BESIDE = {"truncation": {"truncation_k1": 20}, "hessian_free": {}, "teacher_forcing": {"task": "generator"}}


def costs(values):
    asked = Experiment.from_values(values)
    return run_cost(asked), picture_seconds(asked)


@pytest.mark.parametrize("name", OTHER)
def test_what_is_counted_changes_the_cost(name):
    beside = {"task": "sine", "omega": True} if name.startswith("truncation") else {}
    for switch, more in BESIDE.items():
        if name.startswith(f"{switch}_"):
            beside |= more | {switch: True}
    assert costs(beside) != costs(beside | BESIDE.get(name, {}) | {name: OTHER[name]})
    assert name not in uncounted()


@pytest.mark.parametrize("name", uncounted())
def test_what_is_said_to_have_no_say_changes_nothing(name):
    owner = next((one for one in remedies() if name.startswith(f"{one}_")), None)
    beside = {owner: True} if owner and owner != "teacher_forcing" else {}
    for value in flat_parameters()[name].legal():
        try:
            assert costs(beside | {name: value}) == costs(beside)
        except ParameterError:  # it goes with other values alone
            continue


def test_every_parameter_is_one_or_the_other():
    weighing = {name for name in remedies() if name not in uncounted()}
    assert uncounted().keys() | COUNTED | weighing == flat_parameters().keys()
    assert weighing == {"clip_jacobian", "echo_state", "gru", "hessian_free", "identity_relu", "leaky", "lstm", "omega",
                        "orthogonal_kept", "teacher_forcing", "truncation"}
