"""What a phone does to the live channel: it sleeps, its network goes away and comes back, lines die unheard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.lines import is_the_run, open_lines, plays
from tests.browser.relay import Relay
from tests.browser.server import Server
from tests.browser.tab import WAIT, Tab

pytestmark = pytest.mark.browser

LOST = "No answer from the server: what is shown stands still, and goes on when it answers again."
SLOW = "?pace=10&steps=20000&until_solved=false"
OFFLINE = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


@pytest.fixture
def network(server: Server) -> Iterator[Relay]:
    relay = Relay(server.port)
    yield relay
    relay.stop()


def at_play(opened, network: Relay, trained: int = 5) -> Tab:
    """A page behind this network that trains; `window.stays` is there until it is loaded anew."""
    tab = opened(SLOW, at=network.url)
    tab.page.evaluate("window.stays = true")
    tab.click("Train")
    plays(tab, trained)
    return tab


def wait_for_a_new_line(tab: Tab, made: int) -> None:
    tab.page.wait_for_function(f"lines.length > {made} && lines.at(-1).readyState === WebSocket.OPEN")


@pytest.mark.parametrize("playing", [True, False], ids=["playing", "at rest"])
def test_a_network_that_was_away_comes_back_to_the_same_run(opened, network, playing):
    """The server hears that the page is gone and suspends the run; the page is not loaded anew, which would lose it."""
    tab = at_play(opened, network)
    if not playing:
        tab.click("Pause")
        tab.wait_for_text("paused")
    done = tab.updates()
    network.go_away()
    tab.page.wait_for_function("lines.at(-1).readyState === WebSocket.CLOSED")
    tab.wait_for_text(LOST)
    tab.wait_for_text("Connection error")
    tried = tab.page.evaluate("lines.length")
    tab.page.wait_for_timeout(2000)
    assert tab.page.evaluate("lines.length") == tried, "it waits for the page's own connection"
    network.come_back()
    tab.wait_for_text("the connection was lost; the run waits here" if playing else "paused")
    tab.page.get_by_role("dialog").wait_for(state="detached")
    expect(tab.page.locator(".lost p")).to_have_count(0, timeout=WAIT)
    tab.click("Resume" if playing else "Go on")
    plays(tab, 5)
    assert tab.updates() > done
    assert (tab.page.evaluate("window.stays"), open_lines(tab)) == (True, 1)
    assert tab.page.get_by_text("A network on the way").count() == 0
    is_the_run(tab)


@pytest.mark.slow
def test_a_network_that_was_away_for_long_costs_no_way_of_the_channel(opened, network):
    """As many failures as give up a way that is refused."""
    tab = at_play(opened, network)
    network.go_away()
    tab.page.wait_for_timeout(25_000)
    network.come_back()
    tab.click("Resume")
    plays(tab, 5)
    assert (tab.page.evaluate("window.stays"), open_lines(tab)) == (True, 1)
    assert tab.page.get_by_text("A network on the way").count() == 0
    is_the_run(tab)


@pytest.mark.parametrize("wakes", ["dispatchEvent(new Event('online'))",
                                   "Date.now = (before => () => before() + 60_000)(Date.now)"],
                         ids=["the network is back", "the machine has slept"])
def test_a_line_that_died_unheard_is_made_anew_when_the_page_wakes(opened, network, wakes):
    """Also at rest, where nobody misses a frame."""
    tab = at_play(opened, network)
    tab.click("Pause")
    tab.wait_for_text("paused")
    network.lose_lines()
    tab.page.wait_for_timeout(500)
    tab.page.evaluate(wakes)
    wait_for_a_new_line(tab, 1)
    tab.click("Go on")
    plays(tab, 5)
    is_the_run(tab)
    assert (tab.page.evaluate("window.stays"), open_lines(tab)) == (True, 1)


# The words of the next line about a lost server, however short they stand there.
SEES_LINES = """window.said = new Promise((done) => { const look = () => document.querySelector('.lost p')
    ? done(document.querySelector('.lost p').textContent) : requestAnimationFrame(look); look(); }); 0"""


@pytest.mark.parametrize("playing", [True, False], ids=["playing", "at rest"])
def test_a_line_that_died_unheard_is_noticed_by_its_silence(opened, network, playing):
    """And the page says so for as long as it lasts."""
    tab = at_play(opened, network)
    if not playing:
        tab.click("Pause")
        tab.wait_for_text("paused")
    tab.page.evaluate(SEES_LINES)
    network.lose_lines()
    assert LOST in tab.page.evaluate("window.said")
    wait_for_a_new_line(tab, 1)
    expect(tab.page.locator(".lost p")).to_have_count(0, timeout=WAIT)
    if not playing:
        tab.click("Go on")
    plays(tab, 5)
    is_the_run(tab)
    assert open_lines(tab) == 1


@pytest.mark.parametrize("playing", [True, False], ids=["playing", "at rest"])
def test_offline_for_a_while_and_back_everything_is_whole(opened, network, playing):
    """As the browser says it itself: messages wait, and connections stay open."""
    tab = at_play(opened, network)
    if not playing:
        tab.click("Pause")
        tab.wait_for_text("paused")
    session = tab.page.context.new_cdp_session(tab.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", OFFLINE)
    tab.page.wait_for_timeout(3000)
    session.send("Network.emulateNetworkConditions", OFFLINE | {"offline": False})
    if not playing:
        tab.click("Go on")
    plays(tab, 5)
    is_the_run(tab)
    assert (tab.page.evaluate("window.stays"), open_lines(tab)) == (True, 1)
