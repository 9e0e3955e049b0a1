"""What a word that is read forward and back holds, as it is foretold, against what it holds."""

import pytest

from core.specs.recurrence import Recurrence
from core.topics.derivation.word.cost import word_cost
from core.topics.derivation.word.unrolled import Reading, unroll
from tests.helpers.traced import traced

SLACK = 0.3e6  # bytes that do not grow with the sizes


@pytest.mark.parametrize(("n", "word", "layers"), [(128, "differential", 2), (128, "ab", 1), (64, "neuron", 2)])
def test_a_word_holds_what_is_foretold(n, word, layers):
    recurrence, reading = Recurrence(n_hidden=n), Reading(word=word, layers=layers)
    unroll(recurrence, reading)
    held = traced(lambda: unroll(recurrence, reading)).peak
    assert held <= word_cost(recurrence, reading).bytes + SLACK
    assert word_cost(recurrence, reading).bytes <= 1.5 * held + SLACK


def test_letters_layers_and_units_make_it_dearer():
    def cost(n=32, word="neuron", layers=1):
        return word_cost(Recurrence(n_hidden=n), Reading(word=word, layers=layers))

    for dearer in (cost(n=128), cost(word="differential"), cost(layers=2)):
        assert dearer.seconds > 1.2 * cost().seconds
        assert dearer.bytes > 1.2 * cost().bytes
