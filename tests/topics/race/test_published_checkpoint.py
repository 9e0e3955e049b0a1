"""The published experiment can be left and taken up again, and only from a file that it wrote itself."""

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from core.command.main import main
from core.command.published import experiment_steps
from core.parameters import ParameterError, shown
from core.topics.race.published.base import plan
from core.topics.race.published.checkpoint import Done, load, save
from tests.topics.race.test_published import SMALL

ROOT = Path(__file__).resolve().parents[3]
FLAGS = [f"--{name}={value}" for name, value in SMALL.values().items()]
NOT_OURS = r"^checkpoint must be a file that this command wrote, got [^\n]*\.$"


def without_seconds(outcomes):
    return [replace(outcome, seconds=0.0) for outcome in outcomes]


def all_of(spec):
    done = Done()
    for _ in experiment_steps(spec, done):
        pass
    return without_seconds(done.outcomes)


def after(tests):
    """How far the experiment is after so many tests."""
    done = Done()
    for _ in islice(experiment_steps(SMALL, done), tests):
        pass
    return done


@pytest.mark.slow
@pytest.mark.parametrize("tests", [1, 2, 3, 4, 7])
def test_an_interrupted_experiment_ends_as_one_that_was_not(tests, tmp_path):
    file, done = tmp_path / "c.npz", after(tests)
    save(file, SMALL, done)
    taken_up = load(file, SMALL)
    assert (len(taken_up.outcomes), taken_up.state is None) == (len(done.outcomes), done.state is None)
    for _ in experiment_steps(SMALL, taken_up):
        save(file, SMALL, taken_up)
        taken_up = load(file, SMALL)  # every time anew
        break
    for _ in experiment_steps(SMALL, taken_up):
        pass
    assert without_seconds(taken_up.outcomes) == all_of(SMALL)


def test_a_run_under_way_comes_back_with_all_that_is_known_of_it_and_its_weights_bit_for_bit(tmp_path):
    done = after(2)
    save(tmp_path / "c.npz", SMALL, done)
    again = load(tmp_path / "c.npz", SMALL)
    assert (again.state.run, again.state.error, again.state.seconds, again.outcomes) == (
        done.state.run, done.state.error, done.state.seconds, done.outcomes)
    assert [file.name for file in tmp_path.iterdir()] == ["c.npz"]
    left, found = done.state.checkpoint, again.state.checkpoint
    assert (left.step, left.sequence, left.theta.dtype) == (found.step, found.sequence, found.theta.dtype)
    assert left.theta.tobytes() == found.theta.tobytes()


def test_the_command_ends_with_the_same_file_after_an_interruption(tmp_path, capsys):
    whole, parts, checkpoint = tmp_path / "whole.csv", tmp_path / "parts.csv", tmp_path / "c.npz"
    assert main(["published", *FLAGS, "--out", str(whole)]) == 0
    done = after(3)
    save(checkpoint, SMALL, done)
    capsys.readouterr()
    assert main(["published", *FLAGS, "--out", str(parts), "--checkpoint", str(checkpoint)]) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == len(plan(SMALL)) - len(done.outcomes)
    assert err.splitlines()[0] == f"{len(done.outcomes)} of {len(plan(SMALL))} runs were done before"

    def told(file):
        return [line.split(",")[:5] + line.split(",")[6:] for line in file.read_text().splitlines()]
    assert told(whole) == told(parts)
    assert len(told(whole)) == 1 + len(plan(SMALL))


def test_a_finished_experiment_writes_its_table_without_another_update(tmp_path, capsys, monkeypatch):
    save(tmp_path / "c.npz", SMALL, after(1000))
    monkeypatch.setattr("core.training.trainer.Trainer.update", None)
    flags = ["--out", str(tmp_path / "a.csv"), "--checkpoint", str(tmp_path / "c.npz")]
    assert main(["published", *FLAGS, *flags]) == 0
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 1 + len(plan(SMALL))


def test_progress_goes_to_stderr_and_results_to_stdout(capsys):
    assert main(["published", *FLAGS]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["method"] for line in out.splitlines()] == [run.method for run in plan(SMALL)]
    assert err.splitlines()[0].startswith("run 1 of 6: SGD, T = 10, seed 0: update 50, ")
    assert sum("solved" in line for line in err.splitlines()) == len(plan(SMALL))


def test_an_interrupted_command_leaves_no_traceback_and_a_checkpoint(tmp_path, capsys, monkeypatch):
    file, tests = tmp_path / "c.npz", []

    def interrupt(*facts):
        save(*facts)
        tests.append(facts)
        if len(tests) == 3:
            raise KeyboardInterrupt
    monkeypatch.setattr("core.command.published.save", interrupt)
    assert main(["published", *FLAGS, "--checkpoint", str(file)]) == 130
    assert "Traceback" not in capsys.readouterr().err
    assert without_seconds(load(file, SMALL).outcomes) == without_seconds(after(3).outcomes)


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    file = tmp_path / "c.npz"
    save(file, SMALL, Done())
    before = file.read_bytes()
    monkeypatch.setattr(np, "savez", lambda f, **_: (f.write(b"half"), (_ for _ in ()).throw(OSError(28, "No space"))))
    with pytest.raises(ParameterError) as caught:
        save(file, SMALL, Done())
    assert str(caught.value) == f"checkpoint must be a file that can be written, got {shown(str(file))}: No space."
    assert file.read_bytes() == before
    assert {beside.name for beside in tmp_path.iterdir()} == {"c.npz", "c.npz.part"}


