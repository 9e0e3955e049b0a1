"""What of a chart can be taken hold of, in a real browser: each by mouse, keys, fingers; and what cannot."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.tab import WAIT, Tab

pytestmark = pytest.mark.browser

QUERY = "?n_hidden=6&seq_len=40&batch=8&steps=20000&pace=60&until_solved=false"
ONE = "One eigenvalue; Page Down chooses the next"
SPECTRUM = "Array.from(data.at(-1).x, (re, i) => [re, data.at(-1).y[i]])"


@pytest.fixture
def tab(open_page) -> Tab:
    """A small network that has not been trained."""
    tab = open_page(QUERY, width=1280, height=960)
    tab.wait_for_charts()
    tab.wait_for_rest()
    tab.orders.clear()
    tab.changes.clear()
    return tab


def grip(tab: Tab, chart: str, name: str) -> Locator:
    found = tab.page.locator(f".chart[data-name={chart}]").get_by_role("slider", name=name, exact=True)
    found.wait_for(state="attached")
    found.evaluate("e => e.closest('.chart').scrollIntoView({ block: 'center' })")
    return found


def middle(of: Locator) -> tuple[float, float]:
    box = of.locator("b").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def at(tab: Tab, chart: str, x: float, y: float) -> tuple[float, float]:
    """Where values of its axes are on the page, px."""
    return tuple(tab.read(chart, f"place({x}, {y})"))


def carry(tab: Tab, found: Locator, to: tuple[float, float]) -> None:
    """By mouse, and not yet let go."""
    tab.page.mouse.move(*middle(found))
    tab.page.mouse.down()
    tab.page.mouse.move(*to, steps=6)


def in_link(tab: Tab, **texts: str) -> None:
    """Until the address says so."""
    for name, text in texts.items():
        tab.page.wait_for_function("""([name, text]) => {
            const now = new URLSearchParams(location.search).get(name);
            return now !== null && (now === text || Number(now) === Number(text)); }""", arg=[name, text])


def place(of: Locator) -> complex:
    """Of an eigenvalue, as its grip says."""
    return complex(of.get_attribute("aria-valuetext").split(",")[0])


def spectrum(tab: Tab) -> np.ndarray:
    return np.sort_complex([complex(*z) for z in tab.read("eigenvalues", SPECTRUM)])


def test_the_radius_of_the_eigenvalues_follows_the_mouse(tab):
    found = grip(tab, "eigenvalues", "Spectral radius ρ")
    carry(tab, found, at(tab, "eigenvalues", 0.5, -0.5))
    now = float(found.get_attribute("aria-valuetext"))
    assert now == pytest.approx(np.hypot(0.5, 0.5), abs=0.02)
    tab.wait_until("eigenvalues", f"Math.abs(Math.hypot(data.at(-1).x[0], data.at(-1).y[0]) - {now}) < 1e-6")
    assert "rho" not in tab.page.url
    assert tab.number("Spectral radius") == f"{now:g}", "the slider is another view of the same value"
    tab.page.mouse.up()
    in_link(tab, rho=f"{now:g}")
    assert [one["name"] for one in tab.changes.values()] == ["rho"]


def test_a_grip_that_is_carried_out_of_its_chart_stays_in_the_hand_also_in_another_window(tab):
    found = grip(tab, "eigenvalues", "Spectral radius ρ")
    carry(tab, found, (5, 900))
    assert found.get_attribute("aria-valuetext") == "2"
    tab.page.set_viewport_size({"width": 1000, "height": 960})
    tab.wait_until("eigenvalues", "axes.x.ends[1] > 2")  # it has been drawn for this place
    tab.wait_for_rest()
    tab.mouse.move(*at(tab, "eigenvalues", 0.4, -0.4), steps=4)
    assert float(found.get_attribute("aria-valuetext")) < 1
    tab.mouse.up()
    assert tab.faults == []


def test_what_is_carried_out_does_not_run_away_as_the_axes_grow(tab):
    found = grip(tab, "eigenvalues", "Spectral radius ρ")
    x, y = at(tab, "eigenvalues", 0.85, -0.85)
    carry(tab, found, (x, y))
    tab.wait_until("eigenvalues", "axes.x.ends[1] > 1.15")
    tab.mouse.move(x + 1, y)
    tab.mouse.move(x, y)
    assert float(found.get_attribute("aria-valuetext")) == pytest.approx(0.85 * np.sqrt(2), abs=0.03)
    tab.mouse.up()


def test_the_radius_is_taken_where_an_eigenvalue_lies_below_its_grip(open_page):
    tab = open_page("?n_hidden=8&eigenvalues=&seq_len=40&batch=8", width=1280, height=960)
    tab.wait_for_charts()
    tab.wait_for_rest()
    found = grip(tab, "eigenvalues", "Spectral radius ρ")
    assert min(abs(spectrum(tab) - np.exp(-0.25j * np.pi))) < 0.01
    carry(tab, found, at(tab, "eigenvalues", 0.5, -0.5))
    assert float(found.get_attribute("aria-valuetext")) == pytest.approx(np.hypot(0.5, 0.5), abs=0.02)
    tab.mouse.up()


def test_an_eigenvalue_is_carried_and_its_conjugate_mirrors_it_and_the_others_stay(tab):
    before, found = spectrum(tab), grip(tab, "eigenvalues", ONE)
    stood = place(found)
    carry(tab, found, at(tab, "eigenvalues", 0.3, 0.6))
    tab.wait_until("eigenvalues", f"{SPECTRUM}.some(([x, y]) => Math.hypot(x - 0.3, y - 0.6) < 0.02)")
    now = spectrum(tab)
    moved = now[np.argmin(np.abs(now - (0.3 + 0.6j)))]
    others = [z for z in before if min(abs(z - stood), abs(z - stood.conjugate())) > 1e-6]
    expected = [*others, moved, moved.conjugate()]
    np.testing.assert_allclose(now, np.sort_complex(expected), atol=1e-6)
    tab.page.mouse.up()
    tab.page.wait_for_function("location.search.includes('eigenvalues=')")
    tab.wait_for_rest()
    np.testing.assert_allclose(spectrum(tab), now, atol=1e-6)
    expect(tab.slider("Spectral radius")).to_be_disabled()


def test_a_pair_that_reaches_the_axis_becomes_two_real_ones_and_leaves_it_again(tab):
    found = grip(tab, "eigenvalues", ONE)
    carry(tab, found, at(tab, "eigenvalues", 0.4, 0.0))
    tab.wait_until("eigenvalues", f"{SPECTRUM}.filter(([x, y]) => Math.abs(x - 0.4) < 0.02 && y === 0).length === 2")
    tab.page.mouse.move(*at(tab, "eigenvalues", 0.4, 0.5), steps=4)
    tab.wait_until("eigenvalues", f"{SPECTRUM}.filter(([, y]) => y === 0).length === 0")
    assert len(spectrum(tab)) == 6
    tab.page.keyboard.press("Escape")
    tab.page.mouse.up()
    tab.wait_for_rest()
    assert "eigenvalues" not in tab.page.url
    np.testing.assert_allclose(np.abs(spectrum(tab)), 1.0, atol=1e-6)


def test_the_threshold_is_taken_where_clipping_is_off_and_switches_it_on(tab):
    found = grip(tab, "norm", "Clip threshold θ (gradient norm)")
    assert "off" in found.get_attribute("aria-valuetext")
    x, y = middle(found)
    carry(tab, found, (x, y - 60))
    expect(tab.switch("Gradient norm clipping")).not_to_be_checked()
    tab.page.mouse.up()
    tab.page.wait_for_function("location.search.includes('clip_norm=true')")
    expect(tab.switch("Gradient norm clipping")).to_be_checked()
    assert float(found.get_attribute("aria-valuetext")) > 1.0


@pytest.mark.parametrize(("chart", "x", "y"), [("flow", 12.0, None), ("by_step", 28.5, None), ("map", None, 28.5)])
def test_the_border_of_the_chunk_is_the_same_wherever_it_is_taken(tab, chart, x, y):
    found = grip(tab, chart, "Steps back k₂")
    here = middle(found)
    there = [to if given is not None else was for given, to, was in zip(
        (x, y), at(tab, chart, x or 1.0, y or 1.0), here, strict=True)]
    carry(tab, found, (there[0], there[1]))
    tab.page.mouse.up()
    in_link(tab, truncation="true", truncation_k2="12")


def test_keys_move_a_grip_and_the_chart_keeps_its_own(tab):
    found = grip(tab, "flow", "Steps back k₂")
    found.focus()
    for key, text in (("ArrowRight", "11"), ("ArrowRight", "12"), ("ArrowLeft", "11"), ("PageUp", "21")):
        tab.page.keyboard.press(key)
        assert found.get_attribute("aria-valuetext") == f"{text}, off" or found.get_attribute("aria-valuetext") == text
    in_link(tab, truncation_k2="21")
    assert tab.read("flow", "chart.says.textContent") == "", "no point of the chart is read meanwhile"


def test_keys_move_an_eigenvalue_and_choose_the_next(tab):
    found = grip(tab, "eigenvalues", ONE)
    found.focus()
    first = found.get_attribute("aria-valuetext")
    tab.page.keyboard.press("PageDown")
    assert found.get_attribute("aria-valuetext") != first
    tab.page.keyboard.press("PageUp")
    assert found.get_attribute("aria-valuetext") == first
    tab.page.keyboard.press("ArrowDown")
    tab.page.wait_for_function("location.search.includes('eigenvalues=')")
    expect(found).not_to_have_attribute("aria-valuetext", first, timeout=WAIT)


def test_a_drag_beside_a_grip_zooms_as_before(tab):
    tab.page.locator(".chart[data-name=flow]").scroll_into_view_if_needed()
    tab.drag("flow", (60, 40), (120, 90))
    tab.wait_until("flow", "chart.zoom.x !== undefined")
    assert "truncation" not in tab.page.url
    assert tab.orders == []


def test_what_was_recorded_is_looked_back_at_by_the_foot_of_a_chart(tab):
    tab.page.get_by_role("button", name="Train").click()
    tab.wait_until("loss", "data[0].y.length > 20")
    tab.click("Pause")
    found = grip(tab, "loss", "History: look at update")
    tab.wait_for_rest()
    place = at(tab, "loss", 10, 0)
    carry(tab, found, (place[0], middle(found)[1]))
    now = int(found.get_attribute("aria-valuetext"))
    assert abs(now - 10) <= 1
    tab.page.mouse.up()
    expect(tab.page.get_by_role("button", name=re.compile(rf"Rewind to {now}$"))).to_be_visible()
    tab.wait_for_rest()
    tab.page.mouse.dblclick(*middle(found))
    tab.wait_for_text(f"update {now - 1} of")


def test_a_move_that_is_refused_says_why_at_the_chart_and_goes_back(tab):
    found = grip(tab, "eigenvalues", ONE)
    before = found.get_attribute("aria-valuetext")
    # An order of the hand is checked as what is typed: here by an eigenvalue that is too large.
    tab.page.evaluate("""() => { const { chart } = document.querySelector('.chart[data-name=eigenvalues]');
        const points = [...chart.grips.values()].find(({ blocks }) => blocks);
        points.hold();
        points.held[0].value.try('3, 0.5');
        points.let(false); }""")
    why = tab.page.locator(".chart[data-name=eigenvalues] > .why")
    expect(why).to_contain_text("magnitudes up to 2")
    tab.wait_for_rest()
    assert found.get_attribute("aria-valuetext") == before


def test_the_start_of_the_descents_is_one_point_of_two_values(open_page):
    tab = open_page("landscape", width=1280, height=960)
    tab.wait_for_charts(("error_map", "descent"))
    tab.wait_for_rest()
    found = grip(tab, "error_map", "Weight w and Bias b")
    carry(tab, found, at(tab, "error_map", 5.5, -2.0))
    w, b = map(float, found.get_attribute("aria-valuetext").split(", "))
    assert (w, b) == pytest.approx((5.5, -2.0), abs=0.05)
    held = tab.orders[-1]["set"]
    assert set(held) == {"w", "b"}
    tab.page.mouse.up()
    in_link(tab, w=f"{w:g}", b=f"{b:g}")


HELD = {  # in its chart, while it is held
    "bifurcation": "layout.annotations.at(-1).text.includes('= {target:g}')",
    "unit_circle": "Math.abs(data.at(-1).x[1] - {w12}) < 1e-6 && Math.abs(data.at(-1).y[1] - {w22}) < 1e-6",
    "by_alpha": "Math.abs(data.at(-1).x[0] - {alpha}) < 1e-6",
    "race_flow": "Math.abs(layout.shapes[0].y0 - Math.log10({reach_level})) < 1e-6",
}


def carried(tab: Tab, chart: str, found: Locator, x: float | None, y: float | None, sets: tuple[str, ...],
            ) -> dict[str, float]:
    """Where it then stands, by parameter: drawn there while it is held, and meant once it is let go."""
    to, here = at(tab, chart, 0 if x is None else x, 0 if y is None else y), middle(found)
    before = tab.page.url
    carry(tab, found, (here[0] if x is None else to[0], here[1] if y is None else to[1]))
    now = dict(zip(sets, map(float, found.get_attribute("aria-valuetext").split(", ")), strict=True))
    tab.wait_until(chart, HELD[chart].format(**now))
    assert tab.page.url == before
    tab.mouse.up()
    in_link(tab, **{one: f"{value:g}" for one, value in now.items()})
    return now


@pytest.mark.parametrize(("query", "chart", "name", "x", "y", "sets"), [
    ("landscape?target=1.2", "bifurcation", "Target", None, 1.2, {"target": 1 / (1 + np.exp(-1.2))}),
    ("singular_values?matrix=two_by_two", "unit_circle", "Row 1, column 2 W₁₂ and Row 2, column 2 W₂₂", -0.6, 1.1,
     {"w12": -0.6, "w22": 1.1}),
    ("singular_values?matrix=yours&n_hidden=8&rho=0.9&alpha=1", "by_alpha", "Non-normality α", 2.2, None,
     {"alpha": 2.2})])
def test_what_a_chart_draws_of_a_parameter_is_carried_there(open_page, query, chart, name, x, y, sets):
    """The target also from where no state has it: its grip is at the edge."""
    tab = open_page(query, width=1280, height=960)
    tab.wait_for_charts((chart,))
    tab.wait_for_rest()
    found = grip(tab, chart, name)
    now = carried(tab, chart, found, x, y, tuple(sets))
    assert now == pytest.approx(sets, abs=0.06)
    found.focus()
    tab.page.keyboard.press("ArrowUp" if x is None else "ArrowRight")
    moved = next(iter(sets))
    in_link(tab, **{moved: f"{now[moved] + (0.01 if moved == 'target' else 0.05):.4g}"})
    assert tab.faults == []


def test_the_level_of_the_horizon_is_moved_at_rest_and_while_a_race_plays_and_no_lane_begins_again(open_page):
    tab = open_page("remedies?lanes=clip_norm&n_hidden=8&seq_len=30&shape=gaussian&rho=0.5&seeds=2&steps=20000"
                    "&until_solved=false", width=1280, height=960)
    tab.wait_for_charts(("race_flow",))
    tab.wait_for_rest()
    lag = tab.page.locator(".race tr:nth-child(2) td:nth-child(6)")
    head = tab.page.get_by_role("columnheader", name="Horizon at")
    found = grip(tab, "race_flow", "Level of the horizon")
    assert carried(tab, "race_flow", found, None, -6.0, ("reach_level",))["reach_level"] == pytest.approx(1e-6, rel=0.2)
    expect(head).to_contain_text("10−6")
    deep = int(lag.inner_text())
    tab.page.get_by_role("button", name="Race", exact=True).click()
    updates = "data.find(({ name }) => name.startsWith('0 ')).x.at(-1)"
    tab.wait_until("race_loss", f"{updates} > 5")
    level = carried(tab, "race_flow", found, None, -2.0, ("reach_level",))["reach_level"]
    expect(head).to_contain_text(f"{level:g}")
    assert 0 < int(lag.inner_text()) < deep
    made = tab.read("race_loss", updates)
    assert made > 5
    tab.wait_until("race_loss", f"{updates} > {made}")
    assert tab.faults == []


def test_a_finger_takes_a_grip_and_beside_it_scrolls(tab):
    found = grip(tab, "flow", "Steps back k₂")
    x, y = middle(found)
    with tab.fingers() as touch:
        touch("Start", (x + 8, y + 8))
        touch("Move", (x + 20, y + 8))
        touch("Move", (x + 40, y + 8))
        touch("End")
    tab.page.wait_for_function("location.search.includes('truncation_k2')")
    before, orders = tab.page.url, len(tab.orders)
    x, y = at(tab, "flow", 30, 0)
    with tab.fingers() as touch:
        touch("Start", (x, y))
        for step in range(1, 6):
            touch("Move", (x, y - 20 * step))
        touch("End")
    tab.wait_for_rest()
    assert (tab.page.url, len(tab.orders)) == (before, orders)


def test_an_eigenvalue_of_a_trained_matrix_is_moved_while_it_plays_and_at_rest(open_page):
    tab = open_page(f"{QUERY}&lr=0.0001", width=1280, height=960)  # training itself moves it little
    tab.wait_for_charts()
    tab.page.get_by_role("button", name="Train").click()
    tab.wait_until("loss", "data[0].y.length > 5")
    found = grip(tab, "eigenvalues", ONE)
    carry(tab, found, at(tab, "eigenvalues", 0.2, 0.5))
    there = place(found)  # the axes may have moved meanwhile
    tab.wait_until("eigenvalues",
                   f"{SPECTRUM}.some(([x, y]) => Math.hypot(x - {there.real}, y - {there.imag}) < 0.02)")
    tab.page.mouse.up()
    tab.page.wait_for_function("location.search.includes('moved=')")
    tab.click("Pause")
    tab.wait_for_text("paused")
    tab.wait_for_rest()
    marks = tab.read("loss", "layout.annotations.map(({ text }) => text)")
    assert [text.split(" to ")[0] for text in marks] == ["Eigenvalue"], "one movement, one mark"
    seen = []
    for x, y in ((0.6, 0.6), (0.5, 0.3)):  # as the next update will find it
        carry(tab, found, at(tab, "eigenvalues", x, y))
        z = place(found)
        tab.wait_until("eigenvalues", f"{SPECTRUM}.some(([x, y]) => Math.hypot(x - {z.real}, y - {z.imag}) < 1e-3)")
        tab.page.mouse.up()
        tab.wait_for_rest()
        seen.append([one for one in spectrum(tab) if min(abs(one - z), abs(one - z.conjugate())) > 1e-3])
    assert len(seen[0]) == 4
    np.testing.assert_allclose(seen[1], seen[0], atol=1e-6)
