"""What is measured beside the page of Jacobians: the map and the singular spectrum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.live.jobs import Jobs
from core.live.view import View
from core.network.cells.jacobians import Jacobians
from core.plotting.thinning import evenly
from core.topics.jacobians.map import grid_size, map_pieces, quick_pieces
from core.topics.jacobians.rates import NO_RATES, Rates, rates_of
from core.topics.jacobians.singular_spectrum import singular_pieces
from core.topics.jacobians.view import JacobianView
from core.training.record import JacobianMap, SingularSpectrum

MOST_LAGS = 40  # of the singular spectrum
AT_ONCE = 0.2  # s that a picture waits for the first answer to a question, so that it is all of one network
HELD = 0.05  # s, while a hand waits for it


@dataclass(frozen=True)
class MapAndSpectrum:
    """What is known so far of one network's Jacobians."""

    map: JacobianMap | None  # None where the states are not finite, or nothing is measured yet
    rates: Rates  # of the network that the map was measured on
    spectrum: SingularSpectrum | None
    share: float  # of the work that is done
    done: bool


def times(J: Jacobians, look: JacobianView) -> NDArray[np.int64]:
    """The steps that the map of these Jacobians has, ascending."""
    return evenly(0, len(J), grid_size(len(J), J.shape[1], look.sequences))


def measure(jobs: Jobs, view: View, look: JacobianView, held: bool = False) -> MapAndSpectrum:
    """Ask for the map and the singular spectrum; what is not there yet comes with a later picture. While the run plays,
    or something is held, for the quick map alone."""
    J = view.jacobians
    if J is None:
        return MapAndSpectrum(None, NO_RATES, None, 1.0, True)
    rates = rates_of(J, view.experiment.activation.gamma, view.record.spectrum)
    playing = view.state == "playing"
    quick = playing or held
    asked = (view.experiment, view.record.step, hash(view.weights.tobytes()), look.sequences, quick)
    at, seen = times(J, look), J.first(look.sequences)
    pieces, before = quick_pieces if quick else map_pieces, jobs.current("map")
    maps = jobs.job("map", asked, lambda: ((share, found and (found, rates)) for share, found in pieces(seen, at)),
                    patient=quick)
    if maps is not before:
        maps.wait_for_a_result(HELD if held else AT_ONCE)
    found, its_rates = maps.result or (None, rates)
    if quick:  # the exact numbers come when it rests
        return MapAndSpectrum(found, its_rates, None, maps.share, True)
    lags = evenly(0, len(J) - 1, MOST_LAGS) + 1
    spectra = jobs.job("singular", asked, lambda: singular_pieces(J.first(1), lags))
    return MapAndSpectrum(found, its_rates, spectra.result, min(maps.share, spectra.share), maps.done and spectra.done)


def pair(view: View, look: JacobianView, found: JacobianMap | None = None) -> tuple[int, int]:
    """The chosen row and column, inside the sequence and on the grid of a map: of this one, or of the one to come."""
    if view.jacobians is None and found is None:
        T = len(view.record.log10_dL_dh)
        return min(look.t, T), min(look.k, T - 1)
    at = times(view.jacobians, look) if found is None else found.at
    row = max(int(np.searchsorted(at, look.t, side="right")) - 1, 1)
    column = min(int(np.searchsorted(at, look.k, side="right")) - 1, len(at) - 2)
    return int(at[row]), int(at[column])
