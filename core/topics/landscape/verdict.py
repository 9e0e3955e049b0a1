"""What the two descents did, in one honest sentence, and why the wall is there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.spelling import Claim, Verdict, often, signed_tex, tex
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
        return Verdict("diverged", "Nothing to descend from", (
            Claim("stopped", f"{unclipped.stopped[0].upper()}{unclipped.stopped[1:]}."),))
    if not unclipped.updates and unclipped.stopped is None:
        return Verdict("healthy", "At the start", (*attractor_claims(spec), Claim(
            "start", "The error is {error:plain}, the norm of its gradient {gradient:plain}.",
            {"error": float(unclipped.error[0]), "gradient": float(unclipped.gradient[0])})))
    end = _end(unclipped, clipped)
    if unclipped.stopped or clipped.stopped:
        return Verdict("diverged", "Left the finite numbers", end)
    steepest, threshold = float(unclipped.gradient[:-1].max()), clipped.threshold
    if steepest <= threshold:
        return _below_the_threshold(unclipped, over.wall[over.wall < unclipped.updates], steepest, threshold, end)
    i, far, longest = unclipped.longest, float(unclipped.step.max()), float(clipped.step.max())
    if far < THROWN * longest:
        return Verdict("held", "A slope, not a cliff", (Claim(
            "steps", "The longest step is {unclipped:plain} without clipping and {clipped:plain} with it.",
            {"unclipped": far, "clipped": longest}), *end))
    jump = {"update": i + 1, "length": far, "gradient": float(unclipped.gradient[i])}
    places = {"w_from": float(unclipped.w[i]), "b_from": float(unclipped.b[i]), "w_to": float(unclipped.w[i + 1]),
              "b_to": float(unclipped.b[i + 1])}
    return Verdict("exploding", "Thrown off the cliff", (
        Claim("jump", "Without clipping, update {update:,} jumped {length:plain} away, from ({w_from:signed}, "
                      "{b_from:signed}) to ({w_to:signed}, {b_to:signed}), thrown by a gradient of {gradient:plain}.",
              jump | places),
        Claim("longest", "Clipped, no step is longer than {clipped:plain}.", {"clipped": longest}), *end))


def _end(unclipped: Descent, clipped: Descent) -> tuple[Claim, ...]:
    """Where both are after the updates shown; of one that left the finite numbers, that."""
    if not unclipped.stopped and not clipped.stopped:
        return (Claim("end", "After {updates:count update} E is {clipped:plain} clipped and {unclipped:plain} without.",
                      {"updates": clipped.updates, "clipped": float(clipped.error[-1]),
                       "unclipped": float(unclipped.error[-1])}),)
    claims = []
    for name, way in (("Without clipping", unclipped), ("Clipped", clipped)):
        if way.stopped:
            claims.append(Claim("stopped", f"{name}, {way.stopped}."))
        elif way.updates:
            claims.append(Claim("end", f"{name}, E is {{error:plain}} after {{updates:count update}}.",
                                {"error": float(way.error[-1]), "updates": way.updates}))
    return tuple(claims)


def _below_the_threshold(way: Descent, over: Indices, steepest: float, threshold: float, end: tuple[Claim, ...],
                         ) -> Verdict:
    """Both descents are the same; they may have stepped over the wall all the same."""
    gradient = {"gradient": steepest, "threshold": threshold}
    if not len(over):
        return Verdict("healthy", "Nothing to clip", (Claim(
            "gradient", "The gradient is at most {gradient:plain}, the threshold {threshold:plain}: both descents are "
                        "the same.", gradient), *end))
    worst = int(over[np.argmax(way.error[over + 1] - way.error[over])])
    before, after = float(way.error[worst]), float(way.error[worst + 1])
    words = "{times:often} a step went over the wall, "
    words += "at update {update:,} with E from {before:plain} to {after:plain}, and no gradient was above " \
             "{gradient:plain}: there was nothing to clip at {threshold:plain}."
    return Verdict("held", "Over a wall that no gradient felt", (Claim(
        "wall", words.replace("{times:often}", often(len(over)).capitalize()),
        gradient | {"times": len(over), "update": worst + 1, "before": before, "after": after}), *end))


def attractor_claims(spec: OneUnit) -> tuple[Claim, ...]:
    """The attractors at (w, b), what repels, and whether states grow for ever."""
    found = attractors_at(spec.activation, spec.w, spec.b)
    states, cycles = _decimals(found.x), [*_decimals(found.cycle[found.stable_cycle]), *map(_decimals, found.longer)]
    numbers: dict[str, float] = {"w": spec.w, "b": spec.b}
    close = np.abs(np.abs(found.slope) - 1.0) < MARGINAL
    goes = [_named(numbers, "attracts", [x]) for x in states[found.stable & ~close]]
    goes += [_cycle(numbers, cycle) for cycle in cycles]
    if found.restless[0]:
        numbers |= {"longest": LONGEST, "steps": PATIENCE * SETTLING}
        goes.append("an orbit with no period up to {longest} after {steps:,} steps")
    unsure = [_named(numbers, "unsure", [x]) for x in np.round(found.x[close], CLOSE) + 0.0]
    repels = [_named(numbers, "repels", [x]) + (", on one side alone" if one_sided else "")
              for x, one_sided in zip(states[~found.stable & ~close], found.one_sided[~found.stable & ~close],
                                      strict=True)]
    numbers |= {"attractors": len(goes)}
    parts = ["{attractors:count attractor}" + f" ({'; '.join(goes)})"] if goes else [] if unsure else ["no attractor"]
    for states_told, one, several in (
            (unsure, "a fixed point where |w φ'(x)| is 1, which does not tell whether it attracts",
             "fixed points where |w φ'(x)| is 1, which does not tell whether they attract"),
            (repels, "a fixed point that repels", "fixed points that repel")):
        if states_told:
            parts.append(f"{one if len(states_told) == 1 else several} ({'; '.join(states_told)})")
    claims = [Claim("attractors", "At w = {w:signed}, b = {b:signed}: " + ", and ".join(parts) + ".", numbers)]
    if found.escapes[0]:
        claims.append(Claim("escapes", "States that are large enough grow for ever."))
    return tuple(claims)


def attractors_in_words(spec: OneUnit) -> str:
    """The same as one text."""
    return " ".join(claim.text for claim in attractor_claims(spec))


def _decimals(states: Floats) -> Floats:
    """Those that mean something, and no -0."""
    return np.round(states, DIGITS) + 0.0


def _named(numbers: dict[str, float], kind: str, states: Sequence[float]) -> str:
    """Templates of states, which it adds to the numbers: x = {attracts_1:signed}."""
    names = []
    for x in states:
        name = f"{kind}_{sum(key.rstrip('0123456789') == f'{kind}_' for key in numbers) + 1}"
        numbers[name] = float(x)
        names.append(f"{{{name}:signed}}")
    return f"x = {names[0]}" if len(names) == 1 else " → ".join(names)


def _cycle(numbers: dict[str, float], cycle: Floats) -> str:
    """A short one state by state, in their order; of a long one its ends."""
    kind = f"cycle_{sum(key.endswith('_period') for key in numbers) + 1}"
    numbers[f"{kind}_period"] = len(cycle)
    if len(cycle) == 2:
        low, high = (_named(numbers, kind, [x]).removeprefix("x = ") for x in cycle)
        return f"a cycle between {low} and {high}"
    if len(cycle) <= SHOWN:
        return f"a cycle of {{{kind}_period}}: {_named(numbers, kind, cycle)}"
    low, high = (_named(numbers, kind, [x]).removeprefix("x = ") for x in (cycle.min(), cycle.max()))
    return f"a cycle of {{{kind}_period}} between {low} and {high}"


def reasons(spec: OneUnit, over: tuple[Crossings, Crossings]) -> list[str]:
    """Why there is a wall, and what the descents without and with clipping crossed, as lines of Markdown."""
    return [_bifurcations(spec), _wall(spec), _crossed(over)]


def _bifurcations(spec: OneUnit) -> str:
    w, lines = signed_tex(spec.w), []
    for turns, level, smooth, kinked in (
            (folds, 1, "two fixed points meet and vanish (fold)",
             "two fixed points meet at the kink of $\\varphi$ and vanish (border collision)"),
            (flips, -1, "a fixed point gives way to a cycle of two states (flip)",
             "a fixed point at the kink of $\\varphi$ gives way to a cycle of two states (border collision)")):
        found = turns(spec.activation, spec.w)
        if len(found.b):
            kind, meets = (kinked, f"$ jumps across ${level}") if found.collision.any() else (smooth, f" = {level}")
            lines.append(f"At $w = {w}$ {kind}, where $w\\,\\varphi'(x){meets}$: at "
                         + " and ".join(f"$b = {signed_tex(b)}$" for b in np.sort(found.b)) + ".")
    return " ".join(lines) or (f"At $w = {w}$ no $b$ makes a fixed point vanish or lose its stability: "
                               "$|w\\,\\varphi'(x)|$ nowhere crosses 1.")


def _wall(spec: OneUnit) -> str:
    edge = float(basin_edge(spec.activation, spec.x0, spec.w))
    slope = float(spec.w * phi_prime(spec.activation, spec.x0))
    sides = [float(phi_prime(spec.activation, spec.x0 + side)) for side in (-TOUCH, TOUCH)]
    if abs(sides[1] - sides[0]) > JUMP:
        slope = spec.w * max(sides)
        if abs(slope) > 1.0:
            return (f"$x_0$ is at the kink of $\\varphi$, whose slope is {sides[0]:g} below and {sides[1]:g} above: it "
                    "is a fixed point at the border collision alone, and no wall stands apart from that.")
    if np.isnan(edge):
        later = ("An orbit of this unit only rises or only falls, so that no later state comes upon one that does: $E$ "
                 "jumps at folds alone.") if orbits_are_monotone(spec.activation, spec.w) else (
            "A later state may still come upon a point that repels, and $E$ jump there: that is not looked for.")
        size = tex(np.log10(abs(slope)) if slope else -np.inf)
        return f"$|w\\,\\varphi'(x_0)| = {size} \\le 1$: where $x_0$ is a fixed point it does not repel. {later}"
    found = attractors_at(spec.activation, spec.w, edge)
    ends = [f"${signed_tex(x)}$" for x in found.x[found.stable]] + (["infinity"] if found.escapes[0] else [])
    ends += [f"the cycle of ${signed_tex(p)}$ and ${signed_tex(q)}$, in either order"
             for p, q in found.cycle[found.stable_cycle]]
    ends += [f"a cycle of {len(cycle)} states" for cycle in found.longer]
    ends += [f"an orbit with no period up to {LONGEST}"] if found.restless[0] else []
    return (f"The wall: at $b = x_0 - w\\,\\varphi(x_0) = {signed_tex(edge, 5)}$ the first state is itself a fixed "
            f"point, and repels. What is beside it moves away by a factor of ${signed_tex(slope)}$ at each step, as "
            f"long as it is near: about ${tex(spec.steps * np.log10(abs(slope)))}$ in ${spec.steps}$ steps"
            + (f", to {' or '.join(ends)}." if ends else "."))


def _crossed(over: tuple[Crossings, Crossings]) -> str:
    return "; ".join(f"{name}, the descent {_went(len(crossed.wall))} over the wall and "
                     f"{_went(len(crossed.bifurcation))} over a bifurcation"
                     for name, crossed in zip(("Without clipping", "clipped"), over, strict=True)) + "."


def _went(number: int) -> str:
    return f"went {often(number)}" if number else f"{often(number)} went"
