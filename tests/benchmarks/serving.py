"""A fresh server, and a page of it in a browser that counts what comes over the WebSocket."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = Path(__file__).parent / "apps"
SERVER_CORE, BROWSER_CORE = {0}, {1}  # where a measurement keeps the two apart


class Address(str):
    """Of a server, with the number of its process."""

    pid: int


@contextmanager
def server(app: Path, *, alone: bool = False, **options: str):
    """A fresh server in its own process, with options over those of config.toml, and on a core of its own where it is
    to be alone; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port),
                                "--server.headless", "true"],
                               env=os.environ | options, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if alone:
        os.sched_setaffinity(process.pid, SERVER_CORE)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).read()
                break
            except OSError:
                time.sleep(0.02)
        address = Address(f"http://127.0.0.1:{port}")
        address.pid = process.pid
        yield address
    finally:
        process.terminate()
        process.wait(20)


def processor(pid: int) -> float:
    """s that a process has used, in all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_page(browser, url: str, charts: int):
    around = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)  # what waits evaluates text
    page = around.new_page()
    page.set_default_timeout(60_000)
    page.received = 0
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: count(page, data)))
    page.goto(url)
    page.wait_for_function(f"document.querySelectorAll('.chart[data-draws]').length >= {charts}")
    return page


def count(page, data) -> None:
    page.received += len(data)
