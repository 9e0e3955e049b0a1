"""Folds, flips, fixed points, cycles and attractors against scipy's root finders, exact values and brute force."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from core.network.activations import ACTIVATIONS
from core.topics.landscape.attractors import attractors, attractors_at, orbit
from core.topics.landscape.bifurcations import (
    FAR,
    bias_of,
    branches,
    flip_curves,
    flips,
    fold_curves,
    folds,
    phi,
    phi_prime,
    pieces,
)
from core.topics.landscape.one_unit import OneUnit, descend
from core.topics.landscape.wall import basin_edge, crossings

EACH = pytest.mark.parametrize("activation", ACTIVATIONS)
SMOOTH = ["tanh", "sigmoid", "elu", "softplus", "gelu"]
PAIRS = 60


def settled(activation, w, b, steps):
    """Attractors by brute force: where a thousand orbits are after many steps, the cycles of two as pairs."""
    far = np.geomspace(60.0, 1e5, 100)
    x = np.concatenate([np.linspace(-60.0, 60.0, 400), np.linspace(-3.0, 3.0, 400), far, -far])
    for _ in range(steps):
        x = w * phi(activation, np.clip(x, -1e9, 1e9)) + b
    escaped = np.abs(x) > 1e6
    y = w * phi(activation, x[~escaped]) + b
    back = w * phi(activation, y) + b
    periodic = np.abs(back - x[~escaped]) < 1e-5
    ends = {(round(float(min(p, q)), 3) + 0.0, round(float(max(p, q)), 3) + 0.0)
            for p, q in zip(x[~escaped][periodic], y[periodic], strict=True)}
    return ends, bool((~periodic).any()), bool(escaped.any())


def near_a_bifurcation(found):
    """Where brute force would need longer than it is given."""
    slopes = np.abs(np.concatenate([found.slope, found.multiplier]))
    return bool((np.abs(slopes - 1.0) < 0.05).any())


def test_the_published_folds_at_w_5():
    """Pascanu et al. 2013, figure 3: two attractors for b between -2.656 and -2.344."""
    assert np.round(np.sort(folds("sigmoid", 5.0).b), 3).tolist() == [-2.656, -2.344]


@pytest.mark.parametrize("activation", SMOOTH)
@pytest.mark.parametrize(("turns", "level"), [(folds, 1.0), (flips, -1.0)])
@pytest.mark.parametrize("w", [-9.0, -5.0, -2.0, 1.05, 1.5, 5.0, 9.0])
def test_turns_are_where_brentq_finds_them(activation, turns, level, w):
    """Every sign change of w phi'(x) - level on a fine grid, refined by scipy."""
    x = np.linspace(-30.0, 30.0, 6002)
    value = w * phi_prime(activation, x) - level
    expected = [brentq(lambda s: float(w * phi_prime(activation, s)) - level, x[i], x[i + 1], xtol=1e-14)
                for i in np.flatnonzero(value[:-1] * value[1:] < 0.0)]
    found = turns(activation, w)
    np.testing.assert_allclose(found.x, expected, atol=1e-10)
    np.testing.assert_allclose(found.b, bias_of(activation, w, np.array(expected)), atol=1e-10)
    assert not found.collision.any()


@pytest.mark.parametrize(("activation", "w", "folded"), [("relu", 2.0, True), ("relu", 0.9, False),
                                                         ("leaky_relu", 2.0, True), ("leaky_relu", 0.9, False),
                                                         ("relu", -2.0, False), ("linear", 3.0, False)])
def test_a_piecewise_line_folds_at_its_kink_or_not_at_all(activation, w, folded):
    """A border collision at x = 0, b = 0 where the slope of the map jumps across 1."""
    found = folds(activation, w)
    assert (found.x.tolist(), found.b.tolist(), found.collision.tolist()) == (
        ([0.0], [0.0], [True]) if folded else ([], [], []))


def test_an_exact_fold():
    """softplus: w sigmoid(x) = 1 at x = 0 for w = 2, b = -2 ln 2. elu: w e^x = 1 at x = -ln w, b = w - 1 - ln w."""
    assert folds("softplus", 2.0).b == pytest.approx([-2.0 * np.log(2.0)], rel=1e-14)
    assert folds("elu", 3.0).x == pytest.approx([-np.log(3.0)], rel=1e-14)
    assert folds("elu", 3.0).b == pytest.approx([2.0 - np.log(3.0)], rel=1e-13)


