"""What is loaded beside the first picture: seen in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WARMED = """
import gc, json, sys
from core.live.warmup import warm_up
seen = ["torch" in sys.modules, gc.get_freeze_count()]
thread = warm_up()
assert warm_up() is thread
thread.join()
print(json.dumps([*seen, "torch" in sys.modules, gc.get_freeze_count(), sys.modules["torch"].get_num_threads()]))
"""


def test_torch_is_loaded_once_when_it_is_asked_for_and_passed_over_by_the_collector():
    done = subprocess.run([sys.executable, "-c", WARMED], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    before, frozen_before, after, frozen, threads = json.loads(done.stdout)
    assert (before, frozen_before, after, threads) == (False, 0, True, 1)
    assert frozen > 100_000
