"""What the one-unit page claims, on random units: by plain loops in Python's own numbers, and by mpmath."""

import math
import re
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.network.activations import ACTIVATIONS
from core.spelling import plain
from core.topics.landscape.bifurcations import flips, folds
from core.topics.landscape.one_unit import OneUnit, descents
from core.topics.landscape.reasons import reasons
from core.topics.landscape.verdict import attractor_claims, attractors_in_words, landscape_verdict
from core.topics.landscape.wall import crossings

PHI = {
    "linear": lambda x: x, "tanh": math.tanh, "relu": lambda x: max(x, 0.0),
    "sigmoid": lambda x: 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0,
    "leaky_relu": lambda x: max(x, 0.01 * x), "elu": lambda x: x if x > 0.0 else math.expm1(x),
    "softplus": lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
    "gelu": lambda x: 0.5 * x * (1.0 + math.erf(x / math.sqrt(2.0))),
}
KINKED = ("relu", "leaky_relu")
ACTIVATION = st.sampled_from(list(ACTIVATIONS))


def slope(activation, x):
    """phi'(x), by a central difference."""
    return (PHI[activation](x + 1e-6) - PHI[activation](x - 1e-6)) / 2e-6


def steepest(activation, x):
    """The larger of the slopes below and above x."""
    return max(abs(PHI[activation](x + side) - PHI[activation](x)) / 1e-6 for side in (-1e-6, 1e-6))


def pushed(activation, w, b, x):
    """By how much two steps stretch what is beside a fixed point: below it, and above."""
    beside = 1e-6 if abs(x) > 1e-3 or x == 0.0 or activation not in KINKED else 1e-3 * abs(x)
    stays = run(activation, w, b, x, 2)
    return [abs(run(activation, w, b, x + side, 2) - stays) / beside for side in (-beside, beside)]


def run(activation, w, b, x, steps):
    for _ in range(steps):
        x = w * PHI[activation](x) + b
        if abs(x) > 1e12:
            return math.copysign(math.inf, x)
    return x


def number(tex):
    """What TeX says."""
    return float(tex.replace(r" \cdot 10^{", "e").rstrip("}"))


def told(verdict):
    return {claim.name: claim.numbers for claim in verdict.claims}


def check_wall(found, unclipped, over, threshold):
    """What is said where no gradient on the way was above the threshold."""
    walls = [i for i in over.wall.tolist() if i < len(unclipped.w) - 1]
    assert (found.headline == "Over a wall that no gradient felt") == bool(walls)
    numbers = told(found)["wall" if walls else "gradient"]
    assert numbers["gradient"] == max(unclipped.gradient[:-1])
    assert numbers["threshold"] == threshold
    if walls:
        rises = [float(unclipped.error[i + 1] - unclipped.error[i]) for i in walls]
        worst = walls[rises.index(max(rises))]
        assert (numbers["times"], numbers["update"]) == (len(walls), worst + 1)
        assert (numbers["before"], numbers["after"]) == (unclipped.error[worst], unclipped.error[worst + 1])


def check_cliff(found, path, held, gradients):
    """What is said where the clip made a difference: both ways as points (w, b)."""
    said = told(found)
    lengths, held_lengths = ([math.dist(p, q) for p, q in pairwise(way)] for way in (path, held))
    thrown = max(lengths) >= 10.0 * max(held_lengths)
    assert found.headline == ("Thrown off the cliff" if thrown else "A slope, not a cliff")
    assert found.kind == ("exploding" if thrown else "held")
    if thrown:
        i = lengths.index(max(lengths))
        jump = said["jump"]
        assert (jump["update"], jump["gradient"]) == (i + 1, gradients[i])
        assert jump["length"] == pytest.approx(lengths[i], rel=1e-12)
        assert (jump["w_from"], jump["b_from"], jump["w_to"], jump["b_to"]) == (*path[i], *path[i + 1])
        assert said["longest"]["clipped"] == pytest.approx(max(held_lengths), rel=1e-12)
    else:
        assert said["steps"]["unclipped"] == pytest.approx(max(lengths), rel=1e-12)
        assert said["steps"]["clipped"] == pytest.approx(max(held_lengths), rel=1e-12)


@settings(max_examples=120, deadline=None)
@given(activation=ACTIVATION, w=st.floats(-8.0, 8.0), b=st.floats(-5.0, 5.0), x0=st.floats(-3.0, 3.0),
       target=st.floats(-1.0, 1.0), steps=st.integers(1, 60), lr=st.floats(-3.0, 0.5), threshold=st.floats(-2.0, 2.0),
       updates=st.integers(1, 40), shown=st.integers(0, 40))
