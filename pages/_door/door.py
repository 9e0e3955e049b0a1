"""The middleware before all that is served, Streamlit's and the app's own."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from functools import cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.parameters import ParameterError
from pages._door.origin import at_home, let_in
from pages._door.policy import headers

READS = ("GET", "HEAD", "OPTIONS")  # whose answers a browser itself keeps from pages of elsewhere
BAD_INPUT = 2  # exit code
LOG = logging.getLogger(__name__)


class Door:
    """A page of another origin opens no WebSocket and orders nothing. What a browser is told goes with each answer.

    Args:
        told: headers of every answer, by name.
    """

    def __init__(self, app: ASGIApp, told: Mapping[str, str]) -> None:
        self._app, self._told = app, told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            send = self._telling(send)
        if scope["type"] == "websocket" or scope.get("method", "GET") not in READS:
            asked = Headers(scope=scope)
            if origins := [one for one in asked.getlist("origin") if not at_home(one, asked.get("host"))]:
                if not all(map(let_in, origins)):
                    _noted()
                    await _refuse(scope, receive, send)
                    return
                if scope["type"] == "websocket":  # of an origin that it does not hear of, Streamlit looks nothing up
                    scope = scope | {"headers": [one for one in scope["headers"] if one[0] != b"origin"]}
        await self._app(scope, receive, send)

    def _telling(self, send: Send) -> Send:
        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._told)
            await send(message)

        return telling


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """403; a WebSocket that is closed before it is accepted is answered so."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
    else:
        await Response(status_code=403)(scope, receive, send)


@cache
def _noted() -> None:
    """Once, for whoever runs the server."""
    LOG.warning("A page of another origin was refused; more of the kind is not told. A proxy that asks under another "
                "name than readers see: server.corsAllowedOrigins names that one")


def door() -> list[Middleware]:
    """The server ends, with one line, where what its host set says nothing."""
    try:
        return [Middleware(Door, told=headers())]
    except ParameterError as error:
        print(error, file=sys.stderr)
        sys.exit(BAD_INPUT)
