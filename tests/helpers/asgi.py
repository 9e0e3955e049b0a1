"""A browser's side of the live channel without a browser or a network: messages of ASGI to the app's own routes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable
from functools import wraps
from typing import Any

from starlette.applications import Starlette

from pages._door.door import door
from pages._live.routes import routes

HOST = (b"host", b"here:8501")
PATIENCE = 30  # s
APP = Starlette(routes=routes(), middleware=door())


def on_loop(story: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test that is a coroutine."""
    @wraps(story)
    def test(*given: Any, **named: Any) -> None:
        asyncio.run(asyncio.wait_for(story(*given, **named), 2 * PATIENCE))
    return test


def scope(kind: str, path: str, headers: Iterable[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {"type": kind, "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "path": path,
            "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [HOST, *headers],
            "client": ("there", 1), "server": ("here", 8501), "subprotocols": [], "method": "POST"}


class Socket:
    """A WebSocket's client. `accepted` is whether the server took it, `code` and `reason` with what it closed it."""

    def __init__(self, path: str, *headers: tuple[bytes, bytes], app: Starlette = APP) -> None:
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.accepted, self.code, self.reason = False, None, None
        self.said.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(app(scope("websocket", path, headers), self.said.get, self.heard.put))

    async def open(self) -> Socket:
        await self._hear(PATIENCE)
        return self

    async def _hear(self, within: float) -> str | None:
        told = await asyncio.wait_for(self.heard.get(), within)
        if told["type"] == "websocket.accept":
            self.accepted = True
        elif told["type"] == "websocket.close":
            self.code, self.reason = told.get("code", 1000), told.get("reason")
        return told.get("text")

    def say(self, what: object) -> None:
        text = what if isinstance(what, (str, bytes)) else json.dumps(what)
        kind = "bytes" if isinstance(text, bytes) else "text"
        self.said.put_nowait({"type": "websocket.receive", kind: text})

    def ask(self, have: object = None, number: int = 0) -> None:
        self.say({"have": have, "id": number})

    async def frame(self, within: float = PATIENCE) -> dict[str, Any] | None:
        """The next frame; None where it was closed instead."""
        text = await self._hear(within)
        return None if text is None else json.loads(text)

    async def quiet(self, seconds: float = 0.2) -> bool:
        """Whether nothing comes for so long."""
        await asyncio.sleep(seconds)
        return self.heard.empty()

    async def leave(self) -> None:
        """The browser goes away; returns once the server has noticed."""
        self.said.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self.task, PATIENCE)


async def post(path: str, body: object, *headers: tuple[bytes, bytes], pieces: int = 1, app: Starlette = APP,
               ) -> tuple[int, bytes]:
    """Status and body of the answer over plain HTTP."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    size = max(1, -(-len(text) // pieces))
    messages = [{"type": "http.request", "body": text[i:i + size], "more_body": True}
                for i in range(0, len(text), size)]
    said, heard = iter([*messages, {"type": "http.request", "body": b"", "more_body": False}]), []

    async def receive() -> dict[str, Any]:
        return next(said, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        heard.append(message)

    await asyncio.wait_for(app(scope("http", path, headers), receive, send), PATIENCE)
    return heard[0]["status"], b"".join(part.get("body", b"") for part in heard[1:])
