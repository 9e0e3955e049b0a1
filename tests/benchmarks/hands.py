"""What follows a hand, in headless Chromium on the machine that also runs the server.

    python tests/benchmarks/hands.py [held] [far] [beside] [grips] [release] [stops]

held      each page's slider, 60 places in 3 s: pictures a second meanwhile, and ms from a value to the picture after it
far       the same of the playground behind a relay that delays each direction by 75 ms
beside    the same of the playground while ten others train, and alone, in turns
grips     the same for what is taken hold of on charts
release   ms from letting go to the address that tells the value
stops     stops of the Tab key from the top to Train, and in the sidebar as it opens
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass

from browser import FLAGS
from channel import LONG, relay
from machine import machine, spread
from playwright.sync_api import Page, sync_playwright
from serving import ROOT, open_page, server
from tabs import Tab

TURNS, PLACES, SECONDS = 3, 60, 3.0
OTHERS = 10
PIXELS = 1.5  # from one place to the next


@dataclass(frozen=True)
class Held:
    what: str
    query: str
    label: str  # of the slider
    chart: str  # whose drawings count
    charts: int  # on the page
    begin: str = ""  # a button that is pressed before


HELD = (Held("playground at rest", "", "Spectral radius ρ", "flow", 6),
        Held("playground playing", "?steps=20000&until_solved=false&pace=60", "Spectral radius ρ", "flow", 6, "Train"),
        Held("singular values", "singular_values?matrix=yours", "Spectral radius ρ", "powers", 4),
        Held("cliffs", "landscape?w=3.5", "Weight w", "descent", 3),
        Held("precision", "precision", "Rate per step λ", "typed_powers", 6),
        Held("race at rest", "remedies", "Sequence length T (steps)", "race_flow", 4),
        Held("Jacobians", "jacobians", "Spectral radius ρ", "jacobian_map", 6),
        Held("truncation", "truncation?seq_len=500&truncation=true", "Steps back k₂", "truncation_map", 6))
GRIPS = (Held("radius of the eigenvalues", "", "Spectral radius ρ", "eigenvalues", 6),
         Held("an eigenvalue", "", "One eigenvalue; Page Down chooses the next", "eigenvalues", 6),
         Held("chunk", "?seq_len=200&truncation=true", "Steps back k₂", "flow", 6),
         Held("start of the descents", "landscape", "Weight w and Bias b", "error_map", 3),
         Held("rate of the powers", "precision", "Rate per step λ", "typed_powers", 6))
WATCH = """(name) => {
  const drawn = () => document.querySelector(`.chart[data-name=${name}]`)?.dataset.drawn;
  let last = drawn();
  Object.assign(window, { pictures: [], moves: [] });
  const look = () => {
    if (drawn() !== last) window.pictures.push(performance.now());
    last = drawn();
    requestAnimationFrame(look);
  };
  look();
  addEventListener("pointermove", ({ buttons }) => buttons && window.moves.push(performance.now()), true);
}"""


def held(page: Page, one: Held, place: Callable[[Page, Held], tuple[float, float]]) -> tuple[float, list[float]]:
    """Pictures a second, and ms from each value to the next picture."""
    if one.begin:
        page.get_by_role("button", name=one.begin).first.click()
        page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_timeout(3000)
    page.evaluate(WATCH, one.chart)
    x, y = place(page, one)
    way = 1 if x < page.viewport_size["width"] / 2 else -1
    page.mouse.move(x, y)
    page.mouse.down()
    began = time.perf_counter()
    for i in range(1, PLACES + 1):
        page.mouse.move(x + way * PIXELS * i, y + 0.2 * i)
        page.wait_for_timeout(max(0.0, 1e3 * (began + i * SECONDS / PLACES - time.perf_counter())))
    lasted = time.perf_counter() - began
    moves, pictures = page.evaluate("[moves, pictures]")
    page.mouse.up()
    waits = [next((at for at in pictures if at >= move), moves[-1] + 1000) - move for move in moves]
    return sum(at >= moves[0] for at in pictures) / lasted, waits


def on_slider(page: Page, one: Held) -> tuple[float, float]:
    slider = page.locator(".panel").get_by_role("slider", name=one.label, exact=True).first
    slider.scroll_into_view_if_needed()
    box, share = slider.bounding_box(), float(slider.evaluate("e => e.value"))
    return box["x"] + 8 + share * (box["width"] - 16), box["y"] + box["height"] / 2


def on_grip(page: Page, one: Held) -> tuple[float, float]:
    grip = page.locator(f".chart[data-name={one.chart}]").get_by_role("slider", name=one.label, exact=True).locator("b")
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def report(browser, url: str, ones: tuple[Held, ...], place: Callable[[Page, Held], tuple[float, float]]) -> None:
    for one in ones:
        rates, waits = [], []
        for _ in range(TURNS):
            page = open_page(browser, f"{url}/{one.query}", min(one.charts, 3))
            rate, waited = held(page, one, place)
            rates.append(rate)
            waits += waited
            page.context.close()
        p95 = statistics.quantiles(waits, n=20)[-1]
        print(f"{one.what}: {spread(rates, 1)} pictures/s; a value to its picture {statistics.median(waits):.0f} ms, "
              f"p95 {p95:.0f}")


@asynccontextmanager
async def others(address: str):
    """Visitors whose playgrounds train."""
    tabs = [await Tab(address, LONG.replace("pace=60", "pace=20")).open() for _ in range(OTHERS)]
    for tab in tabs:
        await tab.order(do="train")
    yield
    for tab in tabs:
        await tab.close()


@contextmanager
def meanwhile(work: AbstractAsyncContextManager) -> Iterator:
    """On an event loop of its own."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    yield asyncio.run_coroutine_threadsafe(work.__aenter__(), loop).result()
    asyncio.run_coroutine_threadsafe(work.__aexit__(None, None, None), loop).result()


