"""One browser's way to a stage: what it knows, and the next frame when there is news."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from pages._chart.frame import Told
from pages._live.stage import Stage

# What plays is painted by few threads, since the interpreter does one thing at a time; what somebody's hand waits for
# does not stand in line behind a class.
PAINTERS, PROMPT = ThreadPoolExecutor(2, "painter"), ThreadPoolExecutor(4, "prompt")


class Line:
    """Made on the server's event loop; of two lines to a stage the later one brings its frames."""

    def __init__(self, stage: Stage, name: object = None) -> None:
        """
        Args:
            name: by which several questions over plain HTTP are of one line.
        """
        self.stage, self.name = stage, name
        self.asks = 0  # questions over plain HTTP that are held
        self.turn = asyncio.Lock()  # of them, the first that came is answered first
        self.told: Told | None = None  # what the browser knows
        self.over = asyncio.Event()  # another line brings the frames, or nobody does any more
        self._loop = asyncio.get_running_loop()
        self._heard, self._waits, self._hurried = asyncio.Event(), True, asyncio.Event()
        self._heard.set()  # what is new is not known yet
        before = stage.wakes
        stage.line, stage.wakes, stage.hurries = self, self._wake, self._hurry
        if before is not None:
            before()  # it hears that it is not the one any more

    def begin(self, have: object) -> None:
        """
        Args:
            have: the number of the frame that the browser has.
        """
        self.told = self.stage.known(have)

    @property
    def open(self) -> bool:
        """Whether it is still the one that brings the frames."""
        return self.stage.line is self

    def close(self) -> None:
        if self.open:
            self.stage.line = self.stage.wakes = self.stage.hurries = None

    def _wake(self) -> None:
        """From any thread. An event loop that is gone needs no news."""
        if not self.open:
            self._tell(self.over)
        if self._waits:
            self._waits = False
            self._tell(self._heard)

    def _hurry(self) -> None:
        self._tell(self._hurried)

    def _tell(self, event: asyncio.Event) -> None:
        try:
            self._loop.call_soon_threadsafe(event.set)
        except RuntimeError:
            self.close()

    async def next(self) -> str | None:
        """The next frame; None once another line has taken over."""
        while self.open:
            await self._heard.wait()
            while self.open and (early := self.stage.due - time.monotonic()) > 0:
                self._hurried.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hurried.wait(), early)
            if not self.open:
                break
            self._heard.clear()
            self._waits = True  # what rings from here on is for the frame after this one
            threads = PROMPT if self.stage.ordered else PAINTERS
            if (made := await self._loop.run_in_executor(threads, self.stage.frame, self.told)) is not None:
                self.told, text = made
                return text
        return None
