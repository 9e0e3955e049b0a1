"""What is often printed, word by word, and what is measured against it on networks that between them take each way
through the sentences. The numbers are computed once more in test_corrections_measured.py and beside it."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.network.activations import ACTIVATIONS
from core.topics.derivation.corrections import clipping, factors
from core.topics.derivation.corrections.base import corrections
from core.topics.derivation.corrections.bounded import bounded, one_pass
from core.topics.derivation.corrections.bounds import times_looked_at
from core.topics.derivation.corrections.clipping import mean, min_not_max
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.first_update import SMALL
from tests.helpers.looks import kept

EACH = tuple(range(1, 13))
BEYOND = {"n_hidden": 8, "rho": 2.0, "alpha": 3.0, "activation": "linear", "task": "adding", "seq_len": 1000,
          "batch": 4}


def measured(number, **values):
    """The sentence; where it tells how exact a difference is, a sign for all that is below 1e-6."""
    text = corrections()[number].measure(Experiment.from_values({**SMALL, **values})).text
    exact = re.sub(r"10\^-([6-9]|1[0-9])\.[0-9]", "next to nothing", text)
    return f"{number}: {exact if number == 4 else text}"


def several(numbers=EACH, **values):
    return lambda: [measured(number, **values) for number in numbers]


def texts():
    return [line for one in corrections().values() for line in (
        f"{one.number}: {one.title}", f"printed: {one.claim}", f"rather: {one.right}", f"after: {one.source}")]


CASES = {
    "texts": texts,
    "a small network": several(),
    "a generator": several(task="generator", waveform="circle"),
    "no recurrence, no bias": several(rho=0.0, alpha=0.0, bias=0.0),
    "a dead ReLU without an input": several(activation="relu", bias=-3.0, input_scale=0.0),
    "two steps": several(n_hidden=2, seq_len=2, batch=1),
    "not finite": several((1, 2, 4, 5, 9, 11), **BEYOND),
    "the exploding network clipped": several((8,), seed=5),
    "a run that diverges": several((9,), **{"task": "adding", "lr": 10.0, "activation": "linear", "rho": 1.5,
                                            "seq_len": 50}),
    "symmetric": several((4,), shape="identity"),
    "all slopes the same": several((4,), activation="linear"),
    "truncated": several((5,), truncation=True, truncation_k2=7),
    "truncated at a target at every step": several((5,), task="sine", truncation=True, truncation_k2=4),
    "a long one with a target at every step": several((5,), task="sine", seq_len=1000, n_hidden=16, batch=32),
    "truncated to more than there is": several((5,), truncation=True, truncation_k2=50),
    "by Adam in float32": several((10,), dtype="float32", optimizer="adam"),
    "by an update of its own": several((10,), hessian_free=True),
    "an LSTM": several((11, 12), lstm=True, lstm_bias=1.0),
    "an LSTM whose gates' bias is hardly one": lambda: [measured(12, lstm=True, lstm_bias=bias)
                                                        for bias in (0.001, -0.001, 0.0009)],
    "a GRU": several((12,), gru=True, gru_bias=-0.5, task="adding"),
    "a ReLU": several((12,), activation="relu", task="sine"),
    "no module of torch": several((12,), activation="elu"),
    "saturated": several((3,), input_scale=3.0, bias=3.0),
    "large": several((1, 5, 10, 11, 12), n_hidden=128, seq_len=1000, batch=256),
    "long": several((2, 3, 4), n_hidden=128, seq_len=1000),
}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_said(name):
    assert CASES[name]() == kept("corrections")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("corrections")) == list(CASES)


def test_no_sentence_spells_a_number_as_a_computer_does():
    """1.2e-09 is no number that a reader reads."""
    said = [line for lines in kept("corrections").values() for line in lines]
    assert [line for line in said if re.search(r"\de[-+]\d", line)] == []


@pytest.mark.parametrize(("n", "rows"), [(2, 51), (43, 51), (44, 50), (64, 34), (128, 17), (1000, 10)])
def test_a_map_of_large_networks_is_looked_at_at_fewer_steps(n, rows):
    assert times_looked_at(n) == rows


@pytest.mark.parametrize(("sizes", "work"), [((16, 50, 32), 3 * 66 * 16 * 50 * 32 + 2.5e6), ((2, 10, 1), 503_120)])
def test_the_work_of_a_pass(sizes, work):
    assert one_pass(*sizes) == pytest.approx(work, rel=1e-3)


@pytest.mark.parametrize(("T", "B", "kept_as"), [(51, 3, (50, 3)), (60, 5, (50, 4)), (400, 64, (50, 4))])
def test_never_fewer_than_four_sequences_nor_fewer_than_fifty_steps(T, B, kept_as):
    small, _ = bounded(Experiment.from_values({"seq_len": T, "batch": B}), lambda n, T, B: 1e12)
    assert (small.task.seq_len, small.task.batch) == kept_as


def test_what_is_just_allowed_is_left():
    spec = Experiment.from_values({"seq_len": 100, "batch": 8})
    assert bounded(spec, lambda n, T, B: 1.5e9) == (spec, "")
    assert bounded(spec, lambda n, T, B: 1.500001e9)[1] != ""


def test_a_mean_is_right_where_the_sum_leaves_float64():
    assert mean([1.5e308, 0.5e308]) == pytest.approx(1e308)
    assert (mean([]), mean([0.0, 0.0]), mean([1.0, 2.0, 6.0])) == (0.0, 0.0, 3.0)


@pytest.mark.parametrize(("size", "said"), [
    (0.0, "Your first gradient is exactly 0: either rule leaves it as it is."),
    (2e307, "Your first gradient is so long that twice its norm leaves float64."),
    (1e307, "Your first gradient has norm 10^307.0.")])
def test_the_longest_gradient_that_can_be_doubled(size, said, monkeypatch):
    monkeypatch.setattr(Trainer, "gradient", lambda trainer: (np.array([size, 0.0]), None))
    assert min_not_max(Experiment.from_values(SMALL)).text.startswith(said.removesuffix("."))


@pytest.mark.parametrize(("a", "reach", "corner"), [(0.5, 0.6, True), (0.5, 0.4, False), (-0.5, 0.6, True)])
def test_a_corner_is_one_that_a_difference_steps_over(a, reach, corner):
    relu = ACTIVATIONS["relu"]
    assert factors._has_corner(np.array([a, 2.0]), reach, relu) == corner


@pytest.mark.parametrize("number", [4, 5, 12])
def test_what_is_held_against_another_way_is_measured_in_float64(number):
    seen = [corrections()[number].measure(Experiment.from_values({**SMALL, "dtype": dtype})).numbers
            for dtype in ("float32", "float64")]
    assert seen[0] == seen[1]


@pytest.mark.parametrize(("allowed", "kept_as"), [(64, (100, 64)), (63, (100, 32)), (5, (100, 4)), (1, (50, 4))])
def test_what_does_not_fit_into_memory_is_measured_on_fewer_sequences(allowed, kept_as, monkeypatch):
    monkeypatch.setattr("core.topics.derivation.corrections.bounded.allowed_bytes", lambda: allowed)
    monkeypatch.setattr("core.topics.derivation.corrections.bounded.trainer_need",
                        lambda spec: SimpleNamespace(peak=spec.task.batch))
    small, _ = bounded(Experiment.from_values({"seq_len": 100, "batch": 64}), lambda n, T, B: 1.0)
    assert (small.task.seq_len, small.task.batch) == kept_as


@pytest.mark.parametrize("number", [2, 4, 6])
@pytest.mark.parametrize("remedy", ["leaky", "clip_jacobian", "orthogonal_init"])
def test_what_speaks_of_the_network_alone_leaves_its_remedies_out(number, remedy):
    """Also where the network alone leaves the finite numbers, and with the remedy does not."""
    for values in (SMALL, BEYOND):
        alone, remedied = (corrections()[number].measure(Experiment.from_values({**values, **more}))
                           for more in ({}, {remedy: True}))
        assert (remedied.text, remedied.numbers) == (alone.text, alone.numbers)


def records(*norms, stopped=None):
    found = [SimpleNamespace(grad_norm=norm, clipped_norm=min(norm, 1.0), clipped=norm > 1.0, stopped=None)
             for norm in norms]
    return found + [SimpleNamespace(grad_norm=np.nan, stopped=stopped)] * (stopped is not None)


def test_a_clipped_run_that_leaves_the_finite_numbers_is_said_to(monkeypatch):
    monkeypatch.setattr(clipping, "run", lambda spec, updates: records(0.5, 4.0, stopped="loss is inf at update 3"))
    assert corrections()[8].measure(Experiment()).text == (
        "The exploding network of the playground, clipped at 1, over 2 updates: the norm is 2.25 on average before the "
        "clip and 0.75 after it, and 50% of the updates were clipped. Even so it leaves the finite numbers then; "
        "without the clip it is no number any more at update 3.")
    monkeypatch.setattr(clipping, "run", lambda spec, updates: records(0.5, 4.0))
    assert corrections()[8].measure(Experiment()).text.endswith("50% of the updates were clipped. Its loss stays "
                                                                    "finite.")


def test_a_run_without_a_gradient_has_no_threshold(monkeypatch):
    monkeypatch.setattr(clipping, "run", lambda spec, updates: records(0.0, 0.0))
    found = corrections()[9].measure(Experiment())
    assert (found.text, found.numbers) == (
        "Every gradient of a short run of your experiment is exactly 0: no threshold clips it.", {})


def test_a_generator_without_a_gradient_has_nothing_to_drop(monkeypatch):
    monkeypatch.setattr(Trainer, "gradient", lambda trainer: (0.0 * trainer.network.theta, None))
    found = corrections()[5].measure(Experiment.from_values({**SMALL, "task": "generator"}))
    assert found.text == "Your first dL/dW is exactly 0: there is nothing that truncation could drop."


def test_a_norm_that_torch_finds_is_told(monkeypatch):
    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", lambda parameters, most: torch.tensor(1.5e20))
    assert "clip_grad_norm_ finds the norm 10^20.2, and of the entries that are not 0 it makes 0% exactly 0." in (
        corrections()[11].measure(Experiment.from_values(SMALL)).text)


@pytest.mark.parametrize(("before", "drives", "best"), [
    ([2.0, 1.0, 2.0, 3.0], [1.0, -1.0, 1.0], None),  # a_2 = 0: the corner is at t = 2, and just before t = 3
    ([2.0, 1.0, 2.0, 3.0], [1.0, 1.0, 1.0], 2), ([2.0, 1.0, 2.0, 3.0], [1.0, 1.0, -9.0], 2),
    ([2.0, 1.0, 2.0, 3.0], [-9.0, 1.0, 1.0], 3)])  # a_1 < 0: the printed form of t = 2 is 0
def test_a_step_is_chosen_away_from_the_corners(before, drives, best):
    a = np.add(before[:-1], drives).reshape(3, 1, 1)  # W_hh = 1
    seen = SimpleNamespace(
        network=SimpleNamespace(n=1, cell=SimpleNamespace(activation=ACTIVATIONS["relu"])), weights=lambda t: np.eye(1),
        tape=SimpleNamespace(A=a, h=np.reshape(before[1:], (3, 1, 1)), P=(a > 0).astype(float)))
    assert factors._best_step(seen) == best