def far(browser, url: str) -> None:
    with meanwhile(relay(url)) as address:
        print("150 ms away:")
        report(browser, address, HELD[:2], on_slider)


def beside(browser, url: str) -> None:
    for _ in range(2):
        print("alone:")
        report(browser, url, HELD[:1], on_slider)
        with meanwhile(others(url)):
            print(f"while {OTHERS} others train:")
            report(browser, url, HELD[:1], on_slider)


def release(browser, url: str) -> None:
    """A value by the keyboard, let go, until the address tells it."""
    page, waits = open_page(browser, url, 6), []
    page.wait_for_timeout(3000)
    slider = page.locator(".panel").get_by_role("slider", name="Spectral radius ρ", exact=True)
    for _ in range(20):
        x, y = on_slider(page, HELD[0])
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 2, y)
        now = slider.get_attribute("aria-valuetext").split(",")[0]
        page.evaluate("addEventListener('pointerup', () => { window.up = performance.now(); }, true)")
        page.mouse.up()
        waits.append(page.evaluate("""(rho) => new Promise((done) => { const look = () =>
            (new URLSearchParams(location.search).get("rho") ?? "1") === rho ? done(performance.now() - window.up)
                : requestAnimationFrame(look); look(); })""", now))
        page.wait_for_timeout(300)
    print(f"release to the address: {spread(waits, 0)} ms")
    page.context.close()


def stops(browser, url: str) -> None:
    page = open_page(browser, url, 6)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.wait_for_timeout(2000)
    page.evaluate("document.activeElement.blur()")
    count = inside = 0
    while count < 100:
        page.keyboard.press("Tab")
        count += 1
        inside += page.evaluate("Boolean(document.activeElement.closest('[data-testid=stSidebar]'))")
        if page.evaluate("document.activeElement.innerText?.endsWith('Train')"):
            break
    print(f"stops of the Tab key: {count} from the top to Train, {inside} of them in the sidebar")
    page.context.close()


def main() -> None:
    asked = sys.argv[1:] or ["held", "far", "beside", "grips", "release", "stops"]
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    print(machine())
    with sync_playwright() as playwright, server(ROOT / "app.py") as url:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name in asked:
            {"held": lambda: report(browser, url, HELD, on_slider), "far": lambda: far(browser, url),
             "beside": lambda: beside(browser, url),
             "grips": lambda: report(browser, url, GRIPS, on_grip),
             "release": lambda: release(browser, url), "stops": lambda: stops(browser, url)}[name]()


if __name__ == "__main__":
    main()
