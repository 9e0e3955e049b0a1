"""A real server and a real Chromium. Without a browser these tests fail, and say what to install."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

from tests.browser.lines import LINES, LONG
from tests.browser.server import Server
from tests.browser.tab import Tab

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server"))
    yield running
    assert running.process.poll() is None, running.end()
    running.stop()
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[..., BrowserContext]]:
    """Starts a Chromium with a profile of its own, in this folder, with these options of Playwright's."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        if path is None and not Path(playwright.chromium.executable_path).exists():
            pytest.fail("The browser tests need a Chromium: install the package chromium, or set CHROMIUM to its path.")
        yield partial(playwright.chromium.launch_persistent_context, executable_path=path, args=FLAGS)


@pytest.fixture(scope="session")
def browser(chromium: Callable[..., BrowserContext], tmp_path_factory: pytest.TempPathFactory,
            ) -> Iterator[BrowserContext]:
    """One profile for all tests: the scripts of the pages are compiled once, a fifth of the time of opening one.

    By the app's policy (pages/_door/policy.py) a page makes no script of a text, as Playwright does when it waits for a
    function: here it is bypassed; test_policy.py is where a browser holds to it.
    """
    running = chromium(tmp_path_factory.mktemp("profile"), bypass_csp=True)
    yield running
    running.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def kept() -> list[Tab]:
    """The tab that the last test left behind: a new one costs the browser twice the time of another address in it."""
    return []


@pytest.fixture
def opening(request: pytest.FixtureRequest, server: Server, browser: BrowserContext,
            kept: list[Tab]) -> Iterator[Callable[..., Tab]]:
    """Open a page; it must be left without an error of its own and without a request to another host.

    Args of what it yields:
        query: the address, behind the server's.
        anew: not where somebody has done something to it before.
        looks: and this test does nothing to it either.
        beside: in a tab of its own, beside what the test has opened.
        at: another server than the one that all share.
        look: the screen, in px, and whether the reader likes it light or dark (see Tab.visit).
    """
    used: list[Tab] = []

    def open_(query: str = "", *, anew: bool = True, looks: bool = False, beside: bool = False, at: Server = server,
              **look: object) -> Tab:
        if beside or not used:
            used.append(kept.pop() if kept else Tab(browser))
        tab = used[-1]
        if tab.shows != (at, query, look) or (anew and tab.touched):
            tab.shows = None
            tab.visit(at.url, query, **look)
            tab.shows = (at, query, look)
        tab.touched = not looks
        return tab

    yield open_
    faults = [fault for tab in used for fault in tab.faults]
    for tab in used:
        if kept or faults or tab.page.is_closed() or request.node.stash.get(FAILED, False):
            tab.close()
        else:
            kept.append(tab)
    assert faults == []


@pytest.fixture
def open_page(opening: Callable[..., Tab]) -> Callable[..., Tab]:
    """Open a page with a session of its own, or one that nobody has touched."""
    return opening


@pytest.fixture
def look_at(opening: Callable[..., Tab]) -> Callable[..., Tab]:
    """Open a page to look at it alone: the next test finds it as it was."""
    return partial(opening, looks=True)


@pytest.fixture
def go_on(opening: Callable[..., Tab]) -> Callable[..., Tab]:
    """Open a page, whatever was done to it before."""
    return partial(opening, anew=False)


@pytest.fixture
def opened(browser: BrowserContext, server: Server) -> Iterator[Callable[..., Tab]]:
    """Open a page in a tab of its own.

    Args of what it yields:
        at: another address than that of the server that all share.
        refused: whether every WebSocket of the channel is.
        silent: whether plain requests of the channel are refused.
    """
    tabs = []

    def open_(query: str = LONG, *, at: str = "", refused: bool = False, silent: bool = False) -> Tab:
        tab = Tab(browser)
        tabs.append(tab)
        tab.page.add_init_script(LINES % str(refused).lower())
        if silent:
            tab.page.route("**/live/**", lambda route: route.abort())
        tab.visit(at or server.url, query)
        tab.wait_for_charts()
        return tab

    yield open_
    faults = [fault for tab in tabs for fault in tab.faults]
    for tab in tabs:
        tab.close()
    assert faults == []
