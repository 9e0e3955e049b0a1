"""Load torch beside the first page, and take what is loaded out of the garbage collector's way.

torch costs seconds to import and is needed only when the first update is applied: it loads in the background, once a
browser has drawn the first picture, which would wait for an import. When Python collects all its garbage it walks over
torch's hundred thousands of objects, 0.14 s in which no session moves; frozen, they are passed over.
"""

from __future__ import annotations

import gc
import threading
from functools import cache


@cache
def warm_up() -> threading.Thread:
    """Begin once in the process; later calls return the same thread."""
    thread = threading.Thread(target=_load, name="warm-up", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    import torch

    torch.set_num_threads(1)
    torch.optim.SGD([torch.zeros(1)], lr=1.0)  # loads what the first optimizer would
    gc.collect()
    gc.freeze()
