"""Products of many factors: the same bits as where each one is rescaled for itself, however far they go."""

import numpy as np
import pytest

from core.topics.jacobians.scaled import FAR, scaled_products, shift_to_1

LENGTH, N = 40, 3
SIZES = {  # of the factors, for each of two products
    "near 1": (lambda t: 1.0, lambda t: 0.9),
    "growing and shrinking": (lambda t: 1e3, lambda t: 1e-3),
    "far beyond float64 at once": (lambda t: 1e250, lambda t: 1e-250),
    "there and back": (lambda t: (1e200, 1e-200)[t // 3 % 2], lambda t: 1.0),
    "zero from the start, or later": (lambda t: 0.0, lambda t: 0.0 if t == 7 else 1.0),
    "one smallest number": (lambda t: 1e-320 if t == 5 else 1.0, lambda t: 1e300),
}


def one_by_one(first, factors):
    """The product after each factor, (LENGTH, S, c, n), and the powers of two: every product by itself."""
    products, powers = [], []
    for s, X in enumerate(first):
        power, of_one = 0, []
        for factor in factors[:, s]:
            X = X @ factor
            shift = int(np.clip(np.frexp(np.abs(X).max())[1], -1000, 1000))
            X, power = np.ldexp(X, -shift), power + shift
            of_one.append((X, power))
        products.append([X for X, _ in of_one])
        powers.append([power for _, power in of_one])
    return np.array(products).swapaxes(0, 1), np.array(powers).T


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("length", [1, 2, 7, LENGTH])
def test_the_bits_are_those_of_products_that_are_rescaled_at_every_factor(sizes, length):
    rng = np.random.default_rng(3)
    first = rng.normal(size=(2, 2, N))
    scale = np.array([[size(t) for size in sizes] for t in range(length)])
    factors = rng.normal(size=(length, 2, N, N)) * scale[..., None, None]
    out = np.empty((length, 2, 2, N))
    with np.errstate(all="raise", under="ignore"):
        powers = scaled_products(first, factors, np.matmul, out)
    wanted, wanted_powers = one_by_one(first, factors)
    assert np.array_equal(out, wanted)
    alive = wanted.any(axis=(2, 3))
    assert np.array_equal(powers[alive], wanted_powers[alive])


def test_factors_that_stay_near_1_are_taken_once_and_others_some_times():
    taken = []

    def times(X, t, into):
        taken.append(t)
        np.multiply(X, size, out=into)

    out = np.empty((16, 1, 1, 1))
    for size, most in ((0.5, 16), (FAR**-0.1, 16 * 3), (0.0, 16 * 5)):
        taken.clear()
        scaled_products(np.ones((1, 1, 1)), range(16), times, out)
        assert 16 <= len(taken) <= most
        assert (size != 0.5) == (len(taken) > 16)
    taken.clear()
    scaled_products(np.zeros((1, 1, 1)), range(16), times, out)  # nothing is lost of what is 0 already
    assert len(taken) == 16


def test_a_size_is_brought_near_1_by_a_power_of_two_that_a_float64_holds():
    sizes = np.array([0.0, 1.0, 3.0, 0.75, 1e-320, 1e308])
    found = shift_to_1(sizes)
    assert found.tolist() == [0, 1, 2, 0, -1000, 1000]
    assert np.isfinite(np.ldexp(1.0, -found)).all()
