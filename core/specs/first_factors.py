"""What the settings alone say of the first Jacobians dh_t/dh_{t-1}: rules for `core.parameters.Idle`.

    plain or leaky cell        J_t = (1 - l) I + l diag(phi'(a_t)) W_hh
    fed back after the cue     W_hh + (1 - s) W_xh W_hy in the place of W_hh

Each rule is of an experiment, and holds whatever the values are that it does not look at.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from core.network.cells.in_words import gated
from core.parameters import Idle
from core.tasks.base import TaskKind

FIXED = "no Jacobian of this network depends on its states"
READS_NOTHING = "the input scale is 0, and nothing is read"
CARRIES_NOTHING = "W_hh is 0, and no state enters a Jacobian"
SEVERAL = range(8)  # seeds of batches that are compared, and sequences of each: one alone may agree by chance


def fixed_factors(e: Any) -> bool:
    """Whether no factor depends on a state, as in a linear network without gates."""
    return carries_nothing(e) or (
        e.recurrence.activation == "linear" and e.maker("activation") is None and not _gated(e))


def reads_nothing(e: Any) -> bool:
    """Whether the states are the same whatever is read."""
    return e.recurrence.input_scale == 0.0 and not _gated(e)


def carries_nothing(e: Any) -> bool:
    """Whether every factor is (1 - l) I."""
    return no_matrix(e) and not feeds_back(e) and not _gated(e)


def feeds_back(e: Any) -> bool:
    """Whether the way through the output, W_xh W_hy, is a part of the factors."""
    return e.recurrence.input_scale > 0.0 and _reads_itself(e)


def _reads_itself(e: Any) -> bool:
    teacher = e.active("teacher_forcing")
    return e.task.kind.cue is not None and (teacher is None or teacher.share < 1.0)


def same_at_any_scale(e: Any) -> bool:
    """Whether the factors do not depend on how large the inputs are."""
    return fixed_factors(e) and not _reads_itself(e)


def same_for_all(e: Any) -> bool:
    """Whether the factors do not depend on what is read, nor on how it is read."""
    return fixed_factors(e) and not feeds_back(e)


def same_for_tasks(e: Any) -> bool:
    """Whether the task has no say in the factors: nor in how many there are, as where its targets decide which chunk
    is the first."""
    cut = e.active("truncation")
    return (same_for_all(e) or reads_nothing(e)) and (cut is None or cut.k1 >= e.task.seq_len)


def no_matrix(e: Any) -> bool:
    """Whether the initial W_hh is exactly 0."""
    return made_as_zero(e) and not e.recurrence.moved


def made_as_zero(e: Any) -> bool:
    """Whether it is, before one of its eigenvalues is moved."""
    r, maker = e.recurrence, e.maker("initial")
    if maker is not None and ("rho" in maker.takes or "eigenvalues" not in maker.takes):
        return False
    if maker is not None or r.eigenvalues:
        return bool(r.eigenvalues) and not any(r.eigenvalues) and r.alpha == 0.0
    return r.rho == 0.0 and (r.alpha == 0.0 or r.shape != "spectrum")


def nothing_to_pull(e: Any) -> bool:
    """Whether a penalty on the initial recurrent weights has no gradient: those of gates are not 0."""
    return no_matrix(e) and not _gated(e)


def no_way_back(e: Any) -> bool:
    """Whether every factor is exactly 0."""
    return carries_nothing(e) and not e.active("leaky") and not e.active("echo_state")


def alone_first(e: Any, sequences: int = 1) -> bool:
    """Whether the first sequences are the same in a batch of any size."""
    return same_for_all(e) or reads_nothing(e) or _first_of_any_batch(
        e.task.kind, e.task.seq_len, e.task.waveform, sequences)


def first_end(e: Any) -> int:
    """The last step of the first update's chunk, where a longer sequence has the same; else T."""
    T, cut = e.task.seq_len, e.active("truncation")
    if cut is None or cut.k1 >= T:
        return T
    first = int(_sample(e.task.kind, 0, T, 1, e.task.waveform).target_steps[0])
    end = -(-first // cut.k1) * cut.k1
    return end if end < T and _begins_alike(e.task.kind, end, T, e.task.waveform, same_for_all(e)) else T


def _gated(e: Any) -> bool:
    maker = e.maker("cell")
    return maker is not None and gated([maker.name]) is not None


def _sample(kind: TaskKind, seed: int, T: int, B: int, waveform: str) -> Any:
    return kind.sample(np.random.default_rng(seed), T, B, **({"waveform": waveform} if kind.options else {}))


@lru_cache(maxsize=512)
def _first_of_any_batch(kind: TaskKind, T: int, waveform: str, sequences: int) -> bool:
    one, two = ([_sample(kind, seed, T, B, waveform).x[..., :sequences] for seed in SEVERAL]
                for B in (sequences, sequences + 1))
    return all(map(np.array_equal, one, two))


@lru_cache(maxsize=512)
def _begins_alike(kind: TaskKind, end: int, T: int, waveform: str, fixed: bool) -> bool:
    """Whether shorter sequences than T have their first target at the same step and, if the factors are not fixed,
    read the same up to `end`."""
    short, whole = (_sample(kind, 0, length, len(SEVERAL) ** 2, waveform)
                    for length in (max(end, kind.shortest), T))
    return short.target_steps[0] == whole.target_steps[0] and (fixed or np.array_equal(short.x[:end], whole.x[:end]))


# of the first Jacobians, before any update
NOT_PULLED = Idle(nothing_to_pull, "W_hh is 0, and there is nothing to pull", upto="gradient")
CARRIED = Idle(carries_nothing, CARRIES_NOTHING, upto="Jacobians")
UNREAD = Idle(reads_nothing, READS_NOTHING, upto="Jacobians")
