"""How much memory one visitor's run or race may take, and the line that says so where it would take more.

A quarter of the machine's: one visitor may have a run and a race, and then a second one still finds as much. The host
sets another limit, in MB, by the environment variable VISITOR_MEMORY_MB; no visitor can.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from core.claims import Claim
from core.live.memory import race_bytes
from core.live.words import say
from core.parameters import ParameterError
from core.remedies.base import remedy_of
from core.training.experiment import Experiment

SHARE = 0.25  # of the machine's memory
VARIABLE = "VISITOR_MEMORY_MB"
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


def allowed_bytes() -> int:
    """For one run or one race; raises ParameterError where the host's own limit is no number."""
    text = os.environ.get(VARIABLE)
    if text is None:
        return int(SHARE * machine_bytes())
    try:
        limit = float(text)
    except ValueError:
        limit = math.nan
    if not 0.0 < limit < math.inf:
        raise ParameterError(f"{VARIABLE} must be a number of megabytes above 0, got {text}.")
    return int(1e6 * limit)


def refused(what: str, experiment: Experiment, need: Callable[[Experiment], int]) -> Claim | None:
    """Why it is not begun; None where it fits.

    Args:
        what: it is, in a word.
        need: its bytes, more for a larger batch.
    """
    weigh = [remedy for remedy in map(remedy_of, experiment.remedies)
             if remedy.cell or remedy.holds or remedy.feedback]
    return _refused(what, "".join(say("memory.remedy", title=remedy.title).text for remedy in weigh), experiment,
                    lambda batch: need(with_batch(experiment, batch)))


def race_refused(experiments: Sequence[Experiment], seeds: int) -> Claim | None:
    """Why these lanes, the baseline first, do not race; None where they fit."""
    numbers = {"lanes": len(experiments), "seeds": seeds}
    return _refused("race", say("memory.lanes", numbers), experiments[0],
                    lambda batch: race_bytes([with_batch(one, batch) for one in experiments], seeds), **numbers)


def check(what: str, experiment: Experiment, need: Callable[[Experiment], int]) -> None:
    """Raises ParameterError, with the line, where it does not fit."""
    claim = refused(what, experiment, need)
    if claim is not None:
        raise ParameterError(claim.text)


def with_batch(experiment: Experiment, batch: int) -> Experiment:
    """The same with another batch size."""
    return replace(experiment, task=replace(experiment.task, batch=batch))


def largest_batch(experiment: Experiment, most: int, need: Callable[[Experiment], int], room: int) -> int:
    """The largest batch, up to `most`, whose need is at most so many bytes; 0 where not even one sequence fits."""
    return _largest(most, lambda batch: need(with_batch(experiment, batch)), room)


def _largest(most: int, need: Callable[[int], int], room: int) -> int:
    if need(most) <= room:
        return most
    fits, beyond = 0, most
    while beyond - fits > 1:
        middle = (fits + beyond) // 2
        fits, beyond = (middle, beyond) if need(middle) <= room else (fits, middle)
    return fits


def _refused(what: str, more: Claim | str, experiment: Experiment, need: Callable[[int], int], **numbers: int,
             ) -> Claim | None:
    """`more`: what else weighs, in words; in `numbers` as well where it has any."""
    asked = experiment.task.batch
    try:
        allowed = allowed_bytes()
    except ParameterError as error:  # the host's mistake: nothing is begun before it is mended
        return say("memory.problem", {"problem": str(error)})
    held = need(asked)
    if held <= allowed:
        return None
    fits = _largest(asked, need, allowed)
    sizes = {"seq_len": experiment.task.seq_len, "batch": asked, "n_hidden": experiment.recurrence.n_hidden, **numbers}
    way_out = say("memory.fits", {"fits": fits}) if fits else say("memory.none_fits", sizes=["seq_len", *numbers])
    return say("memory", {"held": held, "allowed": allowed, **sizes, "fits": fits}, what=what, more=more,
               way_out=way_out)
