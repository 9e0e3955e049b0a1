"""`python -m core`: what it prints and what it refuses; and, in a process of its own, as a stranger would run it."""

import json
import re
import subprocess
import sys
import warnings
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from core.command.main import main
from core.network.activations import ACTIVATIONS
from core.remedies.base import remedies
from core.tasks.base import tasks
from core.training.experiment import Experiment, flat_parameters
from core.training.train import train

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ["spectrum", "jacobian", "map", "singular", "train", "demo", "published", "tasks", "remedies", "activations"]
SMALL = ["--n_hidden", "4", "--seq_len", "10", "--batch", "4", "--steps", "3"]


def ran(*arguments):
    """What a process of its own would do, without the second that it takes to start one; a warning is an error."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            code = main(list(arguments))
        except SystemExit as end:
            code = end.code
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def started(*arguments, program=("-m", "core")):
    return subprocess.run([sys.executable, *program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120)


def refuse_constant(name):
    raise AssertionError(f"{name} is not JSON")


def lines(*arguments):
    """Strict JSON: nan and inf are no numbers there."""
    done = ran(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line, parse_constant=refuse_constant) for line in done.stdout.splitlines()]


def numbers(values):
    return np.array([float(value) for value in values])


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [
    ["spectrum", "--rho", "1.2", "--matrix"], ["train", *SMALL, "--clip_norm"], ["spectrum", "--rho", "5"],
    ["train", "--rho"], ["train", "--help"], ["tasks"]], ids=" ".join)
def test_a_process_of_its_own_says_the_same(arguments):
    one, other = started(*arguments), ran(*arguments)
    assert (one.returncode, one.stderr) == (other.returncode, other.stderr)
    assert without_seconds(one.stdout) == without_seconds(other.stdout)


def without_seconds(text):
    return re.sub(r'"seconds": [^,}]+', '"seconds": -', text)


def test_the_spectrum_agrees_with_numpy():
    (seen,) = lines("spectrum", "--rho", "1.2", "--angle", "30", "--alpha", "0.5", "--n_hidden", "5", "--matrix")
    W = np.array(seen["W_hh"])
    listed = np.sort_complex([complex(*pair) for pair in seen["eigenvalues"]])
    # equal magnitudes, and not normal: the eigenvalues are as good as eps times their condition number
    assert np.allclose(listed, np.sort_complex(np.linalg.eigvals(W)), rtol=0, atol=1e-9)
    assert seen["sigma_max"] == pytest.approx(np.linalg.norm(W, 2), rel=1e-14)
    assert seen["rho"] == pytest.approx(1.2, abs=1e-9)


def test_a_zero_of_the_matrix_has_no_sign():
    """A Gaussian matrix times 0 has both kinds."""
    assert "-0.0" not in ran("spectrum", "--matrix", "--rho", "0", "--shape", "gaussian").stdout


KEYS = {
    "spectrum": "eigenvalues rho sigma_max departure", "spectrum --matrix": "eigenvalues rho sigma_max departure W_hh",
    "jacobian": "lag log10_norm log10_bound log10_rho no_bound", "map": "log10_norm not_zero_in exact",
    "singular": "lag log10_singular_values lyapunov", "powers": "k log10_norm log10_rho log10_sigma_max",
    "surface": "error gradient", "precision": "first_zero first_inf log10_value",
    "train": "step loss grad_norm clipped_norm log10_dL_dh log10_dL_dh_full log10_dL_dc log10_dL_dh_held rho sigma_max "
             "eigenvalues accuracy seconds stopped"}


@pytest.mark.parametrize(("arguments", "keys"), KEYS.items())
def test_a_command_prints_these_numbers_in_this_order(arguments, keys):
    of_experiment = {"surface": [], "precision": [], "spectrum": SMALL[:2], "powers": SMALL[:4], "train": SMALL}
    name, *more = arguments.split()
    assert list(lines(name, *more, *of_experiment.get(name, SMALL[:6]))[0]) == keys.split()


def test_a_record_holds_what_was_measured_under_its_own_name():
    """Truncated, gated and held back, so that no two lists are the same, and none is missing."""
    given = ["--task", "sine", "--lstm", "--truncation", "--truncation_k2", "3", "--clip_jacobian"]
    seen = lines("train", *SMALL, *given, "--full")[0]
    e = Experiment.from_values({"n_hidden": 4, "seq_len": 10, "batch": 4, "task": "sine", "lstm": True,
                                "truncation": True, "truncation_k2": 3, "clip_jacobian": True})
    record = next(train(e.recurrence, e.task, e.training, e.remedies, full=True))
    for name in ("log10_dL_dh", "log10_dL_dh_full", "log10_dL_dc", "log10_dL_dh_held"):
        expected = getattr(record, name)
        np.testing.assert_array_equal(numbers(seen[name]) if expected is not None else seen[name], expected)
    assert len({json.dumps(seen[name]) for name in seen if name.startswith("log10")}) == 4
    assert numbers([part for pair in seen["eigenvalues"] for part in pair]) == pytest.approx(
        record.eigenvalues.view(float), abs=1e-12)


@pytest.mark.parametrize("given", [["--eigenvalues", "-0.5+0.5j,0.9,-1.2"], ["--eigenvalues=-0.5-0.5j,0.9,-1.2"]],
                         ids=["a word of its own", "joined"])
def test_a_list_that_begins_with_a_minus_is_accepted(given):
    (seen,) = lines("spectrum", "--n_hidden", "4", *given)
    listed = np.sort_complex([complex(*pair) for pair in seen["eigenvalues"]])
    assert np.allclose(listed, np.sort_complex([-0.5 + 0.5j, -0.5 - 0.5j, 0.9, -1.2]), rtol=0, atol=1e-12)


def test_a_negative_number_is_accepted():
    assert len(lines("train", *SMALL, "--bias", "-1")) == 3


def test_a_linear_orthogonal_network_shrinks_exactly_as_its_radius_says():
    """||W^lag|| = 0.9^lag for a normal W: an error of n eps a step, n = 16."""
    (seen,) = lines("jacobian", "--rho", "0.9", "--activation", "linear", "--seq_len", "1000")
    lag = np.arange(1, 1001)
    assert seen["lag"] == lag.tolist()
    for name in ("log10_norm", "log10_bound", "log10_rho"):
        assert np.allclose(numbers(seen[name]), lag * np.log10(0.9), rtol=0, atol=1000 * 16 * 2.3e-16)


def test_a_norm_that_is_exactly_zero_is_the_string_minus_inf():
    (seen,) = lines("jacobian", "--activation", "relu", "--bias", "-3", *SMALL[:-2])  # no --steps
    assert seen["log10_norm"] == ["-inf"] * 10


def test_training_gives_the_records_of_the_library():
    seen = lines("train", *SMALL, "--clip_norm", "--clip_norm_threshold", "0.1", "--optimizer", "adam")
    e = Experiment.from_values({"n_hidden": 4, "seq_len": 10, "batch": 4, "steps": 3, "clip_norm": True,
                                "clip_norm_threshold": 0.1, "optimizer": "adam"})
    records = list(train(e.recurrence, e.task, e.training, e.remedies))
    for name in ("step", "loss", "grad_norm", "clipped_norm", "accuracy", "stopped", "rho", "sigma_max"):
        assert [line[name] for line in seen] == [getattr(record, name) for record in records]
    assert [line["log10_dL_dh"] for line in seen] == [record.log10_dL_dh.tolist() for record in records]


def test_training_in_full_adds_what_truncation_drops():
    cut = ["--truncation", "--truncation_k2", "3"]
    without, full = lines("train", *SMALL, *cut)[0], lines("train", *SMALL, *cut, "--full")[0]
    assert without["log10_dL_dh_full"] is None
    assert full["log10_dL_dh"][:7] == ["-inf"] * 7
    assert np.isfinite(numbers(full["log10_dL_dh_full"])).all()


def test_a_run_that_diverges_is_a_result():
    seen = lines("train", "--n_hidden", "32", "--shape", "identity", "--rho", "1.2", "--activation", "leaky_relu",
                 "--seed", "2000")
    assert all(line["stopped"] is None for line in seen[:-1])
    assert f"update {len(seen)}" in seen[-1]["stopped"]
    assert seen[-1]["loss"] in ("inf", "nan")


@pytest.mark.parametrize(("kind", "registry"), [("tasks", tasks()), ("remedies", remedies()),
                                                ("activations", ACTIVATIONS)])
def test_a_list_names_all_there_is(kind, registry):
    (seen,) = lines(kind)
    assert [list(thing) for thing in seen] == [["name", "title", "source"]] * len(registry)
    assert [tuple(thing.values()) for thing in seen] == [
        (name, thing.title, None if thing.source is None else str(thing.source)) for name, thing in registry.items()]


OVERFLOWING = ["--shape", "identity", "--rho", "2", "--seq_len", "1000", "--bias", "3", "--dtype", "float32"]
BAD = {
    "too large": ["spectrum", "--rho", "5"], "too small": ["spectrum", "--rho", "-0.1"],
    "nan": ["spectrum", "--rho", "nan"], "minus inf": ["train", "--bias", "-inf"],
    "text": ["train", "--lr", "fast"], "nothing": ["train", "--lr", ""], "a fraction": ["train", "--steps", "1.5"],
    "no such name": ["train", "--task", "reverse"], "several lines": ["train", "--task", "a\nb"],
    "unknown flag": ["train", "--rhoo", "1"], "a flag cut short": ["train", "--optim", "sgd"],
    "unknown command": ["dance"], "no command": [], "a missing value": ["train", "--rho"],
    "a value missing before a flag": ["train", "--rho", "--clip_norm"], "a stray word": ["spectrum", "1.2"],
    "a switch of another command": ["jacobian", "--matrix"], "a value for a switch": ["train", "--clip_norm=maybe"],
    "a list that is too long": ["spectrum", "--n_hidden", "2", "--eigenvalues", "0.5,0.5j"],
    "a sequence that is too short": ["train", "--task", "copy", "--seq_len", "3"],
    "a remedy's value": ["train", "--clip_norm", "--clip_norm_threshold", "0"],
    "a list with a typo": ["singular", "--eigenvalues", "0.5,0.3+0.2k"],
    "more sequences than a view has": ["map", "--sequences", "9"], "no sequence": ["map", "--sequences", "0"],
    "sequences where there is one": ["singular", "--sequences", "2"],
    "a map of states that are not finite": ["map", *OVERFLOWING, "--n_hidden", "2", "--activation", "elu"],
    "states that are not finite": ["jacobian", *OVERFLOWING, "--activation", "elu"],
    "states that are not numbers, behind a slope that is": ["jacobian", *OVERFLOWING, "--activation", "leaky_relu"],
}


@pytest.mark.parametrize("arguments", BAD.values(), ids=BAD)
def test_a_bad_argument_is_one_line_on_stderr_and_exit_code_2(arguments):
    done = ran(*arguments)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


@pytest.mark.parametrize(("arguments", "line"), [
    ([], "python -m core: the following arguments are required: COMMAND"),
    (["train", "--rho"], "python -m core train: argument --rho: expected one argument")], ids=str)
def test_what_the_command_line_itself_lacks_is_told_by_name(arguments, line):
    done = ran(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{line}\n")


@pytest.mark.parametrize("name", ["rho", "n_hidden", "lr", "task", "eigenvalues", "moved"])
def test_a_bad_value_is_told_with_the_name_of_its_flag(name):
    assert f"{name} must be " in ran("train", f"--{name}", "x").stderr


@pytest.mark.slow
def test_a_reader_who_has_seen_enough_leaves_no_traceback():
    done = subprocess.run(f"{sys.executable} -m core train --n_hidden 2 --seq_len 3 --batch 1 --steps 3000 | head -1",
                          shell=True, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    done = ran(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: ")


def test_without_arguments_it_takes_those_of_the_process(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["core", "tasks"])
    assert main() == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == next(iter(tasks()))


def test_the_help_of_train_names_every_flag():
    text = ran("train", "--help").stdout
    assert [name for name in flat_parameters() if f"--{name}" not in text] == []


@pytest.mark.slow
@pytest.mark.parametrize(("command", "more", "forbidden"), [
    ("spectrum", [], ["streamlit", "torch"]), ("train", ["--steps", "1"], ["streamlit"])])
def test_the_command_needs_no(command, more, forbidden):
    program = (f"import sys\nfor name in {forbidden}: sys.modules[name] = None\n"
               f"from core.command.main import main\nsys.exit(main({[command, *more]}))")
    done = started(program=("-c", program))
    assert (done.returncode, done.stderr) == (0, "")
