"""Why there is a wall, and what the descents crossed."""

from __future__ import annotations

import numpy as np

from core.claims import Claim
from core.topics.landscape.attractors import TOUCH, attractors_at
from core.topics.landscape.bifurcations import JUMP, flips, folds, phi_prime
from core.topics.landscape.cycles import LONGEST, orbits_are_monotone
from core.topics.landscape.one_unit import OneUnit
from core.topics.landscape.wall import Crossings, basin_edge
from core.topics.landscape.words import say


def reasons(spec: OneUnit, over: tuple[Crossings, Crossings]) -> list[str]:
    """Why there is a wall, and what the descents without and with clipping crossed, as lines of Markdown."""
    return [_bifurcations(spec), _wall(spec), _crossed(over)]


def _bifurcations(spec: OneUnit) -> str:
    w, lines = {"w": spec.w}, []
    for turns, smooth, kinked in ((folds, "bifurcation.folds", "bifurcation.folds_at_the_kink"),
                                  (flips, "bifurcation.flips", "bifurcation.flips_at_the_kink")):
        found = turns(spec.activation, spec.w)
        if len(found.b):
            lines.append(say(kinked if found.collision.any() else smooth, w,
                             places=[say("bifurcation.place", {"b": float(b)}) for b in np.sort(found.b)]))
    return " ".join(line.text for line in lines) or say("bifurcation.none", w).text


def _wall(spec: OneUnit) -> str:
    edge = float(basin_edge(spec.activation, spec.x0, spec.w))
    slope = float(spec.w * phi_prime(spec.activation, spec.x0))
    sides = [float(phi_prime(spec.activation, spec.x0 + side)) for side in (-TOUCH, TOUCH)]
    if abs(sides[1] - sides[0]) > JUMP:
        slope = spec.w * max(sides)
        if abs(slope) > 1.0:
            return say("edge.kink", {"below": sides[0], "above": sides[1]}).text
    log10_slope = float(np.log10(abs(slope))) if slope else -np.inf
    if np.isnan(edge):
        return say("edge.none_monotone" if orbits_are_monotone(spec.activation, spec.w) else "edge.none",
                   {"log10_slope": log10_slope}).text
    ends = _ends(spec, edge)
    return say("edge", {"b": edge, "slope": slope, "log10_far": spec.steps * log10_slope, "steps": spec.steps},
               to=say("edge.to", ends=ends) if ends else "").text


def _ends(spec: OneUnit, edge: float) -> list[Claim]:
    """Where what moves away from the wall may go."""
    found = attractors_at(spec.activation, spec.w, edge)
    ends = [say("edge.point", {"x": float(x)}) for x in found.x[found.stable]]
    ends += [say("edge.infinity")] if found.escapes[0] else []
    ends += [say("edge.cycle", {"p": float(p), "q": float(q)}) for p, q in found.cycle[found.stable_cycle]]
    ends += [say("edge.long_cycle", {"period": len(cycle)}) for cycle in found.longer]
    return ends + ([say("edge.orbit", {"longest": LONGEST})] if found.restless[0] else [])


def _crossed(over: tuple[Crossings, Crossings]) -> str:
    unclipped, clipped = ({"wall": _went(len(crossed.wall)), "bifurcation": _went(len(crossed.bifurcation))}
                          for crossed in over)
    return say("crossed", unclipped=say("crossed.unclipped", **unclipped),
               clipped=say("crossed.clipped", **clipped)).text


def _went(number: int) -> Claim:
    return say("crossed.went" if number else "crossed.never", {"times": number})
