"""The playground as its reader uses it, with mouse and keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from core.topics.playground.presets import PRESETS
from core.training.experiment import Experiment
from core.training.train import train
from core.training.trainer import Trainer
from tests.browser.tab import PLAYS
from tests.helpers.waiting import wait_until

pytestmark = pytest.mark.browser


CLIPPED = "?clip_norm=true&steps=20000&until_solved=false"  # a run that does not come to its end by itself
LINK = "?rho=0.9&pace=60&activation=relu&updates=30&until_solved=false&leaky=true&leaky_slowest=0.5&leaky_fastest=0.8"


@pytest.fixture
def still(look_at):
    """The first screen, for tests that only look at it."""
    tab = look_at()
    tab.wait_for_charts()
    return tab


def test_the_first_screen_shows_the_initial_network_without_a_click(still):
    tab = still
    expected = Trainer(Experiment()).measure()
    seen = np.array(tab.trace("by_step", 1))
    np.testing.assert_allclose(seen, expected.log10_dL_dh, atol=1e-6)  # sent as float32
    assert "chance 1.386" in tab.verdict()


def test_no_request_leaves_the_app_and_plotly_is_none_of_them(still):
    assert any("uPlot" in url for url in still.requests)  # the fixture checks the hosts
    assert not [url for url in still.requests if "plotly.min" in url]


def test_the_first_screen_waits_for_no_script_that_sets_equations(still):
    assert still.page.locator("[data-testid=stSidebar] .words-of").first.is_visible()  # φ(a) = tanh a, in letters
    assert not [url for url in still.requests if "katex" in url or "rehype-raw" in url]


def test_a_slider_moves_with_the_keyboard(open_page):
    tab = open_page()
    tab.wait_for_charts()
    tab.settle()
    before = tab.trace("flow", 2)[-1]
    for _ in range(5):
        tab.slider("Spectral radius").press("ArrowLeft")
    tab.wait_until("flow", f"data[2].y.at(-1) < {before} - 0.5")
    tab.page.wait_for_function("location.search.includes('rho=0.95')")  # the address follows the picture


def test_a_dragged_slider_moves_the_picture(go_on):
    tab = go_on()
    tab.wait_for_charts()
    tab.settle()
    before = tab.trace("flow", 2)[-1]
    with tab.held("Spectral radius", -60):
        tab.wait_until("flow", f"data[2].y.at(-1) < {before} - 5")
    assert tab.verdict().startswith("▼ Vanishing")


def test_no_chart_is_remounted_while_the_page_is_open(go_on):
    tab = go_on()
    tab.wait_for_charts()
    for name in tab.CHARTS:
        tab.read(name, "box.made = true")
    tab.click("Train")
    tab.wait_until("loss", "data[0].y.length > 15")
    tab.click("Pause")
    tab.wait_for_text("paused")
    tab.click("Reset")
    tab.wait_for_text("not trained yet")
    tab.click("Vanishing")
    tab.wait_until("flow", "data[2].y.at(-1) < -3")
    assert all(tab.read(name, "box.made") for name in tab.CHARTS)
    assert tab.page.evaluate("window.chartMounts") == len(tab.CHARTS)


def test_a_run_driven_into_nan_keeps_its_charts_and_rewinds(go_on):
    tab = go_on()
    tab.wait_for_charts()
    tab.click("Exploding")
    tab.wait_until("flow", "data[2].y.at(-1) > 3")
    tab.click("Train")
    tab.wait_for_text("Diverged")
    assert "at update 3" in tab.verdict()
    assert tab.trace("loss", 0)[0] > 0  # log10 now
    tab.click("Rewind to the last finite update, 2")
    tab.wait_for_text("update 1 of")
    assert "Diverged" not in tab.verdict()
    tab.click("Go on")
    tab.wait_for_text("Diverged")
    tab.page.get_by_role("button", name="Turn clipping on and go on").click()
    tab.wait_until("loss", "data[0].x.at(-1) >= 5")
    assert "Diverged" not in tab.verdict()
    assert "clip_norm=true" in tab.page.url


def test_a_number_that_only_the_charts_show_draws_them_and_its_panel_alone(go_on):
    tab = go_on()
    tab.wait_for_charts()
    tab.settle()
    began = tab.received
    tab.click("Exploding")
    tab.wait_until("flow", "data[2].y.at(-1) > 3")
    tab.settle()
    whole, began = tab.received - began, tab.received
    tab.wait_for_text(PRESETS["exploding"].look[:30])
    for rho, messages in (("1.19", 2 * whole), ("1.18", whole // 2)):  # the first is of no preset: the page says so
        tab.slider("Spectral radius").press("ArrowLeft")
        tab.page.wait_for_function(f"location.search.includes('rho={rho}')")
        tab.wait_for_field("Spectral radius", rho)
        tab.settle()
        expected = Trainer(Experiment.from_values(PRESETS["exploding"].values | {"rho": float(rho)})).measure()
        np.testing.assert_allclose(tab.trace("by_step", 1), expected.log10_dL_dh, atol=1e-6)
        expect(tab.page.get_by_text(PRESETS["exploding"].look[:30])).to_have_count(0, timeout=60_000)
        assert tab.received - began < messages
        began = tab.received


def test_the_open_share_menu_follows_a_number(go_on):
    tab = go_on()
    tab.wait_for_charts()
    tab.type_number("Spectral radius", "1")
    tab.click("Share")
    tab.wait_for_text("Link to these settings")
    tab.slider("Spectral radius").press("ArrowLeft")
    tab.page.get_by_text("--rho=0.99").first.wait_for()


def test_training_draws_itself_and_pauses(open_page):
    tab = open_page(CLIPPED)
    tab.wait_for_charts()
    tab.click("Train")
    tab.wait_until("loss", "data[0].y.length > 20")
    tab.click("Pause")
    tab.wait_for_text("paused")
    done = tab.updates()
    tab.wait_until("loss", f"data[0].y.length == {done}")
    clipped = parts(Experiment.from_values({"clip_norm": True}))
    expected = [record.loss for record, _ in zip(train(*clipped), range(done), strict=False)]
    np.testing.assert_allclose(tab.trace("loss", 0), expected, rtol=1e-6)  # sent as float32
    assert tab.read("map", "data[0].z.length") > 10


def parts(experiment: Experiment) -> tuple:
    return experiment.recurrence, experiment.task, experiment.training, experiment.remedies


def test_a_threshold_changed_mid_run_is_marked_and_acts(go_on):
    tab = go_on(CLIPPED)
    tab.wait_for_charts()
    tab.click("Reset")
    tab.wait_for_text("update 0 of")
    tab.click("Train")
    tab.wait_until("norm", "data[0].y.length > 8 && data[0].x[0] === 1")
    tab.type_number("Clip threshold", "0.01")
    tab.wait_until("norm", "(layout.annotations ?? []).some(a => a.text.includes('Clip threshold 1 → 0.01'))")
    mark = tab.read("norm", "layout.annotations[0].x")
    tab.wait_until("norm", f"data[1].y.length > {mark} + 15")
    assert tab.number("Clip threshold") == "0.01"
    tab.click("Pause")
    tab.wait_for_text("paused")
    after = np.array(tab.trace("norm", 1))
    np.testing.assert_allclose(after[int(mark) - 1:], -2.0, atol=1e-6)
    assert (after[:int(mark) - 1] > -1).all()


def test_a_zoom_is_kept_while_training_goes_on(go_on):
    tab = go_on(CLIPPED)
    tab.wait_for_charts()
    tab.page.get_by_role("button", name=PLAYS).click()
    tab.wait_until("loss", "data[0].y.length > 10")
    tab.drag("loss", (30, 30), (150, 100))
    tab.wait_until("loss", "axes.x.ends[0] > 0.5")
    kept, seen = tab.ends("loss"), tab.read("loss", "data[0].y.length")
    tab.wait_until("loss", f"data[0].y.length > {seen} + 30")
    np.testing.assert_allclose(tab.ends("loss"), kept)
    tab.click("Pause")


def test_closing_the_tab_ends_the_run(go_on, server):
    tab = go_on(CLIPPED)
    tab.wait_for_charts()
    tab.page.get_by_role("button", name=PLAYS).click()
    tab.wait_until("loss", "data[0].y.length > 3")
    wait_until(lambda: server.running_loops() >= 1)
    tab.close()
    wait_until(lambda: server.running_loops() == 0)


def test_a_shared_link_shows_the_same_numbers_in_a_second_browser(open_page):
    first = open_page("?rho=1.1&alpha=0.5&seed=7&optimizer=adam&lr=0.003&clip_norm=true&until_solved=false")
    first.wait_for_charts()
    first.click("Train")
    first.wait_until("loss", "data[0].y.length > 5")
    first.click("Pause")
    first.settle()
    first.page.get_by_role("button", name="Share").click()
    link = first.page.locator("code", has_text="updates=").inner_text()
    query = link[link.index("?"):]
    done = int(query.split("updates=")[1])
    first.wait_until("loss", f"data[0].x.at(-1) == {done}")
    drawn = {(chart, i): first.trace(chart, i) for chart, i in (("loss", 0), ("norm", 0), ("norm", 1), ("by_step", 1),
                                                                ("flow", 2))}
    second = open_page(query)
    second.wait_for_charts()
    second.wait_until("loss", f"data[0].x.at(-1) == {done}")
    second.settle()
    for (chart, i), numbers in drawn.items():
        assert second.trace(chart, i) == numbers, chart


def test_a_link_shows_its_values_in_the_controls(open_page):
    tab = open_page(LINK)
    tab.wait_for_charts()
    tab.wait_for_text("update 30 of")
    tab.settle()
    assert tab.number("Spectral radius") == "0.9"
    assert tab.chosen("Activation") == "ReLU"
    assert tab.page.get_by_role("combobox").evaluate_all("all => all.map(menu => menu.value)").count("60") == 1
    tab.unfold("Task")
    tab.menu("Task").wait_for()
    assert tab.chosen("Task") == "Recall the first symbol"


def test_values_that_do_not_go_together_are_told_when_a_number_makes_them_so_and_no_longer(go_on):
    tab = go_on(LINK)
    tab.wait_for_charts()
    tab.unfold("Against vanishing")
    tab.type_number("Leak of the slowest unit", "0.9")
    tab.wait_for_text("leaky_slowest must be at most leaky_fastest = 0.8")
    tab.type_number("Leak of the slowest unit", "0.6")
    tab.page.get_by_text("leaky_slowest must be").wait_for(state="detached")
    tab.page.wait_for_function("location.search.includes('leaky_slowest=0.6')")
