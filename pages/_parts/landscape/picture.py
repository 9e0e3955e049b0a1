"""The picture of one unit: the two descents, the ground under them, and the attractors of the unit itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.spelling import count
from core.topics.landscape.attractors import orbit
from core.topics.landscape.figures.bifurcation import bifurcation
from core.topics.landscape.figures.descent import descent
from core.topics.landscape.figures.error_map import error_map
from core.topics.landscape.figures.error_surface import MOST, error_surface
from core.topics.landscape.one_unit import FINEST, Descent, OneUnit, Surface, descents, finest, surface
from core.topics.landscape.verdict import landscape_verdict
from core.topics.landscape.view import Descending, Region
from core.topics.landscape.wall import Crossings, crossings
from pages._chart.frame import HtmlCell
from pages._kit.verdict import verdict_cell
from pages._live.kept import Kept
from pages._live.stage import Picture

QUICK = 30  # updates of a descent that can follow a hand


@dataclass(frozen=True)
class Landscape:
    """Everything that the page shows of one unit."""

    unclipped: Descent
    clipped: Descent
    over: tuple[Crossings, Crossings]  # what the two of them crossed
    surface: Surface


def landscape_of(spec: OneUnit, descending: Descending, window: Region, kept: Kept) -> Landscape:
    """The two descents, what they cross, and the surface under them."""
    lr, threshold, updates = descending.lr, descending.threshold, descending.updates
    unclipped, clipped = kept("descents", (spec, lr, threshold, updates),
                              lambda: descents(spec, lr, (None, threshold), updates))
    over = kept("crossings", (spec, lr, threshold, updates), lambda: tuple(
        crossings(spec.activation, spec.x0, way.w, way.b) for way in (unclipped, clipped)))
    points = min(finest(spec), FINEST if window.view == "map" else MOST)
    anywhere = replace(spec, w=0.0, b=0.0)  # the surface is the same wherever the descents start
    found = kept("surface", (anywhere, window.w_span, window.b_span, points), lambda: surface(
        anywhere, np.linspace(*window.w_span, points), np.linspace(*window.b_span, points)))
    return Landscape(unclipped, clipped, over, found)


def quick_picture(kept: Kept, resting: OneUnit, spec: OneUnit, descending: Descending, window: Region) -> Picture:
    """While a hand moves something: of another unit than the one at rest the beginning of long descents."""
    quick = descending if spec == resting else replace(descending, updates=min(descending.updates, QUICK))
    words = f"While it moves: the first {count(QUICK, 'update')}." if quick != descending else ""
    return picture(kept, spec, quick, window, words)


def picture(kept: Kept, spec: OneUnit, descending: Descending, window: Region, words: str = "") -> Picture:
    """What the two descents did, the ground under them, their errors, and where the unit goes that is left alone.

    Args:
        words: on what of it is shown.
    """
    found, shown = landscape_of(spec, descending, window, kept), shown_of(descending)
    now = found.unclipped.until(shown), found.clipped.until(shown)
    seen = error_map if window.view == "map" else error_surface
    ways = (spec, descending.lr, descending.threshold, descending.updates, shown)
    return Picture({
        "said": {"verdict": verdict_cell(landscape_verdict(spec, *now, found.over[0]), spoken=True),
                 "quick": HtmlCell(f'<p class="small">{words}</p>' if words else "")},
        "ground": {seen.__name__: kept("ground", (ways, window), lambda: seen(
            found.surface, spec, *now, window.shade))},
        "descent": {"descent": kept("descent", ways, lambda: descent(
            found.unclipped, found.clipped, found.over, shown))},
        "bifurcation": {"bifurcation": kept("bifurcation", (spec, window.b_span), lambda: bifurcation(
            spec, *window.b_span, orbit(spec.activation, spec.w, spec.b, spec.x0, spec.steps)[-1]))},
    })


def shown_of(descending: Descending) -> int:
    """Updates that are drawn: all there are where more are asked for."""
    return min(descending.shown, descending.updates)
