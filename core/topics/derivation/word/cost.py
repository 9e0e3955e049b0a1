"""What a word that is read forward and back costs, foretold from the sizes."""

from __future__ import annotations

from core.cost import Cost, Prices, prices
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.topics.derivation.word.unrolled import Reading

CALLS = 150  # of the library at a letter, and once more twice as many: its loss, by itself, and Python's own work
WEIGHTS = 8  # matrices that a layer's W_hh is drawn with


def word_cost(recurrence: Recurrence, reading: Reading, at: Prices | None = None) -> Cost:
    """Of every layer: the matrix that is drawn, and a pass in which each letter's loss has a sequence of its own."""
    T, n, m = len(reading.letters), recurrence.n_hidden, len(reading.alphabet)
    own, cells = (at or prices()).of(8, 1, 0), [Hooks().cell(recurrence, m), Hooks().cell(recurrence, n)]
    seconds, held = (T + 2) * CALLS * own.call, 0.0
    for cell in cells[:reading.layers]:
        drawn = own.function(own.drawn, 2 * n * n) + 2 * own.factorization("qr", n) + 3 * own.product(n, n, n)
        seconds += drawn + T * (cell.forward_seconds(own, T) + cell.backward_seconds(own, T))
        held += cell.tape_numbers(T) * T + WEIGHTS * n * n
    return Cost(8 * held, seconds)
