"""What a reader waits for, in headless Chromium on the machine that also runs the server.

    python tests/benchmarks/browser.py [playground] [slider] [surface] [map] [race] [renderer] [paint] [memory]

Frames a second are drawings of a chart that moves at every update; bytes are those of the WebSockets, all charts and
texts together; a remount is a chart made a second time.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time

from machine import machine, spread
from playwright.sync_api import sync_playwright
from renderer import busy, served
from serving import APPS, BROWSER_CORE, ROOT, open_page, processor, server

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
DRAWS = "[...document.querySelectorAll('.chart')].map(c => +(c.dataset.draws ?? 0))"


def streaming(page, charts: int, seconds: float = 6.0) -> tuple[float, float]:
    """Frames a second of the chart drawn most often, and KB a frame: after 5,000 updates the map has a new column
    every 32 updates only, and a chart that did not change is not drawn."""
    before, bytes_before = page.evaluate(DRAWS), page.received
    page.wait_for_timeout(1000 * seconds)
    drawn = [b - a for a, b in zip(before, page.evaluate(DRAWS), strict=True)]
    frames = max(*drawn, 1)
    return frames / seconds, (page.received - bytes_before) / 1024 / frames


def playground(browser) -> None:
    """At 60 updates a second; the server's processor with the training."""
    with server(ROOT / "app.py") as url:
        for updates in (200, 5000):
            found, shares = [], []
            for _ in range(3):
                page = open_page(browser, f"{url}/?steps=20000&until_solved=false&clip_norm=true&pace=60"
                                          f"&updates={updates}", 6)
                page.get_by_text(f"update {updates} of").wait_for()
                page.get_by_role("button", name="Go on").click()
                page.wait_for_timeout(2000)
                before, began = (thread(page), processor(url.pid)), time.perf_counter()
                frames, size = streaming(page, 6)
                after, seconds = (thread(page), processor(url.pid)), time.perf_counter() - began
                shares.append([100 * (b - a) / seconds for a, b in zip(before, after, strict=True)])
                found.append((frames, size, page.evaluate("window.chartMounts") - 6))
                page.context.close()
            report(f"playground training, after {updates} updates", found)
            ours, servers = zip(*shares, strict=True)
            print(f"meanwhile the browser's thread {spread(ours, 0)} %, the server's processor {spread(servers, 0)} %")


def thread(page) -> float:
    """s that the thread of the page's scripts has worked."""
    if not hasattr(page, "session"):
        page.session = page.context.new_cdp_session(page)
        page.session.send("Performance.enable")
    metrics = page.session.send("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in metrics if one["name"] == "TaskDuration")


def report(what: str, found: list[tuple[float, float, int]]) -> None:
    rates, sizes, mounts = zip(*found, strict=True)
    print(f"{what}: {spread(rates, 1)} frames/s, {spread(sizes, 1)} KB a frame, {max(mounts)} remounts")


WATCH = """(seen) => new Promise((done) => { const check = () => eval(seen) ? done(performance.now() - window.pressed)
  : requestAnimationFrame(check); check(); })"""


PRESS = "document.activeElement.addEventListener('keydown', () => { window.pressed = performance.now(); })"
DRAWN = "document.querySelector('.chart[data-name={0}]').dataset.drawn"


def after_a_key(page, chart: str, slider_name: str, times: int = 25) -> list[float]:
    """ms from the key press on a slider to the frame in which every chart in sight has drawn what it was told, this
    one anew."""
    found = []
    for _ in range(times):
        page.get_by_role("slider", name=slider_name).first.focus()
        page.evaluate(PRESS)
        before = page.evaluate(DRAWN.format(chart))
        page.keyboard.press("ArrowLeft")
        found.append(page.evaluate(WATCH, "[...document.querySelectorAll('.chart')].every(c => c.dataset.told == "
                                          "c.dataset.drawn || c.getBoundingClientRect().top > innerHeight) && "
                                          f"{DRAWN.format(chart)} != {before}"))
        page.wait_for_timeout(150)
    return found


def slider(browser) -> None:
    """From the key press on a slider to the frame in which what it changes is on the page."""
    with server(APPS / "text.py") as floor_url, server(ROOT / "app.py") as url:
        floor_page = open_page(browser, floor_url, 0)
        floor_page.get_by_role("slider").wait_for()
        page = open_page(browser, url, 6)
        page.wait_for_timeout(6000)  # torch has been loaded
        floor, ours = [], []
        for i in range(25):
            floor_page.get_by_role("slider").focus()
            floor_page.evaluate(PRESS)
            floor_page.keyboard.press("ArrowRight")
            floor.append(floor_page.evaluate(WATCH, f"document.body.innerText.includes('value {51 + i}')"))
            ours += after_a_key(page, "flow", "Spectral radius", 1)
        print(f"slider to picture: playground {spread(ours, 0)} ms, one line of text {spread(floor, 0)} ms, "
              f"ratio of the medians {statistics.median(ours) / statistics.median(floor):.2f}")


def surface(browser) -> None:
    """The error map of one unit, 400 x 400, after the slider of the first state."""
    with server(ROOT / "app.py") as url:
        page = open_page(browser, f"{url}/landscape", 3)
        page.wait_for_timeout(6000)
        print(f"slider to the 400 x 400 error map and its companions: "
              f"{spread(after_a_key(page, 'error_map', 'First state'), 0)} ms")


def jacobian_map(browser) -> None:
    """The page of Jacobians at n = 32, T = 100: after the slider of the spectral radius."""
    with server(ROOT / "app.py") as url:
        page = open_page(browser, f"{url}/jacobians?n_hidden=32&seq_len=100", 3)
        page.wait_for_timeout(8000)
        print(f"slider to the first map of the new network, n=32 T=100: "
              f"{spread(after_a_key(page, 'jacobian_map', 'Spectral radius', 12), 0)} ms")


def race(browser) -> None:
    """Six remedies and the baseline, one seed each, as fast as they go; and a slider of the page."""
    lanes = "clip_norm,leaky,omega,orthogonal_init,l2,truncation"
    with server(ROOT / "app.py") as url:
        found, keys = [], []
        for _ in range(3):
            page = open_page(browser, f"{url}/remedies?steps=20000&until_solved=false&pace=max&seeds=1&lanes={lanes}",
                             4)
            page.wait_for_timeout(4000)
            page.get_by_role("button", name="Race", exact=True).click()
            page.wait_for_timeout(3000)
            again = page.evaluate("window.chartMounts - document.querySelectorAll('.chart').length")
            found.append((*streaming(page, 4), again))
            page.context.close()
        report("race with 6 remedies", found)
        page = open_page(browser, f"{url}/remedies?steps=20000&until_solved=false&seeds=1&lanes={lanes}", 4)
        page.wait_for_timeout(4000)
        keys = sorted(after_a_key(page, "race_flow", "Sequence length", 40))
        print(f"race with 6 remedies, slider to the new networks' pictures: {spread(keys, 0)} ms, "
              f"p95 {keys[int(0.95 * len(keys))]:.0f} ms")


def renderer(browser) -> None:
    """Six charts without Streamlit, 20 frames a second."""
    with served() as url:
        for points in (200, 2000):
            found = []
            for _ in range(3):
                page = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True).new_page()
                page.goto(f"{url}?points={points}")
                found.append(busy(page))
                page.context.close()
            shares, drawn = zip(*found, strict=True)
            print(f"six charts, {points} points a curve, 20 frames/s: {spread([100 * share for share in shares], 0)} % "
                  f"of the browser's thread, {spread([100 * part for part in drawn], 0)} % of the frames drawn")


