"""What a reader takes along gives the same numbers elsewhere."""

import contextlib
import csv
import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.command.main import main
from core.live.history import Curves
from core.network.activations import ACTIVATIONS
from core.remedies.base import remedy_of
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.tasks.base import tasks
from core.topics.playground.presets import PRESETS
from core.training.experiment import Experiment
from core.training.train import train
from core.training.trainer import Trainer
from pages._kit.share.printed import command, python
from pages._kit.share.share_menu import autograd_difference, curves_csv

ROOT = Path(__file__).resolve().parents[3]
EXPERIMENTS = {
    "defaults": {},
    "every word": {"n_hidden": 6, "eigenvalues": (-0.5 + 0.3j, 0.25 + 0j), "alpha": 0.35, "activation": "gelu",
                   "bias": -0.1, "seed": 2**31 - 1, "task": "sine", "seq_len": 12, "batch": 3, "optimizer": "adam",
                   "lr": 0.0123456789, "dtype": "float32", "clip_norm": True, "clip_norm_threshold": 0.1,
                   "truncation": True, "truncation_k1": 5, "truncation_k2": 3},
    "diverging": PRESETS["exploding"].values,
    "adding": {"task": "adding", "input_scale": 0.1 + 0.2},
    "a generator with half a teacher": {"task": "generator", "waveform": "square", "teacher_forcing": True,
                                        "teacher_forcing_share": 0.5, "leaky": True, "leaky_slowest": 0.05},
    "gates and penalties": {"gru": True, "gru_bias": 2.5, "l1": True, "l1_weight": 0.02, "clip_value": True,
                            "clip_jacobian": True, "clip_jacobian_growth": 0.7},
    "orthogonal with omega": {"orthogonal_kept": True, "omega": True, "omega_weight": 3.5, "optimizer": "momentum"},
    "a reservoir": {"echo_state": True, "echo_state_ridge": 1e-3},
    "Hessian-free": {"hessian_free": True, "hessian_free_structural": 0.5, "batch": 8, "n_hidden": 6, "seq_len": 10},
}
EACH = pytest.mark.parametrize("values", EXPERIMENTS.values(), ids=EXPERIMENTS)


def experiment(values):
    return Experiment.from_values({**values, "steps": 6})


def records(e):
    return list(train(e.recurrence, e.task, e.training, e.remedies))


def close(one, two):
    return np.array_equal(np.array(one, float), np.array(two, float), equal_nan=True)


@EACH
def test_the_command_gives_the_numbers_of_the_run_bit_for_bit(values, capsys):
    words = shlex.split(command("train", experiment(values).spelled()))
    assert words[:4] == ["python", "-m", "core", "train"]
    assert main(words[3:]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    seen = records(experiment(values))
    assert close([(line["loss"], line["grad_norm"], line["clipped_norm"]) for line in lines],
                 [(r.loss, r.grad_norm, r.clipped_norm) for r in seen])
    assert close([line["log10_dL_dh"] for line in lines], [r.log10_dL_dh for r in seen])


def test_the_command_survives_a_shell():
    e = experiment(EXPERIMENTS["every word"])
    line = command("train", e.spelled()).replace("python", shlex.quote(sys.executable), 1)
    out = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True).stdout
    assert [json.loads(text)["loss"] for text in out.splitlines()] == [r.loss for r in records(e)]


@EACH
def test_the_script_gives_the_numbers_of_the_run_bit_for_bit(values):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(python(experiment(values)), {})
    seen = [line.split() for line in out.getvalue().splitlines()]
    assert close([[float(word) for word in line] for line in seen],
                 [(r.step, r.loss, r.grad_norm, r.log10_dL_dh[0]) for r in records(experiment(values))])


@EACH
def test_the_script_names_nothing_but_what_differs_from_the_defaults(values):
    text, e = python(experiment(values)), experiment(values)
    switches = {remedy_of(spec).name: type(spec).__name__ for spec in e.remedies}
    for name in values:
        if name in switches:
            assert f", {switches[name]}, " in text.splitlines()[0]
        else:
            owner = next((switch for switch in switches if name.startswith(f"{switch}_")), "")
            assert f"{name.removeprefix(f'{owner}_')}=" in text
    said = {word.partition("=")[0].strip("(") for word in re.findall(r"[(\s]\w+=", text)}
    assert len(said - {"run"}) <= len(values) + 1 - len(switches)
    assert "input_scale=0.1)" not in text


