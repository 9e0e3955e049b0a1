"""Experiments drawn at random over all tasks, cells and remedies, small enough to be recomputed by slow means."""

import random

from core.network.activations import ACTIVATIONS
from core.parameters import ParameterError
from core.remedies.base import remedies
from core.specs.recurrence import shapes
from core.specs.training import optimizer_titles
from core.tasks.base import tasks
from core.tasks.generator import waveforms
from core.training.experiment import Experiment

LENGTHS = (2, 3, 7, 12, 20, 50, 97, 130, 300, 1000)


def random_values(rng: random.Random) -> dict:
    task = rng.choice(list(tasks().values()))
    length = rng.choice([T for T in LENGTHS if task.shortest <= T <= task.longest])
    values = {
        "task": task.name, "seq_len": length, "batch": rng.choice((1, 2, 3, 5)), "n_hidden": rng.choice((2, 3, 5, 8)),
        "shape": rng.choice(list(shapes())), "rho": rng.choice((0.0, 0.3, 0.7, 0.9, 1.0, 1.05, 1.3, 2.0)),
        "spread": rng.choice((0.0, 0.5, 1.0)), "angle": rng.choice((0.0, 90.0, 180.0)),
        "alpha": rng.choice((0.0, 0.0, 1.0, 3.0)), "activation": rng.choice(list(ACTIVATIONS)),
        "bias": rng.choice((0.0, 0.0, -1.0, 2.0)), "input_scale": rng.choice((0.1, 1.0, 3.0)),
        "seed": rng.randrange(1000), "optimizer": rng.choice(list(optimizer_titles())),
        "lr": rng.choice((1e-4, 0.003, 0.03, 0.3, 3.0)), "dtype": rng.choice(("float64", "float64", "float32")),
        "waveform": rng.choice(list(waveforms())),
    }
    for name in rng.sample(sorted(remedies()), rng.choice((0, 0, 1, 1, 2))):
        values[name] = True
    if values.get("truncation") or rng.random() < 0.3:  # alone or beside the others: chunks are where much goes wrong
        values |= {"truncation": True, "truncation_k1": rng.choice((1, 4, 10, 30, 1000)),
                   "truncation_k2": rng.choice((1, 3, 10, 45, 1000)),
                   "truncation_carry": rng.random() < 0.7}
    return values


def random_experiment(seed: int) -> Experiment:
    """The same one for the same seed; what does not go together is drawn again."""
    rng = random.Random(seed)
    while True:
        try:
            return Experiment.from_values(random_values(rng))
        except ParameterError:
            continue
