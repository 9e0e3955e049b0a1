"""What the page looks like: light and dark, wide and narrow, wrong input."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core.plotting.theme import DARK, MEASURED

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def still(look_at):
    """The first screen, for tests that only look at it."""
    tab = look_at()
    tab.wait_for_charts()
    return tab


@pytest.fixture
def dark(look_at):
    """A page that was opened in dark."""
    tab = look_at("?rho=0.8", scheme="dark")
    tab.wait_for_charts()
    return tab


def test_the_theme_may_change_without_a_message_and_back(still):
    with still.in_scheme("dark"):
        still.wait_until("flow", f"painted('{DARK[MEASURED]}') && !painted('{MEASURED}')")
    still.wait_until("flow", f"painted('{MEASURED}') && !painted('{DARK[MEASURED]}')")


@pytest.mark.parametrize("chart", ["eigenvalues", "flow", "loss", "norm", "by_step", "map"])
def test_every_chart_has_a_text_alternative_with_its_reading(still, chart):
    assert len(still.says(chart)) > 10
    assert still.page.get_by_role("application", name=still.says(chart)).count() == 1


def test_a_chart_saves_itself_as_a_picture(still):
    with still.page.expect_download() as download:
        still.page.locator(".chart[data-name=flow] button[title='Save PNG']").click()
    assert download.value.suggested_filename == "flow.png"


def test_plotly_is_asked_for_when_a_chart_is_explored_and_no_sooner(open_page):
    tab = open_page()
    tab.wait_for_charts()
    tab.wait_for_rest()
    assert not [url for url in tab.requests if "plotly.min" in url]
    tab.page.locator(".chart[data-name=flow] button[title=Explore]").click()
    tab.page.locator("dialog.explore .main-svg").first.wait_for()
    assert len([url for url in tab.requests if "plotly.min" in url]) == 1
    for kind in ("PNG", "SVG"):
        with tab.page.expect_download() as download:
            tab.page.locator(f"dialog.explore .modebar-btn[data-title='Save {kind}']").click()
        assert download.value.suggested_filename == f"flow.{kind.lower()}"
    tab.page.get_by_role("button", name="Close", exact=True).click()
    tab.page.locator("dialog.explore").wait_for(state="detached")


@pytest.mark.parametrize(("page", "colour"), [("still", MEASURED), ("dark", DARK[MEASURED])])
def test_the_lines_follow_the_theme(request, page, colour):
    tab = request.getfixturevalue(page)
    assert tab.read("flow", f"painted('{colour}')")
    other = ({MEASURED, DARK[MEASURED]} - {colour}).pop()
    assert not tab.read("flow", f"painted('{other}')")


def test_a_log_axis_reads_as_powers_of_ten(dark):
    ticks = dark.read("flow", "axes.y.ticks.map(tick => tick.text)")
    assert len(ticks) >= 3
    assert all(re.fullmatch(r"10<sup>−?\d+</sup>", tick) for tick in ticks)


def test_a_typed_value_out_of_range_says_so_in_one_line_and_loses_nothing(open_page):
    tab = open_page("?rho=0.8", scheme="dark")
    tab.wait_for_charts()
    before = tab.trace("flow", 2)
    tab.type_number("Spectral radius", "7")
    tab.wait_for_text("rho must be a number from 0 to 2, got 7. It stays 0.8.")
    tab.wait_for_field("Spectral radius", "0.8")
    assert tab.number("Spectral radius") == "0.8"
    np.testing.assert_array_equal(tab.trace("flow", 2), before)


def test_a_phone_shows_one_column_and_nothing_sticks_out(open_page):
    tab = open_page(width=390, height=844)
    tab.wait_for_charts(("eigenvalues",))
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    box = tab.page.locator(".chart").first.bounding_box()
    assert box["width"] > 300
    assert box["x"] + box["width"] <= 390
    tab.page.locator(".chart").last.scroll_into_view_if_needed()
    tab.wait_for_charts(("map",))


def test_titles_do_not_run_into_legends(open_page):
    tab = open_page("?clip_norm=true&truncation=true")
    tab.wait_for_charts()
    for name in tab.CHARTS:
        tab.title_is_clear(name)


def test_a_hostile_link_opens_with_a_line_for_each_bad_value(open_page):
    tab = open_page("?rho=1e999&seed=%3Cscript%3Ealert(1)%3C/script%3E&nonsense=1&lr=0.1")
    tab.wait_for_charts()
    alerts = tab.page.get_by_test_id("stAlert").all_inner_texts()
    assert len(alerts) == 3
    assert any("rho must be a number from 0 to 2, got 1e999." in alert for alert in alerts)
    assert any("seed must be a whole number" in alert for alert in alerts)
    tab.wait_for_text("Changed: learning rate 0.1.")

