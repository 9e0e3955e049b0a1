"""The live channel, by raw clients: values that are dragged, near and far, alone and beside a class that trains.

    python tests/benchmarks/channel.py values     60 values of rho in 3 s, at rest and playing, and through a relay
    python tests/benchmarks/channel.py race       the same of the race with its six remedies, near
    python tests/benchmarks/channel.py class 20   so many sessions train: frames/s of each, and a value in another one
    python tests/benchmarks/channel.py frame      one frame on the server, after 200 and 5,000 updates

What a class does to memory is told with it.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from machine import machine, spread
from serving import server
from tabs import Tab

ROOT = Path(__file__).parents[2]
LONG = "steps=20000&until_solved=false&pace=60"
DELAY = 0.075  # s in each direction, as to a page that is hosted far away


@asynccontextmanager
async def relay(address: str):
    """The server behind a way that delays what it carries; yields its address."""
    host, port = address.removeprefix("http://").split(":")

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting: asyncio.Queue = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, data = await waiting.get()
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                writer.write(data)

        delivers = asyncio.create_task(deliver())
        while data := await reader.read(2**16):
            waiting.put_nowait((time.perf_counter() + DELAY, data))
        delivers.cancel()
        writer.close()

    async def through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer), return_exceptions=True)

    serving = await asyncio.start_server(through, "127.0.0.1", 0)
    async with serving:
        yield f"http://127.0.0.1:{serving.sockets[0].getsockname()[1]}"


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


async def values(address: str, how: str, page: str = "", deed: str = "train",
                 held: Sequence[dict[str, Any]] = ({}, {})) -> None:
    """held: what is dragged at rest, and playing."""
    tab = await Tab(address, LONG if not page else "", page).open()
    await asyncio.sleep(3)  # torch is loaded
    for state, what in zip(("at rest", "playing"), held, strict=True):
        if state == "playing":
            await tab.order(do=deed)
            await asyncio.sleep(1)
            began, frames = time.perf_counter(), len(tab.frames)
            await asyncio.sleep(4)
            took = [size for _, _, size in list(tab.frames)[frames:]]
            print(f"{how}, playing: {len(took) / (time.perf_counter() - began):.1f} frames/s of "
                  f"{statistics.mean(took) / 1024:.1f} KB")
        for _ in range(3):
            rate, waits = await tab.drag(**what)
            print(f"{how}, {state}: {rate:.1f} pictures/s, a value to its picture {spread(waits, 0)} ms, "
                  f"p95 {p95(waits):.0f} ms")
    await tab.close()


async def near_and_far(address: str) -> None:
    await values(address, "near")
    async with relay(address) as far:
        await values(far, "150 ms away")


async def of_the_race(address: str) -> None:
    """At rest every lane looks otherwise with each radius; while it plays it takes the number of updates over."""
    await values(address, "race", "remedies", "race", ({}, {"name": "steps", "start": 2000, "step": 1}))
    tab = await Tab(address, "", "remedies").open()
    for name, start, step in (("bias", 0.0, 0.05), ("seq_len", 30, 1), ("lane1.orthogonal_init_scale", 0.5, 0.01)):
        of, _, plain = name.rpartition(".")
        rate, waits = await tab.drag(name=plain, start=start, step=step, of=f"remedies.{of}{'.' * bool(of)}")
        print(f"race, at rest, {name}: {rate:.1f} pictures/s, {spread(waits, 0)} ms, p95 {p95(waits):.0f} ms")
    await tab.close()


def memory(pid: int) -> float:
    """MB that are resident."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


async def a_class(address: str, pid: int, trainers: int, minutes: float) -> None:
    tabs = [await Tab(address, LONG.replace("pace=60", "pace=20")).open() for _ in range(trainers)]
    reader = await Tab(address).open()
    await asyncio.sleep(3)
    for tab in tabs:
        await tab.order(do="train")
    began = time.perf_counter()
    await asyncio.sleep(3)
    while True:
        frames, since = sum(len(tab.frames) for tab in tabs), time.perf_counter()
        rate, waits = await reader.drag()
        each = (sum(len(tab.frames) for tab in tabs) - frames) / (time.perf_counter() - since) / trainers
        for tab in tabs:
            tab.frames.clear()
        print(f"{trainers} sessions train, {since - began:.0f} s: {each:.1f} frames/s each; a value in another one: "
              f"{rate:.1f} pictures/s, {spread(waits, 0)} ms, p95 {p95(waits):.0f} ms; {memory(pid):.0f} MB",
              flush=True)
        if time.perf_counter() - began > 60 * minutes:
            break
        await asyncio.sleep(min(20.0, 12 * minutes))
    for tab in (*tabs, reader):
        await tab.close()


def frames() -> None:
    """Beside each other in one process."""
    from core.live.run import LiveRun
    from core.live.slot import UpdateSlot
    from core.training.experiment import Experiment
    from pages._live.kept import Kept
    from pages._live.stage import Stage
    from pages._parts.playground import picture

    for updates in (200, 5000):
        run = LiveRun(Experiment.from_values({"steps": 20000, "clip_norm": True}), UpdateSlot())
        for _ in range(updates):
            run.step()
        run.state = "playing"  # as it is drawn while it plays
        stage, told, times = Stage(partial(picture, Kept(), run, None)), None, []
        for _ in range(60):
            run.state = "paused"
            run.step()
            run.state = "playing"
            began = time.process_time()
            told, text = stage.frame(told, always=True)
            times.append(1e3 * (time.process_time() - began))
        print(f"after {updates} updates: a frame {spread(times[5:], 1)} ms of the processor, {len(text) / 1024:.1f} KB")


def main() -> None:
    print(machine())
    what = sys.argv[1]
    if what == "frame":
        sys.path.insert(0, str(ROOT))
        frames()
        return
    with server(ROOT / "app.py") as address:
        if what in ("values", "race"):
            asyncio.run({"values": near_and_far, "race": of_the_race}[what](address))
        else:
            trainers, minutes = int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 0.3
            asyncio.run(a_class(address, address.pid, trainers, minutes))


if __name__ == "__main__":
    main()