def paint(browser) -> None:
    """From opening the address of a server that has served nobody to the first picture; the scripts asked for until
    then. Measured alone, server and browser have a core each."""
    times: dict[str, list[float]] = {"playground": [], "text": []}
    scripts: dict[str, list[float]] = {"playground": [], "text": []}
    for _ in range(5):
        for name, app, seen in (
                ("playground", ROOT / "app.py", "document.querySelectorAll('.chart[data-draws]').length >= 6"),
                ("text", APPS / "text.py", "document.body.innerText.includes('value 50')")):
            with server(app, alone=True) as url:
                page = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True).new_page()
                asked = script_bytes(page)
                began = time.perf_counter()
                page.goto(url)
                page.wait_for_function(seen)
                times[name].append(time.perf_counter() - began)
                scripts[name].append(sum(asked.values()) / 2**20)
                page.context.close()
    more = statistics.median(scripts["playground"]) - statistics.median(scripts["text"])
    ratio = statistics.median(times["playground"]) / statistics.median(times["text"])
    print(f"first paint of a fresh server: playground {spread(times['playground'])} s, "
          f"one line of text {spread(times['text'])} s, ratio {ratio:.2f}; scripts + {more:.2f} MB")


def memory(browser) -> None:
    """Of a tab that plays for ten minutes, each minute after a full collection: of the browser's scripts, the elements
    of the page, and who listens to them. The curves on the page are thinned: they do not grow with the updates."""
    with server(ROOT / "app.py") as url:
        page = open_page(browser, f"{url}/?steps=20000&until_solved=false&clip_norm=true&pace=30", 6)
        session = page.context.new_cdp_session(page)
        page.get_by_role("button", name="Train").click()
        print("memory of a tab:", end="", flush=True)
        for _ in range(11):
            session.send("HeapProfiler.collectGarbage")
            heap = session.send("Runtime.getHeapUsage")["usedSize"] / 2**20
            counted = session.send("Memory.getDOMCounters")
            print(f" {heap:.1f} MB, {counted['nodes']} nodes, {counted['jsEventListeners']} listeners;", end="",
                  flush=True)
            page.wait_for_timeout(60_000)
        print(f" after {max(page.evaluate(DRAWS))} drawings of one chart")


def script_bytes(page) -> dict[str, float]:
    """As they come over the wire, by request; filled while the page loads."""
    session, scripts, found = page.context.new_cdp_session(page), set(), {}

    def note(one: dict) -> None:
        if one["response"]["mimeType"].endswith("javascript"):
            scripts.add(one["requestId"])

    def count(one: dict) -> None:
        if one["requestId"] in scripts:
            found[one["requestId"]] = one["encodedDataLength"]

    session.on("Network.responseReceived", note)
    session.on("Network.loadingFinished", count)
    session.send("Network.enable")
    return found


MEASURED = {"playground": playground, "slider": slider, "surface": surface, "map": jacobian_map, "race": race,
            "renderer": renderer, "paint": paint, "memory": memory}

if __name__ == "__main__":
    print(machine())
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if sys.argv[1:] == ["paint"]:
        os.sched_setaffinity(0, BROWSER_CORE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name in sys.argv[1:] or MEASURED:
            MEASURED[name](running)
        running.close()
