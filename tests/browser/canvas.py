"""Figures drawn by the charts' own modules in a bare page, and what is in their pixels."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import plotly
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route

from core.plotting.drawing import Drawing
from core.plotting.theme import DARK
from pages._chart.browser_scripts import BROWSER
from pages._chart.patch import encoded, specification

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
HOST = "http://charts.test"
PAPER = {"light": "#ffffff", "dark": "#11141b"}
PAGE = f"""<!doctype html><title>charts</title>
<style>:root {{ --st-background-color: {PAPER["light"]}; --st-primary-color: #0072b2; --st-font: sans-serif; }}
@media (prefers-color-scheme: dark) {{ :root {{ --st-background-color: {PAPER["dark"]}; }} }} #place {{ width: 480px; }}
</style><link rel="stylesheet" href="/chart.css"><link rel="stylesheet" href="/uplot/uPlot.min.css">
<script src="/uplot/uPlot.iife.min.js"></script><div id="place"></div>"""
TYPES = {"js": "text/javascript", "css": "text/css"}

# Draws a figure as a reader gets it, `whole`; then without grid, words and rules: all of it, `bare`, and each trace
# `alone` on the same axes; and the rules by themselves.
PAINT = """async ({ message, height, apart }) => {
  const { ask, house, mount } = await import("/chart.js"), { apply } = await import("/message.js");
  const { picture } = await import("/picture.js"), { redraw } = await import("/canvas.js");
  const chart = (window.chart ??= mount("figure", "/plotly.js")), frame = () => new Promise(requestAnimationFrame);
  house(chart, document.getElementById("place"));
  chart.box.style.height = `${height}px`;
    // Nothing is left of the figure before.
    Object.assign(chart, { zoom: {}, hidden: new Set(), state: null, sequence: message.n });
  chart.plot.setAttribute("aria-label", "");
  apply(chart, message);
  ask(chart);
  const fits = () => chart.u.width === chart.plot.clientWidth && chart.u.height === chart.plot.clientHeight;
  do await frame(); while (+chart.box.dataset.drawn !== message.n || !fits());
  const seen = () => {
    const { left, top, width, height } = chart.u.bbox, axes = {};
    for (const [id, { ends, axis, ticks }] of Object.entries(chart.state.axes))
      axes[id] = { ends, ticks: ticks.map(({ at, text }) => [at, text]),
        log: axis.type === "log", powers: Boolean(axis.tickprefix),
        reversed: axis.autorange === "reversed", part: axis.domain ?? [0, 1] };
    return { png: chart.u.ctx.canvas.toDataURL().split(",")[1], plot: [left, top, width, height], axes };
  };
  const out = { whole: seen(), names: [...chart.names.children].map((one) => one.textContent) };
  if (!apart) return out;
  const { state, spec } = chart, all = spec.data.map((_, i) => i);
  const zoom = Object.fromEntries(Object.entries(state.axes).map(([id, { ends }]) => [id, ends]));
  const clear = Object.fromEntries(Object.entries(spec.layout).filter(([name]) => /^[xy]axis/.test(name))
    .map(([name, axis]) => [name, { ...axis, gridcolor: "rgba(0,0,0,0)" }]));
  const wordless = ({ texttemplate, ...trace }) => ({ ...trace, mode: trace.mode?.replace("+text", "") });
  const drawn = (hidden, shapes) => {
    const layout = { ...spec.layout, ...clear, annotations: [], shapes };
    chart.state = picture({ data: spec.data.map(wordless), layout },
      { ...chart.looks(), size: chart.size, zoom, hidden: new Set(hidden) });
    redraw(chart.u, chart.state);
    return seen();
  };
  out.bare = drawn([], []);
  out.rules = drawn(all, spec.layout.shapes ?? []);
  out.alone = all.map((i) => drawn(all.filter((j) => j !== i), []));
  return out;
}"""


def rgb(colour: str) -> NDArray[np.float64]:
    """Without the opacity, if it has one."""
    if colour.startswith("#"):
        return np.array([int(colour[i:i + 2], 16) for i in (1, 3, 5)], float)
    return np.array([float(part) for part in colour[colour.index("(") + 1:-1].split(",")[:3]])


@dataclass
class Picture:
    """One canvas: its pixels, and what the chart says of its axes."""

    image: NDArray[np.uint8]  # row, column, red, green, blue and strength
    plot: list[float]  # left, top, width, height, px
    axes: dict[str, dict[str, Any]]  # ends in the axis' units (log10 on a logarithmic one), ticks as [value, words]

    @classmethod
    def of(cls, told: dict[str, Any]) -> Picture:
        image = np.array(Image.open(io.BytesIO(base64.b64decode(told["png"]))).convert("RGBA"))
        return cls(image, told["plot"], told["axes"])

    def placed(self, axis: str, values: Any) -> NDArray[np.float64]:
        """px of the canvas where values of an axis lie, by the axis' ends alone."""
        told, (left, top, width, height) = self.axes[axis], self.plot
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.asarray(values, float)
            values = np.log10(values) if told["log"] else values
        (low, high), (first, last) = told["ends"], told["part"]
        share = first + (last - first) * (values - low) / (high - low)
        if told["reversed"]:
            share = 1 - share
        return left + share * width if axis[0] == "x" else top + (1 - share) * height

    def valued(self, axis: str, px: Any) -> NDArray[np.float64]:
        """Values of an axis, log10 of them on a logarithmic one, at px of the canvas."""
        told, (left, top, width, height) = self.axes[axis], self.plot
        share = (np.asarray(px, float) - left) / width if axis[0] == "x" else 1 - (np.asarray(px) - top) / height
        (low, high), (first, last) = told["ends"], told["part"]
        share = 1 - share if told["reversed"] else share
        return low + (share - first) / (last - first) * (high - low)

    def inside(self, px: Any, py: Any, room: float = 1.0) -> NDArray[np.bool_]:
        """Which places lie in the plot, so far from its edges, px."""
        left, top, width, height = self.plot
        with np.errstate(invalid="ignore"):
            return ((px >= left + room) & (px <= left + width - room) & (py >= top + room)
                    & (py <= top + height - room))

    def at(self, px: Any, py: Any) -> NDArray[np.float64]:
        """The pixels at places within the canvas."""
        rows, columns = self.image.shape[:2]
        i, j = np.floor(py).astype(int), np.floor(px).astype(int)
        return self.image[i.clip(0, rows - 1), j.clip(0, columns - 1)].astype(float)

    def around(self, px: float, py: float, reach: int) -> NDArray[np.float64]:
        """The pixels around one place, a row each."""
        i, j = int(py), int(px)
        return self.image[max(0, i - reach):i + reach + 1, max(0, j - reach):j + reach + 1].reshape(-1, 4).astype(float)


@dataclass
class Painted:
    """A figure as a reader gets it, and its parts by themselves; see PAINT."""

    whole: Picture
    names: list[str]
    bare: Picture | None = None
    rules: Picture | None = None
    alone: list[Picture] | None = None


class Canvas:
    """The bare page, which asks for nothing but the modules in pages/_chart/browser."""

    def __init__(self, browser: BrowserContext) -> None:
        self.page: Page = browser.new_page()
        self.faults: list[str] = []
        self.number = 0
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.route(f"{HOST}/**", self._serve)
        self.page.set_viewport_size({"width": 520, "height": 480})
        self.page.goto(f"{HOST}/")

    @staticmethod
    def _serve(route: Route) -> None:
        path = route.request.url.removeprefix(f"{HOST}/")
        file = BROWSER / path
        if path == "plotly.min.js":
            route.fulfill(path=PLOTLY)
        elif not path:
            route.fulfill(body=PAGE, content_type="text/html")
        elif file.is_file():
            route.fulfill(body=file.read_text(), content_type=TYPES[path.rsplit(".")[-1]])
        else:
            route.fulfill(status=404)

    def draw(self, figure: Drawing, scheme: str = "light", *, apart: bool = True, height: int = 340) -> Painted:
        """A figure in its colours on a light or a dark page.

        Args:
            apart: its parts by themselves as well.
        """
        self.page.emulate_media(color_scheme=scheme)
        self.number += 1
        spec = specification(figure)
        spec["layout"].pop("meta", None)
        message = {"n": self.number, "figure": encoded(spec), "dark": DARK}
        told = self.page.evaluate(PAINT, {"message": message, "height": height, "apart": apart})
        assert self.faults == []
        parts = {name: Picture.of(told[name]) for name in ("bare", "rules") if name in told}
        if "alone" in told:
            parts["alone"] = [Picture.of(one) for one in told["alone"]]
        return Painted(Picture.of(told["whole"]), told["names"], **parts)

    def evaluate(self, module: str, expression: str, arg: Any = None) -> Any:
        """JavaScript with all that a module exports as `m`, and `arg`."""
        return self.page.evaluate(
            f"""async (arg) => {{ const m = await import("/{module}.js"); return {expression}; }}""", arg)

    def close(self) -> None:
        self.page.close()
