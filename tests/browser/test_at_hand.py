"""A phone: the first controls stand at its lower edge, and the charts stay in view."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.tab import Tab

pytestmark = pytest.mark.browser

QUERY = "?n_hidden=6&seq_len=40&batch=8"
BAR = ".at-hand"


@pytest.fixture
def tab(open_page) -> Tab:
    tab = open_page(QUERY, width=390, height=844)
    tab.wait_for_charts(("eigenvalues",))
    tab.wait_for_rest()
    return tab


def chips(tab: Tab) -> list[str]:
    return tab.page.locator(f"{BAR} .row button").all_inner_texts()


def test_a_chip_for_each_of_the_five_with_its_value(tab):
    expect(tab.page.locator(BAR)).to_be_visible()
    assert chips(tab) == ["ρ 1", "φ tanh", "T 40", "θ off", "k₂ off"]
    box = tab.page.locator(BAR).bounding_box()
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)


def test_the_control_opens_at_the_edge_and_the_chart_follows_in_view(tab):
    tab.page.locator(".chart[data-name=eigenvalues]").scroll_into_view_if_needed()
    tab.page.locator(f"{BAR} .row button").first.click()
    slider = tab.page.locator(BAR).get_by_role("slider")
    box, chart = slider.bounding_box(), tab.page.locator(".chart[data-name=eigenvalues]")
    tab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2, steps=5)
    now = float(slider.get_attribute("aria-valuetext").split(",")[0])
    tab.wait_until("eigenvalues", f"Math.abs(Math.hypot(data.at(-1).x[0], data.at(-1).y[0]) - {now}) < 1e-6")
    seen = chart.evaluate("e => e.getBoundingClientRect().top < innerHeight - 250")
    assert seen
    assert chips(tab)[0] == f"ρ {now:g}"
    tab.page.mouse.up()
    tab.page.wait_for_function("location.search.includes('rho=')")
    tab.page.locator(f"{BAR} .row button").first.click()
    expect(tab.page.locator(BAR).get_by_role("slider")).to_have_count(0)


def test_a_remedy_is_switched_on_by_its_number_there(tab):
    tab.page.locator(f"{BAR} .row button").nth(3).click()
    tab.page.locator(BAR).get_by_role("slider").press("ArrowRight")
    tab.page.wait_for_function("location.search.includes('clip_norm=true')")
    assert chips(tab)[3] == "θ 1.1"


def test_a_wide_screen_has_none_and_another_page_its_own(tab):
    tab.page.set_viewport_size({"width": 1280, "height": 844})
    expect(tab.page.locator(BAR)).to_have_count(0)
    tab.page.set_viewport_size({"width": 390, "height": 844})
    expect(tab.page.locator(BAR)).to_be_visible()
    tab.page.goto(tab.page.url.split("?")[0] + "precision")
    tab.page.wait_for_function("document.querySelector('.at-hand button')?.textContent.startsWith('λ')")
