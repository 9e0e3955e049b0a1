"""One tab of the browser, and what a person does and sees in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page

WAIT = 60_000  # ms; generous, since nothing here measures time
PLAYS = re.compile("^(Train( anew| again)?|Race( anew| again)?|Go on|Resume)$")
# Four frames in a row in which no run of the page's script is under way, and no chart has more to draw.
RESTS = """charts => {
    const still = document.querySelector('[data-test-script-state=notRunning]')
        && [...document.querySelectorAll(charts)].every(chart => chart.dataset.told === chart.dataset.whole);
    window.framesAtRest = still ? (window.framesAtRest ?? 0) + 1 : 0;
    return window.framesAtRest > 3; }"""


class Tab:
    """One tab: it visits one page after another, each with a session of its own on the server."""

    CHARTS = ("eigenvalues", "flow", "loss", "norm", "by_step", "map")  # of the playground

    def __init__(self, browser: BrowserContext) -> None:
        self.page: Page = browser.new_page()
        self.page.set_default_timeout(WAIT)
        self.shows: tuple | None = None  # what it was opened with
        self.touched = False  # since then
        self.hosts: set[str] = set()  # that it was sent to
        self.faults: list[str] = []  # errors of its pages, and what they asked other hosts for
        self.requests: list[str] = []  # of the page that is open
        self.received = 0  # messages of the server
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def visit(self, host: str, query: str, *, width: int = 1440, height: int = 900, scheme: str = "light") -> None:
        """Open an address, on a screen of that size (px), for a reader who likes it light or dark."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=scheme)
        self.hosts.add(host)
        self.requests.clear()
        self.page.goto(f"{host}/{query}")

    def _asked(self, url: str) -> None:
        self.requests.append(url)
        if not url.startswith((*self.hosts, "data:", "blob:")):
            self.faults.append(url)

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
        """Evaluate JavaScript with `gd` as the chart's plotly graph, which may be on its way to another place."""
        return self.page.locator(f".chart[data-name={chart}]").first.evaluate(f"gd => ({expression})")

    def wait_until(self, chart: str, expression: str) -> None:
        self.page.wait_for_function(f"(() => {{ const gd = document.querySelector('.chart[data-name={chart}]');"
                                    f" return gd && gd.data && ({expression}); }})()")

    def wait_for_rest(self, charts: str = ".chart") -> None:
        """Until the page is made and these charts, as a selector, have drawn the last message."""
        self.page.evaluate("window.framesAtRest = 0")
        self.page.wait_for_function(RESTS, arg=charts)

    def settle(self, charts: str = ".chart") -> None:
        """Until the run, or the race, rests and the charts have drawn the last message."""
        self.page.get_by_role("button", name=PLAYS).wait_for()
        self.wait_for_rest(charts)

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
