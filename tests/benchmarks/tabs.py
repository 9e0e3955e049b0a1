"""A browser tab without a renderer: it opens the page, finds its stage, and asks for frames over the live channel."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ASKS = 6  # under way at a time


class Tab:
    """One visitor; `frames` are (time of arrival, number of the last order in it, bytes)."""

    def __init__(self, address: str, query: str = "", page: str = "") -> None:
        """page: its name, as in the URL; the playground if empty."""
        self.address, self.query, self.page = address.replace("http", "ws"), query, page
        self.frames: deque[tuple[float, int, int]] = deque()
        self.sent: dict[int, float] = {}
        self.script = 0  # messages of Streamlit
        self._token: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._number = 0
        self._have: int | None = None  # the number of the last frame

    async def open(self) -> Tab:
        self._page = await websockets.connect(f"{self.address}/_stcore/stream", subprotocols=["streamlit"],
                                              max_size=None)
        self._reads = asyncio.create_task(self._read())
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        await self._page.send(message.SerializeToString())
        token = await asyncio.wait_for(self._token, 120)
        self._line = await websockets.connect(f"{self.address}/live/{token}", max_size=None, compression=None)
        for _ in range(ASKS):
            await self._ask()
        self._hears = asyncio.create_task(self._hear())
        return self

    async def _read(self) -> None:
        async for data in self._page:
            self.script += 1
            element = ForwardMsg.FromString(data).delta.new_element
            if element.WhichOneof("type") == "bidi_component" and not self._token.done():
                told = element.bidi_component.bytes
                if told.startswith(b"{") and (live := json.loads(told).get("live")):
                    self._token.set_result(live["token"])

    async def _ask(self) -> None:
        await self._line.send(json.dumps({"have": self._have, "id": 1}))

    async def _hear(self) -> None:
        async for text in self._line:
            frame = json.loads(text)
            self.frames.append((time.perf_counter(), frame["taken"], len(text)))
            self._have = frame["n"]
            await self._ask()

    async def order(self, **what: object) -> None:
        self._number += 1
        self.sent[self._number] = time.perf_counter()
        await self._line.send(json.dumps({"order": what | {"n": self._number}}))

    async def drag(self, values: int = 60, seconds: float = 3.0, name: str = "rho", start: float = 0.8,
                   step: float = 0.005, of: str = "") -> tuple[float, list[float]]:
        """Pictures a second of a slider that is dragged, and ms from each value to the first picture that has it or a
        later one."""
        began, first = time.perf_counter(), self._number + 1
        for i in range(values):
            await self.order(set={name: f"{start + step * i:.6g}"}, of=of, drag=first)
            await asyncio.sleep(max(0.0, began + (i + 1) * seconds / values - time.perf_counter()))
        ended, last = time.perf_counter(), self._number
        while not self.frames or self.frames[-1][1] < last:
            await asyncio.sleep(0.01)
            if time.perf_counter() - ended > 60:
                raise TimeoutError("the last value was never drawn")
        seen = [(at, number) for at, number, _ in self.frames if at >= began and number >= first]
        waits = [1e3 * (next(at for at, got in seen if got >= number) - self.sent[number])
                 for number in range(first, last + 1)]
        return sum(at <= ended for at, _ in seen) / (ended - began), waits

    async def close(self) -> None:
        for task in (self._reads, self._hears):
            task.cancel()
        await self._line.close()
        await self._page.close()
