"""Every symbol of the derivation once: its TeX, what it means, and its value in the reader's network.

With two layers all but those of the first step are of the upper one (see Subject.layer).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.norms import euclidean_norm
from core.topics.derivation.subject import Subject

Value = NDArray[np.float64] | float


@dataclass(frozen=True)
class Symbol:
    """One symbol."""

    name: str
    tex: str
    meaning: str  # plain words; W_hh, h_{t-1} are set as TeX where there is TeX
    of: Callable[[Subject], Value]
    size: Callable[[Subject], float] | None = None  # where it is not the norm of `of`
    size_tex: str = ""  # what the size is called; "" for the value or the norm
    bare: bool = False  # stands where no number fits below it: a limit of a sum, an exponent
    steps: str = ""  # "t", "k" or "tk": the steps of the word that the value depends on

    def value(self, subject: Subject) -> Value:
        """A number, a vector (n,) or a matrix (rows, columns)."""
        found = np.asarray(self.of(subject), float)
        return float(found) if found.ndim == 0 else found

    def sized(self, subject: Subject) -> tuple[str, float]:
        """What its size is called, in TeX, and the size: the number itself, the Euclidean norm of a vector, the
        spectral norm of a matrix."""
        value = self.value(subject)
        name = self.size_tex or (self.tex if isinstance(value, float) else rf"\lVert {self.tex} \rVert")
        return name, float(self.size(subject)) if self.size else size_of(value)


def shape_of(value: Value) -> str:
    """In words."""
    if isinstance(value, float):
        return "a number"
    return f"a vector of {len(value)}" if value.ndim == 1 else f"a matrix, {value.shape[0]} × {value.shape[1]}"


def size_of(value: Value) -> float:
    """The number itself, the Euclidean norm of a vector, the spectral norm of a matrix."""
    if isinstance(value, float):
        return value
    return euclidean_norm(value) if value.ndim == 1 else float(np.linalg.norm(value, 2))


def _at(values: NDArray[np.float64], s: Subject) -> NDArray[np.float64]:
    return values[s.t - 1]


SYMBOLS: dict[str, Symbol] = {symbol.name: symbol for symbol in (
    # one update, without recurrence
    Symbol("one_W", "W_{xh}", "Input weights, from letter to state.", lambda s: s.one.W_xh),
    Symbol("eta", r"\eta", "The learning rate: how far one update goes.", lambda s: s.experiment.training.lr),
    Symbol("one_dL_dW", r"\frac{\partial L}{\partial W_{xh}}",
           "How the loss on this letter changes with W_xh: a column for the letter, 0 elsewhere.",
           lambda s: s.one.dL_dW_xh, steps="t"),
    Symbol("one_dL_dy", r"\frac{\partial L}{\partial y}", "How the loss changes with the output: p minus one-hot.",
           lambda s: s.one.dL_dy, steps="t"),
    Symbol("one_dy_dh", r"\frac{\partial y}{\partial h}", "How the output changes with the state: W_hy itself.",
           lambda s: s.one.W_hy),
    Symbol("one_dh_dW", r"\frac{\partial h}{\partial W_{xh}}",
           "How the state changes with W_xh: phi'(a) times x; shown is phi'(a).", lambda s: s.one.phi_prime,
           lambda s: np.abs(s.one.phi_prime).max() * euclidean_norm(s.one.x), steps="t"),
    # forward
    Symbol("x_t", "x_t", "The input at step t: the letter, one-hot; for the upper of two layers the state below.",
           lambda s: _at(s.layer.reads, s), steps="t"),
    Symbol("h_before", "h_{t-1}", "The state one step before: all that the network remembers. h_0 = 0.",
           lambda s: _at(s.layer.h_before, s), steps="t"),
    Symbol("h_t", "h_t", "The state after step t.", lambda s: _at(s.layer.h, s), steps="t"),
    Symbol("a_t", "a_t", "The sum that goes into the nonlinearity.", lambda s: _at(s.layer.a, s), steps="t"),
    Symbol("W_hh", "W_{hh}", "Recurrent weights, from state to state: the same at every step.",
           lambda s: s.layer.W_hh),
    Symbol("W_xh", "W_{xh}", "Input weights, from what is read to the state: the same at every step.",
           lambda s: s.layer.W_xh),
    Symbol("b_h", "b_h", "The bias of the state.", lambda s: s.layer.b_h),
    Symbol("phi", r"\varphi", "The activation; shown is its slope at each unit, below it the largest slope there is.",
           lambda s: _at(s.layer.phi_prime, s), lambda s: s.activation.gamma, r"\gamma", steps="t"),
    Symbol("W_hy", "W_{hy}", "Output weights, from state to output.", lambda s: s.word.W_hy),
    Symbol("b_y", "b_y", "The bias of the output.", lambda s: s.word.b_y),
    Symbol("y_t", "y_t", "The output at step t, before the softmax.", lambda s: _at(s.word.y, s), steps="t"),
    Symbol("p_t", "p_t", "The probability that the network gives to each letter as the next, and to the end.",
           lambda s: _at(s.word.p, s), steps="t"),
    Symbol("p_next", r"p_t[\text{next}]", "The probability that it gives to the letter that does come next.",
           lambda s: s.word.p[s.t - 1, s.word.target[s.t - 1]], steps="t"),
    Symbol("L_t", "L_t", "The loss at step t, in nats: how surprised the network is by the next letter.",
           lambda s: s.word.L_t[s.t - 1], steps="t"),
    Symbol("L", "L", "The loss of the whole word, in nats.", lambda s: s.word.loss),
    # backward
    Symbol("t", "t", "The step whose loss is followed back.", lambda s: s.t, bare=True, steps="t"),
    Symbol("k", "k", "The step that the gradient is followed back to.", lambda s: s.k, bare=True, steps="k"),
    Symbol("dL_dW", r"\frac{\partial L}{\partial W_{hh}}", "What an update of W_hh uses: all steps together.",
           lambda s: s.layer.dL_dW_hh),
    Symbol("dLt_dW", r"\frac{\partial L_t}{\partial W_{hh}}",
           "The part of the gradient by W_hh that comes from the loss at step t.",
           lambda s: s.layer.dLt_da[s.t - 1].T @ s.layer.h_before, steps="t"),
    Symbol("dLt_dh", r"\frac{\partial L_t}{\partial h_t}", "How the loss at step t changes with the state at step t.",
           lambda s: s.layer.dLt_dh[s.t - 1, s.t - 1], steps="t"),
    Symbol("dLt_dhk", r"\frac{\partial L_t}{\partial h_k}", "What of the loss at step t arrives at step k.",
           lambda s: s.layer.dLt_dh[s.t - 1, s.k - 1], steps="tk"),
    Symbol("dhk_dW", r"\frac{\partial^{+} h_k}{\partial W_{hh}}",
           "How h_k changes with W_hh where h_{k-1} is held still: phi'(a_k) times h_{k-1}; shown is phi'(a_k).",
           lambda s: s.layer.phi_prime[s.k - 1],
           lambda s: np.abs(s.layer.phi_prime[s.k - 1]).max() * euclidean_norm(s.layer.h_before[s.k - 1]), steps="k"),
    Symbol("product", r"\frac{\partial h_t}{\partial h_k}", "How the state at t changes with the state at k.",
           lambda s: s.product, steps="tk"),
    Symbol("factor", r"\frac{\partial h_t}{\partial h_{t-1}}", "One factor of the product, the newest one.",
           lambda s: s.layer.jacobians[s.t - 1], steps="t"),
    Symbol("slopes", r"\mathrm{diag}(\varphi'(a_t))", "The slope of each unit where it stands, on the diagonal.",
           lambda s: np.diag(_at(s.layer.phi_prime, s)), steps="t"),
    Symbol("down", r"\frac{\partial h_t}{\partial x_t}",
           "How the state changes with what it reads: the way down, to the letter or to the layer below.",
           lambda s: _at(s.layer.phi_prime, s)[:, None] * s.layer.W_xh, steps="t"),
    # eigenvalues, singular values, the bound
    Symbol("Q", "Q", "The eigenvectors of W_hh, one a column; shown are their magnitudes, below it their condition.",
           lambda s: np.abs(s.layer.eigen.eigenvectors), lambda s: s.layer.eigen.condition, r"\mathrm{cond}\,Q"),
    Symbol("Lambda", r"\Lambda", "The eigenvalues of W_hh on the diagonal; shown are their magnitudes.",
           lambda s: np.diag(np.abs(s.layer.spectrum.eigenvalues))),
    Symbol("Lambda_lag", r"\Lambda^{t-k}", "Each eigenvalue to the power t - k; shown are the magnitudes.",
           lambda s: np.diag(np.abs(s.layer.spectrum.eigenvalues) ** s.lag), steps="tk"),
    Symbol("norm_factor", r"\left\lVert\frac{\partial h_t}{\partial h_{t-1}}\right\rVert",
           "By how much one step can stretch.", lambda s: np.linalg.norm(s.layer.jacobians[s.t - 1], 2), steps="t"),
    Symbol("norm_slopes", r"\lVert\mathrm{diag}(\varphi'(a_t))\rVert", "The largest slope at step t.",
           lambda s: s.steepest, steps="t"),
    Symbol("norm_W", r"\lVert W_{hh} \rVert", "The most that W_hh can stretch a vector.",
           lambda s: np.linalg.norm(s.layer.W_hh, 2)),
    Symbol("sigma", r"\sigma_{\max}", "The largest singular value of W_hh: another name for its norm.",
           lambda s: s.layer.spectrum.sigma_max),
    Symbol("gamma", r"\gamma", "The largest slope of the activation, over all a.", lambda s: s.activation.gamma),
    Symbol("phi_prime", r"\varphi'(a)", "The slope of the activation; shown is that of each unit at step t.",
           lambda s: _at(s.layer.phi_prime, s), bare=True, steps="t"),
    Symbol("norm", r"\left\lVert\frac{\partial h_t}{\partial h_k}\right\rVert",
           "By how much a change of h_k can grow on its way to h_t.", lambda s: np.linalg.norm(s.product, 2),
           steps="tk"),
    Symbol("bound", r"(\sigma_{\max}\,\gamma)^{t-k}", "The most that the product can be.",
           lambda s: (s.layer.spectrum.sigma_max * s.activation.gamma) ** s.lag, steps="tk"),
    # what people do
    Symbol("g", "g", "The gradient of the first update on your task, all parameters together; shown is its norm.",
           lambda s: s.on_task.record.grad_norm, size_tex=r"\lVert g \rVert"),
    Symbol("theta", r"\theta", "The clip threshold: yours if clipping is on, else its default.",
           lambda s: s.on_task.threshold),
    Symbol("k_2", "k_2", "How many of the last ways back are followed.", lambda s: s.k2, bare=True),
    Symbol("alpha", r"\alpha", "How much of the old state a leaky unit keeps: 0 is a plain unit.", lambda s: s.leak),
    Symbol("slow_h", "h_t", "The state after step t, if your units leaked.", lambda s: s.slow[2], steps="t"),
    Symbol("slow_before", "h_{t-1}", "The state one step before, if your units leaked.", lambda s: s.slow[1],
           steps="t"),
    Symbol("slow_new", r"\varphi(a_t)", "What is new at step t, if your units leaked.", lambda s: s.slow[0], steps="t"),
)}
