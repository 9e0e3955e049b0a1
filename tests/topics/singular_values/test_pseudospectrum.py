"""sigma_min(z I - W) against scipy, distances and closed forms; Kreiss's constant against the powers it bounds."""

import numpy as np
import pytest
import scipy.linalg
import scipy.optimize

from core.live.job import Job
from core.live.slot import UpdateSlot
from core.network.spectrum import spectrum_of
from core.specs.recurrence import Recurrence
from core.topics.singular_values.example_matrices import Matrix, matrix_of
from core.topics.singular_values.matrix_powers import matrix_powers, normal_partner
from core.topics.singular_values.pseudospectrum import (
    CIRCLE,
    COARSE,
    FINE,
    PIECE,
    normal_pseudospectrum,
    points_a_side,
    pseudospectrum,
    sigma_min,
)
from core.training.experiment import Experiment
from tests.helpers.normality_cases import MATRICES, normal_plane, plane, powers

EPS = np.finfo(float).eps
EACH = pytest.mark.parametrize("name", MATRICES)
JORDAN = pytest.mark.parametrize(("name", "a", "c"), [("half_four", 0.5, 4.0), ("nine_five", 0.9, 5.0),
                                                      ("nilpotent", 0.0, 3.0)])


def of_jordan(z, a, c):
    """Smallest singular value of [[z - a, -c], [0, z - a]]: their product is |z - a|^2, their difference c."""
    d = np.abs(z - a)
    return 2 * d**2 / (c + np.sqrt(c**2 + 4 * d**2))


def allowed(W, z):
    """What rounding does to a singular value of z I - W."""
    return 4 * len(W) * EPS * (np.abs(z) + np.linalg.norm(W, 2))


def of(found):
    """z of every point of the grid, and sigma_min there."""
    return found.x + 1j * found.x[:, None], 10.0**found.log10_sigma_min


@EACH
def test_a_value_is_scipys_smallest_singular_value(name):
    W, (z, near) = MATRICES[name], of(plane(name))
    for i in range(0, z.size, 997):
        expected = scipy.linalg.svdvals(z.flat[i] * np.eye(len(W)) - W)[-1]
        assert abs(near.flat[i] - expected) <= allowed(W, z.flat[i])


@JORDAN
def test_of_a_jordan_block_every_value_is_the_exact_one(name, a, c):
    z, near = of(plane(name))
    assert np.all(np.abs(near - of_jordan(z, a, c)) <= allowed(MATRICES[name], z))


@pytest.mark.parametrize("name", ["diagonal", "yours", "zero", "huge powers"])
def test_of_a_normal_matrix_every_value_is_the_distance_to_the_spectrum(name):
    z, near = of(plane(name))
    eigenvalues = np.linalg.eigvals(MATRICES[name])
    distance = np.abs(z[..., None] - eigenvalues).min(axis=-1)
    assert np.all(np.abs(near - distance) <= 10 * allowed(MATRICES[name], z))


@EACH
def test_the_plane_of_the_normal_partner_is_that_of_its_matrix(name):
    """By distances, and by singular values of the matrix itself."""
    N = normal_partner(spectrum_of(MATRICES[name]).eigenvalues)
    z, near = of(normal_plane(name))
    some = z.ravel()[::499]
    assert np.all(np.abs(near.ravel()[::499] - sigma_min(N, some)) <= allowed(N, some))


@EACH
def test_no_value_exceeds_the_distance_to_the_spectrum(name):
    """An eigenvalue of W is one of W + 0; it is itself known to within sigma_min of rounding."""
    W, (z, near) = MATRICES[name], of(plane(name))
    eigenvalues = spectrum_of(W).eigenvalues
    off = sigma_min(W, eigenvalues).max()
    distance = np.abs(z[..., None] - eigenvalues).min(axis=-1)
    assert np.all(near <= distance + off + allowed(W, z))


@EACH
def test_the_lower_half_plane_mirrors_the_upper_one(name):
    found = plane(name)
    assert np.array_equal(found.log10_sigma_min, found.log10_sigma_min[::-1])
    z = found.x[3] + 1j * found.x[[5, -6]]
    one, other = sigma_min(MATRICES[name], z)
    assert abs(one - other) <= allowed(MATRICES[name], z[0])


