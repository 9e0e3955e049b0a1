"""The page of truncation as its reader uses it: change k2, record, search, take a threshold to the playground."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core.plotting.theme import DARK, FULL
from core.topics.truncation.recorded_norms import proposal, recorded_norms
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from core.training.truncated_pairs import map_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHARTS = ("truncation_map", "lost_by_lag", "dependency")
BELOW = ("truncation_cost", "threshold_histogram", "thresholds_tried")
CUT = "task=sine&truncation=true&truncation_k1=10&truncation_k2=25"
TINY = f"{CUT}&n_hidden=4&batch=2"
SHORT = "truncation=true&truncation_k2=10"


def opened(open_page, query: str, **look: object):
    tab = open_page(f"truncation?{query}", **look)
    tab.wait_for_charts(CHARTS)
    tab.wait_until("lost_by_lag", "data[2].x.length > 1")
    return tab


def cells(tab) -> np.ndarray:
    return np.array(tab.read("truncation_map", "Array.from(data[0].z, row => Array.from(row))"), float)


def shown_below(tab, name: str) -> None:
    tab.page.wait_for_selector(f".chart[data-name={name}]").scroll_into_view_if_needed()
    tab.wait_for_charts((name,))


def record(tab, updates: int) -> None:
    shown_below(tab, "threshold_histogram")
    tab.click(f"Record {updates} updates here")
    tab.wait_until("threshold_histogram", "Array.from(data[0].y).some(share => share > 0)")
    tab.page.get_by_role("button", name=re.compile("^Use this one: proposed")).wait_for()
    tab.page.get_by_role("button", name="Go on", exact=True).wait_for()


def test_the_map_is_drawn_with_the_engines_cells(look_at):
    tab = opened(look_at, TINY)
    found = map_of(Experiment.from_values({"task": "sine", "truncation": True, "truncation_k1": 10,
                                           "truncation_k2": 25}))
    t, k = np.arange(1, 51)[:, None], np.arange(1, 51)[None, :]
    assert np.array_equal(cells(tab) == 2, found.dropped(t, k))
    assert np.array_equal(cells(tab) < 2, found.seen(t, k))
    assert tab.says("truncation_map").startswith("5 updates for 50 steps,")


def test_the_cost_is_measured_at_every_length(open_page):
    tab = opened(open_page, TINY)
    shown_below(tab, "truncation_cost")
    tab.click("Measure the cost")
    tab.wait_until("truncation_cost", "data[0].x.length == 5")
    assert tab.trace("truncation_cost", 0, "x") == [50, 100, 200, 500, 1000]
    tab.wait_for_text("Medians for one sequence of the whole batch")


def test_on_a_dark_page_what_is_dropped_has_its_dark_colour(look_at):
    tab = opened(look_at, SHORT, scheme="dark")
    assert tab.read("lost_by_lag", f"painted('{DARK[FULL]}')")
    assert tab.read("truncation_map", f"painted('{DARK[FULL]}')")


def test_another_k2_moves_the_map_the_lags_and_the_headline_without_a_remount(open_page):
    tab = opened(open_page, SHORT, scheme="dark")
    for name in CHARTS:
        tab.read(name, "box.made = true")
    assert "Too short for the task" in tab.page.locator(".verdict").first.inner_text()
    tab.type_number("Steps back", "50")
    tab.page.wait_for_function("document.querySelector('.verdict').innerText.includes('Nothing is dropped')")
    tab.wait_until("truncation_map", "!Array.from(data[0].z.at(-1)).includes(2)")
    tab.wait_until("lost_by_lag", "Array.from(data[1].y).every(Number.isNaN)")
    assert all(tab.read(name, "box.made") for name in CHARTS)


def test_the_threshold_of_the_adviser_lands_in_the_playground(open_page):
    tab = opened(open_page, "n_hidden=4&seq_len=10&reruns=40&factor=2&until_solved=false")
    record(tab, 40)
    trainer = Trainer(Experiment.from_values({"n_hidden": 4, "seq_len": 10}))
    norms = np.array([trainer.update().grad_norm for _ in range(40)])
    expected = float(f"{2 * norms.mean():.4g}")
    tab.page.get_by_role("button", name=f"Use this one: proposed, θ = {expected:g}").click()
    tab.wait_for_text(f"Set: θ = {expected:g}")
    tab.page.wait_for_function(f"location.search.includes('clip_norm_threshold={expected!r}')")
    tab.page.get_by_role("link", name="Open the playground").click()
    tab.wait_for_charts(("norm", "loss"))
    tab.page.wait_for_function(f"location.pathname == '/' && location.search.includes('{expected!r}')")
    assert float(tab.number("Clip threshold")) == expected
    assert tab.switch("Gradient norm clipping").is_checked()
    tab.wait_until("norm", f"data.some(t => t.name == 'clip at {expected:g}')")


def test_a_run_that_explodes_is_recorded_searched_and_trained_again_with_what_was_found(open_page):
    tab = open_page("truncation?reruns=30")
    tab.wait_for_charts(CHARTS)
    tab.click("Leaves the finite numbers")
    tab.page.wait_for_function("location.search.includes('leaky_relu')")
    shown_below(tab, "threshold_histogram")
    tab.click("Record 30 updates here")
    tab.wait_for_text("diverged")
    shown_below(tab, "thresholds_tried")
    tab.click("Search")
    tab.wait_for_text("A clip is needed.")
    found = tab.page.get_by_role("button", name=re.compile("^Use this one: highest finite"))
    found.wait_for()
    tab.page.get_by_role("button", name="Cancel", exact=True).last.and_(tab.page.locator("[disabled]")).wait_for()
    found.click()
    tab.wait_for_text("Set: θ = ")
    tab.click("Train again with it")
    tab.wait_for_text("update 30 of")
    tab.wait_for_text("paused")


def test_on_a_phone_nothing_sticks_out(open_page):
    tab = open_page(f"truncation?{CUT}", width=390, height=844)
    for name in (*CHARTS, *BELOW):
        shown_below(tab, name)
        box = tab.page.locator(f".chart[data-name={name}]").bounding_box()
        assert box["width"] > 300
        assert box["x"] + box["width"] <= 390
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_proposal_in_the_test_is_the_advisers():
    """The browser is held against the same rule that the page uses."""
    from core.live.history import Curves

    norms = np.array([1.0, 2.0, 4.0])
    curves = Curves(np.arange(1, 4), norms, norms, norms, norms)
    assert proposal(recorded_norms(curves), "mean", 2.0).threshold == float(f"{2 * norms.mean():.4g}")
