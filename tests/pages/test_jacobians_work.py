"""The page of Jacobians at work: training, the long sequence, and what can be taken home."""

import csv
import io
import json
import re
import shlex

import numpy as np
import pytest

from core.command.main import main
from core.spelling import plain
from core.topics.jacobians.long_sequence import long_reach
from core.topics.jacobians.map import jacobian_map
from core.training.record import JacobianMap
from pages._parts.jacobians.shown import map_csv
from tests.helpers.app_page import at_rest, cells, checked, click, run_of, stage_of
from tests.helpers.panels import put
from tests.helpers.waiting import wait_until
from tests.pages.test_jacobians_page import chart, expected, headline, measured, opened, own, z

pytestmark = pytest.mark.usefixtures("own_jobs")


def test_training_moves_the_map_and_pausing_makes_it_exact():
    page = click(opened(pace="max", n_hidden="6"), "Train")
    run = run_of(page)
    wait_until(lambda: run.updates > 20)
    checked(page.run())
    assert "Approximate" in headline(page)
    measured(click(page, "Pause"))
    found, record = expected(page)
    assert record.step > 20
    assert np.array_equal(z(page), found.log10_norm, equal_nan=True)
    assert "Approximate" not in headline(page)
    assert f"ρ γ = {plain(record.rho)}, is" in headline(page)


def test_while_something_is_held_the_map_is_quick():
    stage = stage_of(measured(opened(n_hidden="4")))
    stage.take({"set": {"rho": "0.8"}, "drag": 1})
    wait_until(lambda: "Approximate" in stage.paint().parts["verdict"]["verdict"].html)
    assert not stage.paint().moving


def test_a_step_makes_an_exact_map_of_the_network_after_it():
    page = measured(click(click(opened(lr="1"), "Step"), "Step"))
    assert np.array_equal(z(page), expected(page)[0].log10_norm, equal_nan=True)
    assert run_of(page).updates == 2


def test_an_earlier_update_that_is_looked_at_is_measured_too():
    page = opened(lr="1", n_hidden="4")
    for _ in range(4):
        click(page, "Step")
    measured(page)
    measured(put(page, "look_at", 2))
    run = run_of(page)
    looked_at = jacobian_map(run.look_at(run.frame_at(2)).jacobians.first(3))
    assert np.array_equal(z(page), looked_at.log10_norm, equal_nan=True)


def test_the_long_sequence_is_measured_when_asked_for():
    page = opened(length="3000", rho="0.9", n_hidden="4")
    assert chart(page, "long")["layout"]["annotations"][0]["text"] == "press Measure"
    at_rest(click(page, "Measure"))
    view = run_of(page).view()
    *_, (_, found) = long_reach(view.experiment, 3000, view.weights)
    x, y = (np.asarray(chart(page, "long")["data"][1][axis], float) for axis in "xy")
    assert np.array_equal(y, found.log10_norm[x.astype(int) - 1])
    assert (y.min(), x.max() > 2900) == (found.log10_norm.min(), True)


@pytest.mark.slow
def test_the_long_sequence_can_be_cancelled_and_measured_again():
    page = click(opened(length="131072", n_hidden="64", rho="0.9"), "Measure")
    at_rest(click(page, "Cancel"))
    assert "Cancelled" in cells(page)["long_state"]["html"]
    checked(click(page, "Measure"))
    assert "Cancelled" not in cells(page)["long_state"]["html"]
    at_rest(click(page, "Cancel"))


@pytest.mark.parametrize(("task", "allowed"), [("sunspots", "at most 300"), ("copy", "at least 7")])
def test_a_sequence_that_the_task_does_not_have_gives_one_line(task, allowed):
    page = opened(task=task, length="65536" if task == "sunspots" else "5")
    at_rest(click(page, "Measure"))
    line = cells(page)["long_state"]["html"]
    assert re.sub("<[^>]*>", "", line).startswith(f"length must be {allowed} for the task {task}")


def test_the_commands_print_the_numbers_of_the_page(capsys):
    page = opened(rho="0.9", seq_len="20", n_hidden="4", sequences="2")
    lines = next(block.value for block in page.code if "core map" in block.value).splitlines()
    map_words, singular_words = (shlex.split(line) for line in lines)
    assert main(map_words[3:]) == 0
    rows = json.loads(capsys.readouterr().out)["log10_norm"]
    printed = np.array([[np.nan if value is None else float(value) for value in row] for row in rows])
    assert np.allclose(printed, z(page), rtol=0, atol=1e-12, equal_nan=True)
    assert main(singular_words[3:]) == 0
    values = json.loads(capsys.readouterr().out)["log10_singular_values"]
    assert np.allclose([row[0] for row in values], chart(page, "singular")["data"][1]["y"], rtol=0, atol=1e-12)


def test_the_link_says_what_the_page_shows():
    page = opened(rho="0.9", t="20", length="1000")
    link = next(block.value for block in page.code if "rho" in block.value and "core" not in block.value)
    pairs = dict(pair.split("=") for pair in link.split("?")[1].split("&"))
    assert pairs == {"rho": "0.9", "t": "20", "length": "1000"}
    assert own(page).spelled() == {"t": "20", "length": "1000"}


def test_the_csv_has_a_line_for_every_pair_and_keeps_what_is_exactly_zero():
    norms = np.array([[0, np.nan, np.nan], [-np.inf, 0, np.nan], [1e-17, 0.1, 0]])
    found = JacobianMap(np.array([0, 5, 9]), norms, True, 1)
    rows = list(csv.DictReader(io.StringIO(map_csv(found))))
    assert [(int(row["t"]), int(row["k"])) for row in rows] == [(0, 0), (5, 0), (5, 5), (9, 0), (9, 5), (9, 9)]
    assert [float(row["log10_norm"]) for row in rows] == [0, -np.inf, 0, 1e-17, 0.1, 0]
    assert {row["exact"] for row in rows} == {"True"}
    assert list(rows[0]) == ["t", "k", "log10_norm", "not_zero_in", "sequences", "exact"]


def test_the_csv_says_over_how_many_sequences_each_mean_is():
    norms = np.array([[0, np.nan], [-2.0, 0]])
    found = JacobianMap(np.array([0, 5]), norms, False, 3, not_zero=np.array([[3, 0], [2, 3]]))
    rows = list(csv.DictReader(io.StringIO(map_csv(found))))
    assert [(row["not_zero_in"], row["sequences"], row["exact"]) for row in rows] == [
        ("3", "3", "False"), ("2", "3", "False"), ("3", "3", "False")]
