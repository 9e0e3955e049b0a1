"""The live channel as a browser has it: which lines are open, and whether what they brought is the run."""

from __future__ import annotations

import numpy as np

from core.training.experiment import Experiment
from core.training.train import train
from tests.browser.tab import Tab

LONG = "?pace=60&steps=20000&until_solved=false"
# The page's own WebSocket: those of the live channel are kept in `lines`; where they are refused, they lead nowhere.
LINES = """(() => {
    const Real = WebSocket;
    window.lines = [];
    window.WebSocket = class extends Real {
        constructor(url, ...more) {
            const live = String(url).includes("/live/");
            super(live && %s ? "ws://127.0.0.1:59999/" : url, ...more);
            if (live) window.lines.push(this);
        } }; })();"""


def plays(tab: Tab, updates: int = 20) -> int:
    """Until it has drawn so many updates more; how many it has drawn then."""
    seen = tab.read("loss", "data[0].y.length")
    tab.wait_until("loss", f"data[0].y.length >= {seen} + {updates}")
    return tab.read("loss", "data[0].y.length")


def is_the_run(tab: Tab) -> None:
    """It rests, and its charts and words are of one update of the run that `train` makes: nothing is twice or lost."""
    tab.click("Pause")
    tab.wait_for_text("paused")
    done = tab.updates()
    tab.wait_until("loss", f"data[0].y.length === {done}")
    run = train(*(getattr(Experiment(), name) for name in ("recurrence", "task", "training", "remedies")))
    expected = [record.loss for record, _ in zip(run, range(done), strict=False)]
    np.testing.assert_allclose(tab.trace("loss", 0), expected, rtol=1e-6)  # sent as float32
    assert tab.trace("loss", 0, "x") == list(range(1, done + 1))


def open_lines(tab: Tab) -> int:
    """Of all stages that the tab has shown: one that it shows no more needs none."""
    return tab.page.evaluate("lines.filter(({ readyState }) => readyState === WebSocket.OPEN).length")
