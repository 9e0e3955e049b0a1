"""What corrections 11 and 12 measured on torch, by other means; and what the cards say of torch, tried."""

import math
import re

import numpy as np
import pytest
import torch

from core.remedies.base import remedies
from core.topics.derivation.corrections.base import corrections
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.first_update import SMALL


def found(number, **values):
    return corrections()[number].measure(Experiment.from_values({**SMALL, **values}))


def first_gradient(**values):
    """dL/dtheta, (P,), and dL/db of each row of V."""
    trainer = Trainer(Experiment.from_values({**SMALL, **values}))
    gradient, _ = trainer.gradient()
    return gradient, trainer.network.views(gradient)[0][:, -1]


@pytest.mark.parametrize("values", [{}, {"lstm": True}, {"gru": True, "task": "adding"}, {"activation": "relu"},
                                    {"leaky": True, "activation": "gelu", "dtype": "float32"}])
def test_11_a_norm_in_float32_is_infinite_and_the_step_lost_and_the_rule_is_not(values):
    gradient, _ = first_gradient(**values)
    measurement = found(11, **values)
    size = np.abs(gradient).max()
    assert measurement.numbers["log10_norm"] == pytest.approx(
        20 + math.log10(math.sqrt(sum((float(g) / size) ** 2 for g in gradient))), abs=1e-6)
    assert measurement.numbers["share_zero"] == 1.0
    assert measurement.numbers["norm_left"] == pytest.approx(1.0, rel=1e-6)
    assert measurement.numbers["count_broken"] == 1
    assert measurement.numbers["count_entries"] == len(gradient)
    assert "clip_grad_norm_ finds an infinite norm" in measurement.text


@pytest.mark.parametrize(("number", "told"), [
    (11, "Your first gradient is exactly 0: there is nothing to clip."),
    (12, "Your first gradient is exactly 0, with one bias or with two.")])
def test_a_gradient_that_is_0_is_told_as_such(number, told, monkeypatch):
    found_by = Trainer.gradient
    monkeypatch.setattr(Trainer, "gradient", lambda trainer: (0.0 * trainer.network.theta, found_by(trainer)[1]))
    assert (found(number).text, found(number).numbers) == (told, {})


DOUBLED = {"vanilla": slice(0, 6), "lstm": slice(0, 24), "gru": slice(12, 24)}  # rows whose bias torch has twice


@pytest.mark.parametrize("task", ["recall", "adding", "copy", "sine"])
@pytest.mark.parametrize(("cell", "phi"), [("vanilla", "tanh"), ("vanilla", "relu"), ("lstm", "tanh"), ("gru", "tanh")])
def test_12_the_second_bias_adds_its_gradient_once_more(cell, phi, task):
    values = {"task": task, "activation": phi, "bias": 0.3, **({} if cell == "vanilla" else {cell: True})}
    gradient, bias = first_gradient(**values)
    one, two = np.sqrt(gradient @ gradient), np.sqrt(gradient @ gradient + np.sum(bias[DOUBLED[cell]] ** 2))
    seen = found(12, **values)
    assert seen.numbers["norm_one"] == pytest.approx(one, rel=1e-12)
    assert seen.numbers["norm_two"] == pytest.approx(two, rel=1e-12)
    assert seen.numbers["share_longer"] == pytest.approx(two / one - 1, rel=1e-9)
    assert two > one
    module = {"vanilla": "nn.RNN", "lstm": "nn.LSTM", "gru": "nn.GRU"}[cell]
    assert seen.text.startswith(f"Your network as {module}: ")


@pytest.mark.parametrize(("values", "bias"), [
    ({"lstm": True, "lstm_bias": 1.0}, 1.0), ({"gru": True, "gru_bias": 2.5}, 2.5),
    ({"lstm": True, "lstm_bias": -3.0}, -3.0), ({"gru": True, "gru_bias": 0.0}, None), ({}, None)])
