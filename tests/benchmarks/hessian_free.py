"""What one hessian_free update costs, in gradients: a forward and a backward pass of the engine at the same sizes.

    python tests/benchmarks/hessian_free.py

Budget: at most 80.
"""

from __future__ import annotations

import core  # noqa: F401  first: one thread

import time  # isort: skip

from machine import machine, spread

from core.training.experiment import Experiment
from core.training.trainer import Trainer

PASSES = 5  # gradients beside each update: a drift of the machine hits both alike


def gradients_per_step(updates: int = 20, **values: object) -> list[float]:
    """Processor seconds of each update, without its own pass / mean of a pass on the same batch, beside it."""
    trainer = Trainer(Experiment.from_values({"task": "adding", "seq_len": 50, "batch": 200, "n_hidden": 32,
                                              "input_scale": 0.3, "hessian_free": True, **values}))
    trainer.gradient()
    ratios = []
    for _ in range(updates):
        began = time.process_time()
        for _ in range(PASSES):
            trainer.gradient()
        middle = time.process_time()
        trainer.update()
        ratios.append((time.process_time() - middle) / ((middle - began) / PASSES) - 1.0)
    return ratios


if __name__ == "__main__":
    print(machine())
    for words, values in {"adding, T=50, B=200": {}, "adding, T=200, B=32": {"seq_len": 200, "batch": 32},
                          "recall, T=50, B=32": {"task": "recall", "batch": 32},
                          "temporal order, T=50, B=200": {"task": "temporal_order"},
                          "adding, T=50, B=200, float32": {"dtype": "float32"},
                          "sine, T=50, B=32": {"task": "sine", "batch": 32}}.items():
        print(f"{words:30s} {spread(gradients_per_step(**values), 1)} gradients an update")
