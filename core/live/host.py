"""What one visitor may take of the machine, in one place: the share of its memory, and the seconds of an update.

Memory: a quarter of what the machine or its container gives, for one visitor may have a run and a race, and then a
second one still finds as much; never less than what the largest demo takes, where that is half of the machine at most,
and never more than anything on a page is worth. The host sets other limits by environment variables; no visitor can.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from core.cost import Cost
from core.parameters import ParameterError, shown

SHARE, LEAST, MOST = 0.25, 300e6, 1e9  # of the machine's memory; bytes
SECONDS = 30.0  # of one processor, for an update of a run or of a race
WORK = 20.0  # times as long a page's own work may take, which is done in small pieces and can be given up
MEMORY, UPDATE = "VISITOR_MEMORY_MB", "VISITOR_UPDATE_SECONDS"
UNKNOWN = 4e9  # bytes that a machine is taken to have where it does not say
CGROUPS = Path("/sys/fs/cgroup")


@cache
def machine_bytes() -> int:
    """What this process may use: the machine's memory, or what a container leaves of it."""
    try:
        physical = float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on Windows
        physical = UNKNOWN
    own = Path("/proc/self/cgroup")
    lines = own.read_text().splitlines() if own.exists() else []
    return int(min([physical, *cgroup_limits(lines, CGROUPS)]))


def cgroup_limits(lines: Sequence[str], root: Path) -> list[int]:
    """Limits in bytes of the control groups that a process is in, and of those around them.

    Args:
        lines: of /proc/self/cgroup, `0::/group` in version 2, `9:memory:/group` in version 1.
        root: where they are mounted.
    """
    found = []
    for line in lines:
        _, controllers, group = line.split(":", 2)
        top, name = (root, "memory.max") if not controllers else (root / "memory", "memory.limit_in_bytes")
        if controllers and "memory" not in controllers.split(","):
            continue
        inside = top / group.strip("/")
        for folder in (inside, *inside.parents):
            file = folder / name
            if file.is_file() and (text := file.read_text().strip()).isdigit():  # else it is `max`
                found.append(int(text))
            if folder == top:
                break
    return found


def allowed() -> Cost:
    """For one run or one race, and an update of it; raises ParameterError where a limit of the host's is no number."""
    return Cost(allowed_bytes(), allowed_seconds())


def allowed_bytes() -> int:
    """Raises ParameterError as `allowed`."""
    machine = machine_bytes()
    given = _given(MEMORY, "megabytes")
    return int(max(min(SHARE * machine, MOST), min(LEAST, machine / 2)) if given is None else 1e6 * given)


def allowed_seconds() -> float:
    """Of an update; raises ParameterError as `allowed`."""
    given = _given(UPDATE, "seconds")
    return SECONDS if given is None else given


def _given(variable: str, unit: str) -> float | None:
    """What the host says; None where it says nothing."""
    text = os.environ.get(variable)
    if text is None:
        return None
    try:
        limit = float(text)
    except ValueError:
        limit = math.nan
    if not 0.0 < limit < math.inf:
        raise ParameterError(f"{variable} must be a number of {unit} above 0, got {shown(text)}.")
    return limit
