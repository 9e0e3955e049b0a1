"""`python -m core verdict`: what the page says, with the numbers that `train` prints."""

import json

import numpy as np
import pytest

from core.command.main import main

HEADLINES = {"vanishing": "Vanishing", "healthy": "Healthy", "exploding": "Exploding"}
SMALL = ["--n_hidden", "4", "--seq_len", "8", "--batch", "3"]


def told(capsys, *arguments):
    assert main(["verdict", *SMALL, *arguments]) == 0
    out = capsys.readouterr()
    (line,) = out.out.splitlines()
    found = json.loads(line)
    return found | {"claims": {claim["claim"]: claim for claim in found["claims"]}}, out.err


def trained(capsys, *arguments):
    assert main(["train", *SMALL, *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_untouched_network_is_told_with_no_update(capsys):
    found, err = told(capsys, "--steps", "0")
    (first,) = trained(capsys, "--steps", "1")
    assert list(found) == ["step", "kind", "headline", "solved", "claims"]
    assert (found["step"], found["solved"], err) == (0, False, "")
    assert found["headline"] == HEADLINES[found["kind"]]
    loss = found["claims"]["loss"]
    assert loss["numbers"]["state"] == "untouched"
    assert loss["numbers"]["now"] == loss["numbers"]["start"] == first["loss"]
    assert loss["text"] == f"Loss before training {first['loss']:.4g} nats, chance 1.386."


@pytest.mark.parametrize(("more", "first"), [([], 0), (["--at", "3:lr=0.5,5:rho=0.4"], 4)])
def test_a_run_is_told_with_the_numbers_that_train_prints(capsys, more, first):
    """The loss of now is that of the updates since the last change."""
    found, _ = told(capsys, "--steps", "6", "--clip_norm", *more)
    lines = trained(capsys, "--steps", "6", "--clip_norm", *more)
    assert found["step"] == len(lines) == 6
    numbers = {name: claim["numbers"] for name, claim in found["claims"].items()}
    assert numbers["loss"]["now"] == pytest.approx(np.mean([line["loss"] for line in lines[first:]]), rel=1e-12)
    assert numbers["loss"]["start"] == lines[0]["loss"]
    last = lines[-1]["log10_dL_dh"]
    assert numbers["gradient"] == {"lag": 7, "log10": pytest.approx(last[0] - last[7], abs=1e-12)}
    assert numbers["clipped"] == {
        "share": np.mean([line["clipped_norm"] < line["grad_norm"] for line in lines]), "updates": 6}
    assert numbers["product"]["sequences"] == 3


def test_a_change_made_during_the_run_tells_another_story(capsys):
    plain, changed = (told(capsys, "--steps", "6", *more)[0] for more in ([], ["--at", "3:rho=0.1"]))
    product = [found["claims"]["product"]["numbers"]["log10"] for found in (plain, changed)]
    assert product[1] < product[0] - 2


def test_more_updates_are_made_where_a_change_asks_for_them(capsys):
    assert told(capsys, "--steps", "3", "--at", "2:steps=5")[0]["step"] == 5


def test_a_run_that_diverges_is_a_result(capsys):
    found, _ = told(capsys, "--steps", "9", "--shape", "identity", "--rho", "2", "--activation", "linear", "--lr", "10",
                    "--seq_len", "200")
    assert (found["kind"], found["headline"], list(found["claims"])) == ("diverged", "Diverged", ["stopped"])


def test_a_flag_without_effect_is_told_beside_it(capsys):
    assert told(capsys, "--steps", "1", "--clip_norm_threshold", "2")[1] == (
        "--clip_norm_threshold has no effect without --clip_norm.\n")


@pytest.mark.parametrize(("arguments", "line"), [
    (["--steps", "-1"], "steps must be a whole number from 0 to 20000, got -1."),
    (["--at", "2:nonsense=1"], "nonsense"), (["--rho", "x"], "rho must be a number from 0 to 2, got x.")])
def test_a_bad_argument_is_one_line_and_exit_code_2(capsys, arguments, line):
    assert main(["verdict", *SMALL, *arguments]) == 2
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.startswith("python -m core verdict: ")
    assert line in out.err
    assert out.err.count("\n") == 1
