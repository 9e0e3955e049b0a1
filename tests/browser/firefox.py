"""A Firefox without a window, spoken to by WebDriver BiDi over one WebSocket."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox-esr", "firefox")
PATIENCE = 120  # s; generous, since nothing here measures time
MATHML = "Invalid markup"  # how KaTeX writes an operator's name below a sign, for readers aloud
SIZE = {"width": 1440, "height": 900}


def installed() -> str | None:
    """The path of one that this machine has, or that FIREFOX names."""
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """One window of it; what its page reports as an error is kept."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection, self.sent, self.errors = connection, 0, []
        self.version = self.do("session.new", capabilities={})["capabilities"]["browserVersion"]
        self.do("session.subscribe", events=["log.entryAdded"])
        self.window = self.do("browsingContext.getTree")["contexts"][0]["context"]
        self.do("browsingContext.setViewport", context=self.window, viewport=SIZE)

    def do(self, method: str, **params: object) -> dict:
        self.sent += 1
        self.connection.send(json.dumps({"id": self.sent, "method": method, "params": params}))
        while True:
            told = json.loads(self.connection.recv(PATIENCE))
            if told.get("method") == "log.entryAdded":
                self._note(**told["params"])
            if told.get("id") == self.sent:
                if told["type"] == "error":
                    raise RuntimeError(told["message"])
                return told["result"]

    def _note(self, level: str, type: str, text: str, **_: object) -> None:
        if (level, type) == ("error", "javascript") and not text.startswith(MATHML):
            self.errors.append(text)

    def open(self, url: str) -> None:
        self.errors.clear()
        self.do("browsingContext.navigate", context=self.window, url=url, wait="interactive")

    def read(self, expression: str) -> object:
        found = self.do("script.evaluate", expression=f"JSON.stringify({expression})", awaitPromise=True,
                        target={"context": self.window})
        if found["type"] == "exception":
            raise RuntimeError(found["exceptionDetails"]["text"])
        return json.loads(found["result"].get("value", "null"))

    def wait(self, expression: str, seconds: float = PATIENCE) -> bool:
        end = time.monotonic() + seconds
        while not self.read(expression):
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
        return True

    def point(self, x: float, y: float) -> None:
        """At a place of the window, px."""
        self._act("pointer", {"type": "pointerMove", "x": round(x), "y": round(y)})

    @contextmanager
    def pressed(self) -> Iterator[None]:
        """The mouse's button, where the pointer is."""
        self._act("pointer", {"type": "pointerDown", "button": 0})
        yield
        self._act("pointer", {"type": "pointerUp", "button": 0})

    def press(self, key: str) -> None:
        """On what has the focus; one of these, or a letter."""
        value = {"ArrowRight": "\ue014", "End": "\ue010", "Enter": "\ue007"}.get(key, key)
        self._act("key", *({"type": kind, "value": value} for kind in ("keyDown", "keyUp")))

    def _act(self, device: str, *actions: dict) -> None:
        self.do("input.performActions", context=self.window,
                actions=[{"type": device, "id": device, "actions": list(actions)}])


@contextmanager
def running(path: str, scheme: str) -> Iterator[Firefox]:
    """A fresh one, for a reader who likes pages light or dark."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        (Path(profile) / "user.js").write_text(
            f'user_pref("layout.css.prefers-color-scheme.content-override", {int(scheme == "light")});')
        process = subprocess.Popen([path, "--headless", "--no-remote", "--remote-debugging-port", str(port),
                                    "--profile", profile], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with _answer(process, f"ws://127.0.0.1:{port}/session") as connection:
                yield Firefox(connection)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _answer(process: subprocess.Popen, address: str) -> ClientConnection:
    """Of a Firefox that is starting."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return connect(address, max_size=None)
        except (OSError, WebSocketException):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"Firefox does not answer; its exit code: {process.poll()}") from None
            time.sleep(0.1)
