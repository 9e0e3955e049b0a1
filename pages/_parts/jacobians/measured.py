"""What is measured beside the page of Jacobians: the map and the singular spectrum."""

from __future__ import annotations

from dataclasses import dataclass

from core.live.view import View
from core.plotting.thinning import evenly
from core.topics.jacobians.map import grid_size, map_pieces, quick_pieces
from core.topics.jacobians.rates import NO_RATES, Rates, rates_of
from core.topics.jacobians.singular_spectrum import singular_pieces
from core.topics.jacobians.view import JacobianView
from core.training.record import JacobianMap, SingularSpectrum
from pages._kit.playing.jobs import job

MOST_LAGS = 40  # of the singular spectrum
AT_ONCE = 0.2  # s that a page waits for a first answer
SOON = 0.04  # s more that it waits for the exact one, rather than draw twice


@dataclass
class JacobianPictures:
    """Of this session's page of Jacobians."""

    waits: bool = True  # whether one of them is still to come


@dataclass(frozen=True)
class MapAndSpectrum:
    """What is known so far of one network's Jacobians."""

    map: JacobianMap | None  # None where the states are not finite, or nothing is measured yet
    rates: Rates  # of the network that the map was measured on
    spectrum: SingularSpectrum | None
    share: float  # of the work that is done
    done: bool


def measure(view: View, look: JacobianView) -> MapAndSpectrum:
    """Ask for the map and the singular spectrum; what is not there yet comes with a later picture."""
    J = view.jacobians
    if J is None:
        return MapAndSpectrum(None, NO_RATES, None, 1.0, True)
    rates = rates_of(J, view.experiment.activation.gamma, view.record.spectrum)
    playing = view.state == "playing"
    asked = (view.experiment, view.record.step, hash(view.weights.tobytes()), look.sequences, playing)
    at = evenly(0, len(J), grid_size(len(J), J.shape[1], look.sequences))
    seen = J.first(look.sequences)
    pieces = quick_pieces if playing else map_pieces
    maps = job("map", asked, lambda: ((share, found and (found, rates)) for share, found in pieces(seen, at)),
               patient=playing)
    maps.wait_for_a_result(AT_ONCE)
    maps.wait(min(SOON, AT_ONCE))
    found, its_rates = maps.result or (None, rates)
    if playing:  # the exact numbers come with the pause
        return MapAndSpectrum(found, its_rates, None, maps.share, True)
    lags = evenly(0, len(J) - 1, MOST_LAGS) + 1
    spectra = job("singular", asked, lambda: singular_pieces(J.first(1), lags))
    spectra.wait(min(SOON, AT_ONCE))
    return MapAndSpectrum(found, its_rates, spectra.result, min(maps.share, spectra.share), maps.done and spectra.done)
