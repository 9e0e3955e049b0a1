"""The ways to a stage: a WebSocket, and plain HTTP for where a network in between forbids that.

What comes from a browser is data: an ask is JSON {"have": the frame it has, "id": anything}, {"order": {...}}, or
{"there": anything}, which is answered at once: by it a browser knows that its server is there. It has a few kilobytes.
Over plain HTTP an ask names its line as well, so that several may be under way: {"line": any text}.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from pages._live.line import PROMPT, Line
from pages._live.registry import SERVER, STAGES
from pages._live.stage import Stage

LONGEST = 4096  # bytes of an ask
MOST_ASKS = 16  # that one browser may have under way
HELD = 20.0  # s that a question over plain HTTP waits for news: proxies give up after 30 and more
UNKNOWN, TOO_MUCH, FAILED, REPLACED = 4404, 1009, 1011, 4409  # codes with which a socket is closed
GONE = 410
THERE = '{"there":true}'
LOG = logging.getLogger(__name__)


def routes(drawn: Callable[[], object] = lambda: None) -> list[BaseRoute]:
    """Also under the path that a host serves the app at.

    Args:
        drawn: is called whenever a browser has drawn a frame, on the event loop.
    """
    paths = ("/live/{token}", "/{under:path}/live/{token}")
    return [*(WebSocketRoute(path, partial(_socket, drawn=drawn)) for path in paths),
            *(Route(path, partial(_question, drawn=drawn), methods=["POST"]) for path in paths)]


@cache
def _noted(what: str) -> None:
    """Once each, for whoever runs the server."""
    LOG.warning("The live channel refused %s; more of the kind is not told", what)


async def _socket(socket: WebSocket, drawn: Callable[[], object]) -> None:
    await socket.accept()
    stage = STAGES.get(socket.path_params["token"])
    if stage is None:
        await socket.close(UNKNOWN, SERVER)
        return
    talk = _Conversation(socket, stage, drawn)
    tasks = [asyncio.create_task(work) for work in (talk.hear(), talk.speak(), talk.act(), talk.line.over.wait())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        replaced = not talk.line.open
        talk.line.close()
        for task in tasks:
            task.cancel()
        failed = False
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception) and not isinstance(ended, WebSocketDisconnect):
                failed = True
                LOG.error("A line ended", exc_info=ended)
    if WebSocketState.CONNECTED == socket.client_state == socket.application_state:
        with suppress(WebSocketDisconnect):  # it has left meanwhile
            await socket.close(UNKNOWN if stage.token not in STAGES else REPLACED if replaced else
                               FAILED if failed else TOO_MUCH, SERVER)


class _Conversation:
    """Asks wait in line, each for one frame. Orders are taken at once, and of values that come faster than they can be
    taken the newest."""

    def __init__(self, socket: WebSocket, stage: Stage, drawn: Callable[[], object]) -> None:
        self._socket, self._stage, self._drawn, self.line = socket, stage, drawn, Line(stage)
        self._asks: deque[tuple[int, float]] = deque()
        self._asked = asyncio.Event()
        self._orders: deque[dict[str, Any]] = deque(maxlen=MOST_ASKS)
        self._ordered = asyncio.Event()

    async def hear(self) -> None:
        """Until it leaves, or says too much."""
        while (told := await self._socket.receive())["type"] == "websocket.receive":
            text = told.get("text") or told.get("bytes") or ""
            if len(text) > LONGEST:
                _noted("a message that is too long")
                return
            asked = _read(text)
            if "there" in asked:
                await self._socket.send_text(THERE)
            elif isinstance(order := asked.get("order"), dict):
                if self._orders and "set" in self._orders[-1] and "set" in order:
                    self._orders.pop()  # overtaken
                self._orders.append(order)
                self._ordered.set()
            elif len(self._asks) < MOST_ASKS:
                if self.line.told is None:
                    self.line.begin(asked.get("have"))
                if _has_drawn(asked):
                    self._drawn()
                self._asks.append((name if type(name := asked.get("id")) is int else 0, time.monotonic()))
                self._asked.set()
            else:
                _noted("asks that come faster than they are answered")

    async def speak(self) -> None:
        while True:
            while not self._asks:
                self._asked.clear()
                await self._asked.wait()
            name, since = self._asks.popleft()
            text = await self.line.next()
            if text is None:
                return
            held = round(1000 * (time.monotonic() - since), 1)  # ms, which are not the way's
            await self._socket.send_text(f'{text[:-1]},"to":{name},"held":{held}}}')

    async def act(self) -> None:
        while True:
            while not self._orders:
                self._ordered.clear()
                await self._ordered.wait()
            order = self._orders.popleft()
            await asyncio.get_running_loop().run_in_executor(PROMPT, self._stage.take, order)


async def _question(request: Request, drawn: Callable[[], object]) -> Response:
    """A question over plain HTTP: an order, or the next frame after the one that the browser has; 204 where there was
    no news for a while, 410 and this server's name for a stage that is gone (404 may come from somebody on the way)."""
    stage = STAGES.get(request.path_params["token"])
    if stage is None:
        return Response(SERVER, status_code=GONE)
    body = b""
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > LONGEST:
                _noted("a message that is too long")
                return Response(status_code=413)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody reads it
    asked = _read(body)
    if "there" in asked:
        return Response(status_code=204)
    if isinstance(order := asked.get("order"), dict):
        await asyncio.get_running_loop().run_in_executor(PROMPT, stage.take, order)
        return Response(status_code=204)
    if _has_drawn(asked):
        drawn()
    line = _line(stage, asked)
    if line.asks >= MOST_ASKS:
        _noted("asks that come faster than they are answered")
        return Response(status_code=429)
    line.asks += 1
    since = time.monotonic()
    try:
        text = await asyncio.wait_for(_in_turn(line), HELD)
    except TimeoutError:
        text = None
    finally:
        line.asks -= 1
        if not line.asks:
            line.close()
    if text is None:
        return Response(status_code=204)
    held = round(1000 * (time.monotonic() - since), 1)  # ms, which are not the way's
    return Response(f'{text[:-1]},"held":{held}}}', media_type="application/json")


def _line(stage: Stage, asked: Mapping[str, Any]) -> Line:
    """The line of the questions before it, where that is named in this one and some are held; else a new one."""
    name, now = asked.get("line"), stage.line
    if isinstance(name, str) and isinstance(now, Line) and now.name == name:
        return now
    line = Line(stage, name)
    line.begin(asked.get("have"))
    return line


async def _in_turn(line: Line) -> str | None:
    async with line.turn:
        return await line.next()


def _read(text: str | bytes) -> Mapping[str, Any]:
    """What is no JSON object says nothing."""
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return asked if isinstance(asked, dict) else {}


def _has_drawn(asked: Mapping[str, Any]) -> bool:
    """A browser asks when it has drawn what it has."""
    return type(asked.get("have")) is int

