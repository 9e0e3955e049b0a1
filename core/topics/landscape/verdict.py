"""What the two descents did, in one honest sentence, and why the wall is there."""

from __future__ import annotations

import numpy as np

from core.claims import Claim, Verdict
from core.topics.landscape.attractors import (
    LONGEST,
    PATIENCE,
    SETTLING,
    TOUCH,
    Crossings,
    Indices,
    attractors_at,
    basin_edge,
    orbits_are_monotone,
)
from core.topics.landscape.bifurcations import JUMP, Floats, flips, folds, phi_prime
from core.topics.landscape.one_unit import Descent, OneUnit
from core.topics.landscape.words import say

THROWN = 10.0  # times the longest clipped step
DIGITS = 12  # decimals of a state that mean something
MARGINAL = 1e-9  # so near to 1 a slope does not tell whether a fixed point attracts
CLOSE = 6  # decimals of such a state that mean something: there b(x) is flat
SHOWN = 8  # states of a cycle that are all said


def landscape_verdict(spec: OneUnit, unclipped: Descent, clipped: Descent, over: Crossings) -> Verdict:
    """Of the two descents, as far as they are shown.

    Args:
        over: what the one without clipping crossed.
    """
    if not len(unclipped.w):
        return Verdict("diverged", say("headline.nothing"), (say("stopped.at_once", why=unclipped.stopped),))
    if not unclipped.updates and unclipped.stopped is None:
        return Verdict("healthy", say("headline.start"), (*attractor_claims(spec), say(
            "start", {"error": float(unclipped.error[0]), "gradient": float(unclipped.gradient[0])})))
    end = _end(unclipped, clipped)
    if unclipped.stopped or clipped.stopped:
        return Verdict("diverged", say("headline.diverged"), end)
    steepest, threshold = float(unclipped.gradient[:-1].max()), clipped.threshold
    if steepest <= threshold:
        return _below_the_threshold(unclipped, over.wall[over.wall < unclipped.updates], steepest, threshold, end)
    i, far, longest = unclipped.longest, float(unclipped.step.max()), float(clipped.step.max())
    if far < THROWN * longest:
        return Verdict("held", say("headline.slope"), (say("steps", {"unclipped": far, "clipped": longest}), *end))
    jump = {"update": i + 1, "length": far, "gradient": float(unclipped.gradient[i])}
    places = {"w_from": float(unclipped.w[i]), "b_from": float(unclipped.b[i]), "w_to": float(unclipped.w[i + 1]),
              "b_to": float(unclipped.b[i + 1])}
    return Verdict("exploding", say("headline.thrown"), (
        say("jump", jump | places), say("longest", {"clipped": longest}), *end))


def _end(unclipped: Descent, clipped: Descent) -> tuple[Claim, ...]:
    """Where both are after the updates shown; of one that left the finite numbers, that."""
    if not unclipped.stopped and not clipped.stopped:
        return (say("end.both", {"updates": clipped.updates, "clipped": float(clipped.error[-1]),
                                 "unclipped": float(unclipped.error[-1])}),)
    claims = []
    for way, stopped, ended in ((unclipped, "stopped.unclipped", "end.unclipped"),
                                (clipped, "stopped.clipped", "end.clipped")):
        if way.stopped:
            claims.append(say(stopped, why=way.stopped))
        elif way.updates:
            claims.append(say(ended, {"error": float(way.error[-1]), "updates": way.updates}))
    return tuple(claims)


def _below_the_threshold(way: Descent, over: Indices, steepest: float, threshold: float, end: tuple[Claim, ...],
                         ) -> Verdict:
    """Both descents are the same; they may have stepped over the wall all the same."""
    gradient = {"gradient": steepest, "threshold": threshold}
    if not len(over):
        return Verdict("healthy", say("headline.nothing_to_clip"), (say("gradient", gradient), *end))
    worst = int(over[np.argmax(way.error[over + 1] - way.error[over])])
    before, after = float(way.error[worst]), float(way.error[worst + 1])
    numbers = gradient | {"times": len(over), "update": worst + 1, "before": before, "after": after}
    return Verdict("held", say("headline.unfelt"), (say("wall", numbers, often=say("wall.often", numbers)), *end))


def attractor_claims(spec: OneUnit) -> tuple[Claim, ...]:
    """The attractors at (w, b), what repels, and whether states grow for ever."""
    found = attractors_at(spec.activation, spec.w, spec.b)
    states, cycles = _decimals(found.x), [*_decimals(found.cycle[found.stable_cycle]), *map(_decimals, found.longer)]
    numbers: dict[str, float] = {"w": spec.w, "b": spec.b}
    close = np.abs(np.abs(found.slope) - 1.0) < MARGINAL
    goes = [_state(numbers, "attracts", x) for x in states[found.stable & ~close]]
    goes += [_cycle(numbers, cycle) for cycle in cycles]
    if found.restless[0]:
        numbers |= {"longest": LONGEST, "steps": PATIENCE * SETTLING}
        goes.append(say("orbit", numbers))
    unsure = [_state(numbers, "unsure", x) for x in np.round(found.x[close], CLOSE) + 0.0]
    repels = [_state(numbers, "repels", x, "state.one_sided" if one_sided else "state")
              for x, one_sided in zip(states[~found.stable & ~close], found.one_sided[~found.stable & ~close],
                                      strict=True)]
    numbers |= {"attractors": len(goes)}
    parts = [say("attractors.some", numbers, states=goes)] if goes else [] if unsure else [say("attractors.none")]
    if unsure:
        parts.append(say("attractors.unsure" if len(unsure) == 1 else "attractors.several_unsure", states=unsure))
    if repels:
        parts.append(say("attractors.repels" if len(repels) == 1 else "attractors.several_repel", states=repels))
    claims = [say("attractors", numbers, parts=parts)]
    if found.escapes[0]:
        claims.append(say("escapes"))
    return tuple(claims)


def attractors_in_words(spec: OneUnit) -> str:
    """The same as one text."""
    return " ".join(claim.text for claim in attractor_claims(spec))


def _decimals(states: Floats) -> Floats:
    """Those that mean something, and no -0."""
    return np.round(states, DIGITS) + 0.0


def _state(numbers: dict[str, float], kind: str, x: float, statement: str = "state") -> Claim:
    """A state, which it adds to the numbers: attracts_1, attracts_2, ..."""
    numbers[f"{kind}_{sum(key.rstrip('0123456789') == f'{kind}_' for key in numbers) + 1}"] = float(x)
    return say(statement, {"x": float(x)})


def _cycle(numbers: dict[str, float], cycle: Floats) -> Claim:
    """A short one state by state, in their order; of a long one its ends."""
    kind = f"cycle_{sum(key.endswith('_period') for key in numbers) + 1}"
    numbers[f"{kind}_period"] = len(cycle)
    if 2 < len(cycle) <= SHOWN:
        return say("cycle.short", {"period": len(cycle)},
                   states=[_state(numbers, kind, x, "state.of_a_cycle") for x in cycle])
    low, high = (_state(numbers, kind, x).numbers["x"] for x in (cycle if len(cycle) == 2 else
                                                                 (cycle.min(), cycle.max())))
    return say("cycle.of_two" if len(cycle) == 2 else "cycle.long", {"period": len(cycle), "low": low, "high": high})


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
