"""Orthogonal throughout: after every update W_hh goes back to the nearest orthogonal matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.network.spectrum import haar_orthogonal
from core.parameters import Spec
from core.remedies.base import Passes, Remedy
from core.sources import HIGHAM_1986
from core.specs.recurrence import Recurrence

NEAR = 0.5  # ||W^T W - I||_F below which Newton-Schulz converges quadratically
CLOSE = 1e-13  # ... and where it has arrived, for each row
MOST = 12  # iterations: from NEAR six are enough


@dataclass(frozen=True, kw_only=True)
class OrthogonalKept(Spec):
    """Nothing to choose: the manifold has no parameter."""


def initial(spec: OrthogonalKept, recurrence: Recurrence, rng: np.random.Generator) -> Array:
    """Haar-distributed, (n, n)."""
    return haar_orthogonal(recurrence.n_hidden, rng)


def nearest_orthogonal(W: NDArray[np.float64]) -> NDArray[np.float64]:
    """The polar factor of W, (n, n): the orthogonal matrix at the smallest ||W - Q||_F.

    Newton-Schulz, W <- W (3 I - W^T W)/2, where W is near one already, as it is after one update; else the singular
    value decomposition. A W that is not finite is returned as it is: the trainer stops on it.

    Source: Higham's routine poldec, which cites Higham 1986 (U of A = U H is nearest in the Frobenius norm).
    """
    if not np.isfinite(W).all():
        return W
    identity = np.eye(len(W))
    for _ in range(MOST):
        gram = W.T @ W
        miss = np.linalg.norm(gram - identity)
        if miss < CLOSE * np.sqrt(len(W)):
            return W
        if not miss <= NEAR:  # nan is inf - inf: the squares of W have left the range
            break
        W = W @ (1.5 * identity - 0.5 * gram)
    left, _, right = np.linalg.svd(W)
    return left @ right


def retract(W_hh: Array, spec: OrthogonalKept) -> None:
    """Each W_hh of ([R,] n, n) back onto the manifold, in place, in float64 arithmetic."""
    n = W_hh.shape[-1]
    for at in np.ndindex(W_hh.shape[:-2]):
        W_hh[at] = nearest_orthogonal(W_hh[at].astype(np.float64).reshape(n, n))


def seconds(spec: OrthogonalKept, passes: Passes) -> float:
    """Four iterations: after one update it is near."""
    n, prices = passes.sizes.n, passes.prices
    return 4 * (2 * prices.product(n, n, n) + prices.each(n * n, 6))


REMEDY = Remedy(
    name="orthogonal_kept", title="Orthogonal throughout", source=HIGHAM_1986, helps="both",
    taken="The nearest orthogonal matrix is the polar factor, as his routine poldec says, which cites this paper. To "
          "go back there after every update is this app's choice.",
    equation=r"W_{hh} \leftarrow \arg\min_{Q^\top Q = I} \lVert W_{hh} - Q \rVert_F \ \text{ after every update}",
    product="All singular values of W_hh are 1 at every update. Where no output is fed back and |φ'| is at most 1, the "
            "product cannot grow; through φ' it can still shrink. GELU (1.13) and the generator's feedback can make it "
            "grow.",
    when="What was seen must be kept whole, as in copying: in the demo 20 of 20 seeds learn with it, 0 without.",
    cost="A few products of n × n matrices an update; the recurrence can rotate and mirror, and nothing else.",
    harms="Where forgetting would help: W_hh can shrink no direction, and grow none.",
    spec=OrthogonalKept, initial=initial, constrain=retract, seconds=seconds,
)
