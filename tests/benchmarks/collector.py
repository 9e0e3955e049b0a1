"""An idle rerun of the playground with torch imported: with everything frozen after the imports, and without.

    python tests/benchmarks/collector.py

Streamlit collects all garbage after every script run. core/warmup.py takes what is loaded out of its way.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from browser import server
from machine import machine, spread
from sessions import Session

ROOT = Path(__file__).parents[2]


async def reruns(address: str) -> list[float]:
    reader = Session(address)
    await reader.open()
    await asyncio.sleep(8)  # torch has been loaded
    times = [1e3 * await reader.slide("Spectral radius", 0.5 + 0.01 * i) for i in range(40)]
    reader.reader.cancel()
    await reader.socket.close()
    return times


if __name__ == "__main__":
    print(machine())
    for freeze in ("frozen", "not frozen", "frozen", "not frozen"):
        app = ROOT / "app.py" if freeze == "frozen" else Path(__file__).parent / "apps" / "unfrozen.py"
        with server(app) as address:
            print(f"rerun of the whole page, {freeze}: {spread(asyncio.run(reruns(address)), 0)} ms")