def test_the_csv_has_the_curves_to_the_last_bit():
    rng = np.random.default_rng(0)
    curves = Curves(np.arange(1, 21), rng.random(20) * 1e-300, rng.random(20) * 1e300, rng.random(20), rng.random(20))
    rows = list(csv.DictReader(io.StringIO(curves_csv(curves))))
    assert close([list(row.values()) for row in rows],
                 np.column_stack([curves.step, curves.loss, curves.grad_norm, curves.clipped_norm, curves.accuracy]))


def test_the_csv_keeps_what_is_not_finite():
    row = (np.array([1]), *(np.array([value]) for value in (np.inf, np.nan, -np.inf, np.nan)))
    (seen,) = csv.DictReader(io.StringIO(curves_csv(Curves(*row))))
    assert close(list(seen.values()), [1, np.inf, np.nan, -np.inf, np.nan])


def test_the_csv_of_a_run_without_updates_is_its_header():
    assert len(curves_csv(Curves(*[np.empty(0)] * 5)).splitlines()) == 1


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_closed_form_agrees_with_autograd_for_every_activation(activation):
    """Two orders of summation over 50 steps, 32 sequences and 16 units: some 1000 eps of the largest entry."""
    assert autograd_difference(Experiment(recurrence=Recurrence(activation=activation))) < 1e-12


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cell", ["lstm", "gru", "leaky"])
def test_the_closed_form_agrees_with_autograd_for_every_cell(cell, activation):
    experiment = Experiment.from_values({cell: True, "activation": activation, "task": "sine", "seq_len": 20})
    assert autograd_difference(experiment) < 1e-12


@pytest.mark.parametrize(("values", "cell", "phi"), [
    ({}, "vanilla", "tanh"), ({"lstm": True, "activation": "relu", "clip_norm": True}, "lstm", "relu"),
    ({"gru": True, "identity_relu": True, "l2": True}, "gru", "relu"), ({"echo_state": True}, "leaky", "tanh")])
def test_the_check_is_of_the_network_that_is_trained(values, cell, phi, monkeypatch):
    compared = []

    def seen(theta, n, task, activation, batch, *, cell, mix):
        compared.append((cell.name, activation, len(theta)))
        return np.ones_like(theta)

    monkeypatch.setattr("pages._kit.share.share_menu.autograd_gradient", seen)
    asked = Experiment.from_values(values)
    autograd_difference(asked)
    assert compared == [(cell, phi, len(Trainer(asked).network.theta))]


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_the_closed_form_agrees_with_autograd_where_a_teacher_has_a_share_of_the_input(share):
    assert autograd_difference(Experiment.from_values({"task": "generator", "lstm": True, "teacher_forcing": True,
                                                       "teacher_forcing_share": share})) < 1e-12


@pytest.mark.parametrize("task", tasks())
def test_the_closed_form_agrees_with_autograd_for_every_task(task):
    assert autograd_difference(Experiment(task=Task(task=task))) < 1e-12


def test_the_check_looks_at_the_whole_gradient_where_a_run_truncates():
    assert autograd_difference(experiment({**EXPERIMENTS["every word"], "dtype": "float64"})) < 1e-12


def test_the_check_of_a_float32_network_is_as_good_as_float32():
    """eps = 1.2e-7 at each of 50 steps: above float64's error, and below a thousand times eps."""
    assert 1e-12 < autograd_difference(Experiment.from_values({"dtype": "float32"})) < 1e-4


def test_a_printed_script_names_nothing_without_effect():
    idle = {"orthogonal_init": True, "rho": 0.5, "shape": "gaussian", "waveform": "square", "lr": 0.1,
            "truncation": True, "truncation_k1": 200, "truncation_k2": 4}
    script = python(Experiment.from_values(idle))
    assert "Recurrence(), Task(), Training(lr=0.1)" in script.replace("\n            ", " ")
    assert "Truncation(k2=4)" in script
