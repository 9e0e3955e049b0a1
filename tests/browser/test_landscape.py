"""The one-unit page as its reader uses it."""

from __future__ import annotations

import numpy as np
import pytest

from core.plotting.theme import DARK, INK
from core.topics.landscape.one_unit import OneUnit, descend, surface

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHARTS = ("error_map", "descent", "bifurcation")
STAR = "data.at(-1)"
UNCLIPPED = "data.find(t => t.name === 'not clipped' && t.showlegend !== false)"


def opened(open_page, query="landscape", charts=CHARTS, **look):
    tab = open_page(query, **look)
    tab.wait_for_charts(charts)
    return tab


def place(tab, w, b):
    """Where (w, b) is on the screen."""
    tab.page.locator(".chart[data-name=error_map]").scroll_into_view_if_needed()
    return tab.read("error_map", f"place({w}, {b})")


@pytest.fixture
def still(look_at):
    """The first screen, for tests that only look at it."""
    return opened(look_at)


def test_the_first_screen_is_the_cliff_of_figure_6(still):
    tab = still
    z = np.array([tab.read("error_map", f"Array.from(data[0].z[{row}])") for row in (0, 200, 399)])
    expected = surface(OneUnit(), np.linspace(3.5, 6.5, 400), np.linspace(-4.0, -1.0, 400)).error[[0, 200, 399]]
    np.testing.assert_allclose(z, expected, rtol=1e-6, atol=1e-12)
    assert "update 1 jumped 13.2 away" in tab.verdict()


def test_the_charts_fit_the_first_screen(still):
    for name in CHARTS:
        box = still.page.locator(f".chart[data-name={name}]").bounding_box()
        assert box["y"] + box["height"] <= 905, name


@pytest.mark.parametrize(("scheme", "colour"), [("light", INK), ("dark", DARK[INK])])
def test_curves_follow_the_theme(still, scheme, colour):
    with still.in_scheme(scheme):
        still.wait_until("error_map", f"painted('{colour}')")


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_has_a_text_alternative_with_its_reading(still, name):
    assert len(still.says(name)) > 40


@pytest.mark.parametrize("name", CHARTS)
def test_titles_do_not_run_into_legends(still, name):
    still.title_is_clear(name)


def test_a_slider_of_the_unit_moves_the_map_without_a_remount(open_page):
    tab = opened(open_page)
    for name in CHARTS:
        tab.read(name, "box.made = true")
    for _ in range(5):
        tab.slider("First state").press("ArrowRight")
    tab.page.wait_for_function("location.search.includes('x0=0.55')")
    expected = surface(OneUnit(x0=0.55), np.linspace(3.5, 6.5, 400), np.linspace(-4.0, -1.0, 400)).error[200]
    tab.wait_until("error_map", f"Math.abs(data[0].z[200][215] - {expected[215]}) < 1e-6")
    assert all(tab.read(name, "box.made") for name in CHARTS)
    assert tab.page.evaluate("window.chartMounts") == len(CHARTS)


def test_a_click_on_the_map_starts_both_descents_there(go_on):
    tab = opened(go_on)
    tab.page.mouse.click(*place(tab, 5.5, -2.0))
    tab.wait_until("error_map", f"Math.abs({STAR}.x[0] - 5.5) < 0.02 && Math.abs({STAR}.y[0] + 2) < 0.02")
    tab.page.wait_for_function("location.search.includes('w=5.') && location.search.includes('b=-')")
    assert abs(float(tab.number("Weight")) - 5.5) < 0.02


def test_a_preset_shows_the_way_over_the_cliff_and_back(go_on):
    tab = opened(go_on)
    tab.click("Over the cliff, clipped")
    tab.wait_until("error_map", f"{UNCLIPPED}.x[0] === Math.fround(4.8)")
    way = descend(OneUnit(w=4.8, b=-2.35), 0.03, None, 100)
    jump = int(np.argmax(way.step))
    seen = tab.read("error_map", f"Array.from({UNCLIPPED}.x)")
    np.testing.assert_allclose(seen[:jump + 2], way.w[:jump + 2], rtol=1e-4)
    assert f"update {jump + 1} jumped" in tab.verdict()
    assert "b_mid=-2.4" in tab.page.url


def test_the_updates_shown_cut_both_ways_off(go_on):
    tab = opened(go_on)
    tab.slider("Updates shown").press("Home")
    tab.wait_until("error_map", f"{UNCLIPPED}.x.length === 1")
    assert "At the start" in tab.verdict()


