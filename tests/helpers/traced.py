"""What Python and numpy allocate while something is made, by tracemalloc: memory as held, not as counted."""

import gc
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Traced:
    """Bytes."""

    held: int  # in the end
    peak: int  # at most, meanwhile


def traced(make: Callable[[], Any]) -> Traced:
    """Of what `make` returns, and of all that it had beside it. Nothing is collected meanwhile, as on a busy page."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        made = make()
        held, peak = tracemalloc.get_traced_memory()
        del made
        return Traced(held, peak)
    finally:
        tracemalloc.stop()
        gc.enable()


def updated(trainer: Any, updates: int) -> Any:
    for _ in range(updates):
        trainer.update()
    return trainer
