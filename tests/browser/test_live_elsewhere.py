"""The live channel of an app that is not at the top of its address, nor of its window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.lines import LINES, LONG, is_the_run, open_lines, plays
from tests.browser.server import Server
from tests.browser.tab import Tab

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def under_a_path(tmp_path_factory) -> Iterator[Server]:
    """The app as a host serves it that has others, too."""
    running = Server(tmp_path_factory.mktemp("deep"), path="/deep/app")
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


class Outside(BaseHTTPRequestHandler):
    """A page of another server: what its address asks for, as HTML."""

    def do_GET(self) -> None:
        page = f"<!doctype html><h1>A lecture</h1>{unquote(urlsplit(self.path).query)}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The address of another site."""
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Outside)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://localhost:{serving.server_port}"
    serving.shutdown()


def a_held_slider_is_answered(tab: Tab) -> None:
    """Before it is let go, and not by the script."""
    tab.wait_for_rest()
    messages, drawn = tab.received, tab.read("flow", "Number(box.dataset.drawn)")
    with tab.held("Spectral radius", -40):
        tab.wait_until("flow", f"Number(box.dataset.drawn) > {drawn} && box.dataset.drawn === box.dataset.told")
        assert tab.received == messages
    tab.page.get_by_text("not trained yet").wait_for()


@pytest.mark.parametrize("refused", [False, True], ids=["socket", "plain"])
def test_under_a_path_frames_come_and_a_held_slider_is_answered(opened, under_a_path, refused):
    tab = opened(at=under_a_path.url, refused=refused)
    if refused:
        tab.wait_for_text("allows no WebSocket")
    tab.click("Train")
    plays(tab)
    frames, asked = tab.frames, len(tab.requests)
    plays(tab, 60)
    if refused:
        assert sum("/deep/app/live/" in url for url in tab.requests[asked:]) >= 3
        assert tab.frames == 0
    else:
        assert all("/deep/app/live/" in url for url in tab.page.evaluate("lines.map(({ url }) => url)"))
        assert (tab.frames > frames, open_lines(tab)) == (True, 1)
    is_the_run(tab)
    tab.click("Reset")
    tab.page.get_by_text("not trained yet").wait_for()
    a_held_slider_is_answered(tab)


def test_under_a_path_another_page_has_its_channel_too(opened, under_a_path):
    tab = opened(at=under_a_path.url)
    tab.page.get_by_role("link", name="Precision", exact=True).first.click()
    tab.page.wait_for_selector(".chart[data-name=typed_powers][data-drawn]")
    assert urlsplit(tab.page.url).path == "/deep/app/precision"
    tab.page.reload()
    tab.page.wait_for_selector(".chart[data-name=typed_powers][data-drawn]")
    tab.page.wait_for_function("lines.length === 1 && lines[0].readyState === WebSocket.OPEN")
    assert "/deep/app/live/" in tab.page.evaluate("lines[0].url")


FRAME = '<iframe src="{0}" style="width: 1300px; height: 780px"></iframe>'
SANDBOX = FRAME.replace("<iframe", '<iframe sandbox="allow-scripts allow-same-origin"')
NO_ADDRESS = f"<iframe srcdoc='{FRAME}' style='width: 1350px; height: 830px'></iframe>"


@pytest.mark.parametrize(("page", "more"), [(FRAME, ""), (SANDBOX, "&embed=true"), (NO_ADDRESS, "&embed=true")],
                         ids=["of another site", "in a sandbox", "in a frame without an address"])
def test_inside_of_another_page_frames_come_and_a_held_slider_is_answered(browser, server, elsewhere, page, more):
    """A page of another origin has it in a frame; the channel's own origin is the app's."""
    tab = Tab(browser)
    try:
        outside = tab.page
        outside.add_init_script(LINES % "false")
        tab.hosts.add(server.url)
        tab.visit(elsewhere, f"?{page.format(f'{server.url}/{LONG}{more}')}")
        tab.page = inner(outside, server.url)
        tab.wait_for_charts()
        a_held_slider_is_answered(tab)
        tab.click("Train")
        plays(tab)
        frames, messages = tab.frames, tab.received
        plays(tab)
        assert (tab.frames > frames, tab.received, open_lines(tab)) == (True, messages, 1)
        assert tab.faults == []
    finally:
        tab.page = outside
        tab.close()


def inner(page, address):
    """The frame, at whatever depth, that shows the app."""
    while True:
        found = [frame for frame in page.frames if frame.url.startswith(address)]
        if found:
            return found[0]
        page.wait_for_timeout(50)
