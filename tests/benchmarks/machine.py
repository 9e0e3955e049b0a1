"""What the numbers were measured on, and the median with its spread."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def machine() -> str:
    """Processor, cores, Python and library versions, on one line."""
    from importlib.metadata import version

    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.processor()) if Path("/proc/cpuinfo").exists() else ""
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "torch", "streamlit", "plotly"))
    return f"{model}, {os.cpu_count()} cores; Python {platform.python_version()}, {versions}"


def spread(values: Sequence[float], digits: int = 2) -> str:
    """median (min-max)."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def side_by_side(functions: dict[str, Callable[[], object]], rounds: int, repeat: int) -> dict[str, list[float]]:
    """Seconds of each function, in turn, `rounds` times, each the mean of `repeat` calls: a drift hits all alike."""
    for function in functions.values():
        function()
    out: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            began = time.perf_counter()
            for _ in range(repeat):
                function()
            out[name].append((time.perf_counter() - began) / repeat)
    return out
