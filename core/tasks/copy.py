"""Copy: repeat three symbols after a delay and a cue.

Source: Tallec & Ollivier 2018, after Arjovsky, Shah & Bengio 2016: ten symbols of eight, a delay, a signal, ten
answers. Here three symbols of four, and T counts all steps; before the answers there is no target.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.sources import TALLEC_2018
from core.tasks.base import Baselines, Batch, Dependency, TaskKind, one_hot
from core.tasks.words import say

SYMBOLS = 4
LENGTH = 3  # symbols to repeat
BLANK, CUE = SYMBOLS, SYMBOLS + 1  # input symbols beside the four


def draw(rng: np.random.Generator, T: int, B: int) -> tuple[NDArray, ...]:
    """The words, (3, B)."""
    return (rng.integers(SYMBOLS, size=(LENGTH, B)),)


def compose(T: int, word: NDArray) -> Batch:
    """Three symbols, blanks, a cue, three blanks; the targets are at the last three steps."""
    symbols = np.full((T, word.shape[1]), BLANK)
    symbols[:LENGTH] = word
    symbols[T - LENGTH - 1] = CUE
    return Batch(one_hot(symbols, SYMBOLS + 2), np.arange(T - LENGTH + 1, T + 1), word)


def baselines(T: int) -> Baselines:
    """The input while answering is always blank."""
    return Baselines(float(np.log(SYMBOLS)), float(np.log(SYMBOLS)), "nats")


def dependency(T: int) -> Dependency:
    return Dependency(T - LENGTH, T - LENGTH, say("copy"))


TASK = TaskKind(
    name="copy", title="Copy three symbols", source=TALLEC_2018,
    about="Three symbols are shown, a delay and a cue follow, and the three are to be repeated in order.",
    n_in=SYMBOLS + 2, n_out=SYMBOLS, classes=True, draw=draw, compose=compose, baselines=baselines,
    dependency=dependency,
    shortest=2 * LENGTH + 1, limit_reason="three symbols, the cue and three answers take 7 steps",
)
