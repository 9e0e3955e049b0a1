"""The playground's frames a second in Firefox, light and dark. That every page is drawn there is a test.

    python tests/benchmarks/firefox.py
"""

from __future__ import annotations

import time

from machine import machine
from serving import ROOT, server

from tests.browser.firefox import Firefox, installed, running

PLAYING = "?steps=20000&until_solved=false&clip_norm=true"
DRAWS = "[performance.now(), Math.max(...[...document.querySelectorAll('.chart')].map(c => +(c.dataset.draws ?? 0)))]"
READY = "document.querySelectorAll('.chart[data-draws]').length >= 6"
PRESS = "([...document.querySelectorAll('button')].find(one => /Train$/.test(one.innerText.trim())).click(), true)"


def playing(firefox: Firefox, url: str) -> float:
    firefox.open(f"{url}/{PLAYING}")
    assert firefox.wait(READY)
    firefox.read(PRESS)
    time.sleep(4)
    began, before = firefox.read(DRAWS)
    time.sleep(8)
    ended, after = firefox.read(DRAWS)
    return 1000 * (after - before) / (ended - began)


if __name__ == "__main__":
    print(machine())
    path = installed()
    if path is None:
        raise SystemExit("no Firefox is here: install firefox-esr, or set FIREFOX to its path")
    with server(ROOT / "app.py") as address:
        for scheme in ("light", "dark"):
            with running(path, scheme) as firefox:
                print(f"Firefox {firefox.version}, {scheme}: {playing(firefox, address):.1f} frames/s")
