r"""Where the eigenvalues of W can be, when W is known up to a change of size epsilon.

    sigma_min(z I - W) <= epsilon   <=>   z is an eigenvalue of W + E for some E with ||E||_2 <= epsilon

For a normal W sigma_min(z I - W) is the distance from z to the nearest eigenvalue, and the sets are discs around them.
For others they are larger, and that is what makes the powers grow: Kreiss's constant

    K(W) = sup_{|z| > 1} (|z| - 1) / sigma_min(z I - W)  <=  sup_k ||W^k||_2

so ||W^k|| must somewhere reach at least K. Every single z gives a lower bound of K, hence of the largest power.

Further reading: Trefethen & Embree 2005, Spectra and Pseudospectra.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats

Complexes = NDArray[np.complex128]
COARSE, FINE = 25, 161  # points a side
FINE_UP_TO = 32  # rows of W; a larger W gets fewer points
PIECE = 250_000  # entries of the matrices z I - W that are decomposed at a time: some 10 ms
CIRCLE = np.exp(1j * np.linspace(0.0, np.pi, 181))  # the upper half: W is real
RAY, ZOOM, ZOOMS = 81, 9, 3  # points outwards, and a side, around the best z for Kreiss's constant, and how often


@dataclass(frozen=True, eq=False)
class Pseudospectrum:
    """sigma_min(z I - W) over a square of the complex plane around 0. Equal to itself alone."""

    x: Floats  # (S,) Re z, and Im z as well
    log10_sigma_min: Floats  # (S, S) at Im z (rows) and Re z (columns); -inf where z is an eigenvalue
    kreiss: float  # a lower bound of Kreiss's constant, 1 or more; the constant itself is inf where rho > 1
    distance: float  # smallest sigma_min seen on the unit circle: a change of W so small puts an eigenvalue there
    fine: bool  # False for the quick first picture

    def radius(self, log10_epsilon: float) -> float:
        """Largest |z| of the grid in the epsilon-pseudospectrum; 0 if no point of the grid is in it."""
        inside = self.log10_sigma_min <= log10_epsilon
        return float(np.abs(self.x + 1j * self.x[:, None])[inside].max(initial=0.0))


Step: TypeAlias = "tuple[float, Pseudospectrum | None]"  # share of the work done, 0..1; the picture where one is ready


def pseudospectrum(W: Floats, half_width: float) -> Generator[Step, None, None]:
    """The grid in pieces: a coarse picture first, then the fine one.

    Args:
        W: (n, n), real and finite. sigma_min is then the same at z and its conjugate: half of the plane is enough.
        half_width: largest |Re z| and |Im z|.
    """
    sides = (COARSE, points_a_side(len(W)))
    total = len(CIRCLE) + sum(side * (side // 2 + 1) for side in sides) + 2 * RAY + ZOOMS * ZOOM**2
    circle = yield from _over(W, CIRCLE, 0, total)
    done, distance = len(CIRCLE), float(circle.min())

    x, z = _upper_half(half_width, sides[0])
    near = yield from _over(W, z, done, total)
    done += z.size
    yield done / total, _picture(x, near, distance, _best(z, near)[0], fine=False)

    x, z = _upper_half(half_width, sides[1])
    near = yield from _over(W, z, done, total)
    done += z.size
    best = _best(z, near)
    # The best z may lie outside the square, or between its points: first outwards, then closer and closer.
    directions = np.array([CIRCLE[circle.argmin()], best[1] / abs(best[1]) if np.isfinite(best[1]) else 1.0])
    z = directions[:, None] * (1.0 + np.geomspace(1e-3, 1.0 + np.linalg.norm(W, 2), RAY))
    best = max(best, _best(z, (yield from _over(W, z, done, total))), key=lambda pair: pair[0])
    done, step = done + z.size, (1.0 + np.linalg.norm(W, 2)) / RAY
    for _ in range(ZOOMS if np.isfinite(best[1]) else 0):
        offsets = min(step, abs(best[1]) - 1.0) * np.linspace(-1.0, 1.0, ZOOM)
        z = best[1] + offsets + 1j * offsets[:, None]
        best = max(best, _best(z, (yield from _over(W, z, done, total))), key=lambda pair: pair[0])
        done, step = done + z.size, step * 2.0 / (ZOOM - 1)
    yield 1.0, _picture(x, near, distance, best[0], fine=True)


def normal_pseudospectrum(eigenvalues: Complexes, half_width: float) -> Pseudospectrum:
    """The same for a normal matrix with these eigenvalues, (n,), closed under conjugation: distances to them."""
    x, z = _upper_half(half_width, points_a_side(len(eigenvalues)))
    near, circle = (np.min([np.abs(points - w) for w in eigenvalues], axis=0) for points in (z, CIRCLE))
    return _picture(x, near, float(circle.min()), _best(z, near)[0], fine=True)


def sigma_min(W: Floats, z: Complexes) -> Floats:
    """Smallest singular value of z I - W for every z, (len(z),); off by at most about n eps ||z I - W||.

    Not by the Gram matrix: squaring leaves nothing below 1e-8 ||z I - W||, and the levels of interest go to 1e-12.
    """
    return np.linalg.svd(z[:, None, None] * np.eye(len(W)) - W, compute_uv=False)[:, -1]


def points_a_side(n: int) -> int:
    """Of the fine grid for an (n, n) matrix: odd, so that the real axis is on it, and fewer for a larger n.

    One decomposition costs about n^2 at these sizes; with side^2 ~ 1/n the whole picture costs about n.
    """
    return 2 * int(FINE / 2 * min(1.0, FINE_UP_TO / n) ** 0.5) + 1


def _upper_half(half_width: float, side: int) -> tuple[Floats, Complexes]:
    """Re z from -half_width to half_width, (side,), and z for Im z >= 0, (side // 2 + 1, side)."""
    middle = side // 2
    x = half_width * (np.arange(-middle, middle + 1) / middle)
    return x, x + 1j * x[middle:, None]


def _over(W: Floats, z: Complexes, done: int, total: int) -> Generator[Step, None, Floats]:
    """sigma_min at every z, in the shape of z; `done` of `total` points were done before."""
    flat, size = z.ravel(), max(1, PIECE // W.size)
    out = np.empty(len(flat))
    for start in range(0, len(flat), size):
        out[start:start + size] = sigma_min(W, flat[start:start + size])
        yield min(done + start + size, done + len(flat)) / total, None
    return out.reshape(z.shape)


def _best(z: Complexes, near: Floats) -> tuple[float, complex]:
    """The largest (|z| - 1)/sigma_min of the points outside the unit circle, and where; it is 1 at infinity, which is
    told where no point gives more."""
    beyond = np.abs(z) - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(beyond > 0.0, beyond / near, 0.0)
    at = np.unravel_index(int(ratio.argmax()), ratio.shape)
    if ratio[at] <= 1.0:
        return 1.0, complex(np.inf)
    return float(ratio[at]), complex(z[at].real, abs(z[at].imag))


def _picture(x: Floats, near: Floats, distance: float, kreiss: float, *, fine: bool) -> Pseudospectrum:
    """With the lower half plane, which mirrors the upper one."""
    with np.errstate(divide="ignore"):
        half = np.log10(near)
    return Pseudospectrum(x=x, log10_sigma_min=np.concatenate([half[:0:-1], half]), kreiss=kreiss,
                          distance=distance, fine=fine)
