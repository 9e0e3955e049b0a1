"""The chart component: figures that never remount and keep their zoom.

`st.plotly_chart` takes a figure with other data for another chart: zoom, legend and hover are lost at every frame.
Here a chart's name is the chart, wherever its element stands (browser/chart.js), drawn by uPlot (browser/picture.js);
Plotly itself comes when a reader asks for it. What the browser side does not draw (vocabulary.py) is told in words.
Charts that stand side by side are one element: what a page costs the browser is the number of its elements.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isfinite
from pathlib import Path
from secrets import token_hex
from typing import Any

import plotly
import streamlit as st

from core.plotting.drawing import Drawing
from pages._chart.browser_scripts import UPLOT, modules, script, served
from pages._chart.frame import Cell, as_json, whole
from pages._session import session

PLOTLY = Path(plotly.__file__).parent / "package_data"  # plotly.min.js, as installed: nothing comes from a network
Pick = Callable[[dict[str, Any]], None]


@dataclass
class Sent:
    """What was sent of one cell."""

    cell: Cell | None = None
    version: int = 0  # by which the browser knows what it has
    message: str = ""


@dataclass
class Charts:
    """Of this browser session, by name."""

    epoch: str = field(default_factory=lambda: token_hex(4))  # tells this session's versions from an earlier one's
    sent: dict[str, Sent] = field(default_factory=dict)


def plot(figure: Drawing, *, key: str, height: int = 300, on_pick: Pick | None = None) -> None:
    """Show a figure.

    Args:
        figure: its `layout.meta["text"]` is the text alternative.
        key: one per chart; the same key is the same chart.
        height: in pixels.
        on_pick: called with {"x", "y", "trace"} of the point that the reader clicks.
    """
    plots({key: figure}, key=key, columns=1, height=height, on_pick=on_pick)


def plots(cells: Mapping[str, Cell], *, key: str, columns: int, height: int = 300, on_pick: Pick | None = None) -> None:
    """Charts side by side, in rows of so many or, where there is no room for that, of fewer; one element of the page.

    Args:
        cells: a chart's key and figure, as for `plot`; or words, under a name of their own.
    """
    charts = session(Charts)
    told = as_json({"columns": columns, "height": height, "picks": on_pick is not None, "epoch": charts.epoch})
    # as bytes: in anything else Streamlit looks for tables, and loads pandas for it, 0.3 s of a server's first page
    data = f'{told[:-1]},"cells":[{",".join(_told(charts, *one) for one in cells.items())}]}}'.encode()
    component()(key=key, data=data,
                on_picked_change=lambda: picked(key, on_pick))


def _told(charts: Charts, name: str, cell: Cell) -> str:
    """All of a cell; what did not change has the version that it had, and the browser leaves it as it is."""
    sent = charts.sent.setdefault(name, Sent())
    if sent.cell is not cell:
        sent.cell, message = cell, as_json(whole(name, cell))
        if message != sent.message:
            sent.version, sent.message = sent.version + 1, message
    return f'{sent.message[:-1]},"n":{sent.version}}}'


def picked(key: str, on_pick: Pick | None) -> None:
    """What came from the browser is data: numbers or nothing."""
    point = st.session_state[key].get("picked")
    if on_pick is None or not isinstance(point, dict):
        return
    numbers = {name: point.get(name) for name in ("x", "y", "trace")}
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) and isfinite(v) for v in numbers.values()):
        on_pick(numbers)


@cache
def component() -> Any:
    """The registered component. Its JavaScript is a few lines that load browser/plot.js once: what is registered
    travels with every message."""
    library = f"{served('plotly', PLOTLY)}/plotly.min.js?{plotly.__version__}"
    return st.components.v2.component("chart", js=f"""
const at = (path) => new URL("component/" + path, document.baseURI).href;
const ready = (window.chartScripts ??= (() => {{
  const add = (tag, more) => new Promise((onload, onerror) =>
    document.head.append(Object.assign(document.createElement(tag), {{ onload, onerror, ...more }})));
  for (const name of {json.dumps(modules())})
    add("link", {{ rel: "modulepreload", href: at(name) }}).catch(() => {{}});
  return Promise.all([import(at("{script('plot.js')}")),
    add("script", {{ src: at("{script(f'{UPLOT}.iife.min.js')}") }}),
    ...{json.dumps([script(f"{UPLOT}.min.css"), script("chart.css")])}.map((name) =>
      add("link", {{ rel: "stylesheet", href: at(name) }}))]);
}})());
export default (c) => {{
  ready.then(([m]) => m.draw(c, at("{library}")));
  return () => ready.then(([m]) => m.depart(c.parentElement));
}}""", isolate_styles=False)
