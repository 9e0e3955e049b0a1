"""How long the playground's picture of a run at rest takes, foretold from the sizes."""

from __future__ import annotations

from core.cost import Prices, prices
from core.live.memory import jacobians_bytes
from core.live.view import sequences_shown
from core.remedies.hooks import Hooks
from core.topics.playground.middle import COLUMNS, LONG
from core.topics.playground.reach import MOST_LAGS
from core.training.experiment import Experiment

CALLS = 4000  # of the library, whatever the sizes: curves, tables, words
STEP = 24  # such calls in the time of what Python does at a step
PLAIN, GATED = (4, 0), (20, 30)  # operations on each number of a factor while it is made and carried, and calls
CLOSE = 0.3  # of the sequences: so near to the middle one that their products decide


def picture_seconds(experiment: Experiment, at: Prices | None = None) -> float:
    """Of the product of Jacobians: of all sequences at the farthest lag, and of the middle ones at every lag."""
    cell = Hooks(experiment.remedies).cell(experiment.recurrence, experiment.task.kind.n_in)
    T, N = experiment.task.seq_len, cell.states * cell.n
    sequences = sequences_shown(experiment, playing=False)
    own = (at or prices()).of(8, 1, jacobians_bytes(experiment, sequences))
    operations, calls = PLAIN if cell.blocks == 1 else GATED
    made = operations * (own.each(N * N) - own.call) + calls * own.call
    one = made + own.product(N, N, N) - own.call  # all sequences share their calls
    long = sequences * T * N**3 > LONG
    ends = T * (sequences * (made if long else one) + STEP * own.call)
    if long:
        ends += sequences * T * (own.product(COLUMNS, N, N) + CLOSE * one)
    norms = 2 * min(T, 2 * MOST_LAGS) * (own.factorization("eigvalsh", N) + own.product(N, N, N))
    middle = T * (2 * one + own.each(2 * N * N, 4) + STEP * own.call) + norms
    copied = own.each(jacobians_bytes(experiment, sequences) / 8, 3)
    spectrum = own.factorization("eigvals", cell.n) + own.factorization("svd", cell.n)
    return CALLS * own.call + ends + middle + copied + spectrum
