"""What the playground's Share gives of a run with changes: link, command and code of the same numbers; two files."""

import contextlib
import csv
import io
import json
import shlex
from dataclasses import replace

import numpy as np
import pytest

from core.command.main import main
from core.live.history import Curves
from core.live.replay import acting
from core.topics.playground.by_step import by_step
from core.training.checkpoint import Checkpoint
from core.training.experiment import Experiment
from core.training.record import StepRecord
from core.training.trainer import Trainer
from pages._kit.share.printed import python, run_command
from pages._kit.share.share_menu import by_step_csv, curves_csv
from tests.helpers.live_runs import SMALL, changed, curves, live, same, stepped
from tests.live.test_replay import one_run


def records_of(run):
    return [(step, *row[:3]) for step, row in enumerate(curves(run), start=1)]


@pytest.mark.parametrize("seed", range(6))
def test_the_command_makes_the_run_again_with_its_changes(seed, capsys):
    run = one_run(seed)
    assert main(shlex.split(run_command(run))[3:]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()][:run.updates]
    assert [(line["step"], line["loss"], line["grad_norm"], line["clipped_norm"]) for line in lines] == records_of(run)


@pytest.mark.parametrize("seed", range(6))
def test_the_code_makes_the_run_again_with_its_changes(seed):
    run, out = one_run(seed), io.StringIO()
    _, start, changes = run.story()
    text = python(start, acting(changes))
    with contextlib.redirect_stdout(out):
        exec(text, {})
    seen = [tuple(map(float, line.split()[:3])) for line in out.getvalue().splitlines()][:run.updates]
    assert seen == [record[:3] for record in records_of(run)]
    assert ("run.send(" in text) == bool(changes)


def test_the_code_names_each_change_at_its_update():
    run = stepped()
    run.apply(changed(SMALL, clip_norm=True, clip_norm_threshold=0.5))
    run.step()
    run.apply(changed(run.experiment, rho=0.5))
    run.apply(changed(run.experiment, rho=1.0, clip_norm=False))
    _, start, changes = run.story()
    assert "    11: [e := e.changed(clip_norm=True, clip_norm_threshold=0.5)],\n" in python(start, changes)
    assert "    12: [e := e.changed(rho=0.5), e := e.changed(rho=1.0, clip_norm=False)],\n" in python(start, changes)


def test_a_change_after_the_last_update_is_not_in_the_command():
    run = live(changed(SMALL, steps=3))
    for _ in range(3):
        run.step()
    run.apply(changed(run.experiment, lr=0.5))
    assert "--at" not in run_command(run)
    run.apply(changed(run.experiment, steps=5))
    assert "--at=4:lr=0.5,4:steps=5" in run_command(run)


# -- every update --------------------------------------------------------------------------------------------------

def test_each_column_of_the_updates_is_what_its_header_says():
    seen = Curves(np.arange(1, 4), np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0]), np.array([4.0, 5.0, 6.0]),
                  np.array([0.1, 0.2, 0.3]))
    rows = list(csv.DictReader(io.StringIO(curves_csv(seen))))
    assert rows[1] == {"update": "2", "loss": "2.0", "grad_norm": "20.0", "clipped_norm": "5.0", "accuracy": "0.2"}


def test_the_updates_of_a_clipped_run_have_the_longer_norm_before():
    run = stepped(changed(SMALL, clip_norm=True, clip_norm_threshold=0.01), 5)
    rows = list(csv.DictReader(io.StringIO(curves_csv(run.view().curves))))
    assert [float(row["clipped_norm"]) for row in rows] == pytest.approx([0.01] * 5, rel=1e-12)
    assert all(float(row["grad_norm"]) > 0.1 for row in rows)
    assert [int(row["update"]) for row in rows] == [1, 2, 3, 4, 5]


# -- every time step -----------------------------------------------------------------------------------------------

CASES = {
    "plain": {},
    "truncated": {"truncation": True, "truncation_k2": 4},
    "in chunks": {"task": "sine", "truncation": True, "truncation_k1": 4, "truncation_k2": 3},
    "LSTM": {"lstm": True},
    "GRU": {"gru": True},
}


def shown(case, updates=2):
    return stepped(changed(SMALL, **CASES[case]), updates).view()


def table_of(view):
    return list(csv.DictReader(io.StringIO(by_step_csv(view))))


def column(rows, name):
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


