"""The sidebar: the five controls on the first screen, each on one line, and called in words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.tab import WAIT

pytestmark = pytest.mark.browser

FIVE = "?clip_norm=true&truncation=true"
NAMES = ("Spectral radius ρ", "Activation φ", "Sequence length T (steps)", "Gradient norm clipping",
         "Truncated BPTT (k1, k2)")
# Of each control of the sidebar that the keyboard reaches: what a screen reader calls it.
CALLED = """() => [...document.querySelectorAll('[data-testid=stSidebar] :is(input, select, button, summary)')]
    .filter(e => e.checkVisibility() && e.tabIndex >= 0)
    .map(e => e.getAttribute('aria-label') || e.labels?.[0]?.textContent
        || e.querySelector('[data-testid=stMarkdownContainer]')?.textContent || e.textContent)"""
HEIGHTS = """() => [...document.querySelectorAll('[data-testid=stSidebar] .field .name')]
    .map(e => [e.textContent, e.getBoundingClientRect().height, parseFloat(getComputedStyle(e).lineHeight)])"""


LOW = {"width": 1280, "height": 720}


@pytest.fixture
def tab(look_at):
    """A low screen, everything switched on."""
    tab = look_at(FIVE, **LOW)
    tab.wait_for_charts()
    return tab


def bottoms(tab):
    """Lower edge of each of the controls' names, px, in the order in which they are asked for."""
    sidebar = tab.page.get_by_test_id("stSidebar")
    boxes = [sidebar.get_by_text(name, exact=True).first.bounding_box() for name in NAMES]
    return [box["y"] + box["height"] for box in boxes]


def test_the_five_controls_are_on_the_first_screen_in_their_order(tab):
    found = bottoms(tab)
    assert found == sorted(found)
    last = tab.slider("Steps back").bounding_box()
    assert found[0] > 0
    assert last["y"] + last["height"] <= 720
    assert tab.page.get_by_test_id("stSidebarContent").evaluate("e => e.scrollTop") == 0


def test_every_name_stands_on_one_line(tab):
    found = tab.page.evaluate(HEIGHTS)
    assert {name for name, _, _ in found} >= set(NAMES)
    assert [name for name, height, line in found if height > 1.5 * line] == []


def test_every_control_is_called_in_words(tab):
    called = [name.strip() for name in tab.page.evaluate(CALLED)]
    assert [name for name in called if not name or re.search(r"[$\\{}_^]", name)] == []
    assert {"Spectral radius ρ", "Spectral radius, typed", "Activation φ", "Steps back, typed"} <= set(called)
    assert tab.slider("Spectral radius ρ").count() == 1
    assert tab.menu("Activation φ").count() == 1


def test_the_threshold_is_in_sight_where_the_readers_guide_changes_it(open_page):
    tab = open_page(**LOW)
    tab.wait_for_charts()
    tab.click("Clipping saves it")
    threshold = tab.typed("Clip threshold")
    threshold.wait_for()
    box = threshold.bounding_box()
    assert 0 < box["y"] < box["y"] + box["height"] <= 720


def test_a_radius_of_zero_greys_the_spread_though_it_draws_the_stage_alone(open_page):
    tab = open_page(**LOW)
    tab.wait_for_charts()
    tab.unfold("Shape the matrix")
    tab.typed("Spread").wait_for()
    tab.type_number("Spectral radius", "0")
    tab.wait_for_text("No effect: all eigenvalues are 0")
    assert tab.typed("Spread").is_disabled()
    tab.type_number("Spectral radius", "0.5")
    tab.page.get_by_text("No effect: all eigenvalues are 0").first.wait_for(state="detached")
    assert tab.typed("Spread").is_enabled()


def test_a_radius_that_a_remedy_sets_is_greyed_and_says_by_what_and_comes_back(go_on):
    tab = go_on(**LOW)
    tab.wait_for_charts()
    tab.type_number("Spectral radius", "0.9")
    tab.page.wait_for_function("location.search.includes('rho=0.9')")
    tab.unfold("Against both")
    tab.switch("Orthogonal initialisation").click()
    tab.wait_for_text("Set by Orthogonal initialisation")
    assert tab.typed("Spectral radius").is_disabled()
    tab.page.wait_for_function("location.search.includes('orthogonal_init') && !location.search.includes('rho')")
    tab.switch("Orthogonal initialisation").click()
    tab.page.wait_for_function("location.search.includes('rho=0.9')")
    expect(tab.typed("Spectral radius")).to_be_enabled(timeout=WAIT)
