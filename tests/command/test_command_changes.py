"""`train --at`: changes made during the run, on the command line."""

import json

import numpy as np
import pytest

from core.command.main import main
from core.live.replay import AT
from core.parameters import ParameterError
from core.remedies.clip_norm import ClipNorm
from core.training.experiment import Experiment
from core.training.trainer import Trainer

SMALL = ["--steps", "8", "--seq_len", "6", "--n_hidden", "4", "--batch", "2", "--lr", "0.1"]


def lines(capsys, *more):
    assert main(["train", *SMALL, *more]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_changes_act_from_the_update_that_they_name(capsys):
    """Recomputed by a trainer that is changed by hand."""
    seen = lines(capsys, "--at", "3:clip_norm=true,3:clip_norm_threshold=0.01,6:rho=0.5,6:rho=1,7:steps=9")
    e = Experiment.from_values({"steps": 8, "seq_len": 6, "n_hidden": 4, "batch": 2, "lr": 0.1})
    trainer, records = Trainer(e), []
    for update in range(1, 10):
        if update == 3:
            trainer.change(e := e.with_remedy(ClipNorm(threshold=0.01)))
        if update == 6:
            trainer.network.rescale(1.0)
        if update == 7:
            trainer.change(e.changed(steps=9))
        records.append(trainer.update())
    assert [line["step"] for line in seen] == list(range(1, 10))
    np.testing.assert_array_equal([(line["loss"], line["grad_norm"], line["clipped_norm"]) for line in seen],
                                  [(r.loss, r.grad_norm, r.clipped_norm) for r in records])
    assert [line["clipped_norm"] < 0.0101 for line in seen] == [update >= 3 for update in range(1, 10)]


def test_an_eigenvalue_is_moved_from_the_update_that_is_named_and_from_the_first_by_its_flag(capsys):
    at = [np.array([complex(*z) for z in line["eigenvalues"]])
          for line in lines(capsys, "--moved=-0.3+0.9j,0.2+0.1j", "--at", "3:moved=,5:moved=0.9~0.1+0.4j,5:rho=0.7")]
    e = Experiment.from_values({"steps": 8, "seq_len": 6, "n_hidden": 4, "batch": 2, "lr": 0.1,
                                "moved": (-0.3 + 0.9j, 0.2 + 0.1j)})
    trainer = Trainer(e)
    assert np.abs(at[0] - (0.2 + 0.1j)).min() < 1e-13
    for update in range(1, 9):
        if update == 5:
            trainer.network.move([(0.9, 0.1 + 0.4j)])
            trainer.network.rescale(0.7)
        np.testing.assert_array_equal(trainer.update().eigenvalues, at[update - 1])


def test_without_changes_it_is_the_run_as_it_was(capsys):
    plain, empty = lines(capsys), lines(capsys, "--at", "")
    assert [line["loss"] for line in plain] == [line["loss"] for line in empty]


@pytest.mark.parametrize(("text", "line"), [
    ("9:lr=0.5", "at must name updates up to the last, 8, got 9."),
    ("3:lr=50", "at update 3: lr must be a number from 1e-05 to 10, got 50."),
    ("3:seed=1", "at must name what may change during a run, got 3:seed=1."),
    ("3:clip_norm_threshold=2", "at update 3: clip_norm_threshold changes nothing there."),
    ("soon", "at must be changes such as 61:rho=1,61:steps=120, got soon."),
    ("20001:lr=0.5", "at must name updates from 1 to 20000, got 20001:lr=0.5."),
])
def test_a_change_that_cannot_be_made_is_one_line_and_exit_code_2(text, line, capsys):
    assert main(["train", *SMALL, "--at", text]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"python -m core train: {line}\n")


@pytest.mark.parametrize("value", AT.illegal(), ids=lambda value: type(value).__name__)
def test_a_text_that_is_none_or_too_long_is_refused_in_one_line(value):
    with pytest.raises(ParameterError, match=r"^at must be at most 400 changes such as [^\n]{1,100}\.$"):
        AT.check("at", value)


@pytest.mark.parametrize("value", AT.legal())
def test_a_text_is_taken_as_it_is(value):
    assert AT.parse("at", AT.spell(value)) == value
