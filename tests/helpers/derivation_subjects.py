"""Subjects of the derivation: quite different networks, words and places."""

from functools import cache

from core.topics.derivation.on_task import OnTask
from core.topics.derivation.subject import Place, Subject
from core.topics.derivation.word.unrolled import Reading
from core.training.experiment import Experiment

NETWORKS = {
    "default": {},
    "128 units": {"n_hidden": 128},
    "2 units": {"n_hidden": 2},
    "T = 1000": {"seq_len": 1000, "n_hidden": 4},
    "T = 2": {"seq_len": 2},
    "W_hh = 0": {"rho": 0.0},
    "dead ReLU": {"activation": "relu", "bias": -3.0},
    "GELU": {"activation": "gelu", "n_hidden": 4},
    "sigmoid": {"activation": "sigmoid"},
    "saturated": {"bias": 3.0, "input_scale": 3.0},
    "defective": {"n_hidden": 4, "eigenvalues": (0.5, 0.5, 0.5, 0.5), "alpha": 1.0},
    "non-normal": {"rho": 0.9999, "alpha": 3.0},
    "grows in float64": {"activation": "linear", "rho": 2.0, "seq_len": 1000},
    "gradient not finite": {"activation": "linear", "rho": 2.0, "seq_len": 1000, "n_hidden": 64, "alpha": 3.0},
    "states not finite": {"activation": "gelu", "rho": 2.0, "alpha": 3.0, "seq_len": 1000, "input_scale": 3.0},
    "float32": {"activation": "linear", "rho": 2.0, "seq_len": 1000, "dtype": "float32"},
}
WORDS = {"shortest": "no", "longest": "abcdefghijkl", "accents": "Élan", "Cyrillic": "слово", "one letter": "AaA"}


@cache
def on_task(network="default"):
    """Measured once for all tests."""
    return OnTask(Experiment.from_values(NETWORKS[network]))


@cache
def subject(network="default", word="neuron", layers=1, t=12, k=1, k2=3, leak=0.9):
    return Subject.at(on_task(network), Reading(word=word, layers=layers), Place(t=t, k=k, k2=k2, leak=leak))


def small(activation="tanh", layers=2, t=5, k=2, **more):
    """A network that is nothing special, in the middle of its word."""
    values = {"n_hidden": 7, "rho": 1.1, "alpha": 0.5, "bias": 0.1, "input_scale": 0.5, "seed": 3,
              "activation": activation, **more}
    return Subject.at(OnTask(Experiment.from_values(values)), Reading(word="Neuron", layers=layers), Place(t=t, k=k))
