"""W_hh has the eigenvalues that were asked for, and what is said about a matrix is true."""

import numpy as np
import pytest
import scipy.linalg
from scipy.optimize import linear_sum_assignment

from core.network.spectrum import (
    haar_orthogonal,
    listed_blocks,
    matrix_from_blocks,
    rescaled,
    shaped_blocks,
    spectrum_of,
)
from core.parameters import ParameterError
from core.specs.recurrence import Recurrence

EPS = np.finfo(float).eps
SIZES = [2, 3, 8, 17, 32, 128]
SPREADS = [0.0, 0.3, 1.0]
ANGLES = [0.0, 1.0, 90.0, 180.0]


def eigenvalues_of(blocks):
    """All of them, each pair written out."""
    return np.array([w for z, size in blocks for w in ((z,) if size == 1 else (z, z.conjugate()))], complex)


def matrix(n, rho=1.0, spread=1.0, angle=90.0, alpha=0.0, seed=0):
    """W and the eigenvalues asked for."""
    blocks = shaped_blocks(n, rho, spread, angle)
    return matrix_from_blocks(blocks, alpha, np.random.default_rng(seed)), eigenvalues_of(blocks)


def farthest(found, asked):
    """The largest distance when every eigenvalue found is paired with one asked for."""
    distance = np.abs(np.asarray(found)[:, None] - np.asarray(asked))
    return distance[linear_sum_assignment(distance)].max()


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("angle", ANGLES)
def test_a_normal_matrix_has_the_eigenvalues_asked_for(n, spread, angle):
    W, asked = matrix(n, 1.3, spread, angle)
    assert farthest(np.linalg.eigvals(W), asked) < 1e-10


@pytest.mark.parametrize("n", [2, 3, 8, 17, 32])
@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("angle", [90.0, 135.0, 180.0])
@pytest.mark.parametrize("alpha", [1.0, 2.0, 3.0])
def test_a_non_normal_matrix_with_well_parted_eigenvalues_has_them_too(n, spread, angle, alpha):
    W, asked = matrix(n, 1.0, spread, angle, alpha)
    assert farthest(np.linalg.eigvals(W), asked) < 1e-10


