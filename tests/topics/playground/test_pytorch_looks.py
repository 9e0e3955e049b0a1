"""The printed scripts line by line, as somebody read them; that each does what the run does is in test_pytorch_code.py,
where it is run."""

import pytest

from core.topics.playground.pytorch_code import pytorch_code
from core.training.experiment import Experiment
from tests.helpers.looks import kept

CUT = {"truncation": True, "task": "sine", "seq_len": 12, "truncation_k1": 4, "truncation_k2": 3}
VALUES = {
    "defaults": {},
    "a leaky run with both penalties and both clips": {
        "leaky": True, "activation": "gelu", "l1": True, "l1_weight": 0.02, "l2": True, "l2_weight": 0.3, "steps": 7,
        "clip_norm": True, "clip_norm_threshold": 0.25, "clip_value": True, "clip_value_limit": 0.003, "rho": 0.7},
    "lstm": {"lstm": True, "optimizer": "adam", "lr": 0.01, "dtype": "float32"},
    "lstm with relu, clipped": {"lstm": True, "activation": "relu", "optimizer": "rmsprop", "clip_norm": True},
    "gru": {"gru": True, "optimizer": "momentum", "task": "adding"},
    "gru with softplus": {"gru": True, "activation": "softplus", "l1": True},
    "chunks": CUT, "chunks that begin anew": {**CUT, "truncation_k1": 5, "truncation_carry": False, "clip_value": True},
    "chunks that look into the one before": {**CUT, "truncation_k2": 5},
    "a truncation that cuts nothing": {**CUT, "truncation_k1": 12, "truncation_k2": 12},
    "one chunk": {**CUT, "truncation_k1": 1000},
    "a last chunk that is just long enough": {**CUT, "seq_len": 11},
    "a last chunk that is too short": {**CUT, "seq_len": 10},
    "a generator": {"task": "generator", "seq_len": 30, "waveform": "square"},
    "a generator in chunks": {**CUT, "task": "generator", "seq_len": 32},
    "what is left out": {"omega": True, "clip_jacobian": True, "optimizer": "adam"},
    "a solver": {"hessian_free": True}, "another solver": {"echo_state": True},
    "what makes the network alone": {"orthogonal_init": True, "activation": "leaky_relu"},
}


def lines(values):
    return pytorch_code(Experiment.from_values(values)).split("\n")


CASES = {name: lambda values=values: lines(values) for name, values in VALUES.items()}


@pytest.mark.parametrize("name", VALUES)
def test_every_line_of_it(name):
    assert lines(VALUES[name]) == kept("pytorch")[name]


def test_every_script_that_is_kept_is_looked_at():
    assert list(kept("pytorch")) == list(VALUES)
