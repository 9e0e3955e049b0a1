"""One eigenvalue moved: it is there, and the others stay, by eigenvalues to 30 digits."""

import mpmath as mp
import numpy as np
import pytest
import scipy.linalg

from core.network.moved_eigenvalue import moves_since, refusal, with_moves
from core.network.spectrum import block_diagonal, haar_orthogonal

TOLERANCE = 1e-9  # times the condition of each eigenvalue


def exact(W):
    """(n,), of the matrix of these float64 numbers; a real one has no imaginary part."""
    with mp.workdps(30):
        found = mp.eig(mp.matrix(W.tolist()), left=False, right=False)
        return np.array([complex(z) if abs(mp.im(z)) > mp.mpf(10) ** -22 else complex(mp.re(z)) for z in found])


def conditions(W, at):
    """1 / |u^H v| of the eigenvalues nearest to these, by LAPACK's two sets of vectors."""
    values, left, right = scipy.linalg.eig(W, left=True, right=True)
    met = np.abs(np.sum(left.conj() * right, axis=0))
    return np.array([1.0 / met[np.argmin(np.abs(values - z))] for z in at])


def apart(found, wanted):
    """How far each wanted eigenvalue is from the one found for it, in the best way to pair them."""
    far = np.abs(wanted[:, None] - found[None, :])
    rows, columns = scipy.optimize.linear_sum_assignment(far)
    return far[rows, columns]


def drawn(kind, n, rng):
    if kind == "gaussian":
        return rng.normal(size=(n, n)) / np.sqrt(n)
    if kind == "float32":
        return (rng.normal(size=(n, n)) / np.sqrt(n)).astype(np.float32).astype(np.float64)
    Q = haar_orthogonal(n, rng)
    if kind == "far from normal":
        return Q @ (np.diag(rng.uniform(-1, 1, n)) + 3.0 * np.triu(rng.normal(size=(n, n)), 1) / np.sqrt(n)) @ Q.T
    V = rng.normal(size=(n, n))  # "nearly defective": two eigenvectors are nearly one
    V[:, 1] = V[:, 0] + 1e-5 * V[:, 1]
    return V @ np.diag(rng.uniform(-1, 1, n)) @ np.linalg.inv(V)


def checked(W, which, to):
    values = exact(W)
    start = values[which]
    moved = with_moves(W, [(start, to)])
    assert refusal(W, [(start, to)]) is None
    wanted = values.copy()
    target = complex(to.real, np.copysign(to.imag, start.imag) if start.imag else 0.0)
    wanted[which] = target
    if start.imag:
        wanted[np.argmin(np.abs(values - start.conjugate()))] = target.conjugate()
    limit = TOLERANCE * np.maximum(conditions(W, values), conditions(moved, wanted))
    assert (apart(exact(moved), wanted) <= limit).all()
    return moved