@EACH
def test_the_fold_curves_are_the_folds_of_each_weight(activation):
    """But for the cusps, where two pieces of phi' meet and the two folds have become one."""
    ends = phi_prime(activation, np.array(pieces(activation)).ravel())
    cusps = 1.0 / ends[ends != 0.0]
    w, b = fold_curves(activation, -9.0, 9.0)
    drawn = np.isfinite(w) & ~np.isin(w, cusps)
    for weight, bias in zip(w[drawn], b[drawn], strict=True):
        assert np.abs(folds(activation, weight).b - bias).min() < 1e-10
    assert drawn.any() == (activation != "linear")


@pytest.mark.parametrize(("curves", "cusp"), [(fold_curves, (4.0, -2.0)), (flip_curves, (-4.0, 2.0))])
def test_the_curves_of_the_sigmoid_meet_in_a_cusp(curves, cusp):
    """Its slope is largest, 1/4, at x = 0: w = 4 and b = -w/2; with the other sign for flips."""
    w, b = curves("sigmoid", -10.0, 10.0)
    at = np.flatnonzero(np.isclose(w, cusp[0], atol=1e-12))
    assert len(at) == 2
    np.testing.assert_allclose(b[at], cusp[1], atol=1e-12)


@EACH
@pytest.mark.parametrize("w", [-7.3, -2.0, -0.5, 0.0, 0.7, 1.5, 4.69, 8.0])
def test_every_fixed_point_is_found(activation, w):
    """Sign changes of w phi(x) + b - x, refined by scipy, on a grid finer than any two of them are apart."""
    b = -0.6 * w + 0.3
    x = np.linspace(-30.0, 30.0, 20002)
    off = w * phi(activation, x) + b - x
    expected = [brentq(lambda s: float(w * phi(activation, s)) + b - s, x[i], x[i + 1], xtol=1e-14)
                for i in np.flatnonzero(off[:-1] * off[1:] < 0.0)]
    found = attractors(activation, w, b)
    np.testing.assert_allclose(found.x, expected, atol=1e-10)
    np.testing.assert_allclose(found.slope, w * phi_prime(activation, np.array(expected)), atol=1e-9)


def test_fixed_points_far_away_are_found_on_the_straight_line():
    """relu: x = b / (1 - w) = 5000 and, below, x = b."""
    assert attractors("relu", 0.999, 5.0).x == pytest.approx([5000.0])
    assert attractors("relu", 2.0, -90.0).x == pytest.approx([-90.0, 90.0])


@pytest.mark.slow
@EACH
def test_the_number_of_attractors_is_what_many_orbits_come_to(activation):
    """Random pairs, half of them where two attractors are likely; near a bifurcation nothing settles, left out."""
    rng = np.random.default_rng(7)
    several, counted = 0, 0
    for i in range(PAIRS if activation != "gelu" else 24):
        w = rng.uniform(-9.9, 9.9)
        b = rng.uniform(-10.0, 10.0) if i % 2 else bias_of(activation, w, np.array([0.0]))[0] + rng.uniform(-0.7, 0.7)
        found = attractors(activation, w, b)
        if near_a_bifurcation(found):
            continue
        ends, wanders, escapes = settled(activation, w, b, 600)
        assert found.count[0] == len(ends) + wanders, (w, b)
        assert found.escapes[0] == escapes, (w, b)
        counted, several = counted + 1, several + (len(ends) > 1)
    assert counted >= 15
    assert several or activation not in ("sigmoid", "tanh")


@pytest.mark.parametrize(("activation", "w", "b"), [("sigmoid", -6.0, 3.0), ("tanh", -2.0, 0.3), ("relu", -2.0, 1.0),
                                                    ("softplus", -3.0, 2.0), ("gelu", -9.0, 2.0), ("gelu", 9.5, -0.5)])
def test_a_cycle_comes_back_after_two_steps_and_attracts(activation, w, b):
    found = attractors(activation, w, b)
    (low, high), = found.cycle[found.stable_cycle]
    assert w * phi(activation, low) + b == pytest.approx(high, rel=1e-12)
    assert w * phi(activation, high) + b == pytest.approx(low, rel=1e-12)
    beside = orbit(activation, w, b, high + 1e-3, 400)[-2:]
    assert sorted(beside) == pytest.approx([low, high], abs=1e-6)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_a_flip_is_where_a_fixed_point_gives_way_to_a_cycle(activation):
    for bias, inside in zip(np.sort(flips(activation, -6.0).b), (0.01, -0.01), strict=True):
        before, after = (attractors(activation, -6.0, bias + side) for side in (-inside, inside))
        assert (before.stable.tolist(), len(before.cycle)) == ([True], 0)
        assert (after.stable.tolist(), after.stable_cycle.tolist()) == ([False], [True])


