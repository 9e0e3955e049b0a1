"""Twenty sessions training at once, and a slider moved in a twenty-first.

    python tests/benchmarks/sessions.py

The sessions speak the browser's own protocol over WebSockets, fragment timers included, without twenty renderers
on the machine. A slider's time is from sending its new value to the last chart of the answer.
Budget: 95th percentile at most 250 ms.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

import websockets
from machine import machine, spread
from serving import server
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ROOT = Path(__file__).parents[2]
TRAINERS = 20


class Session:
    """One browser without a renderer."""

    def __init__(self, address: str, query: str = "") -> None:
        self.address, self.query = address.replace("http", "ws") + "/_stcore/stream", query
        self.widgets: dict[str, tuple[str, str]] = {}  # label -> id, fragment that it stands in
        self.states: dict[str, WidgetState] = {}
        self.finished = asyncio.Event()
        self.timer: asyncio.Task | None = None
        self.frames = 0

    async def open(self) -> None:
        self.socket = await websockets.connect(self.address, subprotocols=["streamlit"], max_size=None)
        self.reader = asyncio.create_task(self._read())
        await self.rerun()

    async def rerun(self, *changed: WidgetState, fragment: str = "", timer: bool = False) -> None:
        """Send the widgets and wait until the script has finished, and not only broken off to run again."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = timer
        for state in changed:
            if state.WhichOneof("value") != "trigger_value":
                self.states[state.id] = state
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        message.rerun_script.widget_states.widgets.extend(
            state for state in changed if state.WhichOneof("value") == "trigger_value")
        self.finished.clear()
        await self.socket.send(message.SerializeToString())
        await asyncio.wait_for(self.finished.wait(), 120)

    async def _read(self) -> None:
        async for data in self.socket:
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                name = element.WhichOneof("type")
                if name in ("button", "slider"):
                    part = getattr(element, name)
                    self.widgets[part.label] = part.id, message.delta.fragment_id
            elif kind == "auto_rerun":
                self._keep_time(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self.frames += 1
                self.finished.set()

    def _keep_time(self, fragment: str, interval: float) -> None:
        if self.timer is not None:
            self.timer.cancel()

        async def tick() -> None:
            while True:
                await asyncio.sleep(interval)
                await self.rerun(fragment=fragment, timer=True)

        self.timer = asyncio.create_task(tick())

    async def press(self, label: str) -> None:
        name, fragment = self.widgets[label]
        await self.rerun(WidgetState(id=name, trigger_value=True), fragment=fragment)

    async def slide(self, begins: str, value: float) -> float:
        """Seconds until everything that the slider changes has been received."""
        name, fragment = next(found for label, found in self.widgets.items() if label.startswith(begins))
        state = WidgetState(id=name)
        state.double_array_value.data.append(value)
        began = time.perf_counter()
        await self.rerun(state, fragment=fragment)
        return time.perf_counter() - began


async def measure(address: str, trainers: int) -> tuple[list[float], float]:
    """Slider times in ms beside that many trainers, and frames a second of one trainer."""
    sessions = [Session(address, "steps=20000&until_solved=false&clip_norm=true&pace=max") for _ in range(trainers)]
    for session in sessions:
        await session.open()
        await session.press("Train")
    reader = Session(address)
    await reader.open()
    await asyncio.sleep(3)
    frames, began, times = sum(s.frames for s in sessions), time.perf_counter(), []
    for i in range(60):
        times.append(1e3 * await reader.slide("Spectral radius", 0.5 + 0.01 * i))
        await asyncio.sleep(0.2)
    rate = (sum(s.frames for s in sessions) - frames) / (time.perf_counter() - began) / max(trainers, 1)
    for session in (*sessions, reader):
        if session.timer is not None:
            session.timer.cancel()
        session.reader.cancel()
        await session.socket.close()
    return times, rate


def main() -> None:
    print(machine())
    with server(ROOT / "app.py") as address:
        for trainers in (0, 1):
            report(address, trainers, "")
    for _ in range(2):
        for collects in ("false", "true"):
            with server(ROOT / "app.py", STREAMLIT_RUNNER_POST_SCRIPT_GC=collects) as address:
                report(address, TRAINERS, f", all garbage collected after every run: {collects}")


def report(address: str, trainers: int, how: str) -> None:
    times, rate = asyncio.run(measure(address, trainers))
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{trainers:2d} sessions training{how}: a slider in another {spread(times, 0)} ms, p95 {p95:.0f} ms; "
          f"{rate:.1f} frames/s for each trainer")


if __name__ == "__main__":
    main()
