"""What drawing costs the browser's thread, without Streamlit: six charts whose axes move, 20 frames a second.

The page imports the app's own modules and applies the messages that the app's own patches are made of.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from pages._chart.browser_scripts import BROWSER, UPLOT
from pages._chart.frame import as_json, frame

FRAMES, A_SECOND = 160, 20
PAGE = f"""<!doctype html><html lang="en"><title>Six charts</title><link rel="stylesheet" href="{UPLOT}.min.css">
<link rel="stylesheet" href="chart.css">
<style>#charts {{ display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; font: 16px sans-serif }}</style>
<div id="charts"></div><script src="{UPLOT}.iife.min.js"></script>
<script type="module">
import {{ arrange, tell }} from "./cells.js";
window.frames_ = await (await fetch("frames" + location.search)).json();
window.show = (i) => {{
  const {{ n, cells, parts }} = JSON.parse(window.frames_[i]);
  for (const cell of cells) tell(cell, n, "1", "");
  if (parts) arrange(document.querySelector("#charts"), parts.charts, {{ columns: 3, height: 300 }}, new Map());
}};
show(0);
window.play = (perSecond) => new Promise((done) => {{
  let i = 0;
  const timer = setInterval(() => {{
    if (++i < window.frames_.length) return show(i);
    clearInterval(timer);
    done();
  }}, 1000 / perSecond);
}});
</script></html>"""


def figures(at: int, points: int) -> list[Drawing]:
    """Four charts of three curves that grow by a point a frame, over axes that end where the data do; a plane of
    eigenvalues; a map that gets a column."""
    n = points - FRAMES + at
    x, rng = np.arange(float(n)), np.random.default_rng(0)
    walks = np.cumsum(rng.normal(size=(12, points)), axis=1)[:, :n] / 10 + 1e-3 * at
    looks = ((theme.MEASURED, "solid"), (theme.BOUND, "dash"), (theme.RHO, "dot"))
    found = [theme.figure([theme.line(x, walks[3 * chart + i], f"curve {i}", *look[:1], dash=look[1])
                           for i, look in enumerate(looks)],
                          title=f"Chart {chart}", x="update", y="norm", text="-", yaxis=theme.log_axis())
             for chart in range(4)]
    angles = np.linspace(0, np.pi, 32) + 0.01 * at
    reach = 1.2 + 0.01 * at
    axis = {"autorangeoptions": {"include": [-reach, reach]}}
    found.append(theme.figure([theme.line(np.cos(2 * angles), np.sin(2 * angles), "circle", theme.CIRCLE),
                               theme.points(reach * np.cos(angles), np.sin(angles), "eigenvalues", theme.MEASURED)],
                              title="Plane", x="Re", y="Im", text="-", xaxis=axis, yaxis={**axis, "scaleanchor": "x"}))
    z = np.sin(np.arange(at + 40)[:, None] / 9 + np.arange(50) / 5)
    found.append(theme.figure([{"type": "heatmap", "x": np.arange(float(len(z))), "y": np.arange(50.0), "z": z,
                                "transpose": True, "zmin": -1.0, "zmax": 1.0, "colorscale": theme.MAP,
                                "colorbar": theme.powers_bar(-1, 1, "size", 1)}],
                              title="Map", x="update", y="step", text="-"))
    return found


def messages(points: int) -> list[str]:
    """What the page is told, frame by frame: whole figures once, then what changed."""
    told, known = [], None
    for number in range(1, FRAMES + 1):
        charts = {f"chart{i}": figure for i, figure in enumerate(figures(number - 1, points))}
        known, made = frame(known, number, {"charts": charts})
        told.append(as_json(made))
    return told


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        known = {"/": ("text/html", lambda: PAGE),
                 "/frames": ("application/json", lambda: json.dumps(messages(int(query.partition("=")[2]))))}
        if path not in known:
            return super().do_GET()
        kind, text = known[path]
        body = text().encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served():
    """The page's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(BROWSER)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def busy(page, a_second: int = A_SECOND) -> tuple[float, float]:
    """Share of the browser's thread in processor time while the frames are played, and drawings a frame."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        return found["TaskDuration"]

    draws = "[...document.querySelectorAll('.chart')].reduce((sum, c) => sum + Number(c.dataset.draws), 0)"
    page.wait_for_function(f"{draws} >= 6")
    page.wait_for_timeout(300)
    before, drawn = spent(), page.evaluate(draws)
    seconds = page.evaluate(f"(async () => {{ const began = performance.now(); await play({a_second});"
                            " return (performance.now() - began) / 1000; })()")
    return (spent() - before) / seconds, (page.evaluate(draws) - drawn) / (6 * FRAMES)