@pytest.mark.parametrize("case", CASES)
def test_each_column_of_the_steps_is_what_its_header_says(case):
    view = shown(case)
    rows, record = table_of(view), view.record
    assert [row["t (step)"] for row in rows] == [str(t) for t in range(1, 11)]
    unit = view.baselines.unit
    for name, values in (("||dL/dh_t||", record.log10_dL_dh), ("||dL/dh_t|| without truncation",
                                                                record.log10_dL_dh_full)):
        if values is not None:
            assert np.array_equal(column(rows, f"log10 {name}"), values)
            np.testing.assert_allclose(column(rows, f"{name} ({unit} per unit of h)"), [10.0**v for v in values],
                                       rtol=1e-13)
    assert (record.log10_dL_dc is not None) == ("log10 ||dL/dc_t||" in rows[0]) == (case == "LSTM")
    if case == "LSTM":
        assert np.array_equal(column(rows, "log10 ||dL/dc_t||"), record.log10_dL_dc)
        np.testing.assert_allclose(column(rows, f"||dL/dc_t|| ({unit} per unit of c)"),
                                   [10.0**v for v in record.log10_dL_dc], rtol=1e-13)


def multiplied_out(J):
    """log10 of the norm of the product back from the last step, at lags 0, 1, ... of one sequence."""
    product, found = np.eye(J.shape[1]), [0.0]
    for t in range(len(J) - 1, -1, -1):
        product = product @ J[t]
        found.append(np.log10(np.linalg.norm(product, 2)))
    return found


def whole_jacobians(view):
    """Those of a trainer that has no truncation, on the view's batch and with its weights; chunks that are short make
    three updates of each batch here."""
    alone = Trainer(view.experiment.changed(truncation=False))
    with_them = Trainer(view.experiment)
    for _ in range(view.record.step - 1):
        with_them.update()
    alone.restore(Checkpoint(1, with_them.sequence, with_them.network.theta.copy(), {}))
    alone.measure()
    return alone.jacobians(view.experiment.task.batch)


@pytest.mark.parametrize("case", CASES)
def test_the_product_of_the_steps_is_that_of_the_median_sequence_multiplied_out(case):
    view = shown(case)
    rows, J, batch = table_of(view), whole_jacobians(view), view.experiment.task.batch
    assert len(J) == 10
    each = sorted((multiplied_out(J.of(s)) for s in range(batch)), key=lambda found: found[9])
    expected = np.mean(each[batch // 2 - 1:batch // 2 + 1], axis=0)[:10][::-1]  # of four, the two in the middle
    name = "||d[h,c]_T/d[h,c]_t||" if case == "LSTM" else "||dh_T/dh_t||"
    np.testing.assert_allclose(column(rows, f"log10 {name}"), expected, atol=1e-10)
    np.testing.assert_allclose(column(rows, f"{name} (median sequence)"), 10.0**expected, rtol=1e-9)
    assert [row["steps back from the last one"] for row in rows] == [f"{lag}" for lag in range(9, -1, -1)]


def test_truncation_leaves_exact_zeros_beside_what_it_drops():
    rows = table_of(shown("truncated"))
    zero = [row["log10 ||dL/dh_t||"] == "-inf" for row in rows]
    assert zero == [t <= 10 - 4 for t in range(1, 11)]
    assert [row["||dL/dh_t|| (nats per unit of h)"] == "0.0" for row in rows] == zero
    assert np.isfinite(column(rows, "log10 ||dL/dh_t|| without truncation")).all()


def test_a_network_whose_states_are_not_finite_has_no_product():
    view = replace(shown("plain"), jacobians=None)
    assert {row["log10 ||dh_T/dh_t||"] for row in table_of(view)} == {""}


def test_what_leaves_float64_stands_as_its_logarithm():
    record = StepRecord(step=1, loss=1.0, grad_norm=1.0, clipped_norm=1.0, log10_dL_dh=np.array([-400.0, 400.0]),
                        log10_dL_dh_full=None, W_hh=np.eye(2), accuracy=None, seconds=0.0)
    table = by_step(replace(shown("plain"), record=record, jacobians=None))
    assert list(table["log10 ||dL/dh_t||"]) == [-400.0, 400.0]
    assert list(table["||dL/dh_t|| (nats per unit of h)"]) == [0.0, np.inf]


def test_the_update_that_is_looked_at_is_the_one_in_the_file():
    run = stepped(SMALL, 6)
    frame = run.frame_at(2)
    rows = table_of(run.look_at(frame))
    assert np.array_equal(column(rows, "log10 ||dL/dh_t||"), frame.record.log10_dL_dh)
    assert same(curves(run), curves(stepped(Experiment.from_values(SMALL.values()), 6)))
