"""The three specs that every run has. One declaration gives widget, URL key, flag, check and error text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.activations import activation_titles
from core.first_factors import (
    CARRIES_NOTHING,
    FIXED,
    READS_NOTHING,
    alone_first,
    carries_nothing,
    feeds_back,
    first_end,
    fixed_factors,
    no_matrix,
    reads_nothing,
    same_at_any_scale,
    same_for_tasks,
)
from core.parameters import Idle, ParameterError, Spec, choice, complex_list, idle_beyond, number
from core.spectrum import gaussian_matrix, listed_blocks, matrix_from_blocks, shaped_blocks
from core.tasks import task_titles, tasks
from core.tasks.generator import waveforms

SEED_MAX = 2**31 - 1


def shapes() -> dict[str, str]:
    return {"spectrum": "by its eigenvalues", "gaussian": "Gaussian", "identity": "identity"}


def optimizer_titles() -> dict[str, str]:
    return {"sgd": "SGD", "momentum": "SGD + momentum 0.9", "rmsprop": "RMSprop", "adam": "Adam"}


def dtypes() -> dict[str, str]:
    return {"float64": "float64", "float32": "float32"}


# -- when a field has no effect ---------------------------------------------------------------------------

LISTED = Idle(lambda e: bool(e.recurrence.eigenvalues), "it is set by the eigenvalues, one by one")
UNSHAPED = Idle(lambda e: e.recurrence.shape != "spectrum" and not e.recurrence.eigenvalues,
                "W_hh is not shaped by its eigenvalues")
ALL_ZERO = "all eigenvalues are 0"
ONE_PAIR = "two units are one pair"
# of the first Jacobians, before any update
CARRIED = Idle(carries_nothing, CARRIES_NOTHING, upto="Jacobians")
UNREAD = Idle(reads_nothing, READS_NOTHING, upto="Jacobians")


def _zero(e: Any) -> bool:
    return e.recurrence.rho == 0.0 and e.maker("initial") is None


def _certain(e: Any) -> bool:
    """Whether nothing of the initial W_hh is drawn."""
    maker = e.maker("initial")
    if maker is not None and "shape" not in maker.takes:
        return not maker.draws
    return (e.recurrence.shape == "identity" and not e.recurrence.eigenvalues) or no_matrix(e)


def _certain_factors(e: Any) -> bool:
    """Whether nothing of the first Jacobians is drawn."""
    leaky = e.active("leaky")
    return _certain(e) and (leaky is None or leaky.slowest == leaky.fastest) and not feeds_back(e) and (
        fixed_factors(e) or reads_nothing(e))


def _no_shape(e: Any) -> bool:
    return _zero(e) and e.recurrence.alpha == 0.0


def _one_pair(e: Any) -> bool:
    """Whether W_hh is one 2 x 2 block of a complex pair."""
    r = e.recurrence
    return r.n_hidden == 2 and (any(z.imag for z in r.eigenvalues) if r.eigenvalues else r.angle > 0.0)


@dataclass(frozen=True, kw_only=True)
class Recurrence(Spec):
    """W_hh by its eigenvalues, and the network around it."""

    n_hidden: int = number(16, 2, 128, step=1, label="Hidden units", symbol="n", unit="units", acts="W_hh",
                           help="Size of the hidden state h_t.")
    shape: str = choice("spectrum", shapes, label="Kind of matrix", symbol=r"W_{hh}", acts="W_hh",
                        made_by="initial",
                        idle=(LISTED, Idle(_no_shape, ALL_ZERO, upto="W_hh"),
                              Idle(lambda e: _no_shape(e) and carries_nothing(e), ALL_ZERO, upto="Jacobians")),
                        help="By its eigenvalues (the sliders below), a Gaussian matrix rescaled to the spectral "
                             "radius, or the identity times it.")
    rho: float = number(1.0, 0.0, 2.0, step=0.01, label="Spectral radius", symbol=r"\rho(W_{hh})", hot=True,
                         acts="W_hh", made_by="initial", idle=(LISTED,),
                        help="Largest magnitude of an eigenvalue: the long-run rate at which W_hh^k grows or shrinks. "
                             "During a run W_hh is rescaled to it. In an LSTM or GRU W_hh is the candidate's alone.")
    spread: float = number(1.0, 0.0, 1.0, step=0.01, label="Spread", symbol=r"\min|\lambda| / \max|\lambda|",
                           acts="W_hh", made_by="initial",
                           idle=(LISTED, UNSHAPED, Idle(_zero, ALL_ZERO), Idle(_one_pair, ONE_PAIR)),
                           help="1: all eigenvalues have the same magnitude. 0: they reach down to 0.")
    angle: float = number(90.0, 0.0, 180.0, step=1.0, label="Largest angle", symbol=r"\max \arg\lambda", unit="degrees",
                          acts="W_hh", made_by="initial",
                          idle=(LISTED, UNSHAPED, Idle(_no_shape, ALL_ZERO),
                                Idle(lambda e: _zero(e) and e.recurrence.angle > 0.0, ALL_ZERO, locks=False)),
                          help="Largest phase of a complex pair: 0 is all real, 180 goes all around the circle.")
    alpha: float = number(0.0, 0.0, 3.0, step=0.05, label="Non-normality", symbol=r"\alpha",
                          acts="W_hh", made_by="initial", idle=(UNSHAPED, Idle(_one_pair, ONE_PAIR)),
                          help="0: W_hh is normal and σ_max = ρ. Larger: the same eigenvalues, larger singular values, "
                               "so that a gradient may grow before it shrinks.")
    eigenvalues: tuple[complex, ...] = complex_list(
        high=2.0, longest=128, label="Each eigenvalue", symbol=r"\lambda_1, \lambda_2, \dots",
        acts="W_hh", made_by="initial",
        help="A list such as 1.2, 0.9, 0.5+0.5j instead of radius, spread and angle. A complex value brings its "
             "conjugate; what the list leaves open is 0.")
    activation: str = choice("tanh", activation_titles, label="Activation", symbol=r"\varphi",
                             acts="sequence", made_by="activation", idle=(CARRIED,),
                             help="h_t = φ(a_t). In an LSTM it acts in the candidate and in the output, in a GRU in "
                                  "the candidate. The largest slope γ = sup |φ'| enters the bound.")
    bias: float = number(0.0, -3.0, 3.0, step=0.05, label="Initial bias", symbol="b_h", acts="sequence",
                         idle=(CARRIED, Idle(fixed_factors, FIXED, upto="Jacobians")),
                         help="Every b_h starts here; it is trained.")
    input_scale: float = number(0.1, 0.0, 3.0, step=0.05, label="Input scale", symbol=r"\mathrm{std}(W_{xh})",
                                acts="sequence",
                                idle=(Idle(same_at_any_scale, FIXED, upto="Jacobians"),),
                                help="W_xh starts as N(0, scale^2).")
    seed: int = number(0, 0, SEED_MAX, step=1, label="Seed", acts="W_hh",
                       idle=(Idle(_certain, "W_hh is not random", upto="W_hh"),
                             Idle(_certain_factors, "nothing of it is random", upto="Jacobians")),
                       help="Fixes the initial weights and every batch: same seed, same curves, bit for bit.")

    def check(self) -> None:
        listed_blocks(self.eigenvalues, self.n_hidden)


def initial_W_hh(recurrence: Recurrence, rng: np.random.Generator) -> NDArray[np.float64]:
    """(n, n), as the spec shapes it. An explicit list of eigenvalues takes the place of shape, rho, spread, angle."""
    n = recurrence.n_hidden
    if recurrence.eigenvalues:
        return matrix_from_blocks(listed_blocks(recurrence.eigenvalues, n), recurrence.alpha, rng)
    if recurrence.shape == "identity":
        return recurrence.rho * np.eye(n)
    if recurrence.shape == "gaussian":
        return gaussian_matrix(n, recurrence.rho, rng)
    blocks = shaped_blocks(n, recurrence.rho, recurrence.spread, recurrence.angle)
    return matrix_from_blocks(blocks, recurrence.alpha, rng)


@dataclass(frozen=True, kw_only=True)
class Task(Spec):
    """What the network has to learn."""

    task: str = choice("recall", task_titles, label="Task", acts="sequence",
                       idle=(Idle(same_for_tasks, "no Jacobian depends on what is read", upto="Jacobians"),),
                       help="What has to be remembered, and for how long.")
    seq_len: int = number(50, 2, 1000, step=1, label="Sequence length", symbol="T", unit="steps", hot=True,
                          acts="sequence",
                          idle=(idle_beyond(first_end, "the first chunk ends there", "Jacobians"),),
                          help="Steps in one sequence; during a run it acts from the next batch on.")
    batch: int = number(32, 1, 256, step=1, label="Batch size", symbol="B", unit="sequences", hot=True,
                        acts="sequence",
                        idle=(Idle(fixed_factors, FIXED, upto="sequence"),
                              Idle(alone_first, "the first sequence is the same in a batch of any size",
                                   upto="sequence")),
                        help="Sequences in one batch; every update draws a fresh one.")

    waveform: str = choice("eight", waveforms, label="Waveform", acts="sequence",
                           idle=(Idle(lambda e: "waveform" not in tasks()[e.task.task].options,
                                      "the task draws no waveform"),
                                 Idle(fixed_factors, FIXED, upto="Jacobians"), UNREAD),
                           help="What the generator has to draw; the other tasks do without.")

    def check(self) -> None:
        kind = tasks()[self.task]
        if not kind.shortest <= self.seq_len <= kind.longest:
            raise ParameterError(
                f"seq_len must be a whole number from {kind.shortest} to {kind.longest} for the task {kind.name} "
                f"({kind.limit_reason}), got {self.seq_len}.")


@dataclass(frozen=True, kw_only=True)
class Training(Spec):
    """How it is trained."""

    optimizer: str = choice("sgd", optimizer_titles, label="Optimizer", acts="update", made_by="solver",
                            help="torch.optim with its default settings.")
    lr: float = number(0.03, 1e-5, 10.0, step=0.0001, log=True, label="Learning rate", symbol=r"\eta", hot=True,
                       acts="update", made_by="solver",
                       help="Size of the step along the (clipped) gradient.")
    steps: int = number(500, 1, 20000, step=1, label="Updates", unit="updates", hot=True, acts="gradient",
                        help="The run stops after this many.")
    dtype: str = choice("float64", dtypes, label="Precision", acts="W_hh",
                        idle=(Idle(no_matrix, "0 is 0 in every type", upto="W_hh"), CARRIED),
                        help="float32 loses small gradients at 10^-45 already, and is slower near it.")
