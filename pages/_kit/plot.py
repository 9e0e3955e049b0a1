"""The chart component: a plotly figure that never remounts, keeps its zoom, and is sent as what changed.

`st.plotly_chart` takes a figure with other data for another chart: zoom, legend and hover are lost at every frame, and
the whole figure travels. Here the figure of the last frames is remembered, and the browser (browser/plot.js) gets a
patch; where only points moved, it draws without plotly (browser/quick.js). Messages may be lost on the way when frames
come fast, so a patch starts from the figure three frames ago; a browser that has not even that asks for the whole
figure.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from secrets import token_hex
from typing import Any

import plotly
import streamlit as st

from core.figures.drawing import Drawing
from core.figures.theme import DARK
from pages._kit.patch import encoded, patch, same, specification
from pages._kit.served import script, served

PLOTLY = Path(plotly.__file__).parent / "package_data"  # plotly.min.js, as installed: nothing comes from a network
REMEMBERED = 3  # frames


@dataclass
class Sent:
    """What one chart's browser side has been told."""

    epoch: str = field(default_factory=lambda: token_hex(4))  # tells this session's frames from an earlier one's
    sequence: int = 0
    specs: deque = field(default_factory=lambda: deque(maxlen=REMEMBERED))  # (sequence, specification)
    figure: Drawing | None = None  # the last one shown
    text: str = ""  # its text alternative
    message: str | None = None  # JSON
    whole: bool = True  # the next message carries the whole figure


def plot(figure: Drawing, *, key: str, height: int = 300, on_pick: Callable[[dict[str, Any]], None] | None = None,
         ) -> None:
    """Show a figure, or what changed in it since the last call with this key.

    Args:
        figure: its `layout.meta["text"]` is the text alternative.
        key: one per chart; the same key is the same chart.
        height: in pixels.
        on_pick: called with {"x", "y", "trace"} of the point that the reader clicks.
    """
    charts: dict[str, Sent] = st.session_state.setdefault("charts", {})
    sent = charts.setdefault(key, Sent())
    if sent.figure is not figure or sent.whole:
        spec = specification(figure)
        text = (spec["layout"].pop("meta", None) or {}).get("text", "")
        if sent.message is None or sent.whole or not same(sent.specs[-1][1], spec) or sent.text != text:
            # as text: what is a dictionary is searched for tables, and pandas is loaded for it
            sent.text, sent.message = text, json.dumps(_message(sent, spec) | {
                "epoch": sent.epoch, "name": key, "text": text, "height": height, "picks": on_pick is not None},
                ensure_ascii=False, separators=(",", ":"))
        sent.figure = figure
    # a figure that did not change is the same message again, and the browser does nothing
    _component()(key=key, data=sent.message, on_resync_change=lambda: _resend(key),
                 on_picked_change=lambda: _picked(key, on_pick))


def _resend(key: str) -> None:
    st.session_state["charts"][key].whole = True


def _picked(key: str, on_pick: Callable[[dict[str, Any]], None] | None) -> None:
    """What came from the browser is data: numbers or nothing."""
    point = st.session_state[key].get("picked")
    if on_pick is None or not isinstance(point, dict):
        return
    numbers = {name: point.get(name) for name in ("x", "y", "trace")}
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) and isfinite(v) for v in numbers.values()):
        on_pick(numbers)


def _message(sent: Sent, spec: dict[str, Any]) -> dict[str, Any]:
    """The next message: a patch from the oldest remembered frame, or the whole figure."""
    change, base = None, 0
    if sent.specs and not sent.whole:
        base = sent.specs[0][0]
        change = patch(sent.specs[0][1], spec, *(between for _, between in list(sent.specs)[1:]))
    if change is None:
        sent.specs.clear()
    sent.sequence += 1
    sent.specs.append((sent.sequence, spec))
    sent.whole = False
    if change is None:
        return {"sequence": sent.sequence, "figure": encoded(spec), "dark": DARK}
    return {"sequence": sent.sequence, "base": base, "patch": change}


def _component() -> Any:
    """The registered component. Its JavaScript is a line that loads browser/plot.js once: what is registered
    travels with every message."""
    global _registered
    if _registered is None:
        library = f"{served('plotly', PLOTLY)}/plotly.min.js?{plotly.__version__}"
        _registered = st.components.v2.component(
            "chart", js=f"""
const at = (path) => new URL("component/" + path, document.baseURI).href;
const chart = import(at("{script("plot.js")}")), plotly = at("{library}");
export default (c) => {{ chart.then((m) => m.draw(c, plotly)); }}""", isolate_styles=False)
    return _registered


_registered = None  # the definition alone, the same for every session
