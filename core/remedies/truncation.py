"""Truncated BPTT: an update every k1 steps, each looking back k2 steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.bptt.backprop import Window
from core.parameters import Idle, Spec, flag, idle_beyond, number
from core.remedies.base import Remedy
from core.sources import SUTSKEVER_2013
from core.specs.first_factors import FIXED, fixed_factors, no_way_back


def _one_chunk(e: Any) -> bool:
    return e.active("truncation").k1 >= e.task.seq_len


def _chunks_with_a_target(e: Any) -> set[int]:
    """Their numbers, from 0."""
    batch = e.task.kind.sample(np.random.default_rng(0), e.task.seq_len, 1)
    return set(((batch.target_steps - 1) // e.active("truncation").k1).tolist())


def _one_update(e: Any) -> bool:
    """Whether a sequence makes one update, of all its losses, whatever the chunks."""
    return _one_chunk(e) or (e.active("truncation").carry and len(_chunks_with_a_target(e)) == 1)


def _starts_anew(e: Any) -> bool:
    """Whether no update looks back beyond its own chunk, which is no longer than k2."""
    spec = e.active("truncation")
    return not spec.carry and spec.k1 <= spec.k2 and not _one_chunk(e)


def _end_of_first_chunk(e: Any) -> int:
    """Steps of the first update: up to the end of the first chunk that has a target."""
    return min((min(_chunks_with_a_target(e)) + 1) * e.active("truncation").k1, e.task.seq_len)


def _whole(e: Any) -> bool:
    return _one_update(e) and e.active("truncation").k2 >= e.task.seq_len


def _back_to_first_target(e: Any) -> int:
    """Steps from the end of the first update's chunk back to its first target, both counted."""
    first = int(e.task.kind.sample(np.random.default_rng(0), e.task.seq_len, 1).target_steps[0])
    return _end_of_first_chunk(e) - first + 1


def _cuts_nothing(e: Any) -> bool:
    """Whether the one update of a sequence sees all its targets, and no loss would be carried back anyway."""
    return no_way_back(e) and len(_chunks_with_a_target(e)) == 1 and (
        e.active("truncation").k2 >= _back_to_first_target(e))


NO_WAY_BACK = "W_hh is 0, and nothing is carried"


@dataclass(frozen=True, kw_only=True)
class Truncation(Spec):
    """TBPTT(k1, k2). The state is carried over the borders between chunks, or begins at 0 in each."""

    k1: int = number(1000, 1, 1000, step=1, log=True, label="Steps between updates", symbol="k_1", unit="steps",
                     hot=True,
                     idle=(Idle(_one_update, "a sequence makes one update", locks=False),),
                     help="Forward this many steps, then update. A chunk without a target makes no update.")
    k2: int = number(10, 1, 1000, step=1, log=True, label="Steps back", symbol="k_2", unit="steps", hot=True,
                     acts="gradient",
                     idle=(Idle(no_way_back, "nothing is carried back through W_hh = 0", locks=False, upto="gradient",
                                beyond=_back_to_first_target),
                           Idle(_starts_anew, "every chunk begins anew and is not longer", locks=False),
                           idle_beyond(_end_of_first_chunk, "the first update has no more steps", "gradient"),
                           idle_beyond(lambda e: e.task.seq_len, "a sequence has no more steps")),
                     help="The gradient of a chunk reaches its last k2 steps; what lies k2 steps back or more gets "
                          "exactly none.")
    carry: bool = flag(True, label="Carry the state over the borders", hot=True,
                       idle=(Idle(_one_chunk, "a sequence is one chunk"),
                             Idle(no_way_back, NO_WAY_BACK, upto="gradient"),
                             Idle(fixed_factors, FIXED, upto="Jacobians"),
                             Idle(lambda e: 0 in _chunks_with_a_target(e), "it acts later than the first update",
                                  upto="gradient")),
                       help="Off: every chunk begins with h = 0, and what came before it is forgotten.")


REMEDY = Remedy(
    name="truncation", title="Truncated BPTT (k1, k2)", source=SUTSKEVER_2013, helps="exploding",
    taken="Section 2.8.6: every k1 steps, back-propagation over k2 steps. It is the BPTT(h; h') of Williams & Peng "
          "1990, with k2 for h and k1 for h'.",
    equation=r"\frac{\partial L}{\partial W} \approx \sum_{k > t - k_2} \frac{\partial L_t}{\partial h_t}"
             r"\frac{\partial h_t}{\partial h_k}\frac{\partial h_k}{\partial W}",
    product="The longest product of Jacobians in the gradient has k2 − 1 factors; the factors stay as they are.",
    when="Sequences are long and what matters lies fewer than k2 steps back: in the demo 19 of 20 seeds learn with "
         "it, 1 without.",
    cost="What lies k2 steps back or more gets no gradient: it caps the sum over lags, and does not cure vanishing.",
    harms="The task needs something from k2 steps back or more: the gradient that would teach it is exactly 0.",
    spec=Truncation, window=lambda spec: Window(spec.k1, spec.k2, spec.carry),
    idle=(Idle(_whole, "the whole sequence is one chunk that is looked back over", locks=False),
          Idle(_one_update, "a sequence makes one update", locks=False, upto="states"),
          Idle(_cuts_nothing, NO_WAY_BACK, locks=False, upto="gradient")),
)