@EACH
def test_the_grid_is_a_square_around_0_with_the_real_axis_on_it(name):
    x = plane(name, 1.5).x
    assert (x[0], x[len(x) // 2], x[-1]) == (-1.5, 0.0, 1.5)
    assert np.array_equal(x, -x[::-1])


@pytest.mark.parametrize("name", ["half_four", "nine_five", "thirty_two", "gaussian", "nilpotent", "yours", "zero"])
def test_the_powers_reach_kreisss_constant(name):
    """Where rho <= 1: in 400 steps all of them have passed their top."""
    found, reached = plane(name), matrix_powers(MATRICES[name], 400)
    assert 1.0 <= found.kreiss <= 10.0**reached.log10_peak * (1 + 1e-9)


def test_the_powers_reach_kreisss_constant_for_many_matrices():
    rng = np.random.default_rng(1)
    for seed in range(25):
        recurrence = Recurrence(n_hidden=int(rng.integers(2, 9)), rho=rng.uniform(0.3, 0.95), spread=rng.random(),
                                angle=rng.uniform(20.0, 180.0), alpha=rng.uniform(0.0, 3.0), seed=seed)
        W = matrix_of(Matrix(matrix="yours"), Experiment(recurrence))
        *_, (_, found) = pseudospectrum(W, 1.5)
        assert found.kreiss <= 10.0 ** matrix_powers(W, 400).log10_peak * (1 + 1e-9)


@JORDAN
def test_of_a_jordan_block_kreisss_constant_is_the_exact_one(name, a, c):
    """(r - 1)/sigma_min along the positive axis, where a Jordan block is at its worst."""
    exact = -scipy.optimize.minimize_scalar(lambda r: -(r - 1) / of_jordan(r, a, c), bounds=(1.0, 50.0),
                                            method="bounded", options={"xatol": 1e-10}).fun
    assert plane(name).kreiss == pytest.approx(max(exact, 1.0), rel=1e-4)
    assert plane(name).kreiss <= max(exact, 1.0) * (1 + 1e-12)


def test_the_two_examples_have_these_constants():
    assert [round(plane(name).kreiss, 3) for name in ("half_four", "nine_five")] == [2.125, 12.52]


@pytest.mark.parametrize("half_width", [1.1, 2.0, 4.0])
def test_the_width_of_the_picture_does_not_move_kreisss_constant(half_width):
    assert plane("half_four", half_width).kreiss == pytest.approx(2.125, rel=1e-4)


@pytest.mark.parametrize("name", ["half_four", "nine_five", "thirty_two"])
def test_kreisss_constant_is_the_largest_that_another_search_finds(name):
    W = MATRICES[name]

    def less(place):
        z = (1.0 + np.exp(place[0])) * np.exp(1j * place[1])
        return -(abs(z) - 1.0) / scipy.linalg.svdvals(z * np.eye(len(W)) - W)[-1]

    grid = [(log, angle) for log in np.linspace(-6.0, 2.0, 25) for angle in np.linspace(0.0, np.pi, 25)]
    best = scipy.optimize.minimize(less, min(grid, key=less), method="Nelder-Mead", options={"fatol": 1e-12})
    assert plane(name).kreiss == pytest.approx(-best.fun, rel=1e-4)


@pytest.mark.parametrize("name", ["yours", "zero"])
def test_a_normal_matrix_inside_the_unit_circle_has_kreisss_constant_1(name):
    """At infinity; z near an eigenvalue on the circle gives it too, to the rounding of |z| - 1 there."""
    assert plane(name).kreiss == pytest.approx(1.0, abs=1e-9)
    assert normal_plane(name).kreiss == pytest.approx(1.0, abs=1e-9)


@JORDAN
def test_the_distance_to_the_unit_circle_is_that_of_its_nearest_point(name, a, c):
    assert plane(name).distance == pytest.approx(of_jordan(1.0, a, c), rel=1e-9)


@pytest.mark.parametrize("name", ["half_four", "thirty_two", "gaussian"])
def test_a_change_of_that_size_puts_an_eigenvalue_on_the_unit_circle(name):
    """The change is -s u v^H, with the singular vectors of z I - W."""
    W, found = MATRICES[name], plane(name)
    z = CIRCLE[sigma_min(W, CIRCLE).argmin()]
    u, s, v = np.linalg.svd(z * np.eye(len(W)) - W)
    E = s[-1] * np.outer(u[:, -1], v[-1])
    assert np.linalg.norm(E, 2) == pytest.approx(found.distance, rel=1e-9)
    assert sigma_min(W + E, np.array([z]))[0] <= allowed(W, z)


@pytest.mark.parametrize("name", ["half_four", "nine_five"])
@pytest.mark.parametrize("log10_epsilon", [-1.0, -2.0, -3.0])
def test_the_pseudospectral_radius_is_that_of_the_disc_to_one_step_of_the_grid(name, log10_epsilon):
    """sigma_min = e on a circle of radius sqrt(e (e + c)) around the eigenvalue."""
    found, eps, (a, c) = plane(name, 2.0), 10.0**log10_epsilon, {"half_four": (0.5, 4), "nine_five": (0.9, 5)}[name]
    exact, step = a + np.sqrt(eps * (eps + c)), found.x[1] - found.x[0]
    assert exact - step < found.radius(log10_epsilon) <= exact


def test_a_coarse_picture_comes_first_and_shares_only_grow():
    W = MATRICES["thirty_two"]
    shares, pictures = zip(*pseudospectrum(W, 1.5), strict=True)
    coarse, fine = [found for found in pictures if found is not None]
    assert (coarse.fine, fine.fine, len(coarse.x), len(fine.x)) == (False, True, COARSE, FINE)
    assert list(shares) == sorted(shares)
    assert shares[-1] == 1.0
    assert pictures.index(coarse) < 0.1 * len(pictures)
    assert pictures[-1] is fine


def test_the_fine_picture_agrees_with_the_coarse_one_where_they_meet():
    coarse, fine = [found for _, found in pseudospectrum(MATRICES["half_four"], 1.5) if found is not None]
    for i in (0, COARSE // 2, COARSE - 1):
        j = i * (FINE - 1) // (COARSE - 1)
        assert fine.log10_sigma_min[j, j] == pytest.approx(coarse.log10_sigma_min[i, i], abs=1e-12)


@pytest.mark.parametrize(("n", "side"), [(2, 161), (32, 161), (33, 159), (64, 113), (128, 81)])
def test_a_larger_matrix_gets_fewer_points(n, side):
    assert points_a_side(n) == side
    assert len(normal_pseudospectrum(np.zeros(n, complex), 1.0).x) == side


@pytest.mark.parametrize("n", [2, 16, 64, 128])
def test_no_piece_of_the_work_is_larger_than_it_may_be(n, monkeypatch):
    """Some 10 ms on one core, so that runs and pages have their turn."""
    sizes = []
    monkeypatch.setattr("core.topics.singular_values.pseudospectrum.sigma_min",
                        lambda W, z: sizes.append(len(z)) or np.abs(z) + 1.0)
    for _ in pseudospectrum(np.zeros((n, n)), 1.5):
        pass
    assert max(sizes) * n * n <= PIECE


def test_it_runs_as_a_job_and_stops_when_it_is_told_to():
    W = matrix_of(Matrix(matrix="yours"), Experiment(Recurrence(n_hidden=128)))
    job = Job(pseudospectrum(W, 1.5), UpdateSlot())
    job.cancel()
    assert job.wait(10)
    assert job.share < 1.0
    quick = Job(pseudospectrum(MATRICES["half_four"], 1.5), UpdateSlot())
    assert quick.wait(10)
    assert quick.result.fine
    assert quick.error is None


def test_a_z_that_is_an_eigenvalue_is_minus_infinity():
    found = normal_pseudospectrum(np.zeros(2, complex), 1.0)
    middle = len(found.x) // 2
    assert found.log10_sigma_min[middle, middle] == -np.inf
    assert np.isneginf(found.log10_sigma_min).sum() == 1


def test_the_powers_of_the_cases_are_known():
    """The bound by Kreiss's constant is tried on a hump as well as on powers that only shrink."""
    assert powers("thirty_two").hump
    assert not powers("zero").hump
