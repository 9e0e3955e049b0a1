"""Fewer points of a curve, and nothing of its shape is lost."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.plotting.thinning import MOST, evenly, thin

FINITE = arrays(np.float64, st.integers(1, 400), elements=st.floats(-1e300, 1e300))
ANY = arrays(np.float64, st.integers(1, 400), elements=st.floats())
FEW = st.integers(2, 60)


def width(N, most):
    """Updates a bucket, as the docstring has it: the first power of two that is enough."""
    out = 1
    while (N if out == 1 else 2 * -(-N // out)) > most:
        out *= 2
    return out


@given(y=ANY, most=FEW)
def test_thinning_never_gives_more_points_than_asked_for(y, most):
    assert len(thin(y, most)[0]) <= most


@given(y=FINITE, most=FEW)
def test_thinning_keeps_the_smallest_and_the_largest_value(y, most):
    values = thin(y, most)[1]
    assert (values.min(), values.max()) == (y.min(), y.max())


@given(y=ANY, most=FEW)
def test_thinning_keeps_the_extremes_of_a_curve_with_gaps_in_which_minus_inf_is_the_lowest(y, most):
    known = y[y < np.inf]
    assume(len(known))
    seen = thin(y, most)[1]
    assert (np.nanmin(seen), np.nanmax(seen)) == (known.min(), known.max())
    assert not np.isposinf(seen).any()


@given(y=ANY, most=FEW)
def test_thinned_updates_are_in_order_and_inside_the_run(y, most):
    x = thin(y, most)[0]
    assert (np.diff(x) >= 0).all()
    assert 1 <= x[0] <= x[-1] <= len(y)


@given(y=ANY, most=FEW)
def test_every_point_that_is_drawn_is_one_of_the_curve(y, most):
    x, seen = thin(y, most)
    known = ~np.isnan(seen)
    assert np.array_equal(seen[known], y[x[known].astype(int) - 1])


@given(y=FINITE, most=FEW, more=st.floats(-1e300, 1e300))
def test_a_curve_that_grows_keeps_the_points_it_has(y, most, more):
    """All but those of the last bucket, which the new point may join."""
    assume(width(len(y), most) == width(len(y) + 1, most))
    old, new = np.stack(thin(y, most)), np.stack(thin(np.append(y, more), most))
    whole = old.shape[1] - (2 if width(len(y), most) > 1 else 0)
    assert np.array_equal(old[:, :whole], new[:, :whole])


@pytest.mark.parametrize("N", [0, 1, 2, MOST])
def test_a_short_curve_is_drawn_point_by_point(N):
    y = np.random.default_rng(0).random(N)
    x, seen = thin(y)
    assert (list(x), list(seen)) == (list(range(1, N + 1)), list(y))


@pytest.mark.parametrize("N", [MOST + 1, 20000])
def test_a_single_spike_survives(N):
    y = np.zeros(N)
    y[N // 3] = 7.0
    x, seen = thin(y)
    assert x[seen == 7.0] == [N // 3 + 1]


def test_the_first_zero_and_what_is_beside_it_are_drawn():
    y = np.linspace(0.0, -9.0, 2000)
    y[1501:] = -np.inf
    x, seen = thin(y)
    assert x[np.isneginf(seen)][0] == 1502
    assert seen[np.isfinite(seen)].min() >= y[1500]
    assert np.isneginf(seen[x > 1503]).all()


def test_a_stretch_without_numbers_stays_a_gap():
    y = np.ones(2000)
    y[800:1200] = np.nan
    x, seen = thin(y)
    assert np.isnan(seen[(x > 850) & (x < 1150)]).all()


@pytest.mark.parametrize(("first", "last", "most", "numbers"), [
    (0, 1, 129, [0, 1]), (0, 2, 2, [0, 2]), (1, 9, 3, [1, 5, 9]), (9, 1, 5, [1, 3, 5, 7, 9]), (4, 4, 7, [4])])
def test_numbers_that_are_evenly_spread(first, last, most, numbers):
    assert evenly(first, last, most).tolist() == numbers


@given(first=st.integers(0, 5), length=st.integers(1, 1200), most=st.integers(2, 200), down=st.booleans())
def test_evenly_spread_numbers_have_both_ends_no_number_twice_and_gaps_alike(first, length, most, down):
    last = first + length
    at = evenly(last, first, most) if down else evenly(first, last, most)
    assert (at[0], at[-1], len(at)) == (first, last, min(most, length + 1))
    assert np.diff(at).min() >= 1
    assert np.ptp(np.diff(at)) <= 2