def test_every_number_said_of_the_two_descents(activation, w, b, x0, target, steps, lr, threshold, updates, shown):
    unit = OneUnit(activation=activation, w=w, b=b, x0=x0, target=target, steps=steps)
    lr, threshold = 10.0**lr, 10.0**threshold
    ways = descents(unit, lr, (None, threshold), updates)
    over = crossings(activation, x0, ways[0].w, ways[0].b)
    unclipped, clipped = (way.until(shown) for way in ways)
    found = landscape_verdict(unit, unclipped, clipped, over)
    said, sentence = told(found), found.sentence
    if not len(unclipped.w):
        assert (found.kind, found.headline) == ("diverged", "Nothing to descend from")
        return
    with np.errstate(all="ignore"):
        path = [(float(p), float(q)) for p, q in zip(unclipped.w, unclipped.b, strict=True)]
        held = [(float(p), float(q)) for p, q in zip(clipped.w, clipped.b, strict=True)]
    gradients = [float(g) for g in unclipped.gradient]
    if unclipped.stopped or clipped.stopped:
        assert (found.kind, found.headline) == ("diverged", "Left the finite numbers")
        for name, way in (("Without clipping", unclipped), ("Clipped", clipped)):
            if way.stopped:
                assert f"{name}, {way.stopped}." in sentence
    elif len(path) == 1:
        assert (found.kind, found.headline) == ("healthy", "At the start")
        assert said["start"] == {"error": float(unclipped.error[0]), "gradient": gradients[0]}
    elif max(gradients[:-1]) <= threshold:
        np.testing.assert_array_equal(unclipped.w, clipped.w)
        check_wall(found, unclipped, over, threshold)
    else:
        check_cliff(found, path, held, gradients)
    if found.headline not in ("At the start", "Left the finite numbers"):
        assert said["end"] == {"updates": len(held) - 1, "clipped": clipped.error[-1],
                               "unclipped": unclipped.error[-1]}


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(activation=ACTIVATION, w=st.floats(-8.0, 8.0), b=st.floats(-6.0, 6.0) | st.just(0.0) | st.floats(-1e-3, 1e-3))
def test_every_attractor_that_is_named_attracts_and_what_repels_repels(activation, w, b):
    # states are told to 12 decimals: nearer to 0 than this, and not there, they would read as at the kink
    assume(b == 0.0 or abs(b) > 1e-8 or activation not in KINKED)
    claim = attractor_claims(OneUnit(activation=activation, w=w, b=b))[0]
    numbers = claim.numbers
    fixed = [x for name, x in numbers.items() if name.startswith("attracts_")]
    repels = [x for name, x in numbers.items() if name.startswith("repels_")]
    size = 1.0 + max(map(abs, [*fixed, *repels]), default=0.0)
    for x in [*fixed, *repels]:
        back = w * PHI[activation](x) + b
        assert back == pytest.approx(x, abs=1e-9 * size)  # they are rounded to 12 decimals
    for x in fixed:
        assert max(pushed(activation, w, b, x)) < 1.0 + 1e-4
    for x in repels:
        assert max(pushed(activation, w, b, x)) > 1.0 - 1e-4
    halves = [x for x in repels if x == 0.0 and min(pushed(activation, w, b, x)) < 1.0]
    assert ("on one side alone" in claim.text) == bool(halves)
    cycles = [name.removesuffix("_period") for name in numbers if name.endswith("_period")]
    for name in cycles:
        states = [x for key, x in numbers.items() if re.fullmatch(rf"{name}_\d+", key)]
        period = numbers[f"{name}_period"]
        for start in states:
            assert run(activation, w, b, start, period) == pytest.approx(start, abs=1e-4 * (1 + abs(start)))
            assert all(abs(run(activation, w, b, start, p) - start) > 1e-9 for p in range(1, period))
    assert numbers["attractors"] == len(fixed) + len(cycles) + ("longest" in numbers)
    unsure = [x for name, x in numbers.items() if name.startswith("unsure_")]
    assert all(abs(w * slope(activation, x)) == pytest.approx(1.0, abs=1e-3) or x == 0.0 for x in unsure)
    margins = [abs(abs(w * slope(activation, x)) - 1.0) for x in [*fixed, *repels, *unsure]]
    lines = [abs(w * at) for at in (1.0, 0.01)]  # slopes of the pieces of what is made of lines, far out
    if activation != "gelu" and min([*margins, *(abs(at - 1.0) for at in lines)]) > 0.05:
        ends = {run(activation, w, b, x, 3000) for x in np.linspace(-30.0, 30.1, 25)}
        bounded = [x for x in ends if math.isfinite(x)]
        for x in bounded:  # every orbit comes to one of those named
            named = [*fixed, *halves, *(x for key, x in numbers.items() if re.fullmatch(r"cycle_\d+_\d+", key))]
            assert min(abs(x - end) for end in named) < 1e-3 * (1 + abs(x))
        if any(math.isinf(x) for x in ends):
            assert "grow for ever" in attractors_in_words(OneUnit(activation=activation, w=w, b=b))