def gelu_orbit(w, b, start=-0.7517915246935645, settle=20000, watch=300):
    """By the standard library, one number at a time, from the state where its slope is 0."""
    x, seen = start, []
    for step in range(settle + watch):
        x = w * x * 0.5 * (1.0 + math.erf(x / math.sqrt(2.0))) + b
        if step >= settle:
            seen.append(x)
    return seen


def period_of(seen, longest=100):
    """The first p after which all come back to 1e-7 of the largest; 0 where none up to the longest is one."""
    near = 1e-7 * (1.0 + max(map(abs, seen)))
    return next((p for p in range(1, longest + 1)
                 if all(abs(a - b) < near for a, b in zip(seen, seen[p:], strict=False))), 0)


def test_gelu_has_a_cycle_of_three():
    found = attractors_at("gelu", -8.7, -0.86)
    (cycle,) = found.longer
    assert np.round(cycle, 3).tolist() == [-4.634, -0.86, 0.598]
    assert (found.restless.tolist(), found.count.tolist(), found.longer_at.tolist()) == ([False], [1], [0])


def test_gelu_has_orbits_that_settle_nowhere():
    """It falls before it rises; here no fixed point and no cycle of up to a hundred states attracts."""
    seen = gelu_orbit(-6.7, -0.77)
    assert period_of(seen) == 0
    assert attractors_at("gelu", -6.7, -0.77).restless.tolist() == [True]
    assert attractors_at("gelu", -6.7, -0.77).count.tolist() == [1]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_periods_of_gelu_are_those_of_brute_force(seed):
    """Random pairs where its orbits are lively; the attracting cycle is the one that the state of slope 0 goes to."""
    rng, periods = np.random.default_rng(seed), set()
    for _ in range(40):
        w, b = rng.uniform(-10.0, -4.0), rng.uniform(-2.0, 0.5)
        seen = gelu_orbit(w, b, settle=12000)
        period, found = period_of(seen), attractors_at("gelu", w, b)
        periods.add(period)
        if found.restless[0]:  # as it says: after 5,000 steps
            assert period_of(gelu_orbit(w, b, settle=5000, watch=128), 64) == 0 or period == 0, (w, b)
        elif 3 <= period <= 64:
            (cycle,) = found.longer
            assert len(cycle) == period, (w, b)
            assert cycle[0] == cycle.min()
            at = min(range(period), key=lambda i: seen[i])
            np.testing.assert_allclose(cycle, seen[at:at + period], rtol=1e-5, atol=1e-5)
        else:
            assert found.longer == (), (w, b)
            assert found.restless[0] == (period == 0 or period > 64), (w, b, period)
    assert periods & {3, 4, 5, 6}


def test_a_cycle_twice_as_long_is_not_seen_where_the_orbit_still_comes_nearer_from_both_sides():
    """Just before 5 becomes 10 and 6 becomes 12, where 5,000 steps leave more than rounding."""
    for w, b, period in ((-5.416966600065869, -0.21879157563272633, 5), (-4.382578771936871, -0.07717601656638884, 6)):
        assert period_of(gelu_orbit(w, b)) == period
        found = attractors_at("gelu", w, b)
        assert [len(cycle) for cycle in found.longer] in ([period], [])


@pytest.mark.parametrize(("activation", "w", "b", "escapes"), [
    ("linear", 1.01, 0.0, True), ("linear", -1.01, 0.0, True), ("linear", 0.99, 0.0, False), ("relu", 1.01, -5.0, True),
    ("relu", 1.0, 0.1, True), ("relu", 1.0, -0.1, False), ("relu", -9.0, 1.0, False), ("leaky_relu", -9.9, 1.0, False),
    ("leaky_relu", -10.1, 1.0, True), ("sigmoid", 10.0, 10.0, False), ("elu", 1.01, 0.0, True)])
def test_what_grows_for_ever_is_told_from_the_slopes_far_out(activation, w, b, escapes):
    assert attractors(activation, w, b).escapes.tolist() == [escapes]


def test_pairs_are_answered_one_by_one():
    w, b = np.array([5.0, 3.0, -6.0, 5.0]), np.array([-2.5, -1.5, 3.0, -1.0])
    together = attractors("sigmoid", w, b)
    assert together.count.tolist() == [2, 1, 1, 1]
    for i, pair in enumerate(zip(w, b, strict=True)):
        np.testing.assert_allclose(together.x[together.x_at == i], attractors("sigmoid", *pair).x, atol=1e-14)


