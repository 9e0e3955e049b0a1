"""The line that says where something would cost more than one visitor may take, and what would fit.

    6 remedies, 8 seeds, n = 32, T = 200, B = 256: 2.9 GB and 4.1 s an update; this server gives 1.0 GB. B = 82 fits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.claims import Claim
from core.cost import Cost
from core.live.host import allowed
from core.live.seconds import race_cost
from core.live.words import say
from core.parameters import ParameterError
from core.remedies.base import remedy_of
from core.training.experiment import Experiment

Needs = Callable[[Experiment], Cost]


def refused(experiment: Experiment, need: Needs) -> Claim | None:
    """Why it is not begun; None where it fits.

    Args:
        need: what it costs, more for a larger batch; its seconds are those of an update, or 0 where none is made.
    """
    weigh = [remedy for remedy in map(remedy_of, experiment.remedies)
             if remedy.cell or remedy.holds or remedy.feedback or remedy.seconds]
    return _refused("".join(say("cost.remedy", title=remedy.title).text for remedy in weigh), experiment,
                    lambda batch, steps: need(_sized(experiment, batch, steps)))


def race_refused(experiments: Sequence[Experiment], seeds: int) -> Claim | None:
    """Why these lanes, the baseline first, do not race; None where they fit."""
    numbers = {"remedies": len(experiments) - 1, "seeds": seeds}
    return _refused(say("cost.lanes", numbers), experiments[0],
                    lambda batch, steps: race_cost([_sized(one, batch, steps) for one in experiments], seeds),
                    **numbers)


def check(experiment: Experiment, need: Needs) -> None:
    """Raises ParameterError, with the line, where it does not fit."""
    claim = refused(experiment, need)
    if claim is not None:
        raise ParameterError(claim.text)


def with_batch(experiment: Experiment, batch: int) -> Experiment:
    """The same with another batch size."""
    return _sized(experiment, batch, experiment.task.seq_len)


def _sized(experiment: Experiment, batch: int, steps: int) -> Experiment:
    return replace(experiment, task=replace(experiment.task, batch=batch, seq_len=steps))


def largest_batch(experiment: Experiment, most: int, need: Callable[[Experiment], float], room: float) -> int:
    """The largest batch, up to `most`, whose need is at most so much; 0 where not even one sequence fits."""
    return _largest(most, lambda batch: need(with_batch(experiment, batch)) <= room)


def _largest(most: int, fit: Callable[[int], bool]) -> int:
    if fit(most):
        return most
    fits, beyond = 0, most
    while beyond - fits > 1:
        middle = (fits + beyond) // 2
        fits, beyond = (middle, beyond) if fit(middle) else (fits, middle)
    return fits


def _refused(who: Claim | str, experiment: Experiment, need: Callable[[int, int], Cost], **numbers: int,
             ) -> Claim | None:
    """
    Args:
        who: what weighs beside the sizes, in words; in `numbers` as well where it has any.
        need: of a batch and a number of steps.
    """
    asked, T = experiment.task.batch, experiment.task.seq_len
    try:
        most = allowed()
    except ParameterError as error:  # the host's mistake: nothing is begun before it is mended
        return say("cost.problem", {"problem": str(error)})

    def fit(batch: int, steps: int = T) -> bool:
        cost = need(batch, steps)
        return cost.bytes <= most.bytes and cost.seconds <= most.seconds

    if fit(asked):
        return None
    cost, fits, steps = need(asked, T), _largest(asked, fit), T
    if not fits:  # one sequence, of fewer steps
        fewest = experiment.task.kind.shortest
        steps = fewest - 1 + _largest(T - fewest + 1, lambda more: fit(1, fewest - 1 + more))
        fits = int(steps >= fewest)
    found = {"fits": fits, "fits_steps": steps if fits else 0}
    sizes = {"n_hidden": experiment.recurrence.n_hidden, "seq_len": T, "batch": asked, **numbers}
    return say("cost", {"held": cost.bytes, "seconds": cost.seconds, "allowed": most.bytes,
                        "allowed_seconds": most.seconds, **sizes, **found},
               who=who, needs=_needs(cost), gives=_gives(cost, most), way_out=_way_out(found, T, list(numbers)))


def _way_out(found: dict[str, int], T: int, more: list[str]) -> Claim:
    if not found["fits"]:
        return say("cost.none_fits", sizes=[*more, "n"])
    return say("cost.fits" if found["fits_steps"] == T else "cost.fits_shorter", found)


def _needs(cost: Cost) -> Claim:
    numbers = {"held": cost.bytes, "seconds": cost.seconds}
    return say("cost.needs", numbers) if cost.seconds else say("cost.needs_memory", numbers)


def _gives(cost: Cost, most: Cost) -> Claim:
    """What of it is too little."""
    numbers = {"allowed": most.bytes, "allowed_seconds": most.seconds}
    if cost.bytes <= most.bytes:
        return say("cost.gives_seconds", numbers)
    return say("cost.gives_memory" if cost.seconds <= most.seconds else "cost.gives_both", numbers)
