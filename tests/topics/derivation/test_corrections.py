"""The twelve corrections together: sentences with their numbers and without a nan, whatever the reader has set."""

import math
import re
import time

import pytest

from core.network.activations import ACTIVATIONS
from core.spelling import count, plain, power, share
from core.topics.derivation.corrections.base import corrections
from core.topics.derivation.corrections.bounded import bounded
from core.training.experiment import Experiment

SMALL = {"n_hidden": 6, "seq_len": 12, "batch": 3, "alpha": 0.5, "bias": 0.1, "seed": 3}
EACH = pytest.mark.parametrize("number", range(1, 13))
EACH_ACTIVATION = pytest.mark.parametrize("activation", ACTIVATIONS)
AWKWARD = {
    "without recurrence": {"rho": 0.0}, "saturated": {"bias": 3.0, "input_scale": 3.0, "rho": 2.0},
    "off": {"bias": -3.0}, "without input": {"input_scale": 0.0},
    "two steps": {"seq_len": 2, "n_hidden": 2, "batch": 1},
    "float32": {"dtype": "float32", "rho": 0.3}, "far from normal": {"rho": 1.2, "alpha": 3.0, "task": "adding"},
    "truncated and clipped": {"task": "copy", "truncation": True, "truncation_k1": 3, "truncation_k2": 4,
                              "clip_norm": True},
}
SINGLE = {"n_hidden": 8, "rho": 2.0, "activation": "linear", "task": "adding", "seq_len": 300, "dtype": "float32"}
DIVERGED = {"n_hidden": 8, "rho": 2.0, "alpha": 3.0, "activation": "linear", "task": "adding", "seq_len": 1000,
            "batch": 4}


def found(number, **values):
    return corrections()[number].measure(Experiment.from_values(values))


def spelled(name, value):
    """A number as its sentence writes it, by the beginning of its name: log10_x, share_x, count_x."""
    return {"log10": power, "count": count, "share": share}.get(name.split("_")[0], plain)(value)


def assert_whole(measurement):
    """All its numbers are in the sentence, none is a nan, and log10 alone may be infinite: exactly zero."""
    text = measurement.text
    assert re.fullmatch(r"[^\n]+[.)]", text)
    assert not re.search(r"\bnan\b|\{|\}", text)
    for name, value in measurement.numbers.items():
        assert math.isfinite(value) or (name.startswith("log10_") and value == -math.inf)
        assert spelled(name, value) in text


def test_there_are_twelve_in_order_each_with_its_texts():
    assert list(corrections()) == list(range(1, 13))
    for number, one in corrections().items():
        assert one.number == number
        for text in (one.title, one.claim, one.right, str(one.source)):
            assert text.strip() == text != ""
            assert text.count("$") % 2 == 0


@pytest.mark.slow
@EACH
@EACH_ACTIVATION
@pytest.mark.parametrize("shape", ["spectrum", "gaussian", "identity"])
def test_a_sentence_has_all_its_numbers_and_no_nan(number, activation, shape):
    measurement = found(number, **SMALL, activation=activation, shape=shape)
    assert_whole(measurement)
    assert measurement.numbers


@pytest.mark.slow
@EACH
@EACH_ACTIVATION
@pytest.mark.parametrize("values", AWKWARD.values(), ids=AWKWARD)
def test_awkward_settings_give_one_sentence_too(number, activation, values):
    assert_whole(found(number, **{**SMALL, **values, "activation": activation}))


@pytest.mark.parametrize(("number", "values"), [*((number, DIVERGED) for number in (1, 2, 4, 5, 11)), (9, SINGLE)])
def test_a_network_that_is_not_finite_from_the_start_gives_one_clear_sentence(number, values):
    measurement = found(number, **values)
    assert measurement.numbers == {}
    assert measurement.text.startswith("Your network leaves the finite numbers before any update: ")


@pytest.mark.parametrize("number", [3, 6, 7, 8, 10, 12])
def test_an_example_of_its_own_is_measured_all_the_same(number):
    measurement = found(number, **DIVERGED)
    assert_whole(measurement)
    assert measurement.numbers


@EACH
def test_at_the_default_size_it_is_measured_at_once(number):
    spent = []
    for _ in range(3):
        began = time.perf_counter()
        assert "to be quick" not in found(number).text
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.3


@pytest.mark.parametrize("number", [1, 5, 9, 10, 11, 12])
def test_what_is_too_large_is_measured_smaller_and_says_so(number):
    text = found(number, n_hidden=128, seq_len=1000, batch=256).text
    assert "sequences instead of 256" in text
    assert text.endswith("to be quick.)")


def test_sequences_are_given_up_before_steps():
    spec = Experiment.from_values({"seq_len": 400, "batch": 64})
    for most, kept in ((1.0, (400, 64)), (4.0, (400, 16)), (64.0, (100, 4)), (1e9, (50, 4))):
        small, note = bounded(spec, lambda n, T, B, most=most: 1.5e9 * most * T * B / (400 * 64))
        assert (small.task.seq_len, small.task.batch) == kept
        assert (note == "") == (kept == (400, 64))


@pytest.mark.parametrize(("steps", "batch", "said"), [
    (50, 4, ""), (50, 8, " (Measured on 4 sequences instead of 8, to be quick.)"),
    (100, 4, " (Measured on 50 steps instead of 100, to be quick.)"),
    (1000, 8, " (Measured on 4 sequences instead of 8 and 62 steps instead of 1,000, to be quick.)")])
def test_what_was_measured_smaller_is_said_with_both_sizes(steps, batch, said):
    spec = Experiment.from_values({"seq_len": steps, "batch": batch})
    assert str(bounded(spec, lambda n, T, B: 1.5e9 * T * B / 300)[1]) == said


@EACH
@pytest.mark.parametrize("waveform", ["circle", "square"])
def test_a_task_whose_output_is_fed_back_is_measured_too(number, waveform):
    measurement = found(number, **{**SMALL, "task": "generator", "waveform": waveform})
    assert_whole(measurement)
    assert measurement.numbers
