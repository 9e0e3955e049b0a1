"""A server that ends and is started anew: the page says so, says what is lost, and makes it again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lines import plays
from tests.browser.server import Server
from tests.browser.tab import WAIT, Tab
from tests.browser.test_live_away import LOST

pytestmark = pytest.mark.browser

RUN = "?n_hidden=8&seq_len=12&batch=4&pace=60&steps=20000&until_solved=false"


@pytest.fixture
def own(browser, tmp_path):
    """A server that a test may end, and a tab with its page."""
    server, tab = Server(tmp_path), Tab(browser)
    yield server, tab
    tab.close()
    server.stop()


def lines(tab: Tab):
    return tab.page.locator(".lost p")


def restart(server: Server, tab: Tab) -> None:
    """What is said meanwhile is said to those who listen, too, and taken back."""
    server.stop()
    expect(lines(tab)).to_have_text([LOST], timeout=WAIT)
    assert tab.page.locator(".lost").evaluate("bar => [bar.getAttribute('role'), bar.getAttribute('aria-live')]") == [
        "status", "polite"]
    server.start()
    expect(tab.page.locator(".lost")).not_to_contain_text(LOST, timeout=WAIT)


def test_a_run_is_made_again_with_the_changes_made_during_it(own):
    server, tab = own
    tab.visit(server.url, RUN)
    tab.wait_for_charts()
    tab.click("Train")
    plays(tab, 15)
    tab.type_number("Spectral radius", "0.9")
    tab.page.wait_for_function("location.search.includes('rho=0.9')")
    plays(tab, 15)
    tab.click("Pause")
    tab.wait_for_text("paused")
    made = tab.updates()
    tab.wait_until("loss", f"data[0].y.length === {made}")
    losses = tab.trace("loss", 0)
    restart(server, tab)
    tab.wait_for_text("not trained yet")
    expect(lines(tab)).to_have_text([re.compile("^The server was started anew.Train to update")], timeout=WAIT)
    tab.page.get_by_role("link", name=f"Train to update {made} again", exact=True).click()
    tab.wait_for_text(f"update {made} of 20000 · paused")
    tab.wait_until("loss", f"data[0].y.length === {made}")
    assert tab.trace("loss", 0) == losses
    assert tab.number("Spectral radius") == "0.9"
    expect(lines(tab)).to_have_count(0)


@pytest.mark.slow
def test_a_race_says_that_it_is_lost_and_a_page_without_a_run_nothing(own):
    server, tab = own
    tab.visit(server.url, "remedies?n_hidden=8&seq_len=12&batch=4&steps=20000&pace=60&seeds=1")
    tab.wait_for_charts(("race_loss",))
    tab.click("Race")
    tab.page.get_by_text(re.compile(r"^update [1-9]\d* of")).wait_for()
    restart(server, tab)
    expect(lines(tab)).to_have_text([re.compile("^The server was started anew. The race is lost")], timeout=WAIT)
    tab.page.get_by_role("button", name="Close this line").click()
    expect(lines(tab)).to_have_count(0)
    tab.page.get_by_role("link", name="Precision", exact=True).first.click()
    tab.page.wait_for_selector(".chart[data-name=typed_powers][data-drawn]")
    restart(server, tab)
    expect(lines(tab)).to_have_count(0)