@EACH
@pytest.mark.parametrize("w", [-6.0, 0.5, 5.0])
def test_the_branches_are_all_fixed_points_with_their_stability(activation, w):
    """Every point lies on b(x); at five biases the branches hold as many fixed points as there are, of each kind."""
    drawn = branches(activation, w, -4.0, 3.0)
    for branch in drawn:
        np.testing.assert_allclose(branch.b, bias_of(activation, w, branch.x), atol=1e-12)
        inside = np.abs(w * phi_prime(activation, branch.x[1:-1])) < 1.0
        assert (inside == branch.stable).all()
    for b in np.linspace(-3.9, 2.9, 5):
        found = attractors(activation, w, b)
        near = np.abs(found.x) < FAR
        for stable in (True, False):
            there = sum(branch.b.min() < b < branch.b.max() for branch in drawn if branch.stable is stable)
            assert there == (found.stable[near] == stable).sum()


def test_the_wall_of_figure_6_is_the_edge_of_a_basin_between_the_folds():
    """At w = 4.69 it stands at b = 0.5 - 4.69 sigmoid(0.5) = -2.4193; on its two sides the unit ends far apart."""
    edge = float(basin_edge("sigmoid", 0.5, 4.69))
    assert edge == pytest.approx(0.5 - 4.69 / (1.0 + np.exp(-0.5)), abs=1e-14)
    low, high = np.sort(folds("sigmoid", 4.69).b)
    assert low < edge < high
    ends = [orbit("sigmoid", 4.69, edge + side, 0.5, 2000)[-1] for side in (-1e-4, 1e-4)]
    assert ends[0] < -1.0
    assert ends[1] > 1.0


def test_there_is_no_wall_where_the_first_state_attracts():
    assert np.isnan(basin_edge("sigmoid", 0.5, 4.0))


@pytest.mark.parametrize(("activation", "w", "x0"),
                         [("sigmoid", 6.0, -0.4), ("tanh", 2.0, 0.5), ("softplus", 3.0, 1.0)])
def test_the_wall_parts_what_starts_at_the_first_state(activation, w, x0):
    edge = float(basin_edge(activation, x0, w))
    below, above = (orbit(activation, w, edge + side, x0, 60)[-1] for side in (-1e-3, 1e-3))
    assert above - below > 1.0


def test_a_path_over_one_fold_crosses_once_and_over_the_wall_in_between():
    """w = 5, from b = -2.7 to -2.5 in three steps: the fold at -2.656, then the wall at -2.612."""
    found = crossings("sigmoid", 0.5, np.full(4, 5.0), np.array([-2.7, -2.64, -2.55, -2.5]))
    assert (found.bifurcation.tolist(), found.wall.tolist()) == ([0], [1])


def test_a_path_that_ends_on_the_other_side_of_both_folds_has_the_same_number_again():
    found = crossings("sigmoid", 0.5, np.full(2, 5.0), np.array([-2.9, -2.0]))
    assert (found.bifurcation.tolist(), found.wall.tolist()) == ([], [0])


def test_the_line_of_the_wall_is_no_wall_at_small_weights():
    found = crossings("sigmoid", 0.5, np.full(2, 3.0), np.array([-2.0, 0.0]))
    assert found.wall.tolist() == []


def test_the_first_step_from_the_wall_of_figure_6_crosses_it_and_a_fold():
    way = descend(OneUnit(), 0.03, None, 2)
    found = crossings("sigmoid", 0.5, way.w, way.b)
    assert (found.bifurcation.tolist(), found.wall.tolist()) == ([0], [0])


def test_a_path_of_one_point_crosses_nothing():
    found = crossings("tanh", 0.5, [1.0], [0.0])
    assert (len(found.bifurcation), len(found.wall)) == (0, 0)


@EACH
def test_huge_weights_are_answered_without_a_warning(activation, recwarn):
    attractors(activation, np.array([1e18, -1e18, 1e300]), np.array([0.0, 1.0, -1e300]))
    assert len(recwarn) == 0


@EACH
def test_an_orbit_is_the_map_applied_again(activation):
    x = orbit(activation, 0.8, 0.3, 0.5, 5)
    assert x[0] == 0.5
    np.testing.assert_array_equal(x[1:], 0.8 * phi(activation, x[:-1]) + 0.3)
