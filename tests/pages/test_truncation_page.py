"""The page of truncation: what it shows is what the engine says, and every control of its own."""

import numpy as np
import pytest

from core.bptt.gradient_by_lag import gradient_by_lag
from core.topics.truncation.presets import PRESETS
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.app_page import address, button, cells, click, own_of, run_of, sent, stage_of, warnings
from tests.helpers.panels import put, refusals, row
from tests.helpers.truncation_page import chart, headlines, keyed, opened, rested

pytestmark = pytest.mark.usefixtures("own_jobs")

CHARTS = {"truncation_map", "lost_by_lag", "dependency", "truncation_cost", "threshold_histogram", "thresholds_tried"}


def test_the_page_opens_with_all_its_charts_and_no_warning():
    page = opened()
    assert warnings(page) == []
    assert set(sent(page)) == CHARTS
    assert "Nothing is dropped" in headlines(page)[0]
    assert "No run is recorded yet" in headlines(page)[1]


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_preset_sets_its_experiment_and_is_measured(preset):
    page = opened()
    rested(keyed(page, f"truncation_{preset.name}").click().run())
    assert run_of(page).experiment == preset.experiment
    assert warnings(page) == []
    assert "nan" not in " ".join(headlines(page))


def test_while_something_is_held_what_was_measured_stays():
    stage = stage_of(rested(opened()))
    stage.take({"set": {"truncation": "true", "truncation_k2": "7"}, "drag": 1})
    parts = stage.paint().parts
    assert "As it was before the control was held" in parts["lost"]["lost_of"].html
    assert "the last 7 steps" in parts["seen"]["seen"].html


def test_the_controls_act_on_the_experiment_of_the_session():
    page = opened()
    rested(put(page, "truncation", True))
    rested(put(page, "truncation_k2", 7))
    assert row(page, "truncation_carry")["locked"]  # a sequence is one chunk
    rested(put(page, "truncation_k1", 40))
    rested(put(page, "truncation_carry", False))
    (spec,) = run_of(page).experiment.remedies
    assert (spec.k1, spec.k2, spec.carry) == (40, 7, False)
    assert address(page) == {"truncation": "true", "truncation_k1": "40", "truncation_k2": "7",
                             "truncation_carry": "false"}
    assert "Forgotten at the borders" in headlines(page)[0]


def test_the_lags_drawn_are_those_of_the_network_now():
    page = opened(truncation="true", n_hidden="4", batch="4")
    for _ in range(3):
        rested(click(page, "Step"))
    experiment = Experiment.from_values({"n_hidden": 4, "batch": 4})
    trained, fresh = Trainer(run_of(page).experiment), Trainer(experiment)
    for _ in range(2):
        trained.update()
    fresh.network.theta[...] = trained.network.theta
    split = gradient_by_lag(fresh.network, fresh.gradient()[1], fresh.task, k2=10)
    kept, dropped = (np.asarray(chart(page, "lost_by_lag")["data"][i]["y"], float) for i in (0, 1))
    assert np.array_equal(np.where(np.isnan(kept), dropped, kept), split.log10_part)
    assert "weights as before update 3" in cells(page)["lost_of"]["html"]


def test_the_cost_is_measured_on_demand(monkeypatch):
    monkeypatch.setattr("core.topics.truncation.cost.LENGTHS", (10, 20))
    page = opened(truncation="true", n_hidden="4", batch="2")
    rested(click(page, "Measure the cost"))
    assert chart(page, "truncation_cost")["data"][0]["x"].tolist() == [10.0, 20.0]
    assert cells(page)["cost_words"]["html"].startswith("<div>Medians for one sequence")


def test_the_cost_needs_a_truncation():
    assert button(opened(), "Measure the cost").disabled


@pytest.mark.parametrize(("name", "value"), [("factor", 0.4), ("factor", 11.0), ("reruns", 5), ("reruns", 10**6)])
def test_a_value_that_is_not_allowed_gives_one_line_and_changes_nothing(name, value):
    page = opened()
    before = dict(own_of(page, "truncation").values)
    rested(put(page, name, value))
    (line,) = refusals(page)
    assert line.startswith(f"{name} must be ")
    assert own_of(page, "truncation").values == before


def test_own_values_are_part_of_the_link():
    page = opened()
    rested(put(page, "factor", 3.0))
    rested(put(page, "centre", "median"))
    assert address(page) == {"factor": "3.0", "centre": "median"}


@pytest.mark.parametrize("query", [
    {"seq_len": "2", "n_hidden": "2"}, {"task": "copy", "truncation_k1": "1"}, {"activation": "relu", "bias": "-3"},
    {"rho": "0"}, {"dtype": "float32"}, {"task": "sunspots", "seq_len": "300", "batch": "2"},
    {"task": "sine", "seq_len": "300", "truncation_k1": "1", "n_hidden": "2"}], ids=str)
def test_the_page_survives(query):
    page = opened(truncation="true", **query)
    assert warnings(page) == []
    assert "nan" not in " ".join(headlines(page))


def test_states_that_are_not_finite_are_told_in_words():
    page = opened(activation="elu", rho="2", shape="identity", bias="3", seq_len="1000", dtype="float32",
                  truncation="true")
    assert "not finite" in cells(page)["lost_of"]["html"]
