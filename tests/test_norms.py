"""Norms of numbers whose squares leave the range."""

import numpy as np
import pytest

from core.norms import euclidean_norm, euclidean_norms, log10_norms

ROWS = {
    "ordinary": np.linspace(-3.0, 2.0, 7), "zero": np.zeros(7), "tiny": np.full(7, 1e-300), "huge": np.full(7, 1e300),
    "both": np.array([1e-300, 1e300, 0.0, 1.0, -1.0, 2.0, 3.0]), "inf": np.array([1.0, np.inf, *np.zeros(5)]),
    "nan": np.array([np.nan, 1.0, *np.zeros(5)]), "at the lower border": np.full(7, 1e-140),
    "at the upper border": np.full(7, 1e140),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_norms_of_rows_are_those_of_each_row_bit_for_bit(dtype):
    with np.errstate(over="ignore"):
        rows = np.stack(list(ROWS.values())).astype(dtype)
    np.testing.assert_array_equal(euclidean_norms(rows), [euclidean_norm(row) for row in rows])


@pytest.mark.parametrize("name", ROWS)
def test_a_norm_is_right_as_long_as_it_is_a_number(name):
    row = ROWS[name]
    largest = np.abs(row).max()
    expected = largest * np.linalg.norm(row / largest) if np.isfinite(largest) and largest > 0.0 else largest
    assert euclidean_norm(row) == pytest.approx(expected, rel=1e-15, nan_ok=True)


def test_log10_norms_of_parts_of_an_array_are_those_of_a_copy():
    """What is squared is read as a row: also where the numbers do not lie in one piece."""
    whole = np.random.default_rng(0).normal(size=(5, 3, 9, 4))
    part = whole[:, :, 2:7]
    np.testing.assert_array_equal(log10_norms(part), log10_norms(part.copy()))
    exact = np.log10(np.linalg.norm(part, axis=(-2, -1)))
    np.testing.assert_allclose(log10_norms(part), exact, atol=1e-14)
