"""What a reader does to W_hh between two updates: radii that it is rescaled to, and eigenvalues that are moved.

They act in the order in which they were asked for, on the weights that the last update left. Of radii that follow one
on another the last one counts, and of places of an eigenvalue the last, so that what is dragged leaves no trace of the
values that it passed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from core.network.moved_eigenvalue import moves_since
from core.network.weights import Network
from core.specs.recurrence import Recurrence


class Asked(NamedTuple):
    """What the settings say of W_hh that may be changed during a run."""

    rho: float
    moved: tuple[complex, ...]


Deeds = tuple[Asked, ...]  # what was asked for as the last update was made, and what since


def asked(recurrence: Recurrence) -> Asked:
    return Asked(recurrence.rho, recurrence.moved)


def then(deeds: Deeds, now: Asked) -> Deeds:
    """With what is asked for now, and without what it takes the place of.

    A radius that is set back to where it was has rescaled W_hh to it: the one that it comes back from stays, to tell of
    it. An eigenvalue that is put back is as the update left it. Of both at once the radius comes first, so that the
    eigenvalue is where it was asked for.
    """
    last = deeds[-1]
    if now.rho != last.rho and now.moved != last.moved:
        return then(then(deeds, Asked(now.rho, last.moved)), now)
    if now.rho != last.rho:
        base = max(i for i, one in enumerate(deeds) if not i or one.moved != deeds[i - 1].moved)
        back = (last,) if now.rho == deeds[base].rho else ()
        return (*deeds[:base + 1], *back, now)
    if now.moved != last.moved:
        follows = len(deeds) > 1 and deeds[-2].moved != last.moved
        before = deeds[:-1] if follows else deeds
        return before if follows and now.moved == before[-1].moved else (*before, now)
    return deeds


def work(network: Network, deeds: Deeds) -> None:
    """Do it to a network as the last update left it, in place."""
    for i, (before, now) in enumerate(pairwise(deeds), start=2):
        if now.moved != before.moved:
            network.move(moves_since(before.moved, now.moved))
        elif i == len(deeds) or deeds[i].moved != now.moved:  # no other radius follows
            network.rescale(now.rho)