@pytest.mark.parametrize(("values", "words"), [
    ({"w": 5.0, "b": -2.5},
     "At w = 5, b = -2.5: 2 attractors (x = -1.776; x = 1.776), and a fixed point that repels (x = 0)."),
    ({"activation": "linear", "w": 1.2, "b": 0.5},
     "At w = 1.2, b = 0.5: no attractor, and a fixed point that repels (x = -2.5). States that are large enough grow "
     "for ever."),
    ({"activation": "tanh", "w": -2.0, "b": 1.0},
     "At w = -2, b = 1: 1 attractor (a cycle between -0.9732 and 2.5), and a fixed point that repels (x = 0.3418)."),
    ({"activation": "gelu", "w": -8.7, "b": -0.86},
     "At w = -8.7, b = -0.86: 1 attractor (a cycle of 3: -4.634 → -0.8599 → 0.5982), and a fixed point that repels (x "
     "= -0.1822)."),
    ({"activation": "gelu", "w": -6.7, "b": -0.77},
     "At w = -6.7, b = -0.77: 1 attractor (an orbit with no period up to 64 after 5,000 steps), and a fixed point that "
     "repels (x = -0.2019).")])
def test_the_attractors_in_words(values, words):
    assert attractors_in_words(OneUnit(**values)) == words


def test_a_long_cycle_is_told_by_its_ends():
    rng = np.random.default_rng(1)
    for _ in range(400):
        unit = OneUnit(activation="gelu", w=round(rng.uniform(-10.0, -5.0), 2), b=round(rng.uniform(-1.0, 0.5), 2))
        (claim, *_) = attractor_claims(unit)
        if claim.numbers.get("cycle_1_period", 0) > 8:
            break
    period, low, high = (claim.numbers[f"cycle_1_{key}"] for key in ("period", 1, 2))
    states = [run("gelu", unit.w, unit.b, low, k) for k in range(period)]
    assert (low, high) == (pytest.approx(min(states)), pytest.approx(max(states)))
    assert f"(a cycle of {period} between {low:.4g} and {high:.4g})" in claim.text


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(activation=st.sampled_from([a for a in ACTIVATIONS if a != "gelu"]), w=st.floats(0.0, 8.0),
       x0=st.floats(-4.0, 4.0))
def test_where_no_wall_is_said_to_be_the_state_that_is_reached_jumps_at_folds_alone(activation, w, x0):
    unit = OneUnit(activation=activation, w=w, x0=x0)
    line = reasons(unit, (crossings(activation, x0, [w], [0.0]),) * 2)[1]
    if "at folds alone" not in line:
        assert abs(w * steepest(activation, x0)) > 1.0 - 1e-4
        return
    bs = np.linspace(-8.0, 8.0, 161)
    near = np.concatenate([folds(activation, w).b, [99.0]])
    ends = [run(activation, w, b, x0, 4000) for b in bs]
    for b, before, after in zip(bs[:-1], ends[:-1], ends[1:], strict=True):
        gap = abs(after - before) if math.isfinite(after - before) else 0.0 if after == before else math.inf
        # between two folds a fixed point moves at most 0.1 / |1 - w phi'| a step of b
        if gap > 3.0 and activation in ("tanh", "sigmoid"):
            assert np.abs(near - (b + 0.05)).min() < 0.2, (b, before, after)


def test_gelu_jumps_where_no_wall_of_the_first_state_is_and_none_is_denied():
    """w = 3, x_0 = -5, T = 50: E is 0.021 at b = -0.005 and 2.7e38 at +0.005."""
    errors = [(PHI["gelu"](run_far(3.0, b, -5.0, 50)) - 0.7) ** 2 for b in (-0.005, 0.005)]
    assert (plain(errors[0])[:2], errors[1] > 1e38) == ("0.", True)
    unit = OneUnit(activation="gelu", w=3.0, x0=-5.0)
    line = reasons(unit, (crossings("gelu", -5.0, [3.0], [0.0]),) * 2)[1]
    assert line.endswith("A later state may still come upon a point that repels, and $E$ jump there: that is not "
                         "looked for.")


