"""What the two descents did, in one honest sentence, and why the wall is there."""

from __future__ import annotations

import numpy as np

from core.bifurcations import flips, folds, phi_prime
from core.dynamics import Crossings, Indices, attractors, basin_edge
from core.landscape import Descent, OneUnit
from core.records import Verdict

THROWN = 10.0  # times the longest clipped step
DIGITS = 12  # decimals of a state that mean something


def landscape_verdict(spec: OneUnit, unclipped: Descent, clipped: Descent, over: Crossings) -> Verdict:
    """Of the two descents, as far as they are shown.

    Args:
        over: what the one without clipping crossed.
    """
    if not len(unclipped.w):
        return Verdict("diverged", "Nothing to descend from",
                       f"{unclipped.stopped[0].upper()}{unclipped.stopped[1:]}.")
    if not unclipped.updates and unclipped.stopped is None:
        return Verdict("healthy", "At the start", (
            f"{attractors_in_words(spec)} The error is {unclipped.error[0]:.3g}, the norm of its gradient "
            f"{unclipped.gradient[0]:.3g}."))
    end = f"After {clipped.updates} updates E is {clipped.error[-1]:.2g} clipped"
    if unclipped.stopped:
        return Verdict("diverged", "Left the finite numbers", f"Without clipping {unclipped.stopped}. {end}.")
    end += f" and {unclipped.error[-1]:.2g} without."
    steepest = unclipped.gradient[:-1].max()
    if steepest <= clipped.threshold:
        return _below_the_threshold(unclipped, over.wall[over.wall < unclipped.updates], steepest, end)
    i, far, longest = unclipped.longest, unclipped.step.max(), clipped.step.max()
    if far < THROWN * longest:
        return Verdict("held", "A slope, not a cliff", (
            f"The longest step is {far:.3g} without clipping and {longest:.3g} with it. {end}"))
    return Verdict("exploding", "Thrown off the cliff", (
        f"Without clipping, update {i + 1} jumped {far:.3g} away, from ({unclipped.w[i]:.4g}, {unclipped.b[i]:.4g}) to "
        f"({unclipped.w[i + 1]:.4g}, {unclipped.b[i + 1]:.4g}), thrown by a gradient of {unclipped.gradient[i]:.3g}. "
        f"Clipped, no step is longer than {longest:.3g}. {end}"))


def _below_the_threshold(way: Descent, over: Indices, steepest: float, end: str) -> Verdict:
    """Both descents are the same; they may have stepped over the wall all the same."""
    if not len(over):
        return Verdict("healthy", "No cliff met", (
            f"The gradient stays below the threshold, at most {steepest:.3g}, so that both descents are the same. "
            f"{end}"))
    worst = over[np.argmax(way.error[over + 1] - way.error[over])]
    return Verdict("held", "Over a wall that no gradient felt", (
        f"{_times(len(over)).capitalize()} a step went over the wall, at update {worst + 1} with E from "
        f"{way.error[worst]:.2g} to {way.error[worst + 1]:.2g}, and no gradient was above {steepest:.2g}: none of the "
        f"steps landed on it, and there was nothing to clip. {end}"))


def attractors_in_words(spec: OneUnit) -> str:
    """The attractors at (w, b), in a sentence."""
    found = attractors(spec.activation, spec.w, spec.b)
    states, cycles = np.round(found.x, DIGITS) + 0.0, np.round(found.cycle, DIGITS) + 0.0  # and no -0
    goes = [f"x = {x:.4g}" for x in states[found.stable]]
    goes += [f"a cycle between {p:.4g} and {q:.4g}" for p, q in cycles[found.stable_cycle]]
    goes += ["an orbit that does not settle"] if found.restless[0] else []
    repels = [f"x = {x:.4g}" for x in states[~found.stable]]
    number = {0: "no attractor", 1: "one attractor", 2: "two attractors"}.get(len(goes), f"{len(goes)} attractors")
    return (f"At w = {spec.w:.4g}, b = {spec.b:.4g}: {number}" + (f" ({'; '.join(goes)})" if goes else "")
            + (f", and fixed points that repel ({'; '.join(repels)})" if repels else "")
            + (". States that are large enough grow for ever." if found.escapes[0] else "."))


def reasons(spec: OneUnit, over: tuple[Crossings, Crossings]) -> list[str]:
    """Why there is a wall, and what the descents without and with clipping crossed, as lines of Markdown."""
    return [_bifurcations(spec), _wall(spec), _crossed(over)]


def _bifurcations(spec: OneUnit) -> str:
    found, halves = folds(spec.activation, spec.w), flips(spec.activation, spec.w)
    lines = []
    if len(found.b):
        kind = "meet at the kink of $\\varphi$ and vanish (border collision)" if found.collision.any() else \
            "meet and vanish (fold)"
        lines.append(f"At $w = {spec.w:.4g}$ two fixed points {kind}, where $w\\,\\varphi'(x) = 1$: at "
                     + " and ".join(f"$b = {b:.4g}$" for b in np.sort(found.b)) + ".")
    if len(halves.b):
        lines.append(f"At $w = {spec.w:.4g}$ a fixed point gives way to a cycle of two states (flip), where "
                     "$w\\,\\varphi'(x) = -1$: at " + " and ".join(f"$b = {b:.4g}$" for b in np.sort(halves.b)) + ".")
    return " ".join(lines) or (f"At $w = {spec.w:.4g}$ no $b$ makes a fixed point vanish or lose its stability: "
                               "$|w\\,\\varphi'(x)|$ never passes 1.")


def _wall(spec: OneUnit) -> str:
    edge, slope = float(basin_edge(spec.activation, spec.x0, spec.w)), spec.w * phi_prime(spec.activation, spec.x0)
    if np.isnan(edge):
        return f"$|w\\,\\varphi'(x_0)| = {abs(slope):.3g} \\le 1$: no wall of this $x_0$ at this weight."
    found = attractors(spec.activation, spec.w, edge)
    ends = [f"${x:.4g}$" for x in found.x[found.stable]] + (["infinity"] if found.escapes[0] else [])
    ends += [f"the cycle of ${p:.4g}$ and ${q:.4g}$, in either order" for p, q in found.cycle[found.stable_cycle]]
    return (f"The wall: at $b = x_0 - w\\,\\varphi(x_0) = {edge:.5g}$ the first state is itself a fixed point, and "
            f"repels. What is beside it moves away by a factor of ${slope:.4g}$ at each step, about "
            f"$10^{{{spec.steps * np.log10(abs(slope)):.3g}}}$ in ${spec.steps}$ steps, to {' or '.join(ends)}.")


def _crossed(over: tuple[Crossings, Crossings]) -> str:
    return "; ".join(f"{name} the descent went {_times(len(crossed.wall))} over the wall and "
                     f"{_times(len(crossed.bifurcation))} over a bifurcation"
                     for name, crossed in zip(("Without clipping", "clipped"), over, strict=True)) + "."


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
