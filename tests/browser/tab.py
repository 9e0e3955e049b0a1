"""One tab of the browser, and what a person does and sees in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from playwright.sync_api import BrowserContext, Frame, Locator, Page, WebSocket, expect

from pages._live.routes import THERE

WAIT = 60_000  # ms; generous, since nothing here measures time
THUMB = 16  # px, as in panel.css
PLAYS = re.compile("^(Train( anew| again)?|Race( anew| again)?|Go on|Resume)$")
# Four frames in a row in which the page's script has taken all that was meant and no run of it is under way, and no
# chart in sight has more to draw.
RESTS = """charts => {
    const rests = ({ chart, dataset: { told, drawn } }) => chart.waiting || (told === drawn && !chart.due);
    const still = document.querySelector('[data-test-script-state=notRunning]')
        && [...document.querySelectorAll('[data-pending]')].every(({ dataset }) => dataset.pending === '0')
        && [...document.querySelectorAll(charts)].every(rests);
    window.framesAtRest = still ? (window.framesAtRest ?? 0) + 1 : 0;
    return window.framesAtRest > 3; }"""
# What a test reads of a chart, of its element `box`: data and layout as they are drawn, of a surface by plotly; axes
# with their ends; place(x, y), where a point of them is on the page, in px; the colours of the canvas around it, each
# [r, g, b, alpha]; and whether the canvas has a colour somewhere.
SEES = """const { chart } = box, { data, layout, axes } = chart.state ?? chart.solid;
    const along = (id, value, length) => {
        const { ends: [low, high], axis } = axes[id], share = (value - low) / (high - low);
        return length * ((axis.autorange === 'reversed') === (id === 'x') ? 1 - share : share); };
    const place = (x, y) => {
        const { left, top, width, height } = chart.u.over.getBoundingClientRect();
        return [left + along('x', x, width), top + along('y', y, height)]; };
    const colours = (x, y, reach = 0) => {
        const { canvas } = chart.u.ctx, { left, top } = canvas.getBoundingClientRect(), [a, b] = place(x, y);
        const found = chart.u.ctx.getImageData(Math.floor(a - left) - reach, Math.floor(b - top) - reach, 2 * reach + 1,
            2 * reach + 1).data;
        return Array.from({ length: found.length / 4 }, (_, i) => Array.from(found.subarray(4 * i, 4 * i + 4))); };
    const painted = (colour) => {
        const { canvas } = chart.u.ctx, { data: all } = chart.u.ctx.getImageData(0, 0, canvas.width, canvas.height);
        const wanted = colour.match(/[0-9a-f]{2}/g).map((two) => parseInt(two, 16));
        let found = 0;
        for (let i = 0; i < all.length; i += 4)
            if (all[i + 3] === 255 && wanted.every((v, j) => v === all[i + j])) found++;
        return found > 9; };"""


class Tab:
    """One tab: it visits one page after another, each with a session of its own on the server."""

    CHARTS = ("eigenvalues", "flow", "loss", "norm", "by_step", "map")  # of the playground

    def __init__(self, browser: BrowserContext) -> None:
        self.page: Page | Frame = browser.new_page()  # a frame, where the app is inside of another page
        self.mouse = self.page.mouse
        self.page.set_default_timeout(WAIT)
        self.shows: tuple | None = None  # what it was opened with
        self.touched = False  # since then
        self.hosts: set[str] = set()  # that it was sent to
        self.faults: list[str] = []  # errors of its pages, and what they asked other hosts for
        self.requests: list[str] = []  # of the page that is open
        self.received = 0  # messages of Streamlit's
        self.frames = 0  # over the live channel's sockets
        self.orders: list[dict] = []  # of the reader's hand, over these
        self.changes: dict[int, dict] = {}  # that it meant, by their number, over Streamlit's
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", self._listen)

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

    def _listen(self, socket: WebSocket) -> None:
        live = "/live/" in socket.url
        socket.on("framereceived", partial(self._count, live))
        socket.on("framesent", self._ordered if live else self._meant)

    def _ordered(self, text: str) -> None:
        if order := json.loads(text).get("order"):
            self.orders.append(order)

    def _meant(self, message: str | bytes) -> None:
        """As pages/_panel tells it; one that the server may not have taken is told again."""
        for one in re.findall(rb'\{"of":"[^{}]*\}', message if isinstance(message, bytes) else b""):
            change = json.loads(one)
            self.changes[change["n"]] = change

    def _count(self, live: bool, text: str | bytes) -> None:
        """A server that says that it is there brings no frame."""
        if not live:
            self.received += 1
        elif text != THERE:
            self.frames += 1

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
            self.page.wait_for_selector(f".chart[data-name={name}][data-drawn]")

    def read(self, chart: str, expression: str) -> object:
        """Evaluate JavaScript on a chart, which may be on its way to another place; see SEES for its names."""
        found = self.page.locator(f".chart[data-name={chart}]").first
        return found.evaluate(f"box => {{ {SEES} return ({expression}); }}")

    def wait_until(self, chart: str, expression: str) -> None:
        self.page.wait_for_function(f"(() => {{ const box = document.querySelector('.chart[data-name={chart}]');"
                                    f" if (!box?.chart) return false; {SEES} return data && ({expression}); }})()")

    def ends(self, chart: str) -> list[float]:
        """Of the axes as they are drawn: left, right, lower, upper."""
        return self.read(chart, "[...axes.x.ends, ...axes.y.ends]")

    def says(self, chart: str) -> str:
        """The text alternative."""
        return self.read(chart, "(chart.plot.hidden ? chart.solid : chart.plot).getAttribute('aria-label')")

    def drag(self, chart: str, start: tuple[float, float], stop: tuple[float, float]) -> None:
        """With the mouse, from one point to another, px from the corner of the plot."""
        area = self.page.locator(f".chart[data-name={chart}] .u-over").first.bounding_box()
        self.mouse.move(area["x"] + start[0], area["y"] + start[1])
        self.mouse.down()
        self.mouse.move(area["x"] + stop[0], area["y"] + stop[1], steps=6)
        self.mouse.up()

    def slider(self, label: str) -> Locator:
        """The slider of a number, in its panel; it is called by the number's name, its letter and its unit."""
        name = re.compile(rf"^{re.escape(label)}( \S+)?( \(.*\))?$")
        return self.page.locator(".way").get_by_role("slider", name=name)

    def thumb(self, label: str) -> tuple[float, float]:
        """Where on the page its middle is, px, once it is in sight."""
        slider = self.slider(label)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        along = THUMB / 2 + float(slider.input_value()) * (box["width"] - THUMB)
        return box["x"] + along, box["y"] + box["height"] / 2

    @contextmanager
    def held(self, label: str, shift: float) -> Iterator[float]:
        """The thumb of a slider, moved by so many px, and let go at the end; the value that it stands at."""
        x, y = self.thumb(label)
        self.mouse.move(x, y)
        self.mouse.down()
        self.mouse.move(x + shift, y, steps=10)
        try:
            yield self.stands_at(label)
        finally:
            self.mouse.up()

    def stands_at(self, label: str) -> float:
        """The value that a slider says."""
        return float(self.slider(label).get_attribute("aria-valuetext").split()[0].rstrip(","))

    @contextmanager
    def fingers(self) -> Iterator[Callable[..., None]]:
        """What up to two fingers do: (Start, Move, End or Cancel; where each is on the page, px)."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})

        def touch(kind: str, *places: tuple[float, float]) -> None:
            session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": [
                {"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]})

        yield touch
        session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
        session.detach()

    def title_is_clear(self, chart: str) -> None:
        """Whole within the chart, and neither its names nor its buttons lie on it."""
        found = self.read(chart, """(() => {
            const sides = ({left, right, top, bottom}) => ({left, right, top, bottom});
            const words = document.createRange(), title = box.querySelector('.title');
            words.selectNodeContents(title);
            return {chart: sides(box.getBoundingClientRect()), rows: [...words.getClientRects()].map(sides),
                words: title.textContent,
                over: [...box.querySelectorAll('button')].map(one => sides(one.getBoundingClientRect()))}; })()""")
        area = found["chart"]
        assert found["rows"], found["words"]
        for row in found["rows"]:
            assert area["left"] <= row["left"] < row["right"] <= area["right"] + 0.5, found["words"]
            assert area["top"] <= row["top"] + 3, found["words"]
            assert not [one for one in found["over"] if one["left"] < row["right"] and one["right"] > row["left"]
                        and one["top"] < row["bottom"] - 3 and one["bottom"] > row["top"] + 3], found["words"]

    def wait_for_rest(self, charts: str = ".chart") -> None:
        """Until the page is made and these charts, as a selector, have drawn the last message."""
        self.page.evaluate("window.framesAtRest = 0")
        self.page.wait_for_function(RESTS, arg=charts)

    def settle(self, charts: str = ".chart") -> None:
        """Until the run, or the race, rests and the charts have drawn the last message."""
        self.page.get_by_role("button", name=PLAYS).wait_for()
        self.wait_for_rest(charts)

    def trace(self, chart: str, i: int, axis: str = "y") -> list[float]:
        return self.read(chart, f"Array.from(data[{i}].{axis})")

    def click(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def typed(self, label: str) -> Locator:
        """The field in which a number is typed."""
        return self.page.get_by_label(f"{label}, typed", exact=True)

    def type_number(self, label: str, value: str) -> None:
        box = self.typed(label)
        box.fill(value)
        box.press("Enter")

    def number(self, label: str) -> str:
        """What stands in it."""
        return self.typed(label).input_value()

    def wait_for_field(self, label: str, value: str) -> None:
        """Until it shows this."""
        expect(self.typed(label)).to_have_value(value, timeout=WAIT)

    def switch(self, label: str) -> Locator:
        return self.page.get_by_role("switch", name=label, exact=True)

    def menu(self, label: str) -> Locator:
        """The options of a choice."""
        return self.page.get_by_role("combobox", name=label)

    def chosen(self, label: str) -> str:
        """The option that is, in words."""
        return self.menu(label).evaluate("menu => menu.selectedOptions[0].text")

    def unfold(self, title: str) -> None:
        """Controls that are folded away."""
        self.page.locator("summary", has_text=re.compile(f"^{re.escape(title)}")).click()

    def wait_for_text(self, text: str) -> None:
        self.page.get_by_text(text).filter(visible=True).first.wait_for()

    def verdict(self) -> str:
        return self.page.locator(".verdict").inner_text()

    def updates(self) -> int:
        return int(self.page.get_by_text(re.compile(r"^update \d+ of")).first.inner_text().split()[1])

    def close(self) -> None:
        self.page.close()
