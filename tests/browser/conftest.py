"""A real server and a real Chromium. Without a browser these tests fail, and say what to install."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser.serve import END

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
WAIT = 60_000  # ms; generous, since nothing here measures time


class Server:
    """The app, or another script, in a process of its own, which prints its threads' stacks when asked."""

    def __init__(self, folder: Path, script: str = "app.py") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.serve", script,
                 "--server.port", str(port), "--server.address", "127.0.0.1"],
                cwd=ROOT, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5).read()
                return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the app did not start:\n{self.log.read_text()}") from None
                time.sleep(0.1)

    def running_loops(self) -> int:
        """Threads of runs and races that play right now."""
        before = self.log.stat().st_size
        self.process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + 20
        while END not in (stacks := self.log.read_bytes()[before:].decode()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.end())
            time.sleep(0.05)
        return sum("in _loop" in thread and "live/player.py" in thread for thread in stacks.split("\n\n"))

    def end(self) -> str:
        """How the server ended, if it did, and its last words."""
        return f"the server's exit code: {self.process.poll()}\n{self.log.read_text()[-5000:]}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server"))
    yield running
    assert running.process.poll() is None, running.end()
    running.stop()
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One profile for all tests: the scripts of the pages are compiled once, a fifth of the time of opening one."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        if path is None and not Path(playwright.chromium.executable_path).exists():
            pytest.fail("The browser tests need a Chromium: install the package chromium, or set CHROMIUM to its path.")
        running = playwright.chromium.launch_persistent_context(tmp_path_factory.mktemp("profile"),
                                                                executable_path=path, args=FLAGS)
        yield running
        running.close()


class Playground:
    """One tab, and what a person does and sees in it."""

    CHARTS = ("eigenvalues", "flow", "loss", "norm", "by_step", "map")

    def __init__(self, browser: BrowserContext, url: str, *, width: int = 1440, height: int = 900,
                 scheme: str = "light") -> None:
        self.page: Page = browser.new_page()
        self.page.set_default_timeout(WAIT)
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=scheme)
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.received = 0  # messages of the server
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._count))
        self.page.goto(url)

    def _count(self, _: object) -> None:
        self.received += 1

    @contextmanager
    def in_scheme(self, scheme: str) -> Iterator[None]:
        """The reader's browser goes over to light or dark, and back to light, while the page is open."""
        self.page.emulate_media(color_scheme=scheme)
        try:
            yield
        finally:
            self.page.emulate_media(color_scheme="light")

    def wait_for_charts(self, names: tuple[str, ...] = CHARTS) -> None:
        for name in names:
            self.page.wait_for_selector(f".chart[data-name={name}] .main-svg")

    def read(self, chart: str, expression: str) -> object:
        """Evaluate JavaScript with `gd` as the chart's plotly graph."""
        return self.page.evaluate(f"(() => {{ const gd = document.querySelector('.chart[data-name={chart}]');"
                                  f" return {expression}; }})()")

    def wait_until(self, chart: str, expression: str) -> None:
        self.page.wait_for_function(f"(() => {{ const gd = document.querySelector('.chart[data-name={chart}]');"
                                    f" return gd && gd.data && ({expression}); }})()")

    def settle(self) -> None:
        """Until the run rests and every chart has drawn the last message."""
        self.page.get_by_role("button", name=re.compile("^(Train( anew| again)?|Go on|Resume)$")).wait_for()
        self.page.wait_for_timeout(400)
        self.page.wait_for_function("[...document.querySelectorAll('.chart')]"
                                    ".every(c => c.dataset.told === c.dataset.whole)")

    def trace(self, chart: str, i: int, axis: str = "y") -> list[float]:
        return self.read(chart, f"Array.from(gd.data[{i}].{axis})")

    def click(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def type_number(self, label: str, value: str) -> None:
        box = self.page.get_by_label(f"{label}, typed")
        box.fill(value)
        box.press("Enter")

    def wait_for_text(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def verdict(self) -> str:
        return self.page.locator(".verdict").inner_text()

    def updates(self) -> int:
        return int(self.page.get_by_text(re.compile(r"^update \d+ of")).first.inner_text().split()[1])

    def close(self) -> None:
        self.page.close()


def _opening(server: Server, browser: BrowserContext) -> Iterator:
    """Open a tab; every tab must end without an error of its own and without a request to another host."""
    opened: list[Playground] = []

    def open_(query: str = "", **look: object) -> Playground:
        tab = Playground(browser, f"{server.url}/{query}", **look)
        opened.append(tab)
        return tab

    yield open_
    for tab in opened:
        tab.close()
        assert tab.errors == []
        assert all(url.startswith((server.url, "data:", "blob:")) for url in tab.requests), tab.requests


open_page = pytest.fixture(_opening, name="open_page")
open_for_all = pytest.fixture(_opening, name="open_for_all", scope="module")  # one tab for the tests of a file
