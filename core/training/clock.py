"""The clock by which updates are compared with one another."""

from __future__ import annotations

import time

# s; the processor's time for this thread, in which what others compute meanwhile does not count, where it ticks finely
# enough for an update of 100 µs (on Windows it ticks 64 times a second)
clock = time.thread_time if time.get_clock_info("thread_time").resolution < 1e-5 else time.perf_counter
