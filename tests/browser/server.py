"""The app, served as a reader's server does it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.browser.serve import END

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # s; generous, since nothing here measures time


class Server:
    """The app, or another script, in a process of its own, which prints its threads' stacks when asked.

    Args:
        path: under which it is served, such as /deep/app.
    """

    def __init__(self, folder: Path, script: str = "app.py", path: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.path, self.log, self.script = path, folder / "server.log", script
        self.url = f"http://127.0.0.1:{self.port}{path}"
        self.start()

    def start(self) -> None:
        """Also once more, at the same address."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.serve", self.script,
                 "--server.port", str(self.port), "--server.address", "127.0.0.1",
                 "--server.baseUrlPath", self.path, "--server.headless", "true"],
                cwd=ROOT, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5).read()
                return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the app did not start:\n{self.log.read_text()}") from None
                time.sleep(0.1)

    def running_loops(self) -> int:
        """Threads of runs and races that play right now."""
        before = self.log.stat().st_size
        self.process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + PATIENCE
        while END not in (stacks := self.log.read_bytes()[before:].decode()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.end())
            time.sleep(0.05)
        return sum("in _loop" in thread and "live/player.py" in thread for thread in stacks.split("\n\n"))

    def end(self) -> str:
        """How the server ended, if it did, and its last words."""
        return f"the server's exit code: {self.process.poll()}\n{self.log.read_text()[-5000:]}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