def test_12_a_gates_bias_set_twice_is_twice_the_bias(values, bias):
    numbers = found(12, **values).numbers
    if bias is None:
        assert not {"bias_each", "share_one", "share_two"} & set(numbers)
        return
    assert numbers["bias_each"] == bias
    assert numbers["share_one"] == pytest.approx(torch.sigmoid(torch.tensor(float(bias), dtype=torch.float64)).item())
    assert numbers["share_two"] == pytest.approx(torch.sigmoid(torch.tensor(2.0 * bias, dtype=torch.float64)).item())


@pytest.mark.parametrize("values", [{"activation": "elu"}, {"leaky": True}, {"lstm": True, "activation": "relu"},
                                    {"gru": True, "identity_relu": True}, {"task": "generator"}, {"echo_state": True}])
def test_12_a_network_that_torch_has_not_is_answered_by_an_lstm_that_is_named(values):
    seen = found(12, **values)
    gradient, bias = first_gradient(alpha=0.0, bias=0.0, lstm=True, seq_len=50, batch=8)
    assert seen.text.startswith("torch has no module for your network; an LSTM on recall as nn.LSTM: ")
    assert seen.numbers["norm_one"] == pytest.approx(np.sqrt(gradient @ gradient), rel=1e-12)
    assert seen.numbers["norm_two"] == pytest.approx(np.sqrt(gradient @ gradient + bias @ bias), rel=1e-12)


def test_12_of_an_lstm_at_the_default_size():
    numbers = corrections()[12].measure(Experiment.from_values({"lstm": True})).numbers
    assert (numbers["norm_one"], numbers["norm_two"]) == pytest.approx((0.4170, 0.5229), abs=5e-5)


def test_12_the_remedies_that_change_the_gradient_play_no_part():
    plain = found(12, lstm=True)
    assert found(12, lstm=True, clip_norm=True, clip_norm_threshold=1e-3, l2=True, clip_jacobian=True) == plain


# -- the cards ------------------------------------------------------------------------------------------------


def test_three_cards_say_what_torch_does_otherwise():
    assert {name for name, remedy in remedies().items() if remedy.torch} == {"clip_norm", "lstm", "gru"}
    for remedy in remedies().values():
        assert remedy.torch == "" or re.fullmatch(r"\S.*\.", remedy.torch)


def test_what_the_card_of_the_clip_says_of_torch_is_so():
    parameter = torch.nn.Parameter(torch.zeros(3))

    def clipped(gradient, dtype=torch.float32):
        parameter.data = parameter.data.to(dtype)
        parameter.grad = torch.tensor(gradient, dtype=dtype)
        norm = torch.nn.utils.clip_grad_norm_([parameter], 1.0)
        return norm.item(), parameter.grad.tolist()

    assert clipped([1e20, -1e20, 1e-3]) == (math.inf, [0.0, 0.0, 0.0])
    norm, left = clipped([1.0, math.inf, 2.0])
    assert norm == math.inf
    assert math.isnan(left[1])
    norm, left = clipped([3.0, 4.0, 0.0], torch.float64)
    assert left[0] == pytest.approx(3.0 / (5.0 + 1e-6), rel=1e-15)  # and not 0.6


@pytest.mark.parametrize(("module", "blocks"), [(torch.nn.LSTM, 4), (torch.nn.GRU, 3)])
def test_what_the_cards_of_the_cells_say_of_torch_is_so(module, blocks):
    """Both biases are trained, and of a gate they get the same gradient."""
    cell = module(3, 5, dtype=torch.float64)
    cell(torch.randn(7, 2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0)))[0].sum().backward()
    one, other = cell.bias_ih_l0.grad, cell.bias_hh_l0.grad
    assert len(one) == 5 * blocks
    gates = slice(None) if blocks == 4 else slice(0, 10)
    assert torch.allclose(one[gates], other[gates], rtol=1e-12, atol=0)
    assert one[gates].abs().min() > 0
    assert blocks == 4 or not torch.allclose(one[10:], other[10:], rtol=1e-3, atol=0)
