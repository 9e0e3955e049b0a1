"""Wait for something that another thread does: no test here relies on how long that takes."""

import time


def wait_until(condition, seconds=60.0):
    """Returns as soon as the condition holds; fails the test if it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.001)