def run_far(w, b, x, steps):
    for _ in range(steps):
        x = w * PHI["gelu"](x) + b
    return x


@settings(max_examples=60, deadline=None)
@given(activation=ACTIVATION, w=st.floats(-8.0, 8.0), x0=st.floats(-3.0, 3.0) | st.just(0.0),
       steps=st.integers(1, 200))
def test_the_wall_is_where_it_is_said_to_be_and_its_sides_go_where_it_says(activation, w, x0, steps):
    line = reasons(OneUnit(activation=activation, w=w, x0=x0, steps=steps),
                   (crossings(activation, x0, [w], [0.0]),) * 2)[1]
    if activation in KINKED and abs(x0) <= 1e-6:
        assert line.startswith("$x_0$ is at the kink of $\\varphi$, whose slope is 0") == (abs(w) > 1.0) or x0 != 0.0
        return
    factor = w * slope(activation, x0)
    if "The wall" not in line:
        assert abs(factor) < 1.0 + 1e-4
        return
    assert abs(factor) > 1.0 - 1e-4
    edge = x0 - w * PHI[activation](x0)
    assert number(re.search(r"= ([^=$]+)\$ the first", line)[1]) == pytest.approx(edge, rel=1e-4, abs=1e-9)
    assert number(re.search(r"factor of \$(.+?)\$", line)[1]) == pytest.approx(factor, rel=1e-3)
    grown = re.search(r"about \$(.+?)\$ in \$(\d+)\$", line)
    assert int(grown[2]) == steps
    digits, _, exponent = grown[1].replace("{,}", "").partition(r" \cdot 10^{")
    size = float(mpmath.log10(mpmath.mpf(digits))) + int(exponent.rstrip("}") or 0)
    assert size == pytest.approx(steps * math.log10(abs(factor)), abs=0.03 + steps * 1e-4)


@settings(max_examples=80, deadline=None)
@given(activation=ACTIVATION, w=st.floats(-8.0, 8.0))
def test_the_folds_and_flips_that_are_said_are_those_there_are(activation, w):
    line = reasons(OneUnit(activation=activation, w=w), (crossings(activation, 0.5, [w], [0.0]),) * 2)[0]
    expected = sorted(folds(activation, w).b) + sorted(flips(activation, w).b)
    assert [number(b) for b in re.findall(r"\$b = (.+?)\$", line)] == pytest.approx(expected, rel=1e-3, abs=1e-12)
    grid = [abs(w * slope(activation, x)) for x in np.linspace(-6.0, 6.0, 400)]
    if "nowhere crosses 1" in line:
        assert max(grid) <= 1.0 + 1e-3 or min(grid) >= 1.0 - 1e-3


def test_the_crossings_are_counted_in_words():
    unit = OneUnit()
    way = [4.69] * 4, [-2.7, -2.35, -2.35, -2.2]
    over = crossings("sigmoid", 0.5, *way)
    still = crossings("sigmoid", 0.5, way[0], [-2.2] * 4)
    assert reasons(unit, (over, still))[2] == (
        "Without clipping, the descent went once over the wall and went twice over a bifurcation; clipped, the descent "
        "never went over the wall and never went over a bifurcation.")


@pytest.mark.parametrize(("values", "updates", "kind", "sentence"), [
    ({}, 100, "exploding",
     "Without clipping, update 1 jumped 13.2 away, from (4.69, -2.42) to (11.62, 8.811), thrown by a gradient of 440. "
     "Clipped, no step is longer than 0.03. After 100 updates E is 0.00153 clipped and 0.09 without."),
    ({"activation": "linear", "w": 0.9, "b": 0.1}, 1, "held",
     "The longest step is 0.249 without clipping and 0.03 with it. After 1 update E is 0.00257 clipped and 0.964 "
     "without."),
    ({"activation": "linear", "w": 1.2, "b": 0.0}, 20, "diverged", "Without clipping, the error is inf after update 1. "
     "Clipped, E is 0.19 after 20 updates."),
    ({"w": 0.0}, 2, "healthy", "The gradient is at most 0.0932, the threshold 1: both descents are the same. After 2 "
     "updates E is 0.382 clipped and 0.382 without.")])
def test_sentences_with_their_numbers(values, updates, kind, sentence):
    unit = OneUnit(**values)
    ways = descents(unit, 0.03, (None, 1.0), updates)
    found = landscape_verdict(unit, *ways, crossings(unit.activation, 0.5, ways[0].w, ways[0].b))
    assert (found.kind, found.sentence) == (kind, sentence)