def checkpoint_with(tmp_path, change):
    """A checkpoint whose facts were changed."""
    file = tmp_path / "c.npz"
    save(file, SMALL, after(5))
    with np.load(file) as saved:
        facts, theta = json.loads(str(saved["facts"])), saved["theta"]
    theta = change(facts, theta)
    np.savez(file, facts=np.array(json.dumps(facts)), theta=theta)
    return file


TAMPERED = {
    "another format": lambda f, theta: f.update(format="2") or theta,
    "no run": lambda f, theta: f.pop("run") and theta,
    "a run that is not next": lambda f, theta: f["run"].update(of=["omega", 15, 0]) or theta,
    "outcomes of another plan": lambda f, theta: f["outcomes"][0].update(seed=9) or theta,
    "an outcome cut short": lambda f, theta: f["outcomes"][0].pop("solved") or theta,
    "a network of another size": lambda f, theta: theta[:-1],
    "a network of another precision": lambda f, theta: theta.astype(np.float64),
    "a step before the first": lambda f, theta: f["run"].update(step=-1) or theta,
    "half a step": lambda f, theta: f["run"].update(step=1.5) or theta,
    "a sequence before the first": lambda f, theta: f["run"].update(sequence=-1) or theta,
    "an error above 1": lambda f, theta: f["run"].update(error=1.5) or theta,
    "no number of seconds": lambda f, theta: f["run"].update(seconds=float("nan")) or theta,
    "weights that are no numbers": lambda f, theta: np.where(np.arange(theta.size) == 3, np.nan, theta).astype(
        theta.dtype),
    "settings that are not allowed": lambda f, theta: f["settings"].update(lr=-1.0) or theta,
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_a_checkpoint_that_was_changed_is_refused_in_one_line(change, tmp_path):
    file = checkpoint_with(tmp_path, change)
    with pytest.raises(ParameterError, match=NOT_OURS):
        load(file, SMALL)


FOREIGN = {
    "empty": b"", "text": b"method,length\n", "a cut zip": b"PK\x03\x04half", "a pickle": b"\x80\x04N.",
    "an image": b"\x89PNG\r\n\x1a\n" + bytes(100),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_refused_in_one_line_and_left_as_it_is(content, tmp_path):
    file = tmp_path / "c.npz"
    file.write_bytes(content)
    with pytest.raises(ParameterError, match=NOT_OURS):
        load(file, SMALL)
    assert file.read_bytes() == content


@pytest.mark.parametrize("arrays", [{"a": np.zeros(3)}, {"facts": np.array("{}")}, {"facts": np.array("[]")}],
                         ids=["no facts", "no format", "a list"])
def test_another_archive_is_refused(arrays, tmp_path):
    np.savez(tmp_path / "c.npz", **arrays)
    with pytest.raises(ParameterError, match=NOT_OURS):
        load(tmp_path / "c.npz", SMALL)


def test_a_single_array_is_refused(tmp_path):
    with (tmp_path / "c.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(ParameterError, match=NOT_OURS):
        load(tmp_path / "c.npz", SMALL)


def test_an_object_in_an_archive_is_never_unpickled(tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("unpickled",))

    np.savez(tmp_path / "c.npz", facts=np.array([Trap()], dtype=object), theta=np.zeros(1))
    with pytest.raises(ParameterError, match=NOT_OURS):
        load(tmp_path / "c.npz", SMALL)


def test_a_checkpoint_of_other_settings_names_the_first_that_differs(tmp_path):
    save(tmp_path / "c.npz", SMALL, Done())
    with pytest.raises(ParameterError) as caught:
        load(tmp_path / "c.npz", replace(SMALL, lr=0.5))
    assert str(caught.value) == (
        f"checkpoint must be one of the same settings: lr is 0.5 here and 0.02 in {shown(str(tmp_path / 'c.npz'))}.")


def test_where_there_is_no_file_nothing_is_done(tmp_path):
    assert load(tmp_path / "c.npz", SMALL) == Done([], None)


BAD = {
    "a folder that is not there": (["--out", "no/such/folder/a.csv"], "out must be the name of a file"),
    "a folder": (["--out", str(ROOT / "core")], "out must be the name of a file"),
    "nothing": (["--checkpoint", ""], "checkpoint must be the name of a file"),
    "no checkpoint": (["--checkpoint", str(ROOT / "README.md")], "checkpoint must be a file that this command wrote"),
    "too many units": (["--n_hidden", "129"], "n_hidden must be a whole number from 2 to 128"),
    "lengths the wrong way round": (["--shortest", "50", "--longest", "20"], "shortest must be at most longest, 20"),
}


@pytest.mark.parametrize(("arguments", "line"), BAD.values(), ids=BAD)
def test_a_bad_argument_is_one_line_and_exit_code_2(arguments, line, capsys):
    code = main(["published", *arguments])
    out, err = capsys.readouterr()
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert line in err
