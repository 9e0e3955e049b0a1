"""The chart component: figures that never remount, keep their zoom, and are sent as what changed.

`st.plotly_chart` takes a figure with other data for another chart: zoom, legend and hover are lost at every frame, and
the whole figure travels. Here the figures of the last frames are remembered, and the browser (browser/plot.js) gets a
patch, which uPlot draws (browser/picture.js); Plotly itself comes when a reader asks for it. Messages may be lost on
the way when frames come fast, so a patch starts from the figure three frames ago; a browser that has not even that asks
for the whole figure. What the browser side does not draw (vocabulary.py) is told in words. Charts that stand side by
side are one element: what a page costs the browser is the number of its elements.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import isfinite
from pathlib import Path
from secrets import token_hex
from typing import Any

import plotly
import streamlit as st

from core.plotting.drawing import Drawing
from core.plotting.theme import DARK
from pages._chart.browser_scripts import UPLOT, modules, script, served
from pages._chart.patch import encoded, patch, same, specification
from pages._chart.vocabulary import outside
from pages._session import session

PLOTLY = Path(plotly.__file__).parent / "package_data"  # plotly.min.js, as installed: nothing comes from a network
REMEMBERED = 3  # frames
LOG = logging.getLogger(__name__)
Pick = Callable[[dict[str, Any]], None]


@dataclass
class Sent:
    """What one chart's browser side has been told."""

    epoch: str = field(default_factory=lambda: token_hex(4))  # tells this session's frames from an earlier one's
    sequence: int = 0
    specs: deque = field(default_factory=lambda: deque(maxlen=REMEMBERED))  # (sequence, specification)
    figure: Drawing | None = None  # the last one shown
    text: str = ""  # its text alternative
    shape: tuple[int, bool] = (0, False)  # its height in px, and whether points are to be picked
    message: str | None = None  # JSON
    times: int = 0  # that the message has been sent
    whole: bool = True  # the next message carries the whole figure
    outside: bool = False  # the last figure is not drawn


@dataclass
class Charts:
    """Of this browser session, by name."""

    sent: dict[str, Sent] = field(default_factory=dict)


@dataclass(frozen=True)
class HtmlCell:
    """HTML in the place of a chart; what is not ours in it has been escaped."""

    html: str
    span: int = 1  # columns, where there is room


def plot(figure: Drawing, *, key: str, height: int = 300, on_pick: Pick | None = None) -> None:
    """Show a figure, or what changed in it since the last call with this key.

    Args:
        figure: its `layout.meta["text"]` is the text alternative.
        key: one per chart; the same key is the same chart.
        height: in pixels.
        on_pick: called with {"x", "y", "trace"} of the point that the reader clicks.
    """
    _show({key: figure}, key, 1, height, on_pick)


def plots(cells: Mapping[str, Drawing | HtmlCell], *, key: str, columns: int, height: int = 300) -> None:
    """Charts side by side, in rows of so many or, where there is no room for that, of fewer; one element of the page.

    Args:
        cells: a chart's key and figure, as for `plot`; or words, under a name of their own.
    """
    _show(cells, key, columns, height, None)


def _show(cells: Mapping[str, Drawing | HtmlCell], key: str, columns: int, height: int, on_pick: Pick | None) -> None:
    told = (_words(name, cell) if isinstance(cell, HtmlCell) else _told(name, cell, height, on_pick is not None)
            for name, cell in cells.items())
    # as bytes: in anything else Streamlit looks for tables, and loads pandas for it, 0.3 s of a server's first page
    _component()(key=key, data=f'{{"columns":{columns},"cells":[{",".join(told)}]}}'.encode(),
                 on_resync_change=lambda: _resend(key, cells), on_picked_change=lambda: _picked(key, on_pick))


def _words(name: str, words: HtmlCell) -> str:
    return _json({"name": name, "html": words.html, "span": words.span})


def _told(name: str, figure: Drawing, height: int, picks: bool) -> str:
    """What the browser is told of one chart. A figure that did not change is the same message again, of which the
    browser takes no notice, and soon no more than its number, by which one that has lost it knows."""
    sent, shape = session(Charts).sent.setdefault(name, Sent()), (height, picks)
    if sent.figure is not figure or sent.whole or sent.shape != shape:
        spec = specification(figure)
        text = (spec["layout"].pop("meta", None) or {}).get("text", "")
        if sent.message is None or sent.whole or not same(sent.specs[-1][1], spec) \
                or (sent.text, sent.shape) != (text, shape):
            sent.text, sent.shape = text, shape
            sent.message, sent.times = _json(_message(sent, name, spec) | _of(sent, name, height, picks)), 0
        sent.figure = figure
    sent.times += 1
    return sent.message if sent.times <= REMEMBERED else _json(
        {"sequence": sent.sequence} | _of(sent, name, height, picks))


def _of(sent: Sent, name: str, height: int, picks: bool) -> dict[str, Any]:
    return {"epoch": sent.epoch, "name": name, "text": sent.text, "height": height, "picks": picks}


def _json(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _resend(key: str, cells: Mapping[str, Any]) -> None:
    """What came from the browser is data: the names of charts, or nothing."""
    names = st.session_state[key].get("resync")
    for name in names if isinstance(names, list) else []:
        if isinstance(name, str) and isinstance(cells.get(name), Drawing):
            session(Charts).sent[name].whole = True


def _picked(key: str, on_pick: Pick | None) -> None:
    """Numbers or nothing."""
    point = st.session_state[key].get("picked")
    if on_pick is None or not isinstance(point, dict):
        return
    numbers = {name: point.get(name) for name in ("x", "y", "trace")}
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) and isfinite(v) for v in numbers.values()):
        on_pick(numbers)


def _message(sent: Sent, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """The next message: a patch from the oldest remembered frame, or the whole figure if all of it can be drawn."""
    change, base = None, 0
    if sent.specs and not sent.whole and not sent.outside:
        base = sent.specs[0][0]
        change = patch(sent.specs[0][1], spec, *(between for _, between in list(sent.specs)[1:]))
    if change is None:
        sent.specs.clear()
    sent.sequence += 1
    sent.specs.append((sent.sequence, spec))
    sent.whole = False
    if change is not None:
        return {"sequence": sent.sequence, "base": base, "patch": change}
    found = outside(spec)
    for line in found:
        _noted(name, line)
    sent.outside = bool(found)
    return {"sequence": sent.sequence} | ({"outside": True} if found else {"figure": encoded(spec), "dark": DARK})


@lru_cache(maxsize=1000)
def _noted(name: str, line: str) -> None:
    """Once each, for whoever runs the server."""
    LOG.warning("The chart %s is told in words: %s", name, line)


@cache
def _component() -> Any:
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
export default (c) => {{ ready.then(([m]) => m.draw(c, at("{library}"))); }}""", isolate_styles=False)
