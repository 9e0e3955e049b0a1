"""How long an update takes, foretold from the sizes: what a cell says of a step, a remedy of an update, and by hand
what every update has beside them.

What the numbers of a run add is not foretold: where gradients become denormal, as those in float32 do soon, an
operation on them takes several times as long.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.cost import Cost, Prices, prices
from core.live.memory import numbers_of, race_bytes, run_bytes, trainer_need
from core.remedies.base import Passes, Sizes, remedy_of
from core.remedies.hooks import Hooks
from core.training.experiment import Experiment
from core.training.truncated_pairs import map_of

CALLS = 800  # of the library, in an update whatever its sizes: the optimizer's, the norms', the record's
STEPS = 6  # such calls in the time of what Python does at a step, forward or back
READ = 12  # operations on each weight


def update_seconds(experiment: Experiment, seeds: int = 1, *, full: bool = False, at: Prices | None = None) -> float:
    """Of one update, of so many seeds that go through one pass; of a truncation that makes several updates of a
    sequence, their mean.

    Args:
        full: whether dL/dh_t is carried back without truncation too, as a run that is watched has it.
        at: what things cost; this machine's prices if None.
    """
    hooks, spec, kind = Hooks(experiment.remedies), experiment.task, experiment.task.kind
    cell, sizes, B = hooks.cell(experiment.recurrence, kind.n_in), numbers_of(experiment), spec.batch
    own = (at or prices()).of(sizes.number, seeds, trainer_need(experiment, seeds).kept)
    updates = map_of(experiment).updates
    T, S = sizes.T / updates, sizes.targets
    steps_back = min(sizes.T if full else sizes.back, sizes.T)

    at_target = _output_seconds(own, sizes, B)
    forward = T * (cell.forward_seconds(own, B) + STEPS * own.call) + own.call + S * at_target
    back = steps_back * (cell.backward_seconds(own, B) + own.each(cell.states * sizes.n * B) + STEPS * own.call)
    back += 2 * S * (own.product(sizes.n, sizes.n_out, B) - own.call)
    batch = T * (own.function(own.drawn, B) + own.each(2 * sizes.n_in * B, 2))
    weights = own.each(cell.shape[0] * cell.shape[1] + sizes.n_out * (sizes.n + 1), READ)
    passes = Passes(own, sizes, B, forward, steps_back)
    more = sum(remedy_of(one).seconds(one, passes) for one in experiment.remedies if remedy_of(one).seconds)
    freely = forward if kind.cue is not None and hooks.mix > 0.0 else 0.0  # the loss without the teacher
    return CALLS * own.call + batch + forward + freely + back + weights + more


def _output_seconds(own: Prices, sizes: Sizes, B: int) -> float:
    """Of y and its loss at one target step; all of them share their calls."""
    whole = own.product(sizes.n_out, sizes.n, B) + own.each(sizes.n_out * B, 3) + own.function(own.exp, sizes.n_out * B)
    return whole - 5 * own.call


def run_cost(experiment: Experiment) -> Cost:
    """Of a run that is watched: what it may hold, and s an update."""
    return Cost(run_bytes(experiment), update_seconds(experiment, full=True))


def trainer_cost(experiment: Experiment) -> Cost:
    """Of a trainer alone."""
    return Cost(trainer_need(experiment).peak, update_seconds(experiment))


def race_cost(experiments: Sequence[Experiment], seeds: int) -> Cost:
    """Of a race with these lanes: s of an update of all of them, with every seed."""
    return Cost(race_bytes(experiments, seeds), sum(_lane_seconds(one, seeds) for one in experiments))


def _lane_seconds(experiment: Experiment, seeds: int) -> float:
    """Where seeds share their passes, a network alone makes some updates beside them."""
    if seeds == 1 or any(remedy_of(spec).solver for spec in experiment.remedies):
        return seeds * update_seconds(experiment)
    return update_seconds(experiment, seeds) + update_seconds(experiment)
