"""The live channel in a browser: over a socket, by plain HTTP where that is refused, by the script as a last way."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.browser.lines import is_the_run, open_lines, plays
from tests.browser.server import Server
from tests.browser.tab import PLAYS, Tab
from tests.helpers.waiting import wait_until

pytestmark = pytest.mark.browser

def test_frames_come_over_the_socket_and_the_page_is_not_run_meanwhile(opened):
    tab = opened()
    tab.click("Train")
    plays(tab, 60)
    frames, messages = tab.frames, tab.received
    plays(tab, 60)
    assert tab.frames - frames >= 5
    assert tab.received == messages
    assert (tab.page.get_by_text("A network on the way").count(), open_lines(tab)) == (0, 1)
    is_the_run(tab)
    tab.wait_for_rest()
    frames = tab.frames
    tab.page.wait_for_timeout(500)
    assert tab.frames == frames, "it rests"


SAID = """(() => {
    const send = WebSocket.prototype.send;
    window.said = [];
    WebSocket.prototype.send = function (text) {
        const drawn = [...document.querySelectorAll(".chart")].filter(({ dataset }) => dataset.drawn).length;
        if (this.url.includes("/live/")) said.push([JSON.parse(text), drawn]);
        return send.call(this, text);
    }; })();"""


def test_a_browser_asks_when_the_first_picture_is_drawn(browser, server):
    """By that the server knows when to load what the picture would wait for."""
    tab = Tab(browser)
    tab.page.add_init_script(SAID)
    tab.visit(server.url, "")
    tab.page.wait_for_function("said.length >= 2")
    assert all(ask["have"] > 0 and drawn == len(Tab.CHARTS) for ask, drawn in tab.page.evaluate("said.slice(0, 2)"))
    tab.close()
    assert tab.faults == []


def test_where_the_socket_is_refused_the_frames_come_by_plain_http(opened):
    tab = opened(refused=True)
    tab.wait_for_text("allows no WebSocket")
    tab.click("Train")
    plays(tab, 30)
    asked, messages = len(tab.requests), tab.received
    plays(tab, 60)
    assert sum("/live/" in url for url in tab.requests[asked:]) >= 3
    assert tab.received == messages
    assert tab.frames == 0
    is_the_run(tab)


def test_where_plain_http_is_refused_as_well_the_script_draws(opened):
    tab = opened(refused=True, silent=True)
    tab.wait_for_text("neither a WebSocket nor plain requests")
    tab.click("Train")
    plays(tab)
    messages = tab.received
    plays(tab)
    assert tab.received > messages
    assert tab.frames == 0
    is_the_run(tab)


def test_a_line_that_breaks_is_made_again_and_nothing_is_doubled(opened):
    tab = opened()
    tab.click("Train")
    plays(tab)
    for _ in range(3):
        made = tab.page.evaluate("lines.length")
        tab.page.evaluate("lines.at(-1).close()")
        tab.page.wait_for_function(f"lines.length > {made} && lines.at(-1).readyState === WebSocket.OPEN")
        plays(tab)
    assert open_lines(tab) == 1
    is_the_run(tab)


def test_each_of_two_tabs_has_its_own(opened):
    first, second = opened(), opened()
    second.wait_for_rest()
    before = second.trace("by_step", 1)
    first.click("Train")
    plays(first)
    assert second.read("loss", "data[0].y.length") == 0
    second.page.bring_to_front()
    second.click("Train")
    plays(second)
    is_the_run(second)
    assert second.trace("by_step", 1) != before
    first.page.bring_to_front()
    is_the_run(first)


def test_a_page_that_is_left_and_come_back_to_goes_on(opened):
    tab = opened()
    tab.click("Train")
    seen = plays(tab)
    for page in ("Precision", "Playground"):
        tab.page.get_by_role("link", name=page, exact=True).first.click()
        tab.page.wait_for_function(f"location.pathname.includes('{page.lower()}') || '{page}' === 'Playground'")
        if page == "Precision":
            tab.page.wait_for_selector(".chart[data-name=typed_powers][data-drawn]")
    tab.wait_for_charts()
    if tab.page.get_by_role("button", name=PLAYS).count():  # a page that is left may let it rest
        tab.page.get_by_role("button", name=PLAYS).click()
    assert plays(tab) > seen
    assert open_lines(tab) == 1
    is_the_run(tab)


def test_a_closed_tab_ends_its_run_and_its_token(opened, server):
    tab = opened()
    tab.click("Train")
    plays(tab)
    token = tab.page.evaluate("lines.at(-1).url").rpartition("/")[2]
    assert asked(server, token) == 200
    tab.page.close()
    wait_until(lambda: asked(server, token) == 410 and server.running_loops() == 0)


def asked(server: Server, token: str) -> int:
    """How a question over plain HTTP is answered: this stage has news at once, for one who knows nothing."""
    try:
        return urlopen(Request(f"{server.url}/live/{token}", data=b"{}"), timeout=30).status
    except HTTPError as error:
        return error.code
