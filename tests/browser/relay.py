"""A network between a browser and a server that can go away, and that can lose connections without telling anybody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Connection:
    """Two ends, and whether what one says is lost on the way."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    live: bool = False  # of the live channel
    dead: bool = False


class Relay:
    """Stands at an address of its own, `url`, for a server at another port of this machine."""

    def __init__(self, port: int) -> None:
        self._to, self._away = port, False
        self._connections: list[Connection] = []
        self._loop, begun = asyncio.new_event_loop(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(begun,), daemon=True)
        self._thread.start()
        begun.wait()

    def _run(self, begun: threading.Event) -> None:
        serving = self._loop.run_until_complete(asyncio.start_server(self._through, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{serving.sockets[0].getsockname()[1]}"
        begun.set()
        self._loop.run_forever()

    async def _through(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        if self._away:
            near.transport.abort()
            return
        far_reader, far = await asyncio.open_connection("127.0.0.1", self._to)
        connection = Connection(near, far)
        self._connections.append(connection)
        await asyncio.gather(self._carry(connection, reader, far), self._carry(connection, far_reader, near),
                             return_exceptions=True)

    async def _carry(self, connection: Connection, reader: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        while data := await reader.read(2**16):
            connection.live |= b"/live/" in data
            if not connection.dead:
                to.write(data)
        if not connection.dead:
            to.close()

    def go_away(self) -> None:
        """Every connection breaks, and no other is made."""
        self._away = True
        self._do(lambda one: [end.transport.abort() for end in (one.near, one.far)])

    def come_back(self) -> None:
        self._away = False

    def lose_lines(self) -> None:
        """Those of the live channel that are open carry nothing any more, and neither end hears of it."""
        self._do(lambda one: setattr(one, "dead", one.live))

    def _do(self, what: Callable[[Connection], object]) -> None:
        self._loop.call_soon_threadsafe(lambda: [what(one) for one in self._connections])

    def stop(self) -> None:
        self.go_away()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _end(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
