"""The QR that is right in every row, against mpmath's and against what a QR is."""

import mpmath
import numpy as np
import pytest

from core.topics.jacobians.graded_qr import graded_qr

EPS = np.finfo(float).eps


def steep(k, r, low, seed):
    """Rows from 1 down to 10^low in size, in any order."""
    rng = np.random.default_rng(seed)
    return 10.0 ** rng.permutation(np.linspace(low, 0.0, k))[:, None] * rng.normal(size=(k, r))


@pytest.mark.parametrize("low", [0.0, -30.0, -250.0])
@pytest.mark.parametrize(("k", "r"), [(4, 4), (6, 3), (3, 6), (1, 4), (4, 1)])
def test_it_is_a_qr_in_every_row(k, r, low):
    """Each row of Q R is that of B up to eps times the row, not up to eps times B."""
    for seed in range(5):
        B = steep(k, r, low, seed)
        Q, R, order = graded_qr(B, np.zeros(r))
        assert (Q.shape, R.shape) == ((k, min(k, r)), (min(k, r), r))
        assert sorted(order) == list(range(r))
        assert np.abs(Q.T @ Q - np.eye(min(k, r))).max() < 10 * k * EPS
        assert np.array_equal(R, np.triu(R))
        assert np.all(np.abs(Q @ R - B[:, order]).max(axis=1) <= 100 * k * EPS * np.abs(B).max(axis=1))


@pytest.mark.parametrize("seed", range(5))
def test_the_diagonal_agrees_with_60_digits_beside_hundreds_of_decades(seed):
    B = steep(5, 5, -200.0, seed)
    _, R, order = graded_qr(B, np.zeros(5))
    with mpmath.workdps(500):
        _, oracle = mpmath.qr(mpmath.matrix(B[:, order].tolist()))
        expected = [abs(oracle[i, i]) for i in range(5)]
        apart = [float(abs(abs(mpmath.mpf(float(R[i, i]))) / expected[i] - 1)) for i in range(5)]
    assert float(np.log10(abs(R[0, 0] / R[4, 4]))) > 150
    assert max(apart) < 1e4 * EPS  # each step of elimination costs the growth of its rows


def test_the_columns_come_in_the_order_of_their_length_times_d():
    B = np.diag([1.0, 2.0, 3.0])
    _, _, order = graded_qr(B, np.array([0.0, -500.0, -1.0]))
    assert order.tolist() == [2, 0, 1]


@pytest.mark.parametrize(("B", "rank"), [(np.zeros((3, 3)), 0), (np.eye(3)[:, [0, 0, 1]], 2), (np.zeros((0, 3)), 0),
                                         (np.zeros((3, 0)), 0), (np.diag([0.0, 1e-300, 0.0]), 1)])
def test_it_ends_where_what_is_left_is_exactly_zero(B, rank):
    Q, R, _ = graded_qr(B, np.zeros(B.shape[1]))
    assert (Q.shape[1], R.shape[0]) == (rank, rank)