@pytest.mark.parametrize(("label", "shift", "name", "seen"), [
    ("Weight", 20, "w", f"Math.abs({STAR}.x[0] - (%s)) < 1e-5"),
    ("Updates shown", -150, "shown", f"{UNCLIPPED}.x.length === 1 + %s")])
def test_the_map_follows_a_slider_that_is_held(open_page, label, shift, name, seen):
    tab = opened(open_page)
    tab.wait_for_rest()
    with tab.held(label, shift) as value:
        tab.wait_until("error_map", seen % value)
        assert "?" not in tab.page.url
    tab.page.wait_for_function(f"Number(new URLSearchParams(location.search).get('{name}')) === {value}")
    tab.wait_for_rest()
    tab.wait_until("error_map", seen % value)


def test_a_zoom_stays_while_a_slider_moves_and_goes_with_a_new_window(go_on):
    tab = opened(go_on)
    tab.wait_for_rest()
    x0 = float(tab.number("First state"))
    w_min, w_max, b_min, b_max = tab.ends("error_map")
    w, b = w_max - w_min, b_max - b_min
    (left, top), (right, bottom) = (place(tab, w_min + at * w, b_max - at * b) for at in (0.25, 0.75))
    tab.page.mouse.move(left, top)
    tab.page.mouse.down()
    tab.page.mouse.move(right, bottom, steps=5)
    tab.page.mouse.up()
    tab.wait_until("error_map", f"Math.abs(axes.x.ends[0] - {w_min + w / 4}) < {0.02 * w}")
    tab.slider("First state").press("ArrowRight")
    tab.page.wait_for_function(f"location.search.includes('x0={x0 + 0.01:g}')")
    tab.wait_for_rest()
    assert abs(tab.read("error_map", "axes.x.ends[0]") - w_min - w / 4) < 0.02 * w
    tab.slider("Weight in the middle").press("ArrowRight")
    tab.wait_until("error_map", f"Math.abs(axes.x.ends[0] - {w_min + 0.01}) < 1e-6")


def test_map_and_surface_take_turns(go_on):
    tab = opened(go_on)
    for choice, chart in (("surface in 3-D", "error_surface"), ("map", "error_map")):
        tab.menu("Drawn as").select_option(choice)
        tab.wait_for_charts((chart,))
        tab.wait_for_rest()


FURTHEST = """(() => {
    const eye = () => chart.solid._fullLayout.scene._scene.getCamera().eye, start = eye();
    box.furthest = 0;
    (function look() {
        const { x, y } = eye();
        box.furthest = Math.max(box.furthest, Math.hypot(x - start.x, y - start.y));
        requestAnimationFrame(look);
    })(); })()"""


def test_the_surface_is_drawn_turns_and_follows_the_theme(open_page):
    """The mouse is looked at once a frame, so every move waits for one. Where frames are slow plotly turns on by the
    speed of the last move, even all the way round: so every frame's camera counts, and not the last one's alone."""
    tab = opened(open_page, "landscape?view=surface", ("descent", "bifurcation"))
    tab.wait_until("error_surface", "chart.solid._fullLayout.scene._scene.glplot && box.dataset.drawn")
    tab.wait_for_rest()
    assert tab.read("error_surface", "data[0].z.length") == 120
    tab.read("error_surface", FURTHEST)
    box = tab.page.locator(".chart[data-name=error_surface]").bounding_box()
    tab.page.mouse.move(box["x"] + 200, box["y"] + 300)
    assert tab.read("error_surface", "box.furthest") == 0
    tab.page.mouse.down()
    for shift in range(0, 160, 20):
        tab.page.mouse.move(box["x"] + 200 + shift, box["y"] + 300)
        tab.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    tab.page.mouse.up()
    tab.wait_until("error_surface", "box.furthest > 0.05")
    for scheme, colour in (("dark", DARK[INK]), ("light", INK)):
        tab.page.emulate_media(color_scheme=scheme)
        tab.wait_until("error_surface", f"chart.solid._fullLayout.scene.xaxis.color === '{colour}'")


def test_a_phone_shows_all_charts_below_each_other_and_no_title_runs_into_a_legend(open_page):
    tab = opened(open_page, charts=("error_map",), width=390, height=844)
    for name in CHARTS:
        tab.page.locator(f".chart[data-name={name}]").scroll_into_view_if_needed()
        tab.wait_for_charts((name,))
        box = tab.page.locator(f".chart[data-name={name}]").bounding_box()
        assert box["width"] > 300
        assert box["x"] + box["width"] <= 390
        tab.title_is_clear(name)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