KINDS = ["gaussian", "float32", "far from normal", "nearly defective"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [2, 3, 4, 7, 10])
def test_it_is_there_and_the_others_stay(kind, n):
    rng = np.random.default_rng([n, KINDS.index(kind)])
    for _ in range(3):
        checked(drawn(kind, n, rng), int(rng.integers(n)), complex(*rng.uniform(-1.5, 1.5, 2)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [16, 32])
def test_it_is_there_and_the_others_stay_where_there_are_many(kind, n):
    rng = np.random.default_rng([n, KINDS.index(kind)])
    W = drawn(kind, n, rng)
    values = exact(W)
    best = np.argmin(conditions(W, values))  # far from normal, most of 32 are too ill-conditioned
    checked(W, int(best), complex(*rng.uniform(-1.5, 1.5, 2)))


@pytest.mark.parametrize("kind", KINDS[:2])
def test_the_eigenvectors_of_the_others_stay(kind):
    rng = np.random.default_rng(4)
    W = drawn(kind, 8, rng)
    values, vectors = np.linalg.eig(W)
    which = int(np.argmax(values.imag))
    moved = with_moves(W, [(values[which], 0.3 + 0.4j)])
    others = [i for i in range(8) if values[i] not in (values[which], values[which].conjugate())]
    assert len(others) == 6
    for i in others:  # moved by a unit, of conditions below 10: some hundred eps
        np.testing.assert_allclose(moved @ vectors[:, i], values[i] * vectors[:, i], rtol=0, atol=1e-13)


@pytest.mark.parametrize("seed", range(4))
def test_whichever_of_a_pair_is_named_the_result_is_the_same_bit_for_bit(seed):
    rng = np.random.default_rng(seed)
    W = drawn("gaussian", 6, rng)
    start = max(np.linalg.eigvals(W), key=lambda z: z.imag)
    assert start.imag > 0
    to = 0.2 + 0.7j
    results = [with_moves(W, [(a, b)]) for a in (start, start.conjugate()) for b in (to, to.conjugate())]
    assert all(np.array_equal(results[0], other) for other in results[1:])


def test_a_number_beside_an_eigenvalue_names_the_nearest():
    W = np.diag([0.9, 0.5, -0.3])
    np.testing.assert_allclose(with_moves(W, [(0.6, 0.1)]), np.diag([0.9, 0.1, -0.3]), atol=1e-15)


def test_moves_are_made_one_after_the_other():
    W = np.diag([0.9, 0.5])
    np.testing.assert_allclose(with_moves(W, [(0.9, 0.4), (0.42, 0.1)]), np.diag([0.1, 0.5]), atol=1e-15)


def test_a_real_one_stays_on_the_axis():
    np.testing.assert_allclose(with_moves(np.diag([0.9, 0.5]), [(0.9, 0.4 + 0.3j)]), np.diag([0.4, 0.5]), atol=1e-15)


# -- equal ones -----------------------------------------------------------------------------------------------------

def test_of_equal_ones_one_is_moved_as_well_as_if_it_were_alone():
    """A list leaves most eigenvalues at 0; what rounding makes of them has eigenvectors in any direction."""
    rng = np.random.default_rng(1)
    Q = haar_orthogonal(16, rng)
    W = Q @ np.diag([1.2, *[0.0] * 15]) @ Q.T
    moved = with_moves(W, [(0.0, 0.7)])
    wanted = np.array([1.2, 0.7, *[0.0] * 14])
    assert apart(np.linalg.eigvals(moved), wanted).max() < 1e-14  # some eps: W is normal
    np.testing.assert_allclose(moved, moved.T, atol=1e-14)  # and stays so


@pytest.mark.parametrize("seed", range(6))
def test_a_pair_goes_to_the_axis_along_it_and_leaves_it_again(seed):
    """On the axis it is two equal ones, each of which can be moved alone."""
    rng = np.random.default_rng(seed)
    Q = haar_orthogonal(5, rng) + 0.3 * rng.normal(size=(5, 5))  # normal W are too easy
    W = Q @ block_diagonal([(0.6 + 0.5j, 2), (-0.4 + 0.2j, 2), (0.1 + 0j, 1)])[0] @ np.linalg.inv(Q)
    most = 1e-12 * np.linalg.cond(Q) ** 2
    rest = [-0.4 + 0.2j, -0.4 - 0.2j, 0.1]
    on = with_moves(W, [(0.6 + 0.5j, 0.3)])
    assert apart(exact(on), np.array([0.3, 0.3, *rest])).max() < most
    along = with_moves(on, [(0.3, 0.8)])
    assert apart(exact(along), np.array([0.8, 0.3, *rest])).max() < most
    off = with_moves(on, [(0.3, 0.2 + 0.9j)])
    assert apart(exact(off), np.array([0.2 + 0.9j, 0.2 - 0.9j, *rest])).max() < most


def test_a_pair_above_equal_real_ones_is_the_one_that_is_named():
    Q = haar_orthogonal(8, np.random.default_rng(2))
    W = Q @ block_diagonal([(0.8j, 2), *[(0j, 1)] * 6])[0] @ Q.T
    assert apart(np.linalg.eigvals(with_moves(W, [(0.8j, 0.5j)])), np.array([0.5j, -0.5j, *[0.0] * 6])).max() < 1e-14


@pytest.mark.parametrize("to", [0.4, 0.4 + 0.3j])
def test_a_multiple_of_the_identity_has_one_of_its_eigenvalues_moved_or_a_pair(to):
    moved = with_moves(0.9 * np.eye(4), [(0.9, to)])
    wanted = [to, to.conjugate()] if isinstance(to, complex) else [to, 0.9]
    assert apart(np.linalg.eigvals(moved), np.array([*wanted, 0.9, 0.9])).max() < 1e-14


def test_of_equal_ones_the_best_conditioned_is_moved_and_a_pair_of_them_only_where_both_allow_it():
    W = np.diag([0.5, 0.5, 0.9, 0.2])
    W[0, 2] = 0.4e9
    assert refusal(W, [(0.5, 0.6)]) is None
    assert refusal(W, [(0.5, 0.6 + 0.3j)]).endswith("got one of 10^9.0.")
    assert np.array_equal(with_moves(W, [(0.5, 0.6 + 0.3j)]), W)


# -- what cannot be moved -------------------------------------------------------------------------------------------

def leaning(condition):
    """Its eigenvalue 0.5 has this condition: unit vectors (1, s)/.. and (0, 1) meet at 1 / condition."""
    return np.array([[0.5, np.sqrt(condition**2 - 1.0) * 0.4], [0.0, 0.9]])


@pytest.mark.parametrize(("dtype", "most"), [(np.float64, 1e8), (np.float32, 1e4)])
def test_one_is_refused_exactly_where_its_condition_is_above_the_limit(dtype, most):
    well, ill = (leaning(most * by).astype(dtype) for by in (0.99, 1.01))
    assert refusal(well, [(0.5, 0.4)]) is None
    assert not np.array_equal(with_moves(well, [(0.5, 0.4)]), well)
    assert refusal(ill, [(0.5, 0.4)]) == (
        f"moved must name an eigenvalue whose condition is at most 10^{np.log10(most):.0f}, got one of "
        f"10^{np.log10(1.01 * most):.1f}.")
    assert np.array_equal(with_moves(ill, [(0.5, 0.4)]), ill)


@pytest.mark.parametrize("to", [0.4, 0.4 + 0.3j])
def test_a_defective_one_is_refused_and_stays(to):
    J = np.array([[0.9, 1.0, 0.0], [0.0, 0.9, 0.0], [0.0, 0.0, 0.2]])
    assert refusal(J, [(0.9, to)]).startswith("moved must name an eigenvalue whose condition is at most 10^8, got ")
    assert np.array_equal(with_moves(J, [(0.9, to)]), J)
    assert refusal(J, [(0.2, 0.5)]) is None
    np.testing.assert_allclose(with_moves(J, [(0.2, 0.5)]), [[0.9, 1, 0], [0, 0.9, 0], [0, 0, 0.5]], atol=1e-15)


def test_the_first_of_several_that_cannot_be_moved_says_why_and_the_others_are():
    W = np.zeros((3, 3))
    W[:2, :2], W[2, 2] = leaning(1e9), 0.1
    assert refusal(W, [(0.1, 0.2), (0.5, 0.6)]).endswith("got one of 10^9.0.")
    assert with_moves(W, [(0.5, 0.6), (0.1, 0.2)])[2, 2] == pytest.approx(0.2, abs=1e-15)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_matrix_that_is_not_finite_has_none(bad):
    W = np.diag([0.9, bad])
    assert refusal(W, [(0.9, 0.5)]) == "moved must name an eigenvalue, got a matrix that is not finite."
    assert np.array_equal(with_moves(W, [(0.9, 0.5)]), W, equal_nan=True)


# -- lists of moves -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("before", "now", "moves"), [
    ((), (), []), ((), (0.9, 0.5), [(0.9, 0.5)]),
    ((0.9, 0.5), (0.9, 0.5, 0.1, 0.2), [(0.1, 0.2)]),
    ((0.9, 0.5), (0.9, 0.4), [(0.5, 0.4)]),  # it goes on from where it stood
    ((0.9, 0.5), (0.9, 0.4, 0.1, 0.2), [(0.5, 0.4), (0.1, 0.2)]),
    ((0.9, 0.5), (0.8, 0.4), [(0.8, 0.4)]),  # another one
    ((0.9, 0.5), (), []), ((0.9, 0.5, 0.1, 0.2), (0.9, 0.5), []), ((0.9, 0.5), (0.9, 0.5), [])], ids=str)
def test_what_is_to_be_made_of_a_list_is_what_is_new_in_it(before, now, moves):
    assert moves_since(before, now) == moves
