"""Every page in Firefox, light and dark: drawn, pointed at, and the playground's frames a second.

    python tests/benchmarks/firefox.py /usr/bin/firefox-esr

It is spoken to by WebDriver BiDi, over one WebSocket.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from socket import create_connection
from tempfile import TemporaryDirectory

from machine import machine
from serving import ROOT, server
from websockets.sync.client import connect

PORT = 9339
PLAYING = "?steps=20000&until_solved=false&clip_norm=true"
PAGES = [PLAYING, "remedies", "truncation", "jacobians", "singular_values", "landscape", "landscape?view=surface",
         "precision", "derivation?step=6", "derivation?step=10"]
CHARTS = "[...document.querySelectorAll('.chart')].filter(c => c.getBoundingClientRect().top < innerHeight)"
DRAWN = f"{CHARTS}.length > 0 && {CHARTS}.every(c => c.dataset.draws > 0 && c.dataset.told === c.dataset.drawn)"
PLOT = """(() => { const plot = document.querySelector('.chart > .plot:not([hidden]) .u-over');
plot.scrollIntoView({block: 'center'}); const box = plot.getBoundingClientRect();
return [box.left, box.top, box.width, box.height]; })()"""
TIP = "[...document.querySelectorAll('.tip:not([hidden])')].map(tip => tip.textContent).join(' ')"
PRESS = """([...document.querySelectorAll("button")].find(button => /Train$/.test(button.innerText.trim())).click(),
true)"""
DRAWS = "[performance.now(), Math.max(...[...document.querySelectorAll('.chart')].map(c => +(c.dataset.draws ?? 0)))]"


class Firefox:
    """One window of it; what the page reports as an error is kept."""

    def __init__(self, socket) -> None:
        self.socket, self.sent, self.errors = socket, 0, []
        self.version = self.do("session.new", capabilities={})["capabilities"]["browserVersion"]
        self.do("session.subscribe", events=["log.entryAdded"])
        self.window = self.do("browsingContext.getTree")["contexts"][0]["context"]
        self.do("browsingContext.setViewport", context=self.window, viewport={"width": 1440, "height": 900})

    def do(self, method: str, **params: object) -> dict:
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": params}))
        while True:
            told = json.loads(self.socket.recv(120))
            if told.get("method") == "log.entryAdded" and told["params"].get("type") == "javascript":
                self.errors.append(told["params"]["text"])
            if told.get("id") == self.sent:
                if told["type"] == "error":
                    raise RuntimeError(told["message"])
                return told["result"]

    def read(self, expression: str) -> object:
        found = self.do("script.evaluate", expression=f"JSON.stringify({expression})", awaitPromise=True,
                        target={"context": self.window})
        if found["type"] == "exception":
            raise RuntimeError(found["exceptionDetails"]["text"])
        return json.loads(found["result"].get("value", "null"))

    def wait(self, expression: str, seconds: float = 90.0) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.read(expression):
                return True
            time.sleep(0.2)
        return False

    def look(self, url: str) -> str:
        """What came of a page."""
        self.errors.clear()
        self.do("browsingContext.navigate", context=self.window, url=url, wait="complete")
        drawn = "drawn" if self.wait(DRAWN) else "NOT DRAWN"
        says = "says what is there" if any(map(self.point, (0.5, 0.3, 0.7, 0.9))) else "SAYS NOTHING of its first plot"
        return f"{drawn}, {says}" + "".join(f"\n    {error[:160]}" for error in dict.fromkeys(self.errors))

    def point(self, share: float) -> bool:
        """Whether something is said on the way down the first plot, at this share of its width."""
        left, top, width, height = self.read(PLOT)
        for down in (0.15, 0.3, 0.45, 0.6, 0.75, 0.9):
            to = {"type": "pointerMove", "x": round(left + share * width), "y": round(top + down * height)}
            self.do("input.performActions", context=self.window,
                    actions=[{"type": "pointer", "id": "mouse", "actions": [to]}])
            if self.wait(f"{TIP} !== ''", 0.5):
                return True
        return False

    def playing(self) -> float:
        self.read(PRESS)
        time.sleep(4)
        began, before = self.read(DRAWS)
        time.sleep(8)
        ended, after = self.read(DRAWS)
        return 1000 * (after - before) / (ended - began)


def main(path: str) -> None:
    print(machine())
    with server(ROOT / "app.py") as url:
        for scheme in ("light", "dark"):
            with TemporaryDirectory() as profile:
                dark = scheme == "dark"
                (Path(profile) / "user.js").write_text(
                    f'user_pref("layout.css.prefers-color-scheme.content-override", {0 if dark else 1});')
                running = subprocess.Popen([path, "--headless", "--no-remote", "--remote-debugging-port", str(PORT),
                                            "--profile", profile], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    with connect(address(), max_size=None) as socket:
                        visit(Firefox(socket), url, scheme)
                finally:
                    running.terminate()
                    running.wait(20)


def visit(firefox: Firefox, url: str, scheme: str) -> None:
    for page in PAGES:
        print(f"Firefox {firefox.version}, {scheme}, /{page}: {firefox.look(f'{url}/{page}')}", flush=True)
        if page == PLAYING:
            print(f"    training: {firefox.playing():.1f} frames/s", flush=True)


def address() -> str:
    """Where a Firefox that is starting answers."""
    for _ in range(300):
        try:
            create_connection(("127.0.0.1", PORT), 1).close()
            return f"ws://127.0.0.1:{PORT}/session"
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("Firefox does not answer")


if __name__ == "__main__":
    main(sys.argv[1])
