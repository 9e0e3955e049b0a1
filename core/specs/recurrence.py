"""W_hh as a reader asks for it: by its eigenvalues, or Gaussian, or the identity; and the network around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.network.activations import activation_titles
from core.network.spectrum import (
    Block,
    Complex,
    eigenvalues_of,
    gaussian_matrix,
    listed_blocks,
    matrix_from_blocks,
    shaped_blocks,
)
from core.parameters import Idle, ParameterError, Spec, choice, complex_list, number
from core.specs.first_factors import (
    CARRIED,
    FIXED,
    carries_nothing,
    feeds_back,
    fixed_factors,
    made_as_zero,
    reads_nothing,
    same_at_any_scale,
)

SEED_MAX = 2**31 - 1
MOST_MOVES = 30


def shapes() -> dict[str, str]:
    return {"spectrum": "by its eigenvalues", "gaussian": "Gaussian", "identity": "identity"}


# -- when a field has no effect ---------------------------------------------------------------------------

LISTED = Idle(lambda e: bool(e.recurrence.eigenvalues), by="the eigenvalues, one by one")
UNSHAPED = Idle(lambda e: e.recurrence.shape != "spectrum" and not e.recurrence.eigenvalues,
                "W_hh is not shaped by its eigenvalues")
ALL_ZERO = "all eigenvalues are 0"
ONE_PAIR = "two units are one pair"


def _zero(e: Any) -> bool:
    return e.recurrence.rho == 0.0 and e.maker("initial") is None


def certain(e: Any) -> bool:
    """Whether nothing of the initial W_hh is drawn: it is a multiple of the identity."""
    maker = e.maker("initial")
    if maker is not None and "shape" not in maker.takes:
        return not maker.draws
    return (e.recurrence.shape == "identity" and not e.recurrence.eigenvalues) or made_as_zero(e)


def certain_factors(e: Any) -> bool:
    """Whether nothing of the first Jacobians is drawn: each is a multiple of the identity."""
    leaky = e.active("leaky")
    return certain(e) and (leaky is None or leaky.slowest == leaky.fastest) and not feeds_back(e) and (
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

    n_hidden: int = number(16, 2, 128, step=1, log=True, label="Hidden units", symbol="n", unit="units", acts="W_hh",
                           help="Size of the hidden state h_t.")
    shape: str = choice("spectrum", shapes, label="Kind of matrix", symbol=r"W_{hh}", acts="W_hh",
                        made_by="initial",
                        idle=(LISTED, Idle(_no_shape, ALL_ZERO, upto="W_hh"),
                              Idle(lambda e: _no_shape(e) and carries_nothing(e), ALL_ZERO, upto="Jacobians")),
                        help="By its eigenvalues (their radius, spread and angle), a Gaussian matrix rescaled to the "
                             "spectral radius, or the identity times it.")
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
    moved: tuple[complex, ...] = complex_list(
        high=100.0, longest=2 * MOST_MOVES, label="Eigenvalues moved", hot=True, acts="W_hh",
        when_full="empty it to go on from here",
        help="Pairs such as 0.9, 0.5: the eigenvalue that is nearest to the first becomes the second, in its own "
             "eigenvectors, and the others stay. During a run that of the trained W_hh, as by dragging it in the "
             "chart. One whose condition is above 10^8, in float32 10^4, stays where it is.")
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
                       idle=(Idle(certain, "W_hh is not random", upto="W_hh"),
                             Idle(certain_factors, "nothing of it is random", upto="Jacobians")),
                       help="Fixes the initial weights and every batch: same seed, same curves, bit for bit.")

    def check(self) -> None:
        listed_blocks(self.eigenvalues, self.n_hidden)
        if len(self.moved) % 2:
            raise ParameterError(
                f"moved must be pairs of an eigenvalue and where it goes, got {len(self.moved)} numbers.")


def initial_W_hh(recurrence: Recurrence, rng: np.random.Generator) -> NDArray[np.float64]:
    """(n, n), as the spec shapes it. An explicit list of eigenvalues takes the place of shape, rho, spread, angle."""
    if not recurrence.eigenvalues:
        if recurrence.shape == "identity":
            return recurrence.rho * np.eye(recurrence.n_hidden)
        if recurrence.shape == "gaussian":
            return gaussian_matrix(recurrence.n_hidden, recurrence.rho, rng)
    return matrix_from_blocks(_blocks(recurrence), recurrence.alpha, rng)


def _blocks(r: Recurrence) -> list[Block]:
    if r.eigenvalues:
        return listed_blocks(r.eigenvalues, r.n_hidden)
    return shaped_blocks(r.n_hidden, r.rho, r.spread, r.angle)


def asked_eigenvalues(recurrence: Recurrence) -> Complex | None:
    """(n,) those that `initial_W_hh` is made from; None where they are drawn, as those of a Gaussian matrix are."""
    if recurrence.shape == "gaussian" and not recurrence.eigenvalues and recurrence.rho > 0.0:
        return None
    if recurrence.shape != "spectrum" and not recurrence.eigenvalues:
        return np.full(recurrence.n_hidden, complex(recurrence.rho))
    return eigenvalues_of(_blocks(recurrence))
