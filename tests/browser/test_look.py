"""What the page looks like: light and dark, wide and narrow, wrong input."""

from __future__ import annotations

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
        still.wait_until("flow", f"gd.data[2].line.color === '{DARK[MEASURED]}'")
    still.wait_until("flow", f"gd.data[2].line.color === '{MEASURED}'")


@pytest.mark.parametrize("chart", ["eigenvalues", "flow", "loss", "norm", "by_step", "map"])
def test_every_chart_has_a_text_alternative_with_its_reading(still, chart):
    assert len(still.read(chart, "gd.getAttribute('aria-label')")) > 10
    assert still.read(chart, "gd.getAttribute('role')") == "img"


def test_a_chart_saves_itself_as_a_picture(still):
    tab = still
    tab.page.locator(".chart[data-name=flow]").hover()
    for kind in ("PNG", "SVG"):
        with tab.page.expect_download() as download:
            tab.page.locator(f".chart[data-name=flow] .modebar-btn[data-title='Save {kind}']").click()
        assert download.value.suggested_filename == f"flow.{kind.lower()}"


@pytest.mark.parametrize(("page", "colour"), [("still", MEASURED), ("dark", DARK[MEASURED])])
def test_the_lines_follow_the_theme(request, page, colour):
    tab = request.getfixturevalue(page)
    assert tab.read("flow", "gd.data[2].line.color") == colour
    paper = tab.read("flow", "gd.layout.paper_bgcolor")
    page = tab.page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert rgb(tab, paper) == page


def test_a_log_axis_reads_as_powers_of_ten(dark):
    ticks = dark.read("flow", "[...gd.querySelectorAll('.ytick text')].map(t => t.textContent)")
    assert len(ticks) >= 3
    assert all(tick.startswith("10") for tick in ticks)


def test_a_typed_value_out_of_range_says_so_in_one_line_and_loses_nothing(open_page):
    tab = open_page("?rho=0.8", scheme="dark")
    tab.wait_for_charts()
    before = tab.trace("flow", 2)
    tab.type_number("Spectral radius", "7")
    tab.wait_for_text("rho must be a number from 0 to 2, got 7.0.")
    assert tab.page.get_by_label("Spectral radius, typed").input_value() == "0.8"
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
        overlap = tab.read(name, """(() => {
            const title = gd.querySelector('.gtitle')?.getBoundingClientRect();
            const entries = [...gd.querySelectorAll('.legendtext')].map(e => e.getBoundingClientRect());
            return entries.some(e => e.left < title.right && e.right > title.left
                                     && e.top < title.bottom - 2 && e.bottom > title.top + 2); })()""")
        assert not overlap, name


def test_a_hostile_link_opens_with_a_line_for_each_bad_value(open_page):
    tab = open_page("?rho=1e999&seed=%3Cscript%3Ealert(1)%3C/script%3E&nonsense=1&lr=0.1")
    tab.wait_for_charts()
    alerts = tab.page.get_by_test_id("stAlert").all_inner_texts()
    assert len(alerts) == 3
    assert any("rho must be a number from 0 to 2, got 1e999." in alert for alert in alerts)
    assert any("seed must be a whole number" in alert for alert in alerts)
    tab.wait_for_text("Changed: learning rate 0.1.")


def rgb(tab, colour: str) -> str:
    """The colour as the browser computes it."""
    return tab.page.evaluate("""c => { const e = document.body.appendChild(document.createElement('i'));
        e.style.color = c; const out = getComputedStyle(e).color; e.remove(); return out; }""", colour)
