"""Products of Jacobians: the T x T map, its chain, its first frame, and a very long sequence.

    python tests/benchmarks/jacobians.py [map] [chain] [page] [long]

The map against one torch.func.jacrev of all states with respect to a perturbation of each, with a batched SVD; and
against naive numpy: every product by one matrix product from the one before, every norm by np.linalg.norm(M, 2).
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import torch
from machine import machine, side_by_side, spread

import core  # noqa: F401  first: it sets the number of threads
from core.topics.jacobians.long_sequence import long_reach
from core.topics.jacobians.map import jacobian_map, map_pieces, products
from core.training.experiment import Experiment
from core.training.trainer import Trainer


def measured(n: int, T: int, sequences: int = 1):
    """A trainer that has measured its first batch, and its Jacobians."""
    trainer = Trainer(Experiment.from_values({"n_hidden": n, "seq_len": T, "rho": 0.95, "alpha": 1.0}))
    trainer.measure()
    return trainer, trainer.jacobians(sequences)


def one_jacrev(trainer, T: int):
    """log10 ||dh_t/dh_k|| of all pairs by torch: perturbations e_k added to every state, one jacrev of all states."""
    V = torch.from_numpy(trainer.network.V)
    x = torch.from_numpy(trainer.course.batch.x[:, :, 0].copy())
    n = trainer.network.n

    def states(e):
        h, out = e[0], []
        for t in range(T):
            h = torch.tanh(V[:, :n] @ h + V[:, n:-1] @ x[t] + V[:, -1]) + e[t + 1]
            out.append(h)
        return torch.stack(out)

    def run():
        J = torch.func.jacrev(states)(torch.zeros(T + 1, n, dtype=torch.float64))  # (T, n, T + 1, n)
        return torch.linalg.svdvals(J.permute(0, 2, 1, 3))[..., 0].log10()

    return run


def naive(J):
    """Every product by one matrix product from the one before, every norm by itself."""
    dense = np.asarray(J)
    T, n, _ = dense.shape

    def run():
        out = np.full((T + 1, T + 1), np.nan)
        for k in range(T + 1):
            product = np.eye(n)
            out[k, k] = 0.0
            for t in range(k, T):
                product = dense[t] @ product
                out[t + 1, k] = np.log10(np.linalg.norm(product, 2))
        return out

    return run


def the_map() -> None:
    trainer, J = measured(32, 100)
    reference, ours = one_jacrev(trainer, 100)(), jacobian_map(J).log10_norm
    lower = np.tril_indices(100)
    worst = np.abs(ours[1:][lower] - reference.numpy()[:, :100][lower]).max()
    found = side_by_side({"engine": lambda: jacobian_map(J), "naive": naive(J), "jacrev": one_jacrev(trainer, 100)},
                         5, 1)
    for name in ("naive", "jacrev"):
        ratios = [a / b for a, b in zip(found[name], found["engine"], strict=True)]
        print(f"map n=32 T=100: {name} / engine {spread(ratios, 1)}")
    print(f"  engine {spread([1e3 * s for s in found['engine']], 0)} ms; largest difference from jacrev {worst:.1e}")


def chain() -> None:
    """The products without their norms, as a share of what one large matrix product reaches."""
    n, T = 64, 200
    _, J = measured(n, T)
    at, width = np.arange(T + 1), max(2**16 // n**2, 1)
    flops = T * (T + 1) / 2 * 2 * n**3

    def carried():
        for first in range(0, T + 1, width):
            for _ in products(J, at, 0, first, min(first + width, T + 1)):
                pass

    A = np.random.default_rng(0).normal(size=(1024, 1024))
    found = side_by_side({"chain": carried, "dgemm": lambda: [A @ A for _ in range(5)]}, 15, 1)
    shares = [(flops / a) / (5 * 2 * 1024**3 / b) for a, b in zip(found["chain"], found["dgemm"], strict=True)]
    print(f"chain n=64 T=200: {spread([flops / s / 1e9 for s in found['chain']], 1)} Gflop/s, "
          f"{spread([100 * s for s in shares], 0)} % of dgemm")


def page() -> None:
    """What the page computes: three sequences, the quick map first."""
    _, J = measured(32, 100, 3)
    first, last = [], []
    for _ in range(9):
        began, seen = time.perf_counter(), []
        for _, found in map_pieces(J, np.arange(101)):
            if found is not None:
                seen.append(time.perf_counter() - began)
        first.append(1e3 * seen[0])
        last.append(1e3 * seen[1])
    print(f"n=32 T=100, 3 sequences: first frame {spread(first, 0)} ms, exact map {spread(last, 0)} ms")


def long() -> None:
    for n in (16, 32):
        trainer, _ = measured(n, 50)
        times = []
        for _ in range(3):
            began = time.perf_counter()
            for _ in long_reach(trainer.experiment, 65536, trainer.weights):
                pass
            times.append(time.perf_counter() - began)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"T=65536 n={n}: {spread(times)} s, process at most {peak:.0f} MB")


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(machine())
    for name in sys.argv[1:] or ["map", "chain", "page", "long"]:
        {"map": the_map, "chain": chain, "page": page, "long": long}[name]()