@pytest.mark.parametrize("n", [3, 8, 16])
@pytest.mark.parametrize("angle", [20.0, 60.0, 120.0])
@pytest.mark.parametrize("alpha", [0.3, 1.0])
def test_elsewhere_an_eigenvalue_is_off_by_at_most_eps_sigma_max_and_its_condition(n, angle, alpha):
    """n products of rounded numbers: a change of W by n eps sigma_max, times 1/|y^H x| to first order."""
    W, asked = matrix(n, 0.8, 0.5, angle, alpha)
    found, left, right = scipy.linalg.eig(W, left=True, right=True)
    condition = 1.0 / np.abs((left.conj() * right).sum(axis=0))
    distance = np.abs(found[:, None] - asked)
    row, column = linear_sum_assignment(distance)
    assert np.all(distance[row, column] <= 10 * n * EPS * np.linalg.norm(W, 2) * condition[row])


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("alpha", [1.0, 3.0])
def test_an_eigenvalue_asked_for_belongs_to_a_matrix_within_rounding(n, angle, alpha):
    """At every condition, infinite included: sigma_min(W - z) is the distance to the nearest matrix that has z."""
    W, asked = matrix(n, 0.7, 0.5, angle, alpha)
    z = asked[[0, n // 2, n - 1]]
    nearest = np.linalg.svd(W - z[:, None, None] * np.eye(n), compute_uv=False)[:, -1]
    assert np.all(nearest <= 10 * n * EPS * np.linalg.norm(W, 2))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("angle", ANGLES)
def test_the_shape_takes_on_rho_spread_and_angle(n, angle):
    asked = eigenvalues_of(shaped_blocks(n, 1.7, 0.25, angle))
    assert len(asked) == n
    assert np.abs(asked).max() == pytest.approx(1.7, rel=4 * EPS)
    if n > 3 or (n == 3 and angle) or (n == 2 and not angle):
        assert np.abs(asked).min() == pytest.approx(1.7 * 0.25, rel=4 * EPS)
    assert np.rad2deg(np.angle(asked)).max() == pytest.approx(angle, abs=1e-12)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("angle", ANGLES)
def test_the_spectral_radius_is_the_one_asked_for(n, angle):
    assert spectrum_of(matrix(n, 0.6, 0.3, angle)[0]).rho == pytest.approx(0.6, abs=10 * n * EPS)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("angle", ANGLES)
def test_without_alpha_the_matrix_is_normal_and_sigma_max_is_rho(n, angle):
    W, _ = matrix(n, 1.3, 0.3, angle)
    spectrum = spectrum_of(W)
    assert np.abs(W @ W.T - W.T @ W).max() < 10 * n * EPS * 1.3**2
    assert spectrum.departure == 0.0
    assert spectrum.sigma_max == pytest.approx(spectrum.rho, rel=10 * n * EPS)


@pytest.mark.parametrize("n", [3, *SIZES[1:]])
@pytest.mark.parametrize("alpha", [0.05, 1.0, 3.0])
def test_with_alpha_the_matrix_is_not_normal_and_sigma_max_exceeds_rho(n, alpha):
    spectrum = spectrum_of(matrix(n, 1.0, 0.5, 90.0, alpha)[0])
    assert spectrum.departure > 0.0
    assert spectrum.sigma_max > spectrum.rho


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_sigma_max_is_scipys(n, scale):
    W = np.random.default_rng(n).normal(size=(n, n))
    assert spectrum_of(W * scale).sigma_max == pytest.approx(scipy.linalg.svdvals(W)[0] * scale, rel=10 * n * EPS)


@pytest.mark.parametrize("n", [2, 3, 8, 17, 32])
@pytest.mark.parametrize("alpha", [0.5, 3.0])
def test_the_departure_is_what_the_schur_form_has_above_its_diagonal(n, alpha):
    """As squares, since it is a difference of squares: 16 n eps ||W||_F^2, while the eigenvalues have their digits."""
    W, _ = matrix(n, 1.0, 0.5, 120.0, alpha)
    T, _ = scipy.linalg.schur(W, output="complex")
    above = np.sum(np.abs(np.triu(T, 1)) ** 2)
    assert spectrum_of(W).departure ** 2 == pytest.approx(above, abs=16 * n * EPS * np.sum(W**2))


@pytest.mark.parametrize("n", SIZES)
def test_eigenvalues_come_largest_first_with_their_conjugates_beside_them(n):
    eigenvalues = spectrum_of(np.random.default_rng(n).normal(size=(n, n))).eigenvalues
    assert np.all(np.diff(np.abs(eigenvalues)) <= 1e-7 * np.abs(eigenvalues[0]))
    up = np.flatnonzero(eigenvalues.imag > 0)
    assert np.allclose(eigenvalues[up + 1], eigenvalues[up].conj(), rtol=0, atol=100 * n * EPS * abs(eigenvalues[0]))


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_a_matrix_that_is_not_finite_has_nan_for_a_spectrum(bad):
    W = np.eye(3)
    W[1, 2] = bad
    spectrum = spectrum_of(W)
    assert np.isnan([spectrum.rho, spectrum.sigma_max, spectrum.departure, *spectrum.eigenvalues]).all()


def test_the_zero_matrix_has_zeros():
    spectrum = spectrum_of(np.zeros((3, 3)))
    assert (spectrum.rho, spectrum.sigma_max, spectrum.departure) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("listed", "n", "all_of_them"), [
    ((), 2, [0, 0]),
    ((0.5,), 3, [0.5, 0, 0]),
    ((1j,), 3, [1j, -1j, 0]),
    ((1j, -1j), 2, [1j, -1j]),
    ((-1j, 1j), 2, [1j, -1j]),
    ((1j, 1j), 4, [1j, 1j, -1j, -1j]),
    ((1j, 0.5, -1j, 1j), 5, [1j, -1j, 0.5, 1j, -1j]),
], ids=str)
def test_a_list_brings_conjugates_once_and_is_filled_with_zeros(listed, n, all_of_them):
    blocks = listed_blocks(tuple(map(complex, listed)), n)
    assert farthest(eigenvalues_of(blocks), all_of_them) == 0.0
    assert len(eigenvalues_of(blocks)) == n


def test_a_list_that_is_too_long_with_its_conjugates_is_refused_in_one_line():
    with pytest.raises(ParameterError) as caught:
        Recurrence(n_hidden=3, eigenvalues=(1j, 0.5j))
    assert str(caught.value) == "eigenvalues must be at most n_hidden = 3 values, conjugates counted, got 4."


@pytest.mark.parametrize("n", SIZES)
def test_Q_is_orthogonal(n):
    Q = haar_orthogonal(n, np.random.default_rng(n))
    assert np.abs(Q.T @ Q - np.eye(n)).max() < 10 * n * EPS


def test_Q_is_spread_over_all_rotations_and_reflections():
    """Haar: every entry has mean 0 (QR without its signs has a negative diagonal). 1/sqrt(n) sd, five of its errors."""
    Q = np.array([haar_orthogonal(3, np.random.default_rng(seed)) for seed in range(2000)])
    assert np.abs(Q.mean(axis=0)).max() < 5 / np.sqrt(3 * len(Q))
    assert abs(np.linalg.det(Q).mean()) < 5 / np.sqrt(len(Q))


@pytest.mark.parametrize("rho", [0.0, 1e-3, 2.0])
def test_rescaling_gives_the_radius_and_keeps_the_direction(rho):
    W = np.random.default_rng(0).normal(size=(8, 8))
    scaled = rescaled(W, rho)
    assert spectrum_of(scaled).rho == pytest.approx(rho, rel=100 * EPS)
    assert np.allclose(scaled, W * (rho / np.abs(np.linalg.eigvals(W)).max()), rtol=1e-13, atol=0)


def test_zero_stays_zero_when_rescaled():
    assert not rescaled(np.zeros((2, 2)), 1.0).any()
