"""What the two descents did, in one honest sentence, and where a unit goes that is left alone."""

from __future__ import annotations

import numpy as np

from core.arrays import Floats
from core.claims import Claim, Verdict
from core.topics.landscape.attractors import attractors_at
from core.topics.landscape.cycles import LONGEST, PATIENCE, SETTLING, Indices
from core.topics.landscape.one_unit import Descent, OneUnit
from core.topics.landscape.wall import Crossings
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
