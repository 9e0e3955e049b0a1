"""The page of Jacobians as its reader uses it: look, click, train, measure; light, dark and on a phone."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core.plotting.theme import DARK, DROPPED, MEASURED
from core.topics.jacobians.long_sequence import long_reach
from core.topics.jacobians.map import jacobian_map
from core.topics.playground.presets import PRESETS
from core.training.experiment import Experiment
from core.training.trainer import Trainer

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHARTS = ("jacobian_map", "jacobian_lines", "singular", "slopes", "factor_plane", "one_step", "long")
MEASURED_EXACTLY = "!(document.querySelector('.verdict')?.innerText ?? 'Measuring').match('Measuring|Approximate')"


def exact(tab, names: tuple[str, ...] = ("jacobian_map", "jacobian_lines")):
    """Once nothing more is to come, and all of it is drawn. A chart that is out of sight waits with that."""
    tab.wait_for_charts(names)
    tab.page.wait_for_function(MEASURED_EXACTLY)
    tab.wait_for_rest(",".join(f".chart[data-name={name}]" for name in names))
    return tab


def z(tab) -> np.ndarray:
    return np.array(tab.read("jacobian_map", "Array.from(data[0].z, row => Array.from(row))"), float)


def shown(tab, expected: np.ndarray) -> None:
    """Once the map says that it is exact. Sent as float32: relative 6e-8 of the largest exponent."""
    allowed = 1e-6 * max(1.0, np.abs(expected[np.isfinite(expected)]).max())
    tab.wait_until("jacobian_map", "!layout.title.text.includes('approximate') &&"
                                   f" Math.abs(data[0].z.at(-1)[1] - {expected[-1, 1]}) < {allowed}")
    np.testing.assert_allclose(z(tab), expected, atol=allowed)


def measured(updates: int = 0, sequences: int = 3, **values: object) -> np.ndarray:
    trainer = Trainer(Experiment.from_values(values))
    for _ in range(updates):
        trainer.update()
    if not updates:
        trainer.measure()
    return jacobian_map(trainer.jacobians(sequences)).log10_norm


def at_cell(tab, k: int, t: int) -> tuple[float, float]:
    """Where on the page a cell of the map is drawn."""
    return tuple(tab.read("jacobian_map", f"place({k}, {t})"))


def test_the_map_is_drawn_with_the_engines_numbers(open_page):
    tab = exact(open_page("jacobians?rho=0.9&activation=relu&seq_len=40"))
    shown(tab, measured(rho=0.9, activation="relu", seq_len=40))
    assert "exceeded by none of them" in tab.verdict()
    assert tab.says("jacobian_map").startswith("820 pairs of time steps, exact")


def test_the_long_sequence_is_measured(open_page):
    tab = exact(open_page("jacobians?length=5000&rho=0.9&n_hidden=4"))
    tab.click("Measure")
    tab.wait_until("long", "data[1].x.at(-1) > 4900")
    tab.wait_for_text("Measured on the network as it was")
    experiment = Experiment.from_values({"rho": 0.9, "n_hidden": 4})
    trainer = Trainer(experiment)
    trainer.measure()
    *_, (_, found) = long_reach(experiment, 5000, trainer.weights)
    x = np.array(tab.trace("long", 1, "x"), int)
    np.testing.assert_allclose(tab.trace("long", 1), found.log10_norm[x - 1], rtol=1e-6)


def test_a_click_on_a_cell_chooses_its_row_and_its_column(open_page):
    tab = exact(open_page("jacobians?rho=0.9"))
    tab.page.mouse.click(*at_cell(tab, k=7, t=20))
    tab.page.wait_for_function("location.search.includes('t=20') && location.search.includes('k=7')")
    tab.wait_until("jacobian_lines", "data[2].name == 'back from t = 20' && data[3].name == 'on from k = 7'")
    norms = measured(rho=0.9)
    np.testing.assert_allclose(tab.trace("jacobian_lines", 2), norms[20, :20][::-1], atol=1e-6)
    np.testing.assert_allclose(tab.trace("jacobian_lines", 3), norms[8:, 7], atol=1e-6)
    tab.wait_for_field("Row: back from step", "20")
    tab.wait_for_field("Column: on from step", "7")
    tab.wait_until("jacobian_map", "data.at(-1).y[0] == 20 && data.at(-1).x.at(-1) == 7")


def test_two_clicks_lead_back_from_a_zoom_and_choose_no_cell(open_page):
    tab = exact(open_page("jacobians?rho=0.9"))
    tab.read("jacobian_map", """(window.picks = 0, Object.defineProperty(chart, 'picks',
        { set() {}, get: () => { window.picks += 1; return true; } }), 0)""")
    tab.drag("jacobian_map", (20, 100), (120, 200))
    tab.wait_until("jacobian_map", "chart.zoom.x")
    tab.page.mouse.dblclick(*at_cell(tab, k=7, t=20))
    tab.wait_until("jacobian_map", "!Object.keys(chart.zoom).length")
    tab.page.wait_for_timeout(600)  # twice as long as two clicks may be apart
    assert tab.page.evaluate("window.picks") == 0
    tab.drag("jacobian_map", (20, 100), (120, 200))
    tab.wait_until("jacobian_map", "chart.zoom.x")
    tab.page.mouse.click(*at_cell(tab, k=7, t=20))
    tab.page.wait_for_function("location.search.includes('t=20') && location.search.includes('k=7')")
    assert tab.page.evaluate("window.picks") == 1


def test_a_row_that_is_not_allowed_says_so_in_one_line_which_goes_away(go_on):
    tab = exact(go_on("jacobians?rho=0.9"))
    before = tab.number("Row: back from step")
    tab.type_number("Row: back from step", "2000")
    tab.wait_for_text(f"t must be a whole number from 1 to 1000, got 2000. It stays {before}.")
    tab.wait_for_field("Row: back from step", before)
    tab.type_number("Row: back from step", "30")
    tab.page.wait_for_function("location.search.includes('t=30')")
    tab.page.get_by_text("t must be a whole number").wait_for(state="detached")


def test_a_preset_is_measured(go_on):
    tab = exact(go_on("jacobians?rho=0.9"))
    tab.click("Non-normal surprise")
    tab.page.wait_for_function("location.search.includes('alpha=2')")
    tab.wait_until("jacobian_map", "data[0].z[10][0] > 0.3")
    exact(tab)
    shown(tab, measured(**PRESETS["nonnormal"].values))
    assert re.search(r"\(ρ γ\)lag, ρ γ = 0\.9, is exceeded by [1-9]", tab.verdict())


def test_training_moves_the_map_and_pausing_makes_it_exact(open_page):
    tab = exact(open_page("jacobians?until_solved=false&n_hidden=8&lr=0.3"))
    for name in CHARTS[:2]:
        tab.read(name, "box.made = true")
    before = z(tab)[50, 0]
    tab.click("Train")
    tab.wait_until("jacobian_map", f"Math.abs(data[0].z[50][0] - {before}) > 1e-3")
    assert "approximate" in tab.read("jacobian_map", "layout.title.text")
    tab.click("Pause")
    tab.wait_for_text("paused")
    exact(tab)
    shown(tab, measured(tab.updates(), n_hidden=8, lr=0.3))
    assert all(tab.read(name, "box.made") for name in CHARTS[:2])  # none was remounted


SLOW = "jacobians?n_hidden=32&seq_len=90&rho=0.9&length=131072"


def test_a_slow_map_of_a_network_changed_afterwards_comes_to_its_end(open_page):
    """The page looks again by itself until the work is done, and what was typed stays."""
    tab = exact(open_page(SLOW))
    tab.type_number("Spectral radius", "0.8")
    tab.page.wait_for_function("document.querySelector('.verdict').innerText.includes('ρ γ = 0.8,')")
    exact(tab)
    shown(tab, measured(n_hidden=32, seq_len=90, rho=0.8))
    assert tab.number("Spectral radius") == "0.8"
    assert "rho=0.8" in tab.page.url


def test_the_long_sequence_can_be_cancelled_and_begun_again(go_on):
    tab = exact(go_on(SLOW))
    for _ in range(2):
        tab.click("Measure")
        tab.page.get_by_text(re.compile(r"^[1-9]\d*%$")).first.wait_for()
        tab.click("Cancel")
        tab.wait_for_text("Cancelled: what is drawn was measured before.")


def test_truncation_dims_what_it_drops_in_the_colour_of_a_dark_page(open_page):
    tab = exact(open_page("jacobians?truncation=true&truncation_k2=10", scheme="dark"))
    dim = np.array(tab.read("jacobian_map", "Array.from(data[2].z, row => Array.from(row))"), float) == 1
    at = np.arange(51)
    assert np.array_equal(dim, (at[:, None] > at) & (at <= 50 - 10))
    assert dim.any()
    assert tab.read("jacobian_map", f"chart.theme.colour('{DROPPED}')") == DARK[DROPPED]
    assert tab.read("jacobian_lines", f"painted('{DARK[MEASURED]}')")


def test_on_a_phone_nothing_sticks_out(open_page):
    tab = open_page("jacobians", width=390, height=844)
    tab.wait_for_charts(("jacobian_map",))
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    box = tab.page.locator(".chart[data-name=jacobian_map]").bounding_box()
    assert box["width"] > 300
    assert box["x"] + box["width"] <= 390
    for name in CHARTS[1:]:
        tab.page.wait_for_selector(f".chart[data-name={name}]").scroll_into_view_if_needed()
        tab.wait_for_charts((name,))


def test_a_link_to_the_page_opened_first_on_a_new_server_arrives_at_the_app(server, open_page, tmp_path):
    """A folder `pages` beside the script would be a page a file to Streamlit, until st.navigation has run once."""
    fresh = type(server)(tmp_path)
    try:
        page = open_page("jacobians?rho=0.9&t=20", at=fresh).page
        page.wait_for_selector(".chart[data-name=jacobian_map][data-drawn]")
        assert page.get_by_label("Spectral radius, typed").input_value() == "0.9"
        assert page.get_by_label("Row: back from step, typed").input_value() == "20"
        page.get_by_test_id("stTopNavLink").first.wait_for()
        assert {"Playground", "Jacobians"} <= set(page.get_by_test_id("stTopNavLink").all_inner_texts())
        assert page.get_by_test_id("stSidebarNav").count() == 0
        assert page.locator(".chart[data-name=jacobian_map]").bounding_box()["width"] > 450  # the wide layout
        page.wait_for_function("location.search == '?rho=0.9&t=20'")
        page.goto("about:blank")  # it would look for its server
    finally:
        fresh.stop()
    assert "Traceback" not in fresh.log.read_text()
